"""From a file's rows to rows of the lake's tables, as a mapping says: values read, broken rows told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from polku.documents import Fill, Source
from polku.errors import ImportRefused, Where
from polku.records.engine import Engine, name
from polku.records.schema import BELONGING_KINDS, DEAL_KINDS, LINEAGE, OUTCOMES, RECORDS, SCORE_KINDS, Column
from polku.sources import dates, numbers
from polku.sources.cells import Cell, Columns, constant, filled, translated
from polku.sources.raw import text
from polku.words import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

ENUMS: dict[tuple[str, str], tuple[str, ...]] = {
    ("deals", "outcome"): OUTCOMES,
    ("deals", "kind"): DEAL_KINDS,
    ("accounts", "status"): ("prospect", "customer", "former"),
    ("events", "score_kind"): SCORE_KINDS,
    ("events", "direction"): ("in", "out", "internal"),
    ("belongings", "kind"): BELONGING_KINDS,
}
"""Columns that take one of few words; another word is left out and told."""

_MADE_OF_PARTS = frozenset(
    (
        "activity",
        "event_id",
        "account_id",
        "person_id",
        "deal_id",
        "case_id",
        "object_id",
        "contract_id",
        "record_id",
    )
)
"""Columns that are NULL as soon as a part of their text is: half an id would join what is apart."""

_YES = ("true", "t", "yes", "y", "1", "ja", "kyllä", "x", "sand", "sant")
_NO = ("false", "f", "no", "n", "0", "nej", "ei", "falsk", "falskt")


@dataclass
class Reading:
    """How one file is read: what is the same for all tables it fills.

    Args:
        zone: for times without an offset.
        place: item of the mapping → where it stands, for errors.
    """

    engine: Engine
    base: str
    columns: Columns
    source: Source
    zone: str
    file: str
    place: Callable[[str], Where]
    moments: dict[str, dates.Moments] = field(default_factory=dict)
    """Column of cleaned texts in the base table → how it is read."""
    texts: dict[str, str] = field(default_factory=dict)
    """Expression of a moment's text → that column."""
    warnings: list[Message] = field(default_factory=list)
    doubt: str = ""
    """Whether a row of a file that nobody looked through is other than was trusted, as an expression."""

    def numbers(self, cell: Cell, target: str) -> numbers.Numbers:
        """How a column of numbers writes its decimals, told where nothing decides it."""
        found = numbers.look(self.engine, self.base, numbers.clean_number(cell.sql), self.source.decimal)
        if found.told_by == "nothing":
            self.warnings.append(
                Message("sources.number-ambiguous", {"column": cell.named, "found": found.example})
            )
        return found


@dataclass(frozen=True)
class Typed:
    """A column of a table for one fill.

    Args:
        sql: the value, of the column's type.
        unreadable: whether a text stands there that cannot be read, as an expression; None: cannot happen.
        found: the text, as an expression.
        said: what the file calls it.
    """

    column: Column
    sql: str
    unreadable: str | None
    found: str
    said: str


@dataclass(frozen=True)
class Filled:
    """One fill, made: a view of the engine with the columns of `schema.RECORDS` and, per row, what is wrong.

    Its further columns: `line`, `k` (place among the rows of one line), `severity` (broken: the whole row of
    the file is rejected; absent: this fill only gives nothing; else NULL), `reason`, `at_column`, `found`, and, of
    rows that nobody looked through, `doubt`.
    """

    table: str
    made: str
    every: bool = False
    """Each line of the file gives one row of it."""
    sorted: bool = False
    """Its rows come in the order of the file, one for each line at most."""
    silent: frozenset[str] = frozenset()
    """Columns of which the mapping says nothing."""


def fill(reading: Reading, number: int, one: Fill, item: str) -> Filled:
    """Run one fill of a mapping.

    Args:
        number: of the fill, from 0.
        item: its path in the mapping, for errors.
    """
    columns = reading.columns
    relation = reading.base
    if one.split:
        relation, columns = _split(reading, one, item)
    wanted = _cells(reading, one, item, columns)
    typed = [_typed(reading, one.table, column, wanted) for column in _own(one.table)]
    checks = _checks(one.table, typed)
    conditions = _conditions(one, item, columns, reading)
    values = ", ".join(f"{each.sql} AS {name(each.column.name)}" for each in _scored(one.table, typed))
    extra = _lineage(reading)
    problem = _problem(checks)
    doubt = f", ({reading.doubt}) AS doubt" if reading.doubt else ""
    made = f"fill_{number}"
    reading.engine.execute(
        f"""CREATE OR REPLACE TEMP VIEW {made} AS SELECT * EXCLUDE (problem), problem.severity AS severity,
            problem.reason AS reason, problem.at_column AS at_column, problem.found AS found
        FROM (SELECT line, {"k" if one.split else "0 AS k"}, {values}, {extra}, {problem} AS problem{doubt}
              FROM {relation} AS base {conditions})"""
    )
    _tell(reading, one, typed, relation, conditions)
    return Filled(
        one.table,
        made,
        not one.split and not conditions,
        not one.split and not reading.source.join,
        frozenset(each.column.name for each in typed if each.sql == f"CAST(NULL AS {each.column.type})"),
    )


def _scored(table: str, typed: list[Typed]) -> list[Typed]:
    """Kind and scale of a score stand only where there is a score."""
    if table != "events":
        return typed
    score = next(each.sql for each in typed if each.column.name == "score")
    return [
        replace(each, sql=f"CASE WHEN ({score}) IS NOT NULL THEN {each.sql} END")
        if each.column.name in ("score_kind", "score_max")
        else each
        for each in typed
    ]


def _own(table: str) -> list[Column]:
    lineage = {column.name for column in LINEAGE}
    return [column for column in RECORDS[table].columns if column.name not in lineage]


def _lineage(reading: Reading) -> str:
    return (
        f"{text(reading.source.id)} AS source, {text(reading.source.kind)} AS source_kind, "
        f"{text(reading.file)} AS source_file, line AS source_row"
    )


def _split(reading: Reading, one: Fill, item: str) -> tuple[str, Columns]:
    """One row per member of a list in a cell."""
    said = one.split_column
    if said is None:
        plain = [what for what in one.columns.values() if reading.columns.has(what)]
        said = one.columns.get("person_id") or one.columns.get("object_id") or (plain[-1] if plain else None)
    if said is None or one.split is None:
        raise ImportRefused(Message("sources.split-without-column"), reading.place(f"{item}/split"))
    cell = reading.columns.find(said, reading.place(f"{item}/split_column"))
    members = f"string_split({cell.sql}, {text(one.split)})"
    relation = (
        f"(SELECT * FROM (SELECT *, unnest({members}) AS member, unnest(range(len({members}))) AS k "
        f"FROM {reading.base}) WHERE {filled('member')} IS NOT NULL)"
    )
    named = cell.columns[0]
    return relation, Columns({**reading.columns.known, named: "member"}, reading.columns.tidy - {named})


def _cells(reading: Reading, one: Fill, item: str, columns: Columns) -> dict[str, Cell]:
    """What the mapping says of each column of the table."""
    known = {column.name for column in _own(one.table)}
    found: dict[str, Cell] = {}
    for target, said in one.columns.items():
        where = reading.place(f"{item}/columns/{target}")
        if target not in known:
            raise ImportRefused(
                Message(
                    "sources.unknown-target", {"column": target, "table": one.table, "known": sorted(known)}
                ),
                where,
            )
        found[target] = columns.cell(said, where, whole=target in _MADE_OF_PARTS)
    for target, values in one.values.items():
        where = reading.place(f"{item}/values/{target}")
        if target not in known:
            raise ImportRefused(
                Message(
                    "sources.unknown-target", {"column": target, "table": one.table, "known": sorted(known)}
                ),
                where,
            )
        if target not in found and "of" not in values:
            raise ImportRefused(Message("sources.values-of-nothing", {"column": target}), where)
        before = found.get(target) or constant("")
        found[target], words, looked = translated(
            before,
            values,
            lambda column, at=where: columns.find(column, at),  # type: ignore[misc]
        )
        if "else" not in values and "of" in values:
            _tell_unmapped(reading, looked, words, target)
    if one.activity is not None:
        found["activity"] = columns.template(one.activity, reading.place(f"{item}/activity"))
    if "event_id" in known and "event_id" not in found:
        said_id = one.event_id or reading.source.event_id
        if said_id is not None:
            extra = {"activity": found["activity"].sql} if "activity" in found else {}
            if "{activity}" not in said_id or extra or columns.has("activity"):
                found["event_id"] = columns.template(said_id, reading.place("event_id"), extra=extra)
    if one.table == "accounts" and "account_id" not in found:
        found["account_id"] = found.get("domain") or found.get("name") or constant("")
    if "person_id" in known and "person_id" not in found and "email" in found:
        found["person_id"] = found["email"]
    return found


def _typed(reading: Reading, table: str, column: Column, wanted: Mapping[str, Cell]) -> Typed:
    """The value of a column as its type, from the text the mapping points at."""
    cell = wanted.get(column.name)
    if table == "events" and column.name in ("precision", "zone", "priority"):
        return Typed(column, _event_extra(reading, column.name, wanted.get("time")), None, "NULL", "")
    if cell is None:
        return Typed(column, f"CAST(NULL AS {column.type})", None, "NULL", column.name)
    if column.type in ("TIMESTAMP", "DATE"):
        return _moment(reading, column, cell)
    if column.type in ("DOUBLE", "BIGINT", "INTEGER"):
        if cell.constant is not None and cell.constant != "":
            decimal = "."
        else:
            decimal = reading.numbers(cell, column.name).decimal
        number = numbers.to_number(numbers.clean_number(cell.sql), decimal)
        if column.type == "DOUBLE" and column.name == "probability":
            number = f"CASE WHEN contains({cell.sql}, '%') THEN {number} / 100 ELSE {number} END"
        sql = number if column.type == "DOUBLE" else f"TRY_CAST(round({number}) AS {column.type})"
        unreadable = f"({cell.sql}) IS NOT NULL AND NOT {numbers.is_empty(cell.sql)} AND ({sql}) IS NULL"
        return Typed(column, sql, unreadable, cell.sql, cell.named)
    if column.type == "BOOLEAN":
        word = f"lower({cell.sql})"
        sql = (
            f"CASE WHEN {word} IN ({', '.join(map(text, _YES))}) THEN true "
            f"WHEN {word} IN ({', '.join(map(text, _NO))}) THEN false END"
        )
        return Typed(column, sql, f"({cell.sql}) IS NOT NULL AND ({sql}) IS NULL", cell.sql, cell.named)
    if column.type.endswith("[]"):
        sql = f"list_filter(list_transform(string_split({cell.sql}, ';'), lambda one: trim(one)), lambda one: one <> '')"
        return Typed(column, sql, None, cell.sql, cell.named)
    allowed = ENUMS.get((table, column.name))
    if allowed is not None:
        sql = f"CASE WHEN lower({cell.sql}) IN ({', '.join(map(text, allowed))}) THEN lower({cell.sql}) END"
        return Typed(column, sql, f"({cell.sql}) IS NOT NULL AND ({sql}) IS NULL", cell.sql, cell.named)
    if column.name == "email":
        return Typed(column, f"lower({cell.sql})", None, cell.sql, cell.named)
    if column.name == "currency":
        return Typed(column, f"upper({cell.sql})", None, cell.sql, cell.named)
    return Typed(column, cell.sql, None, cell.sql, cell.named)


def _moment(reading: Reading, column: Column, cell: Cell) -> Typed:
    place = reading.texts[cell.sql]
    moments = reading.moments[place]
    local = dates.local_moment(place, moments)
    if column.type == "DATE":
        sql = f"CAST({local} AS DATE)"
    else:
        clock = f"({dates.has_clock(place, moments)}) AND NOT ({dates.has_offset(place, moments)})"
        sql = local
        if moments.local or moments.special == "serial":
            sql = f"CASE WHEN {clock} THEN {dates.to_utc(local, reading.zone)} ELSE {local} END"
    unreadable = f"CASE WHEN ({local}) IS NULL AND {place} IS NOT NULL THEN NOT {numbers.is_empty(place)} ELSE false END"
    return Typed(column, sql, unreadable, f"({cell.sql})", cell.named)


def _event_extra(reading: Reading, column: str, time: Cell | None) -> str:
    """What an event's time carries besides: how exact it is and in which zone it was said."""
    if column == "priority":
        return f"CAST({reading.source.priority} AS INTEGER)"
    if time is None:
        return "CAST(NULL AS VARCHAR)"
    place = reading.texts[time.sql]
    moments = reading.moments[place]
    clock = dates.has_clock(place, moments)
    if column == "precision":
        return f"CASE WHEN {clock} THEN 'second' ELSE 'day' END"
    offset = "'UTC'" if moments.special else dates.offset_of(place)
    return (
        f"CASE WHEN {dates.has_offset(place, moments)} THEN {offset} "
        f"WHEN {clock} THEN {text(reading.zone)} END"
    )


@dataclass(frozen=True)
class _Check:
    condition: str
    severity: str
    reason: str
    column: str
    found: str


def _checks(table: str, typed: list[Typed]) -> list[_Check]:
    """What can be wrong with a row, the first that holds is told."""
    checks: list[_Check] = []
    by_name = {each.column.name: each for each in typed}
    for each in typed:
        if not each.column.required:
            continue
        if each.unreadable is not None:
            checks.append(_Check(each.unreadable, "broken", "unreadable", each.said, each.found))
        checks.append(
            _Check(f"({each.sql}) IS NULL", "absent", "missing", each.said or each.column.name, "NULL")
        )
    if table == "events":
        score, kind, most = by_name["score"], by_name["score_kind"], by_name["score_max"]
        checks.append(
            _Check(
                f"({kind.sql}) = 'nps' AND (({score.sql}) < 0 OR ({score.sql}) > 10 OR coalesce({most.sql}, 10) <> 10)",
                "broken",
                "nps-range",
                score.said,
                score.found,
            )
        )
    return checks


def _problem(checks: list[_Check]) -> str:
    whens = " ".join(
        f"WHEN {each.condition} THEN {{'severity': '{each.severity}', 'reason': 'sources.reject-{each.reason}', "
        f"'at_column': {text(each.column)}, 'found': CAST({each.found} AS VARCHAR)}}"
        for each in checks
    )
    return (
        f"CASE {whens} END"
        if whens
        else ("CAST(NULL AS STRUCT(severity VARCHAR, reason VARCHAR, at_column VARCHAR, found VARCHAR))")
    )


def _conditions(one: Fill, item: str, columns: Columns, reading: Reading) -> str:
    parts = []
    if one.when is not None:
        cell = columns.find(one.when, reading.place(f"{item}/when"))
        parts.append(f"({cell.sql}) IS NOT NULL")
    for column, allowed in one.where.items():
        cell = columns.find(column, reading.place(f"{item}/where/{column}"))
        parts.append(f"lower({cell.sql}) IN ({', '.join(text(value.strip().lower()) for value in allowed)})")
    return f"WHERE {' AND '.join(parts)}" if parts else ""


def _tell(reading: Reading, one: Fill, typed: list[Typed], relation: str, conditions: str) -> None:
    """Warn of values that were left out, and of columns of nothing but zeros."""
    told = [each for each in typed if each.unreadable is not None and not each.column.required]
    sums = [each for each in typed if each.column.type == "DOUBLE" and each.said and each.found != "NULL"]
    if told:
        counts = ", ".join(
            f"count(*) FILTER (WHERE {each.unreadable}), min({each.found}) FILTER (WHERE {each.unreadable})"
            for each in told
        )
        row = reading.engine.rows(f"SELECT {counts} FROM {relation} AS base {conditions}")[0]
        for place, each in enumerate(told):
            count, example = row[2 * place], row[2 * place + 1]
            if count:
                kind = "word" if (one.table, each.column.name) in ENUMS else "value"
                reading.warnings.append(
                    Message(
                        f"sources.{kind}-left-out",
                        {
                            "count": count,
                            "column": each.said,
                            "target": f"{one.table}.{each.column.name}",
                            "found": example,
                            "known": list(ENUMS.get((one.table, each.column.name), ())),
                        },
                    )
                )
    for each in sums:
        filled_rows, other = reading.engine.rows(
            f"SELECT count({each.sql}), count(*) FILTER (WHERE ({each.sql}) <> 0) FROM {relation} AS base {conditions}"
        )[0]
        if filled_rows >= 10 and not other and each.column.name in ("value", "amount", "cost"):
            reading.warnings.append(Message("sources.all-zero", {"column": each.said, "count": filled_rows}))


def _tell_unmapped(reading: Reading, looked: Cell, words: list[str], target: str) -> None:
    inside = ", ".join(map(text, words)) or "''"
    rows = reading.engine.rows(
        f"SELECT {looked.sql}, count(*) FROM {reading.base} AS base WHERE ({looked.sql}) IS NOT NULL "
        f"AND lower({looked.sql}) NOT IN ({inside}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20"
    )
    if rows:
        reading.warnings.append(
            Message(
                "sources.values-unmapped",
                {
                    "column": looked.named,
                    "target": target,
                    "count": sum(row[1] for row in rows),
                    "found": [row[0] for row in rows[:5]],
                },
            )
        )


def moment_cells(reading: Reading) -> Mapping[str, tuple[Cell, str]]:
    """The texts that a mapping reads as moments: expression → its cell and a column that says so."""
    found: dict[str, tuple[Cell, str]] = {}
    for number, one in enumerate(reading.source.fills, 1):
        for column in _own(one.table):
            said = one.columns.get(column.name)
            if column.type in ("TIMESTAMP", "DATE") and said is not None:
                cell = reading.columns.cell(said, reading.place(f"fills/{number}/columns/{column.name}"))
                found.setdefault(cell.sql, (cell, f"{one.table}.{column.name}"))
    return found
