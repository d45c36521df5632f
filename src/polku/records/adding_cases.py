"""The cases of events that were added: followed anew, each as a whole, beside those that stay as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from polku.records.adding_places import NotAdded
from polku.records.cases import (
    KEYS,
    PLACE_BITS,
    Built,
    attributes_sql,
    inputs_name,
    kept_cases,
    silent_columns,
)
from polku.records.engine import file_text
from polku.records.files import ADDED, BASE, GONE, FileEntry, LeftOut
from polku.records.manifest import write_manifest
from polku.records.schema import CASES, MOVES

if TYPE_CHECKING:
    from polku.records.adding import Adding

CASE_PRIORITY = ("account", "case", "person", "deal")
"""What is followed where nobody says: the first of these that some event has."""
ADD_MOST_MOVES = 0.15
"""Of the base's moves, the share that may be followed anew beside it before all are."""
_MOST_BUCKET = 127


def check_kind(adding: Adding) -> None:
    """See that a whole publish would follow the same kind of cases.

    Raises:
        NotAdded: it would follow another.
    """
    kind = adding.before.default_case
    cases = kept_cases(adding.before, kind)
    followed = cases is not None and any(entry.rows for entry in cases["cases"])
    counts = adding.run.engine.rows(
        f"SELECT {', '.join(f'count({one}_id)' for one in CASE_PRIORITY)} FROM placed_events"
    )[0]
    first = next((one for one, count in zip(CASE_PRIORITY, counts, strict=True) if count), kind)
    if first != kind and (not followed or CASE_PRIORITY.index(first) < CASE_PRIORITY.index(kind)):
        raise NotAdded


def add_cases(adding: Adding, folder: Path) -> Built:
    """Write the moves of the cases that new events belong to, and the table of all cases.

    Args:
        folder: becomes `cases/<kind>` of the version.

    Raises:
        NotAdded: it would not be worth it.
    """
    work = _Cases(adding, folder)
    built = {"moves": work.moves(), "cases": work.cases()}
    run = adding.run
    needed = {table: run.entries[table] for table in ("events", "accounts", "deals")}
    write_manifest(
        folder / "files.json",
        {
            "inputs": inputs_name(needed),
            **{what: [entry.data() for entry in files] for what, files in built.items()},
        },
    )
    return built


class _Cases:
    def __init__(self, adding: Adding, folder: Path) -> None:
        self.adding = adding
        self.run = adding.run
        self.engine = adding.run.engine
        self.folder = folder
        self.kind = adding.before.default_case
        self.key = KEYS[self.kind][0]
        kept = kept_cases(adding.before, self.kind)
        assert kept is not None
        self.before = kept
        self.tables = {
            "moves": adding.before.relation(f"moves:{self.kind}"),
            "cases": adding.before.relation(f"cases:{self.kind}"),
        }
        self.base = [entry for entry in kept["moves"] if entry.layer == BASE]
        self.own = max((int(Path(entry.path).stem.rpartition("-")[2]) for entry in self.base), default=-1) + 1

    def moves(self) -> tuple[FileEntry, ...]:
        """The files of the moves; those of the base stay."""
        from polku.records.kernel import follow

        if not (self.adding.count or self.adding.lost):
            self.engine.execute(
                "CREATE OR REPLACE TEMP TABLE touched (key VARCHAR, cid INTEGER, place BIGINT)"
            )
            self.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE followed AS SELECT cid, {_FOLLOWED} FROM {{cases}} LIMIT 0",
                tables=self.tables,
            )
            return self.before["moves"]
        self._number()
        columns = self.engine.columns(
            f"SELECT t.place, {self.adding.number_sql} AS event_no, m.code, m.ts, m.part, m.person FROM {{moves}} m "
            f"JOIN touched t USING (cid) ANTI JOIN lost_events l ON l.number = {self.adding.number_sql} UNION ALL "
            f"SELECT t.place, e.event_no, e.code, epoch_us(e.time), e.part, e.person FROM {{placed}} e "
            f"JOIN touched t ON t.key = e.{self.key}",
            None,
            {**self.tables, "placed": self.adding.placed},
        )
        moves, cases = follow(
            columns["place"],
            columns["event_no"],
            columns["code"],
            columns["ts"],
            columns["part"],
            columns["person"],
        )
        cids = self.engine.columns("SELECT cid FROM touched ORDER BY place")["cid"]
        with self.engine.holding("followed_now", {**vars(cases), "cid": cids[cases.case]}) as held:
            self.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE followed AS SELECT cid, {_FOLLOWED} FROM {held.sql}"
            )
        file = self.folder / "moves-added.parquet"
        names = ", ".join(MOVES.names)
        old = "".join(
            f" UNION ALL SELECT {names} FROM read_parquet({file_text(self.run.place_of(entry))}) "
            "ANTI JOIN touched USING (cid)"
            for entry in self.before["moves"]
            if entry.layer == ADDED
        )
        # Those that were followed now come in the order of their numbers.
        order = " ORDER BY cid, ord" if old else ""
        with self.engine.holding("moved", {**vars(moves), "cid": cids[moves.case]}) as held:
            rows = self.engine.write(
                f"SELECT * FROM (SELECT {names} FROM {held.sql}{old}){order}",
                file,
                options=", DICTIONARY_SIZE_LIMIT 256",
            )
        if rows > ADD_MOST_MOVES * sum(entry.rows for entry in self.base):
            raise NotAdded
        return (*self.base, self._entry(file, rows, ADDED), *self._gone())

    def _number(self) -> None:
        """Make the table `touched`: cases of the new events, known ones by the numbers they have."""
        first = self.own << PLACE_BITS
        if self.own > _MOST_BUCKET:
            raise NotAdded
        self.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE touched AS WITH keys AS (SELECT {self.key} AS key FROM {{placed}} "
            f"WHERE {self.key} IS NOT NULL UNION SELECT {self.key} FROM lost_events WHERE {self.key} IS NOT NULL), "
            f"known AS (SELECT k.key, c.cid FROM keys k LEFT JOIN {{cases}} c ON c.key = k.key), "
            f"next AS (SELECT greatest(max(cid) + 1, {first}) AS cid FROM {{cases}}), "
            "numbered AS (SELECT key, coalesce(cid, (SELECT cid FROM next) - 1 + "
            "  row_number() OVER (PARTITION BY cid IS NULL ORDER BY key))::INTEGER AS cid FROM known) "
            "SELECT key, cid, row_number() OVER (ORDER BY cid) - 1 AS place FROM numbered",
            tables={**self.tables, "placed": self.adding.placed},
        )

    def _gone(self) -> tuple[FileEntry, ...]:
        """The cases of the base whose moves are not read any more."""
        old = " UNION ".join(
            f"SELECT cid FROM read_parquet({file_text(self.run.place_of(entry))})"
            for entry in self.before["moves"]
            if entry.layer == GONE
        )
        file = self.folder / "moves-gone.parquet"
        rows = self.engine.write(
            f"SELECT cid FROM (SELECT cid FROM touched WHERE cid < {self.own << PLACE_BITS}"
            f"{f' UNION {old}' if old else ''}) ORDER BY cid",
            file,
        )
        if not rows:
            file.unlink()
            return ()
        # As many as those cases had that were as the base has them.
        lost = self.engine.rows(
            f"SELECT coalesce(sum(n), 0) FROM {{cases}} SEMI JOIN touched USING (cid) "
            f"WHERE cid < {self.own << PLACE_BITS}{' AND cid NOT IN (' + old + ')' if old else ''}",
            tables=self.tables,
        )[0][0]
        before = sum(entry.rows for entry in self.before["moves"] if entry.layer == GONE)
        return (self._entry(file, before - int(lost), GONE),)

    def cases(self) -> tuple[FileEntry, ...]:
        """The file of all cases: those followed anew, and the others with what is known of their accounts now."""
        account = "t.key" if self.kind == "account" else "NULL::VARCHAR"
        one = (
            f"SELECT cid, key, account_id, {_FOLLOWED} FROM {{cases}} ANTI JOIN touched USING (cid) UNION ALL "
            f"SELECT cid, t.key, {account}, {_FOLLOWED} FROM followed JOIN touched t USING (cid)"
        )
        file = self.folder / "cases-000.parquet"
        tables = {**self.tables, **{table: self.run.relation(table) for table in ("accounts", "deals")}}
        left_out = silent_columns(self.engine, self.kind, tables)
        values, joins = attributes_sql(self.kind, "k.account_id", "k.key", left_out=left_out)
        account = "" if "account_id" in dict(left_out) else "k.account_id, "
        rows = self.engine.write(
            f"SELECT k.cid, k.key, {account}{', '.join(f'k.{name.strip()}' for name in _FOLLOWED.split(','))}"
            f"{values} FROM ({one}) k {joins} ORDER BY k.cid",
            file,
            tables=tables,
            options=", DICTIONARY_SIZE_LIMIT 256",
        )
        return (self._entry(file, rows, BASE, left_out),)

    def _entry(self, file: Path, rows: int, layer: int, left_out: LeftOut = ()) -> FileEntry:
        return self.run.draft.entry(file, rows, layer, left_out)


_FOLLOWED = "n, t0, t1, k1, k2, parts"
assert set(_FOLLOWED.split(", ")) < set(CASES.names)
