"""Questions: by name, with remainders that add up, and refused with what is possible."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import QUESTIONS, Asked, ask
from polku.analytics.asking.words import remainder_sentences, sum_sentence
from polku.analytics.journey_measures import measure_journey
from polku.documents import Improvement
from polku.errors import QuestionError
from polku.words import reader
from tests.analytics.logs import publish_rows
from tests.analytics.small import START, TODAY, WORKSPACE, a_log, events

LOG = (
    "a: call ponder demo offer call",
    "b: demo guide lost",
    "c: 5 visit",
    "-: call call",
    "d: guide 31 call guide offer",
)
KEYS = {
    "paths": "from to count cases share_out median_seconds mean_seconds p95_seconds",
    "steps": "step touchpoint observable cases share goes_on median_wait_seconds answers nps low high unintended_out",
    "variants": "path count share median_seconds outcomes",
    "funnel": "stage reached from_previous overall pending returned median_seconds_from_previous",
    "fit": "kind from to count cases",
    "deviations": "where cases share unintended skipped ended well well_others difference low high",
    "time": "from to cases open median_seconds p25_seconds p75_seconds p95_seconds",
    "coverage": "part accounts people events required completeness in_crm_share seen_share bias",
    "deals": "kind segment outcome lost_to count value median_days",
    "now": "account_id journey round stage days_in_stage median_days_others last_event",
    "voice": "touchpoint stage part answers promoters detractors nps low high",
    "retention": "period at_risk retained low high",
    "attribution": "model channel conversions value share low high",
    "campaigns": "campaign channel cost clicks leads deals won value cost_per_lead cost_per_deal return",
    "friction": "kind step accounts cases loss low high weight account_ids improvements",
    "loyalty": "touchpoint stage part group accounts lost retained low high",
    "threads": "parts deals won win_rate low high people events_per_person",
    "centre": "when day part required completeness high engaged multithreaded",
    "backtest": "fit engagement accounts won win_rate low high lift lift_low lift_high",
    "score": "account_id person_id fit engagement grade reasons",
    "effect": "measure before after n_before n_after difference low high",
    "change": "segment what before after difference low high",
    "touches": "before by count touches p25 median p75 p95",
}
CHANNELLED = replace(
    WORKSPACE,
    settings=WORKSPACE.settings.model_copy(
        update={
            "touchpoints": tuple(
                touchpoint.model_copy(update={"channel": "web"})
                for touchpoint in WORKSPACE.settings.touchpoints
            )
        }
    ),
    improvements={
        "better": Improvement.model_validate(
            {"id": "better", "measure": {"kind": "win-rate"}, "live": START.date()}
        )
    },
)
"""The map with a channel for every touchpoint, without which nothing is a touch."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_json_of_a_question_has_its_keys(question: str, tmp_path: Path) -> None:
    deal = {"deal_id": "1", "account_id": "a", "outcome": "won", "kind": "new", "closed": START}
    spend = {"campaign": "spring", "date": START.date(), "cost": 10.0}
    answer = {"account_id": "a", "activity": "call", "time": START, "score": 9, "score_kind": "nps"}
    contract = {"contract_id": "1", "account_id": "a", "from": START.date()}
    more = {"events": [*events(*LOG), answer], "deals": [deal], "spend": [spend], "contracts": [contract]}
    with a_log(tmp_path, more=more) as log:
        asked = Asked(improvement="better") if question == "effect" else None
        told = ask(log, CHANNELLED, question, asked, journey="buy", today=TODAY).to_json()

    assert json.loads(json.dumps(told, allow_nan=False)) == told
    top = [
        "question",
        "journey",
        "case",
        "unit",
        "cases",
        "accounts",
        "data_version",
        "parameters",
        "remainder",
    ]
    assert list(told)[:9] == top
    assert list(told)[-1] == "rows"
    assert told["rows"]
    assert set(KEYS[question].split()) <= set(told["rows"][0])


@pytest.mark.parametrize("cases", [None, "touched(demo)", "not reached(weigh) and outcome != open"])
@pytest.mark.parametrize("removed", [None, "activity != call"])
@pytest.mark.parametrize("of", ["activity", "touchpoint", "step", "stage"])
@pytest.mark.parametrize("case", ["round", "account"])
def test_counted_events_and_remainders_add_up(
    case: str, of: Any, cases: str | None, removed: str | None, tmp_path: Path
) -> None:
    chosen = {"journey": "buy", "case": case, "cases": cases, "events": removed, "today": TODAY}
    with a_log(tmp_path, *LOG) as log:
        result = ask(log, WORKSPACE, "paths", Asked(of=of), **chosen)

    about, rows = result.about, result.rows()
    left = sum(number for name, number in about.remainder.items() if name.startswith("events_"))
    assert (about.events or 0) + left == len(events(*LOG))
    assert sum(row["count"] for row in rows if row["to"] is not None) == about.events
    began = sum(row["count"] for row in rows if row["from"] is None)
    assert began + about.remainder.get("cases_off_map", 0) <= about.cases
    said = sum_sentence(about, reader("en"))
    assert said is not None
    assert said.startswith(f"{len(events(*LOG))} events in the data = {about.events} counted here")
    for language in ("en", "fi"):
        assert all(remainder_sentences(about, reader(language)))


def test_a_filter_of_events_lets_others_become_neighbours(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call visit demo") as log:
        result = ask(log, WORKSPACE, "paths", events="activity != visit")

    assert [(row["from"], row["to"]) for row in result.rows() if row["from"] and row["to"]] == [
        ("call", "demo")
    ]


def test_a_filter_of_cases_keeps_whole_paths(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call visit demo", "b: call") as log:
        result = ask(log, WORKSPACE, "paths", cases="touched(demo)")

    assert result.about.cases == 1
    assert {row["to"] for row in result.rows()} == {"call", "visit", "demo", None}


@pytest.mark.parametrize(
    ("period_of", "cases"),
    [("start", {"b"}), ("end", {"a", "b"}), ("any", {"a", "b", "c"})],
)
def test_a_case_belongs_to_a_period_by_its_start_unless_told_otherwise(
    period_of: Any, cases: set[str], tmp_path: Path
) -> None:
    days = {"since": dt.date(2026, 1, 10), "until": dt.date(2026, 1, 20)}
    with a_log(tmp_path, "a: call 10 demo", "b: 10 call demo", "c: call 30 demo", "d: 30 call") as log:
        told = ask(log, WORKSPACE, "paths", period_of=period_of, **days)
        kept = {
            name
            for name in "abcd"
            if ask(
                log, WORKSPACE, "paths", cases=f"account = {name}", period_of=period_of, **days
            ).about.cases
        }

    assert kept == cases
    assert told.about.cases == len(cases)


def test_days_are_those_of_the_workspace(tmp_path: Path) -> None:
    late = {"account_id": "a", "activity": "call", "time": dt.datetime(2026, 1, 31, 23, 30)}
    zoned = WORKSPACE.settings.model_copy(update={"zone": "Europe/Helsinki"})
    with publish_rows(tmp_path, {("crm", "crm"): {"events": [late]}}) as log:
        here = ask(log, WORKSPACE, "paths", until=dt.date(2026, 1, 31)).about.cases
        there = ask(log, replace(WORKSPACE, settings=zoned), "paths", until=dt.date(2026, 1, 31)).about.cases

    assert (here, there) == (1, 0)


@pytest.mark.parametrize("question", ["steps", "now"])
def test_the_only_journey_is_meant_where_a_question_needs_one(question: str, tmp_path: Path) -> None:
    other = WORKSPACE.journeys["buy"].model_copy(update={"id": "renew"})
    with a_log(tmp_path, "a: call demo") as log:
        said = ask(log, WORKSPACE, question, today=TODAY).to_json()
        assert said == ask(log, WORKSPACE, question, journey="buy", today=TODAY).to_json()

        two = replace(WORKSPACE, journeys={**WORKSPACE.journeys, "renew": other})
        with pytest.raises(QuestionError, match="Known: buy and renew"):
            ask(log, two, question, today=TODAY)


@pytest.mark.parametrize(
    ("question", "asked", "chosen", "words"),
    [
        ("pahts", Asked(), {}, "paths"),
        ("paths", Asked(of="stepp"), {"journey": "buy"}, "step"),
        ("paths", Asked(of="step"), {}, "buy"),
        ("paths", Asked(), {"journey": "by"}, "buy"),
        ("paths", Asked(), {"case": "rounds"}, "round"),
        ("paths", Asked(), {"case": "round"}, "--journey"),
        ("funnel", Asked(), {}, "--stages"),
        ("funnel", Asked(stages=("call", "call")), {}, "call"),
        ("funnel", Asked(stages=("call", "dmo")), {}, "demo"),
        ("time", Asked(start="call"), {}, "--to"),
        ("time", Asked(), {}, "--journey"),
        ("coverage", Asked(), {"events": "activity = call"}, "--cases"),
        ("deals", Asked(), {"case": "account"}, "deal"),
        ("now", Asked(), {"journey": "buy", "case": "account"}, "round"),
        ("voice", Asked(of="channel"), {}, "touchpoint"),
        ("voice", Asked(weight="money"), {}, "revenue"),
        ("voice", Asked(weight="revenue"), {}, "--weight"),
        ("retention", Asked(by="role"), {}, "segment"),
        ("retention", Asked(), {"events": "activity = call"}, "--cases"),
        ("touches", Asked(by="chanel"), {}, "channel"),
        ("paths", Asked(), {"cases": "touched(dmo)"}, "demo"),
        ("paths", Asked(), {"cases": "met(boss)"}, "decision-maker"),
        ("paths", Asked(), {"cases": "reached(weigh)"}, "--journey"),
        ("paths", Asked(), {"cases": "reached(wait)", "journey": "buy"}, "weigh"),
        ("paths", Asked(), {"since": TODAY, "until": dt.date(2026, 1, 1)}, "2026-01-01"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_is_possible(
    question: str, asked: Asked, chosen: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with a_log(tmp_path, "a: call demo") as log, pytest.raises(QuestionError) as refused:
        ask(log, WORKSPACE, question, asked, **chosen)

    assert words in refused.value.text("en")
    assert words in refused.value.text("fi")


def test_a_value_of_a_filter_is_never_part_of_the_query(tmp_path: Path) -> None:
    evil = "x' OR 1=1; DROP TABLE events; --"
    with a_log(tmp_path, "a: call demo") as log:
        assert ask(log, WORKSPACE, "paths", cases=f'account = "{evil}"').about.cases == 0
        assert ask(log, WORKSPACE, "paths", events=f'activity ~ "{evil}"').about.events == 0
        assert ask(log, WORKSPACE, "paths", cases='account ~ "_"').about.cases == 0
        assert ask(log, WORKSPACE, "paths").about.cases == 1


def test_a_segment_that_is_nowhere_is_a_slip_and_not_an_empty_answer(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call demo") as log:
        for cases in ("segment = larg", "segment != larg", "segment in (small, larg)"):
            with pytest.raises(QuestionError, match="segment “larg” occurs nowhere; nearest: large"):
                _ = ask(log, WORKSPACE, "paths", cases=cases).about.cases
        # Defined in the workspace, it may have nobody yet.
        assert ask(log, WORKSPACE, "paths", cases="segment = large").about.cases == 0
        assert ask(log, WORKSPACE, "paths", cases="segment ~ larg*").about.cases == 0


def test_duplicating_every_case_leaves_shares_as_they_were(tmp_path: Path) -> None:
    once = [row for row in LOG if not row.startswith("-")]
    twice = [*once, *(f"{row[0]}{row}" for row in once)]
    with a_log(tmp_path / "1", *once) as log, a_log(tmp_path / "2", *twice) as double:
        for question in ("steps", "funnel", "paths", "fit"):
            one = ask(log, WORKSPACE, question, journey="buy", today=TODAY)
            two = ask(double, WORKSPACE, question, journey="buy", today=TODAY)
            shares = {"share", "goes_on", "overall", "from_previous", "share_out"}
            assert [{k: v for k, v in row.items() if k in shares} for row in one.rows()] == [
                {k: v for k, v in row.items() if k in shares} for row in two.rows()
            ]
        assert ask(double, WORKSPACE, "fit", journey="buy", today=TODAY).to_json()[
            "fitness"
        ] == pytest.approx(ask(log, WORKSPACE, "fit", journey="buy", today=TODAY).to_json()["fitness"])


def test_a_funnel_never_grows_and_says_who_is_pending(tmp_path: Path) -> None:
    log_of = ("a: call demo offer", "b: call 3 demo", "c: call", "d: demo call", "e: 20 call")
    with a_log(tmp_path, *log_of) as log:
        asked = Asked(stages=("call", "demo", "offer"), window=dt.timedelta(days=10))
        rows = ask(log, WORKSPACE, "funnel", asked, today=TODAY).rows()

    assert [row["reached"] for row in rows] == [5, 2, 1]
    assert [row["pending"] for row in rows] == [0, 1, 0]


def test_the_bundle_of_a_journey_is_what_each_question_says(tmp_path: Path) -> None:
    with a_log(tmp_path, *LOG) as log:
        measures = measure_journey(log, WORKSPACE, "buy", today=TODAY)
        for part, question, asked in (
            (measures.steps, "steps", Asked()),
            (measures.fit, "fit", Asked()),
            (measures.touchpoint_paths, "paths", Asked()),
            (measures.step_paths, "paths", Asked(of="step")),
            (measures.coverage, "coverage", Asked()),
            (measures.deals, "deals", Asked()),
        ):
            assert (
                part.to_json() == ask(log, WORKSPACE, question, asked, journey="buy", today=TODAY).to_json()
            )
        assert log.rows("SELECT count(*) FROM duckdb_tables() WHERE temporary") == [(0,)]

    assert [(one.activity, one.events, one.accounts) for one in measures.off_map] == [
        ("ponder", 1, 1),
        ("visit", 1, 1),
    ]
    assert measures.events == len(events(*LOG))


def test_rows_come_in_an_order_of_their_own_whatever_the_order_of_import(tmp_path: Path) -> None:
    rows = events(*LOG)
    for number, row in enumerate(rows):
        row["source_row"] = number + 2
    with (
        publish_rows(tmp_path / "1", {("crm", "crm"): {"events": rows}}) as log,
        publish_rows(tmp_path / "2", {("crm", "crm"): {"events": rows[::-1]}}) as turned,
    ):
        for question in ("paths", "steps", "fit", "variants", "time", "funnel"):
            one = ask(log, WORKSPACE, question, journey="buy", today=TODAY).to_json()
            assert one == ask(turned, WORKSPACE, question, journey="buy", today=TODAY).to_json()
