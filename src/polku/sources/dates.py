"""How a column's texts are read as moments: decided by the column itself, never guessed in silence.

Each text is first cut to its *shape* (every digit a 9, every longer word an A); a column has few of them.
A shape says where year and clock stand; whether day or month comes first is decided by the mapping, by a
13 or more in one place, or by dots, which no language writes month first.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from polku.records.engine import Engine
from polku.sources.raw import DAYS_FROM, text

Order = Literal["day-first", "month-first"]
ToldBy = Literal["mapping", "evidence", "dots", "neighbour", "language", "shape", "nothing"]
_MOST_SHAPES = 400
_FIRST_TEXTS = 1000
_FEW_SHAPES = 4

_CLEAN = (
    # (pattern, replacement) in the order in which they are applied; RE2.
    ("[\\s\u00a0\u202f]+", " "),
    ("(?i) ?(klo|kl\\.|kl) ", " "),
    ("([.,][0-9]{6})[0-9]+", "\\1"),
    ("(?i)([0-9]) ?a\\.?m\\.?$", "\\1 AM"),
    ("(?i)([0-9]) ?p\\.?m\\.?$", "\\1 PM"),
    ("(?i)([0-9]) ?(z|utc|gmt)$", "\\1+00:00"),
)
_MONTHS = (
    ("jan|tammi", "Jan"),
    ("feb|helmi", "Feb"),
    ("mar|mär|maalis", "Mar"),
    ("apr|huhti", "Apr"),
    ("may|maj|mai|touko", "May"),
    ("jun|kesä", "Jun"),
    ("jul|heinä", "Jul"),
    ("aug|elo", "Aug"),
    ("sep|syys", "Sep"),
    ("oct|okt|loka", "Oct"),
    ("nov|marras", "Nov"),
    ("dec|des|joulu", "Dec"),
)


@dataclass(frozen=True)
class Layout:
    """What one shape means.

    Args:
        format: as strptime writes it, with `%1` and `%2` where day and month stand in unknown order.
        clock: whether there is a time of day.
        offset: whether the text carries its own offset.
        word: whether the month is a word.
    """

    format: str
    clock: bool
    offset: bool
    word: bool = False

    @property
    def open(self) -> bool:
        """Whether day and month may stand either way."""
        return "%1" in self.format

    def written(self, order: Order) -> str:
        """The format with day and month in their places."""
        first, second = ("%d", "%m") if order == "day-first" else ("%m", "%d")
        return self.format.replace("%1", first).replace("%2", second)


_CLOCK = re.compile(
    r"^(?P<hour>9{1,2})(?P<a>[:.])(99)(?:(?P<b>[:.])99(?:(?P<fraction>[.,])9{1,6})?)?(?P<half> (?:AM|PM))?(?P<gap> ?)(?P<offset>[+-]99(?::?99)?)?$"
)
_YMD = re.compile(r"^9999([-/.])9{1,2}\1(9{1,2})(?P<rest>.*)$")
_DMY = re.compile(r"^9{1,2}(?P<a>[-/.] ?| )9{1,2}(?P<b>[-/.] ?| )(?P<year>9999|99)(?P<rest>.*)$")
_DANISH = re.compile(r"^9{1,2}/9{1,2}(?P<b>[- ])9999(?P<rest>.*)$")
"""13/3-2026: written so, the day always stands first."""
_WORD = re.compile(r"^9{1,2}(?P<a>\. ?|[-/ ])A(?P<b>\.? ?[-/ ]?)(?P<year>9999|99)(?P<rest>.*)$")
_SURE = re.compile(r"^9999([-/.])99\1(99)((T|, | |_)99[:.]99([:.]99([.,]9{1,6})?)?([+-]99(:?99)?)?)?$")
_WORD_FIRST = re.compile(r"^A(?P<a>\.? )9{1,2}(?P<b>,? )(?P<year>9999)(?P<rest>.*)$")


@lru_cache(maxsize=2000)
def layout(shape: str) -> Layout | None:
    """The layout of a shape, or None where it is no moment."""
    found: tuple[str, str] | None = None
    word = False
    if match := _YMD.match(shape):
        found = (f"%Y{match[1]}%m{match[1]}%d", match["rest"])
    elif shape.startswith("99999999") and not shape[8:9].startswith("9"):
        found = ("%Y%m%d", shape[8:])
    elif match := _DANISH.match(shape):
        found = (f"%d/%m{match['b']}%Y", match["rest"])
    elif match := _DMY.match(shape):
        year = "%Y" if match["year"] == "9999" else "%y"
        if match["a"].strip() == match["b"].strip():
            found = (f"%1{match['a']}%2{match['b']}{year}", match["rest"])
    elif match := _WORD.match(shape):
        word, year = True, "%Y" if match["year"] == "9999" else "%y"
        found = (f"%d{match['a']}%b{match['b']}{year}", match["rest"])
    elif match := _WORD_FIRST.match(shape):
        word = True
        found = (f"%b{match['a']}%d{match['b']}%Y", match["rest"])
    if found is None:
        return None
    day, rest = found
    if not rest:
        return Layout(day, clock=False, offset=False, word=word)
    between = re.match(r"^(T|, | |_)", rest)
    clock = _CLOCK.match(rest[between.end() :]) if between else None
    if between is None or clock is None:
        return None
    written = ("%I" if clock["half"] else "%H") + clock["a"] + "%M"
    if clock["b"]:
        written += clock["b"] + "%S"
    if clock["fraction"]:
        written += clock["fraction"] + "%f"
    if clock["half"]:
        written += " %p"
    if clock["offset"]:
        written += clock["gap"] + "%z"
    return Layout(f"{day}{between[1]}{written}", clock=True, offset=clock["offset"] is not None, word=word)


@dataclass(frozen=True)
class Moments:
    """How one column of texts is read as moments.

    Args:
        layouts: what each readable shape means.
        special: epoch-s, epoch-ms, epoch-us, serial (days of a spreadsheet) or None.
        order: where shapes are open, which comes first; None while nothing decides it.
        told_by: what decided it.
        above: of the values in open shapes, those with more than 12 in the first, in the second place.
        example: a value of an open shape.
        dashes: all values of open shapes are written with dashes.
    """

    layouts: dict[str, Layout]
    special: str | None = None
    order: Order | None = None
    told_by: ToldBy = "shape"
    above: tuple[int, int] = (0, 0)
    example: str | None = None
    filled: int = 0
    unreadable: int = 0
    unread_example: str | None = None
    serials: tuple[str, ...] = ()
    """Beside layouts: shapes of the days of a spreadsheet, in cells that lost their format."""
    serial_count: int = 0
    days_from: str = DAYS_FROM
    dashes: bool = False

    @property
    def undecided(self) -> bool:
        """Whether day and month could still change places."""
        return self.order is None and any(layout.open for layout in self.layouts.values())

    @property
    def local(self) -> bool:
        """Whether times of day without an offset are among the values."""
        return any(layout.clock and not layout.offset for layout in self.layouts.values()) or any(
            "." in one for one in self.serials
        )


@dataclass(frozen=True)
class Plain:
    """A way of writing moments that needs no cleaning, so that a text of it is told by one look.

    Args:
        shape: of the cleaned text.
        pattern: what a text of it looks like, as a regular expression.
        ends: so many letters at its end stand for `+00:00`.
        whole: every text of the column is written so.
        counted: of such a column how many texts there are, and the first and the last of them as they are cleaned.
        example: a text of it.
        trusted: that the column is written so is taken from its first texts.
    """

    shape: str
    pattern: str
    ends: int = 0
    whole: bool = False
    counted: tuple[int, str, str] = (0, "", "")
    example: str = ""
    trusted: bool = False

    def value(self, column: str) -> str:
        """The cleaned text, as an expression."""
        return f"left({column}, -{self.ends}) || '+00:00'" if self.ends else column

    def fits(self, column: str) -> str:
        """Whether a text is of it, as an expression."""
        return f"regexp_full_match({column}, {_literal(self.pattern)})"

    def unlike(self, column: str) -> str:
        """Whether a text that is read as it is may be written otherwise, as an expression.

        Where every part of the shape is as long as it can be, no other text of this length is read by it.
        """
        other = f"strlen({column}) <> {len(self.example)}"
        if self.ends:
            other += f" OR right({column}, {self.ends}) <> {text(self.example[-self.ends :])}"
        return f"coalesce({other}, false)"

    @property
    def sure(self) -> bool:
        """Whether it says by itself what is day and what month, and each part is as long as it can be."""
        return _SURE.match(self.shape) is not None and layout(self.shape) is not None


def plain_shapes(engine: Engine, table: str, value: str, trusted: int | None = None) -> tuple[Plain, ...]:
    """The plain ways in which the first texts of a column are written; the rest of it may have others.

    Args:
        value: the text without spaces around it, as an expression.
        trusted: so many rows are taken to be written as the first are, if these say all by themselves (`Plain.sure`);
            whoever reads them asks `Plain.unlike` of each.
    """
    rows = engine.rows(
        f"SELECT x, {clean('x')}, {shape(clean('x'))} FROM (SELECT {value} AS x FROM {table} "
        f"WHERE ({value}) IS NOT NULL LIMIT {_FIRST_TEXTS})"
    )
    found: dict[str, Plain] = {}
    for said, cleaned, shaped in rows:
        ends = 1 if said[-1:] == "Z" and cleaned == said[:-1] + "+00:00" else 0
        pattern = "".join("[0-9]" if "0" <= sign <= "9" else re.escape(sign) for sign in said)
        digits = re.sub("[0-9]", "9", cleaned)
        if (ends or cleaned == said) and digits == shaped and said.isascii():
            found.setdefault(pattern, Plain(shaped, pattern, ends, example=said))
    few = tuple(found.values())
    if trusted is not None and len(few) == 1 and few[0].sure:
        cleaned = rows[0][1]
        return (replace(few[0], whole=True, trusted=True, counted=(trusted, cleaned, cleaned)),)
    if not few or len(few) > _FEW_SHAPES:
        return ()
    counts = ", ".join(
        f"count(*) FILTER (WHERE {one.fits('x')}), min({one.value('x')}), max({one.value('x')})"
        for one in few
    )
    filled, *fitting = engine.rows(f"SELECT count(x), {counts} FROM (SELECT {value} AS x FROM {table})")[0]
    return tuple(
        replace(one, whole=count == filled, counted=(count, low, high))
        for one, count, low, high in zip(few, fitting[::3], fitting[1::3], fitting[2::3], strict=True)
        if count
    )


def clean(value: str, plain: Sequence[Plain] = ()) -> str:
    """A text of a moment without what differs for no reason, as an expression."""
    made = f"trim({value})"
    for pattern, replacement in _CLEAN:
        made = f"regexp_replace({made}, {_literal(pattern)}, {_literal(replacement)}, 'g')"
    if not plain:
        return made
    return (
        f"CASE {' '.join(f'WHEN {one.fits(value)} THEN {one.value(value)}' for one in plain)} ELSE {made} END"
    )


def shape(cleaned: str, plain: Sequence[Plain] = ()) -> str:
    """The shape of a cleaned text, as an expression."""
    digits = f"regexp_replace({cleaned}, '[0-9]', '9', 'g')"
    made = f"regexp_replace({digits}, '[A-Za-zÀ-ÿ]" + "{3,}', 'A', 'g')"
    known = " ".join(f"WHEN {one.fits(cleaned)} THEN {text(one.shape)}" for one in plain if not one.ends)
    return f"CASE {known} ELSE {made} END" if known else made


def look(engine: Engine, table: str, column: str, said: str | None, whole: Plain | None = None) -> Moments:
    """Find out how a column of cleaned texts is read.

    Args:
        column: of cleaned texts; its shapes are in `<column>_s`.
        said: the mapping's `dates:`.
        whole: how all of them are written, where that is known.
    """
    if whole is not None:
        shapes: list[Any] = [(whole.shape, *whole.counted)]
    else:
        shapes = engine.rows(
            f"SELECT {column}_s, count(*), min({column}), max({column}) FROM {table} WHERE {column} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MOST_SHAPES}"
        )
    filled = sum(row[1] for row in shapes)
    special = _special([row[0] for row in shapes], shapes[0][2], shapes[0][3]) if shapes else None
    if special:
        return Moments({}, special, filled=filled)
    layouts = {row[0]: found for row in shapes if (found := layout(row[0])) is not None}
    days = [row for row in shapes if layouts and row[0] not in layouts and _days(row[0], row[2], row[3])]
    serials, serial_count = tuple(row[0] for row in days), sum(row[1] for row in days)
    unread = [row for row in shapes if row[0] not in layouts and row[0] not in serials]
    counted = sum(row[1] for row in unread)
    example = unread[0][2] if unread else None
    opened = [one for one, found in layouts.items() if found.open]
    if not opened:
        return Moments(
            layouts, filled=filled, unreadable=counted, unread_example=example, serials=serials,
            serial_count=serial_count,
        )  # fmt: skip
    inside = ", ".join(map(text, opened))
    first, second, sample, dots, dashes = engine.rows(
        f"""SELECT count(*) FILTER (WHERE try_cast(regexp_extract({column}, '^([0-9]+)', 1) AS INT) > 12),
            count(*) FILTER (WHERE try_cast(regexp_extract({column}, '^[0-9]+[^0-9]+([0-9]+)', 1) AS INT) > 12),
            min({column}), bool_and(regexp_matches({column}, '^[0-9]+[.]')),
            bool_and(regexp_matches({column}, '^[0-9]+-'))
        FROM {table} WHERE {column}_s IN ({inside})"""
    )[0]
    order, told_by = _order(said, first, second, bool(dots))
    return Moments(
        layouts, None, order, told_by, (first, second), sample, filled, counted, example, serials, serial_count,
        dashes=bool(dashes),
    )  # fmt: skip


def _order(said: str | None, first: int, second: int, dots: bool) -> tuple[Order | None, ToldBy]:
    if said == "day-first":
        return "day-first", "mapping"
    if said == "month-first":
        return "month-first", "mapping"
    if first and not second:
        return "day-first", "evidence"
    if second and not first:
        return "month-first", "evidence"
    # A few slips among many do not turn a column round, and they become rejects.
    if first > 50 * second:
        return "day-first", "evidence"
    if second > 50 * first:
        return "month-first", "evidence"
    if dots:
        return "day-first", "dots"
    return None, "nothing"


def _special(shapes: Sequence[str], low: str, high: str) -> str | None:
    """Columns of nothing but digits: seconds, milliseconds or microseconds since 1970, or a spreadsheet's days."""
    for digits, name in ((10, "epoch-s"), (13, "epoch-ms"), (16, "epoch-us")):
        if all(one == "9" * digits for one in shapes) and low >= "6" and high < "5" + "0" * digits:
            return name
        if all(one == "9" * digits for one in shapes) and "0" < low[0] < "5" and high[0] < "5":
            return name
    return "serial" if all(_days(one, low, high) for one in shapes) else None


def _days(shape: str, low: str, high: str) -> bool:
    """Whether texts of a shape are days of a spreadsheet: those of 1954 to 2119."""
    return bool(re.fullmatch(r"9{5}(\.9+)?", shape)) and low > "20000" and high < "80000"


def local_moment(column: str, moments: Moments) -> str:
    """The moment a cleaned text names, as an expression: UTC where it carries an offset, else as the clock said."""
    if moments.special == "serial":
        return _of_days(column, moments)
    if moments.special:
        factor = {"epoch-s": 1_000_000, "epoch-ms": 1_000, "epoch-us": 1}[moments.special]
        return f"make_timestamp(try_cast({column} AS BIGINT) * {factor})"
    if not moments.layouts:
        return "CAST(NULL AS TIMESTAMP)"
    cases = []
    for one, found in moments.layouts.items():
        if found.open and moments.order is None:
            continue
        value = _english_months(column) if found.word else column
        parsed = f"try_strptime({value}, {_literal(found.written(moments.order or 'day-first'))})"
        if found.offset:
            parsed = f"({parsed} AT TIME ZONE 'UTC')"
        cases.append(f"WHEN {text(one)} THEN {parsed}")
    cases += [f"WHEN {text(one)} THEN {_of_days(column, moments)}" for one in moments.serials]
    if not cases:
        return "CAST(NULL AS TIMESTAMP)"
    return f"CASE {column}_s {' '.join(cases)} END"


def _of_days(column: str, moments: Moments) -> str:
    micros = f"CAST(round(try_cast({column} AS DOUBLE) * 86400) AS BIGINT) * 1000000"
    return f"TIMESTAMP '{moments.days_from}' + to_microseconds({micros})"


def has_clock(column: str, moments: Moments) -> str:
    """Whether a text names a time of day, as an expression."""
    if moments.special:
        return f"contains({column}, '.')" if moments.special == "serial" else "true"
    clocks = [one for one, found in moments.layouts.items() if found.clock]
    return _one_of(column, [*clocks, *(one for one in moments.serials if "." in one)])


def has_offset(column: str, moments: Moments) -> str:
    """Whether a text carries its own offset, as an expression."""
    if moments.special:
        return "true" if moments.special != "serial" else "false"
    return _one_of(column, [one for one, found in moments.layouts.items() if found.offset])


def offset_of(column: str) -> str:
    """The offset a text carries, as an expression."""
    return f"coalesce(nullif(regexp_extract({column}, '[+-][0-9]{{2}}:?[0-9]{{0,2}}$'), ''), 'UTC')"


def to_utc(local: str, zone: str) -> str:
    """A clock's time in a zone as UTC, as an expression.

    Of a time that happens twice the first is meant; one that the clock skips is moved on by the hour skipped.
    """
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return local
    late = f"({local} AT TIME ZONE {_literal(zone)})"
    early = f"({late} - INTERVAL 1 HOUR)"
    return (
        f"CASE WHEN ({early} AT TIME ZONE {_literal(zone)}) = {local} "
        f"THEN {early} AT TIME ZONE 'UTC' ELSE {late} AT TIME ZONE 'UTC' END"
    )


def known_zone(zone: str) -> bool:
    """Whether there is a zone of this name."""
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _english_months(column: str) -> str:
    made = column
    for pattern, english in _MONTHS:
        made = f"regexp_replace({made}, '(?i)({pattern})[a-zäöåæø]*', '{english}')"
    return made


def _one_of(column: str, shapes: Sequence[str]) -> str:
    return f"{column}_s IN ({', '.join(map(text, shapes))})" if shapes else "false"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
