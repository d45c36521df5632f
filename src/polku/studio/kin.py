"""What belongs to each step of a drawing: its roles, what comes before and after, its touchpoint, its owner."""

from __future__ import annotations

import json

from polku.diagrams.parts.journey import journey_facts
from polku.documents.walk import next_of
from polku.studio.drawer_fields import drawn_order
from polku.studio.measured import remembered
from polku.studio.visit import Visit


def kin_of(visit: Visit, journey_id: str) -> str:
    """For each step in drawn order what stays in sight while it is looked at, as JSON.

    `roles`, `touchpoint`, `team` and `partner` are ids; `next` and `before` are steps; `leaps` says whether a way
    leads from or to it that is not simply the next.
    """

    def work() -> str:
        journey = visit.workspace.journeys[journey_id]
        facts = journey_facts(visit.workspace, journey, today=visit.today)
        order = drawn_order(journey)
        after = {step.id: [way.to for way in next_of(journey, step)] for step in journey.steps}
        found = {}
        for place, id in enumerate(order):
            step = facts.by_id[id].step
            before = [other for other, ways in after.items() if id in ways]
            usual = {*order[max(0, place - 1) : place], *order[place + 1 : place + 2]}
            found[id] = {
                "roles": [one for one in (step.role, *step.with_) if one],
                "next": after[id],
                "before": before,
                "touchpoint": step.touchpoint or "",
                "team": facts.by_id[id].owner or "",
                "partner": step.partner.id if step.partner else "",
                "leaps": not {*after[id], *before} <= usual,
            }
        return json.dumps(found, ensure_ascii=False)

    return remembered(visit.space, ("kin", journey_id), work)
