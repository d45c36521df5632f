"""Steps: how many cases reach each step of a journey, how many go on, how long they wait, how they score it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result, seconds, share
from polku.analytics.statistics.scores import ANSWERS, Nps, nps
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Steps(Result):
    """One row per step, in drawn order.

    Args:
        observable: whether a rule of its touchpoint, or its own, points at data that is loaded.
        cases: cases with an event matched to the step; None where it is not observable.
        share: of all cases of the answer.
        goes_on: of these cases, the share that later reaches a step drawn next (steps that cannot be observed are
            looked through); None where nothing observable is drawn next or nobody reaches the step.
        median_wait_seconds: from the first event of the step to the first later event of such a step.
        answers: NPS answers given at the step (score kind nps, 0–10); nps, low, high: −100 … +100 with its 95 %
            interval, None below `limits.small` answers.
        unintended_out: cases that leave the step by a way nobody drew.
        events: events matched to the step; went_on: cases that go on; waiting: cases that have not, and are not over.
        sources: kinds of systems in which the step is seen.
    """

    step: tuple[str, ...]
    touchpoint: tuple[str | None, ...]
    observable: tuple[bool, ...]
    cases: tuple[int | None, ...]
    share: tuple[float | None, ...]
    goes_on: tuple[float | None, ...]
    median_wait_seconds: tuple[float | None, ...]
    answers: tuple[int, ...]
    nps: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    unintended_out: tuple[int | None, ...]
    events: tuple[int | None, ...]
    went_on: tuple[int | None, ...]
    waiting: tuple[int | None, ...]
    sources: tuple[tuple[str, ...], ...]


GOING = (
    "firsts AS (SELECT id, node, min(ord) AS ord, arg_min(ts, ord) AS ts FROM walk GROUP BY id, node), "
    "drawn AS (SELECT unnest($drawn_from::INT[]) AS node, unnest($drawn_to::INT[]) AS nxt), "
    "gone AS (SELECT f.id, f.node, any_value(f.ts) AS ts, arg_min(w.ts, w.ord) AS met_at FROM firsts f "
    "JOIN drawn d ON d.node = f.node JOIN walk w ON w.id = f.id AND w.node = d.nxt AND w.ord > f.ord "
    "GROUP BY f.id, f.node) "
)
_REACHED = (
    "reached AS (SELECT w.id, w.node, count(*) AS events, any_value(k.outcome) AS outcome FROM walk w "
    "JOIN kept k ON k.id = w.id GROUP BY w.id, w.node) "
    "SELECT node, count(*), sum(events)::BIGINT, count(*) FILTER (WHERE outcome = 'open') FROM reached "
    "GROUP BY node ORDER BY node"
)
_WENT_ON = (
    GOING + "SELECT g.node, count(*), quantile_disc(greatest(g.met_at - g.ts, 0), 0.5), "
    "count(*) FILTER (WHERE k.outcome = 'open') FROM gone g JOIN kept k ON k.id = g.id GROUP BY g.node ORDER BY g.node"
)
_UNINTENDED = (
    "drawn AS (SELECT unnest($drawn_from::INT[]) AS node, unnest($drawn_to::INT[]) AS nxt), "
    "followed AS (SELECT id, node, lead(node) OVER (PARTITION BY id ORDER BY ord) AS nxt FROM walk) "
    "SELECT f.node, count(DISTINCT f.id) FROM followed f ANTI JOIN drawn d ON d.node = f.node AND d.nxt = f.nxt "
    "WHERE f.nxt IS NOT NULL AND f.nxt <> f.node GROUP BY f.node ORDER BY f.node"
)


def steps(study: Study) -> Steps:
    """Measure each step of the study's journey."""
    journey = study.journey
    assert journey is not None
    nodes, compiled = study.nodes("step"), study.steps
    ways = drawn_ways(study)
    if study.log.engine.gives_arrays:
        from polku.analytics.walks.step_pieces import count_steps

        reached, went, unintended, answers = count_steps(study, nodes, compiled.nexts)
    else:
        answers = None
        reached = {row[0]: row[1:] for row in study.ask(_REACHED, nodes=nodes)}
        went = {row[0]: row[1:] for row in study.ask(_WENT_ON, nodes=nodes, **ways)}
        unintended = {row[0]: row[1] for row in study.ask(_UNINTENDED, nodes=nodes, **ways)}
    small = study.workspace.settings.limits.small
    if answers is None:
        answers = {row[0]: row[1:] for row in study.ask(ANSWERS, nodes=nodes)}
    scores = {step: nps(said[0], said[1], said[2], small) for step, said in answers.items()}
    about = study.about("steps", study.case, nodes=nodes)

    places = range(len(compiled.steps))
    seen = compiled.observable
    cases = [int(reached.get(place, (0,))[0]) if seen[place] else None for place in places]
    gone = [
        int(went.get(place, (0,))[0]) if seen[place] and compiled.nexts[place] else None for place in places
    ]
    score = [scores.get(place, Nps(0)) for place in places]
    return Steps(
        about=about,
        step=compiled.steps,
        touchpoint=tuple(step.touchpoint for step in journey.steps),
        observable=seen,
        cases=tuple(cases),
        share=tuple(None if number is None else share(number, about.cases) for number in cases),
        goes_on=tuple(
            None if number is None or went_on is None else share(went_on, number)
            for number, went_on in zip(cases, gone, strict=True)
        ),
        median_wait_seconds=tuple(seconds(went.get(place, (0, None))[1]) for place in places),
        answers=tuple(one.answers for one in score),
        nps=tuple(one.nps for one in score),
        low=tuple(one.low for one in score),
        high=tuple(one.high for one in score),
        unintended_out=tuple(int(unintended.get(place, 0)) if seen[place] else None for place in places),
        events=tuple(int(reached.get(place, (0, 0))[1]) if seen[place] else None for place in places),
        went_on=tuple(gone),
        waiting=tuple(
            _waiting(study, reached.get(place, (0, 0, 0)), went.get(place, (0, None, 0)))
            if gone[place] is not None
            else None
            for place in places
        ),
        sources=tuple(
            tuple(
                sorted(
                    {
                        study.places.codes[code].source_kind or study.places.codes[code].source or ""
                        for code, candidates in compiled.candidates.items()
                        if place in candidates
                    }
                )
            )
            for place in places
        ),
    )


def drawn_ways(study: Study) -> dict[str, Any]:
    """The ways that are drawn between observable steps, as queries are asked with them."""
    drawn = [(step, after) for step, following in enumerate(study.steps.nexts) for after in following]
    return {"drawn_from": [a for a, _ in drawn], "drawn_to": [b for _, b in drawn]}


def _waiting(study: Study, reached: tuple[int, ...], went: tuple[int | None, ...]) -> int:
    """Cases at a step that have not gone on and can: of rounds the open ones, of other kinds all."""
    if study.case == "round":
        return int(reached[2]) - int(went[2] or 0)
    return int(reached[0]) - int(went[0] or 0)
