"""Fit: how far real cases follow the journey as drawn, by its order of stages and its drawn ways between steps."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar

from polku.analytics.intended import (
    FIT_KINDS,
    Deviation,
    Intended,
    compile_template,
    deviations,
    longest_common,
    stages_of,
)
from polku.analytics.map.matching import OFF
from polku.analytics.outcomes import ENDED, WELL
from polku.analytics.result import Result
from polku.analytics.rules import RuleKept, rules_kept
from polku.analytics.statistics.intervals import difference, share_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Fit(Result):
    """Deviations by kind, most cases first within a kind.

    The template is the stages in drawn order that hold an observable step. Of a case we look at the steps it is
    matched to, one after the other, and at the stages of these, equal neighbours taken as one.

    Args:
        kind: `unintended` (from step, to step: a way nobody drew, steps that cannot be observed looked through),
            `skipped` (from stage: never met, though a later one was), `missing` (from stage: never met, nor any later
            one; cases still open are not counted), `out_of_order` (from stage, to an earlier stage, on a way nobody
            drew), `repeated` (from = to = stage: met again after another stage; count = the extra times).
        count: times; cases: distinct cases.
        well: of the `ended` cases with it that are over, the share that ended well (done or won); well_others: of the
            `ended_others` without it. difference: well less well_others, with its 95 % interval; it shows what goes
            together, not why.
        fitness: mean over cases of the longest common subsequence of its stages and the template, over the
            template's length; None without cases or template.
        fitting_cases: cases without any `unintended`, `skipped` or `out_of_order`.
        template: the stages that were expected.
        rules: how each declared rule of the journey is kept; conforming_cases: cases that break none, None without
            rules.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("fitness", "fitting_cases", "template", "rules", "conforming_cases")

    kind: tuple[str, ...]
    from_: tuple[str | None, ...]
    to: tuple[str | None, ...]
    count: tuple[int, ...]
    cases: tuple[int, ...]
    fitness: float | None
    fitting_cases: int
    template: tuple[str, ...]
    ended: tuple[int, ...] = ()
    well: tuple[float | None, ...] = ()
    ended_others: tuple[int, ...] = ()
    well_others: tuple[float | None, ...] = ()
    difference: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    rules: tuple[RuleKept, ...] = ()
    conforming_cases: int | None = None


# Cases that took the same steps are looked at once.
_WALKED = (
    "turned AS (SELECT id, ord, node, lag(node) OVER (PARTITION BY id ORDER BY ord) AS before FROM walk), "
    "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM turned "
    "WHERE before IS NULL OR before <> node GROUP BY id) "
    "SELECT t.path, k.outcome, count(*) FROM kept k LEFT JOIN told t ON t.id = k.id "
    "GROUP BY t.path, k.outcome ORDER BY t.path, k.outcome"
)


def fit(study: Study, *, with_rules: bool = True) -> Fit:
    """Hold each case of the study against the journey as drawn, and against its declared rules.

    Raises:
        QuestionError: a rule lacks what it needs, or names what is not there.
    """
    intended, template = compile_template(study)
    nodes = study.nodes("step")
    told = _told(study, intended)
    count, cases, ended, well = told.count, told.cases, told.ended, told.well
    all_ended, all_well, fitting, total = told.all_ended, told.all_well, told.fitting, told.common
    about = study.about("fit", "deviation", nodes=nodes)
    order = sorted(count, key=lambda one: (FIT_KINDS.index(one[0]), -cases[one], -count[one], one[1], one[2]))

    def label(kind: str, place: int) -> str | None:
        if place == OFF:
            return None
        return nodes.labels[place] if kind == "unintended" else template[place]

    all_cases = study.counts.cases
    own = [share_of(well[one], ended[one]) for one in order]
    others = [share_of(all_well - well[one], all_ended - ended[one]) for one in order]
    gaps = [difference(a, b) for a, b in zip(own, others, strict=True)]
    declared = with_rules and study.journey is not None and bool(study.journey.rules)
    held, clean = rules_kept(study) if declared else ((), 0)
    return Fit(
        about=about,
        kind=tuple(kind for kind, _, _ in order),
        from_=tuple(label(kind, a) for kind, a, _ in order),
        to=tuple(label(kind, b) for kind, _, b in order),
        count=tuple(count[one] for one in order),
        cases=tuple(cases[one] for one in order),
        fitness=total / (all_cases * intended.length) if all_cases and intended.length else None,
        fitting_cases=fitting,
        template=template,
        ended=tuple(one.n for one in own),
        well=tuple(one.value for one in own),
        ended_others=tuple(one.n for one in others),
        well_others=tuple(one.value for one in others),
        difference=tuple(one.value for one in gaps),
        low=tuple(one.low for one in gaps),
        high=tuple(one.high for one in gaps),
        rules=held,
        conforming_cases=clean if declared else None,
    )


@dataclass
class _Told:
    """Times and cases of each deviation, of these ended and well; all that ended; cases that fit; lengths in common."""

    count: dict[Deviation, int] = field(default_factory=dict)
    cases: dict[Deviation, int] = field(default_factory=dict)
    ended: dict[Deviation, int] = field(default_factory=dict)
    well: dict[Deviation, int] = field(default_factory=dict)
    all_ended: int = 0
    all_well: int = 0
    fitting: int = 0
    common: int = 0


def _told(study: Study, intended: Intended) -> _Told:
    if study.log.engine.gives_arrays:
        from polku.analytics.walks.deviation_pieces import MOST_STAGES, tally

        if intended.length <= MOST_STAGES:
            every, added = tally(study, intended)
            met = added.count.nonzero()[0].tolist()
            named = [every.numbering.told(number) for number in met]
            count, cases, ended, well = (
                dict(zip(named, column[met].tolist(), strict=True))
                for column in (added.count, added.cases, added.ended, added.well)
            )
            all_ended, all_well = every.ended, every.well
            return _Told(count, cases, ended, well, all_ended, all_well, added.fitting, added.common)
    found = _Told()
    for walked, outcome, times in study.ask(_WALKED, nodes=study.nodes("step")):
        path = [int(step) for step in walked.split(" ")] if walked is not None else []
        here: dict[Deviation, int] = {}
        for deviation in deviations(path, intended, over=study.case != "round" or outcome != "open"):
            here[deviation] = here.get(deviation, 0) + 1
        for deviation, number in here.items():
            found.count[deviation] = found.count.get(deviation, 0) + number * times
            found.cases[deviation] = found.cases.get(deviation, 0) + times
            found.ended[deviation] = found.ended.get(deviation, 0) + times * (outcome in ENDED)
            found.well[deviation] = found.well.get(deviation, 0) + times * (outcome in WELL)
        found.all_ended += times * (outcome in ENDED)
        found.all_well += times * (outcome in WELL)
        # A case without any step fits nothing.
        if path and not any(kind in ("unintended", "skipped", "out_of_order") for kind, _, _ in here):
            found.fitting += times
        found.common += longest_common(stages_of(path, intended)) * times
    return found
