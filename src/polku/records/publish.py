"""Publishing: staged imports become the next version of the lake, whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from polku.records.adding import Adding, add
from polku.records.adding_words import resolver_name
from polku.records.belonging import NONE, Belongs, find_belongings
from polku.records.cases import Built, write_cases
from polku.records.counts import FileCount, Staged, TableCount, count_file
from polku.records.engine import ENGINE_NAME, Engine, Relation, literal
from polku.records.events import make_codes, write_events
from polku.records.files import FileEntry, LeftOut
from polku.records.lake import Draft, Lake, Version
from polku.records.layers import relation_of
from polku.records.manifest import folder_name
from polku.records.merging import Batch, Merged, as_staged, merge, together
from polku.records.people import (
    LINKS,
    accounts_of,
    drop_since,
    keep_refs,
    link,
    linked_sql,
    people_of,
    said_by_id,
    temporary,
)
from polku.records.resolving import Resolver, as_named
from polku.records.said import said_in_files
from polku.records.schema import ENTITIES, LINKED, MERGED, PUBLISHED, RECORDS, Table
from polku.records.watching import Progress, stop_point, watched
from polku.words import Message

How = Literal["beside", "anew"]
"""How what was imported came to what was there: added beside it, or all of it published anew."""


@dataclass(frozen=True)
class Published:
    """A version that came into force.

    Args:
        tables: rows of each published table.
        how: None where nothing was there.
    """

    version: int
    data_version: str
    default_case: str
    cases: int
    files: tuple[FileCount, ...]
    tables: Mapping[str, int] = field(default_factory=dict)
    how: How | None = None


def publish(
    lake: Lake,
    staged: Sequence[Staged | Path],
    *,
    resolve: Resolver = as_named,
    progress: Progress | None = None,
    threads: int | None = None,
    memory_limit: str | None = None,
    now: dt.datetime | None = None,
) -> Published:
    """Add staged imports to the lake.

    Without imports everybody is matched anew. Where two files disagree on a row of one key, the later of them wins.

    Args:
        resolve: says who is who.
        progress: is told each step.
        memory_limit: for the engine, as DuckDB writes it; NumPy takes about as much again for a bucket of events.
        now: written into the history; default the clock.

    Raises:
        LakeError: somebody else is publishing, a file is damaged, or the disk is full; the lake is as it was.
    """
    imports = tuple(
        one if isinstance(one, Staged) else Staged(folder=one, file=one.name, source=one.name)
        for one in staged
    )
    with lake.writing() as draft:
        before = lake.open() if lake.exists() else None
        with Engine(
            threads=threads, memory_limit=memory_limit, temp_directory=draft.spill, ordered=True
        ) as engine:
            run = Run(engine, draft, before, imports, resolve, lambda message, share: None)
            moment = now or dt.datetime.now(dt.UTC)
            if progress is None:
                return run.publish(moment)
            return watched(lambda tell: run.publish(moment, tell), progress, engine.interrupt)


_WITH = {"events": ("deals", "belongings"), "deals": ("belongings",)}
"""Table → others whose rows say whose its rows are."""


class Run:
    """One publish, step by step; an erasure is one, too (`erasing.py`)."""

    may_add = True
    """Whether what is there may stay as it is and be added to."""

    def __init__(
        self,
        engine: Engine,
        draft: Draft,
        before: Version | None,
        imports: tuple[Staged, ...],
        resolve: Resolver,
        progress: Progress,
    ) -> None:
        self.engine = engine
        self.draft = draft
        self.before = before
        self.imports = imports
        self.resolver = resolve
        self.progress = progress
        self.history: list[dict[str, Any]] = list(before.manifest["imports"]) if before else []
        self.merged: dict[str, Merged] = {}
        self.changed: set[str] = set()
        self.entries: dict[str, tuple[FileEntry, ...]] = {}
        self.links = ""
        self.earlier = draft.lake.folder
        self.adding: Adding | None = None
        self.belongs: Belongs = NONE
        self.ids: frozenset[str] = frozenset()

    def publish(self, now: dt.datetime, tell: Progress | None = None) -> Published:
        self.progress = tell or self.progress
        self.progress(Message("records.merging"), 0.0)
        for table in MERGED:
            if table != "events" or not self.may_add:
                self._merge(RECORDS[table])
        added = add(self) if self.may_add else None
        default, cases = added or self._publish_whole()
        how: How | None = None if not self.history else "beside" if added else "anew"
        files = tuple(
            count_file(self.engine, one, number, self.merged) for number, one in enumerate(self.imports)
        )
        manifest = self._manifest(default, files, now, how)
        stop_point()
        version = self.draft.commit(manifest)
        self.progress(Message("records.published"), 1.0)
        return Published(
            version=version,
            data_version=str(manifest["data"]),
            default_case=default,
            cases=sum(entry.rows for entry in cases["cases"]),
            files=files,
            tables={table: sum(entry.rows for entry in entries) for table, entries in self.entries.items()},
            how=how,
        )

    def _publish_whole(self) -> tuple[str, Built]:
        if self.may_add:
            self._merge(RECORDS["events"])
        self.progress(Message("records.resolving"), 0.3)
        moved = self.resolve()
        self.progress(Message("records.writing"), 0.45)
        self._write_tables(moved)
        self.write_rejects()
        self.progress(Message("records.following"), 0.8)
        default = self._default_case()
        return default, self._write_cases(default)

    def _merge(self, table: Table) -> None:
        batches = [
            Batch(number, file, known=self.known(one), begins=one.begins)
            for number, one in enumerate(self.imports)
            if (file := one.table(table.name))
        ]
        gone = sorted({place for one in self.imports for place in self.replaces(one)})
        present = self._said_in_files(table.name)
        if not batches and not (gone and present):
            return
        merged = self.merged[table.name] = merge(self.engine, table, present, batches, gone)
        self.changed |= {table.name} if merged.changed else set()

    def _said_in_files(self, table: str) -> tuple[Relation, ...]:
        """A table of the version before, as its sources said it, file by file."""
        return said_in_files(self.before, table) if self.before else ()

    def said_before(self, table: str) -> Relation:
        """A table of the version before, as its sources said it."""
        return together(self._said_in_files(table)) or as_staged(table, ())

    def said(self, table: str) -> Relation:
        """A table as its sources say it now."""
        if table == "events" and self.adding is not None:
            return self.adding.said()
        if table in self.changed:
            return self.merged[table].kept()
        return self.said_before(table)

    def known(self, one: Staged) -> bool:
        return bool(one.sha256) and (one.source, one.sha256, one.mapping) in self._past("sha256", "mapping")

    def _past(self, *keys: str) -> set[tuple[str, ...]]:
        return {(old["source"], *(old[key] for key in keys)) for old in self.history}

    def replaces(self, one: Staged) -> set[tuple[str, str]]:
        """Source and file whose rows stand no longer where an import does not say them again."""
        if self.known(one):
            return set()
        if one.whole:
            return {(one.source, file) for source, file in self._past("file") if source == one.source}
        read = (
            one.sha256 and one.mapping and (one.source, one.file, one.sha256) in self._past("file", "sha256")
        )
        return {(one.source, one.file)} if read else set()

    def resolve(self, told: Mapping[str, Relation] | None = None) -> bool:
        """Ask who is who; whether that differs from the version before.

        Args:
            told: tables that say the same words as another would, and are asked for words instead of it.
        """
        tables = {table: self.said(table) for table in MERGED}
        words = {**tables, **(told or {})}
        there = temporary(self.engine)
        asked = {**tables, **keep_refs(self.engine, words)}
        self.links = link(self.engine, self.resolver(self.engine, asked), asked)
        self.ids = said_by_id(self.engine)
        drop_since(self.engine, there)
        moved = self.before is None or self.links != self.before.manifest["links"]
        if self.before is not None and not moved:
            # They keep their numbers, by which events name them.
            self.engine.execute(
                "CREATE OR REPLACE TEMP TABLE person_keys AS SELECT person, person_id FROM {keys}",
                tables={"keys": self.before.relation("person_keys")},
            )
        return moved

    def write_entities(self, moved: bool) -> None:
        for entity in ENTITIES:
            said = f"source_{entity}"
            if entity in self.changed:
                self.write(
                    said, "SELECT * EXCLUDE (position) FROM {it} ORDER BY ALL", {"it": self.said(entity)}
                )
            else:
                self.keep(said)
        if moved or self.changed & set(ENTITIES):
            there = temporary(self.engine)
            self.write("accounts", accounts_of(self.engine, self.said("accounts")))
            self.write("people", people_of(self.engine, self.said("people")))
            drop_since(self.engine, there)
            self.write("memberships", 'SELECT * FROM memberships ORDER BY person_id, account_id, "from"')
            for links in LINKS:
                self.write(links, f"SELECT * FROM {links} ORDER BY ALL")
            self.write("person_keys", "SELECT * FROM person_keys ORDER BY person")
        else:
            for table in (*ENTITIES, *LINKS, "person_keys"):
                self.keep(table)

    def _write_tables(self, moved: bool) -> None:
        self.write_entities(moved)
        self.belongs = find_belongings(self.engine, self.said("belongings"))
        late = {"events"} if self.before and not self.before.in_order else set()
        for table in LINKED:
            if moved or (self.changed | late) & {table, *_WITH.get(table, ())}:
                self.write_linked(table)
            else:
                self.keep(table)
                if table == "events":
                    self.keep("codes")

    def write_linked(self, table: str) -> None:
        said = self.said(table)
        if table == "events":
            if make_codes(self.engine, said, self._codes_before()):
                self.write("codes", "SELECT * FROM codes ORDER BY code")
            else:
                self.keep("codes")
            deals, apart, to = self.said("deals"), self._apart(), self.draft.folder
            belongs, ids = self.belongs, self.ids
            files, without = write_events(self.engine, said, deals, to, apart=apart, belongs=belongs, ids=ids)
            self._list(table, *files, left_out=without)
            return
        if not said.files:
            self.entries[table] = ()
            return
        self.write(table, linked_sql(table, of_deals="deal" in self.belongs.accounts), {"said": said})

    def _apart(self) -> bool:
        """Whether each file comes in for the first and only time."""
        return self.before is None and len({(one.source, one.file) for one in self.imports}) == len(
            self.imports
        )

    def _codes_before(self) -> Relation:
        return self.before.relation("codes") if self.before else Relation.of_files((), PUBLISHED["codes"])

    def write_rejects(self) -> None:
        """Rejects of a file read again take the place of its earlier ones."""
        seen = sorted({(one.source, one.file) for one in self.imports})
        if not seen:
            self.keep("rejects")
            return
        shape = RECORDS["rejects"]
        tables = {"none": Relation.of_files((), shape)}
        if self.before is not None:
            before = self.before.relation("rejects")
            out = " OR ".join(
                f'(source = {literal(source)} AND "file" = {literal(file)})' for source, file in seen
            )
            tables["before"] = Relation(
                f"(SELECT * FROM {before.sql} WHERE NOT coalesce({out}, false))", before.files
            )
        # One by one, since each may lack other columns.
        for number, one in enumerate(self.imports):
            file = one.table("rejects")
            if file:
                tables[f"import:{number}"] = Relation.of_files((file,), shape)
        self.write(
            "rejects",
            " UNION BY NAME ".join(f"(SELECT * FROM {{{table}}})" for table in tables) + " ORDER BY ALL",
            tables,
        )

    def _default_case(self) -> str:
        counts = self.engine.rows(
            "SELECT count(account_id), count(case_id), count(person_id), count(deal_id) FROM {events}",
            tables={"events": self.relation("events")},
        )[0]
        kinds = zip(("account", "case", "person", "deal"), counts, strict=True)
        return next((kind for kind, count in kinds if count), "account")

    def _write_cases(self, kind: str) -> Built:
        folder = self.cases_folder(kind)
        needed = ("events", "accounts", "deals")
        built = write_cases(
            self.engine,
            kind,
            folder,
            self.earlier,
            self.draft.number,
            {table: self.relation(table) for table in needed},
            {table: self.entries[table] for table in needed},
        )
        shutil.rmtree(folder / "spill", ignore_errors=True)
        return built

    def cases_folder(self, kind: str) -> Path:
        folder = self.draft.folder / "cases" / kind
        folder.mkdir(parents=True)
        return folder

    def write(self, table: str, sql: str, tables: Mapping[str, Relation] | None = None) -> None:
        file = self.draft.folder / f"{table}.parquet"
        self._list(table, (file, self.engine.write(sql, file, tables=tables)))

    def _list(self, table: str, *written: tuple[Path, int], left_out: LeftOut = ()) -> None:
        for file, rows in written:
            if not rows:
                file.unlink()
        kept = [one for one in written if one[1]]
        # Hashing one file and waiting for the disk with another go side by side.
        with ThreadPoolExecutor(2) as pool:
            listed = pool.map(lambda one: self.draft.entry(one[0], one[1], left_out=left_out), kept)
            self.entries[table] = tuple(listed)

    def keep(self, table: str) -> None:
        """Take over the files of the version before."""
        self.entries[table] = self.before.entries(table) if self.before else ()

    def relation(self, table: str) -> Relation:
        """A table of this version, as it is so far."""
        return relation_of(PUBLISHED[table], self.entries[table], self._files(table))

    def _files(self, table: str) -> tuple[Path, ...]:
        """The files of a table of this version, wherever they are until the commit."""
        return tuple(map(self.place_of, self.entries[table]))

    def place_of(self, entry: FileEntry) -> Path:
        """Where a file is until the commit."""
        own = folder_name(self.draft.number) + "/"
        if entry.path.startswith(own):
            return self.draft.folder / entry.path.removeprefix(own)
        return self.draft.lake.folder / entry.path

    def _manifest(
        self, default: str, files: Sequence[FileCount], now: dt.datetime, how: How | None
    ) -> dict[str, Any]:
        imports = [
            {
                "file": one.file,
                "source": one.source,
                "as": one.as_,
                "sha256": one.sha256,
                "mapping": one.mapping,
                "when": now.isoformat(timespec="seconds"),
                "version": self.draft.number,
                "how": how,
                "rows": one.rows if one.rows is not None else count.used + count.rejected + count.repeated,
                "used": count.used,
                "rejected": count.rejected,
                "repeated": count.repeated,
                "tables": {table: asdict(counts) for table, counts in count.tables.items()},
                "warnings": [
                    {"id": w.id, "params": {k: str(v) for k, v in w.params.items()}} for w in one.warnings
                ],
            }
            for one, count in zip(self.imports, files, strict=True)
        ]
        listed = {table: [entry.data() for entry in entries] for table, entries in self.entries.items()}
        content = sorted(
            f"{table} {entry.sha256}" for table, entries in self.entries.items() for entry in entries
        )
        return {
            "version": self.draft.number,
            "previous": self.before.number if self.before else None,
            "made": now.isoformat(timespec="seconds"),
            "engine": ENGINE_NAME,
            "hash": f"{ENGINE_NAME} hash",
            "data": hashlib.sha256("\n".join(content).encode()).hexdigest()[:12],
            "links": self.links,
            "resolver": resolver_name(self.resolver),
            "default_case": default,
            "case_kinds": [default],
            "tables": listed,
            "imports": [*self.history, *imports],
            **(self.before.past if self.before else {}),
        }


__all__ = ["LINKED", "MERGED", "FileCount", "Progress", "Published", "Run", "Staged", "TableCount", "publish"]
