"""Zoom: reports of who attended a webinar, hosts, panelists and attendees in sections under each other.

The headers of its English reports are confirmed by reports that are public; no other language is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.sources.delimited import read_delimited
from polku.sources.files import Opened
from polku.sources.letters import letters_of
from polku.sources.makes import Make, Shape, said
from polku.sources.raw import Raw
from polku.sources.sniffing import Sniffed
from polku.sources.systems import Part
from polku.words import Message

_MOST = 64 << 20
"""Bytes of a report; one of ten thousand people has 3 MB."""
_SECTION = "attendee details"
_BEGINS = b"attendee report"
TOPIC, WEBINAR = "Topic", "Webinar ID"


class _Reader:
    """Takes the attendees out of a report, each with the topic of the webinar."""

    def opens(self, path: Path, head: bytes) -> bool:
        """Whether it is called a report of attendees and has their section."""
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip(b'"').lower().startswith(_BEGINS):
            return False
        with path.open("rb") as file:
            return b"\nattendee details" in file.read(1 << 20).lower().replace(b'"', b"")

    def parts(self, opened: Opened, scratch: Path) -> Iterator[Part]:
        """The attendees of the webinar."""
        yield Part(opened.name, lambda engine, table, source: _load(engine, opened, table, scratch))


def _load(engine: Engine, opened: Opened, table: str, scratch: Path) -> tuple[Raw, Sniffed | None]:
    if opened.path.stat().st_size > _MOST:
        raise ImportRefused(Message("sources.teams-too-large", {"limit": _MOST >> 20}), opened.where)
    letters = letters_of(opened.path, opened.name)
    text = opened.path.read_text(encoding=letters.encoding)
    rows = list(csv.reader(io.StringIO(text)))
    at = next((place for place, row in enumerate(rows) if row and row[0].strip().lower() == _SECTION), None)
    if at is None or at + 1 >= len(rows):
        raise ImportRefused(Message("sources.header-only"), opened.where)
    topic, webinar = _webinar(rows[:at])
    header = [*(cell.strip() for cell in rows[at + 1]), TOPIC, WEBINAR]
    width = len(header) - 2
    plain = scratch / f"{table}-attendees.csv"
    with plain.open("w", encoding="utf-8", newline="") as file:
        # Lines keep their numbers.
        file.write("\n" * (at + 1))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows[at + 2 :]:
            cells = [*row, *([""] * width)][:width]
            if any(cell.strip() for cell in cells):
                # Who did not come has dashes in place of times.
                writer.writerow(["" if cell.strip() == "--" else cell for cell in cells] + [topic, webinar])
            else:
                file.write("\n")
    its = Opened(plain, opened.name, "csv", opened.folder, opened.alone)
    return read_delimited(engine, its, table, scratch, encoding="utf-8", delimiter=",")


def _webinar(rows: list[list[str]]) -> tuple[str, str]:
    """Topic and number of the webinar, under their headers."""
    for header, row in pairwise(rows):
        named = {cell.strip(): value.strip() for cell, value in zip(header, row, strict=False)}
        if named.get(TOPIC):
            return named[TOPIC], named.get(WEBINAR, "")
    return "", ""


_WHOSE = {"person_id": "email", "account_id": "company", "campaign": "topic", "channel": "=Event", "direction": "=in"}  # fmt: skip

ATTENDEES = Shape(
    "attendees",
    columns={
        "attended": said("Attended"), "name": said("User Name (Original Name)"), "first": said("First Name"), "last": said("Last Name"),
        "email": said("Email"), "company": said("Organization"), "title": said("Job Title"), "registered": said("Registration Time"),
        "joined": said("Join Time"), "topic": said(TOPIC), "webinar": said(WEBINAR),
    },
    needs=("attended", "email", "joined", "topic"),
    signs=("name", "webinar"),
    least=2,
    fills=(
        {"table": "people", "when": "email", "columns": {"person_id": "email", "email": "email", "name": "{first} {last}|name", "title": "title"}},
        {"table": "memberships", "when": "company", "needs": ("email",), "columns": {"person_id": "email", "account_id": "company"}},
        {"table": "events", "when": "registered", "columns": {
            "time": "registered", "event_id": "webinar/{webinar}/{email}/registered", **_WHOSE}, "activity": "Event: registered"},
        {"table": "events", "where": {"attended": ["Yes"]}, "columns": {
            "time": "joined", "event_id": "webinar/{webinar}/{email}/{joined}", **_WHOSE}, "activity": "Event: attended"},
    ),
)  # fmt: skip

SOURCE = Make("zoom", "Zoom", "marketing", (ATTENDEES,), _Reader())
