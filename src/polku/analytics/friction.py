"""Friction: where cases wait long, go round, stop or score low, and how many accounts fewer end well where they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.outcomes import ENDED, WELL
from polku.analytics.result import Result, seconds, share
from polku.analytics.statistics.intervals import difference, share_of
from polku.analytics.walks.friction_pieces import Accounts, Happened, happened
from polku.analytics.walks.pieces import at_rank
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column

FRICTION_KINDS = ("wait", "loop", "drop", "score")
MOST_NAMED = 20
"""More accounts than these are counted, not named; `friction_accounts` names all."""


@dataclass(frozen=True)
class Friction(Result):
    """One row per step and kind of friction that occurs there, the greatest weight first.

    Args:
        kind: `wait`, longer to a step drawn next than the step's `waits`, where it says none than three of four cases
            wait; open cases that have waited so long already are among them. `loop`, the step again after another
            one. `drop`, the last step of a case that ended lost or faded. `score`, an NPS answer of 0–6 at the step,
            or another score of at most half its maximum.
        cases, accounts: with this friction; share: of the cases that reached the step.
        times: waits, returns, ends or low answers.
        seconds: of waits the median of those that are over; limit_seconds: what they are longer than.
        n, well: of these cases those that are over, and the share of them that ended well (done or won); n_others,
            well_others: of the other cases at the step.
        loss: well_others less well, with low and high its 95 % interval; None where there is nobody to compare.
        weight: accounts × loss, how many accounts more would have ended well had they fared like the others; 0 where
            they fared no worse. It orders what to look into; that one is the cause of the other it does not show.
        improvements: those that take away a pain of this step.
        account_ids: accounts with this friction, by id; at most MOST_NAMED.
    """

    kind: tuple[str, ...]
    step: tuple[str, ...]
    stage: tuple[str | None, ...]
    touchpoint: tuple[str | None, ...]
    cases: tuple[int, ...]
    accounts: tuple[int, ...]
    share: tuple[float | None, ...]
    times: tuple[int, ...]
    seconds: tuple[float | None, ...]
    limit_seconds: tuple[float | None, ...]
    n: tuple[int, ...]
    well: tuple[float | None, ...]
    n_others: tuple[int, ...]
    well_others: tuple[float | None, ...]
    loss: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    weight: tuple[float | None, ...]
    improvements: tuple[tuple[str, ...], ...]
    account_ids: tuple[tuple[str, ...], ...]


def friction(study: Study) -> Friction:
    """Look where the cases of the study's journey meet friction."""
    nodes = study.nodes("step")
    journey = study.journey
    assert journey is not None
    found = _happened(study, nodes)
    accounts_of = Accounts(study, found.facts)
    facts = found.facts
    over, good = (
        [place for place, one in enumerate(facts.outcomes) if one in which] for which in (ENDED, WELL)
    )
    solved: dict[str, list[str]] = {}
    for id, improvement in study.workspace.improvements.items():
        for pain in improvement.solves:
            if pain.journey == journey.id and pain.step is not None and improvement.status != "dropped":
                solved.setdefault(pain.step, []).append(id)
    lines: list[dict[str, Any]] = []
    order = sorted(found.met)

    def count(place: int) -> tuple[Column, list[int], int, int | None]:
        met = found.met[order[place]]
        outcomes = np.bincount(facts.outcome.take(met.place), minlength=len(facts.outcomes)).tolist()
        return accounts_of.of(met.place), outcomes, int(met.times.sum()), at_rank(met.span, 50)

    counted = in_threads(count, range(len(order)))
    names = accounts_of.named([numbers for numbers, *_ in counted], MOST_NAMED)
    for (kind, node), (numbers, outcomes, times, usual), named in zip(order, counted, names, strict=True):
        step, cases, accounts = journey.steps[node], sum(outcomes), len(numbers)
        ended, well = (sum(outcomes[one] for one in which) for which in (over, good))
        at, all_ended, all_well = found.reached[node].tolist()
        own, others = share_of(well, ended), share_of(all_well - well, all_ended - ended)
        loss = difference(others, own)
        lines.append(
            {
                "kind": FRICTION_KINDS[kind],
                "step": step.id,
                "stage": step.stage,
                "touchpoint": step.touchpoint,
                "cases": cases,
                "accounts": accounts,
                "share": share(cases, at),
                "times": times,
                "seconds": seconds(usual),
                "limit_seconds": seconds(found.limit[node]) if kind == 0 else None,
                "n": own.n,
                "well": own.value,
                "n_others": others.n,
                "well_others": others.value,
                "loss": loss.value,
                "low": loss.low,
                "high": loss.high,
                "weight": None if loss.value is None else accounts * max(loss.value, 0.0),
                "improvements": tuple(dict.fromkeys(solved.get(step.id, ()))),
                "account_ids": named,
                "order": (loss.value is None, -accounts * max(loss.value or 0.0, 0.0), -accounts, kind, node),
            }
        )
    lines.sort(key=lambda line: line["order"])
    return Friction(
        study.about("friction", study.case, nodes=nodes),
        *(tuple(line[name] for line in lines) for name in Friction.columns()),
    )


def friction_accounts(study: Study, kind: str, step: str) -> tuple[str, ...]:
    """Every account that meets a kind of friction at a step, by id.

    Raises:
        QuestionError: there is no such kind or step.
    """
    nodes = study.nodes("step")
    for word, known in ((kind, FRICTION_KINDS), (step, nodes.labels)):
        if word not in known:
            raise QuestionError(Message("analytics.friction-nothing", {"name": word, "known": list(known)}))
    found = _happened(study, nodes)
    met = found.met.get((FRICTION_KINDS.index(kind), nodes.labels.index(step)))
    if met is None:
        return ()
    accounts = Accounts(study, found.facts)
    return accounts.named([accounts.of(met.place)], 2**31 - 1)[0]


def friction_cases(study: Study, kind: str, step: str) -> list[tuple[int, int]]:
    """The cases that meet a kind of friction at a step, each with how often; both as `friction` names them."""
    nodes = study.nodes("step")
    found = _happened(study, nodes)
    met = found.met.get((FRICTION_KINDS.index(kind), nodes.labels.index(step)))
    if met is None:
        return []
    return list(zip(found.facts.ids(met.place).tolist(), met.times.tolist(), strict=True))


def _happened(study: Study, nodes: Nodes) -> Happened:
    assert study.journey is not None
    said = {
        place: round(step.waits.total_seconds() * 1_000_000)
        for place, step in enumerate(study.journey.steps)
        if step.waits is not None
    }
    return happened(study, nodes, study.steps.nexts, said)
