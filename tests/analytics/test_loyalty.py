"""Answers and staying, parts met and winning, coverage over time: by hand and against plain Python."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask, open_study
from polku.analytics.coverage import coverage
from polku.analytics.loyalty import Loyalty, loyalty
from polku.analytics.threads import threads
from polku.documents import Workspace
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.small import TODAY as LATE
from tests.analytics.small import WORKSPACE
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)
BEGIN = dt.date(2024, 1, 1)
QUIET = replace(WORKSPACE, settings=WORKSPACE.settings.model_copy(update={"segments": ()}))


def _answer(account: str, day: dt.date, score: float, **more: Any) -> dict[str, Any]:
    said = {"score": score, "score_kind": "nps", "score_max": 10.0, "activity": "call"}
    return {"account_id": account, "time": dt.datetime.combine(day, dt.time(12)), **said, **more}


def test_promoters_and_detractors_are_followed_from_their_answer(tmp_path: Path) -> None:
    day = dt.date(2024, 6, 1)
    end = dt.date(2026, 6, 1)
    names = {"p": 10, "q": 9, "r": 9, "d": 3, "e": 0, "f": 5}
    events = [_answer(name, day, score) for name, score in names.items()]
    # A later answer changes nothing, nor does one of who is no customer.
    events += [_answer("d", day + 30 * DAY, 10), _answer("x", day, 10)]
    events += [{"account_id": "p", "activity": "visit", "time": dt.datetime.combine(end, dt.time(12))}]
    lost = {"d": day + 100 * DAY, "e": day + 200 * DAY, "q": day + 500 * DAY}
    contracts = [
        {"contract_id": name, "account_id": name, "from": BEGIN, "to": lost.get(name)} for name in names
    ]
    with publish_rows(tmp_path, {("crm", "crm"): {"events": events, "contracts": contracts}}) as log:
        told = ask(log, WORKSPACE, "loyalty", today=LATE)
        short = ask(log, WORKSPACE, "loyalty", Asked(window=dt.timedelta(days=150)), today=LATE)
    assert isinstance(told, Loyalty)
    rows = {(row["touchpoint"], row["group"]): row for row in told.rows() if row["part"] is None}
    assert (rows[None, "promoter"]["accounts"], rows[None, "promoter"]["lost"]) == (3, 0)
    assert (rows[None, "promoter"]["retained"], rows[None, "promoter"]["low"]) == (1, None)
    assert (rows[None, "detractor"]["retained"], rows[None, "detractor"]["lost"]) == (pytest.approx(1 / 3), 2)
    assert rows["call", "detractor"]["accounts"] == 3
    (gap,) = [one for one in told.differences if one["touchpoint"] is None and one["part"] is None]
    assert (gap["difference"], gap["n_promoters"], gap["n_detractors"]) == (pytest.approx(2 / 3), 3, 3)
    assert told.about.remainder == {"answers_of_no_customer": 1}
    assert told.logrank is not None
    (one,) = [row for row in short.rows() if row["group"] == "detractor" and row["touchpoint"] == "call"]
    assert one["retained"] == pytest.approx(2 / 3)


def test_of_whom_nobody_was_followed_so_long_nothing_is_said(tmp_path: Path) -> None:
    day = dt.date(2026, 5, 1)
    events = [_answer(name, day, 10) for name in "abc"]
    events += [{"account_id": "a", "activity": "visit", "time": dt.datetime(2026, 6, 1, 12)}]
    contracts = [{"contract_id": name, "account_id": name, "from": BEGIN} for name in "abc"]
    with publish_rows(tmp_path, {("crm", "crm"): {"events": events, "contracts": contracts}}) as log:
        told = ask(log, WORKSPACE, "loyalty", today=LATE)
        with pytest.raises(QuestionError):
            ask(log, WORKSPACE, "loyalty", Asked(of="channel"), today=LATE)
    assert {row["retained"] for row in told.rows()} == {None}


def plain_loyalty(market: Market, days: int) -> dict[tuple[Any, Any, str], tuple[int, int, float | None]]:
    """Accounts, lost and retained by touchpoint, part and group, by the definition of Kaplan and Meier."""
    truth = market.truth()
    last = (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=truth.now)).date()
    spans: dict[str, list[list[Any]]] = defaultdict(list)
    holding = [
        (row["account_id"], row["from"], row["to"])
        for row in market.contracts
        if row["to"] is None or row["to"] >= row["from"]
    ] or [
        (deal["account_id"], deal["closed"].date(), deal["closed"].date() + 364 * DAY)
        for deal in market.deals
        if deal["outcome"] == "won" and deal["account_id"]
    ]
    for account, since, until in sorted(holding, key=lambda one: (one[0], one[1])):
        own = spans[account]
        if not own or (own[-1][1] is not None and since > own[-1][1] + DAY):
            own.append([since, until])
        elif own[-1][1] is not None:
            own[-1][1] = None if until is None else max(until, own[-1][1])
    first: dict[tuple[Any, Any, str], tuple[str, int, bool]] = {}
    for event in truth.events:
        if event.account is None or event.score is None or event.score_kind != "nps":
            continue
        if event.score_max not in (None, 10) or not 0 <= event.score <= 10:
            continue
        day = event.time.date()
        stay = next((s for s in spans[event.account] if s[0] <= day and (s[1] is None or day <= s[1])), None)
        if stay is None:
            continue
        lost = stay[1] is not None and stay[1] < last
        length = ((stay[1] if lost else last) - day).days + 1
        group = "promoter" if event.score >= 9 else "detractor" if event.score <= 6 else "passive"
        point = truth.touchpoint(event)
        keys = [(None, None), (None, event.part or "unknown"), *([(point, None)] if point else [])]
        for node, part in keys:
            first.setdefault((node, part, event.account), (group, length, lost))
    groups: dict[tuple[Any, Any, str], list[tuple[int, bool]]] = defaultdict(list)
    for (node, part, _), (group, length, lost) in first.items():
        groups[node, part, group].append((length, lost))
    small = market.workspace.settings.limits.small
    found = {}
    for key, lives in groups.items():
        share = math.prod(
            1 - sum(n == age and lost for n, lost in lives) / sum(n >= age for n, _ in lives)
            for age in sorted({n for n, lost in lives if lost and n <= days})
        )
        seen = max(n for n, _ in lives) >= days or share == 0
        gone = sum(lost and n <= days for n, lost in lives)
        found[key] = (len(lives), gone, share if seen and len(lives) >= small else None)
    return found


def compare_loyalty(market: Market, log: Log, seed: int) -> None:
    days = (30, 365)[seed % 2]
    study = open_study(log, market.workspace, question="loyalty", today=TODAY)
    told = loyalty(study, horizon=dt.timedelta(days=days))
    study.close()
    expected = plain_loyalty(market, days)
    rows = {(row["touchpoint"], row["part"], row["group"]): row for row in told.rows()}
    assert rows.keys() == expected.keys()
    for key, (accounts, lost, share) in expected.items():
        row = rows[key]
        assert (row["accounts"], row["lost"]) == (accounts, lost), key
        assert row["retained"] == (None if share is None else pytest.approx(share)), key


def plain_threads(market: Market) -> dict[int, tuple[int, int, float | None]]:
    """Deals, won and mean persons by parts met."""
    truth = market.truth()
    found: dict[int, list[tuple[bool, int]]] = defaultdict(list)
    cases = {case.account: case for case in truth.accounts()}
    for deal in market.deals:
        if deal["account_id"] not in cases or deal["outcome"] not in ("won", "lost"):
            continue
        start = deal["created"].date() if deal["created"] else deal["closed"].date() - 365 * DAY
        met = [
            event
            for event in cases[deal["account_id"]].events
            if event.person is not None and start <= event.time.date() <= deal["closed"].date()
        ]
        parts = {event.part for event in met if event.part is not None}
        people = {event.person for event in met}
        found[min(len(parts), 3)].append((deal["outcome"] == "won", len(people)))
    return {
        parts: (len(own), sum(won for won, _ in own), sum(people for _, people in own) / len(own))
        for parts, own in found.items()
    }


def compare_threads(market: Market, log: Log, seed: int) -> None:
    study = open_study(log, market.workspace, question="threads", today=TODAY)
    told = threads(study)
    study.close()
    rows = {row["parts"]: (row["deals"], row["won"], pytest.approx(row["people"])) for row in told.rows()}
    assert rows == plain_threads(market)
    left = told.about.remainder
    assert sum(told.deals) + left.get("deals_not_ended", 0) + left.get("deals_elsewhere", 0) == len(
        market.deals
    )


def test_deals_with_several_parts_are_held_against_the_others(tmp_path: Path) -> None:
    def event(name: str, day: int, person: str) -> dict[str, Any]:
        time = dt.datetime.combine(BEGIN + day * DAY, dt.time(12))
        return {"account_id": name, "person_id": person, "activity": "call", "time": time}

    people = [
        {"person_id": f"{name}-{part}", "account_id": name, "parts": [part]}
        for name in "abcd"
        for part in ("expert", "buyer")
    ]
    rows = {
        "memberships": people,
        "events": [
            *(event(name, 5, f"{name}-expert") for name in "abcd"),
            *(event(name, 6, f"{name}-buyer") for name in "ab"),
            event("c", 60, "c-buyer"),
        ],
        "deals": [
            {
                "deal_id": name,
                "account_id": name,
                "outcome": "won" if name in "ab" else "lost",
                "created": dt.datetime.combine(BEGIN, dt.time()),
                "closed": dt.datetime.combine(BEGIN + 30 * DAY, dt.time()),
            }
            for name in "abcd"
        ],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        told: Any = ask(log, WORKSPACE, "threads", today=LATE)
    # Who came after the deal was closed is not counted.
    assert [(row["parts"], row["deals"], row["won"]) for row in told.rows()] == [(1, 2, 0), (2, 2, 2)]
    assert (told.multithreaded["win_rate"], told.multithreaded["others_win_rate"]) == (1, 0)
    assert told.multithreaded["difference"] == 1


def test_each_period_is_coverage_as_it_was_on_its_last_day(tmp_path: Path) -> None:
    people = [
        {"person_id": "o", "account_id": "a", "parts": ["operator"], "from": dt.date(2025, 1, 10)},
        {"person_id": "e", "account_id": "a", "parts": ["expert"], "from": dt.date(2025, 8, 1)},
    ]
    events = [
        {
            "account_id": "a",
            "person_id": person,
            "activity": "call",
            "time": dt.datetime.combine(day, dt.time(12)),
        }
        for person, day in (
            ("o", dt.date(2025, 2, 1)),
            ("o", dt.date(2025, 9, 1)),
            ("e", dt.date(2025, 9, 2)),
            ("e", dt.date(2025, 10, 20)),
        )
    ]
    tables = {"memberships": people, "events": events}
    workspace: Workspace = QUIET
    with publish_rows(tmp_path, {("crm", "crm"): tables}) as log:
        told = ask(log, workspace, "centre", today=LATE).rows()
        months = ask(log, workspace, "centre", Asked(by="month"), today=LATE).rows()
        for row in told:
            then = open_study(log, workspace, case="account", today=dt.date.fromisoformat(row["day"]))
            known = coverage(then)
            if row["part"] is None:
                assert row["completeness"] == known.completeness_all
            else:
                (own,) = [one for one in known.rows() if one["part"] == row["part"]]
                assert (row["completeness"], row["engaged"]) == (own["completeness"], own["engaged"])
            then.close()
    whole = {row["when"]: row for row in told if row["part"] is None}
    assert list(whole) == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert [row["day"] for row in whole.values()] == ["2025-03-31", "2025-06-30", "2025-09-30", "2025-10-20"]
    third = whole["2025-Q3"]
    assert (third["accounts_met"], third["people"], third["events_per_person"]) == (1, 2, 1)
    assert [row["multithreaded"] for row in whole.values()] == [0, None, 1, 1]
    assert len({row["when"] for row in months}) == 9
