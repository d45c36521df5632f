"""What an improvement's measure sees in a span of time: its observations, counted by who met the improvement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.things import Pairs, hits_sql, nodes_of_things
from polku.analytics.columns.customers import stays_of_accounts
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.documents import Measure

Sums = tuple[int, float, float]
"""Observations, their sum, the sum of their squares."""
Spans = Sequence[tuple[dt.date, dt.date]]
"""First day, and the day after the last, of each period."""
BINARY = frozenset(("win-rate", "share", "retention"))
_OF_EVENTS = frozenset(("share", "count", "time", "nps", "score"))


@dataclass(frozen=True)
class Met:
    """Accounts of a study that met an improvement: ids of their cases, rising, or None and their names."""

    study: Study
    ids: Column | None
    told: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.told if self.ids is None else self.ids)

    @cached_property
    def names(self) -> frozenset[str]:
        """Their names."""
        if self.ids is None:
            return self.told
        table = f"met_{id(self)}"
        with self.study.log.engine.holding(table, {"id": self.ids}):
            rows = self.study.ask(f"SELECT k.account_id FROM kept k JOIN {table} m ON m.id = k.id")
        return frozenset(row[0] for row in rows)


# An observation stands at a moment, in the period that holds it.
_AT = (
    "SELECT s.period, {by}, count(*), coalesce(sum(o.x), 0), coalesce(sum(o.x * o.x), 0) "
    "FROM seen o JOIN spans s ON o.ts >= s.low AND o.ts < s.high LEFT JOIN met a ON a.account_id = o.account_id "
    "GROUP BY ALL ORDER BY ALL"
)
# Or it is of an account in a period.
_PER = (
    "SELECT o.period, {by}, count(*), coalesce(sum(o.x), 0), coalesce(sum(o.x * o.x), 0) "
    "FROM seen o LEFT JOIN met a ON a.account_id = o.account_id GROUP BY ALL ORDER BY ALL"
)
_SPANS = (
    "spans AS (SELECT unnest($period::INT[]) AS period, unnest($low::BIGINT[]) AS low, unnest($high::BIGINT[]) AS high), "
    "met AS (SELECT unnest($met::VARCHAR[]) AS account_id), "
)
_DEALS = (
    "told AS (SELECT d.*, row_number() OVER (PARTITION BY d.deal_id ORDER BY d.source) AS place FROM {deals} d), "
    "seen AS (SELECT t.account_id, epoch_us(t.closed) AS ts, {x} AS x FROM told t JOIN kept k "
    "ON k.account_id = t.account_id WHERE t.place = 1 AND t.closed IS NOT NULL AND {which} "
    "AND ($kind IS NULL OR t.kind = $kind) AND ($segment IS NULL OR k.segment = $segment)) "
)
_SCORES = (
    "seen AS (SELECT k.account_id, h.ts, {x} AS x FROM hits h JOIN kept k ON k.id = h.id JOIN {events} e "
    "ON e.event_no = h.event_no WHERE {which} AND ($segment IS NULL OR k.segment = $segment)) "
)
_NPS = "e.score_kind = 'nps' AND e.score BETWEEN 0 AND 10 AND coalesce(e.score_max, 10) = 10"
_TIMES = (
    "timed AS (SELECT id, ts, what, min(CASE WHEN what = 1 THEN ord END) OVER w AS then_ord, "
    "arg_min(ts, ord) FILTER (WHERE what = 1) OVER w AS then_ts FROM hits "
    "WINDOW w AS (PARTITION BY id ORDER BY ord RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)), "
    "seen AS (SELECT k.account_id, t.ts, greatest(t.then_ts - t.ts, 0) / 1000000.0 AS x FROM timed t "
    "JOIN kept k ON k.id = t.id WHERE t.what = 0 AND t.then_ord IS NOT NULL "
    "AND ($segment IS NULL OR k.segment = $segment)) "
)
_ACCOUNTS = (
    "active AS (SELECT DISTINCT p.id, s.period FROM placed p JOIN spans s ON p.ts >= s.low AND p.ts < s.high), "
    "times AS (SELECT h.id, s.period, count(*) AS n FROM hits h JOIN spans s ON h.ts >= s.low AND h.ts < s.high "
    "GROUP BY h.id, s.period), "
    "seen AS (SELECT k.account_id, a.period, {x} AS x FROM active a JOIN kept k ON k.id = a.id "
    "LEFT JOIN times t ON t.id = a.id AND t.period = a.period WHERE $segment IS NULL OR k.segment = $segment) "
)


def observe(study: Study, measure: Measure, spans: Spans, met: Met | None) -> Mapping[tuple[int, bool], Sums]:
    """Observations of a measure by period and by whether the account met the improvement.

    Raises:
        QuestionError: the measure lacks what it needs (a touchpoint, step or stage; of a time `from` and `to`).
    """
    if measure.kind in ("win-rate", "value") and study.log.engine.gives_arrays:
        from polku.analytics.columns.effect_columns import deals_observed

        bounds = [(study.moment(first), study.moment(after)) for first, after in spans]
        own_deals = deals_observed(study, measure, bounds, None if met is None else met.ids)
        if own_deals is not None:
            return own_deals
    if measure.kind in _OF_EVENTS and study.log.engine.gives_arrays:
        from polku.analytics.columns.effect_columns import events_observed

        bounds = [(study.moment(first), study.moment(after)) for first, after in spans]
        ids = None if met is None else met.ids
        own_events = events_observed(study, measure, bounds, ids, *_things(study, measure))
        if own_events is not None:
            return own_events
    names = frozenset() if met is None else met.names
    if measure.kind == "retention":
        found: dict[tuple[int, bool], Sums] = {}
        for (period, account), own in _retained(study, measure, spans).items():
            n, total, squares = found.get(key := (period, account in names), (0, 0.0, 0.0))
            found[key] = (n + own[0], total + own[1], squares + own[2])
        return found
    rows = _observed(study, measure, spans, names, "a.account_id IS NOT NULL")
    return {
        (period, bool(group)): (n, float(total), float(squares)) for period, group, n, total, squares in rows
    }


def observations_of(study: Study, measure: Measure, spans: Spans) -> dict[tuple[int, str | None], int]:
    """How many observations of a measure each account has in each period."""
    if measure.kind == "retention":
        return {key: own[0] for key, own in _retained(study, measure, spans).items()}
    rows = _observed(study, measure, spans, frozenset(), "o.account_id")
    return {(period, account): int(n) for period, account, n, _, _ in rows}


def _observed(
    study: Study, measure: Measure, spans: Spans, met: frozenset[str], by: str
) -> list[tuple[Any, ...]]:
    """Period, group, observations, their sum and that of their squares; grouped by an expression."""
    bound: dict[str, Any] = {
        "period": list(range(len(spans))),
        "low": [study.moment(first) for first, _ in spans],
        "high": [study.moment(after) for _, after in spans],
        "met": sorted(met),
        "kind": measure.deals,
        "segment": measure.segment,
        "currency": study.workspace.settings.currency,
    }
    if measure.kind in ("win-rate", "value"):
        won = measure.kind == "win-rate"
        sql = _DEALS.replace("{x}", "CASE WHEN t.outcome = 'won' THEN 1 ELSE 0 END" if won else "t.amount")
        which = (
            "t.outcome IN ('won', 'lost')"
            if won
            else "t.outcome = 'won' AND t.amount IS NOT NULL AND coalesce(t.currency, $currency) = $currency"
        )
        return study.ask(_SPANS + sql.replace("{which}", which) + _AT.replace("{by}", by), **bound)
    return _of_events(study, measure, bound, by)


def _things(study: Study, measure: Measure) -> tuple[Pairs, Pairs]:
    """What a measure is about: touchpoints and steps, of a time those from which and to which."""
    kind = measure.kind
    things = (
        [measure.from_, measure.to]
        if kind == "time"
        else [measure.step or measure.touchpoint or measure.stage]
    )
    if None in things:
        needed = "from, to" if kind == "time" else "touchpoint, step, stage"
        raise QuestionError(Message("analytics.effect-measure", {"kind": kind, "needed": needed}))
    return nodes_of_things(
        study,
        things,
        lambda id, known: Message("analytics.effect-part", {"name": id, "known": known or None}),
    )


def _of_events(study: Study, measure: Measure, bound: dict[str, Any], by: str) -> list[tuple[Any, ...]]:
    at, per = _AT.replace("{by}", by), _PER.replace("{by}", by)
    kind = measure.kind
    touchpoints, steps = _things(study, measure)
    hits, more = hits_sql(study, touchpoints, steps)
    start = _SPANS + f"hits AS ({hits}), "
    if kind == "time":
        return study.ask(start + _TIMES + at, **bound, **more)
    if kind in ("share", "count"):
        x = "CASE WHEN t.n > 0 THEN 1 ELSE 0 END" if kind == "share" else "coalesce(t.n, 0)"
        return study.ask_placed(start + _ACCOUNTS.replace("{x}", x) + per, **bound, **more)
    if kind == "nps":
        x, which = "CASE WHEN e.score >= 9 THEN 100 WHEN e.score <= 6 THEN -100 ELSE 0 END", _NPS
        return study.ask(start + _SCORES.replace("{x}", x).replace("{which}", which) + at, **bound, **more)
    # Scores of several kinds and ranges have no common mean: the kind that is asked most goes.
    usual = study.ask(
        f"hits AS ({hits}) SELECT e.score_kind, e.score_max, count(*) FROM hits h JOIN {{events}} e "
        "ON e.event_no = h.event_no WHERE e.score IS NOT NULL GROUP BY ALL "
        "ORDER BY count(*) DESC, e.score_kind NULLS LAST, e.score_max NULLS LAST LIMIT 1",
        **more,
    )
    which = (
        "e.score IS NOT NULL AND e.score_kind IS NOT DISTINCT FROM $score_kind "
        "AND e.score_max IS NOT DISTINCT FROM $score_max"
    )
    scale = (
        {"score_kind": usual[0][0], "score_max": usual[0][1]}
        if usual
        else {"score_kind": "", "score_max": 0.0}
    )
    sql = start + _SCORES.replace("{x}", "e.score").replace("{which}", which) + at
    return study.ask(sql, **bound, **more, **scale)


def _retained(study: Study, measure: Measure, spans: Spans) -> dict[tuple[int, str | None], Sums]:
    """Customers on the first day of each period, and whether they still are one the day after its last."""
    segments = dict(study.ask("SELECT account_id, segment FROM kept WHERE account_id IS NOT NULL"))
    stays = stays_of_accounts(study)
    found: dict[tuple[int, str | None], Sums] = {}
    for account, own in stays.items():
        if account not in segments or (measure.segment is not None and segments[account] != measure.segment):
            continue
        for period, (first, after) in enumerate(spans):
            there, still = (
                any(since <= day and (until is None or day <= until) for since, until in own)
                for day in (first, after)
            )
            if there:
                found[period, account] = (1, float(still), float(still))
    return found
