"""Scores: by hand, and against plain Python on random markets with random rules."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import ask, open_study
from polku.analytics.score import Score, made_scoring, score
from polku.documents import Scoring, Workspace
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import Happened, like
from tests.analytics.small import START, WORKSPACE, a_log
from tests.analytics.small import TODAY as LATE
from tests.analytics.worlds import TODAY

DAY = 86_400_000_000


def scoring(workspace: Workspace, **said: Any) -> Workspace:
    settings = workspace.settings.model_copy(update={"scoring": Scoring.model_validate(said)})
    return replace(workspace, settings=settings)


def test_points_fade_and_are_capped(tmp_path: Path) -> None:
    rules = [{"touchpoint": "call", "points": 10, "per_day": 15}, {"activity": "v*", "points": 2, "most": 3}]
    workspace = scoring(WORKSPACE, half_life="P10D", engagement=rules, grades={"engagement": [20, 5]})

    def event(name: str, day: int, activity: str) -> dict[str, Any]:
        return {"account_id": name, "activity": activity, "time": START + dt.timedelta(days=day)}

    rows = [
        *({**event("a", 0, "call"), "event_id": str(n)} for n in range(3)),
        event("a", 10, "call"),
        event("b", 10, "visit"),
        event("b", 10, "vanish"),
        event("c", 0, "demo"),
    ]
    with publish_rows(tmp_path, {("crm", "crm"): {"events": rows}}) as log:
        told = ask(log, workspace, "score", today=LATE)
    found = {row["account_id"]: row for row in told.rows()}
    # Three calls on a day give 15, a half-life ago: 7.5; one today gives 10.
    assert found["a"]["engagement"] == pytest.approx(17.5)
    assert (found["b"]["engagement"], found["c"]["engagement"]) == (3, 0)
    assert [found[name]["grade"] for name in "abc"] == ["C2", "C3", "C3"]
    assert found["a"]["reasons"] == [
        {"kind": "engagement", "rule": "call", "points": 17.5, "events": 4, "last": "2026-01-11"}
    ]
    assert (found["c"]["events"], found["c"]["last_event"]) == (0, None)


def test_roles_weigh_and_fit_stands_apart(tmp_path: Path) -> None:
    workspace = scoring(
        WORKSPACE,
        roles={"ivan": 3},
        engagement=[{"touchpoint": "call", "points": 10}],
        fit=[
            {"when": "segment = large", "points": 50, "name": "Large"},
            {"when": "country = DK and employees > 100", "points": 30},
            {"when": "not did(call)", "points": -5},
        ],
    )
    rows = {
        "accounts": [
            {"account_id": "a", "segment": "large", "country": "DK", "employees": 900},
            {"account_id": "b", "segment": "small", "country": "DK", "employees": 9},
        ],
        "memberships": [{"person_id": "i", "account_id": "a", "parts": ["decision-maker"]}],
        "events": [
            {"account_id": "a", "person_id": "i", "activity": "call", "time": START},
            {"account_id": "a", "activity": "call", "time": START},
            {"account_id": "b", "activity": "demo", "time": START},
        ],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        told = ask(log, workspace, "score", today=LATE)
    assert isinstance(told, Score)
    first, second = told.rows()
    assert (first["account_id"], first["fit"], first["engagement"], first["grade"]) == ("a", 80, 40, "A2")
    assert (second["fit"], second["engagement"], second["grade"]) == (-5, 0, "C3")
    assert [one["rule"] for one in first["reasons"]] == ["Large", "call", "country = DK and employees > 100"]
    assert told.grades == {"A2": 1, "C3": 1}
    assert told.written


def test_without_rules_some_are_made_of_the_map(tmp_path: Path) -> None:
    made = made_scoring(WORKSPACE)
    points = {rule.touchpoint: rule.points for rule in made.engagement}
    assert points == {"guide": 3, "call": 10, "demo": 10, "offer": 3, "letter": 1}
    assert made.roles == {"ivan": 2}
    with a_log(tmp_path, "a: call letter") as log:
        told = ask(log, WORKSPACE, "score", today=LATE)
        assert isinstance(told, Score)
        assert not told.written
        with pytest.raises(QuestionError):
            ask(log, WORKSPACE, "score", journey="buy", case="round", today=LATE)
        # With a journey, too, it is the account that is scored.
        assert ask(log, WORKSPACE, "score", journey="buy", today=LATE).about.case == "account"


def plain_scores(
    market: Market, rules: Scoring, case_kind: str, now: int | None = None
) -> dict[str, dict[str, Any]]:
    """Scores by account or person, as of the end of the data or an earlier moment."""
    truth = market.truth()
    asked, now = now, truth.now
    if asked is not None:
        now = asked
        truth.events = [event for event in truth.events if event.at <= asked]
    if case_kind == "person":
        now = max((event.at for event in truth.events if event.person is not None), default=now)
    weights = {}
    for id, weight in rules.roles.items():
        weights[market.workspace.roles[id].part] = weight

    def rule_of(event: Happened) -> int | None:
        for place, rule in enumerate(rules.engagement):
            if rule.touchpoint is not None and rule.touchpoint != truth.touchpoint(event):
                continue
            if rule.activity is not None and not like(rule.activity, event.activity):
                continue
            if rule.channel is not None and truth.word(rule.channel) != truth.channel(event):
                continue
            return place
        return None

    owners: dict[str, list[Happened]] = defaultdict(list)
    for event in truth.events:
        owner = event.account if case_kind == "account" else event.person
        if owner is not None:
            owners[owner].append(event)
    found = {}
    segments = {row["account_id"]: row["segment"] for row in market.accounts}
    for owner, events in owners.items():
        daily: dict[tuple[int, int], float] = defaultdict(float)
        n = 0
        for event in events:
            place = rule_of(event)
            if place is None or event.at > now:
                continue
            if rules.look_back is not None and event.at <= now - rules.look_back // dt.timedelta(
                microseconds=1
            ):
                continue
            n += 1
            daily[place, event.at // DAY] += rules.engagement[place].points * weights.get(event.part, 1.0)  # type: ignore[arg-type]
        total = 0.0
        for place, rule in enumerate(rules.engagement):
            own = 0.0
            for (which, day), points in daily.items():
                if which == place:
                    capped = points if rule.per_day is None else min(points, rule.per_day)
                    own += capped * 0.5 ** (
                        (now // DAY - day) * DAY / (rules.half_life / dt.timedelta(microseconds=1))
                    )
            total += own if rule.most is None else min(own, rule.most)
        account = events[0].account if case_kind == "account" else market.people[owner][0]
        fit = sum(rule.points for rule in rules.fit if holds(rule.when, segments.get(account or ""), events))
        found[owner] = {"engagement": total, "fit": fit, "events": n}
    return found


def holds(when: str, segment: str | None, events: list[Happened]) -> bool:
    if when == "segment = big":
        return segment == "big"
    if when == "segment = unknown":
        return segment is None
    return any(like("Demo", event.activity) for event in events)


def random_rules(market: Market, seed: int) -> dict[str, Any]:
    chance = random.Random(f"score {seed}")
    points = list(market.workspace.touchpoints)
    rules = []
    for _ in range(chance.randint(0, 5)):
        what = chance.choice(["touchpoint", "activity", "channel", "all"])
        rule: dict[str, Any] = {"points": chance.choice([1, 2.5, -3, 10])}
        if what == "touchpoint":
            rule["touchpoint"] = chance.choice(points)
        elif what == "activity":
            rule["activity"] = chance.choice(["call*", "Demo", "*"])
        elif what == "channel":
            rule["channel"] = chance.choice(["social", "phone", "organic"])
        if chance.random() < 0.5:
            rule["per_day"] = chance.choice([1, 12])
        if chance.random() < 0.3:
            rule["most"] = 15
        rules.append(rule)
    segmented = any(row["segment"] == "big" for row in market.accounts)
    whens = [*(["segment = big"] if segmented else []), "segment = unknown", "did(Demo)"]
    return {
        "half_life": chance.choice(["P1D", "P30D", "PT12H"]),
        "look_back": chance.choice([None, "P20D"]),
        "roles": {id: chance.choice([0.5, 2]) for id in chance.sample(["ole", "per", "ivan"], 2)},
        "engagement": rules,
        "fit": [{"when": when, "points": chance.choice([50, -10])} for when in whens],
    }


def compare_scores(market: Market, log: Log, seed: int) -> None:
    workspace = scoring(market.workspace, **random_rules(market, seed))
    kind = ("account", "account", "person")[seed % 3]
    study = open_study(log, workspace, question="score", case=kind, today=TODAY)
    told = score(study)
    study.close()
    assert workspace.settings.scoring is not None
    expected = plain_scores(market, workspace.settings.scoring, kind)
    rows = {row["person_id"] if kind == "person" else row["account_id"]: row for row in told.rows()}
    assert rows.keys() == expected.keys()
    for name, one in expected.items():
        for column, value in one.items():
            assert rows[name][column] == pytest.approx(value, abs=1e-5), (name, column)
    grades = [row["grade"] for row in told.rows()]
    assert grades == sorted(grades)
    assert sum(told.grades.values()) == len(rows)
