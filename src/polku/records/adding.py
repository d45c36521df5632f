"""A small import into a large log: its events are added beside the last whole publish, and only their cases followed anew.

Events there that it says otherwise, or tells to be of somebody else, give way to what they are now. What stands afterwards
is the same as if everything had been published anew; where that cannot be had so, everything is.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from polku.records.adding_cases import add_cases, check_kind
from polku.records.adding_places import NotAdded, place_between
from polku.records.adding_telling import find_telling
from polku.records.adding_touched import find_touched
from polku.records.adding_words import lose_words, nothing_to_ask, words
from polku.records.belonging import find_belongings
from polku.records.cases import Built, kept_cases
from polku.records.engine import ENGINE_NAME, Relation, file_text, literal, name
from polku.records.events import make_codes, write_events
from polku.records.files import ADDED, BASE, GONE, FileEntry
from polku.records.kernel import Column
from polku.records.layers import shifted, whole
from polku.records.merging import (
    Batch,
    Merged,
    as_staged,
    merge,
    row_keys,
    row_number,
    staged_rows,
    with_later,
)
from polku.records.people import link_as_before, unlink
from polku.records.said import events_there, said_by
from polku.records.schema import CASE_KINDS, DEAL_BY, LINKED, PUBLISHED, RECORDS
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.publish import Run

ADD_FROM = 200_000
"""Events of the base from which adding is worth its while."""
ADD_MOST = 0.05
"""Of the events of the base, the share that may stand beside it before all is written anew."""
SAY_MOST = 6
"""Times as many events may be said by an import, since what says the same as before stands nowhere."""


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
            run.changed |= {"events"} if adding.count or adding.gone else set()
        run.adding = adding
        run.progress(Message("records.resolving"), 0.3)
        moved = adding.resolve()
        run.progress(Message("records.writing"), 0.45)
        run.write_entities(moved)
        for table in LINKED:
            if table == "events":
                run.entries[table] = adding.write_events()
            elif adding.others or table in run.changed or (table == "deals" and "belongings" in run.changed):
                if table == "deals":
                    run.belongs = find_belongings(run.engine, run.said("belongings"))
                run.write_linked(table)
            else:
                run.keep(table)
        run.write_rejects()
        run.progress(Message("records.following"), 0.8)
        kind = adding.before.default_case
        return kind, adding.write_cases()
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
    run.engine.execute("DROP TABLE IF EXISTS codes")
    unlink(run.engine)


class Adding:
    """One import that is added, step by step.

    Args:
        run: the publish it is a part of.
        base: the base's events, in files of one time after the other.
        added: what was added before.

    Attributes:
        count, gone: events that come, and that the import says otherwise or no more.
        touched, lost: events there that it may change otherwise, and all that are not read any more by it.
        others: a word that was said before means somebody else now.
    """

    def __init__(self, run: Run, base: tuple[FileEntry, ...], added: tuple[FileEntry, ...]) -> None:
        self.run = run
        self.base = base
        self.base_rows = sum(entry.rows for entry in base)
        self.added = added
        assert run.before is not None
        self.before = run.before
        self.new = as_staged("events", ())
        self.count = self.gone = self.touched = self.lost = 0
        self.others = False

    @classmethod
    def of(cls, run: Run) -> Adding | None:
        """The adding of a publish's imports, None where it is out of the question."""
        before = run.before
        if before is None or not run.imports or before.manifest["engine"] != ENGINE_NAME:
            return None
        if not before.in_order:
            return None
        entries = before.entries("events")
        base = tuple(entry for entry in entries if entry.layer == BASE)
        if sum(entry.rows for entry in base) < ADD_FROM:
            return None
        return cls(run, base, tuple(entry for entry in entries if entry.layer == ADDED))

    def merge(self) -> Merged | None:
        """Find out what becomes of the staged events by looking up what they are known by.

        Raises:
            NotAdded: they are many, or bring or change many of those there are.
        """
        engine, table, run = self.run.engine, RECORDS["events"], self.run
        batches = [
            Batch(number, file, known=run.known(one), begins=one.begins)
            for number, one in enumerate(run.imports)
            if (file := one.table("events"))
        ]
        replaced = sorted({place for one in run.imports for place in run.replaces(one)})
        staged = sum(
            engine.rows(f"SELECT count(*) FROM read_parquet({file_text(batch.file)})")[0][0]
            for batch in batches
        )
        beside = sum(abs(entry.rows) for entry in self.before.entries("events") if entry.layer != BASE)
        most = ADD_MOST * self.base_rows
        if staged > SAY_MOST * most or beside > most:
            raise NotAdded
        _, key, _ = row_keys(table)
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE keys AS SELECT DISTINCT {key} AS key FROM {{it}}",
            tables={"it": staged_rows(engine, table, batches)},
        )
        met, count = self._met(staged_rows(engine, table, batches), replaced)
        said = int(engine.rows("SELECT count(*) FROM keys")[0][0])
        if said - count + beside > most:
            raise NotAdded
        merged = merge(engine, table, (met,), batches, replaced)
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE gone_events AS SELECT m.* FROM {it} m "
            "SEMI JOIN (SELECT r FROM odd_events WHERE batch < 0 AND NOT keep) USING (r)",
            tables={"it": met},
        )
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE new_events AS SELECT * EXCLUDE (batch, r, turn, gone) FROM {it} "
            "ANTI JOIN (SELECT batch, r FROM odd_events WHERE NOT keep) USING (batch, r) WHERE batch >= 0",
            tables={"it": merged.rows},
        )
        self.new = Relation("new_events")
        self.count, self.gone = (
            int(engine.rows(f"SELECT count(*) FROM {one}_events")[0][0]) for one in ("new", "gone")
        )
        if max(self.count + beside, self.gone) > most:
            raise NotAdded
        return merged if batches or self.gone else None

    def _met(self, staged: Relation, replaced: Sequence[tuple[str, str]]) -> tuple[Relation, int]:
        """The rows there are that are known by the same as a staged one, or stand no longer unless they are said again.

        Args:
            staged: the rows that come in; the table `keys` has what they are known by.
            replaced: sources and files of the latter.

        Returns:
            The rows, and how many they are.
        """
        stands = " OR ".join(
            f"(source = {literal(source)} AND source_file = {literal(file)})" for source, file in replaced
        )
        first, last, ids = self.run.engine.rows(
            'SELECT epoch_us(min("time")), epoch_us(max("time")), count(event_id) FROM {staged}',
            tables={"staged": staged},
        )[0]
        known = "key IN (SELECT key FROM keys)"
        if not ids and first is not None:
            # Known by all they say, they are met at their own time alone.
            known += f' AND "time" BETWEEN make_timestamp({first}) AND make_timestamp({last})'
        met = self.run.engine.columns(
            f"SELECT r FROM {{there}} WHERE {known}{f' OR {stands}' if stands else ''} ORDER BY r",
            None,
            {"there": events_there(self.before)},
        )["r"].astype(np.int64)
        if len(met) > SAY_MOST * ADD_MOST * self.base_rows:
            raise NotAdded
        self._keep_rows("met_rows", met)
        return Relation("met_rows"), len(met)

    def _keep_rows(self, table: str, rows: Column) -> None:
        """Make a table of events there as their sources say them, by r."""
        if not len(rows):
            self.run.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {as_staged('events', ()).sql} WHERE false"
            )
            return
        with self.run.engine.holding("kept_rows", {"r": rows}) as held:
            self.run.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT e.* FROM {{events}} e SEMI JOIN {held.sql} USING (r)",
                tables={"events": said_by(self.before, "events")},
            )

    def said(self) -> Relation:
        """All events as their sources say them now."""
        before = said_by(self.before, "events")
        columns = ", ".join(name(one) for one in RECORDS["events"].names)
        but = " ANTI JOIN gone_events USING (r)" if self.gone else ""
        new = f" UNION ALL SELECT {columns}, position FROM new_events" if self.count else ""
        return Relation(f"(SELECT {columns}, position FROM {before.sql}{but}{new})", before.files)

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
            NotAdded: too much of what is there would belong to somebody else.
        """
        run, moved = self.run, False
        if not lose_words(self) and nothing_to_ask(self):
            run.links = str(self.before.manifest["links"])
            link_as_before(run.engine, self.before.relations())
            self.others = find_touched(run, moved)
        else:
            moved = run.resolve({"events": words(self)})
            self.others = find_touched(run, moved)
            self.keep_numbers()
        touched = run.engine.columns("SELECT r FROM touched_rows ORDER BY r", None)["r"].astype(np.int64)
        if len(touched) > ADD_MOST * self.base_rows:
            raise NotAdded
        self._keep_rows("touched_events", touched)
        self.touched = len(touched)
        if self.before.default_case == "case" and len(self._sources()) > 1:
            # Numbers of cases are each system's own, and the table of cases does not say whose.
            raise NotAdded
        if any(entry.layer == ADDED for entry in self.moves()) != bool(self.added):
            raise NotAdded
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
            NotAdded: there is no room between the numbers of two events, or what is followed would be something else.
        """
        run, engine = self.run, self.run.engine
        if make_codes(engine, self.new, self.before.relation("codes")):
            run.write("codes", "SELECT * FROM codes ORDER BY code")
        else:
            run.keep("codes")
        if not (self.count or self.gone or self.touched):
            return self.before.entries("events")
        come = self._place()
        check_kind(self)
        if not (self.count or self.lost):
            return self.before.entries("events")
        columns = ", ".join(name(one) for one in PUBLISHED["events"].names if one != "event_no")
        columns += f", {DEAL_BY}::VARCHAR AS {DEAL_BY}, key"
        file = run.draft.folder / "events-added.parquet"
        tables, old = {"come": come}, ""
        if self.added:
            tables["old"] = events_there(self.before, ADDED)
            old = f" UNION ALL SELECT {columns}, number AS event_no FROM {{old}} ANTI JOIN lost_events USING (r)"
        rows = engine.write(
            f"SELECT * FROM (SELECT {columns}, p.event_no FROM {{come}} e JOIN placed p ON p.r = e.place{old}) "
            "ORDER BY event_no",
            file,
            tables=tables,
        )
        return (*self.base, run.draft.entry(file, rows, ADDED), *self._gone())

    def _place(self) -> Relation:
        """Place the new events, and anew those that the import may touch; make the tables `placed_events` and `lost_events`.

        Returns:
            The events that come beside the base, with their place among them.
        """
        run, engine = self.run, self.run.engine
        columns = ", ".join(name(one) for one in RECORDS["events"].names)
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE come_events AS SELECT {columns}, position, NULL::BIGINT AS r FROM new_events "
            f"UNION ALL SELECT {columns}, position, r FROM touched_events"
        )
        come = Relation("come_events")
        belongs, telling = find_telling(run, come)
        # At once, since there are few.
        ((apart, _),), left_out = write_events(
            engine,
            come,
            run.said("deals"),
            run.draft.spill,
            most=max(1, self.count + self.touched),
            belongs=belongs,
            telling=telling,
            carried=("r",),
        )
        placed = Relation(
            f"(SELECT * FROM ({with_later('events', whole(PUBLISHED['events'], apart, left_out), linked=True)}))",
            (apart,),
        )
        self._lose(placed)
        come = self._come(placed)
        numbers = place_between(engine, self.before, come)
        if numbers is None:
            raise NotAdded
        with engine.holding("numbers", {"event_no": numbers}) as held:
            engine.execute(
                f"CREATE OR REPLACE TEMP TABLE placed AS SELECT row_number() OVER () - 1 AS r, event_no FROM {held.sql}"
            )
        engine.execute(
            "CREATE OR REPLACE TEMP TABLE placed_events AS SELECT p.event_no, e.code, e.time, e.part, e.person, "
            f"{', '.join(f'e.{kind}_id' for kind in CASE_KINDS)} "
            "FROM {come} e JOIN placed p ON p.r = e.place",
            tables={"come": come},
        )
        return come

    def _lose(self, placed: Relation) -> None:
        """Make the table `lost_events` of events there that the import says otherwise or no more, or that differ now."""
        engine, ids = self.run.engine, [f"{kind}_id" for kind in CASE_KINDS]
        if not (self.gone or self.touched):
            columns = ", ".join(["r BIGINT", "number BIGINT", *(f"{one} VARCHAR" for one in ids)])
            engine.execute(f"CREATE OR REPLACE TEMP TABLE lost_events ({columns})")
            return
        same = " AND ".join(
            f"n.{one}::VARCHAR IS NOT DISTINCT FROM b.{one}::VARCHAR"
            for one in ("account_id", "person_id", "deal_id", "account_by", "person", "part", DEAL_BY)
        )
        whose = f"b.r, b.number, {', '.join(f'b.{one}' for one in ids)}"
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE lost_events AS SELECT {whose} FROM {{there}} b SEMI JOIN gone_events USING (r) "
            f"UNION ALL SELECT {whose} FROM {{there}} b JOIN (FROM {{come}} WHERE r IS NOT NULL) n USING (r) WHERE NOT ({same})",
            tables={"there": events_there(self.before), "come": placed},
        )
        self.lost = int(engine.rows("SELECT count(*) FROM lost_events")[0][0])

    def _come(self, placed: Relation) -> Relation:
        """Of events that were placed, those that come beside the base, with their place among them."""
        if not self.touched:
            return Relation(
                f"(SELECT * EXCLUDE (r), file_row_number AS place FROM {placed.sql})", placed.files
            )
        file = self.run.draft.spill / "come.parquet"
        self.run.engine.write(
            "SELECT * EXCLUDE (file_row_number, r) FROM (FROM {come} WHERE r IS NULL OR r IN (SELECT r FROM lost_events)) "
            "ORDER BY file_row_number",
            file,
            tables={"come": placed},
        )
        return Relation(
            f"(SELECT *, file_row_number AS place FROM read_parquet({file_text(file)}, file_row_number = true))",
            (file,),
        )

    def write_cases(self) -> Built:
        """Write the cases, those anew that something came to or went from.

        Raises:
            NotAdded: none is left, so that something else would be followed.
        """
        kind = self.before.default_case
        built = add_cases(self, self.run.cases_folder(kind))
        if self.lost and not any(entry.rows for entry in built["cases"]):
            raise NotAdded
        return built

    def _gone(self) -> tuple[FileEntry, ...]:
        """Where in the base events stand that are not read any more."""
        file = self.run.draft.folder / "events-gone.parquet"
        bits = row_number(1, 0)
        old = "".join(
            f" UNION ALL SELECT piece, place FROM read_parquet({file_text(self.run.place_of(entry))})"
            for entry in self.before.entries("events")
            if entry.layer == GONE
        )
        rows = self.run.engine.write(
            f"SELECT piece, place FROM (SELECT (r // {bits})::INTEGER AS piece, r % {bits} AS place FROM lost_events "
            f"WHERE r < {row_number(len(self.base), 0)}{old}) ORDER BY ALL",
            file,
        )
        if not rows:
            file.unlink()
            return ()
        return (self.run.draft.entry(file, -rows, GONE),)

    @property
    def placed(self) -> Relation:
        """The events that come beside the base, numbered."""
        return Relation("placed_events")

    @property
    def number_sql(self) -> str:
        """The number of an event in the moves there are, as it is from now on."""
        return "m.event_no" if self.added else shifted("m.event_no")
