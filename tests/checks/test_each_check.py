"""Each check finds what it is for in a workspace that is otherwise healthy, at the item that was broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from polku.checks import CATALOGUE
from tests.checks.healthy import Data, findings, places, stage, step, without

Change = Callable[[Data], object]
AT = "journeys/machine"


def test_a_healthy_workspace_has_no_findings() -> None:
    assert findings() == ()


def on_step(id: str, /, **fields: Any) -> Change:
    return lambda data: step(data, id).update(fields)


def on_stage(id: str, /, **fields: Any) -> Change:
    return lambda data: stage(data, id).update(fields)


def on(kind: str, id: str, /, **fields: Any) -> Change:
    return lambda data: data[kind][id].update(fields)


def off(kind: str, id: str, *keys: str) -> Change:
    return lambda data: without(data[kind][id], *keys)


def off_step(id: str, *keys: str) -> Change:
    return lambda data: without(step(data, id), *keys)


def both(*changes: Change) -> Change:
    return lambda data: [change(data) for change in changes]


def settings(**fields: Any) -> Change:
    return lambda data: data["settings"].update(fields)


def listed(kind: str, id: str, /, **fields: Any) -> Change:
    return lambda data: next(one for one in data["settings"][kind] if one["id"] == id).update(fields)


def every_step(**fields: Any) -> Change:
    return lambda data: [one.update(fields) for one in data["journeys"]["machine"]["steps"]]


def add(kind: str, id: str, /, **content: Any) -> Change:
    return lambda data: data[kind].update({id: content})


SIGNAL = {"date": "2026-11-01", "kind": "person-leaves"}
CASES: list[tuple[str, Change, Iterable[tuple[str, str | None]] | None]] = [
    # PK001: one case per kind of place that can point at nothing.
    ("PK001", on_step("calls", **{"with": ["olle"]}), [(AT, "steps/calls/with/1")]),
    ("PK001", on_step("calls", owner="servise"), [(AT, "steps/calls/owner")]),
    ("PK001", on_step("calls", content="manual"), [(AT, "steps/calls/content")]),
    ("PK001", on_step("calls", partner="lifft"), [(AT, "steps/calls/partner/id")]),
    ("PK001", on_step("calls", evidence=["talk", "tlk"]), [(AT, "steps/calls/evidence/2")]),
    ("PK001", on_step("calls", next=["renew"]), [(AT, "steps/calls/next/1")]),
    (
        "PK001",
        on_step("calls", back=[{"does": "Rota", "system": "erp"}]),
        [(AT, "steps/calls/back/1/system")],
    ),
    (
        "PK001",
        on_step("calls", back=[{"id": "rota", "does": "Rota", "then": "rotta"}]),
        [(AT, "steps/calls/back/rota/then")],
    ),
    ("PK001", on("journeys", "machine", owner="sale"), [(AT, "owner")]),
    (
        "PK001",
        on(
            "journeys", "machine", rules=[{"id": "soon", "rule": "response", "of": "calls", "then": "pigeon"}]
        ),
        [(AT, "rules/soon/then")],
    ),
    (
        "PK001",
        settings(scoring={"roles": {"olle": 2}, "engagement": [{"touchpoint": "pigeon", "points": 1}]}),
        [("polku", "scoring/engagement/1/touchpoint"), ("polku", "scoring/roles/olle")],
    ),
    (
        "PK001",
        on("journeys", "machine", rules=[{"id": "met", "rule": "met", "of": "calls", "role": "olle"}]),
        [(AT, "rules/met/role")],
    ),
    ("PK001", on("journeys", "machine", rounds={"starts": ["gide"]}), [(AT, "rounds/starts/1")]),
    ("PK001", on("journeys", "machine", applies=["hotlin"]), [(AT, "applies/1")]),
    (
        "PK001",
        on("evidence", "talk", about={"roles": ["ole"], "steps": ["call"]}),
        [("evidence/talk", "about/steps/1")],
    ),
    ("PK001", on("evidence", "talk", heard_by=["servise"]), [("evidence/talk", "heard_by/1")]),
    ("PK001", on("improvements", "hotline", sprint="w48"), [("improvements/hotline", "sprint")]),
    (
        "PK001",
        lambda data: data["improvements"]["hotline"]["solves"].append({"step": "calls", "pain": "nobody"}),
        [("improvements/hotline", "solves/5/pain")],
    ),
    ("PK001", on("sprints", "w47", capacity={"salez": 2}), [("sprints/w47", "capacity/salez")]),
    (
        "PK001",
        on("accounts", "nord", people=[{"id": "p1", "reports_to": "p2"}]),
        [("accounts/nord", "people/p1/reports_to")],
    ),
    (
        "PK001",
        on("accounts", "nord", value=[{"what": "Uptime", "rivals": {"cheap": 2}}]),
        [("accounts/nord", "value/1/rivals/cheap")],
    ),
    ("PK001", listed("touchpoints", "guide", team="marketting"), [("polku", "touchpoints/guide/team")]),
    ("PK001", settings(roles=["ole", "per", "ivan", "eva"]), [("polku", "roles/4")]),
    (
        "PK001",
        on("roles", "ole", ignore=[{"check": "PK105", "item": "panes", "why": "-"}]),
        [("roles/ole", "ignore/1/item")],
    ),
    ("PK002", lambda data: data["settings"]["teams"].append({"id": "sales"}), [("polku", "teams/sales")]),
    ("PK003", on_step("calls", next=["searches"]), [(AT, "steps/renews")]),
    (
        "PK003",
        lambda data: (
            data["journeys"]["machine"]["steps"].insert(
                3,
                {
                    "id": "waits",
                    "stage": "need",
                    "role": "per",
                    "touchpoint": "guide",
                    "front": ["Page"],
                    "evidence": ["talk"],
                    "next": [],
                },
            )
            or step(data, "subscribes").update(next=["waits", "calls"])
        ),
        [(AT, "steps/waits")],
    ),
    (
        "PK003",
        lambda data: (
            data["journeys"]["machine"]["steps"].insert(
                3,
                {
                    "id": "waits",
                    "stage": "need",
                    "role": "per",
                    "touchpoint": "guide",
                    "front": ["Page"],
                    "evidence": ["talk"],
                    "next": ["waits"],
                },
            )
            or step(data, "subscribes").update(next=["waits", "calls"])
        ),
        [(AT, "steps/waits")],
    ),
    (
        "PK004",
        lambda data: data["journeys"]["machine"]["stages"].insert(
            1, {"id": "offer", "when": "during", "questions": [{"ask": "Price?", "answer": "Yes"}]}
        ),
        [(AT, "stages/offer")],
    ),
    ("PK005", on("evidence", "survey", date="2027-01-01"), [("evidence/survey", "date")]),
    ("PK005", on("sprints", "w47", to="2026-11-01"), [("sprints/w47", "to")]),
    ("PK005", on("journeys", "machine", validated="2026-11-19"), [(AT, "validated")]),
    (
        "PK005",
        on("improvements", "hotline", live="2026-11-10", looked={"date": "2026-11-01", "result": 7}),
        [("improvements/hotline", "looked/date")],
    ),
    (
        "PK005",
        on("roles", "ole", ignore=[{"check": "PK105", "why": "-", "until": "2026-11-17"}]),
        [("roles/ole", "ignore/1/until")],
    ),
    ("PK006", settings(checks={"PK2003": "hint"}), [("polku", "checks/PK2003")]),
    (
        "PK006",
        on("roles", "ole", ignore=[{"check": "PK1055", "why": "-"}]),
        [("roles/ole", "ignore/1/check")],
    ),
    ("PK007", settings(zone="Europe/Copenhagn"), [("polku", "zone")]),
    (
        "PK007",
        listed("segments", "large", employees={"min": 50, "max": 5}),
        [("polku", "segments/large/employees")],
    ),
    (
        "PK007",
        on("journeys", "machine", rules=[{"id": "soon", "rule": "response", "of": "calls"}]),
        [(AT, "rules/soon")],
    ),
    ("PK007", settings(filters=[{"id": "big", "cases": "size > 3"}]), [("polku", "filters/big/cases")]),
    (
        "PK007",
        settings(scoring={"fit": [{"when": "segment =", "points": 3}]}),
        [("polku", "scoring/fit/1/when")],
    ),
    ("PK009", on("roles", "ole", id="operator"), [("roles/ole", "id")]),
    # PK1
    ("PK101", lambda data: without(data["settings"], "purpose"), [("polku", "purpose")]),
    ("PK101", lambda data: without(data["settings"]["purpose"], "use"), [("polku", "purpose")]),
    ("PK102", listed("segments", "large", buying_centre=["ole", "ivan"]), [("polku", "segments/large")]),
    ("PK103", every_step(role="ivan"), [(AT, "steps")]),
    ("PK104", on("roles", "ivan", insight="high", pains=["Demands"]), [("roles/ivan", "insight")]),
    ("PK104", every_step(role="per"), [("roles/ole", "insight")]),
    ("PK105", on("roles", "per", needs=[]), [("roles/per", None)]),
    (
        "PK106",
        lambda data: without(data["settings"]["segments"][0], "employees"),
        [("polku", "segments/large")],
    ),
    ("PK106", listed("segments", "small", employees={"max": 40}), [("polku", "segments/large/employees")]),
    (
        "PK106",
        listed("segments", "small", roles="distinct", buying_centre=["ole", "per", "ivan"]),
        [("polku", "segments/small/roles")],
    ),
    ("PK107", on("accounts", "nord", key_account=True), [("accounts/nord", "key_account")]),
    (
        "PK108",
        both(
            *(
                add("roles", f"r{n}", needs=["x"], goals=["x"], pains=[{"says": "x", "evidence": ["talk"]}])
                for n in range(4)
            ),
            on("journeys", "machine", roles=["ole", "per", "ivan", "r0", "r1", "r2", "r3"]),
        ),
        [(AT, "roles")],
    ),
    # PK2
    ("PK201", on_stage("need", when="during"), [(AT, "stages")]),
    ("PK201", on_stage("use", when="during"), [(AT, "stages")]),
    (
        "PK201",
        lambda data: [without(one, "when") for one in data["journeys"]["machine"]["stages"]],
        [(AT, "stages")],
    ),
    ("PK202", on_step("searches", touchpoint="guide", front=["Page"]), [(AT, "steps")]),
    ("PK203", on_step("calls", does="We answer the call"), [(AT, "steps/calls/does")]),
    (
        "PK204",
        both(lambda data: without(stage(data, "use"), "loops_to"), on_step("renews", next=[])),
        [(AT, "stages/use")],
    ),
    ("PK204", on_step("renews", next=[]), [(AT, "stages/use/loops_to")]),
    ("PK204", lambda data: without(stage(data, "use"), "loops_to"), [(AT, "stages/use")]),
    ("PK205", on_stage("use", questions=[]), [(AT, "stages/use")]),
    (
        "PK205",
        on_stage("use", questions=["Does it run?", "How long?"]),
        [(AT, "stages/use/questions/1"), (AT, "stages/use/questions/2")],
    ),
    ("PK206", off_step("calls", "touchpoint"), [(AT, "stages/use")]),
    ("PK207", off_step("calls", "feels"), [(AT, "steps")]),
    ("PK208", on_step("reads", touchpoint="google"), [(AT, "steps/subscribes/touchpoint")]),
    (
        "PK209",
        lambda data: data["settings"]["touchpoints"].append({"id": "fair", "channel": "phone"}),
        [("polku", "touchpoints/fair")],
    ),
    (
        "PK209",
        add("roles", "eva", needs=["x"], goals=["x"], pains=[{"says": "x", "evidence": ["talk"]}]),
        [("roles/eva", None)],
    ),
    ("PK210", off("journeys", "machine", "owner"), [(AT, "owner")]),
    ("PK210", off("journeys", "machine", "review"), [(AT, "review")]),
    ("PK210", off("journeys", "machine", "validated"), [(AT, "validated")]),
    ("PK210", on("journeys", "machine", review="P30D"), [(AT, "review")]),
    ("PK211", on_step("renews", feels=0, evidence=["talk"]), [(AT, "steps/renews/feels")]),
    # PK3
    ("PK301", off_step("renews", "back"), [(AT, "steps/renews")]),
    ("PK302", off("partners", "lift", "agreement"), [("partners/lift", None)]),
    ("PK302", on("partners", "lift", satisfaction={"scale": 10}), [("partners/lift", None)]),
    ("PK303", off_step("renews", "receives"), [(AT, "steps/renews")]),
    (
        "PK303",
        on_step("renews", receives={"from": "service", "passes": ["tickets"]}),
        [(AT, "steps/renews/receives")],
    ),
    (
        "PK303",
        on_step("renews", receives={"from": "service", "owner": {"from": "Bo", "to": "Anna"}}),
        [(AT, "steps/renews/receives")],
    ),
    ("PK304", on("journeys", "machine", mapped_by=["marketing"]), [(AT, "mapped_by")]),
    ("PK305", on("partners", "lift", aims=[]), [("partners/lift", None)]),
    # PK4
    ("PK401", on_step("renews", moment_of_truth=True), [(AT, "steps/renews")]),
    ("PK401", on_step("renews", feels=1, expects="x"), [(AT, "steps/renews")]),
    ("PK401", on("roles", "ole", pains=["Blamed"]), [("roles/ole", "pains/1")]),
    ("PK401", on("evidence", "talk", status="planned"), None),
    ("PK402", on("evidence", "survey", date="2026-05-21"), [("evidence/survey", "date")]),
    ("PK403", on("evidence", "survey", kind="interview"), [(AT, None)]),
    ("PK404", off("evidence", "talk", "quote"), [(AT, "stages/need"), (AT, "stages/use")]),
    (
        "PK405",
        lambda data: data["accounts"]["nord"]["understanding"].update(
            value={}, buying={"note": "Ivan"}, business={"note": "Balls", "date": "2026-05-21"}
        ),
        [("accounts/nord", f"understanding/{kind}") for kind in ("business", "buying", "value")],
    ),
    ("PK406", on("accounts", "nord", signals=[SIGNAL]), [("accounts/nord", "signals/1")]),
    (
        "PK406",
        on("accounts", "nord", signals=[{**SIGNAL, "kind": "news", "touches": ["value"]}]),
        [("accounts/nord", "signals/1")],
    ),
    ("PK407", add("evidence", "blog", kind="social", date="2026-09-01"), [("evidence/blog", None)]),
    # PK6
    (
        "PK601",
        lambda data: data["improvements"]["hotline"].update(
            solves=[{"role": "ole"}, {"role": "per"}, {"role": "ivan"}]
        ),
        [(AT, "steps/calls/pains/nobody-answers")],
    ),
    (
        "PK601",
        lambda data: data["improvements"]["hotline"]["solves"].remove({"role": "per"}),
        [("roles/per", "pains/brochures")],
    ),
    ("PK602", off("improvements", "hotline", "measure"), [("improvements/hotline", None)]),
    ("PK602", off("improvements", "hotline", "effort"), [("improvements/hotline", None)]),
    ("PK603", on("sprints", "w47", members={"service": ["Bo", "Ida"]}), [("sprints/w47", "members")]),
    (
        "PK604",
        both(
            on("improvements", "hotline", status="done", live="2026-11-01"),
            on("journeys", "machine", applies=["hotline"]),
        ),
        [("improvements/hotline", "looked")],
    ),
    ("PK605", on("improvements", "hotline", status="done"), [("improvements/hotline", "status")]),
    ("PK606", on("improvements", "hotline", made_with=[]), [("improvements/hotline", "made_with")]),
    ("PK606", on("journeys", "machine", state="to-be"), [(AT, "mapped_with")]),
]
NAMES = [f"{code}-{number}" for number, (code, _, _) in enumerate(CASES, 1)]


@pytest.mark.parametrize(("code", "change", "expected"), CASES, ids=NAMES)
def test_a_check_finds_what_was_broken_where_it_is_broken(
    code: str, change: Change, expected: Iterable[tuple[str, str | None]] | None
) -> None:
    found = {place for place in places(findings(change)) if place[0] == code}

    if expected is None:
        assert found
    else:
        assert found == {(code, document, item) for document, item in expected}


def test_every_check_that_needs_no_data_is_tried() -> None:
    tried = {code for code, _, _ in CASES} | {"PK008"}  # files that are no YAML: see test_places_of_findings
    assert tried == {code for code, check in CATALOGUE.items() if not check.needs_data}
