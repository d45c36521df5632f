"""Microsoft Teams: reports of who attended a meeting, in numbered sections under each other, in any language."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
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
"""Bytes of a report; one of a thousand people has 200 KB."""
_SECTION = re.compile(r'"?([1-9])\. [^\t;,]+"?[\t;,]*$')
_MOMENT = re.compile(r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}\D.*\d{1,2}[:.]\d{2}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

NAME, JOINED, EMAIL, TITLE, START = "Name", "First join", "Email", "Meeting title", "Start time"


def _lines(path: Path, most: int) -> list[str]:
    with path.open("rb") as file:
        head = file.read(most)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        text = head.decode("utf-8-sig", errors="replace")
    return text.splitlines()


class _Reader:
    """Takes the people out of a report: the section in which each stands once."""

    def opens(self, path: Path, head: bytes) -> bool:
        """Whether the first two sections stand there, of which only the second has a header."""
        if b"1" not in head[:8] or b"." not in head[:12]:
            return False
        lines = _lines(path, 1 << 16)
        if not lines or not _is_section(lines[0], "1"):
            return False
        return any(_is_section(line, "2") for line in lines[:60])

    def parts(self, opened: Opened, scratch: Path) -> Iterator[Part]:
        """The people of the meeting, each with its title and its beginning."""
        yield Part(opened.name, lambda engine, table, source: _load(engine, opened, table, scratch))


def _is_section(line: str, number: str) -> bool:
    found = _SECTION.match(line.strip())
    return found is not None and found[1] == number


def _load(engine: Engine, opened: Opened, table: str, scratch: Path) -> tuple[Raw, Sniffed | None]:
    if opened.path.stat().st_size > _MOST:
        raise ImportRefused(Message("sources.teams-too-large", {"limit": _MOST >> 20}), opened.where)
    letters = letters_of(opened.path, opened.name)
    lines = opened.path.read_text(encoding=letters.encoding).split("\n")
    at = next(place for place, line in enumerate(lines) if _is_section(line, "2"))
    after = next((place for place, line in enumerate(lines) if _is_section(line, "3")), len(lines))
    header = next((place for place in range(at + 1, after) if lines[place].strip("\t;, ")), None)
    if header is None:
        raise ImportRefused(Message("sources.header-only"), opened.where)
    sign = max("\t;,", key=lines[header].count)
    title, start = _meeting(lines[1:at], sign)
    rows = list(csv.reader(lines[header + 1 : after], delimiter=sign))
    width = len(next(csv.reader([lines[header]], delimiter=sign)))
    joined = _column(rows, width, _MOMENT)
    email = _column(rows, width, _ADDRESS)
    plain = scratch / f"{table}-people.csv"
    with plain.open("w", encoding="utf-8", newline="") as file:
        # Lines keep their numbers.
        file.write("\n" * header)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((NAME, JOINED, EMAIL, TITLE, START))
        for row in rows:
            if not any(cell.strip() for cell in row):
                file.write("\n")
                continue
            cells = [*row, *([""] * (width - len(row)))]
            address = cells[email] if email is not None else ""
            if not address:
                address = next((cell for cell in cells if _ADDRESS.fullmatch(cell)), "")
            when = cells[joined] if joined is not None else start
            writer.writerow((cells[0], _plain_moment(when), address, title, _plain_moment(start)))
    read, sniffed = read_delimited(
        engine,
        Opened(plain, opened.name, "csv", opened.folder, opened.alone),
        table,
        scratch,
        encoding="utf-8",
        delimiter=",",
    )
    return read, replace(sniffed, delimiter=sign) if sniffed else None


def _meeting(lines: list[str], sign: str) -> tuple[str, str]:
    """Title and beginning of the meeting: what stands first beside a word, and the first moment."""
    told = [row[1].strip() for row in csv.reader(lines, delimiter=sign) if len(row) > 1 and row[1].strip()]
    title = told[0] if told and not _MOMENT.match(told[0]) else ""
    return title, next((one for one in told if _MOMENT.match(one)), "")


def _column(rows: list[list[str]], width: int, pattern: re.Pattern[str]) -> int | None:
    """The first column that mostly holds such cells."""
    for at in range(width):
        cells = [row[at] for row in rows if len(row) > at and row[at].strip()]
        if cells and sum(bool(pattern.match(cell.strip())) for cell in cells) * 2 > len(cells):
            return at
    return None


def _plain_moment(said: str) -> str:
    """A moment without the words and signs that stand between day and clock."""
    text = said.replace("\u202f", " ").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", re.sub(r",? ?(?:klo|kl\.?|at|,) ?(?=\d)", " ", text)).strip()


PEOPLE = Shape(
    "attendance",
    columns={
        "name": said(NAME), "joined": said(JOINED), "email": said(EMAIL), "title": said(TITLE), "start": said(START),
    },
    needs=("name", "joined", "title", "start"),
    signs=("joined", "title", "start"),
    least=3,
    fills=(
        {"table": "people", "when": "email", "columns": {"person_id": "email", "email": "email", "name": "name"}},
        {"table": "events", "columns": {
            "time": "joined", "event_id": "meeting/{start}/{title}/{name}/{joined}", "person_id": "email", "channel": "=Meeting", "direction": "=in"},
            "activity": "Meeting: attended"},
    ),
)  # fmt: skip


SOURCE = Make("teams", "Microsoft Teams", "web", (PEOPLE,), _Reader())
