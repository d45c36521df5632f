"""Comparisons: two answers side by side, with intervals that hold what they promise; filters under a name."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import QUESTIONS, answer, open_study
from polku.analytics.compare import COMPARED, Comparison, compare
from polku.analytics.filters.filters import in_words
from polku.analytics.statistics.intervals import Estimate, difference, mean_of, share_of
from polku.documents import Filter
from polku.errors import QuestionError
from polku.words import reader
from tests.analytics.markets import a_market
from tests.analytics.small import TODAY as LATE
from tests.analytics.small import WORKSPACE, a_log
from tests.analytics.worlds import TODAY

LOGS = ("a: guide call offer", "b: guide lost", "c: call demo offer", "d: guide call lost", "e: 3 call")


def _compared(
    tmp_path: Path, question: str, a: str, b: str, asked: Asked | None = None, **chosen: Any
) -> Comparison:
    deals = [{"deal_id": n, "account_id": n, "outcome": "won" if n in "ac" else "lost"} for n in "abcd"]
    with a_log(tmp_path, *LOGS, more={"deals": deals}) as log:
        one, two = (
            open_study(log, WORKSPACE, question=question, cases=text, today=LATE, **chosen) for text in (a, b)
        )
        return compare(one, two, question, asked or Asked())


def test_two_choices_stand_side_by_side(tmp_path: Path) -> None:
    told = _compared(tmp_path, "steps", "did(offer)", "not did(offer)", journey="buy", case="account")
    rows = {(row["of"].get("step"), row["figure"]): row for row in told.rows()}
    read = rows["read", "share"]
    assert (read["a"], read["n_a"], read["b"], read["n_b"]) == (0.5, 2, pytest.approx(2 / 3), 3)
    assert read["difference"] == pytest.approx(0.5 - 2 / 3)
    assert read["low"] < read["difference"] < read["high"]
    assert told.in_both == 0
    assert told.sides["a"]["cases"] == 2
    # Nobody could see the step that leaves no trace.
    assert ("think", "share") not in rows


def test_what_only_one_choice_has_is_none_of_the_other(tmp_path: Path) -> None:
    told = _compared(tmp_path, "paths", "account = a", "account = b", case="account")
    rows = {(row["of"]["from"], row["of"]["to"], row["figure"]): row for row in told.rows()}
    assert (rows["call", "offer", "share_of_cases"]["a"], rows["call", "offer", "share_of_cases"]["b"]) == (
        1,
        0,
    )
    assert rows["call", "offer", "median_seconds"]["b"] is None
    assert rows["call", "offer", "median_seconds"]["difference"] is None


def test_cases_in_both_choices_are_said(tmp_path: Path) -> None:
    assert _compared(tmp_path, "variants", "touched(call)", "did(offer)", case="account").in_both == 2


def test_a_choice_against_itself_differs_in_nothing(tmp_path: Path) -> None:
    told = _compared(
        tmp_path, "funnel", "events > 0", "events > 0", Asked(stages=("guide", "call")), case="account"
    )
    assert {row["difference"] for row in told.rows()} <= {0, None}


@pytest.mark.parametrize("question", COMPARED)
@pytest.mark.parametrize("seed", [4, 18])
def test_differences_are_those_of_the_two_answers(question: str, seed: int, tmp_path: Path) -> None:
    market = a_market(seed)
    asked = Asked()
    if question in ("time",):
        asked = Asked(start="Call", end="Demo", of="activity")
    fixed = QUESTIONS[question].case
    chosen: dict[str, Any] = {"today": TODAY, "question": question, "case": fixed or "account"}
    if QUESTIONS[question].needs_journey or question == "funnel":
        chosen["journey"] = "walk"
    if question == "funnel":
        asked = Asked(of="stage")
    with market.log(tmp_path) as log:
        texts = ("segment = big", "segment != big")
        studies = [open_study(log, market.workspace, cases=text, **chosen) for text in texts]
        try:
            told = compare(*studies, question, asked)
            single = [answer(study, question, asked) for study in studies]
        except QuestionError:
            pytest.skip("this market has nothing to ask it of")
    assert [told.sides[side]["cases"] for side in "ab"] == [one.about.cases for one in single]
    for row in told.rows():
        assert (row["difference"] is None) == (row["a"] is None or row["b"] is None)
        if row["difference"] is not None:
            assert row["difference"] == pytest.approx(row["a"] - row["b"])
        if row["low"] is not None:
            assert row["low"] <= row["difference"] + 1e-9 and row["difference"] <= row["high"] + 1e-9


def test_a_question_without_figures_to_compare_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionError):
        _compared(tmp_path, "now", "events > 0", "events > 1", journey="buy")


def test_wilson_solves_its_equation() -> None:
    z = 1.959963984540054
    for part, whole in ((1, 5), (3, 7), (50, 90)):
        one = share_of(part, whole)
        for bound in (one.low, one.high):
            assert bound is not None
            # |p − π| = z √(π(1−π)/n) at both ends.
            assert abs(part / whole - bound) == pytest.approx(z * sqrt(bound * (1 - bound) / whole))
    assert (share_of(0, 4).low, share_of(4, 4).high) == (0, 1)
    assert share_of(0, 0) == Estimate(0)


def test_newcombes_example() -> None:
    # 56/70 against 48/80: Newcombe (1998), method 10.
    gap = difference(share_of(56, 70), share_of(48, 80))
    assert (gap.value, round(gap.low or 0, 4), round(gap.high or 0, 4)) == (
        pytest.approx(0.2),
        0.0524,
        0.3339,
    )


def test_the_interval_of_a_difference_holds_it_as_often_as_it_says() -> None:
    # Every outcome of 12 and 15 cases by its chance: the interval covers the true difference about 19 times in 20.
    from math import comb

    def chance(k: int, n: int, p: float) -> float:
        return comb(n, k) * p**k * (1 - p) ** (n - k)

    for p, q in ((0.5, 0.5), (0.3, 0.7), (0.8, 0.6)):
        covered = 0.0
        for a, b in itertools.product(range(13), range(16)):
            gap = difference(share_of(a, 12), share_of(b, 15))
            assert gap.low is not None and gap.high is not None
            if gap.low <= p - q <= gap.high:
                covered += chance(a, 12, p) * chance(b, 15, q)
        assert 0.93 < covered < 0.98


def test_the_interval_of_a_mean() -> None:
    chance = random.Random(7)
    values = [chance.gauss(3, 2) for _ in range(50)]
    one = mean_of(50, sum(values), sum(v * v for v in values))
    mean = sum(values) / 50
    spread = sqrt(sum((v - mean) ** 2 for v in values) / 49)
    assert one.value == pytest.approx(mean)
    assert one.high == pytest.approx(mean + 1.959963984540054 * spread / sqrt(50))
    assert mean_of(1, 3.0, 9.0) == Estimate(1, 3.0)


NAMED = replace(
    WORKSPACE,
    settings=WORKSPACE.settings.model_copy(
        update={
            "filters": (
                Filter(id="offered", name="Got an offer", cases="did(offer)"),
                Filter(id="called-too", cases="filter(offered) and touched(call)"),
                Filter(id="round", cases="filter(about)"),
                Filter(id="about", cases="not filter(round)"),
                Filter(id="no-calls", events="activity != call"),
            )
        }
    ),
)


def test_a_filter_of_the_workspace_is_used_by_its_name(tmp_path: Path) -> None:
    with a_log(tmp_path, *LOGS) as log:

        def kept(cases: str | None, events: str | None = None) -> Any:
            study = open_study(log, NAMED, case="account", cases=cases, events=events, today=LATE)
            return answer(study, "paths")

        assert kept("offered").about.cases == kept("did(offer)").about.cases == 2
        assert kept("not filter(offered)").about.cases == 3
        assert kept("filter(called-too) and account = a").about.cases == 1
        assert kept(None, "no-calls").about.events == kept(None, "activity != call").about.events
        study = open_study(log, NAMED, case="account", cases="called-too", today=LATE)
        assert study.cases is not None
        assert reader("en").text(in_words(study.cases)) == (
            "“called-too” (“Got an offer” (did offer) and met the touchpoint call)"
        )


@pytest.mark.parametrize("text", ["filter(pigeon)", "round", "filter(no-calls)", "filter()"])
def test_a_filter_that_is_not_there_or_leads_back_is_refused(text: str, tmp_path: Path) -> None:
    with a_log(tmp_path, *LOGS) as log, pytest.raises(QuestionError):
        open_study(log, NAMED, case="account", cases=text, today=LATE)
