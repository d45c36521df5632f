"""A finding points at the line and column where the thing stands in its file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from textwrap import dedent

import pytest

from polku.checks import Finding, check_workspace
from polku.formats import read_workspace

SETTINGS = """\
polku: 1
name: Hoppebold A/S
zone: Europe/Copenhagn
teams:
  - {id: sales, name: Sales}
  - {id: service, name: Field service}
channels: [{id: phone, kind: human}]
touchpoints:
  - {id: call, channel: phone, team: sales}
  - {id: support, channel: fone, team: service}
checks: {PK999: "off"}
"""
JOURNEY = """\
id: machine
name: Buying a machine
stages:
  - {id: need, when: before}
  - {id: offer, when: during}
  - {id: use, when: after}
steps:
  - id: calls
    stage: need
    role: ole
    does: We call him
    touchpoint: call
    feels: 7
    pains: [Nobody answers]
    next: [asks]
  - id: asks
    stage: use
    role: olle
    touchpoint: support
    feels: -1
    colour: red
"""
ROLE = """\
id: ole
name: Ole Operatør
insight: high
pains: [{id: german, says: The manual is in German}]
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[tuple[str, str | None], str]:
    """Code and item → file, line and column of every occurrence."""
    return {
        (one.code, one.item): str(one.place) for finding in check(tmp_path) for one in finding.occurrences
    }


def check(folder: Path, **files: str) -> tuple[Finding, ...]:
    texts = {"polku": SETTINGS, "journeys/machine": JOURNEY, "roles/ole": ROLE, **files}
    for name, text in texts.items():
        file = folder / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return check_workspace(read_workspace(folder), today=dt.date(2026, 11, 18))


@pytest.mark.parametrize(
    ("code", "item", "place"),
    [
        ("PK001", "touchpoints/support/channel", "polku.yaml:10:19"),
        ("PK001", "steps/asks/role", "journeys/machine.yaml:18:5"),
        ("PK004", "stages/offer", "journeys/machine.yaml:5:5"),
        ("PK006", "checks/PK999", "polku.yaml:11:10"),
        ("PK006", "steps/asks/colour", "journeys/machine.yaml:21:5"),
        ("PK007", "zone", "polku.yaml:3:1"),
        ("PK007", "steps/calls/feels", "journeys/machine.yaml:13:5"),
        ("PK101", "purpose", "polku.yaml:1:1"),
        ("PK105", None, "roles/ole.yaml:1:1"),
        ("PK203", "steps/calls/does", "journeys/machine.yaml:11:5"),
        ("PK204", "stages/use", "journeys/machine.yaml:6:5"),
        ("PK210", "owner", "journeys/machine.yaml:1:1"),
        ("PK211", "steps/asks/feels", "journeys/machine.yaml:20:5"),
        ("PK303", "steps/asks", "journeys/machine.yaml:16:5"),
        ("PK401", "pains/german", "roles/ole.yaml:4:9"),
        ("PK401", "steps/asks", "journeys/machine.yaml:16:5"),
    ],
)
def test_a_finding_knows_its_line(
    found: dict[tuple[str, str | None], str], code: str, item: str | None, place: str
) -> None:
    assert found[code, item] == place


def test_a_file_that_is_no_yaml_is_one_error_and_what_names_it_is_not_blamed(tmp_path: Path) -> None:
    found = check(tmp_path, **{"roles/ole": "id: ole\nname: Ole: Operatør\n"})

    codes = [(one.code, one.document, one.place.line) for one in found if one.level == "error"]
    assert ("PK008", "roles/ole", 2) in codes
    assert [one.item for finding in found if finding.code == "PK001" for one in finding.occurrences] == [
        "touchpoints/support/channel",
        "steps/asks/role",
    ]


def test_a_file_under_another_name_is_one_error(tmp_path: Path) -> None:
    found = check(tmp_path, **{"partners/lift": "id: nordlift\nname: Nordlift\n"})

    assert [(one.place.file, one.count) for one in found if one.code == "PK009"] == [
        ("partners/lift.yaml", 1)
    ]


def test_several_errors_of_one_document_name_each_line(tmp_path: Path) -> None:
    from polku.words import render

    found = check(tmp_path, **{"roles/ole": ROLE + "colour: red\nshape: round\n"})
    (error,) = (one for one in found if one.code == "PK006" and one.document == "roles/ole")

    assert error.count == 2
    assert "line 5: " in render(error.message) and "line 6: " in render(error.message)


@pytest.mark.parametrize("broken", ["polku", "journeys/machine", "roles/ole"])
def test_what_stands_in_an_unreadable_file_is_not_said_to_be_missing(tmp_path: Path, broken: str) -> None:
    evidence = "id: talk\nkind: interview\ndate: 2026-11-01\nabout: {steps: [calls], roles: [ole]}\n"
    purpose = SETTINGS + "purpose: {why: Renewals, readers: [sales], use: [product]}\n"
    files = {"polku": purpose, "evidence/talk": evidence, broken: "id: x\n  name: [\n"}

    found = check(tmp_path, **files)

    assert [(one.document, one.count) for one in found if one.code == "PK008"] == [(broken, 1)]
    blamed = {one.item for finding in found if finding.code == "PK001" for one in finding.occurrences}
    assert blamed <= {"touchpoints/support/channel", "steps/asks/role"}
    assert {one.code for one in found} & {"PK101", "PK209", "PK407"} == set()
