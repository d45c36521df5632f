"""Campaigns: what was spent on each, joined with the leads and deals that its touches led to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from polku.analytics.map.places import channel_of_word
from polku.analytics.result import Result
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

CampaignModel = Literal["linear", "first", "last", "u", "j", "inverse-j"]
CAMPAIGN_MODELS: tuple[CampaignModel, ...] = ("linear", "first", "last", "u", "j", "inverse-j")
PARTS_OF: Mapping[str, tuple[float, float, float]] = {
    "first": (1.0, 0.0, 0.0),
    "last": (0.0, 0.0, 1.0),
    "u": (0.4, 0.2, 0.4),
    "j": (0.2, 0.2, 0.6),
    "inverse-j": (0.6, 0.2, 0.2),
}
"""Parts of a deal for the first touch, all middle ones together, and the last; linear is 1/n for each."""
FOR_EVER = 2**62


@dataclass(frozen=True)
class Campaigns(Result):
    """One row per campaign that was spent on or met, the dearest first; spend that names none, by its channel.

    Args:
        campaign: None where the spend names a channel only; events of this channel without a campaign are its touches.
        channel: the one its money went to, without spend that of its events; None where there are several.
        cost: in `currency`; None where no spend is known. other_costs: in other currencies, never mixed in.
        impressions, clicks: None where nobody counted them.
        touches: events of the campaign; accounts: with such a touch.
        leads: accounts whose first event at a touchpoint with `contact` or `permission: asks` (where the map has no
            such touchpoint: whose first touch) is of the campaign, or if that event names none, whose last touch by
            then is. Each account is the lead of one campaign at most.
        deals, won: deals shared among the touches of their account until they closed, so that rows add up.
        value: what the won parts are worth, of deals with an amount in `currency`.
        won_deals: distinct won deals with a touch of the campaign.
        cost_per_lead, cost_per_deal: cost over leads, over `won`; return_: value over cost. None without a lead or a
            won deal, without cost, and with costs in several currencies.
        few: fewer than `limits.small` won deals: the figures of deals are no more than anecdotes.
        total: the same figures over all rows; of cost_per_lead, cost_per_deal and return over those with a cost.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("total",)

    campaign: tuple[str | None, ...]
    channel: tuple[str | None, ...]
    cost: tuple[float | None, ...]
    currency: tuple[str, ...]
    impressions: tuple[int | None, ...]
    clicks: tuple[int | None, ...]
    touches: tuple[int, ...]
    accounts: tuple[int, ...]
    leads: tuple[int, ...]
    deals: tuple[float, ...]
    won: tuple[float, ...]
    value: tuple[float, ...]
    cost_per_lead: tuple[float | None, ...]
    cost_per_deal: tuple[float | None, ...]
    return_: tuple[float | None, ...]
    won_deals: tuple[int, ...]
    few: tuple[bool, ...]
    other_costs: tuple[Mapping[str, float], ...]
    total: Mapping[str, Any]


_SPEND = (
    "SELECT campaign, channel, coalesce(currency, $currency), sum(cost::DECIMAL(30, 6)), sum(impressions)::BIGINT, "
    "sum(clicks)::BIGINT FROM {spend} WHERE date >= $from_day AND date <= $to_day GROUP BY ALL ORDER BY ALL"
)
_MET = (
    "touching AS (SELECT unnest($code::INT[]) AS code, unnest($node::INT[]) AS node, unnest($lead::INT[]) AS lead), "
    "met AS (SELECT p.id, p.ord, p.ts, t.node, t.lead FROM placed p JOIN touching t ON t.code = p.code)"
)
_TOUCHES = (
    " SELECT node, count(*), count(DISTINCT id) FROM met WHERE node >= 0 AND ts >= $since AND ts < $until "
    "GROUP BY node ORDER BY node"
)
_EACH_TOUCH = (
    " SELECT k.account_id, count(*) FROM met m JOIN kept k ON k.id = m.id "
    "WHERE m.node IN (SELECT unnest($wanted::INT[])) AND m.ts >= $since AND m.ts < $until "
    "GROUP BY k.account_id ORDER BY k.account_id"
)
_LED = (
    ", led AS (SELECT id, min(ord) AS ord, arg_min(ts, ord) AS ts FROM met WHERE lead = 1 GROUP BY id), "
    "whose AS (SELECT l.id, any_value(l.ts) AS ts, arg_max(m.node, m.ord) AS node FROM led l JOIN met m "
    "ON m.id = l.id AND m.ord <= l.ord AND m.node >= 0 AND m.ts > l.ts - $lookback GROUP BY l.id) "
)
_EACH_LEAD = (
    _LED + "SELECT k.account_id, count(*) FROM whose w JOIN kept k ON k.id = w.id "
    "WHERE w.node IN (SELECT unnest($wanted::INT[])) AND w.ts >= $since AND w.ts < $until "
    "GROUP BY k.account_id ORDER BY k.account_id"
)
_LEADS = (
    _LED + "SELECT node, count(*) FROM whose WHERE ts >= $since AND ts < $until GROUP BY node ORDER BY node"
)
# A deal closed on a day closed at its end; one that is open goes on until now.
_DEAL = (
    ", told AS (SELECT d.deal_id, d.account_id, d.outcome, d.amount, d.currency, epoch_us(d.closed) AS closed, "
    "row_number() OVER (PARTITION BY d.deal_id ORDER BY d.source) AS place FROM {deals} d), "
    "deal AS (SELECT t.deal_id, k.id, t.outcome = 'won' AS won, t.amount, "
    "coalesce(t.currency, $currency) = $currency AS own, CASE WHEN t.closed IS NULL THEN $now "
    "WHEN t.closed % 86400000000 = 0 THEN t.closed + 86399999999 ELSE t.closed END AS ended "
    "FROM told t JOIN kept k ON k.account_id = t.account_id WHERE t.place = 1), "
    "pairs AS (SELECT d.deal_id, coalesce(d.won, false) AS won, CASE WHEN d.own THEN d.amount END AS amount, "
    "m.node, m.ts, row_number() OVER (PARTITION BY d.deal_id ORDER BY m.ord) AS i, "
    "count(*) OVER (PARTITION BY d.deal_id) AS n FROM deal d JOIN met m ON m.id = d.id AND m.node >= 0 "
    "AND m.ts <= d.ended AND m.ts > d.ended - $lookback)"
)
_CREDIT = (
    _DEAL + " SELECT node, n, i = 1, i = n, count(*), count(*) FILTER (WHERE won), "
    "coalesce(sum(amount::DECIMAL(30, 6)) FILTER (WHERE won), 0) "
    "FROM pairs WHERE ts >= $since AND ts < $until GROUP BY ALL ORDER BY ALL"
)
_EACH_DEAL = (
    _DEAL + " SELECT deal_id, n, i = 1, i = n, count(*), any_value(won), any_value(amount) FROM pairs "
    "WHERE node IN (SELECT unnest($wanted::INT[])) AND ts >= $since AND ts < $until GROUP BY ALL ORDER BY ALL"
)
_WON_DEALS = (
    _DEAL + " SELECT node, count(DISTINCT deal_id) FROM pairs WHERE won AND ts >= $since AND ts < $until "
    "GROUP BY node ORDER BY node"
)
_LEFT = (
    _DEAL + " SELECT (SELECT count(*) FROM told WHERE place = 1), (SELECT count(*) FROM deal), "
    "(SELECT count(DISTINCT deal_id) FROM pairs), "
    "(SELECT count(DISTINCT deal_id) FROM pairs WHERE won AND amount IS NULL)"
)


def campaigns(
    study: Study, model: CampaignModel = "linear", *, lookback: dt.timedelta | None = None
) -> Campaigns:
    """Join what was spent with what it led to.

    The study's period chooses days of spend and touches: a deal's part counts on the day of its touch.

    Args:
        model: how a deal is shared among the touches of its account.
        lookback: no touches longer before the lead, or before the deal's end; None sets no limit.
    """
    nodes = _nodes(study)
    whole = replace(study, since=None, until=None)
    bound: dict[str, Any] = {**_touching(study, nodes), **_bounds(study, lookback)}
    try:
        every, ours, touched, worthless = _count(whole, nodes, model, bound)
        about = whole.about("campaigns", "campaign")
    finally:
        whole.close()
    shown = sorted(
        (node for node in nodes if node.spent or node.touches),
        key=lambda node: (
            -(node.cost or 0.0),
            -node.deals,
            -node.touches,
            node.name or "",
            node.channel or "",
        ),
    )
    left = {
        **{name: n for name, n in about.remainder.items() if not name.startswith("events_")},
        "deals_elsewhere": every - ours,
        "deals_without_campaign": ours - touched,
        "deals_won_without_amount": worthless,
    }
    small = study.workspace.settings.limits.small
    figures = [_figures(node) for node in shown]
    return Campaigns(
        about=replace(
            about,
            events=None,
            parameters={
                **study.parameters,
                "model": model,
                **({"lookback_seconds": lookback.total_seconds()} if lookback is not None else {}),
            },
            remainder={name: n for name, n in left.items() if n},
        ),
        campaign=tuple(node.name for node in shown),
        channel=tuple(node.channel for node in shown),
        cost=tuple(node.cost for node in shown),
        currency=(study.workspace.settings.currency,) * len(shown),
        impressions=tuple(node.impressions for node in shown),
        clicks=tuple(node.clicks for node in shown),
        touches=tuple(node.touches for node in shown),
        accounts=tuple(node.accounts for node in shown),
        leads=tuple(node.leads for node in shown),
        deals=tuple(node.deals for node in shown),
        won=tuple(node.won for node in shown),
        value=tuple(node.value for node in shown),
        cost_per_lead=tuple(one[0] for one in figures),
        cost_per_deal=tuple(one[1] for one in figures),
        return_=tuple(one[2] for one in figures),
        won_deals=tuple(node.won_deals for node in shown),
        few=tuple(node.won_deals < small for node in shown),
        other_costs=tuple(node.others for node in shown),
        total=_total(shown),
    )


def _count(
    whole: Study, nodes: Sequence[_Node], model: CampaignModel, bound: Mapping[str, Any]
) -> tuple[int, int, int, int]:
    """Put counts into nodes; all deals, those of the study, those with a touch, won ones of these without an amount."""
    counted = None
    if whole.log.engine.gives_arrays:
        from polku.analytics.columns.campaign_columns import count_campaigns

        counted = count_campaigns(whole, bound, len(nodes))
    if counted is None:
        return _ask(whole, nodes, model, bound)
    for place, node in enumerate(nodes):
        node.touches, node.accounts = int(counted.touches[place]), int(counted.accounts[place])
        node.leads, node.won_deals = int(counted.leads[place]), int(counted.won_deals[place])
    for (place, n, first, last), numbers in counted.credit.items():
        nodes[place].share(_part(model, n, first=first, last=last), *numbers)
    return counted.left


def _ask(
    whole: Study, nodes: Sequence[_Node], model: CampaignModel, bound: Mapping[str, Any]
) -> tuple[int, int, int, int]:
    for place, touches, accounts in whole.ask_placed(_MET + _TOUCHES, **bound):
        nodes[place].touches, nodes[place].accounts = touches, accounts
    for place, leads in whole.ask_placed(_MET + _LEADS, **bound):
        nodes[place].leads = leads
    for place, n, first, last, *numbers in whole.ask_placed(_MET + _CREDIT, **bound):
        nodes[place].share(_part(model, n, first=first, last=last), *numbers)
    for place, deals in whole.ask_placed(_MET + _WON_DEALS, **bound):
        nodes[place].won_deals = deals
    left: tuple[int, int, int, int] = whole.ask_placed(_MET + _LEFT, **bound)[0]
    return left


def accounts_met(study: Study, campaign: str | None, channel: str | None) -> list[str]:
    """The accounts that a row of `campaigns` met: of a campaign, or of a channel that was spent on without one."""
    nodes = _nodes(study)
    whole = replace(study, since=None, until=None)
    bound: dict[str, Any] = {
        **_touching(study, nodes),
        "wanted": _wanted(nodes, campaign, channel),
        **_bounds(study, None),
    }
    try:
        rows = whole.ask_placed(
            _MET + " SELECT DISTINCT k.account_id FROM met m JOIN kept k ON k.id = m.id "
            "WHERE m.node IN (SELECT unnest($wanted::INT[])) AND m.ts >= $since AND m.ts < $until",
            **bound,
        )
    finally:
        whole.close()
    return [str(account) for (account,) in rows if account is not None]


def campaign_parts(
    study: Study,
    column: str,
    campaign: str | None,
    channel: str | None,
    model: CampaignModel = "linear",
    *,
    lookback: dt.timedelta | None = None,
) -> dict[str, float]:
    """What each account (touches, leads) or deal (deals, won, value, won_deals) adds to a number of a row."""
    nodes = _nodes(study)
    whole = replace(study, since=None, until=None)
    found: dict[str, float] = {}
    bound: dict[str, Any] = {
        **_touching(study, nodes),
        "wanted": _wanted(nodes, campaign, channel),
        **_bounds(study, lookback),
    }
    try:
        if column in ("touches", "leads"):
            query = _EACH_TOUCH if column == "touches" else _EACH_LEAD
            for account, n in whole.ask_placed(_MET + query, **bound):
                found[account] = found.get(account, 0.0) + n
            return found
        for deal, n, first, last, times, won, amount in whole.ask_placed(_MET + _EACH_DEAL, **bound):
            if column != "deals" and not won:
                continue
            part = _part(model, n, first=first, last=last) * times
            worth = {"value": part * float(amount or 0), "won_deals": 1.0}.get(column, part)
            found[deal] = 1.0 if column == "won_deals" else found.get(deal, 0.0) + worth
    finally:
        whole.close()
    return found


def _wanted(nodes: Sequence[_Node], campaign: str | None, channel: str | None) -> list[int]:
    return [
        number
        for number, node in enumerate(nodes)
        if node.name == campaign and (campaign is not None or node.channel == channel)
    ]


def _bounds(study: Study, lookback: dt.timedelta | None) -> dict[str, Any]:
    return {
        "since": study.moment(study.since) if study.since else -FOR_EVER,
        "until": study.moment(study.until + dt.timedelta(days=1)) if study.until else FOR_EVER,
        "lookback": FOR_EVER if lookback is None else lookback // dt.timedelta(microseconds=1),
        "currency": study.workspace.settings.currency,
        "now": study.now,
    }


@dataclass
class _Node:
    """A campaign, or a channel that was spent on without one."""

    name: str | None
    channel: str | None = None
    spent: bool = False
    cost: float | None = None
    impressions: int | None = None
    clicks: int | None = None
    others: dict[str, float] = field(default_factory=dict)
    touches: int = 0
    accounts: int = 0
    leads: int = 0
    deals: float = 0.0
    won: float = 0.0
    value: float = 0.0
    won_deals: int = 0

    def share(self, part: float, deals: int, won: int, value: Any) -> None:
        self.deals += part * deals
        self.won += part * won
        self.value += part * float(value)


def _nodes(study: Study) -> list[_Node]:
    """What money was spent on in the period, and every campaign of an event, with the spend."""
    own = study.workspace.settings.currency
    days = {"from_day": study.since or dt.date.min, "to_day": study.until or dt.date.max}
    rows = study.log.rows(_SPEND, currency=own, **days)
    spent: dict[str | None, set[str | None]] = {}
    seen: dict[str | None, set[str | None]] = {}
    found: dict[tuple[str | None, str | None], _Node] = {}
    for campaign, word, currency, cost, impressions, clicks in rows:
        channel = channel_of_word(word, study.workspace)
        key = (campaign, None if campaign is not None else channel)
        node = found.setdefault(key, _Node(campaign, channel))
        node.spent = True
        spent.setdefault(campaign, set()).add(channel)
        node.impressions = _plus(node.impressions, impressions)
        node.clicks = _plus(node.clicks, clicks)
        if cost is None:
            continue
        if currency == own:
            node.cost = (node.cost or 0.0) + float(cost)
        else:
            node.others[currency] = node.others.get(currency, 0.0) + float(cost)
    for code in study.codes:
        if code.campaign is not None:
            found.setdefault((code.campaign, None), _Node(code.campaign))
            seen.setdefault(code.campaign, set()).add(study.places.channel[code.code])
    for node in found.values():
        if node.name is not None:
            ways = spent.get(node.name) or seen.get(node.name) or set()
            node.channel = next(iter(ways)) if len(ways) == 1 else None
    return list(found.values())


def _touching(study: Study, nodes: Sequence[_Node]) -> dict[str, list[int]]:
    """Codes that are touches of a node (−1 of none), and whether a lead can come to be there."""
    place = {(node.name, None if node.name else node.channel): number for number, node in enumerate(nodes)}
    points = study.workspace.touchpoints.values()
    asks = {point.id for point in points if point.contact or point.permission == "asks"}
    found: dict[str, list[int]] = {"code": [], "node": [], "lead": []}
    for code in study.codes:
        channel = study.places.channel[code.code]
        node = place.get((code.campaign, None if code.campaign else channel), -1)
        if code.direction == "internal":
            node = -1
        lead = study.places.touchpoint[code.code] in asks if asks else node >= 0
        if node >= 0 or lead:
            found["code"].append(code.code)
            found["node"].append(node)
            found["lead"].append(int(lead))
    return found


def _plus(a: int | None, b: int | None) -> int | None:
    return a if b is None else (a or 0) + int(b)


def _part(model: str, n: int, *, first: bool, last: bool) -> float:
    """The part of a deal that one of n touches has."""
    if model == "linear" or n == 1:
        return 1 / n
    start, middle, end = PARTS_OF[model]
    if n == 2:
        return (start if first else end) / (start + end)
    return start if first else end if last else middle / (n - 2)


def _figures(node: _Node) -> tuple[float | None, float | None, float | None]:
    """Cost per lead, cost per won deal, return."""
    if node.cost is None or node.others:
        return None, None, None
    return (
        node.cost / node.leads if node.leads else None,
        node.cost / node.won if node.won else None,
        node.value / node.cost if node.won and node.cost else None,
    )


def _total(nodes: Iterable[_Node]) -> dict[str, Any]:
    """All rows as one; parts and leads add up, accounts do not. Ratios are those of the rows with a cost."""
    whole, paid = _Node(None), _Node(None)
    for node in nodes:
        if node.cost is not None and not node.others:
            paid.cost = (paid.cost or 0.0) + node.cost
            paid.leads += node.leads
            paid.won += node.won
            paid.value += node.value
        whole.cost = whole.cost if node.cost is None else (whole.cost or 0.0) + node.cost
        for currency, cost in node.others.items():
            whole.others[currency] = whole.others.get(currency, 0.0) + cost
        whole.impressions = _plus(whole.impressions, node.impressions)
        whole.clicks = _plus(whole.clicks, node.clicks)
        whole.touches += node.touches
        whole.leads += node.leads
        whole.deals += node.deals
        whole.won += node.won
        whole.value += node.value
    per_lead, per_deal, back = _figures(paid)
    return {
        "cost": whole.cost,
        "other_costs": whole.others,
        "impressions": whole.impressions,
        "clicks": whole.clicks,
        "touches": whole.touches,
        "leads": whole.leads,
        "deals": whole.deals,
        "won": whole.won,
        "value": whole.value,
        "cost_per_lead": per_lead,
        "cost_per_deal": per_deal,
        "return": back,
    }
