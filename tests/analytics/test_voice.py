"""What customers answer: counted by hand, and by plain Python on random logs, in the three weightings."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask, open_study
from polku.analytics.voice import WEIGHTS, voice
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import Happened
from tests.analytics.small import START, WORKSPACE
from tests.analytics.small import TODAY as LATE
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)


def _answer(account: str, day: int, score: float, **more: Any) -> dict[str, Any]:
    time = START + day * DAY
    answer = {"score": score, "score_kind": "nps", "score_max": 10.0}
    return {"account_id": account, "activity": "call", "time": time, **answer, **more}


ANSWERS = [
    *(_answer("big", day, 10) for day in range(6)),
    _answer("big", 6, 4),
    _answer("small", 0, 5),
    _answer("small", 1, 3, activity="demo"),
    _answer("other", 2, 9, activity="demo"),
    _answer("other", 3, 9, activity="pigeon"),
    _answer("other", 3, 4, score_kind="csat", score_max=5.0),
    _answer("other", 4, 5, score_kind="csat", score_max=5.0),
    _answer("other", 4, 90, score_max=100.0),
]
CONTRACTS = [
    {"contract_id": "1", "account_id": "big", "from": START.date(), "to": None, "amount": 100.0},
    {"contract_id": "2", "account_id": "small", "from": START.date(), "to": None, "amount": 300.0},
]


def test_the_three_weightings_differ_where_large_accounts_answer_more(tmp_path: Path) -> None:
    found = {}
    with publish_rows(tmp_path, {("crm", "crm"): {"events": ANSWERS, "contracts": CONTRACTS}}) as log:
        for weight in WEIGHTS:
            told = ask(log, WORKSPACE, "voice", Asked(weight=weight), today=LATE)
            assert told.about.parameters["weight"] == weight
            found[weight] = {(row["touchpoint"], row["part"]): row for row in told.rows()}
    everybody = {weight: rows[None, None] for weight, rows in found.items()}

    # Ten answers on the map: seven of 9–10, three of 0–6.
    one = everybody["respondent"]
    assert (one["answers"], one["promoters"], one["detractors"], one["accounts"]) == (10, 7, 3, 3)
    assert one["nps"] == pytest.approx(100 * (7 - 3) / 10)
    half = 100 * 1.959963984540054 * math.sqrt((0.7 + 0.3 - 0.4**2) / 10)
    assert (one["low"], one["high"]) == (pytest.approx(40 - half), pytest.approx(40 + half))
    # Means: big 64/7 = 9.1 promotes, small 4 detracts, other 9 promotes.
    one = everybody["account"]
    assert (one["promoters"], one["detractors"], one["nps"]) == (2, 1, pytest.approx(100 / 3))
    # Big has 100, of which 6/7 promote and 1/7 detracts; small has 300, all of it detracts.
    assert everybody["revenue"]["nps"] == pytest.approx(100 * (600 / 7 - 100 / 7 - 300) / 400)
    assert found["respondent"]["demo", None]["nps"] == 0
    assert told.about.remainder == {
        "answers_off_map": 1,
        "answers_out_of_range": 1,
        "answers_without_revenue": 1,
    }


def test_other_scores_and_who_answers_stand_apart(tmp_path: Path) -> None:
    people = {
        "memberships": [
            {"person_id": "ole", "account_id": "big", "parts": ["operator"]},
            {"person_id": "ann", "account_id": "big", "parts": ["operator"]},
        ],
        "events": [
            *ANSWERS,
            _answer("big", 8, 9, person_id="ole"),
            {"account_id": "big", "person_id": "ann", "activity": "call", "time": START},
        ],
    }
    with publish_rows(tmp_path, {("crm", "crm"): people}) as log:
        told = ask(log, WORKSPACE, "voice", today=LATE).to_json()

    assert told["response"] == [{"part": "operator", "people": 2, "answered": 1, "share": 0.5}]
    (other,) = told["other_scores"]
    spread = 1.959963984540054 * math.sqrt(0.5) / math.sqrt(2)
    assert {**other, "low": None, "high": None} == {
        "touchpoint": "call",
        "kind": "csat",
        "max": 5.0,
        "answers": 2,
        "mean": 4.5,
        "low": None,
        "high": None,
    }
    assert (other["low"], other["high"]) == (pytest.approx(4.5 - spread), pytest.approx(4.5 + spread))


def test_an_answer_stands_in_the_stage_reached_by_then(tmp_path: Path) -> None:
    rows = [
        _answer("a", 0, 10, activity="pigeon"),
        {"account_id": "a", "activity": "guide", "time": START + DAY},
        _answer("a", 2, 9, activity="pigeon"),
        {"account_id": "a", "activity": "demo", "time": START + 3 * DAY},
        _answer("a", 4, 0, activity="pigeon"),
    ]
    with publish_rows(tmp_path, {("crm", "crm"): {"events": rows}}) as log:
        told = ask(log, WORKSPACE, "voice", Asked(of="stage"), journey="buy", case="account", today=LATE)

    found = {
        row["stage"]: (row["promoters"], row["detractors"]) for row in told.rows() if row["part"] is None
    }
    assert found == {None: (1, 1), "look": (1, 0), "talk": (0, 1)}
    assert told.about.remainder == {"answers_off_map": 1}


def _figures(p: float, d: float, n: float) -> tuple[float, float, float]:
    half = 1.959963984540054 * math.sqrt(max(p + d - (p - d) ** 2, 0) / n)
    return 100 * (p - d), max(100 * (p - d - half), -100.0), min(100 * (p - d + half), 100.0)


def _row(
    answers: list[tuple[Happened, float]], weight: str, small: int
) -> tuple[int, int, int, int, float | None, float | None, float | None]:
    """A row of answers, each with its revenue."""
    accounts: dict[str, list[tuple[float, float]]] = {}
    for event, revenue in answers:
        accounts.setdefault(str(event.account), []).append((event.score or 0.0, revenue))
    scores = [event.score or 0.0 for event, _ in answers]
    if weight == "account":
        scores = [sum(score for score, _ in own) / len(own) for own in accounts.values()]
    promoters, detractors = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
    counted = (len(answers), len(accounts), promoters, detractors)
    if (len(accounts) if weight == "revenue" else len(scores)) < small:
        return *counted, None, None, None
    weights = [(score, r / len(own)) for own in accounts.values() for score, r in own]
    if weight != "revenue":
        weights = [(score, 1.0) for score in scores]
    total = sum(w for _, w in weights)
    p = sum(w for score, w in weights if score >= 9) / total
    d = sum(w for score, w in weights if score <= 6) / total
    return *counted, *_figures(p, d, total**2 / sum(w * w for _, w in weights))


def compare_voice(market: Market, log: Log, seed: int) -> None:
    workspace, contracts = market.workspace, market.contracts
    weight, of = WEIGHTS[seed % 3], "stage" if seed % 2 else "touchpoint"
    study = open_study(log, workspace, journey="walk", case="round", today=TODAY)
    if weight == "revenue" and not any(contract["amount"] for contract in contracts):
        with pytest.raises(QuestionError):
            voice(study, of, weight)  # type: ignore[arg-type]
        study.close()
        return
    told = voice(study, of, weight)  # type: ignore[arg-type]
    study.close()

    def revenue(event: Happened) -> float:
        day = event.time.date()
        return sum(
            c["amount"] or 0.0
            for c in contracts
            if c["account_id"] == event.account
            and c["from"] <= day
            and (c["to"] is None or day <= c["to"])
            and c["currency"] in (None, "EUR")
        )

    truth = market.truth()
    groups: dict[tuple[str | None, str | None], list[tuple[Happened, float]]] = {(None, None): []}
    for case in truth.match(truth.rounds()):
        for place, event in enumerate(case.events):
            valid = event.score_kind == "nps" and event.score_max in (None, 10) and event.score is not None
            if not valid or (weight == "revenue" and not revenue(event)):
                continue
            name = truth.touchpoint(event)
            if of == "stage":
                label = truth.node("stage")
                names = [label(case, before) for before in range(place + 1)]
                name = next((one for one in reversed(names) if one is not None), None)
            if name is None:
                continue
            part = event.part or "unknown"
            for key in ((None, None), (None, part), (name, None), (name, part)):
                groups.setdefault(key, []).append((event, revenue(event)))
    keys = ("answers", "accounts", "promoters", "detractors", "nps", "low", "high")
    found = {(row[of], row["part"]): tuple(row[key] for key in keys) for row in told.rows()}
    small = workspace.settings.limits.small
    assert found == {
        key: tuple(
            pytest.approx(x, abs=1e-9) if isinstance(x, float) else x for x in _row(own, weight, small)
        )
        for key, own in groups.items()
    }
