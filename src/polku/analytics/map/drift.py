"""Drift: how far what customers do now is from what they did when the map was validated."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

QUARTER = dt.timedelta(days=90)


@dataclass(frozen=True)
class Drift:
    """The last 90 days of the data against the 90 days before the map was validated.

    Args:
        distance: total variation distance of the shares of matched events over steps, 0 … 1.
        events_before, events_after: matched events in each.
        steps: (step, share before, share after), largest change first.
    """

    distance: float
    events_before: int
    events_after: int
    steps: tuple[tuple[str, float, float], ...]


def drift(study: Study) -> Drift | None:
    """Measure the drift of the study's journey.

    None where the map says no day of validation, where the two times overlap, or where one of them has fewer than
    `limits.small` events.
    """
    journey = study.journey
    if journey is None or journey.validated is None:
        return None
    validated = study.moment(journey.validated)
    quarter = QUARTER // dt.timedelta(microseconds=1)
    if study.now - quarter < validated:
        return None
    rows = study.ask(
        "SELECT node, count(*) FILTER (WHERE ts >= $validated - $quarter AND ts < $validated), "
        "count(*) FILTER (WHERE ts > $now - $quarter AND ts <= $now) FROM walk GROUP BY node ORDER BY node",
        nodes=study.nodes("step"),
        validated=validated,
        quarter=quarter,
        now=study.now,
    )
    before, after = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if min(before, after) < study.workspace.settings.limits.small:
        return None
    changes = [(study.steps.steps[row[0]], row[1] / before, row[2] / after) for row in rows]
    return Drift(
        distance=sum(abs(a - b) for _, a, b in changes) / 2,
        events_before=before,
        events_after=after,
        steps=tuple(sorted(changes, key=lambda one: (-abs(one[1] - one[2]), one[0]))),
    )
