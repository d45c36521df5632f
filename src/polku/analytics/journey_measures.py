"""A journey measured: everything that the overlay, the path graph, the checks and the report say about one journey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from polku.analytics.asking.questions import open_study
from polku.analytics.counting import count_outcomes
from polku.analytics.coverage import Coverage, coverage
from polku.analytics.deals import Deals, deals
from polku.analytics.fit import Fit, fit
from polku.analytics.map.drift import Drift, drift
from polku.analytics.map.places import answerable
from polku.analytics.paths import Paths, paths
from polku.analytics.permission import Permission, permission
from polku.analytics.result import About
from polku.analytics.rounds import compile_cuts
from polku.analytics.statistics.scores import ANSWERS, SCALED, Nps, nps
from polku.analytics.steps import Steps, steps
from polku.analytics.study import Study
from polku.analytics.variants import Variants, variants
from polku.documents import EventRule
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.records.log import Log


@dataclass(frozen=True)
class OffMap:
    """An activity that no touchpoint and no step of the map claims.

    Args:
        events, accounts: how often, in how many accounts (cases, where there are no accounts).
        rule: the rule that would put it on the map.
    """

    activity: str
    source: str | None
    source_kind: str | None
    events: int
    accounts: int
    rule: EventRule


@dataclass(frozen=True)
class TouchpointSeen:
    """A touchpoint as the data shows it.

    Args:
        used: a step of the journey has it; observable: a rule of it points at data that is loaded.
        events, cases: in the cases of this journey; None where it is not observable.
        answers, nps, low, high: NPS answers (0–10) at the touchpoint; None below `limits.small`.
        scores, score: answers of any kind that say their maximum, and their mean as a share of it (0 … 1).
        in_log: events in the whole log, also outside the cases of the journey.
    """

    touchpoint: str
    used: bool
    observable: bool
    events: int | None
    cases: int | None
    answers: int
    nps: float | None
    low: float | None
    high: float | None
    scores: int
    score: float | None
    in_log: int = 0


@dataclass(frozen=True)
class JourneyMeasures:
    """One journey measured on one version of the data.

    Args:
        about: case kind, numbers of cases and accounts, period, parameters and remainder common to all parts.
        outcomes: cases by outcome (rounds: done, lost, faded, open).
        steps: reach, goes_on, waits and scores of each step.
        touchpoint_paths: transitions between touchpoints (events without one left out and stated).
        step_paths: transitions between matched steps; ends are those of the cases.
        fit, variants (of steps, equal neighbours taken as one), coverage, deals: as their modules say.
        touchpoints: all touchpoints of the workspace, in its order.
        off_map: activities without a place, most events first.
        events: events of the loaded log; events_off_map: of these, those no rule claims; events_in_cases: those in
            the cases of this journey.
        unknown: events of the loaded log without `account`, `person`, `part`.
        permission, drift: as their modules say; None where they cannot be measured.
    """

    journey: str
    about: About
    outcomes: Mapping[str, int]
    steps: Steps
    touchpoint_paths: Paths
    step_paths: Paths
    fit: Fit
    variants: Variants
    coverage: Coverage
    deals: Deals
    touchpoints: tuple[TouchpointSeen, ...]
    off_map: tuple[OffMap, ...]
    events: int
    events_off_map: int
    events_in_cases: int
    unknown: Mapping[str, int] = field(default_factory=dict)
    permission: Permission | None = None
    drift: Drift | None = None


def measure_journey(
    log: Log,
    workspace: Workspace,
    journey_id: str,
    *,
    today: dt.date | None = None,
    cases: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> JourneyMeasures:
    """Measure one journey on one version of the data.

    Args:
        cases, since, until: choose cases as everywhere; coverage then looks at their accounts. Deals are all deals.

    Raises:
        QuestionError: there is no such journey, or the filter cannot be read.
    """
    study = open_study(log, workspace, journey=journey_id, cases=cases, since=since, until=until, today=today)
    plain = open_study(log, workspace, journey=journey_id, question="deals", today=study.today)
    try:
        return _measured(study, plain)
    finally:
        study.close()
        plain.close()


def _measured(study: Study, plain: Study) -> JourneyMeasures:
    assert study.journey is not None
    off_map = off_the_map(study)
    return JourneyMeasures(
        journey=study.journey.id,
        about=study.about("journey", study.case, nodes=study.nodes("step")),
        outcomes=count_outcomes(study),
        steps=steps(study),
        touchpoint_paths=paths(study, "touchpoint"),
        step_paths=paths(study, "step"),
        fit=fit(study, with_rules=False),
        variants=variants(study, "step", transform="exposure"),
        coverage=coverage(study),
        deals=deals(plain),
        touchpoints=_touchpoints(study),
        off_map=off_map,
        events=study.counts.events,
        events_off_map=sum(one.events for one in off_map),
        events_in_cases=study.counts.kept_events,
        unknown=_unknown(study),
        permission=permission(study),
        drift=drift(study),
    )


def _unknown(study: Study) -> dict[str, int]:
    account, person, part = study.log.rows(
        "SELECT count(*) FILTER (WHERE account_id IS NULL), count(*) FILTER (WHERE person < 0), "
        "count(*) FILTER (WHERE part < 0) FROM {events}"
    )[0]
    return {"account": account, "person": person, "part": part}


def off_the_map(study: Study) -> tuple[OffMap, ...]:
    """Activities of the whole log that no touchpoint, no step and no end of a round claims, with a rule each."""
    claimed = set(study.steps.candidates) if study.journey is not None else set()
    if study.journey is not None and study.journey.rounds is not None:
        claimed |= compile_cuts(study.journey.rounds, study.journey, study.places).ends.keys()
    codes = [code for code, id in study.places.touchpoint.items() if id is None and code not in claimed]
    found: dict[tuple[str | None, str], list[int]] = {}
    for code in codes:
        meaning = study.places.codes[code]
        found.setdefault((meaning.source, meaning.activity), []).append(code)
    keys = list(found)
    rows = study.log.rows(
        "WITH off AS (SELECT unnest($code::INT[]) AS code, unnest($what::INT[]) AS what) "
        "SELECT o.what, count(*), count(DISTINCT e.account_id) FROM {events} e JOIN off o ON o.code = e.code "
        "GROUP BY o.what ORDER BY count(*) DESC, o.what",
        code=[code for key in keys for code in found[key]],
        what=[place for place, key in enumerate(keys) for _ in found[key]],
    )
    result = []
    for what, events, accounts in rows:
        source, activity = keys[what]
        kind = study.places.codes[found[keys[what]][0]].source_kind
        # A kind outlives the file it came from, so a rule by kind stays true for the next export.
        rule = EventRule(source=kind if kind and kind != "other" else source, activity=_as_written(activity))
        result.append(OffMap(activity, source, kind, events, accounts, rule))
    return tuple(result)


def _as_written(activity: str) -> str:
    """An activity as a pattern that means it: signs that are wildcards become `?`, which fits them."""
    return activity.replace("*", "?")


def _touchpoints(study: Study) -> tuple[TouchpointSeen, ...]:
    nodes = study.nodes("touchpoint")
    small = study.workspace.settings.limits.small
    met = {
        nodes.labels[row[0]]: row[1:]
        for row in study.ask(
            "SELECT node, count(*), count(DISTINCT id) FROM walk GROUP BY node ORDER BY node", nodes=nodes
        )
    }
    promoted = {
        nodes.labels[row[0]]: nps(row[1], row[2], row[3], small) for row in study.ask(ANSWERS, nodes=nodes)
    }
    everywhere: dict[str, int] = {}
    for code, events in study.log.rows("SELECT code, count(*) FROM {events} GROUP BY code ORDER BY code"):
        place = study.places.touchpoint[code]
        if place is not None:
            everywhere[place] = everywhere.get(place, 0) + events
    scaled = {nodes.labels[row[0]]: row[1:] for row in study.ask(SCALED, nodes=nodes)}
    journey = study.journey
    used = {step.touchpoint for step in journey.steps} if journey is not None else set()
    seen = []
    for id, touchpoint in study.workspace.touchpoints.items():
        observable = answerable(touchpoint.events, study.codes)
        events, cases = met.get(id, (0, 0))
        score = promoted.get(id, Nps(0))
        answers, mean = scaled.get(id, (0, None))
        seen.append(
            TouchpointSeen(
                touchpoint=id,
                used=id in used,
                observable=observable,
                events=events if observable else None,
                cases=cases if observable else None,
                answers=score.answers,
                nps=score.nps,
                low=score.low,
                high=score.high,
                scores=answers,
                score=mean if answers >= small else None,
                in_log=everywhere.get(id, 0),
            )
        )
    return tuple(seen)
