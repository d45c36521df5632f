"""Anonymous visitors who are somebody: what a browser did is the person's who signed in there, before as after."""

from __future__ import annotations

from collections.abc import Mapping

from polku.identity.accounts import CONFIDENCE
from polku.records.engine import Engine, Relation

VISITOR, SELF = "visitor", "self"
"""As what the two of a tie are named in `event_people`, under one event_id."""


def join_visitors(engine: Engine, tables: Mapping[str, Relation]) -> None:
    """Let the words for a visitor in `resolved_people` mean the one person who ever signed in there.

    Where several did, nobody can say who it was before and after: such a browser stays a visitor by itself. So does
    one of which a source tells more (an address, a name): that is a person.
    """
    tied = engine.rows(f"SELECT 1 FROM {{event_people}} WHERE \"as\" = '{SELF}' LIMIT 1", tables=tables)
    if not tied:
        return
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE visitors AS WITH ties AS (SELECT DISTINCT a.person_id AS visitor, b.person_id, b.reason "
        "  FROM {event_people} v JOIN {event_people} s ON s.source IS NOT DISTINCT FROM v.source AND s.event_id = v.event_id "
        "  JOIN resolved_people a ON a.source IS NOT DISTINCT FROM v.source AND a.ref = v.person_id "
        "  JOIN resolved_people b ON b.source IS NOT DISTINCT FROM s.source AND b.ref = s.person_id "
        f"  WHERE v.\"as\" = '{VISITOR}' AND s.\"as\" = '{SELF}' AND a.person_id IS DISTINCT FROM b.person_id "
        "  AND a.person_id IS NOT NULL AND b.reason <> 'ambiguous') "
        "SELECT visitor, any_value(person_id) AS person_id, any_value(reason) AS how FROM ties "
        "ANTI JOIN (SELECT person_id AS visitor FROM known_people WHERE mail IS NOT NULL OR name IS NOT NULL) k "
        "  USING (visitor) "
        "GROUP BY visitor HAVING count(DISTINCT coalesce(person_id, '')) = 1",
        tables=tables,
    )
    # Whoever signed in may be tied to another browser, never a visitor of it: one step is enough.
    engine.execute("DELETE FROM visitors WHERE person_id IN (SELECT visitor FROM visitors)")
    engine.execute(
        "UPDATE resolved_people SET person_id = v.person_id, "
        f"reason = CASE WHEN v.person_id IS NULL THEN 'own' ELSE 'visitor' END, "
        f"confidence = CASE WHEN v.person_id IS NULL THEN 1.0 ELSE {CONFIDENCE['visitor']} END "
        "FROM visitors v WHERE v.visitor = resolved_people.person_id"
    )
    engine.execute(
        "UPDATE known_people SET person_id = v.person_id FROM visitors v "
        "WHERE v.visitor = known_people.person_id AND v.person_id IS NOT NULL"
    )
