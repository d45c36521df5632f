"""Every number leads to the cases it counts: as many as it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, open_study
from polku.analytics.behind.openings import KEYS, OPENED, OPENINGS, cases_behind
from polku.errors import QuestionError
from tests.analytics.markets import a_log as a_random_log
from tests.analytics.markets import a_market
from tests.analytics.test_effect import improving
from tests.analytics.worlds import TODAY, a_world

ASKED: dict[str, tuple[Asked, ...]] = {
    "paths": (Asked(), Asked(of="activity"), Asked(of="step", transform="exposure")),
    "variants": (Asked(), Asked(of="step", transform="exposure")),
    "time": (Asked(), Asked(definition="first-first"), Asked(definition="every-next")),
    "funnel": (Asked(), Asked(mode="any"), Asked(mode="strict"), Asked(of="step", window=dt.timedelta(20))),
    "voice": (Asked(), Asked(of="stage"), Asked(weight="account"), Asked(weight="revenue")),
    "retention": (Asked(), Asked(by="segment")),
    "loyalty": (Asked(), Asked(of="stage")),
    "touches": (Asked(), Asked(by="role"), Asked(by="channel")),
    "campaigns": (Asked(), Asked(models=("u",)), Asked(models=("first",))),
    "attribution": (
        Asked(),
        Asked(models=("all",), by="touchpoint"),
        Asked(models=("linear", "same"), conversion="demo*", grain="session"),
        Asked(models=("linear",), conversion="demo*", scope="person"),
    ),
    "centre": (Asked(by="month"),),
    "effect": (Asked(improvement="better"),),
}
PLACES = ("completeness", "high", "engaged")


def number_of(question: str, row: Mapping[str, Any], column: str, told: Any) -> float | None:
    """The number that a column shows, or of a share what it is made of."""
    if question == "coverage" and column == "missing":
        known = 0 if row["completeness"] is None else round(row["completeness"] * row["required"])
        return None if row["required"] is None else row["required"] - known
    if question == "centre" and column in PLACES:
        return None if row[column] is None else round(row[column] * row["required"])
    if question == "centre" and column == "multithreaded":
        return None if row[column] is None else round(row[column] * row["accounts_met"])
    if question == "score":
        return float(told.grades[row["grade"]])
    if question == "effect" and row["compared"] == "difference-in-differences":
        return None
    found: float | None = row[column]
    return found


def check(study: Any, question: str, asked: Asked, *, most: int) -> int:
    """Opens numbers of an answer, all or so many rows; how many there were."""
    try:
        told = answer(study, question, asked)
    except QuestionError:
        return 0
    opened = 0
    rows = told.rows()
    for row in rows[:: max(len(rows) // most, 1)]:
        key = {name: row.get(name) for name in KEYS[question]}
        for column in OPENED[question]:
            number = number_of(question, row, column, told)
            if number is None:
                continue
            behind = cases_behind(study, question, key, column, asked)
            where = (question, asked, key, column)
            if behind.exact:
                assert behind.total == pytest.approx(number, abs=1e-6), where
            else:
                assert question == "attribution" and row["model"] == "markov"
                # Its chain gives a node a part by which no case converted, too: nobody may stand behind it.
            if not behind.counts:
                assert len(behind) == number and set(behind.counted) <= {1}, where
            assert all(behind.counted) or not behind.exact, where
            assert len(set(behind.case)) == len(behind) or question == "deals", where
            opened += 1
    return opened


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_as_much_stands_behind_a_number_as_it_says(tmp_path: Path, seed: int) -> None:
    open_all(tmp_path, seed, most=6)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_as_much_stands_behind_every_number_as_it_says(tmp_path: Path, seed: int) -> None:
    open_all(tmp_path, seed, most=10**6)


def open_all(folder: Path, seed: int, *, most: int) -> None:
    market = a_market(seed)
    workspace = improving(
        market.workspace,
        measure={
            "kind": ("win-rate", "nps", "share", "retention", "value", "count")[seed % 6],
            "touchpoint": "call",
        },
        live=dt.date(2025, 12, 1),
    )
    opened = 0
    with market.log(folder) as log:
        for kind in ("round", "account"):
            for question in OPENED:
                if QUESTIONS[question].case not in (None, kind):
                    continue
                study = open_study(
                    log,
                    workspace,
                    question=question,
                    journey=market.journey.id,
                    case=kind if question != "score" else "account",
                    today=TODAY,
                    cases="events > 1" if seed % 2 else None,
                    since=dt.date(2024, 1, 15) if seed == 4 else None,
                )
                for asked in ASKED.get(question, (Asked(),)):
                    opened += check(study, question, asked, most=most)
                study.close()
    assert opened


def test_whose_deals_have_no_amount_stands_behind_no_value(tmp_path: Path) -> None:
    market = a_market(10)
    with market.log(tmp_path) as log:
        study = open_study(log, market.workspace, question="attribution", today=TODAY)
        row = {"model": "first", "channel": "organic"}
        assert len(cases_behind(study, "attribution", row, "conversions", Asked())) == 2
        assert len(cases_behind(study, "attribution", row, "value", Asked())) == 0


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    workspace, journey, events, people = a_world(1)
    with a_random_log(tmp_path, events, people) as log:
        study = open_study(log, workspace, journey=journey.id, today=TODAY)
        for question, row, column in (
            ("astrology", {}, "count"),
            ("touches", {}, "count"),
            ("voice", {"touchpoint": "nowhere"}, "answers"),
            ("voice", {"part": "king"}, "answers"),
            ("retention", {"period": "soon"}, "lost"),
            ("loyalty", {"group": "friends"}, "lost"),
            ("change", {"what": "nothing"}, "before"),
            ("threads", {"parts": "many"}, "deals"),
            ("centre", {"day": "today"}, "required"),
            ("attribution", {"model": "luck", "channel": None}, "conversions"),
            ("effect", {"compared": "all"}, "n_after"),
            ("paths", {"from": "nowhere", "to": None}, "cases"),
            ("paths", {}, "cases"),
            ("steps", {"step": "no-step"}, "cases"),
            ("funnel", {"stage": "no-stage"}, "reached"),
            ("coverage", {"part": "king"}, "accounts"),
            ("paths", {"from": None, "to": None}, "share_out"),
        ):
            with pytest.raises(QuestionError):
                cases_behind(study, question, row, column)


def test_every_question_that_counts_can_be_opened() -> None:
    assert set(OPENED) == set(QUESTIONS)
    for question, opening in OPENINGS.items():
        assert not set(opening.shares or ()) & set(opening.columns), question
        assert set((opening.shares or {}).values()) <= set(opening.columns), question


def test_a_deal_shared_among_campaigns_has_a_part_in_each(tmp_path: Path) -> None:
    market = a_market(3)
    with market.log(tmp_path) as log:
        study = open_study(log, market.workspace, question="campaigns", today=TODAY)
        told = answer(study, "campaigns", Asked())
        for row in told.rows():
            behind = cases_behind(study, "campaigns", row, "deals", Asked())
            assert behind.total == pytest.approx(row["deals"]) and behind.about.case == "deal"
            assert all(0 < part <= 1 + 1e-9 for part in behind.counted)
        study.close()
