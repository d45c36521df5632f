"""How hits become findings: one row a document, levels, silences, order, keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from polku.checks import check_workspace
from polku.checks.context import Context
from polku.checks.purpose import unheard_insight
from polku.words import Message, render
from tests.checks.healthy import TODAY, Data, findings, places, step, workspace


def no_expectations(data: Data) -> None:
    for id in ("reads", "renews"):
        step(data, id).update(feels=1, evidence=["talk"])


def test_hits_of_one_code_in_one_document_are_one_row_with_a_count() -> None:
    (found,) = findings(no_expectations)

    assert (found.code, found.count, found.item) == ("PK211", 2, "steps/reads/feels")
    assert [one.item for one in found.occurrences] == ["steps/reads/feels", "steps/renews/feels"]
    assert render(found.message) == (
        "2 of 3 steps have a feeling but no expectation: “Downloads the guide” and “Compares offers”"
    )


def test_more_things_than_a_sentence_bears_are_counted() -> None:
    (found,) = findings(
        lambda data: (
            [one.update(front=[], back=[]) for one in data["journeys"]["machine"]["steps"]]
            and data["settings"]["touchpoints"][0].update(direct=True)
        )
    )

    assert render(found.message) == (
        "5 steps meet you, and nobody says what you do there: "
        "“Searches for causes”, “Downloads the guide”, “Reads the newsletter” and 2 more"
    )


def test_a_key_is_code_document_and_item_and_the_same_in_every_run() -> None:
    first, again = findings(no_expectations), findings(no_expectations)

    assert [one.key for one in first] == ["PK211:journeys/machine:steps/reads/feels"]
    assert [one.key for one in again] == [one.key for one in first]
    assert [one.key for one in first[0].occurrences] == [
        "PK211:journeys/machine:steps/reads/feels",
        "PK211:journeys/machine:steps/renews/feels",
    ]


def test_a_workspace_turns_a_check_off_or_changes_its_level() -> None:
    assert not findings(
        lambda data: no_expectations(data) or data["settings"].update(checks={"PK211": "off"})
    )
    (found,) = findings(
        lambda data: no_expectations(data) or data["settings"].update(checks={"PK211": "error"})
    )
    assert found.level == "error"


def silence(**ignore: str) -> tuple[str, ...]:
    def change(data: Data) -> None:
        no_expectations(data)
        data["journeys"]["machine"]["ignore"] = [{"check": "PK211", "why": "asked in spring", **ignore}]

    return tuple(f"{one.code}:{item.item}" for one in findings(change) for item in one.occurrences)


def test_a_document_silences_a_check() -> None:
    assert silence() == ()


def test_a_document_silences_one_item_and_what_is_in_it() -> None:
    assert silence(item="steps/reads") == ("PK211:steps/renews/feels",)
    assert silence(item="steps/reads/feels") == ("PK211:steps/renews/feels",)


def test_a_silence_lasts_through_its_last_day_and_then_is_a_finding_itself() -> None:
    assert silence(until="2026-11-18") == ()
    assert silence(until="2026-11-17") == (
        "PK005:ignore/1/until",
        "PK211:steps/reads/feels",
        "PK211:steps/renews/feels",
    )


def test_silenced_findings_come_last_with_the_reason_when_asked_for() -> None:
    def change(data: Data) -> None:
        no_expectations(data)
        data["partners"]["lift"]["agreement"] = None
        data["partners"]["lift"]["ignore"] = [{"check": "PK302", "why": "new partner"}]

    shown = findings(change, silenced=True)

    assert [(one.code, one.silenced) for one in shown] == [("PK211", None), ("PK302", "new partner")]
    assert [one.code for one in findings(change)] == ["PK211"]


def test_errors_come_first_then_the_order_of_documents() -> None:
    def change(data: Data) -> None:
        no_expectations(data)
        data["partners"]["lift"]["aims"] = []
        data["roles"]["per"]["needs"] = []
        data["sprints"]["w47"]["to"] = "2026-11-01"

    assert [(one.level, one.document) for one in findings(change)] == [
        ("error", "sprints/w47"),
        ("warning", "roles/per"),
        ("hint", "journeys/machine"),
        ("hint", "partners/lift"),
    ]


def test_checks_that_need_data_say_so_where_there_is_none() -> None:
    found = check_workspace(workspace(), today=TODAY)

    assert {one.level for one in found} == {"not-measured"}
    assert [one.code for one in found] == [f"PK50{n}" for n in range(1, 10)]
    assert [one.count for one in found] == [0] * 9
    assert render(found[0].message).startswith("Not measured, because no data is loaded")


def test_why_nothing_was_measured_can_be_said() -> None:
    found = check_workspace(workspace(), today=TODAY, unmeasured=Message("check.which-journey"))

    assert "there are several journeys" in render(found[0].message)


def test_a_check_that_is_off_does_not_say_that_it_was_not_measured() -> None:
    off = workspace(lambda data: data["settings"].update(checks={"PK508": "off"}))

    assert "PK508" not in [one.code for one in check_workspace(off, today=TODAY)]


def test_a_mistyped_way_is_one_finding_and_does_not_cut_off_what_follows() -> None:
    assert places(findings(lambda data: step(data, "reads").update(next=["subscribe"]))) == {
        ("PK001", "journeys/machine", "steps/reads/next/1")
    }


def test_the_nearest_name_is_suggested() -> None:
    (found,) = findings(lambda data: step(data, "calls").update({"with": ["olle"]}))

    assert render(found.message) == "there is no role “olle”; did you mean “ole”?"
    assert render(found.fix or "") == "Write ole."


def test_the_same_pain_on_a_role_and_on_its_step_is_told_once() -> None:
    def change(data: Data) -> None:
        step(data, "calls")["pains"].append({"id": "blamed", "says": "Blamed"})
        data["improvements"]["hotline"]["solves"].remove({"role": "ole"})

    assert places(findings(change)) == {("PK601", "journeys/machine", "steps/calls/pains/blamed")}


@pytest.mark.parametrize("days", [0, 1])
def test_a_review_is_overdue_the_day_after_it_was_due(days: int) -> None:
    found = findings(lambda data: data["journeys"]["machine"].update(review=f"P{48 - days}D"))

    assert [one.code for one in found] == ["PK210"] * days


@pytest.mark.parametrize("date", ["2026-05-22", "2026-05-21"])
def test_evidence_is_stale_the_day_after_the_limit(date: str) -> None:
    found = findings(lambda data: data["evidence"]["survey"].update(date=date))

    assert bool(found) == (date == "2026-05-21")


@pytest.mark.parametrize(("required", "accounts", "found"), [(24, 0, 1), (24, 5, 0), (None, 0, 0)])
def test_a_role_of_insight_that_the_data_knows_nobody_in_is_found(
    required: int | None, accounts: int, found: int
) -> None:
    coverage = SimpleNamespace(part=("operator", None), required=(required, None), accounts=(accounts, 3))
    measured: Any = SimpleNamespace(coverage=coverage)

    hits = list(unheard_insight(Context(workspace(), TODAY, measured)))

    assert [(hit.document, hit.says.id) for hit in hits] == [
        ("roles/ole", "checks.pk104.nobody-known")
    ] * found
