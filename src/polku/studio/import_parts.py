"""What the page of an import shows of each file: what it seems to be, its columns, its rows, what is to be settled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from polku.errors import ImportRefused
from polku.sources.shown import ShownColumn, ShownRow
from polku.sources.staging import ReadFile
from polku.sources.unclear import Unclear
from polku.studio.import_words import in_form
from polku.studio.uploads import Preview
from polku.words import Message, Reader

DATES = ("day-first", "month-first", "iso")
AROUND = 4
"""Rows shown before a faulty one, at most."""
MOST_COLUMNS = 60


_LETTERS = {"utf-8-sig": "UTF-8, BOM", "cp1252": "Windows-1252", "iso-8859-1": "Latin-1"}
"""Encodings as people know them; others in capitals."""


@dataclass(frozen=True)
class Head:
    """A column of the table, as its head shows it.

    Args:
        becomes: the first of what it becomes; empty where it is not used.
        more: what it becomes besides.
        share: of the rows, those whose value fits, 0 … 1.
        fits: the same in words.
        bad: whether those words tell of rejected rows.
    """

    column: ShownColumn
    becomes: str
    more: tuple[str, ...]
    share: float
    fits: Message
    bad: bool


@dataclass(frozen=True)
class Part:
    """A file (or a table of one) as the page shows it.

    Args:
        read: None where it cannot be read.
        refused: why not.
        rows: those in sight.
        fault: place among the faults of the one in sight, from 0; None at the beginning of the file.
        edited: whether somebody said how it is read.
    """

    number: int
    name: str
    read: ReadFile | None
    refused: str
    heads: tuple[Head, ...]
    rows: tuple[ShownRow, ...]
    fault: int | None
    faults: int
    settle: tuple[tuple[str, Message, ShownColumn | None], ...]
    edited: bool
    guide: tuple[tuple[str, str, str], ...]
    unclear: Unclear | None = None

    @property
    def fault_number(self) -> int:
        """Which of the faulty rows is in sight, from 1."""
        return (self.fault or 0) + 1

    @property
    def next_fault(self) -> int:
        """The place of the next faulty row."""
        return 0 if self.fault is None else (self.fault + 1) % max(1, self.faults)

    @property
    def used(self) -> int:
        """Rows that come in."""
        return self.read.rows - self.read.rejected - self.read.repeated if self.read else 0


def parts_of(
    preview: Preview,
    say: Reader,
    *,
    edited: Collection[str],
    names: bool,
    wanted: int | None,
    fault: int | None,
) -> tuple[Part, ...]:
    """The files of an upload as the page shows them.

    Args:
        edited: files that somebody said something about.
        names: whether the reader may see what stands in the rows.
        wanted: number of the file in sight.
        fault: number of its rejected row that is looked for, counted round.
    """
    parts: list[Part] = []
    for read in preview.read:
        at = fault if wanted == len(parts) else None
        parts.append(_read_part(read, say, len(parts), at, names, read.name in edited))
    for name, why in preview.refused:
        parts.append(_refused_part(name, why, say, len(parts), names, name in edited))
    return tuple(parts)


def _read_part(
    read: ReadFile, say: Reader, number: int, wanted: int | None, names: bool, edited: bool
) -> Part:
    shown = read.rows_shown
    assert shown is not None
    rows, fault = shown.rows[: shown.first], None
    if wanted is not None and shown.faults:
        fault = wanted % len(shown.faults)
        place = next(at for at, row in enumerate(shown.rows) if row.line == shown.faults[fault])
        start = max(0, place - AROUND)
        rows = shown.rows[start : start + max(shown.first, 2 * AROUND + 1)]
    rows = tuple(replace(row, reason=in_form(row.reason)) if row.reason else row for row in rows)
    if not names:
        rows = tuple(replace(row, cells=tuple(None for _ in row.cells)) for row in rows)
    heads = tuple(_head(one, read) for one in shown.columns[:MOST_COLUMNS])
    return Part(
        number,
        read.name,
        read,
        "",
        heads,
        rows,
        fault,
        len(shown.faults),
        _settle(read),
        edited,
        _guide(say, read),
    )


def _refused_part(name: str, why: ImportRefused, say: Reader, number: int, names: bool, edited: bool) -> Part:
    heads: tuple[Head, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    if isinstance(why, Unclear):
        draft = {column: f"{why.table}.{target}" for target, column in why.draft.items()}
        heads = tuple(
            Head(
                ShownColumn(one.name, (), "unused", 0, 0, 0, 0, None),
                draft.get(one.name, ""),
                (),
                0.0,
                Message("studio-data.fits-unknown"),
                False,
            )
            for one in why.columns[:MOST_COLUMNS]
        )
        cells = tuple(one.example if names else None for one in why.columns)
        rows = (ShownRow(2, cells, "used"),)
    unclear = why if isinstance(why, Unclear) else None
    said = say.text(in_form(why.message))
    return Part(number, name, None, said, heads, rows, None, 0, (), edited, (), unclear)


def _head(column: ShownColumn, read: ReadFile) -> Head:
    whole = column.filled + column.empty
    fitting = max(0, column.filled - column.failing - column.left_out)
    keys = {
        "events.event_id",
        "accounts.account_id",
        "people.person_id",
        "deals.deal_id",
        "contracts.contract_id",
    }
    fits, bad = Message("studio-data.fits-all"), False
    if column.failing:
        fits, bad = Message("studio-data.fits-fail", {"count": column.failing}), True
    elif column.left_out:
        fits = Message("studio-data.fits-left-out", {"count": column.left_out})
    elif read.repeated and keys & set(column.becomes) and column is _key_column(read, keys):
        fits = Message("studio-data.fits-repeat", {"count": read.repeated})
    elif whole and column.empty == whole:
        fits = Message("studio-data.fits-empty-all")
    elif column.empty:
        fits = Message("studio-data.fits-empty", {"count": column.empty})
    return Head(
        column,
        column.becomes[0] if column.becomes else "",
        column.becomes[1:],
        fitting / whole if whole else 0.0,
        fits,
        bad,
    )


def _key_column(read: ReadFile, keys: set[str]) -> ShownColumn | None:
    columns = read.rows_shown.columns if read.rows_shown else ()
    return next((one for one in columns if keys & set(one.becomes)), None)


def _settle(read: ReadFile) -> tuple[tuple[str, Message, ShownColumn | None], ...]:
    """What somebody should look at before publishing: level, sentence, and the column it is about."""
    found: list[tuple[str, Message, ShownColumn | None]] = []
    shown = read.rows_shown
    by_name = {one.name: one for one in shown.columns} if shown else {}
    for warning in read.warnings:
        if warning.id == "sources.proposed":
            continue  # What the file seems to be stands above.
        column = by_name.get(str(warning.params.get("column", "")))
        level = "hint" if warning.id.startswith("sources.recognised") else "warning"
        acts = column if warning.id in ("sources.all-zero",) and column and column.sure != "mapping" else None
        found.append((level, in_form(warning), acts))
    for one in by_name.values():
        if one.sure == "unsure" and not any(column is one for _, _, column in found):
            said = Message("studio-data.unsure-column", {"column": one.name, "target": one.becomes[0]})
            found.append(("warning", said, one))
    who = next((one for one in by_name.values() if "events.person_id" in one.becomes), None)
    if who is not None and who.empty:
        found.append(("hint", Message("studio-data.nobody", {"count": who.empty}), None))
    found.sort(key=lambda one: one[0] == "hint")
    return tuple(found)


_CUT_WRONGLY = frozenset(
    f"sources.reject-{why}" for why in ("width", "open-quote", "stray-quote", "too-long", "below")
)
"""Why a row of a file has another number of cells than the header."""


def _guide(say: Reader, read: ReadFile) -> tuple[tuple[str, str, str], ...]:
    """What the file seems to be: what of it, what that is, and the sign that told."""
    source = read.mapping
    # Of a workbook or a database nobody wrote letters and delimiters: those are of our copy.
    plain = read.kind == "csv"
    delimiters = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    delimiter = delimiters.get(read.delimiter or "") if plain else None
    kind = read.kind.upper() if read.kind != "own" else (source.system[0] if source.system else read.kind)
    if delimiter:
        kind = f"{kind}, {say(f'studio-data.delimiter-{delimiter}')}"
    good = read.rows - sum(one.count for one in read.reasons if one.message.id in _CUT_WRONGLY)
    day = (
        say("studio-data.dates-none")
        if read.dates is None
        else ", ".join(
            say(f"studio-data.dates-{one.strip()}") if one.strip() in DATES else one
            for one in read.dates.split(",")
        )
    )
    told = source.source
    zone_by = "studio-data.by-mapping" if told.zone else "studio-data.by-workspace"
    as_what = f"studio-data.told-{source.told_by}"
    letters = (
        say("studio-data.letters"),
        _LETTERS.get(read.letters or "", (read.letters or "–").upper()),
        say("studio-data.by-bytes") if not told.encoding else say("studio-data.by-mapping"),
    )
    return (
        (
            say("studio-data.kind"),
            kind,
            say("studio-data.lines-cut", count=read.rows, good=good, columns=len(read.columns)),
        ),
        *([letters] if plain else []),
        (
            say("studio-data.dates"),
            day,
            say("studio-data.by-mapping") if told.dates else say("studio-data.by-values"),
        ),
        (say("studio-data.zone"), read.zone, say(zone_by)),
        (
            say("studio-data.reads-as"),
            told.id,
            say(as_what, used=len(read.used_columns), count=len(read.columns), source=told.id),
        ),
    )
