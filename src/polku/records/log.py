"""The log: what an analysis gets, an engine and one version of the lake."""

from __future__ import annotations

import datetime as dt
import os
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.records.engine import Engine, Relation
from polku.records.lake import Lake, Version
from polku.records.layers import base_of, cases_in, near
from polku.records.schema import CASE_KINDS, CODES, PUBLISHED
from polku.words import Message

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Code:
    """What happened, as a source calls it; moves name it by its number."""

    code: int
    source: str | None
    source_kind: str | None
    activity: str
    channel: str | None
    campaign: str | None
    direction: str | None


class Bucket(NamedTuple):
    """Stored cases of a kind whose numbers begin with the same bits, all but the last 24.

    Args:
        low, high: the least and the greatest number.
        accounts: cases that say an account.
        first, last: moments, microseconds.
    """

    low: int
    high: int
    events: int
    cases: int
    accounts: int
    first: int
    last: int


@dataclass(frozen=True)
class Log:
    """One version of the lake, to be asked.

    Args:
        case: what `{moves}` and `{cases}` mean in a template; other kinds are named `{moves:person}`.
    """

    version: Version
    engine: Engine
    case: str

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows a template gives.

        Args:
            sql: `{events}`, `{moves}`, `{cases:person}` … are tables of `schema.PUBLISHED`, `$name` is a value.
            params: values by name; those that the template does not ask for are left out.
        """
        return self.engine.rows(sql, params, self.tables)

    def columns(self, sql: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """The columns a template gives, as arrays."""
        return self.engine.columns(sql, params, self.tables)

    def following(self, case: str) -> Log:
        """The same log, following another kind of case.

        Raises:
            QuestionError: there is no such kind.
        """
        if case not in CASE_KINDS:
            raise QuestionError(
                Message("records.unknown-case-kind", {"name": case, "known": list(CASE_KINDS)})
            )
        return replace(self, case=case)

    def beside(self) -> Log:
        """The same log on a connection of its own, for another thread; what was read of the one is known to the other."""
        other = replace(self, engine=self.engine.sibling())
        vars(other).update(codes=self.codes, _reached=self._reached, _buckets=self._buckets)
        return other

    def count(self, table: str) -> int:
        """Number of rows of a table, as the version lists them."""
        return self.version.count(table)

    def buckets(self, stored: str) -> tuple[Bucket, ...]:
        """What all stored cases of a kind hold, bucket by bucket; asked of the engine once."""
        if stored not in self._buckets:
            rows = self.rows(
                "SELECT min(cid), max(cid), sum(n)::BIGINT, count(*), count(account_id), min(t0), max(t1) "
                f"FROM {{cases:{stored}}} GROUP BY floor(cid / 16777216) ORDER BY 1"
            )
            self._buckets[stored] = tuple(Bucket(*row) for row in rows)
        return self._buckets[stored]

    @cached_property
    def _buckets(self) -> dict[str, tuple[Bucket, ...]]:
        return {}

    def read_ahead(self, stored: str) -> None:
        """Find which cases there are and where their moves lie, before somebody asks for these."""
        self.buckets(stored)
        table = f"moves:{stored}"
        if len(self.tables[table].files) > 1:
            self._reach(table)

    def tables_near(self, stored: str, low: int, high: int) -> Mapping[str, Relation]:
        """What templates select from that want cases of these numbers alone: files that hold none are not opened.

        Args:
            stored: the kind of case.
        """
        table = f"moves:{stored}"
        moves = self.tables[table]
        if len(moves.files) < 2 or not self.engine.gives_arrays:
            return self.tables
        there = [file for file, least, most in self._reach(table) if least <= high and most >= low]
        return ChainMap({table: near(moves, there)}, cast("dict[str, Relation]", self.tables))

    def _reach(self, table: str) -> tuple[tuple[Path, int, int], ...]:
        """The files of the base of some moves, as `layers.cases_in` has them."""
        if table not in self._reached:
            files = base_of(self.tables[table])
            with self.engine.sibling() as engine:  # several threads ask
                self._reached[table] = cases_in(engine, files)
        return self._reached[table]

    @cached_property
    def _reached(self) -> dict[str, tuple[tuple[Path, int, int], ...]]:
        return {}

    @property
    def data_version(self) -> str:
        """A name for the data: the same data, the same name."""
        return self.version.data_version

    @property
    def rolled_up(self) -> int:
        """Accounts that are counted as the one at the top of their group (`groups.roll_up`)."""
        return 0

    @property
    def default_case(self) -> str:
        """The kind of case that was prepared when the data came in."""
        return self.version.default_case

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """All codes, in their order: `codes[n].code == n`."""
        names = ", ".join(CODES.names)
        return tuple(Code(*row) for row in self.rows(f"SELECT {names} FROM {{codes}} ORDER BY code"))

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        return {table: self.version.count(table) for table in PUBLISHED}

    def period(self) -> tuple[dt.datetime, dt.datetime] | None:
        """Time of the first and of the last event; None without events."""
        first, last = self.rows("SELECT min(time), max(time) FROM {events}")[0]
        return None if first is None else (first, last)

    def close(self) -> None:
        """Give the engine back."""
        self.engine.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def tables(self) -> Mapping[str, Relation]:
        """What templates select from, for a query on another connection (`Engine.sibling`)."""
        return _Default(self.version.relations(), self.case)


class _Default(dict[str, Relation]):
    """Tables as they are asked for, `moves` and `cases` being those of the kind that is followed."""

    def __init__(self, tables: Mapping[str, Relation], case: str) -> None:
        super().__init__()
        self._all = tables
        self._case = case

    def __missing__(self, table: str) -> Relation:
        named = f"{table}:{self._case}" if table in ("moves", "cases") else table
        self[table] = self._all[named]
        return self[table]


def open_log(
    folder: Path,
    *,
    version: int | None = None,
    case: str | None = None,
    threads: int | None = None,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    engine: str = "duckdb",
) -> Log:
    """Open the records of a workspace (or a lake's own folder) for questions.

    Args:
        version: default the one in force.
        case: default the kind that was prepared.
        temp_directory: where the engine may spill; default a folder in the lake that is there only meanwhile.
        engine: duckdb, or spark, which answers the questions that scale out; see SparkEngine.

    Raises:
        LakeError: there is no data, no such version, it is damaged, or Spark is not there.
    """
    lake = Lake(folder if (folder / "CURRENT").exists() else folder / "lake")
    opened = lake.open(version)
    if engine == "spark":
        from polku.records.spark import SparkEngine

        return Log(opened, SparkEngine(), opened.default_case).following(case or opened.default_case)
    spill = temp_directory or lake.folder / f".spill-{os.getpid()}"
    embedded = Engine(threads=threads, memory_limit=memory_limit, temp_directory=spill)
    return Log(opened, embedded, opened.default_case).following(case or opened.default_case)
