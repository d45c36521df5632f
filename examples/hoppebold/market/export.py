"""How a system writes a file: its format, and the mess of real exports."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from market.happenings import Happening

HOME = ZoneInfo("Europe/Copenhagen")
UNREADABLE = ("0000-00-00", "{30 February}", "i går", "n/a", "")


@dataclass
class Export:
    """A file as a system writes it, and what was done to it on purpose."""

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]
    delimiter: str = ","
    encoding: str = "utf-8"
    above: tuple[str, ...] = ()
    """Lines above the header."""
    below: tuple[tuple[str, ...], ...] = ()
    """Totals under the last row."""
    unreadable: int = 0
    repeated: int = 0

    @property
    def row_count(self) -> int:
        """Rows of the file, totals included, empty lines not."""
        return len(self.rows) + len(self.below)

    def to_bytes(self) -> bytes:
        """The file."""
        text = io.StringIO()
        for line in self.above:
            text.write(line + "\r\n")
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        if self.below:
            text.write("\r\n")
            writer.writerows(self.below)
        return text.getvalue().encode(self.encoding)


@dataclass
class Scribe:
    """Writes as people and systems do: with a seed, and not always with care."""

    seed: int
    exports: list[Export] = field(default_factory=list)

    def rng(self, name: str) -> random.Random:
        """A generator of its own for one file, so that files do not disturb each other."""
        return random.Random(f"{self.seed}/export/{name}")

    def add(self, export: Export, bad_dates: int = 0, repeats: int = 0, time_column: int = 0) -> None:
        """Spoil some dates, write some lines twice, and keep the file."""
        rng = self.rng(export.name)
        places = rng.sample(range(len(export.rows)), min(len(export.rows), bad_dates + repeats))
        for number, place in enumerate(places[:bad_dates]):
            iso = export.rows[place][time_column][4] == "-"
            text = UNREADABLE[number % len(UNREADABLE)]
            export.rows[place][time_column] = text.replace(
                "{30 February}", "2026-02-30" if iso else "30-02-2026"
            )
        for place in sorted(places[bad_dates:], reverse=True):
            export.rows.insert(place + 1, list(export.rows[place]))
        export.unreadable = min(bad_dates, len(places)) + len(export.below)
        export.repeated = len(places[bad_dates:])
        self.exports.append(export)


def write_files(exports: Sequence[Export], out: Path) -> None:
    """Write the exports into a folder, which is made where it is missing."""
    out.mkdir(parents=True, exist_ok=True)
    for export in exports:
        (out / export.name).write_bytes(export.to_bytes())


def with_offset(moment: datetime) -> str:
    """2026-03-04T09:15:00+01:00"""
    return moment.replace(tzinfo=HOME).isoformat()


def in_utc(moment: datetime) -> str:
    """2026-03-04T08:15:00Z"""
    return moment.replace(tzinfo=HOME).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def score_of(happening: Happening) -> str:
    """The score, or nothing."""
    return "" if happening.score is None else str(happening.score)


def careless(name: str, rng: random.Random) -> str:
    """A company's name as somebody types it: without its legal form, in capitals, with a slip or a space too many."""
    short = name.rsplit(" ", 1)[0]
    slip = rng.randrange(1, len(short) - 1)
    ways: tuple[Callable[[], str], ...] = (
        lambda: short,
        lambda: short,
        lambda: name + " ",
        lambda: name.upper(),
        lambda: f" {short}",
        lambda: (
            short.replace("ø", "oe").replace("æ", "ae").replace("å", "aa").replace("ö", "o").replace("ä", "a")
        ),
        lambda: short[:slip] + short[slip + 1 :],
    )
    return rng.choices(ways, (30, 20, 16, 12, 10, 8, 4))[0]()
