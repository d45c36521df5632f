"""Where journeys go hard, and what changed: by hand, and against plain Python on random logs."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask, open_study
from polku.analytics.change import change, periods
from polku.analytics.friction import FRICTION_KINDS, friction, friction_accounts
from polku.documents import Improvement, Journey, Workspace
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Truth, quantile, seconds, span
from tests.analytics.small import TODAY as LATE
from tests.analytics.small import WORKSPACE, a_log
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)
SOLVES = {"journey": "buy", "step": "read", "pain": "slow"}
BETTER = replace(
    WORKSPACE,
    improvements={
        "faster": Improvement.model_validate({"id": "faster", "solves": [SOLVES], "status": "doing"}),
        "never": Improvement.model_validate({"id": "never", "solves": [SOLVES], "status": "dropped"}),
    },
)


def test_who_waits_longer_than_most_and_fares_worse_is_found(tmp_path: Path) -> None:
    logs = [f"{name}: guide call demo offer" for name in "abc"] + ["d: guide 20 call los"]
    with a_log(tmp_path, *logs) as log:
        told = ask(log, BETTER, "friction", journey="buy", today=LATE)
        study = open_study(log, BETTER, journey="buy", today=LATE)
        everybody = friction_accounts(study, "wait", "read")
        with pytest.raises(QuestionError):
            friction_accounts(study, "wait", "pigeon")
    rows = {(row["kind"], row["step"]): row for row in told.rows()}
    wait = rows["wait", "read"]
    assert (wait["cases"], wait["accounts"], wait["share"], wait["times"]) == (1, 1, 0.25, 1)
    assert (wait["seconds"], wait["limit_seconds"]) == (21 * 86_400, 86_400)
    assert (wait["well"], wait["well_others"], wait["loss"], wait["weight"]) == (0, 1, 1, 1)
    assert wait["account_ids"] == ["d"]
    assert everybody == ("d",)
    # Only what is not dropped is done about it.
    assert wait["improvements"] == ["faster"]
    drop = rows["drop", "first-call"]
    assert (drop["cases"], drop["account_ids"]) == (1, ["d"])


def test_the_drawn_wait_is_the_limit_where_there_is_one(tmp_path: Path) -> None:
    buy = WORKSPACE.journeys["buy"].model_dump(by_alias=True)
    next(step for step in buy["steps"] if step["id"] == "read")["waits"] = dt.timedelta(hours=12)
    workspace = replace(WORKSPACE, journeys={"buy": Journey.model_validate(buy)})
    with a_log(tmp_path, "a: guide call offer", "b: guide call offer") as log:
        told = ask(log, workspace, "friction", journey="buy", today=LATE)
    wait = next(row for row in told.rows() if (row["kind"], row["step"]) == ("wait", "read"))
    assert (wait["cases"], wait["limit_seconds"], wait["loss"]) == (2, 43_200, None)


def plain_friction(truth: Truth, cases: list[Case], *, rounds: bool) -> dict[tuple[str, str], dict[str, Any]]:
    assert truth.journey is not None
    steps = truth.journey.steps
    found = {}
    for step, one in enumerate(steps):
        here = [case for case in cases if step in case.steps]
        nexts = truth.seen_next(step)
        spans: dict[str, tuple[int, bool]] = {}
        for case in here if nexts else []:
            first = case.steps.index(step)
            later = [p for p, at in enumerate(case.steps) if p > first and at in nexts]
            if later:
                spans[case.id] = span(case.events[first], case.events[later[0]]), True
            elif not rounds or case.outcome == "open":
                spans[case.id] = max(truth.now - case.events[first].at, 0), False
        most = quantile([waited for waited, over in spans.values() if over], 0.75)
        if one.waits is not None:
            most = round(one.waits.total_seconds() * 1_000_000)
        affected: dict[str, dict[str, int]] = {kind: {} for kind in FRICTION_KINDS}
        for case in here:
            matched = [at for at in case.steps if at is not None]
            stays = sum(at == step and (not p or matched[p - 1] != step) for p, at in enumerate(matched))
            low = sum(
                at == step and detracts(event) for event, at in zip(case.events, case.steps, strict=True)
            )
            if case.id in spans and most is not None and spans[case.id][0] > most:
                affected["wait"][case.id] = 1
            if stays > 1:
                affected["loop"][case.id] = stays - 1
            if matched[-1] == step and case.outcome in ("lost", "faded"):
                affected["drop"][case.id] = 1
            if low:
                affected["score"][case.id] = low
        for kind, ids in affected.items():
            if not ids:
                continue
            own = [case for case in here if case.id in ids]
            others = [case for case in here if case.id not in ids]
            good, bad = well(others), well(own)
            accounts = {case.account for case in own}
            loss = None if good[1] is None or bad[1] is None else good[1] - bad[1]
            waits = [spans[id][0] for id in ids if kind == "wait" and spans[id][1]]
            found[kind, one.id] = {
                "cases": len(own),
                "accounts": len(accounts),
                "share": len(own) / len(here),
                "times": sum(ids.values()),
                "seconds": seconds(quantile(waits, 0.5)),
                "n": bad[0],
                "well": bad[1],
                "n_others": good[0],
                "well_others": good[1],
                "loss": loss,
                "weight": None if loss is None else len(accounts) * max(loss, 0),
                "account_ids": sorted(accounts)[:20],
            }
    return found


def detracts(event: Any) -> bool:
    if event.score is None:
        return False
    if event.score_kind == "nps":
        return event.score_max in (None, 10) and 0 <= event.score <= 6
    return event.score_max is not None and event.score <= event.score_max / 2


def well(cases: list[Case]) -> tuple[int, float | None]:
    ended = [case for case in cases if case.outcome in ("done", "won", "lost", "faded")]
    good = sum(case.outcome in ("done", "won") for case in ended)
    return len(ended), good / len(ended) if ended else None


def compare_friction(world: Market, log: Log, seed: int) -> None:
    kind = random.Random(seed).choice(["round", "round", "account"])
    truth = world.truth()
    cases = truth.match(truth.rounds() if kind == "round" else truth.accounts())
    study = open_study(log, world.workspace, journey="walk", case=kind, today=TODAY)
    told = friction(study)
    study.close()
    expected = plain_friction(truth, cases, rounds=kind == "round")
    rows = {(row["kind"], row["step"]): row for row in told.rows()}
    assert rows.keys() == expected.keys()
    for name, one in expected.items():
        for column, value in one.items():
            wanted = pytest.approx(value) if isinstance(value, float) else value
            assert rows[name][column] == wanted, (name, column)
    weights = [row["weight"] or 0 for row in told.rows() if row["loss"] is not None]
    assert weights == sorted(weights, reverse=True)


def test_the_quarter_so_far_is_held_against_as_many_days_of_the_last(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call 130 demo") as log:
        study = open_study(log, WORKSPACE, case="account", today=LATE)
        # The data ends on 12 May: 42 days into the quarter.
        assert periods(study) == (
            (dt.date(2026, 1, 1), dt.date(2026, 2, 11)),
            (dt.date(2026, 4, 1), dt.date(2026, 5, 12)),
        )
        told = ask(log, WORKSPACE, "change", today=LATE)
        early = open_study(log, WORKSPACE, case="account", today=dt.date(2026, 4, 20))
        assert periods(early)[1] == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert [(row["what"], row["before"], row["after"], row["difference"]) for row in told.rows()] == [
        ("call", 1, 0, -1),
        ("demo", 0, 1, 1),
    ]


def compare_change(market: Market, log: Log, seed: int) -> None:
    chance = random.Random(seed)
    start = dt.date(2024, 1, 1) + chance.randrange(60) * DAY
    end = start + chance.randrange(60) * DAY
    of: Any = chance.choice(["touchpoint", "activity", "channel"])
    study = open_study(log, market.workspace, case="account", since=start, until=end, today=TODAY)
    told = change(study, of)
    study.close()
    truth = market.truth()
    cases = truth.match(truth.accounts())
    segments = {row["account_id"]: row["segment"] for row in market.accounts}
    label = truth.node(of)
    length = (end - start).days + 1
    counts: dict[Any, Counter[str]] = defaultdict(Counter)
    who: dict[Any, set[str]] = defaultdict(set)
    for case in cases:
        for place, event in enumerate(case.events):
            name = label(case, place)
            day = event.time.date()
            period = (
                "after" if start <= day <= end else "before" if start - length * DAY <= day < start else None
            )
            if name is None or period is None:
                continue
            key = segments[case.account], name
            counts[key][period] += 1
            who[(*key, period)].add(case.account)
    rows = {(row["segment"], row["what"]): row for row in told.rows()}
    assert rows.keys() == counts.keys()
    for key, row in rows.items():
        assert (row["before"], row["after"]) == (counts[key]["before"], counts[key]["after"])
        assert row["accounts_before"] == len(who[(*key, "before")])
        assert row["accounts_after"] == len(who[(*key, "after")])
        assert row["difference"] == row["after"] - row["before"]
    if told.events_before:
        growth = (told.events_after - told.events_before) / told.events_before
        assert sum(row["contribution"] for row in told.rows()) == pytest.approx(growth)
    left = sum(n for name, n in told.about.remainder.items() if name.startswith("events_"))
    assert (told.about.events or 0) + left == len(market.events)


def test_change_can_be_asked_of_a_workspace_without_a_map(tmp_path: Path) -> None:
    bare = Workspace(settings=WORKSPACE.settings.model_copy(update={"touchpoints": ()}))
    with a_log(tmp_path, "a: call 100 call") as log:
        told = ask(log, bare, "change", Asked(), today=LATE)
    assert told.about.parameters["of"] == "activity"
