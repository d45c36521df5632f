"""Filters and periods keep exactly the cases and events that a plain reading of them keeps, on random logs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.paths import paths
from polku.documents import PARTS
from polku.records.engine import Engine
from polku.records.log import Log
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Happened, Truth, like
from tests.analytics.test_against_oracle import same
from tests.analytics.worlds import ACTIVITIES, TODAY

DAY = 86_400_000_000
Keeps = Callable[[Case], bool]


def day_of(microseconds: int) -> dt.date:
    return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=microseconds)).date()


def compares(op: str, a: Any, b: Any) -> bool:
    if op == "=":
        return bool(a == b)
    if op == "!=":
        return bool(a != b)
    if a is None:
        return False
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op])


def first_time(case: Case) -> int:
    return case.events[0].at if case.outcome else min(event.at for event in case.events)


def last_time(case: Case) -> int:
    return case.events[-1].at if case.outcome else max(event.at for event in case.events)


def a_filter(chance: random.Random, truth: Truth, depth: int = 0) -> tuple[str, Keeps]:
    """A random filter as text, and what it means."""
    kind = chance.choice(["leaf", "leaf", "and", "or", "not"]) if depth < 3 else "leaf"
    if kind == "not":
        text, keeps = a_filter(chance, truth, depth + 1)
        return f"not ({text})", lambda case: not keeps(case)
    if kind in ("and", "or"):
        (a, keeps_a), (b, keeps_b) = a_filter(chance, truth, depth + 1), a_filter(chance, truth, depth + 1)
        if kind == "and":
            return f"({a}) and ({b})", lambda case: keeps_a(case) and keeps_b(case)
        return f"({a}) OR ({b})", lambda case: keeps_a(case) or keeps_b(case)
    return a_leaf(chance, truth, chance.choice(LEAVES))


LEAVES = (
    "account",
    "outcome",
    "events",
    "start",
    "end",
    "lasts",
    "touched",
    "did",
    "met",
    "reached",
    "in",
    "like",
)


def a_leaf(chance: random.Random, truth: Truth, leaf: str) -> tuple[str, Keeps]:
    """A random comparison or question of one kind."""
    op = chance.choice(["=", "!=", "<", "<=", ">", ">="])
    if leaf == "account":
        name, equal = chance.choice(["b", "A", "7", "nobody"]), chance.choice(["=", "!="])
        return f"account {equal} {name}", lambda case: compares(equal, case.account, name)
    if leaf == "like":
        pattern = chance.choice(["*a*", "?", "acme*", "*'*", "%"])
        return f'account ~ "{pattern}"', lambda case: like(pattern, case.account)
    if leaf == "outcome":
        name, equal = chance.choice(["open", "lost", "faded", None]), chance.choice(["=", "!="])
        return f"outcome {equal} {name or 'unknown'}", lambda case: compares(equal, case.outcome, name)
    if leaf == "in":
        return "account in (b, A, unknown)", lambda case: case.account in ("b", "A")
    if leaf == "events":
        number = chance.randint(1, 6)
        return f"events {op} {number}", lambda case: compares(op, len(case.events), number)
    if leaf == "lasts":
        days = chance.choice([1, 10, 100])
        return f"lasts {op} P{days}D", lambda case: compares(
            op, last_time(case) - first_time(case), days * DAY
        )
    if leaf in ("start", "end"):
        day = chance.choice([event.time.date() for event in truth.events] or [dt.date(2024, 1, 1)])
        time = first_time if leaf == "start" else last_time
        return f"{leaf} {op} {day}", lambda case: compares(op, day_of(time(case)), day)
    if leaf == "touched":
        id = chance.choice([touchpoint.id for touchpoint in truth.workspace.settings.touchpoints])
        return f"touched({id})", lambda case: any(truth.touchpoint(event) == id for event in case.events)
    if leaf == "did":
        activity = chance.choice([*ACTIVITIES, "call*"])
        return f'did("{activity}")', lambda case: any(like(activity, event.activity) for event in case.events)
    if leaf == "met":
        part = chance.choice(PARTS)
        return f"met({part})", lambda case: any(event.part == part for event in case.events)
    assert truth.journey is not None
    stages = [step.stage for step in truth.journey.steps if step.stage]
    wanted = chance.choice([*(step.id for step in truth.journey.steps), *stages])
    places = {place for place, step in enumerate(truth.journey.steps) if wanted in (step.id, step.stage)}
    return f"reached({wanted})", lambda case: any(place in places for place in case.steps)


def an_event_filter(chance: random.Random, truth: Truth) -> tuple[str, Callable[[Happened], bool]]:
    kind = chance.choice(["activity", "part", "source", "channel", "touchpoint", "score", "time"])
    if kind == "activity":
        activity = chance.choice(ACTIVITIES)
        return f'not activity ~ "{activity}"', lambda event: not like(activity, event.activity)
    if kind == "part":
        part = chance.choice(["operator", None])
        return f"part != {part or 'unknown'}", lambda event: event.part != part
    if kind == "source":
        return "source in (crm, web)", lambda event: event.source in ("crm", "web")
    if kind == "channel":
        return "channel = social or channel = unknown", lambda event: truth.channel(event) in ("social", None)
    if kind == "touchpoint":
        return "touchpoint != unknown", lambda event: truth.touchpoint(event) is not None
    if kind == "score":
        return "score >= 5 or score = unknown", lambda event: event.score is None or event.score >= 5
    return "time > 2024-01-10", lambda event: event.time.date() > dt.date(2024, 1, 10)


def compare_filters(world: Market, log: Log, seed: int) -> None:
    workspace = world.workspace
    chance = random.Random(seed)
    truth = world.truth()
    kind = "account" if seed % 3 == 0 else "round"
    cases = truth.match(truth.rounds() if kind == "round" else truth.accounts())
    simple = [a_leaf(chance, truth, leaf) for leaf in (*LEAVES, "reached", "reached", "start", "end")]
    for text, keeps in simple:
        study = open_study(log, workspace, journey="walk", case=kind, cases=text, today=TODAY)
        kept = {row[0] for row in study.ask("SELECT key FROM kept")}
        assert kept == {case.id for case in cases if keeps(case)}, text
        study.close()
    for _ in range(2):
        text, keeps = a_filter(chance, truth)
        study = open_study(log, workspace, journey="walk", case=kind, cases=text, today=TODAY)
        kept = {row[0] for row in study.ask("SELECT key FROM kept")}
        assert kept == {case.id for case in cases if keeps(case)}, text
        study.close()

        words, passes = an_event_filter(chance, truth)
        both = open_study(log, workspace, journey="walk", case=kind, cases=text, events=words, today=TODAY)
        left = []
        for case in cases:
            if keeps(case):
                places = [place for place, event in enumerate(case.events) if passes(event)]
                left.append(
                    Case(
                        case.id,
                        case.account,
                        [case.events[p] for p in places],
                        case.outcome,
                        [case.steps[p] for p in places],
                    )
                )
        of: Any = chance.choice(["activity", "touchpoint", "step"])
        same(paths(both, of), truth.paths(left, of), lambda row: (row["from"], row["to"]))
        both.close()

    since = dt.date(2024, 1, 1) + dt.timedelta(days=chance.randrange(40))
    until = since + dt.timedelta(days=chance.randrange(30))
    for period_of in ("start", "end", "any"):
        study = open_study(
            log,
            workspace,
            journey="walk",
            case=kind,
            since=since,
            until=until,
            period_of=period_of,
            today=TODAY,
        )
        kept = {row[0] for row in study.ask("SELECT key FROM kept")}
        first, last = (
            (last_time if period_of != "start" else first_time),
            (first_time if period_of != "end" else last_time),
        )
        assert kept == {
            case.id for case in cases if day_of(first(case)) >= since and day_of(last(case)) <= until
        }
        study.close()

    for _ in range(2):
        text, keeps = a_filter(chance, truth)
        chosen: Any = {"journey": "walk", "case": kind, "cases": text, "since": since, "today": TODAY}
        told = []
        for arrays in (True, False):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Engine, "gives_arrays", arrays)
                study = open_study(log, workspace, **chosen)
                told.append({row[0] for row in study.ask("SELECT key FROM kept")})
                if arrays:
                    ids = [row[0] for row in study.ask("SELECT id FROM kept ORDER BY id")]
                    assert study.chosen_ids.tolist() == ids, text
                study.close()
        assert told[0] == told[1], text
        assert told[0] == {case.id for case in cases if keeps(case) and day_of(first_time(case)) >= since}
