"""PK5: each check finds its finding in a small log, and says "not measured" where it has nothing to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.journey_measures import measure_journey
from polku.checks import Finding, check_workspace
from polku.documents import Journey, Role, Settings, Workspace
from polku.words import render
from tests.analytics.logs import publish_rows
from tests.analytics.small import START, TODAY, events

DAY = dt.timedelta(days=1)


def a_map(**changes: Any) -> Workspace:
    """guide (ole) → call (per) → offer (ivan); a letter is marketing."""
    steps: list[dict[str, Any]] = [
        {"id": "read", "stage": "look", "touchpoint": "guide", "role": "ole"},
        {"id": "phone", "stage": "talk", "touchpoint": "call", "role": "per", **changes.pop("phone", {})},
        {"id": "weigh", "stage": "talk", "touchpoint": "offer", "role": "ivan", "next": []},
    ]
    return Workspace(
        settings=Settings.model_validate(
            {
                "touchpoints": [
                    {"id": "guide", "events": ["guide"]},
                    {"id": "call", "events": ["call"]},
                    {"id": "offer", "events": ["offer"]},
                    {"id": "letter", "marketing": True, "events": ["letter"]},
                    *changes.pop("touchpoints", []),
                ],
                "limits": {"small": 2, "unknown_share": 1.0},
                **changes.pop("settings", {}),
            }
        ),
        roles={
            "ole": Role(id="ole", part="operator", insight="high"),
            "per": Role(id="per", part="expert"),
            "ivan": Role(id="ivan", part="decision-maker", decides="signs"),
        },
        journeys={
            "buy": Journey.model_validate(
                {"id": "buy", "stages": [{"id": "look"}, {"id": "talk"}], "steps": steps, **changes}
            )
        },
    )


def found(
    folder: Path, code: str, workspace: Workspace, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[Finding]:
    with publish_rows(folder, {("crm", "crm"): rows}) as log:
        measures = measure_journey(log, workspace, "buy", today=TODAY)
    findings = [one for one in check_workspace(workspace, today=TODAY, measures=measures) if one.code == code]
    for one in findings:
        for language in ("en", "fi"):
            assert render(one.message, language)
    return findings


def said(findings: list[Finding]) -> str:
    assert [one.level for one in findings] == ["warning"]
    return render(findings[0].message)


LETTERS = {"events": events("a: letter guide call offer", "b: guide call offer")}


def test_activities_off_the_map_are_named_with_a_rule(tmp_path: Path) -> None:
    rows = {"events": events("a: guide visit visit", "b: visit call party")}
    findings = found(tmp_path, "PK501", a_map(), rows)

    assert "2 activities, 4 of 6 events (67%), have no place on the map: “visit” (3) and “party” (1)" in said(
        findings
    )
    fix = findings[0].occurrences[0].fix
    assert fix is not None and 'events: [{source: crm, activity: "visit"}]' in render(fix)


def test_few_events_off_the_map_are_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, "PK501", a_map(), {"events": events("a: " + "guide " * 20 + "visit")}) == []


def test_touchpoints_that_never_occur_are_told_apart_from_those_that_cannot(tmp_path: Path) -> None:
    more = [{"id": "fair", "events": ["fair"]}, {"id": "ticket", "events": [{"source": "support"}]}]
    findings = found(tmp_path, "PK502", a_map(touchpoints=more), LETTERS)

    told = [render(one.message) for one in findings[0].occurrences]
    assert told == [
        "the touchpoint “fair” never occurs in the data",
        "the touchpoint “ticket” cannot occur: nothing from support is loaded",
    ]


def test_a_way_that_nobody_drew_is_found_at_its_step(tmp_path: Path) -> None:
    rows = {"events": events("a: guide offer", "b: guide offer", "c: guide call offer")}
    findings = found(tmp_path, "PK503", a_map(), rows)

    assert said(findings) == "2 of 3 cases go from “read” to “weigh”; the map does not draw that way"
    assert (findings[0].document, findings[0].item) == ("journeys/buy", "steps/read")


def test_a_drawn_way_that_nobody_takes_is_found(tmp_path: Path) -> None:
    rows = {"events": events("a: guide offer", "b: guide offer", "c: call")}

    assert said(found(tmp_path, "PK504", a_map(), rows)) == (
        "0 of 2 cases go from “read” straight to “phone”, as the map draws it"
    )
    assert (
        found(
            tmp_path / "2", "PK504", a_map(), {"events": events("a: guide call offer", "b: guide call offer")}
        )
        == []
    )


def people(*parts: str) -> dict[str, list[dict[str, Any]]]:
    return {
        "events": events("a: guide"),
        "people": [{"person_id": str(number)} for number, _ in enumerate(parts)],
        "memberships": [
            {"person_id": str(number), "account_id": "a", "parts": [part]}
            for number, part in enumerate(parts)
        ],
    }


def test_a_crm_of_those_who_sign_is_found_where_insight_sits_elsewhere(tmp_path: Path) -> None:
    signing = people("decision-maker", "manager", "operator")
    assert said(found(tmp_path / "1", "PK505", a_map(), signing)).startswith(
        "67% of the 3 people in the CRM sign or manage"
    )
    assert found(tmp_path / "2", "PK505", a_map(), people("operator", "manager", "expert")) == []
    assert [one.level for one in found(tmp_path / "3", "PK505", a_map(), LETTERS)] == ["not-measured"]


@pytest.mark.parametrize(
    ("feels", "score", "finds"), [(2, 3, True), (-1, 8, True), (2, 8, False), (-2, 3, False), (0, 1, False)]
)
def test_scores_are_held_against_feelings(feels: int, score: int, finds: bool, tmp_path: Path) -> None:
    rows = {"events": [{**row, "score": score, "score_max": 10} for row in events("a: call", "b: call")]}
    findings = found(tmp_path, "PK506", a_map(phone={"feels": feels}), rows)

    assert [one.item for one in findings] == (["steps/phone/feels"] if finds else [])


def test_without_enough_scores_feelings_are_not_measured(tmp_path: Path) -> None:
    assert [one.level for one in found(tmp_path, "PK506", a_map(), LETTERS)] == ["not-measured"]


def test_events_of_nobody_known_are_counted(tmp_path: Path) -> None:
    workspace = a_map(settings={"limits": {"unknown_share": 0.4}})
    findings = found(tmp_path, "PK507", workspace, {"events": events("a: guide", "-: guide")})

    assert (
        said(findings)
        == "Of 2 events the following is unknown: account in 50%, person in 100% and role in 100%"
    )


def consents(*entries: tuple[str, int]) -> list[dict[str, Any]]:
    return [
        {"person_id": "p", "purpose": "newsletter", "channel": None, "act": act, "time": START + day * DAY}
        for act, day in entries
    ]


@pytest.mark.parametrize(
    ("entries", "without"),
    [
        ([("given", -1)], 0),
        ([("given", -1), ("withdrawn", 5)], 1),
        ([("given", 5)], 1),
        ([("withdrawn", -1), ("given", -1)], 2),
    ],
)
def test_marketing_is_held_against_the_ledger_at_its_time(
    entries: list[tuple[str, int]], without: int, tmp_path: Path
) -> None:
    letters = [
        {"account_id": "a", "person_id": "p", "activity": "letter", "time": START + day * DAY}
        for day in (0, 10)
    ]
    findings = found(tmp_path, "PK508", a_map(), {"events": letters, "consents": consents(*entries)})

    if without:
        assert said(findings).startswith(
            f"{without} of 2 marketing events reached people without a valid permission"
        )
    else:
        assert findings == []


def test_without_a_ledger_permission_is_not_measured(tmp_path: Path) -> None:
    assert [one.level for one in found(tmp_path, "PK508", a_map(), LETTERS)] == ["not-measured"]


def test_drift_compares_the_last_quarter_with_the_one_before_validation(tmp_path: Path) -> None:
    rows = {"events": events("a: guide guide guide call 200 call offer offer guide")}
    validated = a_map(validated=dt.date(2026, 1, 20))
    findings = found(tmp_path / "1", "PK509", validated, rows)

    # Before: read 3/4, phone 1/4. After: phone 1/4, weigh 2/4, read 1/4.
    assert said(findings).startswith("what customers do differs by 50%")
    assert [one.level for one in found(tmp_path / "2", "PK509", a_map(), rows)] == ["not-measured"]
    late = a_map(validated=dt.date(2026, 7, 1))
    assert [one.level for one in found(tmp_path / "3", "PK509", late, rows)] == ["not-measured"]
