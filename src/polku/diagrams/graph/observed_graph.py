"""A path graph of what was observed alone, without a map: activities in the order in which cases mostly meet them."""

from __future__ import annotations

from collections.abc import Mapping

from polku.analytics.paths import Paths
from polku.analytics.variants import Variants
from polku.diagrams.graph.graph import PathGraph, Station, Way
from polku.words import reader

DAY = 86_400.0
MOST_STATIONS = 12
"""So many activities at most, those that most cases meet."""
MOST_WAYS = 18
"""So many ways at most, those that most cases take; the others are counted in words."""


def observed_graph(
    paths: Paths, variants: Variants, met: Mapping[str, int], *, language: str = "en"
) -> PathGraph:
    """The graph of an answer about paths and of its variants.

    Args:
        met: activity → cases that met it.
    """
    say = reader(language)
    order = _order(variants, met)
    shown = sorted(met, key=lambda one: (-met[one], one))[:MOST_STATIONS]
    stations = [Station(one, one, met[one]) for one in sorted(shown, key=lambda one: (order[one], one))]
    there = {station.id for station in stations}
    ways = [
        Way(start, end, cases, None if took is None else took / DAY, intended=True)
        for start, end, cases, took in zip(
            paths.from_, paths.to, paths.cases, paths.median_seconds, strict=True
        )
        if start is not None and end is not None and start != end
    ]
    drawn = sorted(
        (way for way in ways if way.start in there and way.end in there),
        key=lambda way: (-way.cases, way.start, way.end),
    )[:MOST_WAYS]
    period = paths.about.days
    return PathGraph(
        tuple(stations),
        tuple(drawn),
        paths.about.cases,
        paths.about.accounts,
        period=say("paths.period", first=period[0], last=period[1]) if period else "",
        hidden_stations=len(met) - len(stations),
        mapped=False,
        rest=say("look.undrawn", count=len(ways) - len(drawn)) if len(ways) > len(drawn) else "",
    )


def _order(variants: Variants, met: Mapping[str, int]) -> dict[str, float]:
    """Activity → where it stands in the paths of cases on average, when it is met first; 0 the beginning, 1 the end."""
    places = dict.fromkeys(met, 0.0)
    cases = dict.fromkeys(met, 0)
    for path, count in zip(variants.path, variants.count, strict=True):
        first = list(dict.fromkeys(path))
        for place, one in enumerate(first):
            places[one] += count * place / max(len(first) - 1, 1)
            cases[one] += count
    return {one: places[one] / cases[one] if cases[one] else 1.0 for one in met}
