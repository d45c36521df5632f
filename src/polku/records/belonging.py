"""Whose a deal, a ticket or an event is, where only a table of its own says so: link tables of CRMs and warehouses."""

from __future__ import annotations

from dataclasses import dataclass

from polku.records.engine import Engine, Relation
from polku.records.people import ALWAYS
from polku.records.schema import BELONGING_KINDS


@dataclass(frozen=True)
class Belongs:
    """Which of the temporary tables `account_of_<kind>` and `person_of_<kind>` hold anything.

    They have the columns source_kind, record_id and account_id or person_id, with one row per record.

    Args:
        said: the table `belongings` as its sources say it, where some row says a deal or a case.
    """

    accounts: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    said: Relation | None = None


NONE = Belongs()


def find_belongings(engine: Engine, said: Relation) -> Belongs:
    """Make the temporary tables of what link tables say; `account_links` and `person_links` must be there.

    Ids are those of one kind of system. Of several companies the one that is marked as primary counts; where none is,
    or two are, nobody can say which. Of several people none is the one who acted.

    Args:
        said: the table `belongings` as its sources say it.
    """
    if not engine.rows("SELECT 1 FROM {said} LIMIT 1", tables={"said": said}):
        return NONE
    found: dict[str, set[str]] = {"account": set(), "person": set()}
    for kind in BELONGING_KINDS:
        for what, kinds in found.items():
            table, id = f"{what}_of_{kind}", f"{what}_id"
            engine.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS "
                f'WITH linked AS (SELECT s.source_kind, s.record_id, l.{id}, s."primary" IS TRUE AS first '
                f"  FROM {{said}} s JOIN {what}_links l ON l.source = s.source AND l.ref = s.{id} "
                f"  WHERE s.kind = '{kind}' AND l.{id} IS NOT NULL), "
                f"heard AS (FROM linked QUALIFY first = bool_or(first) OVER (PARTITION BY source_kind, record_id)) "
                f"SELECT source_kind, record_id, min({id}) AS {id} FROM heard "
                f"GROUP BY 1, 2 HAVING min({id}) = max({id})",
                tables={"said": said},
            )
            if engine.rows(f"SELECT 1 FROM {table} LIMIT 1"):
                kinds.add(kind)
    further = engine.rows(
        "SELECT 1 FROM {said} WHERE deal_id IS NOT NULL OR case_id IS NOT NULL LIMIT 1", tables={"said": said}
    )
    return Belongs(frozenset(found["account"]), frozenset(found["person"]), said if further else None)


def find_deals(engine: Engine, said: Relation) -> None:
    """Make the temporary table `dealt`: which deal and which account a case or an event is of, by its links to others.

    An event is linked to a deal, or to a case (a ticket) that is: the nearer link counts, then the primary one. Where
    several are left, the deal is known if all lead to one, and so is the account. Ids are those of one kind of system;
    a deal may be a CRM's and a case a help desk's, whoever keeps the table of links.

    The table has the columns kind, source_kind, record_id, start (from when on, until the next row of the record),
    deal_id, account_id and how (deal or case: what told the account). The temporary tables `of_deal` and `of_case`
    (`events.write_events`) must be there.

    Args:
        said: the table `belongings` as its sources say it.
    """
    since = f'coalesce(s."from"::TIMESTAMP, {ALWAYS}) AS start, (s."to" + 1)::TIMESTAMP AS ends'
    tables = {"said": said}
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE held AS SELECT s.kind, s.source_kind, s.record_id, s.deal_id, "
        f'coalesce(o.account_id, c.account_id) AS account_id, s."primary" IS TRUE AS first, 0 AS far, {since} '
        f"FROM {{said}} s LEFT JOIN of_deal o ON o.source_kind IS NOT DISTINCT FROM s.source_kind AND o.deal_id = s.deal_id "
        f"LEFT JOIN of_deal c ON c.source_kind = 'crm' AND c.deal_id = s.deal_id "
        f"WHERE s.deal_id IS NOT NULL AND s.kind IN ('case', 'event')",
        tables=tables,
    )
    ends = "CASE WHEN s.ends IS NULL OR d.ends IS NULL THEN coalesce(s.ends, d.ends) ELSE least(s.ends, d.ends) END"
    engine.execute(
        f"INSERT INTO held WITH s AS (SELECT s.*, {since}, coalesce(o.account_id, h.account_id) AS account_id "
        f"  FROM (SELECT * EXCLUDE (account_id) FROM {{said}} WHERE kind = 'event' AND case_id IS NOT NULL) s "
        f"  LEFT JOIN of_case o ON o.source_kind IS NOT DISTINCT FROM s.source_kind AND o.case_id = s.case_id "
        f"  LEFT JOIN of_case h ON h.source_kind = 'support' AND h.case_id = s.case_id) "
        f"SELECT s.kind, s.source_kind, s.record_id, d.deal_id, coalesce(s.account_id, d.account_id), "
        f'  s."primary" IS TRUE, 1, greatest(s.start, coalesce(d.start, s.start)), {ends} '
        f"FROM s LEFT JOIN held d ON d.kind = 'case' AND d.record_id = s.case_id AND d.source_kind IN (s.source_kind, 'support')",
        tables=tables,
    )
    record = "kind, source_kind, record_id"
    among = f"OVER (PARTITION BY {record}, start)"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE dealt AS "
        f"WITH starts AS (SELECT {record}, start FROM held UNION SELECT {record}, ends FROM held WHERE ends IS NOT NULL), "
        f"met AS (SELECT t.*, h.deal_id, h.account_id, h.first, h.far FROM starts t LEFT JOIN held h ON h.kind = t.kind "
        f"  AND h.source_kind IS NOT DISTINCT FROM t.source_kind AND h.record_id = t.record_id "
        f"  AND h.start <= t.start AND (h.ends IS NULL OR h.ends > t.start)), "
        f"near AS (FROM met QUALIFY far IS NOT DISTINCT FROM min(far) {among}), "
        f"heard AS (FROM near QUALIFY first IS NOT DISTINCT FROM max(first) {among}) "
        f"SELECT {record}, start, {_one('deal_id')}, {_one('account_id')}, CASE WHEN min(far) = 0 THEN 'deal' ELSE 'case' END AS how "
        f"FROM heard GROUP BY {record}, start"
    )


def _one(column: str) -> str:
    """What all rows of a group say."""
    same = f"count({column}) = count(*) AND min({column}) = max({column})"
    return f"CASE WHEN {same} THEN min({column}) END AS {column}"
