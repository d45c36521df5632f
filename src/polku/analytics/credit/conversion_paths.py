"""Paths to conversions: which touches of a study lead to which conversion, and which to none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.deal_columns import end_of
from polku.analytics.columns.deal_people import is_known, people_of_cases, people_of_deals
from polku.analytics.credit.touch_paths import NEVER, PathSet
from polku.documents.wildcards import matches
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import Column
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Found:
    """What was found beside the paths.

    Args:
        without: conversions that no touch led to.
        elsewhere: won deals whose closing is not known, or whose account has no case in the study.
        valued: whether any conversion says what it is worth.
        currencies: of the deals, in the order of the alphabet.
        events: distinct events on the paths; remainder: events of the study that are not, by reason.
        unmapped: touches whose channel is a word of the source that the map does not know.
    """

    without: int
    elsewhere: int
    valued: bool
    currencies: tuple[str, ...]
    events: int
    remainder: Mapping[str, int]
    unmapped: int


@dataclass(frozen=True)
class FoundPaths(Found):
    """The same with paths that are not empty, those that end in a conversion first."""

    paths: PathSet


@dataclass(frozen=True)
class Codes:
    """Codes by what they mean here.

    Args:
        node, lead: of codes that are touches; reason: why others are none.
        own: node of a code that is a touch, or would be one if it were no conversion.
    """

    labels: tuple[str, ...]
    node: Mapping[int, int]
    lead: Mapping[int, bool]
    conversion: frozenset[int]
    reason: Mapping[int, str]
    own: Mapping[int, int]
    unmapped: frozenset[int]

    @property
    def key(self) -> bytes:
        """What tells these from others; codes may be many."""
        told = self.labels, self.node, self.lead, self.reason, self.own
        return blake2b(repr((told, sorted(self.conversion), sorted(self.unmapped))).encode()).digest()


@dataclass(frozen=True)
class _Conversions:
    """Conversions in the order of case and time; key: (case, place in time) as one number, equal at one moment."""

    case: Column
    key: Column
    end: Column
    value: Column
    created: Column
    own: Column
    deal: Column


def find_paths(
    study: Study,
    conversion: str | None,
    by: str,
    *,
    people: bool,
    lookback: dt.timedelta | None,
    deal_value: bool,
) -> FoundPaths:
    """Find the touches of each conversion, and those that led to none.

    Args:
        conversion: an activity, with wildcards; None: won deals; by: channel, touchpoint or campaign.
        people: only touches of who has a part in the deal; deal_value: the worth is the deal's, not the event's.
    """
    codes = codes_of(study, conversion, by)
    deals = _deals(study, won=conversion is None)
    closings = _closings(study) if conversion is None else []
    touch = study.placed_columns(
        "touching AS (SELECT unnest($code::INT[]) AS code, unnest($node::INT[]) AS node, "
        "unnest($lead::INT[]) AS lead) SELECT p.id, p.ord, p.ts, p.person, p.event_no, p.code, t.node, t.lead "
        "FROM placed p JOIN touching t ON t.code = p.code",
        code=list(codes.node),
        node=list(codes.node.values()),
        lead=[int(codes.lead[code]) for code in codes.node],
    )
    touch, counted = {name: np.asarray(column) for name, column in touch.items()}, len(touch["id"])
    if closings:
        touch = _taken(touch, ~np.isin(touch["event_no"], [event for event, _, _ in closings]))
    closed = counted - len(touch["id"])
    touch = _taken(touch, np.lexsort((touch["ord"], touch["id"])))
    if conversion is None:
        found, key, elsewhere = _won(study, deals, closings, codes, touch)
    else:
        found, key, elsewhere = _happened(study, deals, codes, touch, deal_value)
    which, path, near, old = _follow(study, touch, found, key, deals if people else None, lookback)
    paths, without = _paths(study, codes.labels, touch, found, which, path)
    used = _met(which, len(touch["id"]))
    reasons = {
        **_reasons(study, codes),
        "events_of_others": len(touch["id"]) - near,
        "events_before_lookback": old,
    }
    reasons["events_conversions"] = reasons.get("events_conversions", 0) + closed
    return FoundPaths(
        paths=paths,
        without=without,
        elsewhere=elsewhere,
        valued=bool(np.isfinite(found.value).any()),
        currencies=tuple(sorted({d.currency for d in deals.values() if d.won and d.currency})),
        events=len(used),
        remainder={name: number for name, number in reasons.items() if number},
        unmapped=int(np.isin(touch["code"][used], list(codes.unmapped)).sum()),
    )


def _met(which: Column, size: int) -> Column:
    """The distinct ones of numbers below a size, rising."""
    return np.flatnonzero(np.bincount(which, minlength=size))


def _taken(columns: Mapping[str, Column], chosen: Column) -> dict[str, Column]:
    return {name: column[chosen] for name, column in columns.items()}


def codes_of(study: Study, conversion: str | None, by: str) -> Codes:
    """What the codes of a study mean here; see `find_paths`."""
    workspace, places = study.workspace, study.places
    own: dict[int, str] = {}
    reason: dict[int, str] = {}
    ends: set[int] = set()
    for code in study.codes:
        channel = places.channel[code.code]
        name = {"channel": channel, "touchpoint": places.touchpoint[code.code]}.get(by, code.campaign)
        if channel is None:
            reason[code.code] = "events_without_channel"
        elif code.direction == "internal":
            reason[code.code] = "events_internal"
        elif name is None:
            reason[code.code] = "events_off_map" if by == "touchpoint" else "events_without_campaign"
        else:
            own[code.code] = name
        if conversion is not None and matches(conversion, code.activity):
            ends.add(code.code)
            reason[code.code] = "events_conversions"
    if conversion is not None and not ends:
        known = sorted({code.activity for code in study.codes})[:20] or None
        raise QuestionError(Message("analytics.attribution-activity", {"name": conversion, "known": known}))
    names = {code: name for code, name in own.items() if code not in ends}
    met = {*own.values()}
    order = {"channel": workspace.channels, "touchpoint": workspace.touchpoints}.get(by, {})
    labels = (*(id for id in order if id in met), *sorted(met - {*order}))
    place = {name: number for number, name in enumerate(labels)}
    points = workspace.touchpoints
    lead = {
        code: point is not None and (points[point].contact or points[point].permission == "asks")
        for code, point in places.touchpoint.items()
    }
    return Codes(
        labels=labels,
        node={code: place[name] for code, name in names.items()},
        lead=lead,
        conversion=frozenset(ends),
        reason=reason,
        own={code: place[name] for code, name in own.items()},
        unmapped=frozenset(
            code for code in names if by == "channel" and places.channel[code] not in workspace.channels
        ),
    )


def _reasons(study: Study, codes: Codes) -> dict[str, int]:
    """Events of the study that are no touches, by reason."""
    found: dict[str, int] = {}
    for code, count in study.ask_placed("SELECT code, count(*) FROM placed GROUP BY code ORDER BY code"):
        reason = codes.reason.get(code)
        if reason is not None:
            found[reason] = found.get(reason, 0) + count
    return found


@dataclass(frozen=True)
class _Deal:
    id: str
    number: int
    account: str | None
    won: bool
    closed: int | None
    created: int
    amount: float
    currency: str | None


def _deals(study: Study, *, won: bool) -> dict[str, _Deal]:
    """Deals by id, all or those that were won; of one that several sources tell, the first source's word."""
    columns = "deal_id, account_id, outcome, epoch_us(closed), epoch_us(created), amount, currency"
    rows = study.log.rows(
        "WITH told AS (SELECT *, row_number() OVER (PARTITION BY deal_id ORDER BY source) AS place FROM {deals}) "
        f"SELECT {columns} FROM told WHERE place = 1 AND outcome = 'won' ORDER BY deal_id"
        if won
        else f"SELECT {columns} FROM {{deals}} ORDER BY deal_id, source"
    )
    found: dict[str, _Deal] = {}
    for id, account, outcome, closed, created, amount, currency in rows:
        if id not in found:
            found[id] = _Deal(
                id,
                len(found),
                account,
                outcome == "won",
                closed,
                NEVER if created is None else end_of(created),
                np.nan if amount is None else amount,
                currency,
            )
    return found


def _closings(study: Study) -> list[tuple[int, int, str]]:
    """Events by which a source told that its deal was won: number, code, deal. They are no touches."""
    return study.log.rows(
        "SELECT e.event_no, e.code, d.deal_id FROM {events} e JOIN {deals} d ON e.source = d.source "
        "AND e.time = d.closed AND (e.deal_id = d.deal_id OR (e.deal_id IS NULL AND e.account_id = d.account_id)) "
        "WHERE d.outcome = 'won' ORDER BY e.event_no, d.deal_id"
    )


def _won(
    study: Study,
    deals: Mapping[str, _Deal],
    closings: list[tuple[int, int, str]],
    codes: Codes,
    touch: Mapping[str, Column],
) -> tuple[_Conversions, Column, int]:
    """Won deals as conversions, the key of each touch in time, and how many won deals are of no case here."""
    if not deals and not study.log.rows("SELECT 1 FROM {deals} LIMIT 1"):
        known = sorted({code.activity for code in study.codes})
        raise QuestionError(Message("analytics.attribution-needs-conversion", {"known": known[:20] or None}))
    if study.case not in ("account", "round", "deal"):
        raise QuestionError(Message("analytics.attribution-deals-of-case", {"case": study.case}))
    same = "k.key = d.deal_id" if study.case == "deal" else "k.account_id = d.account_id"
    closed = [deal for deal in deals.values() if deal.won and deal.closed is not None]
    rows = study.ask(
        "won AS (SELECT unnest($deal_id::VARCHAR[]) AS deal_id, unnest($account_id::VARCHAR[]) AS account_id, "
        "unnest($closed::BIGINT[]) AS closed) SELECT k.id, d.deal_id, d.closed, k.t0, k.t1 FROM kept k "
        f"JOIN won d ON {same} ORDER BY k.id, d.closed, d.deal_id",
        deal_id=[deal.id for deal in closed],
        account_id=[deal.account for deal in closed],
        closed=[deal.closed for deal in closed],
    )
    own = {deal: codes.own.get(code, -1) for _, code, deal in closings}
    seen: set[str] = set()
    chosen: list[tuple[int, str, int]] = []
    for id, deal, told, first, last in rows:
        end = end_of(told)
        if study.case == "round" and (deal in seen or end < first or told > last):
            continue
        seen.add(deal)
        chosen.append((id, deal, end))
    chosen.sort(key=lambda one: (one[0], one[2], one[1]))
    at = np.array([one[2] for one in chosen], dtype=np.int64)
    case = np.array([one[0] for one in chosen], dtype=np.int64)
    moments = np.unique(at)
    size = len(moments) + 1
    found = _Conversions(
        case=case,
        key=case * size + np.searchsorted(moments, at),
        end=at,
        value=np.array([deals[one[1]].amount for one in chosen], dtype=float),
        created=np.array([deals[one[1]].created for one in chosen], dtype=np.int64),
        own=np.array([own.get(one[1], -1) for one in chosen], dtype=np.int64),
        deal=np.array([deals[one[1]].number for one in chosen], dtype=np.int64),
    )
    # A touch belongs to the first moment that is not before it.
    key = touch["id"].astype(np.int64) * size + np.searchsorted(moments, touch["ts"], "left")
    return found, key, sum(deal.won for deal in deals.values()) - len(seen)


def _happened(
    study: Study, deals: Mapping[str, _Deal], codes: Codes, touch: Mapping[str, Column], deal_value: bool
) -> tuple[_Conversions, Column, int]:
    """Events as conversions. A filter of events takes away touches, not conversions."""
    whole = replace(study, events=None, texts=(study.texts[0], None)) if study.events is not None else study
    try:
        found = whole.placed_columns(
            "ending AS (SELECT unnest($ends::INT[]) AS code) "
            "SELECT p.id, p.ord, p.ts, p.code, e.value, e.deal_id FROM placed p JOIN ending c ON c.code = p.code "
            "JOIN {events} e ON e.event_no = p.event_no ORDER BY p.id, p.ord",
            ends=sorted(codes.conversion),
        )
    finally:
        if whole is not study:
            whole.close()
    mine = [deals.get(id) if isinstance(id, str) else None for id in found["deal_id"].tolist()]
    worth: Column = np.ma.filled(np.ma.asarray(found["value"], dtype=float), np.nan)
    if deal_value:
        worth = np.array([np.nan if deal is None else deal.amount for deal in mine], dtype=float)
    case = np.asarray(found["id"], dtype=np.int64)
    return (
        _Conversions(
            case=case,
            key=(case << 32) | np.asarray(found["ord"], dtype=np.int64),
            end=np.asarray(found["ts"], dtype=np.int64),
            value=worth,
            created=np.array([NEVER if deal is None else deal.created for deal in mine], dtype=np.int64),
            own=np.array([codes.own.get(code, -1) for code in found["code"].tolist()], dtype=np.int64),
            deal=np.array([-1 if deal is None else deal.number for deal in mine], dtype=np.int64),
        ),
        (touch["id"].astype(np.int64) << 32) | touch["ord"],
        0,
    )


def _follow(
    study: Study,
    touch: Mapping[str, Column],
    found: _Conversions,
    key: Column,
    deals: Mapping[str, _Deal] | None,
    lookback: dt.timedelta | None,
) -> tuple[Column, Column, int, int]:
    """Which touch is on which path: numbers of touches and of conversions (−1 − case on a path without one).

    Also how many distinct touches are of the right persons, and how many of these are too old.
    """
    moments, first, many = np.unique(found.key, return_index=True, return_counts=True)
    at = np.searchsorted(moments, key, "left")
    inside = at < len(moments)
    inside[inside] = found.case[first[at[inside]]] == touch["id"][inside]
    leads = np.flatnonzero(inside)
    # Conversions of one moment have the same touches.
    repeat = many[at[leads]]
    which = np.repeat(leads, repeat)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    path = first[at[which]] + offset if len(which) else np.zeros(0, dtype=np.int64)
    tail = np.flatnonzero(~inside)
    if deals is not None:
        met = people_of_deals(study, {id: deal.number for id, deal in deals.items()})
        mine = is_known(met, found.deal[path], touch["person"][which], touch["ts"][which])
        which, path = which[mine], path[mine]
        met = people_of_cases(study)
        tail = tail[is_known(met, touch["id"][tail], touch["person"][tail], touch["ts"][tail])]
    near = len(_met(np.concatenate([which, tail]), len(key)))
    which = np.concatenate([which, tail])
    path = np.concatenate([path, -1 - touch["id"][tail].astype(np.int64)])
    old = 0
    if lookback is not None and len(which):
        since = lookback // dt.timedelta(microseconds=1)
        _, number = np.unique(path, return_inverse=True)
        last = np.full(number.max() + 1, NEVER)
        np.maximum.at(last, number, touch["ts"][which])
        end = (
            np.where(path >= 0, found.end[np.maximum(path, 0)], last[number])
            if len(found.end)
            else last[number]
        )
        young = touch["ts"][which] > end - since
        which, path = which[young], path[young]
        old = near - len(_met(which, len(key)))
    return which, path, near, old


_UNITS = (
    "SELECT id, dense_rank() OVER (ORDER BY coalesce('a' || account_id, 'c' || key)) - 1 AS unit FROM kept"
)


def units_of(study: Study) -> list[tuple[int, int, str | None]]:
    """Of each case the unit of its paths (see `PathSet.unit`), its account's or its own, and the account."""
    rows = study.ask("SELECT id, coalesce('a' || account_id, 'c' || key), account_id FROM kept ORDER BY 2, 1")
    same: dict[str, int] = {}
    return [(int(id), same.setdefault(name, len(same)), account) for id, name, account in rows]


def _paths(
    study: Study,
    labels: tuple[str, ...],
    touch: Mapping[str, Column],
    found: _Conversions,
    which: Column,
    path: Column,
) -> tuple[PathSet, int]:
    """The paths, and how many conversions have none."""
    # Paths with a conversion first, then those without by case.
    rank = np.where(path >= 0, path, len(found.case) - 1 - path)
    order = np.lexsort((which, rank))
    which, path = which[order], path[order]
    ranked = rank[order]
    begins = np.ones(len(ranked), dtype=bool)
    begins[1:] = ranked[1:] != ranked[:-1]
    first, number = np.flatnonzero(begins), np.cumsum(begins) - 1
    ended = path[first] >= 0
    conversion = np.where(ended, path[first], 0)
    units = study.ask_columns(_UNITS)
    by_id = np.argsort(units["id"])
    at = by_id[np.searchsorted(units["id"], touch["id"][which[first]], sorter=by_id)]

    def of_path(column: Column, else_: float) -> Column:
        if not len(column):
            return np.full(len(first), else_)
        return np.where(ended, column[conversion], else_)

    made = PathSet(
        labels=labels,
        path=number,
        node=touch["node"][which].astype(np.int64),
        at=touch["ts"][which],
        person=touch["person"][which],
        lead=touch["lead"][which] > 0,
        won=ended.astype(float),
        value=of_path(np.nan_to_num(found.value), 0.0),
        lost=(~ended).astype(float),
        end=of_path(found.end, NEVER).astype(np.int64),
        created=of_path(found.created, NEVER).astype(np.int64),
        own=of_path(found.own, -1).astype(np.int64),
        unit=units["unit"][at].astype(np.int64),
    )
    return made, len(found.case) - int(ended.sum())
