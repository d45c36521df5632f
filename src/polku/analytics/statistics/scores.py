"""Scores: net promoter scores with their interval, from answers that are such scores and no others."""

from __future__ import annotations

from math import sqrt

from polku.frozen import dataclass

Z95 = 1.959963984540054
"""Half-width of the 95 % interval in standard errors."""


@dataclass(frozen=True)
class Nps:
    """A net promoter score in points, −100 … +100; None below the smallest number of answers that is shown."""

    answers: int
    nps: float | None = None
    low: float | None = None
    high: float | None = None


def nps(answers: int, promoters: int, detractors: int, small: int) -> Nps:
    """Share of 9–10 less share of 0–6 with its 95 % interval: var = (p + d − (p − d)²) / n, cut at ±100."""
    if answers < max(small, 1):
        return Nps(answers)
    p, d = promoters / answers, detractors / answers
    half = Z95 * sqrt(max(p + d - (p - d) ** 2, 0.0) / answers)
    return Nps(
        answers,
        100 * (promoters - detractors) / answers,
        100 * max(p - d - half, -1.0),
        100 * min(p - d + half, 1.0),
    )


NPS_ANSWERED = "e.score_kind = 'nps' AND e.score BETWEEN 0 AND 10 AND coalesce(e.score_max, 10) = 10"
"""Whether an event is such an answer."""
ANSWERS = (
    "SELECT w.node, count(*), count(*) FILTER (WHERE e.score >= 9), count(*) FILTER (WHERE e.score <= 6) "
    "FROM walk w JOIN {events} e ON e.event_no = w.event_no "
    f"WHERE {NPS_ANSWERED} "
    "GROUP BY w.node ORDER BY w.node"
)
"""Answers, promoters and detractors per node of a walk; only scores of kind nps on 0–10."""

SCALED = (
    "SELECT w.node, count(*), avg(e.score / e.most) FROM walk w JOIN (SELECT event_no, score, "
    "coalesce(score_max, CASE WHEN score_kind = 'nps' THEN 10 END) AS most FROM {events}) e "
    "ON e.event_no = w.event_no WHERE e.score IS NOT NULL AND e.most > 0 GROUP BY w.node ORDER BY w.node"
)
"""Answers of any kind that say their maximum (NPS need not), and their mean as a share of it."""
