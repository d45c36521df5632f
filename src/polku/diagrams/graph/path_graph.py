"""From a measured journey to its path graph: steps in drawn order, ways taken, ways intended."""

from __future__ import annotations

from collections import Counter

from polku.analytics.journey_measures import JourneyMeasures
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.graph.graph import PathGraph, Station, Way
from polku.diagrams.parts.measured import drawn_ways
from polku.documents import Journey, Workspace, next_of
from polku.words import reader

DAY = 86_400.0


def path_graph(
    workspace: Workspace, journey: Journey, measures: JourneyMeasures, *, language: str = "en"
) -> PathGraph:
    """The graph of one measured journey: a station per step that has a touchpoint.

    Ways are those between steps that directly follow each other among the steps of the journey, so
    that the graph, the overlay and `polku measure fit` count the same. What is met beside the journey
    stands above the step it mostly leads to.
    """
    names = _names(workspace, journey)
    rows = {row["step"]: row for row in measures.steps.rows()}
    observable = frozenset(id for id, row in rows.items() if row["observable"])
    stations = []
    for step in journey.steps:
        if step.id not in observable and not step.touchpoint:
            continue
        touchpoint = workspace.touchpoints.get(step.touchpoint or "")
        stations.append(
            Station(
                id=step.id,
                name=names[step.id],
                cases=int(rows[step.id]["cases"] or 0) if step.id in rows else 0,
                kind=_channel_kind(workspace, step.touchpoint),
                truth=step.moment_of_truth,
                seen=step.id in observable,
                present=touchpoint.direct if touchpoint else True,
            )
        )
    stations += [
        Station(
            id=f"off-{row.touchpoint}",
            name=workspace.label("touchpoints", row.touchpoint),
            cases=row.cases,
            kind=_channel_kind(workspace, row.touchpoint),
            on_track=False,
        )
        for row in measures.touchpoints
        if not row.used and row.cases
    ]
    drawn = drawn_ways(journey, observable)
    labels = {(step.id, way.to): way.label for step in journey.steps for way in next_of(journey, step)}
    ways = {pair: Way(*pair, cases=0, intended=True, label=labels.get(pair)) for pair in drawn}
    for row in measures.step_paths.rows():
        start, end = row["from"], row["to"]
        if start in observable and end in observable and start != end:
            seconds = row["median_seconds"]
            days = None if seconds is None else seconds / DAY
            ways[start, end] = Way(
                start, end, row["cases"], days, (start, end) in drawn, labels.get((start, end))
            )
    ways |= _beside(journey, measures, observable)
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
        rest=rest_of(measures.step_paths.about, reader(language)),
    )


def _names(workspace: Workspace, journey: Journey) -> dict[str, str]:
    """What stations are called: their touchpoint, and the role too where several steps share it."""
    shared = Counter(step.touchpoint for step in journey.steps)
    names = {}
    for step in journey.steps:
        name = workspace.label("touchpoints", step.touchpoint) if step.touchpoint else step.label
        if step.touchpoint and shared[step.touchpoint] > 1 and step.role:
            name += f" ({workspace.label('roles', step.role).split(' ')[0].rstrip(',')})"
        names[step.id] = name
    return names


def _channel_kind(workspace: Workspace, touchpoint: str | None) -> str | None:
    described = workspace.touchpoints.get(touchpoint or "")
    channel = workspace.channels.get((described.channel if described else None) or "")
    return channel.kind if channel else None


def _beside(
    journey: Journey, measures: JourneyMeasures, observable: frozenset[str]
) -> dict[tuple[str, str], Way]:
    """Ways from touchpoints that no step has to the first step of the touchpoint that follows them."""
    first: dict[str, str] = {}
    for step in journey.steps:
        if step.touchpoint and step.id in observable:
            first.setdefault(step.touchpoint, step.id)
    used = {row.touchpoint for row in measures.touchpoints if row.used}
    return {
        (f"off-{row['from']}", first[row["to"]]): Way(f"off-{row['from']}", first[row["to"]], row["cases"])
        for row in measures.touchpoint_paths.rows()
        if row["from"] is not None and row["from"] not in used and row["to"] in first
    }


def _period(measures: JourneyMeasures, language: str) -> str:
    days = measures.about.days
    return reader(language)("paths.period", first=days[0], last=days[1]) if days else ""
