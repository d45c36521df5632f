"""Events as they are published: coded, each with its account, its person and its place in the total order."""

from __future__ import annotations

import re
from pathlib import Path

from polku.records.belonging import NONE, Belongs
from polku.records.engine import Engine, Relation, literal, name
from polku.records.merging import row_keys
from polku.records.people import has_visitors
from polku.records.schema import CODES, PUBLISHED, RECORDS

NO_TIES = ("event_no", "code", "person", "part", "account_by")
"""Columns of published events that do not decide between events of one moment."""
_CODED = tuple(column.name for column in CODES.columns if column.name != "code")


def make_codes(engine: Engine, events: Relation, before: Relation) -> bool:
    """Make the temporary table `codes`: those there were, then those that events bring, in their own order.

    Returns:
        Whether there are new ones.
    """
    columns = ", ".join(_CODED)
    engine.execute(
        f"CREATE TEMP TABLE codes AS SELECT code, {columns} FROM {{before}} "
        f"UNION ALL SELECT ((SELECT count(*) FROM {{before}}) + row_number() OVER (ORDER BY {columns}) - 1)::INTEGER, "
        f"{columns} FROM (SELECT {columns} FROM {{events}} EXCEPT SELECT {columns} FROM {{before}})",
        tables={"events": events, "before": before},
    )
    new, old = engine.rows(
        "SELECT (SELECT count(*) FROM codes), (SELECT count(*) FROM {before})", tables={"before": before}
    )[0]
    return bool(new > old)


def _of_records(engine: Engine, events: Relation, deals: Relation, belongs: Belongs) -> tuple[str, str, str]:
    """Which account the deal or the case of an event is of, where one account alone is known for it.

    Histories of deals and comments on tickets name neither company nor person, only the deal or ticket; ids are
    those of one kind of system. Asked only where some event names no account. What link tables say counts where
    nothing else says it.

    Returns:
        Expressions for the account and for what told it, and the joins they need.
    """
    accounts, cases = "", ""
    for what in silent_about(engine, events):
        told = ["{events}", *(["{deals}"] if what == "deal" else [])]
        said = " UNION ALL ".join(
            f"SELECT r.source_kind, r.{what}_id, a.account_id FROM {relation} r JOIN account_links a "
            f"ON a.source = r.source AND a.ref = r.account_id WHERE r.{what}_id IS NOT NULL AND a.account_id IS NOT NULL"
            for relation in told
        )
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE of_{what} AS SELECT source_kind, {what}_id, min(account_id) AS account_id "
            f"FROM ({said}) GROUP BY 1, 2 HAVING min(account_id) = max(account_id)",
            tables={"events": events, "deals": deals},
        )
        if what in belongs.accounts:
            engine.execute(
                f"INSERT INTO of_{what} SELECT b.source_kind, b.record_id, b.account_id FROM account_of_{what} b "
                f"ANTI JOIN ({said}) s ON s.source_kind IS NOT DISTINCT FROM b.source_kind AND s.{what}_id = b.record_id",
                tables={"events": events, "deals": deals},
            )
        if engine.rows(f"SELECT 1 FROM of_{what} LIMIT 1"):
            accounts += f", of_{what}.account_id"
            cases += f" WHEN of_{what}.account_id IS NOT NULL THEN '{what}'"
    joins = "".join(
        f"LEFT JOIN of_{what} ON of_{what}.source_kind IS NOT DISTINCT FROM e.source_kind "
        f"AND of_{what}.{what}_id = e.{what}_id "
        for what in ("deal", "case")
        if f"of_{what}." in accounts
    )
    if "event" in belongs.accounts:
        accounts = f", account_of_event.account_id{accounts}"
        cases = f" WHEN account_of_event.account_id IS NOT NULL THEN 'named'{cases}"
        joins += _join("account_of_event", "event_id")
    return accounts, cases, joins


def _join(table: str, column: str) -> str:
    return (
        f"LEFT JOIN {table} ON {table}.source_kind IS NOT DISTINCT FROM e.source_kind "
        f"AND {table}.record_id = e.{column} "
    )


def silent_about(engine: Engine, events: Relation) -> tuple[str, ...]:
    """Of deal and case those by which some event may learn its account, since it names none itself."""
    return tuple(
        what
        for what in ("deal", "case")
        if engine.rows(
            f"SELECT 1 FROM {{events}} WHERE account_id IS NULL AND {what}_id IS NOT NULL LIMIT 1",
            tables={"events": events},
        )
    )


def write_events(
    engine: Engine,
    events: Relation,
    deals: Relation,
    file: Path,
    *,
    apart: bool = False,
    belongs: Belongs = NONE,
) -> int:
    """Write the published events, in their total order, and say how many they are.

    An event is of the account that it names, else of its deal's or its case's, else of its person's at that time.
    Who acted is whom it names (in a browser that several used, whoever signed in there at that time), else the one person whom link tables name for it or its case.

    Beside the published columns the file has `key`, a hash of what a row is known by (`merging.row_keys`).

    The order is: day, timed before dated, time, priority of the source, position in it. A dated event stands at
    the end of its day, whichever zone's midnight its time is. The temporary tables of `people.link` and
    `make_codes` must be there.

    Args:
        apart: no two events have file, row and position in common.
    """
    members = engine.rows("SELECT count(*) FROM memberships")[0][0] > 0
    of_records, told_by, joins = _of_records(engine, events, deals, belongs)
    part = "-1"
    if members:
        of_records += ", m.account_id"
        told_by += " WHEN m.account_id IS NOT NULL THEN 'member'"
        part = "coalesce(q.part, -1)"
        joins += "ASOF LEFT JOIN primary_at m ON m.person_id = e.person_id AND e.time >= m.start "
    account = f"coalesce(e.named{of_records})"
    by = f"CASE WHEN e.named IS NOT NULL THEN 'named'{told_by} END"
    parts = (
        "ASOF LEFT JOIN part_at q ON q.person_id = e.person_id AND q.account_id = e.account_id "
        "AND e.time >= q.start "
        if members
        else ""
    )
    same = " AND ".join(f"c.{column} IS NOT DISTINCT FROM e.{column}" for column in _CODED)
    person, whose = "p.person_id", ""
    if has_visitors(engine):
        # In one browser several people signed in one after another.
        person = "CASE WHEN v.ref IS NULL THEN p.person_id ELSE v.person_id END"
        whose = (
            "ASOF LEFT JOIN visitor_links v ON v.source IS NOT DISTINCT FROM e.source AND v.ref = e.person_id "
            'AND e.time >= v."from" '
        )
    for what in ("event", "case"):
        if what in belongs.people:
            person += f", CASE WHEN e.person_id IS NULL THEN person_of_{what}.person_id END"
            whose += _join(f"person_of_{what}", f"{what}_id")
    _, key, _ = row_keys(RECORDS["events"])
    # Numbers sort faster than names, and what all rows share needs not be sorted at all.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE files AS SELECT source AS of, source_file AS file, "
        "row_number() OVER (ORDER BY source, source_file) AS rank FROM (SELECT DISTINCT source, source_file FROM {events})",
        tables={"events": events},
    )
    shared = _shared(engine, events)
    published = [one for one in PUBLISHED["events"].names if one != "event_no"]
    looked_up, joined = _looked_up(engine)
    later = {**shared, **looked_up}
    carried = ", ".join(f"e.{name(one)}" for one in published if one not in later)
    columns = ", ".join(f"{later.get(one, 's.' + name(one))} AS {name(one)}" for one in published)
    ties = ", ".join(f"e.{name(one)}" for one in published if one not in NO_TIES)
    last = "" if apart else f", hash({ties})"
    with engine.joining_as_written(after_sorting=bool(joined)):
        # The number of an event is its place in the file: counting while writing would take one thread for all.
        return engine.write(
            f"WITH linked AS (SELECT e.* EXCLUDE (account_id, person_id), e.account_id AS account_ref, "
            f"  e.person_id AS person_ref, a.account_id AS named, coalesce({person}) AS person_id "
            f"  FROM (SELECT *, {key} AS key FROM {{events}}) e LEFT JOIN account_links a ON a.source = e.source AND a.ref = e.account_id "
            f"  LEFT JOIN person_links p ON p.source = e.source AND p.ref = e.person_id {whose}), "
            f"placed AS (SELECT e.*, {account} AS account_id, {by} AS account_by FROM linked e {joins}), "
            f"coded AS (SELECT e.*, c.code, coalesce(k.person, -1) AS person, ({part})::TINYINT AS part "
            f"  FROM placed e JOIN codes c ON {same} LEFT JOIN person_keys k ON k.person_id = e.person_id {parts}), "
            f"sorted AS (SELECT {carried}, e.key, f.rank FROM coded e JOIN files f "
            f"  ON f.of IS NOT DISTINCT FROM e.source AND f.file IS NOT DISTINCT FROM e.source_file ORDER BY "
            f"  epoch_us(e.time) + CASE WHEN e.precision = 'day' THEN 86399999999 ELSE 0 END, "
            f"  coalesce(e.precision = 'day', false), coalesce(e.priority, 0), f.rank, e.source_row, e.position{last}) "
            f"SELECT {columns}, s.key FROM sorted s{joined}",
            file,
            tables={"events": events},
            options=", DICTIONARY_SIZE_LIMIT 1000",
        )


FEW = 2_000
"""So many words are looked up in a list; the engine copies it for each 2,048 rows, so that more would be slow."""


def _looked_up(engine: Engine) -> tuple[dict[str, str], str]:
    """Expressions for the columns that rows carry as a number while they are sorted, and the joins they need.

    Whatever is joined after a sort comes out of order, by whole row groups, where several threads write. A list is
    looked into row by row, and leaves rows where they are.
    """
    (codes,), (files,) = engine.rows(
        "SELECT coalesce(max(code) + 1, 0) FROM codes UNION ALL SELECT count(*) FROM files"
    )
    if max(codes, files) > FEW:
        of_codes = {one: f"c.{one}" for one in _CODED}
        return {
            **of_codes,
            "source_file": "f.file",
        }, " JOIN codes c ON c.code = s.code JOIN files f ON f.rank = s.rank"
    engine.execute(
        "SET VARIABLE code_words = (SELECT list(c ORDER BY r.range) FROM range(0, "
        "(SELECT coalesce(max(code) + 1, 0) FROM codes)) r LEFT JOIN codes c ON c.code = r.range)"
    )
    engine.execute("SET VARIABLE file_words = (SELECT list(file ORDER BY rank) FROM files)")
    of_codes = {one: f"getvariable('code_words')[s.code + 1].{name(one)}" for one in _CODED}
    return {**of_codes, "source_file": "getvariable('file_words')[s.rank]"}, ""


_MAY_BE_SHARED = (
    "event_id",
    "precision",
    "zone",
    "deal_id",
    "case_id",
    "device",
    "value",
    "score",
    "score_kind",
    "score_max",
)
_PLAIN = re.compile(r"[\w+:/.-]{1,60}", re.ASCII)


def _shared(engine: Engine, events: Relation) -> dict[str, str]:
    """Columns in which all events say the same, or nothing, with what they say as an expression."""
    asked = ", ".join(
        f"count({name(one)}), min({name(one)})::VARCHAR, max({name(one)})::VARCHAR" for one in _MAY_BE_SHARED
    )
    rows, *found = engine.rows(f"SELECT count(*), {asked} FROM {{events}}", tables={"events": events})[0]
    shared: dict[str, str] = {}
    for place, one in enumerate(_MAY_BE_SHARED):
        count, low, high = found[3 * place : 3 * place + 3]
        column = RECORDS["events"].column(one)
        assert column is not None
        if not count:
            shared[one] = f"NULL::{column.type}"
        elif column.type == "VARCHAR" and count == rows and low == high and _PLAIN.fullmatch(low):
            shared[one] = literal(low)
    return shared
