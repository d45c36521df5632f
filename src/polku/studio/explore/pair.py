"""Two funnels as one picture, so that their bars stand on one scale; each bar leads to the cases it counts."""

from __future__ import annotations

from polku.analytics.funnel import Funnel
from polku.diagrams.answers.funnel_pair import bar_ids, draw_funnel_pair
from polku.studio.explore.behind import behind_link
from polku.studio.explore.choice import Choice
from polku.studio.explore.picture import WIDTH, shown
from polku.studio.explore.tabs import Tab
from polku.studio.explore.told import Told
from polku.studio.visit import Visit


def funnel_pair(visit: Visit, tab: Tab, choices: list[Choice], answers: list[Told], usual: str) -> str:
    """The picture of two funnels; empty of everything else."""
    both = [one.result for one in answers if isinstance(one.result, Funnel)]
    if len(both) != 2:
        return ""
    workspace = visit.workspace
    names = {stage.id: stage.label for journey in workspace.journeys.values() for stage in journey.stages}
    names |= {id: one.label for id, one in workspace.touchpoints.items()}
    scene = draw_funnel_pair(
        both[0],
        both[1],
        names,
        language=visit.language,
        width=WIDTH,
        small=workspace.settings.limits.small,
    )
    links = {
        id: behind_link(visit, tab, choices[side], both[side].rows()[place], "reached", usual)
        for id, (side, place) in bar_ids(both[0], both[1]).items()
    }
    return shown(scene, prefix="pair-", links=links)
