"""A small import into a large log: its events are added beside the last whole publish, and only their cases followed anew.

What stands afterwards is the same as if everything had been published anew; where that cannot be had so, because rows
already there would change or somebody turns out to be somebody else, everything is published anew.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from polku.records.adding_cases import add_cases
from polku.records.adding_links import links_beside
from polku.records.adding_places import NotAdded, place_between
from polku.records.cases import Built, kept_cases
from polku.records.engine import ENGINE_NAME, Relation, file_text, name
from polku.records.events import make_codes, silent_about, write_events
from polku.records.files import ADDED, BASE, FileEntry
from polku.records.layers import shifted, whole
from polku.records.merging import Batch, Merged, as_staged, merge, row_keys, row_number
from polku.records.people import LINK_TABLES, LINKS, link_as_before
from polku.records.schema import CASE_KINDS, LINKED, PUBLISHED, RECORDS
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.publish import Run
    from polku.records.resolving import Resolver

ADD_FROM = 200_000
"""Events of the base from which adding is worth its while."""
ADD_MOST = 0.05
"""Of the events of the base, the share that may stand beside it before all is written anew."""


def add(run: Run) -> tuple[str, Built] | None:
    """Add the events that came beside those there are, where that leads to the same.

    Returns:
        What is followed, and its files; None where everything has to be published anew.
    """
    adding = Adding.of(run)
    if adding is None:
        return None
    try:
        merged = adding.merge()
        if merged is not None:
            run.merged["events"] = merged
            run.changed |= {"events"} if adding.count else set()
        run.adding = adding
        run.progress(Message("records.resolving"), 0.3)
        moved = adding.resolve()
        run.progress(Message("records.writing"), 0.45)
        run.write_entities(moved)
        for table in LINKED:
            if table == "events":
                run.entries[table] = adding.write_events()
            elif table in run.changed or (table == "deals" and "belongings" in run.changed):
                run.write_linked(table)
            else:
                run.keep(table)
        run.write_rejects()
        run.progress(Message("records.following"), 0.8)
        kind = adding.before.default_case
        return kind, add_cases(adding, run.cases_folder(kind))
    except NotAdded:
        _start_over(run)
        return None


def _start_over(run: Run) -> None:
    """Forget what was tried."""
    run.adding = None
    run.merged.pop("events", None)
    run.changed.discard("events")
    run.entries.clear()
    for file in run.draft.folder.glob("*.parquet"):
        file.unlink()
    shutil.rmtree(run.draft.folder / "cases", ignore_errors=True)
    for table in ("codes", *LINK_TABLES):
        run.engine.execute(f"DROP TABLE IF EXISTS {table}")


class Adding:
    """One import that is added, step by step.

    Args:
        run: the publish it is a part of.
        base: the base's events, in files of one time after the other.
        added: what was added before.
    """

    def __init__(self, run: Run, base: tuple[FileEntry, ...], added: tuple[FileEntry, ...]) -> None:
        self.run = run
        self.base = base
        self.base_rows = sum(entry.rows for entry in base)
        self.added = added
        assert run.before is not None
        self.before = run.before
        self.new = as_staged("events", ())
        self.count = 0

    @classmethod
    def of(cls, run: Run) -> Adding | None:
        """The adding of a publish's imports, None where it is out of the question."""
        before = run.before
        if before is None or not run.imports or before.manifest["engine"] != ENGINE_NAME:
            return None
        if (
            not before.in_order
            or "silent" not in before.manifest
            or any(run.replaces(one) for one in run.imports)
        ):
            return None
        entries = before.entries("events")
        base = tuple(entry for entry in entries if entry.layer == BASE)
        if sum(entry.rows for entry in base) < ADD_FROM:
            return None
        return cls(run, base, tuple(entry for entry in entries if entry.layer == ADDED))

    def merge(self) -> Merged | None:
        """Find out what becomes of the staged events by looking up what they are known by.

        Raises:
            NotAdded: they are many, or change what is there.
        """
        engine, table = self.run.engine, RECORDS["events"]
        batches = [
            Batch(number, file, known=self.run.known(one), begins=one.begins)
            for number, one in enumerate(self.run.imports)
            if (file := one.table("events"))
        ]
        if not batches:
            return None
        staged = sum(
            engine.rows(f"SELECT count(*) FROM read_parquet({file_text(batch.file)})")[0][0]
            for batch in batches
        )
        if staged + sum(entry.rows for entry in self.added) > ADD_MOST * self.base_rows:
            raise NotAdded
        alone = merge(engine, table, (), batches)
        _, key, _ = row_keys(table)
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE keys AS SELECT DISTINCT {key} AS key FROM {{it}}",
            tables={"it": alone.rows},
        )
        merged = merge(engine, table, (self._met(),), batches)
        if engine.rows("SELECT 1 FROM odd_events WHERE batch < 0 AND NOT keep LIMIT 1"):
            raise NotAdded
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE new_events AS SELECT * EXCLUDE (batch, r, turn, gone) FROM {it} "
            "ANTI JOIN (SELECT batch, r FROM odd_events WHERE NOT keep) USING (batch, r) WHERE batch >= 0",
            tables={"it": merged.rows},
        )
        self.new = Relation("new_events")
        self.count = int(engine.rows("SELECT count(*) FROM new_events")[0][0])
        return merged

    def _met(self) -> Relation:
        """The rows there are that are known by the same as a staged one."""
        files = self.before.files("events")
        met = self.run.engine.rows(
            "SELECT f, r FROM ("
            + " UNION ALL ".join(
                f"SELECT {number} AS f, file_row_number AS r FROM read_parquet({file_text(file)}, file_row_number = true) "
                "WHERE key IN (SELECT key FROM keys)"
                for number, file in enumerate(files)
            )
            + ") ORDER BY ALL"
        )
        if not met:
            return Relation(f"(SELECT * FROM {as_staged('events', ()).sql} WHERE false)")
        if len(met) > ADD_MOST * self.base_rows:
            raise NotAdded
        places = np.array([row_number(file, place) for file, place in met], dtype=np.int64)
        with self.run.engine.holding("met", {"r": places}) as held:
            self.run.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE met_rows AS SELECT e.* FROM {{events}} e SEMI JOIN {held.sql} USING (r)",
                tables={"events": as_staged("events", files, self.before.left_out("events"))},
            )
        return Relation("met_rows")

    def words_kept(self) -> bool:
        """Whether every word for an account or a person that was said is still said."""
        for table, merged in self.run.merged.items():
            for column in ("account_id", "person_id"):
                if table == "events" or merged.table.column(column) is None:
                    continue
                lost = self.run.engine.rows(
                    f"SELECT 1 FROM (SELECT a.source, a.{column} FROM {{it}} a JOIN odd_{table} o USING (batch, r) "
                    f"WHERE NOT o.keep AND a.batch < 0 AND a.{column} IS NOT NULL EXCEPT "
                    f"SELECT source, {column} FROM {{kept}}) LIMIT 1",
                    tables={"it": merged.rows, "kept": merged.kept()},
                )
                if lost:
                    return False
        return True

    def said(self) -> Relation:
        """All events as their sources say them now."""
        before = as_staged("events", self.before.files("events"), self.before.left_out("events"))
        columns = ", ".join(name(one) for one in RECORDS["events"].names)
        return Relation(
            f"(SELECT {columns}, position FROM {before.sql} UNION ALL SELECT {columns}, position FROM new_events)"
            if self.count
            else before.sql,
            before.files,
        )

    def words(self) -> Relation:
        """Events by which each word is said that was ever said, so that not all of them are asked."""
        kinds = "SELECT source, max(source_kind) AS source_kind FROM {} GROUP BY source".format(
            self.before.relation("codes").sql
        )
        known = " UNION ALL ".join(
            f"SELECT l.source, k.source_kind, {'l.ref' if what == 'account' else 'NULL'} AS account_id, "
            f"{'l.ref' if what == 'person' else 'NULL'} AS person_id FROM {self.before.relation(f'{what}_links').sql} l "
            f"LEFT JOIN ({kinds}) k USING (source)"
            for what in ("account", "person")
        )
        new = (
            " UNION ALL SELECT source, source_kind, account_id, person_id FROM new_events"
            if self.count
            else ""
        )
        return Relation(f"({known}{new})", self.before.files("account_links"))

    def nothing_to_ask(self) -> bool:
        """Whether nobody says a new word, and nobody who says who is who has changed."""
        run = self.run
        if run.changed - {"events"} or self.before.manifest.get("resolver") != resolver_name(run.resolver):
            return False
        if not resolver_name(run.resolver):
            return False
        for what in ("account", "person") if self.count else ():
            unknown = run.engine.rows(
                f"SELECT 1 FROM new_events n ANTI JOIN {{links}} l ON l.source = n.source AND l.ref = n.{what}_id "
                f"WHERE n.{what}_id IS NOT NULL LIMIT 1",
                tables={"links": self.before.relation(f"{what}_links")},
            )
            if unknown:
                return False
        return True

    def same_people(self) -> bool:
        """Whether all words that were known mean what they meant, and the people are where they were."""
        engine, tables = (
            self.run.engine,
            {table: self.before.relation(table) for table in (*LINKS, "memberships", "person_keys")},
        )
        for what in ("account", "person"):
            if engine.rows(
                f"SELECT 1 FROM {{{what}_links}} b LEFT JOIN {what}_links n ON n.source IS NOT DISTINCT FROM b.source "
                f"AND n.ref = b.ref WHERE n.{what}_id IS DISTINCT FROM b.{what}_id LIMIT 1",
                tables=tables,
            ):
                return False
        for links in ("visitor_links", "mailbox_links"):
            if engine.rows(
                f"((FROM {{{links}}} EXCEPT FROM {links}) UNION ALL "
                f"(FROM {links} SEMI JOIN {{person_links}} l USING (source, ref) EXCEPT FROM {{{links}}})) LIMIT 1",
                tables=tables,
            ):
                return False
        columns = 'person_id, account_id, "from", "to", parts, "primary", confidence'
        before = f"SELECT {columns} FROM {{memberships}} SEMI JOIN {{person_keys}} USING (person_id)"
        now = f"SELECT {columns} FROM memberships SEMI JOIN {{person_keys}} USING (person_id)"
        return not engine.rows(
            f"(({before}) EXCEPT ({now})) UNION ALL (({now}) EXCEPT ({before})) LIMIT 1", tables=tables
        )

    def check(self) -> None:
        """See that the events there are stay whose they are, and that what is followed stays the same.

        Raises:
            NotAdded: they do not.
        """
        engine = self.run.engine
        known = engine.rows("SELECT 1 FROM account_links WHERE account_id IS NOT NULL LIMIT 1")
        silent = (*self.before.manifest["silent"], *(silent_about(engine, self.new) if self.count else ()))
        if known and silent:
            raise NotAdded
        kind = self.before.default_case
        if kind == "case" and len(self._sources()) > 1:
            # Numbers of cases are each system's own, and the table of cases does not say whose.
            raise NotAdded
        if kind != "account" and known:
            raise NotAdded
        earlier = ("account", "case", "person", "deal")
        for one in earlier[: earlier.index(kind)] if self.count else ():
            if engine.rows(f"SELECT 1 FROM new_events WHERE {one}_id IS NOT NULL LIMIT 1"):
                raise NotAdded
        if any(entry.layer == ADDED for entry in self.moves()) != bool(self.added):
            raise NotAdded

    def _sources(self) -> list[str]:
        codes = self.before.relation("codes")
        new = " UNION SELECT source FROM new_events" if self.count else ""
        return [row[0] for row in self.run.engine.rows(f"SELECT source FROM {codes.sql}{new}")]

    def moves(self) -> tuple[FileEntry, ...]:
        """The moves there are.

        Raises:
            NotAdded: nobody has followed the cases of that version yet.
        """
        kept = kept_cases(self.before, self.before.default_case)
        if kept is None:
            raise NotAdded
        return kept["moves"]

    def resolve(self) -> bool:
        """Find out who is who, asking nobody where nothing is new; whether that differs from before.

        Raises:
            NotAdded: what is there would belong to somebody else.
        """
        run = self.run
        moved = False
        if self.nothing_to_ask():
            run.links = str(self.before.manifest["links"])
            link_as_before(run.engine, self.before.relations())
        else:
            if not self.words_kept():
                raise NotAdded
            moved = run.resolve({"events": self.words()})
            if moved and not self.same_people():
                raise NotAdded
        self.keep_numbers()
        self.check()
        run.belongs = links_beside(run)
        return moved

    def keep_numbers(self) -> None:
        """Let people have the numbers they had, and new ones those that come next."""
        self.run.engine.execute(
            "CREATE OR REPLACE TEMP TABLE person_keys AS SELECT person, person_id FROM {keys} UNION ALL "
            "SELECT ((SELECT count(*) FROM {keys}) + row_number() OVER (ORDER BY person_id) - 1)::INTEGER, person_id "
            "FROM (SELECT person_id FROM person_keys EXCEPT SELECT person_id FROM {keys})",
            tables={"keys": self.before.relation("person_keys")},
        )

    def write_events(self) -> tuple[FileEntry, ...]:
        """Write the events that were added, earlier ones included, in their order, each with its number.

        Raises:
            NotAdded: there is no room between the numbers of two events.
        """
        run = self.run
        if make_codes(run.engine, self.new, self.before.relation("codes")):
            run.write("codes", "SELECT * FROM codes ORDER BY code")
        else:
            run.keep("codes")
        if not self.count:
            return self.before.entries("events")
        # At once, since there are few.
        ((apart, _),), left_out = write_events(
            run.engine, self.new, run.said("deals"), run.draft.spill, most=self.count, belongs=run.belongs
        )
        come = Relation(whole(PUBLISHED["events"], apart, left_out), (apart,))
        numbers = place_between(run.engine, self.before, come)
        if numbers is None:
            raise NotAdded
        columns = ", ".join(name(one) for one in PUBLISHED["events"].names if one != "event_no")
        old = "".join(
            f" UNION ALL SELECT {columns}, key, event_no FROM read_parquet({file_text(file)})"
            for file in self._files(self.added)
        )
        file = run.draft.folder / "events-added.parquet"
        with run.engine.holding("numbers", {"event_no": numbers}) as held:
            run.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE placed AS SELECT row_number() OVER () - 1 AS r, event_no FROM {held.sql}"
            )
        run.engine.execute(
            "CREATE OR REPLACE TEMP TABLE placed_events AS SELECT p.event_no, e.code, e.time, e.part, e.person, "
            f"{', '.join(f'e.{kind}_id' for kind in CASE_KINDS)} "
            "FROM {come} e JOIN placed p ON p.r = e.file_row_number",
            tables={"come": come},
        )
        rows = run.engine.write(
            f"SELECT * FROM (SELECT {columns}, key, p.event_no FROM {{come}} e "
            f"JOIN placed p ON p.r = e.file_row_number{old}) ORDER BY event_no",
            file,
            tables={"come": come},
        )
        return (*self.base, run.draft.entry(file, rows, ADDED))

    def _files(self, entries: tuple[FileEntry, ...]) -> list[Path]:
        return [self.before.lake / entry.path for entry in entries]

    @property
    def placed(self) -> Relation:
        """The new events, numbered."""
        return Relation("placed_events")

    @property
    def number_sql(self) -> str:
        """The number of an event in the moves there are, as it is from now on."""
        return "m.event_no" if self.added else shifted("m.event_no")


def resolver_name(resolve: Resolver) -> str:
    """A name for who says who is who: the same name, the same answers. Empty: cannot be told."""
    named = getattr(resolve, "__qualname__", None)
    if named is not None:
        return "" if "<" in named else f"{getattr(resolve, '__module__', '')}.{named}"
    said = getattr(resolve, "named", None)
    return hashlib.sha256(str(said()).encode()).hexdigest()[:24] if callable(said) else ""
