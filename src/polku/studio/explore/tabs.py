"""The tabs of Explore, one per question the library answers; what each shows beside its picture and table.

A question without a Tab here still has its page: its name, its sentence, all its columns, every download. A Tab adds
what is worth saying; docs/contributing/add-a-measure.md tells how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from polku.analytics.asking.asked import Question
from polku.analytics.asking.questions import QUESTIONS
from polku.documents import Journey, Workspace
from polku.exports.answer_table import namer
from polku.studio.explore import readings
from polku.studio.explore.readings import Reading, Said
from polku.studio.explore.told import Told
from polku.words import Message, has


@dataclass(frozen=True)
class Tab:
    """One page of Explore.

    Args:
        columns: of the table; none: all of the answer.
        bar: column that the table draws as bars.
        measured: whether its picture needs the journey measured.
        beside: further questions whose answers it shows.
        finding: the heading where no picture says it; None falls back to what the question is called.
        reads: how to read it, most telling first.
        panel: template of what stands right of the picture.
        wide: its picture takes the whole page, and all else stands below.
    """

    question: Question
    columns: tuple[str, ...] = ()
    bar: str | None = None
    measured: bool = False
    beside: tuple[str, ...] = ()
    finding: Callable[[Said], Message | None] = readings.no_finding
    reads: Callable[[Said], Iterator[Reading]] = readings.of_facts
    panel: str = ""
    wide: bool = False

    @property
    def name(self) -> str:
        """The question's name, which is in the address."""
        return self.question.name

    @property
    def words(self) -> Message | str:
        """What the tab is called."""
        id = f"studio-explore.tab-{self.name}"
        return Message(id) if has(id, "en") else self.name

    @property
    def asks(self) -> Message | str:
        """The question in words."""
        for id in (f"studio-explore.asks-{self.name}", f"measure.title-{self.name}"):
            if has(id, "en"):
                return Message(id, {"journey": ""})
        return self.name

    @property
    def why(self) -> Message | None:
        """How its numbers are defined."""
        id = f"studio-explore.why-{self.name}"
        return Message(id) if has(id, "en") else None


@dataclass(frozen=True)
class _Extra:
    """What a tab has beyond its question."""

    columns: str = ""
    bar: str | None = None
    more: Mapping[str, object] = field(default_factory=dict)


_OWN: Mapping[str, _Extra] = {
    "paths": _Extra(
        "from to cases count share_out median_seconds p95_seconds",
        "cases",
        {
            "measured": True,
            "reads": readings.of_paths,
            "finding": readings.paths_finding,
            "panel": "studio/explore-variants.html",
        },
    ),
    "funnel": _Extra(
        "stage reached from_previous overall pending excluded dropped returned median_seconds_from_previous",
        "reached",
        {"reads": readings.of_funnel},
    ),
    "time": _Extra(
        "from to cases open p25_seconds median_seconds p75_seconds p95_seconds",
        "median_seconds",
        {"reads": readings.of_time, "finding": readings.time_finding},
    ),
    "fit": _Extra(
        "kind from to cases count well well_others",
        "cases",
        {"reads": readings.of_fit, "finding": readings.fit_finding},
    ),
    "attribution": _Extra(more={"wide": True, "beside": ("campaigns",)}),
    "coverage": _Extra(
        "part required accounts completeness engaged people events in_crm_share seen_share bias",
        "completeness",
        {"reads": readings.of_coverage, "panel": ""},
    ),
    "retention": _Extra("segment period at_risk lost retained low high", "retained"),
    "voice": _Extra("touchpoint stage part answers accounts promoters detractors nps low high", "answers"),
    "campaigns": _Extra(
        "campaign channel cost clicks accounts leads cost_per_lead deals won cost_per_deal value return",
        "cost",
        {"finding": readings.campaigns_finding, "wide": True},
    ),
    "steps": _Extra(
        "step touchpoint cases share went_on goes_on waiting median_wait_seconds unintended_out answers nps",
        "cases",
        {"measured": True, "wide": True, "reads": readings.of_steps, "finding": readings.steps_finding},
    ),
    "variants": _Extra(
        "path count share median_seconds outcomes",
        "count",
        {"finding": readings.variants_finding, "reads": readings.of_facts},
    ),
    "deals": _Extra(
        "kind segment outcome lost_to count value currency median_days",
        "count",
        {"finding": readings.deals_finding, "reads": readings.of_deals},
    ),
    "now": _Extra(
        "account_id round stage step days_in_stage median_days_others others last_event",
        "days_in_stage",
        {"finding": readings.now_finding},
    ),
    "friction": _Extra(
        "kind step stage accounts cases share times seconds limit_seconds well well_others loss weight improvements",
        "weight",
        {"finding": readings.friction_finding, "wide": True},
    ),
    "deviations": _Extra(
        "where cases share unintended skipped out_of_order repeated missing well well_others difference low high",
        "cases",
        {"wide": True},
    ),
    "change": _Extra(
        "segment what before after difference low high accounts_before accounts_after contribution",
        "after",
        {"finding": readings.change_finding},
    ),
    "effect": _Extra("compared measure before after n_before n_after difference low high"),
    "score": _Extra("account_id fit engagement grade events last_event reasons", "engagement"),
    "touches": _Extra(
        "before by count touches mean p25 median p75 p95", "median", {"finding": readings.touches_finding}
    ),
}


def _tab(name: str) -> Tab:
    extra = _OWN.get(name, _Extra())
    return Tab(QUESTIONS[name], tuple(extra.columns.split()), extra.bar, **extra.more)  # type: ignore[arg-type]


TABS: Mapping[str, Tab] = {
    name: _tab(name)
    for name in (
        *(known for known in _OWN if known in QUESTIONS),
        *(one for one in QUESTIONS if one not in _OWN),
    )
}
"""Tabs by name, in their order; questions that are new stand last."""
FIRST = 12
"""Tabs that stand in a row; the others are in a menu beside them."""


def said(tab: Tab, told: Told, workspace: Workspace, journey: Journey | None) -> Said:
    """What a tab's words are made of."""
    known = namer(workspace, journey)
    short = _short(workspace, journey)
    return Said(told, workspace, journey, lambda id: short.get(id) or told.names.get(known(id), known(id)))


def _short(workspace: Workspace, journey: Journey | None) -> Mapping[str, str]:
    """A step by the touchpoint that it alone has: shorter than what its role does there."""
    if journey is None:
        return {}
    met = [step.touchpoint for step in journey.steps]
    return {
        step.id: workspace.label("touchpoints", step.touchpoint)
        for step in journey.steps
        if step.touchpoint and met.count(step.touchpoint) == 1 and step.touchpoint in workspace.touchpoints
    }
