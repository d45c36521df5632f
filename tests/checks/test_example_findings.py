"""The whole list of what is found in the example, in both languages, as people read it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from polku.checks import check_workspace
from polku.formats import read_workspace
from polku.words import reader

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_example_has_the_findings_that_somebody_has_read(language: str) -> None:
    """POLKU_SNAPSHOTS=write takes the new list; read it line by line before you commit it."""
    say = reader(language)
    lines = []
    for one in check_workspace(read_workspace(EXAMPLE), today=dt.date(2026, 11, 18)):
        # Without columns and lines: those are tested elsewhere, and a comment more should not fail here.
        lines.append(f"{one.level} {one.key} ({one.count})\n  {say.text(one.message)}")
        if one.fix is not None:
            lines.append(f"  {say.text(one.fix)}")
    text = "\n".join(lines) + "\n"
    stored = SNAPSHOTS / f"hoppebold.{language}.txt"
    if os.environ.get("POLKU_SNAPSHOTS") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        stored.write_text(text, encoding="utf-8")

    assert text == stored.read_text(encoding="utf-8")


def test_the_missing_handoff_before_the_renewal_talk_is_found() -> None:
    found = check_workspace(read_workspace(EXAMPLE), today=dt.date(2026, 11, 18))

    (handoff,) = (one for one in found if one.code == "PK303" and one.level == "warning")
    assert (handoff.document, handoff.item) == ("journeys/new-machine", "steps/talk-renewal")
