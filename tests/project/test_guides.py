"""What guides and the page of commands tell to type works, of the example; what pages name is there."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from polku.checks.catalogue import CATALOGUE
from polku.cli.app import run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted((DOCS / "guides").glob("*.md")), DOCS / "reference" / "commands.md"]
ASKS = ("apply", "ask", "data", "draw", "export", "measure", "report", "subject", "voice")
"""Commands that leave the example as it is; an `apply` of what was just exported, too."""
ELSEWHERE = ("--engine spark", "--undo", "new-machine-2027", "--page 2")
"""What needs more than the example: another engine, an import to take back, a second journey or page."""


def told_to_type() -> list[str]:
    """Commands of the example in the pages' blocks, each once, in their order."""
    found: dict[str, None] = {}
    for page in PAGES:
        for block in re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
            for line in block.splitlines():
                words = re.sub(r"\s+# .*", "", line).split(" ")
                if words[0] == "polku" and words[1] in ASKS and words[2:3] == ["hoppebold"]:
                    found[" ".join(words[1:])] = None
    return [one for one in found if not any(words in one for words in ELSEWHERE)]


COMMANDS = told_to_type()


@pytest.fixture(scope="module")
def beside_the_example(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the example lies, as the pages take it."""
    folder = tmp_path_factory.mktemp("typed")
    shutil.copytree(example_data, folder / "hoppebold")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def test_pages_tell_to_type_every_question() -> None:
    asked = {one.split()[2] for one in COMMANDS if one.startswith("measure ")}

    assert {"paths", "steps", "time", "funnel", "attribution", "voice", "retention"} <= asked
    assert len(COMMANDS) > 40


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith("measure ")])
def test_what_pages_ask_is_answered(
    command: str, beside_the_example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(command)) == 0, capsys.readouterr().err
    assert capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize("command", [one for one in COMMANDS if not one.startswith("measure ")])
def test_what_pages_tell_to_make_is_made(
    command: str, beside_the_example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(shlex.split(command))

    assert code == 0, capsys.readouterr().err
    for file in re.findall(r" -o (\S+)", command):
        assert (beside_the_example / file).stat().st_size


def test_promises_name_tests_that_are_there() -> None:
    told, file = [], ""
    page = (DOCS / "contributing" / "promises.md").read_text(encoding="utf-8")
    for named, test in re.findall(r"`([\w/]+\.py|…)(?:::(\w+))?`", page):
        file = file if named == "…" else named
        told.append((file, test))

    assert len(told) > 50
    for file, test in told:
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f"def {test}" in text, (file, test)


def test_links_of_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in link
    ]

    assert len(links) > 100
    for page, link in links:
        file, _, place = link.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), (page.name, link)
        if place:
            heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.M)
            assert place in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, link


def test_the_first_page_names_every_guide_and_counts_the_checks() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"{len(CATALOGUE)} checks with a code" in told
    assert [one.name for one in (DOCS / "guides").glob("*.md") if f"docs/guides/{one.name}" not in told] == []
