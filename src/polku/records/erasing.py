"""Erasing people from the lake: the next version without a byte of them, and none before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.records.engine import Engine, Relation, file_text, name
from polku.records.files import FileEntry
from polku.records.forgotten import Forgotten
from polku.records.lake import Draft, Lake, Version, remove_erased
from polku.records.masking import TitleOf, mask_table, theirs_sql
from polku.records.publish import MERGED, Progress, Run
from polku.records.resolving import Resolver, as_named
from polku.records.said import said_by
from polku.records.schema import CODES, RECORDS, Table
from polku.words import Message


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Args:
        version: that came into force by it; all before it are gone.
        rows: table → rows that are other than they were.
    """

    version: int
    rows: Mapping[str, int]


def erase(
    lake: Lake,
    forgotten: Forgotten,
    *,
    resolve: Resolver = as_named,
    title_of: TitleOf = lambda title: None,
    progress: Progress | None = None,
    threads: int | None = None,
    memory_limit: str | None = None,
    now: dt.datetime | None = None,
) -> Erased:
    """Write all records anew without the forgotten, put that in force, and remove every earlier version.

    Where this is killed, the old version is in force; or the new one, and the next writer removes what is left.

    Args:
        resolve: says who is who, as in `publish`.
        now: written into the history; default the clock.

    Raises:
        LakeError: there is no data, somebody else is publishing, a file is damaged, or the disk is full.
    """
    lake.open()
    tell = progress or (lambda message, share: None)
    with lake.writing() as draft:
        before = lake.open()
        with Engine(
            threads=threads, memory_limit=memory_limit, temp_directory=draft.spill, ordered=True
        ) as engine:
            run = _Erasing(engine, draft, before, resolve, forgotten, title_of, tell)
            published = run.publish(now or dt.datetime.now(dt.UTC))
        remove_erased(lake.folder, lake.open())
    return Erased(published.version, run.rows)


class _Erasing(Run):
    """A publish of what was there, masked; nothing of an earlier version is taken over."""

    may_add = False

    def __init__(
        self,
        engine: Engine,
        draft: Draft,
        before: Version,
        resolve: Resolver,
        forgotten: Forgotten,
        title_of: TitleOf,
        progress: Progress,
    ) -> None:
        super().__init__(engine, draft, before, (), resolve, progress)
        self.present = before
        self.forgotten = forgotten
        self.title_of = title_of
        self.rows: dict[str, int] = {}
        self.masked: dict[str, Relation] = {}
        # Cases of an earlier version that would serve are removed with it.
        self.earlier = draft.spill
        self.history = [forgotten.anywhere(one) for one in self.history]

    def _merge(self, table: Table) -> None:
        """Mask a table; texts come after events, which tell whose they are."""
        self.changed.add(table.name)
        if not self.masked:
            self.progress(Message("privacy.erasing"), 0.05)
        self.masked[table.name] = self._mask(table, said_by(self.present, table.name))

    def _mask(self, table: Table, said: Relation) -> Relation:
        file = self.draft.spill / f"masked-{table.name}.parquet"
        theirs = None
        if table.name == "texts":
            self.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE theirs AS {theirs_sql()}",
                tables={"events": self.masked["events"]},
            )
            theirs = Relation("theirs")
        changed = mask_table(
            self.engine,
            self.forgotten,
            table,
            said,
            file,
            title_of=self.title_of,
            theirs=theirs,
            position=True,
        )
        if changed:
            self.rows[table.name] = changed
        return Relation(
            f"(SELECT * EXCLUDE (file_row_number), file_row_number AS r FROM read_parquet({file_text(file)}, file_row_number = true))",
            (file,),
        )

    def said(self, table: str) -> Relation:
        return self.masked[table]

    def _codes_before(self) -> Relation:
        """The codes there were; where two have become one, they are numbered anew."""
        masked = self._mask(CODES, _placed(self.present, "codes"))
        columns = ", ".join(name(column.name) for column in CODES.columns if column.name != "code")
        return Relation(
            f"(SELECT (row_number() OVER (ORDER BY min(code)) - 1)::INTEGER AS code, {columns} FROM {masked.sql} "
            f"GROUP BY {columns})",
            masked.files,
        )

    def write_rejects(self) -> None:
        masked = self._mask(RECORDS["rejects"], _placed(self.present, "rejects"))
        columns = ", ".join(name(column.name) for column in RECORDS["rejects"].columns)
        self.write("rejects", f"SELECT {columns} FROM {{it}} ORDER BY ALL", {"it": masked})

    def keep(self, table: str) -> None:
        """Nothing is taken over: what has not changed is written once more."""
        if table == "codes":
            self.write("codes", "SELECT * FROM codes ORDER BY code")
            return
        entries: tuple[FileEntry, ...] = self.present.entries(table)
        if entries:
            raise AssertionError(f"{table} would keep a file of an earlier version")
        self.entries[table] = ()

    def _manifest(self, *given: Any) -> dict[str, Any]:
        manifest = super()._manifest(*given)
        past = self.forgotten.anywhere({"undone": self.present.manifest.get("undone", ())})
        erased = {"when": manifest["made"], "version": self.draft.number}
        return {
            **manifest,
            **past,
            "previous": None,
            "oldest": self.draft.number,
            "erased": [*self.present.manifest.get("erased", ()), erased],
        }


def _placed(version: Version, table: str) -> Relation:
    """A published table with the position of each row."""
    relation = version.relation(table)
    return Relation(f"(SELECT *, row_number() OVER () AS position FROM {relation.sql})", relation.files)


assert MERGED.index("events") < MERGED.index("texts")
