"""Declared rules: by hand, and each kind against a plain reading of it on random logs."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import ask, open_study
from polku.analytics.rules import RuleKept, conforming, rules
from polku.documents import Journey, Workspace
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Truth
from tests.analytics.small import START, WORKSPACE, a_log
from tests.analytics.small import TODAY as LATE
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)
KINDS = ("init", "existence", "absence", "response", "precedence", "chain", "not-coexistence", "met")


def with_rules(workspace: Workspace, journey: str, *said: dict[str, Any]) -> Workspace:
    old = workspace.journeys[journey].model_dump(by_alias=True)
    new = Journey.model_validate({**old, "rules": [{"id": f"r{n}", **one} for n, one in enumerate(said)]})
    return replace(workspace, journeys={journey: new})


def _kept(tmp_path: Path, rule: dict[str, Any], *accounts: str, case: str = "account") -> RuleKept:
    workspace = with_rules(WORKSPACE, "buy", rule)
    with a_log(tmp_path, *accounts) as log:
        told: Any = ask(log, workspace, "fit", journey="buy", case=case, today=LATE)
    (one,) = told.rules
    assert isinstance(one, RuleKept)
    return one


def test_a_response_may_have_to_come_in_time(tmp_path: Path) -> None:
    rule = {"rule": "response", "of": "guide", "then": "call", "within": "P2D"}
    one = _kept(tmp_path, rule, "a: guide call 4 guide", "b: guide 5 call", "c: demo")
    assert (one.activations, one.kept, one.broken, one.pending) == (3, 1, 1, 1)
    assert (one.cases, one.vacuous, one.broken_cases, one.broken_accounts) == (2, 1, 1, 1)
    assert one.breaches == ({"account_id": "b", "case": "b", "times": 1},)
    assert one.fitness == 0.5


def test_precedence_and_chain(tmp_path: Path) -> None:
    logs = ("a: demo call offer", "b: offer demo", "c: demo offer")
    one = _kept(tmp_path / "1", {"rule": "precedence", "of": "offer", "after": "demo"}, *logs)
    assert (one.kept, one.broken) == (2, 1)
    one = _kept(tmp_path / "2", {"rule": "chain", "of": "demo", "then": "offer"}, *logs)
    # At the end of b nothing can follow: without a time an account is over.
    assert (one.kept, one.broken) == (1, 2)


def test_counts_and_beginnings(tmp_path: Path) -> None:
    logs = ("a: call call demo", "b: call offer", "c: visit demo")
    for place, (rule, kept, broken) in enumerate(
        (
            ({"rule": "existence", "of": "call", "times": 2}, 1, 2),
            ({"rule": "absence", "of": "call", "times": 1}, 2, 1),
            ({"rule": "absence", "of": "offer"}, 2, 1),
            ({"rule": "init", "of": "call"}, 2, 1),
            ({"rule": "not-coexistence", "of": "call", "without": "offer"}, 1, 1),
        )
    ):
        one = _kept(tmp_path / str(place), rule, *logs)
        assert (one.kept, one.broken) == (kept, broken), rule


def test_somebody_of_a_role_was_met_before(tmp_path: Path) -> None:
    def event(account: str, day: int, activity: str, person: str | None = None) -> dict[str, Any]:
        return {"account_id": account, "activity": activity, "person_id": person, "time": START + day * DAY}

    rows = {
        "memberships": [{"person_id": "per", "account_id": "a", "parts": ["expert"]}],
        "events": [
            event("a", 0, "visit", "per"),
            event("a", 1, "offer"),
            event("b", 0, "offer"),
            event("c", 0, "call"),
        ],
    }
    workspace = with_rules(
        WORKSPACE,
        "buy",
        {"rule": "met", "role": "per", "of": "offer", "name": "An expert was met before the offer"},
    )
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        told: Any = ask(log, workspace, "fit", journey="buy", case="account", today=LATE)
    (one,) = told.rules
    assert (one.kept, one.broken, one.vacuous) == (1, 1, 1)
    assert one.says == "An expert was met before the offer"
    assert told.conforming_cases == 2


def test_an_open_round_may_still_keep_a_rule(tmp_path: Path) -> None:
    rule = {"rule": "response", "of": "guide", "then": "demo"}
    # The last event of the data is on day 20; b began too late to have faded.
    one = _kept(tmp_path, rule, "a: guide lost", "b: 18 guide call", case="round")
    assert (one.kept, one.broken, one.pending) == (0, 1, 1)


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "response", "of": "guide"},
        {"rule": "existence", "of": "pigeon"},
        {"rule": "met", "of": "offer", "role": "pope"},
    ],
)
def test_a_rule_that_cannot_be_read_says_so(rule: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(QuestionError):
        _kept(tmp_path, rule, "a: guide")


class Plain:
    """A rule read event by event."""

    def __init__(self, truth: Truth, rule: Any, *, rounds: bool) -> None:
        self.truth, self.rule, self.rounds = truth, rule, rounds
        assert truth.journey is not None
        self.journey = truth.journey
        self.within = None if rule.within is None else rule.within // dt.timedelta(microseconds=1)

    def is_thing(self, id: str | None) -> Callable[[Case, int], bool]:
        steps = self.journey.steps
        if any(step.id == id for step in steps):
            return lambda case, place: case.steps[place] is not None and steps[case.steps[place]].id == id  # type: ignore[index]
        if id in self.truth.workspace.touchpoints:
            return lambda case, place: self.truth.touchpoint(case.events[place]) == id
        return lambda case, place: case.steps[place] is not None and steps[case.steps[place]].stage == id  # type: ignore[index]

    def goes_on(self, case: Case, since: int) -> bool:
        can = case.outcome == "open" if self.rounds else self.within is not None
        return can and (self.within is None or since + self.within > self.truth.now)

    def in_time(self, span: int) -> bool:
        return self.within is None or span <= self.within

    def said(self, case: Case) -> list[str]:
        rule, events = self.rule, case.events
        places = range(len(events))
        on_map = [
            p for p in places if case.steps[p] is not None or self.truth.touchpoint(events[p]) is not None
        ]
        a = [p for p in places if self.is_thing(rule.of)(case, p)]
        if rule.rule == "init":
            return [] if not on_map else ["kept" if on_map[0] in a else "broken"]
        if rule.rule == "existence":
            begins = min(e.at for e in events) if not self.rounds else events[0].at
            n = sum(self.in_time(events[p].at - begins) for p in a)
            if n >= (1 if rule.times is None else rule.times):
                return ["kept"]
            return ["pending" if self.goes_on(case, begins) else "broken"]
        if rule.rule == "absence":
            return ["kept" if len(a) <= (rule.times or 0) else "broken"]
        if rule.rule == "not-coexistence":
            b = [p for p in places if self.is_thing(rule.without)(case, p)]
            return [] if not a and not b else ["broken" if a and b else "kept"]
        if rule.rule in ("precedence", "met"):
            if rule.rule == "met":
                part = self.truth.workspace.roles[rule.role].part
                b = [p for p in places if part is not None and events[p].part == part]
                a = a[:1]
            else:
                b = [p for p in places if self.is_thing(rule.after)(case, p)]
            found = []
            for p in a:
                earlier = [q for q in b if q < p]
                fine = bool(earlier) and self.in_time(events[p].at - events[earlier[-1]].at)
                found.append("kept" if fine else "broken")
            return found
        b = [p for p in places if self.is_thing(rule.then)(case, p)]
        found = []
        for p in a:
            later = [q for q in (on_map if rule.rule == "chain" else b) if q > p][:1]
            if later and rule.rule == "chain" and later[0] not in b:
                found.append("broken")
            elif later:
                found.append("kept" if self.in_time(events[later[0]].at - events[p].at) else "broken")
            else:
                found.append("pending" if self.goes_on(case, events[p].at) else "broken")
        return found


def compare_rules(world: Market, log: Log, seed: int) -> None:
    workspace, journey = world.workspace, world.journey
    chance = random.Random(f"rules {seed}")
    things = [
        *(step.id for step in journey.steps),
        *workspace.touchpoints,
        *(stage.id for stage in journey.stages),
    ]
    said: list[dict[str, Any]] = [
        {
            "rule": chance.choice(KINDS),
            **{field: chance.choice(things) for field in ("of", "then", "after", "without")},
            "role": chance.choice(list(workspace.roles)),
            "times": chance.choice([None, 1, 2]),
            "within": chance.choice([None, None, "P1D", "P30D"]),
        }
        for _ in range(4)
    ]
    workspace = with_rules(workspace, "walk", *said)
    journey = workspace.journeys["walk"]
    kind = chance.choice(["account", "round"])
    truth = Truth(world.events, workspace, journey, TODAY)
    cases = truth.match(truth.rounds() if kind == "round" else truth.accounts())
    study = open_study(log, workspace, journey="walk", case=kind, today=TODAY)
    told = rules(study, most=1000)
    clean = conforming(study)
    study.close()
    broken_anywhere: set[str] = set()
    for rule, one in zip(journey.rules, told, strict=True):
        plain = {case.id: Plain(truth, rule, rounds=kind == "round").said(case) for case in cases}
        counts = Counter(word for words in plain.values() for word in words)
        assert (one.kept, one.broken, one.pending) == (counts["kept"], counts["broken"], counts["pending"]), (
            rule
        )
        assert one.cases == sum(bool(words) for words in plain.values())
        assert one.cases + one.vacuous == len(cases)
        broken = {id for id, words in plain.items() if "broken" in words}
        broken_anywhere |= broken
        assert {breach["case"] for breach in one.breaches} == broken
        assert one.broken_cases == len(broken)
        assert one.broken_accounts == len({case.account for case in cases if case.id in broken})
        ended = [case for case in cases if case.outcome in ("done", "won", "lost", "faded")]
        bad = [case for case in ended if case.id in broken]
        good = [case for case in ended if plain[case.id] and set(plain[case.id]) == {"kept"}]
        for n, share, group in ((one.n_broken, one.well_broken, bad), (one.n_kept, one.well_kept, good)):
            assert n == len(group)
            assert share == (
                sum(case.outcome in ("done", "won") for case in group) / len(group) if group else None
            )
    assert clean == len(cases) - len(broken_anywhere)
