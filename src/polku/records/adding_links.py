"""Link tables where events are added: what they say has to leave the events there are as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.records.adding_places import NotAdded
from polku.records.belonging import NONE, Belongs, find_belongings
from polku.records.engine import Relation

if TYPE_CHECKING:
    from polku.records.publish import Run


def links_beside(run: Run) -> Belongs:
    """What link tables say of deals, tickets and events; `account_links` and `person_links` must be there.

    Raises:
        NotAdded: a link changed or went, a new one is of an event, a ticket or a deal that an event there names, or
            links lead from one record to another, so that one link may say whose many events are.
    """
    assert run.before is not None
    if "belongings" not in run.changed and not run.before.entries("belongings"):
        return NONE
    engine, said = run.engine, run.said("belongings")
    belongs = find_belongings(engine, said)
    if belongs.said is not None:
        raise NotAdded
    for what in ("account", "person"):
        # A word that nobody knew may have been said by a link before.
        if engine.rows(
            f"SELECT 1 FROM {{belongings}} b JOIN {what}_links n ON n.source = b.source AND n.ref = b.{what}_id "
            f"ANTI JOIN {{links}} l ON l.source = b.source AND l.ref = b.{what}_id LIMIT 1",
            tables={
                "belongings": run.said_before("belongings"),
                "links": run.before.relation(f"{what}_links"),
            },
        ):
            raise NotAdded
    merged = run.merged.get("belongings")
    if merged is None or "belongings" not in run.changed:
        return belongs
    if engine.rows(f"SELECT 1 FROM {merged.odd} WHERE batch < 0 AND NOT keep LIMIT 1"):
        raise NotAdded
    come = Relation(
        f"(SELECT DISTINCT kind, source_kind, record_id FROM {merged.rows.sql} ANTI JOIN "
        f"(SELECT batch, r FROM {merged.odd} WHERE NOT keep) USING (batch, r) WHERE batch >= 0)",
        merged.rows.files,
    )
    for kind in ("event", "case", "deal"):
        if engine.rows(
            f"SELECT 1 FROM {{events}} e SEMI JOIN (FROM {{come}} WHERE kind = '{kind}') n "
            f"ON n.record_id = e.{kind}_id AND n.source_kind IS NOT DISTINCT FROM e.source_kind LIMIT 1",
            tables={"events": run.before.relation("events"), "come": come},
        ):
            raise NotAdded
    return belongs
