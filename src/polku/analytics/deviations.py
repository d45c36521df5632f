"""Deviations: where cases leave the journey as drawn, by stage, role or account, and how those that do so end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from polku.analytics.intended import FIT_KINDS, Deviation, Intended, compile_template, deviations
from polku.analytics.outcomes import ENDED, WELL
from polku.analytics.result import Result, share
from polku.analytics.statistics.intervals import difference, share_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study

DeviationSplit = Literal["stage", "role", "account"]
DEVIATION_SPLITS: tuple[DeviationSplit, ...] = ("stage", "role", "account")
MOST_ACCOUNTS = 1000


@dataclass(frozen=True)
class Deviations(Result):
    """One row per stage, role or account where cases deviate, most cases first.

    A way nobody drew belongs to the step that it leaves, with its stage and role. A stage that was skipped, missed, met
    again or left backwards is itself the place; its roles are those of its steps that can be observed.

    Args:
        where: stage, role or account, as `by` says; None for steps without one, and for cases of no known account.
        cases: with a deviation there; share: of all cases, of an account of its own.
        unintended … missing: of these cases those with a deviation of the kind (see `fit`); a case can have several.
        ended: of these cases those that are over; well: the share of them that ended well; well_others: of the
            `ended_others` cases that do not deviate there. difference: well less well_others with its 95 % interval;
            None by account, which is not a thing that cases have or lack. It shows what goes together, not why.
    """

    where: tuple[str | None, ...]
    cases: tuple[int, ...]
    share: tuple[float | None, ...]
    unintended: tuple[int, ...]
    skipped: tuple[int, ...]
    out_of_order: tuple[int, ...]
    repeated: tuple[int, ...]
    missing: tuple[int, ...]
    ended: tuple[int, ...]
    well: tuple[float | None, ...]
    ended_others: tuple[int, ...]
    well_others: tuple[float | None, ...]
    difference: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


_WALKED = (
    "turned AS (SELECT id, ord, node, lag(node) OVER (PARTITION BY id ORDER BY ord) AS before FROM walk), "
    "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM turned "
    "WHERE before IS NULL OR before <> node GROUP BY id) "
    "SELECT t.path, k.outcome, {account}, count(*) FROM kept k LEFT JOIN told t ON t.id = k.id "
    "GROUP BY ALL ORDER BY ALL"
)
_IDS = _WALKED.replace("count(*)", "list(k.id)").replace(
    "GROUP BY ALL ORDER BY ALL", "GROUP BY t.path, k.outcome, {account}"
)
Where = str | None


def deviations_by(study: Study, by: DeviationSplit = "stage") -> Deviations:
    """Count the cases of the study's journey that deviate, by where they do so."""
    nodes = study.nodes("step")
    found, own, ended, well = _counted(study, by, nodes)
    about = study.about("deviations", study.case, nodes=nodes, parameters={"by": by})
    order = sorted(found, key=lambda where: (-found[where]["cases"], where is None, where or ""))[
        :MOST_ACCOUNTS
    ]
    rows = [found[where] for where in order]
    mine = [share_of(row["well"], row["ended"]) for row in rows]
    others = [
        share_of(0, 0) if by == "account" else share_of(well - row["well"], ended - row["ended"])
        for row in rows
    ]
    gaps = [difference(a, b) for a, b in zip(mine, others, strict=True)]
    return Deviations(
        about,
        where=tuple(order),
        cases=tuple(row["cases"] for row in rows),
        share=tuple(
            share(row["cases"], own.get(where, 0) if by == "account" else about.cases)
            for where, row in zip(order, rows, strict=True)
        ),
        **{kind: tuple(row[kind] for row in rows) for kind in FIT_KINDS},
        ended=tuple(row["ended"] for row in rows),
        well=tuple(one.value for one in mine),
        ended_others=tuple(one.n for one in others),
        well_others=tuple(one.value for one in others),
        difference=tuple(gap.value for gap in gaps),
        low=tuple(gap.low for gap in gaps),
        high=tuple(gap.high for gap in gaps),
    )


def _counted(
    study: Study, by: DeviationSplit, nodes: Nodes
) -> tuple[dict[Where, dict[str, int]], dict[Where, int], int, int]:
    """Cases by place and kind; of accounts all their cases; all cases that ended, and ended well."""
    held = _Held(study, by)
    if study.log.engine.gives_arrays and by != "account":
        from polku.analytics.walks.deviation_pieces import MOST_STAGES, by_place

        if held.intended.length <= MOST_STAGES:
            every, found = by_place(study, held.intended, held.places)
            return found, {}, every.ended, every.well
    found = {}
    own: dict[Where, int] = {}
    ended = well = 0
    for path, outcome, account, times in study.ask(_asked(_WALKED, by), nodes=nodes):
        over, good = outcome in ENDED, outcome in WELL
        ended += times * over
        well += times * good
        own[account] = own.get(account, 0) + times
        for where, kinds in held.of_case(path, outcome, account).items():
            row = found.setdefault(where, dict.fromkeys(("cases", "ended", "well", *FIT_KINDS), 0))
            row["cases"] += times
            row["ended"] += times * over
            row["well"] += times * good
            for kind in kinds:
                row[kind] += times
    return found, own, ended, well


def deviating_cases(study: Study, by: DeviationSplit, where: Where, kind: str | None) -> list[int]:
    """The ids of the cases that deviate somewhere, in any way or in one."""
    held = _Held(study, by)
    found: list[int] = []
    for path, outcome, account, ids in study.ask(_asked(_IDS, by), nodes=study.nodes("step")):
        kinds = held.of_case(path, outcome, account).get(where)
        if kinds is not None and (kind is None or kind in kinds):
            found += ids
    return found


def _asked(query: str, by: DeviationSplit) -> str:
    return query.replace("{account}", "k.account_id" if by == "account" else "NULL::VARCHAR")


class _Held:
    """Where the deviations of a case are."""

    def __init__(self, study: Study, by: DeviationSplit) -> None:
        journey = study.journey
        assert journey is not None
        self.intended: Intended
        self.intended, template = compile_template(study)
        self._by, self._rounds = by, study.case == "round"
        self._steps: list[Where] = [step.role if by == "role" else step.stage for step in journey.steps]
        self._stages: list[Iterable[Where]] = [
            [stage]
            if by == "stage"
            else dict.fromkeys(
                step.role
                for step, seen in zip(journey.steps, study.steps.observable, strict=True)
                if seen and step.stage == stage
            )
            for stage in template
        ]

    def of_case(self, path: str | None, outcome: str | None, account: Where) -> Mapping[Where, set[str]]:
        """Each place of a case's deviations with the kinds of them."""
        walked = [int(step) for step in path.split(" ")] if path is not None else []
        found: dict[Where, set[str]] = {}
        over = not self._rounds or outcome != "open"
        for deviation in deviations(walked, self.intended, over=over):
            for where in [account] if self._by == "account" else self.places(deviation):
                found.setdefault(where, set()).add(deviation[0])
        return found

    def places(self, deviation: Deviation) -> Iterable[Where]:
        """Where a deviation is."""
        kind, place, _ = deviation
        return [self._steps[place]] if kind == "unintended" else self._stages[place]
