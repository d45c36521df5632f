"""Moves and cases of one kind of case: cut into buckets, put through the kernel, kept with the version."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from polku.errors import LakeError, QuestionError
from polku.records.engine import Engine, Relation
from polku.records.files import FileEntry, LeftOut, told
from polku.records.manifest import folder_name, read_manifest, write_manifest
from polku.records.schema import CASE_KINDS, CASES
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.kernel import Column
    from polku.records.lake import Version

KEYS: Mapping[str, tuple[str, ...]] = {
    "account": ("account_id",),
    "person": ("person_id",),
    "deal": ("deal_id",),
    "case": ("case_id", "source"),
}
"""Columns of events by which a kind of case is told apart; the first is its name. Numbers of tickets or traces are
each system's own."""

BUCKET_ROWS = 1_000_000
MOST_BUCKETS = 64
PLACE_BITS = 24

Built = Mapping[str, tuple[FileEntry, ...]]
"""`moves` and `cases` → their files, one per bucket, in the same order."""


def built_cases(version: Version, kind: str) -> Built:
    """The files of a kind of case, built when nobody has asked for them in this version yet.

    Raises:
        QuestionError: there is no such kind.
        LakeError: they cannot be built, since the disk is full or may not be written.
    """
    if kind not in CASE_KINDS:
        raise QuestionError(Message("records.unknown-case-kind", {"name": kind, "known": list(CASE_KINDS)}))
    kept = kept_cases(version, kind)
    if kept is not None:
        return kept
    with told(version.folder):
        draft = version.folder / "cases" / f".draft-{kind}-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            needed = {table: version.entries(table) for table in ("events", "accounts", "deals")}
            relations = {table: version.relation(table) for table in needed}
            with Engine(temp_directory=draft / "spill", ordered=True) as engine:
                write_cases(engine, kind, draft, version.lake, version.number, relations, needed)
            shutil.rmtree(draft / "spill", ignore_errors=True)
            # Somebody who built the same meanwhile built the same bytes.
            with contextlib.suppress(OSError):
                draft.rename(version.folder / "cases" / kind)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    kept = kept_cases(version, kind)
    if kept is None:
        raise LakeError(Message("records.not-written", {"reason": kind}))
    return kept


def kept_cases(version: Version, kind: str) -> Built | None:
    """The files of a kind of case where they were built already."""
    return _read(version.folder / "cases" / kind / "files.json")


def _read(file: Path) -> Built | None:
    if not file.exists():
        return None
    data = read_manifest(file)
    return {what: tuple(map(FileEntry.of_data, data[what])) for what in ("moves", "cases")}


def _same_before(lake: Path, kind: str, number: int, inputs: str) -> Built | None:
    """What an earlier version made of the same inputs, newest first."""
    for listed in sorted(lake.glob(f"v*/cases/{kind}/files.json"), reverse=True):
        if listed.parts[-4] < folder_name(number):
            with contextlib.suppress(LakeError):
                if read_manifest(listed)["inputs"] == inputs:
                    return _read(listed)
    return None


def write_cases(
    engine: Engine,
    kind: str,
    folder: Path,
    lake: Path,
    number: int,
    relations: Mapping[str, Relation],
    entries: Mapping[str, Sequence[FileEntry]],
) -> Built:
    """Write moves and cases of a kind into a folder, with a list of the files.

    Args:
        folder: becomes `cases/<kind>` of the version.
        number: of the version.
        relations: events, accounts and deals as published.
        entries: the files of these; from the same files the same cases are made, so an earlier version's serve.
    """
    inputs = inputs_name(entries)
    built = _same_before(lake, kind, number, inputs)
    if built is None:
        place = f"{folder_name(number)}/cases/{kind}"
        built = _build(engine, kind, folder, place, relations, sum(e.rows for e in entries["events"]))
    write_manifest(
        folder / "files.json",
        {"inputs": inputs, **{what: [entry.data() for entry in files] for what, files in built.items()}},
    )
    return built


def build(
    engine: Engine, kind: str, called: str, folder: Path, version: Version, relations: Mapping[str, Relation]
) -> None:
    """Write moves and cases of a kind from other relations than the version's own, with a list of the files.

    Args:
        called: the folder becomes `cases/<called>` of the version.
    """
    place = f"{folder_name(version.number)}/cases/{called}"
    built = _build(engine, kind, folder, place, relations, version.count("events"))
    write_manifest(
        folder / "files.json",
        {"inputs": called, **{what: [entry.data() for entry in files] for what, files in built.items()}},
    )


def inputs_name(entries: Mapping[str, Sequence[FileEntry]]) -> str:
    """A name for the files that cases are made from."""
    said = " ".join(entry.sha256 for table in sorted(entries) for entry in entries[table])
    return hashlib.sha256(said.encode()).hexdigest()


def closings_sql(kind: str) -> str:
    """The outcome and the amount of the last closed deal of each account (deal cases: of each deal), by `of`."""
    if kind == "deal":
        return "SELECT DISTINCT ON (deal_id) deal_id AS of, outcome, amount FROM {deals} ORDER BY deal_id, source"
    return (
        "SELECT DISTINCT ON (account_id) account_id AS of, outcome, amount FROM {deals} "
        "WHERE outcome IN ('won', 'lost') "
        "ORDER BY account_id, closed DESC NULLS LAST, deal_id DESC, source"
    )


def silent_columns(
    engine: Engine, kind: str, relations: Mapping[str, Relation], closings: str | None = None
) -> LeftOut:
    """The columns that the cases of a kind leave out.

    Args:
        relations: accounts and deals as published.
        closings: a table of what `closings_sql` gives, where it was made.
    """
    counts = engine.rows(
        f"SELECT * FROM (SELECT count(segment), count(status) FROM {{accounts}}), "
        f"(SELECT count(outcome), count(amount) FROM ({closings or closings_sql(kind)}))",
        tables=relations,
    )[0]
    asked = ("segment", "status", "outcome", "value")
    silent: list[tuple[str, str | None]] = [
        (one, None) for one, count in zip(asked, counts, strict=True) if not count
    ]
    return (*silent, *([("account_id", "key")] if kind == "account" else []))


def attributes_sql(
    kind: str,
    account: str,
    deal: str,
    closings: str | None = None,
    left_out: LeftOut = (),
    described: str = "",
) -> tuple[str, str]:
    """What a case carries of its account and its last closed deal (deal cases: their own): columns, and joins.

    Args:
        account, deal: expressions for the case's account and, of deal cases, its deal.
        closings: a table of what `closings_sql` gives, where it was made.
        left_out: columns that are not written.
        described: a table of the query that has the account's columns already.
    """
    of = deal if kind == "deal" else account
    of_account, of_deal = (
        [one for one in columns if one not in dict(left_out)]
        for columns in (("segment", "status"), ("outcome", "value"))
    )
    values = [f"{described or 'a'}.{one}" for one in of_account]
    values += ["d.outcome" if one == "outcome" else 'd.amount AS "value"' for one in of_deal]
    joins = f"LEFT JOIN {{accounts}} a ON a.account_id = {account} " if of_account and not described else ""
    if of_deal:
        joins += f'LEFT JOIN ({closings or closings_sql(kind)}) d ON d."of" = {of}'
    return "".join(f", {one}" for one in values), joins


def _build(
    engine: Engine, kind: str, folder: Path, place: str, relations: Mapping[str, Relation], events: int
) -> Built:
    buckets = 1
    while events / buckets > BUCKET_ROWS and buckets < MOST_BUCKETS:
        buckets *= 2
    spill = folder / "spill"
    try:
        return _Buckets(engine, kind, buckets, folder, place, relations, by_hash=kind == "account").written()
    except _Unclear:
        shutil.rmtree(spill)
    return _Buckets(engine, kind, buckets, folder, place, relations, by_hash=False).written()


HASHED = "SELECT *, hash({keys}) AS h FROM {table}"
"""Spreads cases over buckets; accounts are told apart by it as long as no two of them share one."""


_ACTED = ("part", "person")
"""Columns of who acted: the same number for all events where nobody is known."""


class _Unclear(Exception):
    """Accounts cannot be told apart by their hashes."""


class _Buckets:
    """Writes the files of one bucket after the other; several threads may.

    Args:
        by_hash: events name their account by the hash of its name, a number; else they are compared by names.
    """

    def __init__(
        self,
        engine: Engine,
        kind: str,
        buckets: int,
        folder: Path,
        place: str,
        relations: Mapping[str, Relation],
        *,
        by_hash: bool,
    ) -> None:
        self.engine = engine
        self.kind = kind
        self.buckets = buckets
        self.folder = folder
        self.place = place
        self.relations = relations
        self.by_hash = by_hash
        self.keys = KEYS[kind]
        self.left_out: LeftOut = ()
        self.alike: Mapping[str, int] = {}
        self.pieces = folder / "spill" / "buckets"
        self.named = folder / "spill" / "named"

    def written(self) -> Built:
        """Write all buckets.

        Raises:
            _Unclear: two accounts share a hash, or one is in no table.
        """
        # Not temporary tables: the workers' connections see them too.
        self.engine.execute(
            f"CREATE OR REPLACE TABLE closings AS {closings_sql(self.kind)}", tables=self.relations
        )
        try:
            self.left_out = silent_columns(self.engine, self.kind, self.relations, "FROM closings")
            self.alike = self._alike()
            self._part()
            with ThreadPoolExecutor(min(2, self.buckets)) as pool:
                written = [files for files in pool.map(self._write, range(self.buckets)) if files]
        finally:
            self.engine.execute("DROP TABLE closings")
        return {"moves": tuple(moves for moves, _ in written), "cases": tuple(cases for _, cases in written)}

    def _alike(self) -> dict[str, int]:
        """Columns in which all events say one number: they are not cut, sorted and read again."""
        asked = ", ".join(f"min({one}), max({one})" for one in _ACTED)
        found = iter(self.engine.rows(f"SELECT {asked} FROM {{events}}", tables=self.relations)[0])
        told = ((one, next(found), next(found)) for one in _ACTED)
        return {one: int(low) for one, low, high in told if low is not None and low == high}

    def _moved(self, ts: str) -> str:
        """What is carried of each event beside its case."""
        return ", ".join(["event_no", "code", ts, *(one for one in _ACTED if one not in self.alike)])

    def _part(self) -> None:
        """Cut the events into buckets, in one pass, and with them what their cases are called."""
        keys = ", ".join(self.keys)
        events = HASHED.format(keys=keys, table="{events}")
        carried = "h" if self.by_hash else ", ".join({*self.keys, "account_id"})
        self._cut(
            self.pieces,
            f"SELECT (h % {self.buckets})::INTEGER AS bucket, {carried}, {self._moved('epoch_us(time) AS ts')} "
            f"FROM ({events}) WHERE {self.keys[0]} IS NOT NULL",
        )
        if self.by_hash:
            accounts = HASHED.format(keys=keys, table="{accounts}")
            if self.engine.rows(
                f"SELECT 1 FROM ({accounts}) HAVING count(DISTINCT h) <> count(*)",
                tables=self.relations,
            ):
                raise _Unclear
            self._cut(
                self.named,
                f"SELECT (h % {self.buckets})::INTEGER AS bucket, h, account_id, segment, status "
                f"FROM ({accounts})",
            )

    def _cut(self, folder: Path, sql: str) -> None:
        folder.mkdir(parents=True)
        if self.buckets == 1:
            folder = folder / "bucket=0"
            folder.mkdir()
        self.engine.write(
            sql,
            folder / "0.parquet" if self.buckets == 1 else folder,
            tables=self.relations,
            options=("" if self.buckets == 1 else ", PARTITION_BY (bucket)")
            + ", COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1",
        )

    def _piece(self, folder: Path, bucket: int) -> Relation | None:
        files = tuple(sorted((folder / f"bucket={bucket}").glob("*.parquet")))
        return Relation.of_files(files, CASES) if files else None

    def _write(self, bucket: int) -> tuple[FileEntry, FileEntry] | None:
        """Write moves and cases of a bucket; None where it has no events."""
        import numpy as np

        from polku.records.kernel import follow

        events = self._piece(self.pieces, bucket)
        if events is None:
            return None
        with self.engine.sibling() as engine:
            columns = self._columns(engine, bucket, events)
            shutil.rmtree(self.pieces / f"bucket={bucket}", ignore_errors=True)
            rows = len(columns["place"])
            if not rows:
                return None
            whole = {**columns, **{one: np.full(rows, said, np.int32) for one, said in self.alike.items()}}
            moves, cases = follow(*(whole[one] for one in ("place", "event_no", "code", "ts", *_ACTED)))
            base = bucket << PLACE_BITS
            with engine.holding("moved", vars(moves)) as moved:
                written = self._entry(
                    engine,
                    f"moves-{bucket:03d}.parquet",
                    f'SELECT "case" + {base} AS cid, * EXCLUDE ("case") FROM {{moved}}',
                    {"moved": moved},
                    (),
                )
            with engine.holding("followed", vars(cases)) as followed:
                tables = {**self.relations, "followed": followed}
                return written, self._entry(
                    engine, f"cases-{bucket:03d}.parquet", self._cases_sql(bucket), tables, self.left_out
                )

    def _columns(self, engine: Engine, bucket: int, events: Relation) -> Mapping[str, Column]:
        """The events of a bucket with the places of their cases, which are numbered in the order of their names.

        Makes the table case_keys of the connection: each case's name, place, and last known account.
        """
        keys = ", ".join(self.keys)
        if self.by_hash:
            return self._by_hash(engine, bucket, events)
        account = "account_id" if self.kind == "account" else "arg_max(account_id, event_no)"
        self._number(
            engine, f"SELECT {keys}, {account} AS account FROM {{piece}} GROUP BY {keys}", {"piece": events}
        )
        same = " AND ".join(f"k.{key} IS NOT DISTINCT FROM e.{key}" for key in self.keys)
        return engine.columns(
            f"SELECT k.place::INTEGER AS place, {self._moved('ts')} FROM {{piece}} e JOIN case_keys k ON {same}",
            None,
            {"piece": events},
        )

    def _by_hash(self, engine: Engine, bucket: int, events: Relation) -> Mapping[str, Column]:
        """As `_columns`, the events in the order of their cases and their own."""
        import numpy as np

        from polku.records.kernel import places_by

        columns = engine.columns(f"SELECT h, {self._moved('ts')} FROM {{piece}}", None, {"piece": events})
        if not len(columns["event_no"]):
            return {"place": columns["event_no"]}
        order = places_by(columns["event_no"])
        hashed = columns.pop("h")[order]
        # The highest bits tell accounts apart nearly always, and leave room for the places of events.
        bits = np.uint64(len(hashed).bit_length())
        among = places_by(hashed >> bits)
        if (np.diff(hashed[among] >> bits)[np.diff(hashed[among]) != 0] == 0).any():
            among = np.argsort(hashed, kind="stable")
        order, hashed = order[among], hashed[among]
        begins = np.flatnonzero(np.append(True, hashed[1:] != hashed[:-1]))
        counts = np.diff(np.append(begins, len(hashed)))
        named = self._piece(self.named, bucket)
        if named is None:
            raise _Unclear
        with engine.holding("met", {"h": hashed[begins], "number": np.arange(len(begins))}) as met:
            found = "SELECT n.account_id, n.account_id AS account, n.segment, n.status, m.number FROM {named} n JOIN {met} m USING (h)"
            self._number(engine, found, {"named": named, "met": met})
        number = engine.columns("SELECT number FROM case_keys ORDER BY place")["number"]
        if len(number) != len(begins):
            raise _Unclear
        begins, counts = begins[number], counts[number]
        ends = np.cumsum(counts)
        order = order[np.repeat(begins - ends + counts, counts) + np.arange(len(order))]
        place = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        return {"place": place, **{one: column[order] for one, column in columns.items()}}

    def _number(self, engine: Engine, found: str, tables: Mapping[str, Relation]) -> None:
        """Make the table case_keys of cases, which are numbered in the order of their names."""
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE case_keys AS SELECT *, row_number() OVER (ORDER BY {', '.join(self.keys)}) - 1 "
            f"AS place FROM ({found})",
            tables=tables,
        )
        if engine.rows(f"SELECT 1 FROM case_keys WHERE place >= {1 << PLACE_BITS} LIMIT 1"):
            raise LakeError(Message("records.too-many-cases", {"most": MOST_BUCKETS << PLACE_BITS}))

    def _cases_sql(self, bucket: int) -> str:
        described = "k" if self.by_hash else ""
        values, joins = attributes_sql(
            self.kind, "k.account", "k.deal_id", "FROM closings", self.left_out, described
        )
        account = "" if "account_id" in dict(self.left_out) else "k.account AS account_id, "
        return (
            f'SELECT f."case" + {bucket << PLACE_BITS} AS cid, k.{KEYS[self.kind][0]} AS key, '
            f"{account}f.n, f.t0, f.t1, f.k1, f.k2, f.parts{values} FROM {{followed}} f "
            f'JOIN case_keys k ON k.place = f."case" {joins} ORDER BY cid'
        )

    def _entry(
        self, engine: Engine, file: str, sql: str, tables: Mapping[str, Relation], left_out: LeftOut
    ) -> FileEntry:
        rows = engine.write(sql, self.folder / file, tables=tables, options=", DICTIONARY_SIZE_LIMIT 256")
        return FileEntry.of(self.folder / file, f"{self.place}/{file}", rows, left_out=left_out)
