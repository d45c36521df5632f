"""What tells whose the events are that come beside others: their deals, cases and links, and who says the account of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.records.belonging import Belongs, find_belongings
from polku.records.engine import Relation

if TYPE_CHECKING:
    from polku.records.publish import Run


def find_telling(run: Run, come: Relation) -> tuple[Belongs, Relation]:
    """What `events.write_events` asks for some events, found without going through all links and events.

    Args:
        come: events as staged.

    Returns:
        Their links, those of their deals and cases included, and the events that say the account of these.
    """
    engine = run.engine
    tables = {"come": come, "links": run.said("belongings")}
    theirs = "{links} l SEMI JOIN {come} c ON c.event_id = l.record_id WHERE l.kind = 'event'"
    of_cases = "{links} l SEMI JOIN come_cases c ON c.id = l.record_id WHERE l.kind = 'case'"
    for what, others in (("case", (theirs,)), ("deal", (theirs, of_cases))):
        linked = "".join(
            f" UNION SELECT l.{what}_id FROM {one} AND l.{what}_id IS NOT NULL" for one in others
        )
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE come_{what}s AS "
            f"SELECT {what}_id AS id FROM {{come}} WHERE {what}_id IS NOT NULL{linked}",
            tables=tables,
        )
    of_deals = "{links} l SEMI JOIN come_deals d ON d.id = l.record_id WHERE l.kind = 'deal'"
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE come_links AS "
        + " UNION ALL ".join(f"SELECT l.* FROM {one}" for one in (theirs, of_cases, of_deals)),
        tables=tables,
    )
    said = "SELECT DISTINCT source, source_kind, account_id,"
    telling = []
    for what, columns in (("deal", "deal_id, NULL AS case_id"), ("case", "NULL AS deal_id, case_id")):
        if engine.rows(f"SELECT 1 FROM come_{what}s LIMIT 1"):
            telling.append(
                f"{said} {columns} FROM {{events}} e SEMI JOIN come_{what}s c ON c.id = e.{what}_id WHERE account_id IS NOT NULL"
            )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE telling_events AS "
        + (" UNION ALL ".join(telling) or f"{said} deal_id, case_id FROM {{events}} WHERE false"),
        tables={"events": run.said("events")},
    )
    return find_belongings(engine, Relation("come_links")), Relation("telling_events")
