"""A first look at a file: case, activity and time of each row, without an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from polku.analytics.loose import Loose
from polku.documents import Settings, Source, Workspace
from polku.errors import ImportRefused, Where
from polku.records.engine import Engine, Relation, file_text, name
from polku.sources.cells import filled, untidy
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
    odd = untidy(case) if types[columns["case"]] == "VARCHAR" else "false"
    rows, timed, untidy_ids, finite = engine.rows(
        f"SELECT count(*), count({time}), bool_or({odd}), bool_and(isfinite({time})) FROM {{it}}",
        tables={"it": it},
    )[0]
    ts = f"epoch_us(CAST({time} AS TIMESTAMP))"
    if types[columns["time"]].startswith("TIMESTAMP WITH"):
        ts = f"epoch_us({time} AT TIME ZONE 'UTC')"
    good = "true" if timed == rows and finite is not False else f"isfinite({time})"
    return _taken(engine, _Read(it, filled(case) if untidy_ids else case, word, ts, good), columns, rows)


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
    # Days come at their ends, as in a version; what repeats another row goes before they are in order.
    it = Relation(
        "(SELECT case_id, activity, any_value(time) AS time, any_value(precision) AS precision, "
        f"min(source_row) AS line FROM read_parquet({file_text(events)}) "
        "GROUP BY case_id, activity, epoch_us(time), precision)",
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


def _taken(engine: Engine, read: _Read, columns: dict[str, str], rows: int) -> Taken:
    tables = {"it": read.it}
    words = [
        (str(word), str(said))
        for word, said in engine.rows(
            f"SELECT DISTINCT {read.word}, {filled(read.word)} FROM {{it}}", tables=tables
        )
        if said is not None
    ]
    activities = tuple(sorted({said for _, said in words}))
    place = {said: number for number, said in enumerate(activities)}
    good = f"{read.good} AND {filled(read.word)} IS NOT NULL"
    if len(engine.rows(f"SELECT DISTINCT {read.word} FROM {{it}}", tables=tables)) == len(words):
        good = read.good
    if len(words) <= FEW:
        # A file has each word once in a dictionary, which is looked up and not each row.
        number = f"(list_position([{', '.join(text(word) for word, _ in words)}], {read.word}) - 1)::INTEGER"
    else:
        number = f"hash({read.word})"
    got = engine.columns(
        f"SELECT hash({read.case}) AS h, {read.ts} AS ts, {number} AS code FROM {{it}} "
        f"WHERE {read.case} IS NOT NULL AND {good} {read.order}",
        tables=tables,
    )
    code = np.asarray(got.pop("code"))
    of_word = np.array([place[said] for _, said in words], dtype=_small(len(activities)))
    if len(words) > FEW:
        hashes = np.array(
            [one for (one,) in engine.rows("SELECT hash(unnest($w))", {"w": [w for w, _ in words]})],
            dtype=np.uint64,
        )
        order = np.argsort(hashes)
        code = order[np.searchsorted(hashes[order], code)]
    code = of_word[code] if len(of_word) else code.astype(np.uint8)
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


def _small(most: int) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.uint32
