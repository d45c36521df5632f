"""A first look at a file: case, activity and time of each row, without an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from polku.analytics.columns.blocks import Column
from polku.analytics.loose import Loose
from polku.documents import Settings, Source, Workspace
from polku.errors import ImportRefused, Where
from polku.records.engine import Engine, Relation, file_text, name
from polku.sources.cells import filled, perhaps_untidy, untidy
from polku.sources.files import Opened, open_files
from polku.sources.headers import meanings
from polku.sources.raw import text
from polku.sources.staging import read_files
from polku.sources.tables import parts_of
from polku.words import Message

MEANT = {"case": ("case_id", "account_id", "account_name"), "activity": ("activity",), "time": ("time",)}
"""What is looked for → meanings of headers that stand for it, the best first."""
FEW = 2_000
"""So many activities are numbered by a list in the query."""
_PLAIN_CASE = frozenset(("VARCHAR", "BIGINT", "INTEGER", "UBIGINT", "UINTEGER", "SMALLINT", "UUID"))
Told = Callable[[Message, float], None]


@dataclass(frozen=True)
class Taken:
    """What was read of a file.

    Args:
        columns: `case`, `activity` and `time` → the column of the file.
        rows: of the file.
        rejected: rows without a readable time or an activity.
        repeated: rows without a case that only say what another says; those of cases are found when these are.
    """

    loose: Loose
    columns: dict[str, str]
    rows: int
    rejected: int
    repeated: int


def look_at(
    file: Path,
    scratch: Path,
    engine: Engine,
    *,
    case: str | None = None,
    activity: str | None = None,
    time: str | None = None,
    zone: str = "UTC",
    progress: Told | None = None,
) -> Taken:
    """Read case, activity and time of each row of a file.

    A Parquet file with texts and timestamps is read as it is. Anything else goes through the reading of an import.

    Args:
        scratch: an empty folder; the caller removes it.
        engine: keeps the order of rows.
        case, activity, time: columns; those left out are told by their headers.
        zone: of times that carry no offset.

    Raises:
        ImportRefused: the file cannot be read, or a column is not there or cannot be told.
    """
    tell = progress or (lambda message, share: None)
    with_file = Message("sources.reading", {"file": file.name})
    tell(with_file, 0.0)
    said = {"case": case, "activity": activity, "time": time}
    for opened in open_files(file, scratch):
        if opened.kind == "parquet":
            relation = Relation(f"read_parquet({file_text(opened.path)})", (opened.path,))
            types = _types(engine, relation, opened)
            columns = find_columns(said, list(types), opened.where)
            if _plain(types, columns) and zone == "UTC":
                return _straight(engine, relation, types, columns)
        else:
            columns = find_columns(said, _headers(engine, opened, scratch), opened.where)
        break
    staged = scratch / "staged"
    staged.mkdir()
    return _staged(file, staged, engine, columns, zone, tell)


def find_columns(said: dict[str, str | None], there: Sequence[str], where: Where) -> dict[str, str]:
    """The columns that were said, or that their headers tell.

    Raises:
        ImportRefused: there is no such column, or none that tells itself.
    """
    found = meanings(there)
    columns: dict[str, str] = {}
    for what, column in said.items():
        if column is None:
            column = next((found[one] for one in MEANT[what] if one in found), None)
            if column is None:
                missing = {
                    "part": Message(f"look.part-{what}"),
                    "option": f"--{what}",
                    "known": list(there)[:30],
                }
                raise ImportRefused(Message("look.not-told", missing), where)
        elif column not in there:
            params = {"column": column, "known": list(there)[:30]}
            near = get_close_matches(column, list(there), n=1, cutoff=0.6)
            if near:
                params["near"] = near[0]
            raise ImportRefused(Message(f"sources.unknown-column{'-near' if near else ''}", params), where)
        columns[what] = column
    return columns


def _types(engine: Engine, relation: Relation, opened: Opened) -> dict[str, str]:
    try:
        rows = engine.rows("DESCRIBE SELECT * FROM {it}", tables={"it": relation})
    except Exception:
        raise ImportRefused(Message("sources.broken-parquet"), opened.where) from None
    return {str(row[0]): str(row[1]) for row in rows}


def _headers(engine: Engine, opened: Opened, scratch: Path) -> tuple[str, ...]:
    """The columns of a file that the engine does not read by itself."""
    head = scratch / "head"
    head.mkdir()
    for part in parts_of(opened, head):
        return part.load(engine, "head", None)[0].columns
    return ()


def _plain(types: dict[str, str], columns: dict[str, str]) -> bool:
    """Whether a file's own types say all, so that its texts need no reading."""
    return (
        types[columns["case"]] in _PLAIN_CASE
        and types[columns["activity"]] == "VARCHAR"
        and types[columns["time"]].startswith("TIMESTAMP")
    )


@dataclass(frozen=True)
class _Read:
    """How rows are read: expressions over a relation, `case` and `word` texts (`case` may be a number).

    Args:
        order: of rows, where times do not decide it; the engine then sorts.
        good: a condition that rows without time fail.
    """

    it: Relation
    case: str
    word: str
    ts: str
    good: str
    order: str = ""


def _straight(engine: Engine, it: Relation, types: dict[str, str], columns: dict[str, str]) -> Taken:
    case, word, time = (name(columns[what]) for what in ("case", "activity", "time"))
    ts = f"epoch_us(CAST({time} AS TIMESTAMP))"
    if types[columns["time"]].startswith("TIMESTAMP WITH"):
        ts = f"epoch_us({time} AT TIME ZONE 'UTC')"
    texts = types[columns["case"]] == "VARCHAR"
    untidy_ids = untidy(case) if texts else "false"
    perhaps = "false"
    if texts:
        # Most Parquet files say their least and their greatest text, so that none is read for it.
        ((least, most),) = engine.rows(f"SELECT min({case}), max({case}) FROM {{it}}", tables={"it": it})
        perhaps = "false" if least is None else perhaps_untidy(case, least, most)
    odd = f"{case} IS NULL OR {word} IS NULL OR {time} IS NULL OR NOT isfinite({time})"
    read = _Read(it, case, word, ts, "true")
    words = _words(engine, read)
    if len(words) <= FEW and all(said is not None for _, said in words):
        # Most files say all in each row, and are read at one go.
        got = engine.columns(
            f"SELECT hash({case}) AS h, {ts} AS ts, {_number(words, word)} AS code, {odd} AS odd, "
            f"{perhaps} AS perhaps FROM {{it}}",
            tables={"it": it},
        )
        blank = bool(got.pop("perhaps").any())
        if not got.pop("odd").any() and not (blank and _any(engine, it, untidy_ids)):
            activities, of_word = _numbered(words)
            code = of_word[np.asarray(got["code"])] if len(of_word) else np.zeros(0, dtype=np.uint8)
            loose = Loose(np.asarray(got["h"]), np.asarray(got["ts"]), code, activities)
            return Taken(loose, columns, len(code), 0, 0)
        del got
    ((rows,),) = engine.rows("SELECT count(*) FROM {it}", tables={"it": it})
    read = _Read(it, filled(case) if _any(engine, it, untidy_ids) else case, word, ts, f"isfinite({time})")
    return _taken(engine, read, columns, rows)


def _any(engine: Engine, it: Relation, condition: str) -> bool:
    return bool(engine.rows(f"SELECT bool_or({condition}) FROM {{it}}", tables={"it": it})[0][0])


def _staged(
    file: Path, scratch: Path, engine: Engine, columns: dict[str, str], zone: str, tell: Told
) -> Taken:
    mapping = Source.model_validate(
        {
            "id": "look",
            "fills": [
                {
                    "table": "events",
                    "columns": {
                        "case_id": columns["case"],
                        "activity": columns["activity"],
                        "time": columns["time"],
                    },
                }
            ],
            "zone": zone,
        }
    )
    nothing = Workspace(settings=Settings(zone=zone))
    (read, *_) = read_files(nothing, [file], scratch, mapping=mapping, progress=tell)
    events = read.staged.folder / "events.parquet"
    # What says nothing is no column there, and the line of a plain file is the place of its row.
    there = engine.describe(events)
    case, word = (name(one) if one in there else "NULL::VARCHAR" for one in ("case_id", "activity"))
    exact = "precision::VARCHAR" if "precision" in there else "'second'"
    line = "source_row" if "source_row" in there else "file_row_number"
    # What repeats another row goes before they are in order; days come at their ends, as in a version.
    it = Relation(
        f"(SELECT {case} AS case_id, {word} AS activity, any_value(time) AS time, {exact} AS precision, "
        f"min({line}) AS line FROM read_parquet({file_text(events)}, file_row_number = true) "
        f"GROUP BY {case}, {word}, epoch_us(time), {exact})",
        (events,),
    )
    order = (
        "ORDER BY epoch_us(time) + CASE WHEN precision = 'day' THEN 86399999999 ELSE 0 END, "
        "precision = 'day', line"
    )
    kept = engine.rows("SELECT count(*) FROM {it}", tables={"it": it})[0][0]
    found = _taken(engine, _Read(it, "case_id", "activity", "epoch_us(time)", "true", order), columns, kept)
    said = read.rows - read.rejected - kept
    return Taken(found.loose, columns, read.rows, read.rejected, said)


Words = list[tuple[str | None, str | None]]
"""Activities as the file has them, and as they are counted; None where it says nothing."""


def _words(engine: Engine, read: _Read) -> Words:
    rows = engine.rows(
        f"SELECT word, {filled('word')} FROM (SELECT DISTINCT {read.word} AS word FROM {{it}})",
        tables={"it": read.it},
    )
    return [(word, said) for word, said in rows]


def _numbered(words: Words) -> tuple[tuple[str, ...], Column]:
    """Activities by name, and the place among them of each word that says one."""
    activities = tuple(sorted({said for _, said in words if said is not None}))
    place = {said: number for number, said in enumerate(activities)}
    most = len(activities)
    small = np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.uint32
    return activities, np.array([place[said] for _, said in words if said is not None], dtype=small)


def _number(words: Words, column: str) -> str:
    """The place of a text among the words that say something, as an expression."""
    listed = ", ".join(text(word) for word, said in words if word is not None and said is not None)
    # A file has each word once in a dictionary, which is looked up and not each row.
    return f"(list_position([{listed}]::VARCHAR[], {column}) - 1)::{'UTINYINT' if len(words) < 255 else 'INTEGER'}"


def _taken(engine: Engine, read: _Read, columns: dict[str, str], rows: int) -> Taken:
    tables = {"it": read.it}
    words = _words(engine, read)
    activities, of_word = _numbered(words)
    good = read.good
    if any(said is None for _, said in words):
        good = f"{good} AND {filled(read.word)} IS NOT NULL"
    number = _number(words, read.word) if len(words) <= FEW else f"hash({read.word})"
    got = engine.columns(
        f"SELECT hash({read.case}) AS h, {read.ts} AS ts, {number} AS code FROM {{it}} "
        f"WHERE {read.case} IS NOT NULL AND {good} {read.order}",
        tables=tables,
    )
    code = np.asarray(got.pop("code"))
    if len(words) > FEW:
        known = [word for word, said in words if said is not None]
        found = engine.rows(
            "SELECT hash(word) FROM (SELECT unnest($words::VARCHAR[]) AS word)", {"words": known}
        )
        hashes = np.array([one for (one,) in found], dtype=np.uint64)
        order = np.argsort(hashes)
        code = order[np.searchsorted(hashes[order], code)]
    code = of_word[code] if len(of_word) else np.zeros(0, dtype=np.uint8)
    others = silent = 0
    total = len(code)
    if total < rows:
        others, silent = engine.rows(
            f"SELECT count(*), count(DISTINCT ({filled(read.word)}, {read.ts})) FROM {{it}} "
            f"WHERE {read.case} IS NULL AND {good}",
            tables=tables,
        )[0]
        if read.order:
            silent = others
    loose = Loose(np.asarray(got["h"]), np.asarray(got["ts"]), code, activities, bool(read.order), silent)
    return Taken(loose, columns, rows, rows - total - others, others - silent)
