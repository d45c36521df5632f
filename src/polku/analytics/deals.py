"""Deals: how sales opportunities end, by kind and segment, against whom, for how much and after how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from polku.analytics.filters.conditions import asks_events, case_condition
from polku.analytics.result import DAY, About, Result, share
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Deals(Result):
    """One row per kind, segment, outcome, rival and currency that occur; None is unknown.

    Args:
        count: deals; value: sum of their amounts, None where no deal has one.
        median_days: from created to closed, of those that have both in this order.
        win_rate: won over won and lost, all deals of the answer; None without an ended one.
        win_rates: the same by kind of deal (`unknown` for None), with `won` and `ended`.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("win_rate", "win_rates")

    kind: tuple[str | None, ...]
    segment: tuple[str | None, ...]
    outcome: tuple[str | None, ...]
    lost_to: tuple[str | None, ...]
    count: tuple[int, ...]
    value: tuple[float | None, ...]
    median_days: tuple[float | None, ...]
    currency: tuple[str | None, ...]
    win_rate: float | None
    win_rates: Mapping[str, Mapping[str, float | int | None]]


_BASE = (
    "WITH base AS (SELECT row_number() OVER (ORDER BY d.source, d.deal_id) AS id, {cid} AS cid, 1 AS low, "
    "{n} AS high, {n} AS n, d.deal_id AS key, d.account_id, a.segment, a.status, d.outcome, d.amount AS value, "
    "epoch_us(d.created) AS t0, epoch_us(d.closed) AS t1, d.kind, d.lost_to, d.currency, d.source FROM {deals} d "
    "LEFT JOIN {accounts} a ON a.account_id = d.account_id {join}), "
)
_ROWS = (
    "SELECT kind, segment, outcome, lost_to, currency, count(*), sum(value::DECIMAL(30, 6)), "
    "quantile_disc(CASE WHEN t1 >= t0 THEN t1 - t0 END, 0.5) FROM kept "
    "GROUP BY kind, segment, outcome, lost_to, currency ORDER BY kind NULLS LAST, segment NULLS LAST, "
    "CASE outcome WHEN 'won' THEN 0 WHEN 'lost' THEN 1 WHEN 'open' THEN 2 ELSE 3 END, outcome, "
    "count(*) DESC, lost_to NULLS LAST, currency NULLS LAST"
)
_ABOUT = (
    "SELECT (SELECT count(*) FROM base), count(*), count(DISTINCT account_id), min(t0), max(coalesce(t1, t0)), "
    "count(*) FILTER (WHERE account_id IS NULL), count(*) FILTER (WHERE outcome IS NULL), "
    "count(*) FILTER (WHERE t1 < t0) FROM kept"
)
# A deal's own closing, told as an event by its own source, is no contact.
_EARLY = (
    "met AS (SELECT k.id, any_value(k.t1) AS closed, min(epoch_us(e.time)) AS first FROM kept k "
    "JOIN {events} e ON e.account_id = k.account_id WHERE k.outcome = 'won' AND {contact} "
    "AND NOT (e.source IS NOT DISTINCT FROM k.source AND epoch_us(e.time) IS NOT DISTINCT FROM k.t1) GROUP BY k.id) "
    "SELECT count(*) FROM met WHERE closed < first"
)


def deals(study: Study) -> Deals:
    """Count the deals of the study; its filter and period are asked of deals (created, closed, their own events).

    The remainder also names deals that are in the rows but lack something: an account, an outcome, a sensible
    order of times, or a first contact before they were won (the account's first event of a touchpoint with
    `contact`, in workspaces without such the first event that names no deal).
    """
    contact = [
        code
        for code, id in study.places.touchpoint.items()
        if id is not None and study.workspace.touchpoints[id].contact
    ]
    has_contact = any(touchpoint.contact for touchpoint in study.workspace.touchpoints.values())
    counted = None
    if not study.filtered and has_contact and study.log.engine.gives_arrays:
        from polku.analytics.columns.counted_deals import count_deals

        counted = count_deals(study, contact)
    rows, told, early = counted or _asked(study, contact if has_contact else None)
    every, kept, accounts, first, last, homeless, undecided, backwards = told
    remainder = {
        "cases_filtered": every - kept,
        "deals_without_account": homeless,
        "deals_without_outcome": undecided,
        "deals_closed_before_created": backwards,
        "deals_won_before_first_contact": early,
    }
    ended: dict[str, list[int]] = {}
    for kind, _, outcome, _, _, count, *_rest in rows:
        won_lost = ended.setdefault(kind or "unknown", [0, 0])
        if outcome in ("won", "lost"):
            won_lost[outcome == "lost"] += count
    won, lost = (sum(numbers[which] for numbers in ended.values()) for which in (0, 1))
    return Deals(
        about=About(
            question="deals",
            case="deal",
            unit="deal",
            cases=kept,
            accounts=accounts,
            data_version=study.log.version.number,
            journey=study.journey.id if study.journey is not None else None,
            parameters=study.parameters,
            remainder={name: number for name, number in remainder.items() if number},
            first=first,
            last=last,
            zone=study.workspace.settings.zone,
        ),
        kind=tuple(row[0] for row in rows),
        segment=tuple(row[1] for row in rows),
        outcome=tuple(row[2] for row in rows),
        lost_to=tuple(row[3] for row in rows),
        count=tuple(row[5] for row in rows),
        value=tuple(None if row[6] is None else float(row[6]) for row in rows),
        median_days=tuple(None if row[7] is None else row[7] / DAY for row in rows),
        currency=tuple(row[4] for row in rows),
        win_rate=share(won, won + lost),
        win_rates={
            kind: {"won": w, "ended": w + lost_, "win_rate": share(w, w + lost_)}
            for kind, (w, lost_) in ended.items()
        },
    )


def _asked(study: Study, contact: list[int] | None) -> tuple[list[tuple[Any, ...]], tuple[Any, ...], int]:
    """Rows, what is told about them, and deals won before the first contact (codes; None: what names no deal)."""
    start, params = kept_deals(study)
    by = "e.deal_id IS NULL" if contact is None else "e.code IN (SELECT unnest($contact::INT[]))"
    (early,) = study.log.rows(
        start.rstrip() + ", " + _EARLY.replace("{contact}", by), contact=contact, **params
    )[0]
    return (
        study.log.rows(start + _ROWS, **params),
        study.log.rows(start + _ABOUT, **params)[0],
        int(early),
    )


def kept_deals(study: Study) -> tuple[str, dict[str, Any]]:
    """The table `kept` of the deals that pass the study's filter and period, `id` being their place among all.

    Returns:
        The beginning of a query, and what is bound to it.
    """
    condition, params = case_condition(study)
    own = asks_events(study.cases)
    base = (
        _BASE.replace("{cid}", "c.cid" if own else "NULL::INTEGER")
        .replace("{n}", "coalesce(c.n, 0)" if own else "0")
        .replace("{join}", "LEFT JOIN {cases:deal} c ON c.key = d.deal_id" if own else "")
    )
    return base + f"kept AS (SELECT * FROM base b WHERE {condition}) ", params
