"""A journey measured: everything that the overlay, the path graph, the checks and the report say about one journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polku.analytics.coverage import Coverage
from polku.analytics.deals import Deals
from polku.analytics.fit import Fit
from polku.analytics.paths import Paths
from polku.analytics.result import About
from polku.analytics.steps import Steps
from polku.analytics.variants import Variants
from polku.documents import EventRule


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


@dataclass(frozen=True)
class JourneyMeasures:
    """One journey measured on one version of the data.

    Args:
        about: case kind, numbers of cases and accounts, period, parameters and remainder common to all parts.
        outcomes: cases by outcome (rounds: done, lost, faded, open).
        steps: reach, goes_on, waits and scores of each step.
        touchpoint_paths: transitions between touchpoints (events without one left out and stated).
        step_paths: transitions between matched steps; ends are those of the cases.
        fit, variants (of touchpoints, repeats taken as one), coverage, deals: as their modules say.
        touchpoints: all touchpoints of the workspace, in its order.
        off_map: activities without a place, most events first.
        events: events of the loaded log; events_off_map: of these, those no rule claims; events_in_cases: those in
            the cases of this journey.
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
