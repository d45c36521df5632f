"""Rules: what a journey says customers are to do, or not, held against each case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.things import nodes_of_things
from polku.analytics.result import share
from polku.analytics.statistics.intervals import difference, share_of
from polku.documents import PARTS, RULE_FIELDS
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.behind.breaches import Breach
    from polku.analytics.study import Study
    from polku.analytics.walks.rule_pieces import Judge, Judged
    from polku.documents import Rule


@dataclass(frozen=True)
class RuleKept:
    """How one rule is kept.

    Args:
        activations: times the rule asked for something; of these kept, broken, and pending: not kept yet, in a case
            that can go on.
        cases: cases it was asked of; vacuous: cases that gave it nothing to ask.
        broken_cases: of these with a breach; broken_accounts: their accounts.
        fitness: kept over kept and broken; None where there are none.
        well_kept, well_broken: of the cases that are over, the share that ended well (done or won), by whether the
            rule was kept throughout or broken; n_kept, n_broken: these cases. difference: broken less kept, with its
            interval. It shows what goes together, not why.
        breaches: number of breaches by case, as (account, case, times), most first; at most MOST.
    """

    rule: str
    kind: str
    says: str
    activations: int
    kept: int
    broken: int
    pending: int
    cases: int
    vacuous: int
    broken_cases: int
    broken_accounts: int
    fitness: float | None
    n_kept: int
    n_broken: int
    well_kept: float | None
    well_broken: float | None
    difference: float | None
    low: float | None
    high: float | None
    breaches: tuple[Mapping[str, Any], ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        told = dict(self.__dict__)
        told["breaches"] = [dict(one) for one in self.breaches]
        return told


MOST = 20
"""More breaches than these are counted, not listed."""

_OTHER: Mapping[str, str] = {
    "response": "then",
    "chain": "then",
    "precedence": "after",
    "not-coexistence": "without",
}
"""Kind of rule → the field that holds the other thing."""


def rules(study: Study, *, most: int = MOST) -> tuple[RuleKept, ...]:
    """Hold each rule of the study's journey against its cases.

    Args:
        most: breaches listed per rule.

    Raises:
        QuestionError: a rule lacks what it needs, or names what is not there.
    """
    return rules_kept(study, most=most)[0]


def conforming(study: Study) -> int:
    """How many cases break none of the rules."""
    return rules_kept(study, most=0)[1]


def rules_kept(study: Study, *, most: int = MOST) -> tuple[tuple[RuleKept, ...], int]:
    """Each rule, and how many cases break none of them. See `rules`."""
    import numpy as np

    from polku.analytics.behind.breaches import worst
    from polku.analytics.walks.rule_pieces import judge

    assert study.journey is not None
    declared = study.journey.rules
    facts, judged = judge(study, [_in_numbers(study, rule) for rule in declared])
    listed = worst(study, facts, judged, most)
    told = tuple(_told(study, *one) for one in zip(declared, judged, listed, strict=True))
    fine = np.ones(len(facts), dtype=bool)
    for one in judged:
        fine[one.place] = False
    return told, int(np.count_nonzero(fine))


def _told(study: Study, rule: Rule, judged: Judged, listed: tuple[list[Breach], int]) -> RuleKept:
    breaches, accounts = listed
    good_share = share_of(judged.kept_well, judged.kept_ended)
    bad_share = share_of(judged.broken_well, judged.broken_ended)
    gap = difference(bad_share, good_share)
    return RuleKept(
        rule=rule.id,
        kind=rule.rule,
        says=rule.label,
        activations=judged.asked,
        kept=judged.kept,
        broken=judged.broken,
        pending=judged.asked - judged.kept - judged.broken,
        cases=judged.cases,
        vacuous=study.counts.cases - judged.cases,
        broken_cases=len(judged.place),
        broken_accounts=accounts,
        fitness=share(judged.kept, judged.kept + judged.broken),
        n_kept=good_share.n,
        n_broken=bad_share.n,
        well_kept=good_share.value,
        well_broken=bad_share.value,
        difference=gap.value,
        low=gap.low,
        high=gap.high,
        breaches=tuple(
            {"account_id": account, "case": key, "times": times} for account, key, times in breaches
        ),
    )


def _in_numbers(study: Study, rule: Rule) -> Judge:
    from polku.analytics.walks.rule_pieces import Judge

    missing = [name for name in RULE_FIELDS[rule.rule] if getattr(rule, name) is None]
    if missing:
        raise QuestionError(
            Message("analytics.rule-needs", {"rule": rule.id, "kind": rule.rule, "needed": missing})
        )
    things = [rule.of, getattr(rule, _OTHER[rule.rule]) if rule.rule in _OTHER else None]
    touchpoints, steps = nodes_of_things(study, things, lambda id, known: _unknown(rule, id, known))
    return Judge(
        rule.rule,
        touchpoints,
        steps,
        _part(study, rule),
        None if rule.within is None else rule.within // dt.timedelta(microseconds=1),
        rule.times if rule.times is not None else int(rule.rule == "existence"),
    )


def _part(study: Study, rule: Rule) -> int:
    """The place of the part that a role has; −2 (nobody's) where it has none."""
    if rule.rule != "met":
        return -2
    role = study.workspace.roles.get(rule.role or "")
    if role is None:
        raise QuestionError(_unknown(rule, rule.role, list(study.workspace.roles)[:20]))
    return PARTS.index(role.part) if role.part is not None else -2


def _unknown(rule: Rule, name: str | None, known: list[str]) -> Message:
    return Message("analytics.rule-names", {"rule": rule.id, "name": name, "known": known or None})
