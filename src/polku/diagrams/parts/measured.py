"""What really happened along a journey, as plain data that a drawing can lay over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from polku.analytics.coverage import Coverage
from polku.analytics.fit import Fit
from polku.analytics.paths import Paths
from polku.analytics.steps import Steps
from polku.documents import Journey
from polku.documents import ways as ways_of


@dataclass(frozen=True)
class MeasuredStep:
    """What was counted at one step; None where it could not be.

    Args:
        observable: whether data that is loaded could show the step at all.
        cases: that reach it; share: of all cases.
        goes_on: share of these that later reach a step drawn next; went_on: how many; waiting: how many
            have not, and are not over.
        answers: NPS answers; nps, low, high: −100 … 100 with its 95 % interval.
        sources: systems in which it is seen.
    """

    step: str
    observable: bool = False
    cases: int | None = None
    share: float | None = None
    goes_on: float | None = None
    went_on: int | None = None
    waiting: int = 0
    median_wait_seconds: float | None = None
    answers: int = 0
    nps: float | None = None
    low: float | None = None
    high: float | None = None
    sources: tuple[str, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether at least one case was seen there."""
        return self.observable and bool(self.cases)


@dataclass(frozen=True)
class Way:
    """Cases that go from one step directly to another; drawn or not."""

    before: str
    after: str
    cases: int


@dataclass(frozen=True)
class MeasuredPart:
    """Those who play one part of the buying centre, at all accounts, as data shows them.

    Args:
        people: persons of the part; in_crm: of these, those whom the CRM has.
        events: they acted in, in the whole log.
        needed: accounts whose buying centre needs the part; known_at, met_at: of these, where somebody of it is
            known, and where somebody was met in the last `lately` days.
        crm_share, seen_share: of the people in the CRM, and of those seen in events, the share of the part.
    """

    part: str
    people: int = 0
    in_crm: int = 0
    events: int = 0
    needed: int = 0
    known_at: int = 0
    met_at: int = 0
    lately: int = 0
    crm_share: float | None = None
    seen_share: float | None = None


@dataclass(frozen=True)
class MeasuredJourney:
    """A journey as data shows it.

    Args:
        cases, accounts: in the answer.
        case: what is followed (account, round, deal …).
        first, last: days of the first and last event.
        steps: by step id.
        ways: taken between steps, most cases first; unintended: those of them that nobody drew.
        parts: by part of the buying centre; empty where coverage was not measured.
    """

    cases: int
    accounts: int
    case: str = "case"
    first: dt.date | None = None
    last: dt.date | None = None
    data_version: int = 0
    steps: Mapping[str, MeasuredStep] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    unintended: tuple[Way, ...] = ()
    parts: Mapping[str, MeasuredPart] = field(default_factory=dict)

    @cached_property
    def seen(self) -> frozenset[str]:
        """Steps at which at least one case was seen."""
        return frozenset(id for id, step in self.steps.items() if step.seen)

    def step(self, id: str) -> MeasuredStep:
        """What was counted at a step; a step that is not in the answer could not be observed."""
        return self.steps.get(id) or MeasuredStep(id)


def measured_journey(
    journey: Journey,
    steps: Steps,
    paths: Paths | None = None,
    fit: Fit | None = None,
    coverage: Coverage | None = None,
) -> MeasuredJourney:
    """Lay results over a journey.

    Args:
        paths: transitions between steps; fit: the ways nobody drew. Without fit, transitions between
            steps that are drawn neither directly nor through unobservable steps count as unintended.
        coverage: who is known and met, which views of roles show.
    """
    about = steps.about
    rows = {row["step"]: _step(row) for row in steps.rows()}
    known = {step.id for step in journey.steps}
    ways = _ways(paths.rows() if paths else (), known)
    if fit is not None:
        unintended = _ways((row for row in fit.rows() if row["kind"] == "unintended"), known)
    else:
        drawn = drawn_ways(journey, frozenset(id for id, row in rows.items() if row.observable))
        unintended = tuple(way for way in ways if (way.before, way.after) not in drawn)
    return MeasuredJourney(
        cases=about.cases,
        accounts=about.accounts,
        case=about.case,
        first=about.days[0] if about.days else None,
        last=about.days[1] if about.days else None,
        data_version=about.data_version,
        steps=rows,
        ways=ways,
        unintended=unintended,
        parts=_parts(coverage) if coverage is not None else {},
    )


def drawn_ways(journey: Journey, observable: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Pairs of observable steps that a drawn way joins, unobservable steps between them looked through."""
    following = ways_of(journey)
    found = set()
    for start in following:
        if start not in observable:
            continue
        waiting, met = list(following[start]), set[str]()
        while waiting:
            step = waiting.pop()
            if step in met:
                continue
            met.add(step)
            if step in observable:
                found.add((start, step))
            else:
                waiting += following.get(step, [])
    return frozenset(found)


def ending_steps(journey: Journey, measured: MeasuredJourney) -> frozenset[str]:
    """Steps at which a walk may well end: a round does, or every drawn way leads back.

    Nobody is lost there who does not go on.
    """
    ends = {end.touchpoint for end in journey.rounds.ends if end.touchpoint} if journey.rounds else set()
    observable = frozenset(id for id, step in measured.steps.items() if step.observable)
    drawn = drawn_ways(journey, observable)
    order = {step.id: place for place, step in enumerate(journey.steps)}
    return frozenset(
        step.id
        for step in journey.steps
        if step.id in observable
        and (
            (step.touchpoint is not None and step.touchpoint in ends)
            or not any(before == step.id and order[after] > order[before] for before, after in drawn)
        )
    )


def _step(row: Mapping[str, Any]) -> MeasuredStep:
    return MeasuredStep(
        step=row["step"],
        observable=bool(row["observable"]),
        cases=row["cases"],
        share=row["share"],
        goes_on=row["goes_on"],
        went_on=row.get("went_on"),
        waiting=row.get("waiting") or 0,
        median_wait_seconds=row["median_wait_seconds"],
        answers=row["answers"] or 0,
        nps=row["nps"],
        low=row["low"],
        high=row["high"],
        sources=tuple(row.get("sources") or ()),
    )


def _parts(coverage: Coverage) -> dict[str, MeasuredPart]:
    lately = coverage.about.parameters.get("ageing_days", 0)
    found = {}
    for row in coverage.rows():
        part, needed = row["part"], row["required"] or 0
        if part is None:
            continue
        found[part] = MeasuredPart(
            part=part,
            people=row["people"],
            in_crm=round((row["in_crm_share"] or 0.0) * coverage.crm_people),
            events=row["events"],
            needed=needed,
            known_at=round((row["completeness"] or 0.0) * needed),
            met_at=round((row["engaged"] or 0.0) * needed),
            lately=int(lately),
            crm_share=row["in_crm_share"],
            seen_share=row["seen_share"],
        )
    return found


def _ways(rows: Iterable[Mapping[str, Any]], known: set[str]) -> tuple[Way, ...]:
    """Rows as ways between steps of the journey, most cases first; starts, ends and repeats left out."""
    found = [
        Way(row["from"], row["to"], row["cases"])
        for row in rows
        if row["from"] in known and row["to"] in known and row["from"] != row["to"] and row["cases"]
    ]
    return tuple(sorted(found, key=lambda way: (-way.cases, way.before, way.after)))
