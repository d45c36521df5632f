"""Friction: where cases wait long, go round, stop or score low, and how many accounts fewer end well where they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polku.analytics.intervals import difference, share_of
from polku.analytics.result import Result, seconds, share
from polku.errors import QuestionError
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes
    from polku.analytics.study import Study

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


_AT = (
    "firsts AS (SELECT id, node, min(ord) AS ord, arg_min(ts, ord) AS ts FROM walk GROUP BY id, node), "
    "drawn AS (SELECT unnest($drawn_from::INT[]) AS node, unnest($drawn_to::INT[]) AS nxt), "
    "said AS (SELECT unnest($said_node::INT[]) AS node, unnest($said_wait::BIGINT[]) AS most), "
    "gone AS (SELECT f.id, f.node, arg_min(w.ts, w.ord) AS met_at FROM firsts f JOIN drawn d ON d.node = f.node "
    "JOIN walk w ON w.id = f.id AND w.node = d.nxt AND w.ord > f.ord GROUP BY f.id, f.node), "
    "leads AS (SELECT DISTINCT node FROM drawn), "
    "waited AS (SELECT f.id, f.node, g.met_at IS NOT NULL AS over, "
    "CASE WHEN g.met_at IS NOT NULL THEN greatest(g.met_at - f.ts, 0) WHEN {open} THEN greatest($now - f.ts, 0) END "
    "AS span FROM firsts f JOIN kept k ON k.id = f.id SEMI JOIN leads l ON l.node = f.node "
    "LEFT JOIN gone g ON g.id = f.id AND g.node = f.node), "
    "usual AS (SELECT node, quantile_disc(span, 0.75) AS most FROM waited WHERE over GROUP BY node), "
    "bounds AS (SELECT coalesce(s.node, u.node) AS node, coalesce(s.most, u.most) AS most FROM usual u "
    "FULL JOIN said s ON s.node = u.node), "
    "turned AS (SELECT id, node, lag(node) OVER (PARTITION BY id ORDER BY ord) AS before FROM walk), "
    "lasts AS (SELECT id, arg_max(node, ord) AS node FROM walk GROUP BY id), "
    "scored AS (SELECT w.id, w.node, count(*) AS n FROM walk w JOIN {events} e ON e.event_no = w.event_no "
    "WHERE CASE WHEN e.score_kind = 'nps' THEN coalesce(e.score_max, 10) = 10 AND e.score BETWEEN 0 AND 6 "
    "ELSE e.score_max > 0 AND e.score <= e.score_max / 2 END GROUP BY w.id, w.node), "
    "happened AS ("
    "SELECT 0 AS kind, w.id, w.node, 1 AS n, CASE WHEN w.over THEN w.span END AS span FROM waited w "
    "JOIN bounds b ON b.node = w.node WHERE w.span > b.most UNION ALL "
    "SELECT 1 AS kind, id, node, count(*) - 1 AS n, NULL::BIGINT AS span FROM turned "
    "WHERE before IS NULL OR before <> node GROUP BY id, node HAVING count(*) > 1 UNION ALL "
    "SELECT 2 AS kind, l.id, l.node, 1 AS n, NULL::BIGINT AS span FROM lasts l JOIN kept k ON k.id = l.id "
    "WHERE k.outcome IN ('lost', 'faded') UNION ALL "
    "SELECT 3 AS kind, id, node, n, NULL::BIGINT AS span FROM scored) "
)
# What happened is found once, and asked for its numbers and its names.
_HAPPENED = (
    _AT
    + "SELECT h.kind, h.id, h.node, h.n, h.span, b.most FROM happened h LEFT JOIN bounds b ON b.node = h.node"
)
_ROWS = (
    (
        "happened AS (SELECT * FROM {table}), "
        "reached AS (SELECT f.node, count(*) AS cases, count(*) FILTER (WHERE k.outcome IN {ended}) AS ended, "
        "count(*) FILTER (WHERE k.outcome IN {well}) AS well FROM (SELECT DISTINCT id, node FROM walk) f "
        "JOIN kept k ON k.id = f.id GROUP BY f.node) "
        "SELECT h.kind, h.node, count(*), count(DISTINCT k.account_id), sum(h.n)::BIGINT, quantile_disc(h.span, 0.5), "
        "any_value(h.most), count(*) FILTER (WHERE k.outcome IN {ended}), count(*) FILTER (WHERE k.outcome IN {well}), "
        "any_value(r.cases), any_value(r.ended), any_value(r.well) FROM happened h JOIN kept k ON k.id = h.id "
        "JOIN reached r ON r.node = h.node GROUP BY h.kind, h.node "
        "ORDER BY h.kind, h.node"
    )
    .replace("{ended}", "('done', 'won', 'lost', 'faded')")
    .replace("{well}", "('done', 'won')")
)
_NAMED = (
    "happened AS (SELECT * FROM {table}), named AS (SELECT DISTINCT h.kind, h.node, k.account_id FROM happened h "
    "JOIN kept k ON k.id = h.id WHERE k.account_id IS NOT NULL), ranked AS (SELECT *, row_number() OVER "
    "(PARTITION BY kind, node ORDER BY account_id) AS place FROM named) "
    "SELECT kind, node, account_id FROM ranked WHERE place <= $most AND {which} ORDER BY kind, node, account_id"
)


def friction(study: Study) -> Friction:
    """Look where the cases of the study's journey meet friction."""
    nodes = study.nodes("step")
    journey = study.journey
    assert journey is not None
    table = _happened(study, nodes)
    found = study.ask(_ROWS.replace("{table}", table), nodes=nodes)
    names: dict[tuple[int, int], list[str]] = {}
    for kind, node, account in study.ask(
        _NAMED.replace("{table}", table).replace("{which}", "true"), most=MOST_NAMED
    ):
        names.setdefault((kind, node), []).append(account)
    solved: dict[str, list[str]] = {}
    for id, improvement in study.workspace.improvements.items():
        for pain in improvement.solves:
            if pain.journey == journey.id and pain.step is not None and improvement.status != "dropped":
                solved.setdefault(pain.step, []).append(id)
    lines: list[dict[str, Any]] = []
    for kind, node, cases, accounts, times, span, most, ended, well, at, all_ended, all_well in found:
        step = journey.steps[node]
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
                "seconds": seconds(span),
                "limit_seconds": seconds(most) if kind == 0 else None,
                "n": own.n,
                "well": own.value,
                "n_others": others.n,
                "well_others": others.value,
                "loss": loss.value,
                "low": loss.low,
                "high": loss.high,
                "weight": None if loss.value is None else accounts * max(loss.value, 0.0),
                "improvements": tuple(dict.fromkeys(solved.get(step.id, ()))),
                "account_ids": tuple(names.get((kind, node), ())),
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
    rows = study.ask(
        _NAMED.replace("{table}", _happened(study, nodes)).replace(
            "{which}", "kind = $kind AND node = $node"
        ),
        most=2**31 - 1,
        kind=FRICTION_KINDS.index(kind),
        node=nodes.labels.index(step),
    )
    return tuple(row[2] for row in rows)


def friction_cases(study: Study, kind: str, step: str) -> list[tuple[int, int]]:
    """The cases that meet a kind of friction at a step, each with how often; both as `friction` names them."""
    nodes = study.nodes("step")
    rows = study.ask(
        f"happened AS (SELECT * FROM {_happened(study, nodes)}) "
        "SELECT id, sum(n)::BIGINT FROM happened WHERE kind = $kind AND node = $node GROUP BY id ORDER BY id",
        kind=FRICTION_KINDS.index(kind),
        node=nodes.labels.index(step),
    )
    return [(int(id), int(n)) for id, n in rows]


def _happened(study: Study, nodes: Nodes) -> str:
    """The table of what happened to which case at which step."""
    # Of other cases nobody says when they are over.
    open_ = "k.outcome = 'open'" if study.case == "round" else "true"
    return study.keep_walked("friction", _HAPPENED.replace("{open}", open_), nodes, **_bound(study))


def _bound(study: Study) -> Mapping[str, Any]:
    journey, compiled = study.journey, study.steps
    assert journey is not None
    drawn = [(step, after) for step, following in enumerate(compiled.nexts) for after in following]
    said = [
        (place, round(step.waits.total_seconds() * 1_000_000))
        for place, step in enumerate(journey.steps)
        if step.waits is not None
    ]
    return {
        "drawn_from": [a for a, _ in drawn],
        "drawn_to": [b for _, b in drawn],
        "said_node": [node for node, _ in said],
        "said_wait": [most for _, most in said],
        "now": study.now,
    }
