"""From a measured journey to its path graph: stations in drawn order, ways taken, ways intended."""

from __future__ import annotations

import datetime as dt

from polku.analytics.journey_measures import JourneyMeasures
from polku.diagrams.paths import PathGraph, Station, Way
from polku.documents import Journey, Workspace, next_of
from polku.words import reader


def path_graph(
    workspace: Workspace, journey: Journey, measures: JourneyMeasures, *, language: str = "en"
) -> PathGraph:
    """The graph of touchpoints of one measured journey.

    A touchpoint that several steps share stands where the first of them is drawn. A way is intended
    where a drawn way leads from a step of one touchpoint to a step of the other, looking through
    steps that cannot be seen in the data.
    """
    seen = {row.touchpoint: row for row in measures.touchpoints}
    observable = {row.touchpoint for row in measures.touchpoints if row.observable}
    order = list(dict.fromkeys(step.touchpoint for step in journey.steps if step.touchpoint))
    truths = {step.touchpoint for step in journey.steps if step.moment_of_truth}
    others = [row.touchpoint for row in measures.touchpoints if not row.used and row.cases]
    stations = []
    for id in (*order, *others):
        touchpoint = workspace.touchpoints.get(id)
        row = seen.get(id)
        channel = workspace.channels.get((touchpoint.channel if touchpoint else None) or "")
        stations.append(
            Station(
                id=id,
                name=touchpoint.label if touchpoint else id,
                cases=(row.cases or 0) if row else 0,
                kind=channel.kind if channel else None,
                on_track=id in order,
                truth=id in truths,
                seen=id in observable,
                present=touchpoint.direct if touchpoint else True,
            )
        )
    drawn = intended_ways(journey, observable)
    ways: dict[tuple[str, str], Way] = {
        pair: Way(*pair, cases=0, intended=True, label=label) for pair, label in drawn.items()
    }
    paths = measures.touchpoint_paths
    for start, end, cases, seconds in zip(
        paths.from_, paths.to, paths.cases, paths.median_seconds, strict=True
    ):
        if start is not None and end is not None and start != end:
            ways[(start, end)] = Way(
                start,
                end,
                cases,
                seconds / 86400 if seconds is not None else None,
                intended=(start, end) in drawn,
                label=drawn.get((start, end)),
            )
    limits = workspace.settings.limits
    return PathGraph(
        stations=tuple(stations),
        ways=tuple(ways.values()),
        cases=measures.about.cases,
        accounts=measures.about.accounts,
        fitting=measures.fit.fitting_cases,
        period=_period(measures, language),
        small=limits.small,
        example=workspace.settings.example,
    )


def intended_ways(journey: Journey, observable: set[str]) -> dict[tuple[str, str], str | None]:
    """Pairs of observable touchpoints that the map leads between, with the words on the way where it has some."""
    by_id = {step.id: step for step in journey.steps}
    found: dict[tuple[str, str], str | None] = {}
    for step in journey.steps:
        if step.touchpoint not in observable:
            continue
        queue = [(way.to, way.label) for way in next_of(journey, step)]
        passed: set[str] = set()
        while queue:
            id, label = queue.pop(0)
            if id in passed:
                continue
            passed.add(id)
            other = by_id[id]
            if other.touchpoint in observable:
                if other.touchpoint != step.touchpoint:
                    found.setdefault((str(step.touchpoint), str(other.touchpoint)), label)
            else:
                queue += [(way.to, None) for way in next_of(journey, other)]
    return found


def _period(measures: JourneyMeasures, language: str) -> str:
    about = measures.about
    if about.first is None or about.last is None:
        return ""
    say = reader(language)
    first, last = (
        say.date(dt.datetime.fromtimestamp(moment / 1e6, dt.UTC)) for moment in (about.first, about.last)
    )
    return say("paths.period", first=first, last=last)
