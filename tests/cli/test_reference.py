"""The page about all commands is what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

from polku.cli.app import COMMANDS
from polku.cli.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text("utf-8") == reference(), (
        "write it anew: python -m polku.cli.reference > docs/reference/commands.md"
    )


def test_every_command_and_each_of_its_options_is_there() -> None:
    page = reference()
    for name in COMMANDS:
        assert f"\n## polku {name}\n" in page
    assert "| `--cases EXPR` | Keep the cases that match, whole. |" in page
    assert "[en\\|fi\\|sv\\|da]" in page  # a bar would end the cell
