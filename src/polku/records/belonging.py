"""Whose a deal, a ticket or an event is, where only a table of its own says so: link tables of CRMs and warehouses."""

from __future__ import annotations

from dataclasses import dataclass

from polku.records.engine import Engine, Relation
from polku.records.schema import BELONGING_KINDS


@dataclass(frozen=True)
class Belongs:
    """Which of the temporary tables `account_of_<kind>` and `person_of_<kind>` hold anything.

    They have the columns source_kind, record_id and account_id or person_id, with one row per record.
    """

    accounts: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


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
    return Belongs(frozenset(found["account"]), frozenset(found["person"]))
