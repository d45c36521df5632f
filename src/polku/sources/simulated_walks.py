"""Accounts that walk along a journey's map: which steps show themselves in data, and who is where and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polku.documents import EventRule, Journey, Step, Workspace
from polku.documents.wildcards import matches

AS = "simulate"
"""How an import of invented events names what it was read as."""

CHUNK = 200_000
"""Accounts walked at a time; what bounds the memory, about 1 KB for each."""

USUAL_WAIT = {"before": 12.0, "during": 9.0, "after": 45.0}
"""Median days to the next step where the map says none, by the stage's place around the purchase."""

MONTHS = (1.0, 1.1, 1.15, 1.0, 1.05, 0.85, 0.45, 0.9, 1.2, 1.2, 1.1, 0.6)
"""How much begins in each month, against an even year: Nordic companies rest in July."""

DAY = 86_400_000_000


@dataclass(frozen=True)
class Market:
    """What is invented.

    Args:
        events: about how many, without the repeated ones; within 2 % from 100,000 on.
        since, until: first and last day.
        goes_on: share of walkers at a step that reach another; loops: share of those that turn back where the map
            draws a loop.
        again: share of those at the end that begin anew.
        unknown: share of events that name nobody; off_map: share of further events of no step.
        repeated: share of rows written twice; dated: share that tell the day only; ties: share in whole hours.
    """

    events: int
    seed: int = 0
    since: dt.date = dt.date(2024, 1, 1)
    until: dt.date = dt.date(2025, 12, 31)
    goes_on: float = 0.85
    loops: float = 0.12
    again: float = 0.5
    unknown: float = 0.3
    off_map: float = 0.08
    repeated: float = 0.01
    dated: float = 0.05
    ties: float = 0.1


@dataclass(frozen=True)
class Seen:
    """A step as data shows it.

    Args:
        role: number in the order of roles, −1 for nobody's.
        wait: median days to the next step.
        ways: number of a following step → share of those that go on; forward and back apart.
    """

    step: Step
    source: str
    kind: str
    activity: str
    channel: str
    role: int
    wait: float
    forward: tuple[int, ...] = ()
    back: tuple[int, ...] = ()
    score: bool = False


def observable_steps(workspace: Workspace, journey: Journey) -> tuple[Seen, ...]:
    """The steps that show themselves in data, with the ways between them, looking through those that do not."""
    order = workspace.role_order()
    whens = {stage.id: stage.when or "before" for stage in journey.stages}
    steps = journey.steps
    shown = {one.id: rule for one in steps if (rule := _rule(workspace, one)) is not None}
    numbers = {id: number for number, id in enumerate(one.id for one in steps if one.id in shown)}
    at = {one.id: place for place, one in enumerate(steps)}

    def following(id: str, passed: frozenset[str] = frozenset()) -> Iterator[str]:
        place = at[id]
        drawn = steps[place].next
        after = [steps[place + 1].id] if drawn is None and place + 1 < len(steps) else []
        for to in after if drawn is None else [way.to for way in drawn]:
            if to in numbers:
                yield to
            elif to in at and to not in passed:
                yield from following(to, passed | {to})

    found = []
    for one in steps:
        if one.id not in shown:
            continue
        rule = shown[one.id]
        ways = dict.fromkeys(following(one.id))
        touchpoint = workspace.touchpoints.get(one.touchpoint or "")
        channel = workspace.channels.get(touchpoint.channel or "") if touchpoint else None
        source = workspace.sources.get(rule.source or "")
        kind = (source.kind if source is not None else None) or "other"
        wait = (
            one.waits.total_seconds() / 86400
            if one.waits
            else USUAL_WAIT[whens.get(one.stage or "", "before")]
        )
        found.append(
            Seen(
                step=one,
                source=rule.source or "simulated",
                kind=str(kind),
                activity=literal_of(rule.activity or one.id),
                channel=literal_of(channel.matches[0])
                if channel and channel.matches
                else (channel.id if channel else ""),
                role=order.index(one.role) if one.role in order else -1,
                wait=max(wait, 0.01),
                forward=tuple(numbers[to] for to in ways if at[to] > at[one.id]),
                back=tuple(numbers[to] for to in ways if at[to] <= at[one.id]),
                score=kind == "survey",
            )
        )
    return tuple(found)


def literal_of(pattern: str) -> str:
    """A text that a pattern fits: `Call*` → “Call”, `Email*opened` → “Email opened”."""
    words = pattern.replace("?", "x")
    text = " ".join(part.strip() for part in words.split("*") if part.strip()) if "*" in words else words
    return text if matches(pattern, text) else words.replace("*", "")


def _rule(workspace: Workspace, step: Step) -> EventRule | None:
    touchpoint = workspace.touchpoints.get(step.touchpoint or "")
    rules: Sequence[EventRule] = (*step.events, *(touchpoint.events if touchpoint else ()))
    return next((rule for rule in rules if rule.activity), None)


@dataclass(frozen=True)
class Walked:
    """Events in the order they were walked: account from 0, step, microseconds since 1970, walk of the account."""

    account: Any
    step: Any
    time: Any
    walk: Any


def walk(seen: Sequence[Seen], market: Market, first: int, accounts: int) -> Walked:
    """Let accounts walk; each chunk has its own stream of numbers, so that it does not depend on the others."""
    random = np.random.default_rng((market.seed, first))
    begin = dt.datetime.combine(market.since, dt.time(), dt.UTC).timestamp()
    days = (market.until - market.since).days
    end = int(begin) * 1_000_000 + (days + 1) * DAY - 1
    chances = _chances(seen, market)
    account = np.arange(first, first + accounts, dtype=np.int64)
    walk = np.zeros(accounts, dtype=np.int16)
    step = np.zeros(accounts, dtype=np.int16)
    weights = np.array([MONTHS[(market.since + dt.timedelta(days=day)).month - 1] for day in range(days + 1)])
    start = random.choice(days + 1, size=accounts, p=weights / weights.sum())
    time = int(begin) * 1_000_000 + start.astype(np.int64) * DAY + random.integers(0, DAY, accounts)
    waits = np.log(np.array([one.wait for one in seen]) * DAY)
    found: list[tuple[Any, Any, Any, Any]] = []
    while len(account):
        time = _at_work(time)
        keep = time <= end
        account, walk, step, time = account[keep], walk[keep], step[keep], time[keep]
        found.append((account, step, time, walk))
        chosen = random.random(len(account))
        following = (chosen[:, None] >= chances[step]).sum(axis=1).astype(np.int16)
        wait = np.exp(waits[step] + random.standard_normal(len(account)) * 0.8).astype(np.int64)
        over = following >= len(seen)
        # Some of those at the end of a walk begin anew, after about a year.
        anew = over & (random.random(len(account)) < market.again)
        time = time + np.where(anew, (random.gamma(4.0, 90.0, len(account)) * DAY).astype(np.int64), wait)
        step = np.where(anew, 0, following).astype(np.int16)
        walk = np.where(anew, walk + 1, walk).astype(np.int16)
        stays = ~over | anew
        account, walk, step, time = account[stays], walk[stays], step[stays], time[stays]
    return Walked(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _chances(seen: Sequence[Seen], market: Market) -> Any:
    """Row per step: upper bounds, summed up, of each following step; what is left over leaves."""
    chances = np.zeros((len(seen), len(seen)))
    for number, one in enumerate(seen):
        back = (
            market.goes_on * market.loops if one.back and one.forward else market.goes_on if one.back else 0.0
        )
        if one.back and not one.forward:
            back = market.goes_on * market.loops
        for to in one.back:
            chances[number, to] += back / len(one.back)
        on = market.goes_on - (back if one.forward else 0.0)
        # The first drawn way is the usual one.
        shares = [2.0 if place == 0 else 1.0 for place in range(len(one.forward))]
        for share, to in zip(shares, one.forward, strict=True):
            chances[number, to] += on * share / sum(shares)
    return np.cumsum(chances, axis=1)


def _at_work(time: Any) -> Any:
    """Times on workdays: what falls on a weekend happens on Monday; the order stays."""
    day = time // DAY
    weekday = (day + 3) % 7
    return np.where(weekday >= 5, (day + (7 - weekday)) * DAY + time % DAY // 8, time)
