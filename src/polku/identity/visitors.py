"""Anonymous visitors who are somebody: what a browser did is the person's who signed in there, before as after.

Where several signed in one after another, whoever did last is who is there: what came before the first sign-in is the
first one's, and each sign-in counts until somebody else's. In an hour in which two did nobody can say, and a browser of
more than a few people is nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping

from polku.identity.accounts import CONFIDENCE
from polku.records.engine import Engine, Relation

VISITOR, SELF = "visitor", "self"
"""As what the two of a tie are named in `event_people`, under one event_id that ends in the hour of the sign-in."""
MOST_IN_A_BROWSER = 3
"""People up to whom a browser is taken to be handed on; one of more stands in a hall or a shop."""
_ALWAYS = "TIMESTAMP '0001-01-01'"


def join_visitors(engine: Engine, tables: Mapping[str, Relation]) -> None:
    """Let the words for a visitor in `resolved_people` mean who signed in there, and make `resolved_visitors`.

    `resolved_visitors` (source, ref, from, person_id, reason, confidence) says of browsers with several people who
    it was from when on. A browser of which a source tells more (an address, a name) is a person, and stays itself.
    """
    engine.execute(
        'CREATE OR REPLACE TEMP TABLE resolved_visitors (source VARCHAR, ref VARCHAR, "from" TIMESTAMP, '
        "person_id VARCHAR, reason VARCHAR, confidence DOUBLE)"
    )
    tied = engine.rows(f"SELECT 1 FROM {{event_people}} WHERE \"as\" = '{SELF}' LIMIT 1", tables=tables)
    if not tied:
        return
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE tied AS "
        "SELECT DISTINCT a.person_id AS visitor, b.person_id, b.reason, "
        "  try_cast(nullif(split_part(v.event_id, '/', 3), '') AS BIGINT) AS hour "
        "  FROM {event_people} v JOIN {event_people} s ON s.source IS NOT DISTINCT FROM v.source AND s.event_id = v.event_id "
        "  JOIN resolved_people a ON a.source IS NOT DISTINCT FROM v.source AND a.ref = v.person_id "
        "  JOIN resolved_people b ON b.source IS NOT DISTINCT FROM s.source AND b.ref = s.person_id "
        "  ANTI JOIN (SELECT person_id FROM known_people WHERE mail IS NOT NULL OR name IS NOT NULL) k "
        "  ON k.person_id = a.person_id "
        f"  WHERE v.\"as\" = '{VISITOR}' AND s.\"as\" = '{SELF}' AND a.person_id IS DISTINCT FROM b.person_id "
        "  AND a.person_id IS NOT NULL AND b.reason <> 'ambiguous'",
        tables=tables,
    )
    # Whoever signed in may be tied to another browser, never a visitor of it: one step is enough.
    engine.execute("DELETE FROM tied WHERE person_id IN (SELECT visitor FROM tied)")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE visitors AS SELECT visitor, any_value(person_id) AS person_id, "
        "CASE WHEN any_value(person_id) IS NULL THEN 'own' ELSE 'visitor' END AS reason FROM tied "
        "GROUP BY visitor HAVING count(DISTINCT coalesce(person_id, '')) = 1"
    )
    _one_after_another(engine)
    sure = " ".join(
        f"WHEN '{one}' THEN {CONFIDENCE[one]}" for one in ("own", "visitor", "visitor-by-date", "ambiguous")
    )
    engine.execute(
        "INSERT INTO resolved_visitors SELECT p.source, p.ref, s.start, s.person_id, s.reason, "
        f"CASE s.reason {sure} END FROM spans s JOIN resolved_people p ON p.person_id = s.visitor"
    )
    engine.execute(
        "INSERT INTO visitors SELECT visitor, arg_max(person_id, start), arg_max(reason, start) FROM spans "
        "WHERE reason <> 'ambiguous' GROUP BY visitor"
    )
    engine.execute(
        f"UPDATE resolved_people SET person_id = v.person_id, reason = v.reason, confidence = CASE v.reason {sure} END "
        "FROM visitors v WHERE v.visitor = resolved_people.person_id"
    )
    engine.execute(
        "UPDATE known_people SET person_id = v.person_id FROM visitors v "
        "WHERE v.visitor = known_people.person_id AND v.person_id IS NOT NULL"
    )


def _one_after_another(engine: Engine) -> None:
    """Make the table `spans`: visitor, start, person_id and reason, of browsers with several people, all signed in at known hours."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE spans AS WITH several AS (SELECT visitor FROM tied GROUP BY visitor "
        f"  HAVING count(DISTINCT coalesce(person_id, '')) BETWEEN 2 AND {MOST_IN_A_BROWSER}), "
        "known AS (SELECT visitor FROM (SELECT visitor, coalesce(person_id, '') AS who, max(hour) AS hour "
        "  FROM tied SEMI JOIN several USING (visitor) GROUP BY ALL) GROUP BY visitor HAVING bool_and(hour IS NOT NULL)), "
        "hours AS (SELECT visitor, hour, count(DISTINCT coalesce(person_id, '')) = 1 AS sole, any_value(person_id) AS person_id "
        "  FROM tied SEMI JOIN known USING (visitor) WHERE hour IS NOT NULL GROUP BY visitor, hour), "
        # Two in one hour: nobody can say who it was, nor who stayed.
        "said AS (SELECT visitor, hour, CASE WHEN sole THEN person_id END AS person_id, CASE WHEN NOT sole THEN 'ambiguous' "
        "  WHEN person_id IS NULL THEN 'own' ELSE 'visitor-by-date' END AS reason FROM hours), "
        "told AS (SELECT *, row_number() OVER w = 1 AS first, lag(reason) OVER w AS reason_before, "
        "  lag(person_id) OVER w AS person_before FROM said WINDOW w AS (PARTITION BY visitor ORDER BY hour)) "
        f"SELECT visitor, CASE WHEN first THEN {_ALWAYS} ELSE make_timestamp(hour * 3600000000) END AS start, person_id, reason "
        "FROM told WHERE first OR reason <> reason_before OR person_id IS DISTINCT FROM person_before"
    )
