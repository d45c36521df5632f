"""Attribution once more, in slow plain Python from the definitions: lists, loops and fractions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from tests.analytics.oracle import Happened, Truth, like

Answer = TypeVar("Answer")
DAY = 86_400_000_000
MINUTE = 60_000_000


@dataclass(frozen=True)
class Deal:
    """A deal of the CRM; moments in microseconds, midnight meaning that day."""

    id: str
    account: str | None
    outcome: str
    closed: int | None
    created: int | None
    amount: float | None
    people: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        assert self.closed is not None
        return end_of(self.closed)


@dataclass(frozen=True)
class More:
    """What attribution reads of an event beyond the others."""

    direction: str | None = None
    value: float | None = None
    deal: str | None = None


@dataclass(frozen=True)
class Touch:
    node: str
    at: int
    person: str | None
    lead: bool


@dataclass(frozen=True)
class Way:
    """A path: its touches, and what ended it."""

    touches: tuple[Touch, ...]
    won: bool
    value: float = 0.0
    end: int | None = None
    created: int | None = None
    own: str | None = None


def cached(ask: Callable[[Happened], Answer]) -> Callable[[Happened], Answer]:
    """Ask each event once; events stay as they are while they are asked."""
    known: dict[int, Answer] = {}

    def answer(event: Happened) -> Answer:
        if id(event) not in known:
            known[id(event)] = ask(event)
        return known[id(event)]

    return answer


def end_of(moment: int) -> int:
    return moment + DAY - 1 if moment % DAY == 0 else moment


def ways(
    truth: Truth,
    more: dict[tuple[str, int], More],
    deals: Sequence[Deal],
    *,
    conversion: str | None,
    by: str,
    scope: str,
    lookback: int | None,
    deal_value: bool,
) -> tuple[list[Way], int]:
    """All paths that are not empty, and the number of conversions without touches."""
    deal_of = {deal.id: deal for deal in deals}
    won = [deal for deal in deals if deal.outcome == "won" and deal.closed is not None]

    def extra(event: Happened) -> More:
        return more[event.source, event.row]

    @cached
    def name(event: Happened) -> str | None:
        if by == "campaign":
            return event.campaign
        return truth.channel(event) if by == "channel" else truth.touchpoint(event)

    @cached
    def closes(event: Happened) -> list[Deal]:
        return [
            deal
            for deal in won
            if event.source == "crm"
            and event.at == deal.closed
            and (
                extra(event).deal == deal.id or (extra(event).deal is None and event.account == deal.account)
            )
        ]

    def converts(event: Happened) -> bool:
        return like(conversion, event.activity) if conversion is not None else bool(closes(event))

    @cached
    def may_touch(event: Happened) -> bool:
        there = truth.channel(event) is not None and extra(event).direction != "internal"
        return there and name(event) is not None

    @cached
    def touches(event: Happened) -> bool:
        return may_touch(event) and not converts(event)

    @cached
    def touch(event: Happened) -> Touch:
        point = truth.touchpoint(event)
        met = truth.workspace.touchpoints[point] if point else None
        lead = met is not None and (met.contact or met.permission == "asks")
        return Touch(str(name(event)), event.at, event.person, lead)

    follows: dict[str, list[Happened]] = {}
    for event in truth.events:
        who = event.person if scope == "person" else event.account
        if who is not None:
            follows.setdefault(who, []).append(event)
    found: list[Way] = []
    without = 0
    for who, events in follows.items():
        ended: list[tuple[list[Happened], Deal | None, float | None, int, Happened | None]] = []
        tail = events
        if conversion is not None:
            path: list[Happened] = []
            for event in events:
                if converts(event):
                    deal = deal_of.get(extra(event).deal or "")
                    worth = (deal.amount if deal else None) if deal_value else extra(event).value
                    ended.append((path, deal, worth, event.at, event))
                    path = []
                else:
                    path.append(event)
            tail = path
        else:
            moments = sorted({deal.end for deal in won if deal.account == who})
            for deal in sorted(won, key=lambda one: one.id):
                if deal.account == who:
                    before = [moment for moment in moments if moment < deal.end]
                    since = before[-1] if before else -math.inf
                    path = [event for event in events if since < event.at <= deal.end]
                    closing = [event for event in truth.events if deal in closes(event)]
                    ended.append((path, deal, deal.amount, deal.end, closing[-1] if closing else None))
            if moments:
                tail = [event for event in events if event.at > moments[-1]]
        for path, deal, worth, end, closing_event in ended:
            met = [event for event in path if touches(event)]
            if scope == "deal-people":
                met = [event for event in met if deal is not None and event.person in deal.people]
            if lookback is not None:
                met = [event for event in met if event.at > end - lookback]
            if not met:
                without += 1
                continue
            own = closing_event is not None and may_touch(closing_event)
            found.append(
                Way(
                    tuple(map(touch, met)),
                    True,
                    worth or 0.0,
                    end,
                    None if deal is None or deal.created is None else end_of(deal.created),
                    name(closing_event) if own else None,
                )
            )
        met = [event for event in tail if touches(event)]
        if scope == "deal-people":
            people = {id for deal in deals if deal.account == who for id in deal.people}
            met = [event for event in met if event.person in people]
        if lookback is not None and met:
            last = max(event.at for event in met)
            met = [event for event in met if event.at > last - lookback]
        if met:
            found.append(Way(tuple(map(touch, met)), False))
    return found, without


def coarser(way: Way, grain: str) -> Way:
    if grain == "event":
        return way
    last: dict[str | None, int] = {}
    session: dict[str | None, set[str]] = {}
    kept = []
    for touch in way.touches:
        if touch.person not in last or touch.at - last[touch.person] > 30 * MINUTE:
            session[touch.person] = set()
            begins = True
        else:
            begins = False
        last[touch.person] = touch.at
        if begins if grain == "session" else touch.node not in session[touch.person]:
            kept.append(touch)
        session[touch.person].add(touch.node)
    return replace(way, touches=tuple(kept))


def transformed(way: Way, transform: str) -> Way:
    name, _, label = transform.partition(":")
    touches = list(way.touches)
    if name == "exposure":
        touches = [
            one for place, one in enumerate(touches) if not place or touches[place - 1].node != one.node
        ]
    if name in ("first", "frequency"):
        first: dict[str, Touch] = {}
        for touch in touches:
            first.setdefault(touch.node, touch)
        touches = list(first.values())
        if name == "frequency":
            count = [one.node for one in way.touches]
            touches = [replace(one, node=f"{one.node}({count.count(one.node)})") for one in touches]
    if name == "remove-if-not-all":
        touches = [one for one in touches if one.node != label] or touches
    if name == "remove-if-last-and-not-all" and any(one.node != label for one in touches):
        while touches[-1].node == label:
            touches.pop()
    return replace(way, touches=tuple(touches))


def credits(way: Way, model: str) -> dict[str | None, float]:
    """What each node of a path gets of one conversion."""
    touches, n = way.touches, len(way.touches)
    assert way.end is not None
    ages = [max(way.end - touch.at, 0) for touch in touches]
    weights = [0.0] * n
    if model == "first":
        weights[0] = 1
    elif model == "last":
        weights[-1] = 1
    elif model == "last-non-direct":
        places = [place for place in range(n) if touches[place].node != "direct"]
        weights[places[-1] if places else -1] = 1
    elif model == "same":
        return {way.own: 1.0}
    elif model == "linear":
        weights = [1.0] * n
    elif model in ("u", "j", "inverse-j"):
        a, b = {"u": (0.4, 0.4), "j": (0.2, 0.6), "inverse-j": (0.6, 0.2)}[model]
        weights = [1.0] if n == 1 else [a, *([0.2 / (n - 2)] * (n - 2) if n > 2 else []), b]
    elif model == "time-decay":
        weights = [2.0 ** -((age - min(ages)) / (7 * DAY)) for age in ages]
    elif model == "time-decay-stepped":
        weights = [0.5 ** (age // (7 * DAY) - min(ages) // (7 * DAY)) for age in ages]
    elif model == "simple-decay":
        parts = [50, 25, 12.5, 6.25, 3.125, 1.563]
        weights = [parts[n - 1 - place] if n - 1 - place < 6 else 0.0 for place in range(n)]
    elif model == "position-decay":
        weights = [place + 1.0 for place in range(n)]
    elif model == "participation":
        return {touch.node: 1.0 for touch in touches}
    else:
        weights = milestones(way, *model.split("-", 1))
    found: dict[str | None, float] = {}
    for touch, weight in zip(touches, weights, strict=True):
        found[touch.node] = found.get(touch.node, 0.0) + weight / sum(weights)
    return found


def milestones(way: Way, vendor: str, shape: str) -> list[float]:
    touches, n = way.touches, len(way.touches)
    places: dict[str, int | None] = {"first": 0, "close": n - 1}
    places["lead"] = next((place for place in range(n) if touches[place].lead), None)
    places["deal"] = None
    if way.created is not None:
        before = [place for place in range(n) if touches[place].at <= way.created]
        places["deal"] = before[-1] if before else None
        if vendor == "marketo":
            apart = [abs(touch.at - way.created) for touch in touches]
            places["deal"] = max(place for place in range(n) if apart[place] == min(apart))
    parts, rest = {
        "u": ({"first": 50.0, "lead": 50.0}, 0.0)
        if vendor == "marketo"
        else ({"first": 40.0, "lead": 40.0}, 20.0),
        "w": ({"first": 30.0, "lead": 30.0, "deal": 30.0}, 10.0),
        "full-path": (dict.fromkeys(("first", "lead", "deal", "close"), 22.5), 10.0),
    }[shape]
    until = n - 1
    if shape == "w" and places["deal"] is not None:
        until = places["deal"]
    weights = [0.0] * n
    taken = set()
    for milestone, part in parts.items():
        place = places[milestone]
        if place is not None and place <= until:
            weights[place] += part
            taken.add(place)
    between = [place for place in range(until + 1) if place not in taken]
    for place in between:
        weights[place] += rest / len(between)
    return weights


def chance(paths: Sequence[Way], gone: str | None = None, *, value: bool = False) -> Fraction:
    """What comes of one start of the chain, everything that leads to `gone` ending there; by elimination."""
    count: dict[object, dict[object, Fraction]] = {}
    worth: dict[object, Fraction] = {}
    for way in paths:
        states: list[object] = ["<start>", *(touch.node for touch in way.touches), ("end", way.won)]
        for a, b in itertools.pairwise(states):
            row = count.setdefault(a, {})
            row[b] = row.get(b, Fraction()) + 1
        if way.won:
            last = states[-2]
            worth[last] = worth.get(last, Fraction()) + (Fraction(way.value) if value else 1)
    states = list(count)
    rows = []
    for a in states:
        out = sum(count[a].values())
        row = [Fraction(a == b) - (count[a].get(b, Fraction()) / out if b != gone else 0) for b in states]
        rows.append([*row, worth.get(a, Fraction()) / out])
    for place in range(len(states)):
        pivot = next(at for at in range(place, len(states)) if rows[at][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [cell / rows[place][place] for cell in rows[place]]
        for other in range(len(states)):
            if other != place and rows[other][place]:
                factor = rows[other][place]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[place], strict=True)]
    return rows[states.index("<start>")][-1]


def markov(paths: Sequence[Way], *, value: bool) -> dict[str | None, float]:
    """Conversions or value by removal effect, each node really removed."""
    nodes = sorted({touch.node for way in paths for touch in way.touches})
    whole = chance(paths, value=value) if paths else Fraction()
    if not whole:
        return {}
    effects = {node: 1 - chance(paths, node, value=value) / whole for node in nodes}
    total = sum(way.value if value else 1 for way in paths if way.won)
    return {node: float(effect / sum(effects.values())) * total for node, effect in effects.items()}


def shapley(paths: Sequence[Way], *, value: bool) -> dict[str | None, float]:
    """By all coalitions: what a node adds to each, weighted by the orders in which it may come."""
    nodes = sorted({touch.node for way in paths for touch in way.touches})
    won = [(frozenset(t.node for t in way.touches), way.value if value else 1.0) for way in paths if way.won]
    n = len(nodes)
    worth = {
        frozenset(some): sum(amount for met, amount in won if met <= set(some))
        for size in range(n + 1)
        for some in itertools.combinations(nodes, size)
    }
    found: dict[str | None, float] = dict.fromkeys(nodes, 0.0)
    for some, before in worth.items():
        for node in set(nodes) - some:
            orders = math.factorial(len(some)) * math.factorial(n - len(some) - 1) / math.factorial(n)
            found[node] = found[node] + orders * (worth[some | {node}] - before)
    return found
