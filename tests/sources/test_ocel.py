"""Object-centric logs in their forms: the same in all, with what leads nowhere counted, and no event counted twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.documents import Settings, Workspace
from polku.errors import ImportRefused
from polku.sources.ocel_files import is_object_log
from polku.sources.staging import ReadFile, read_files
from tests.sources.staged import rows, warned

LOG: dict[str, Any] = {
    "objectTypes": [{"name": "Account", "attributes": [{"name": "industry", "type": "string"}]}],
    "eventTypes": [],
    "events": [
        {"id": "e1", "type": "Quote sent", "time": "2026-01-13T10:00:00Z", "attributes": [],
         "relationships": [{"objectId": "pallo", "qualifier": "target"}, {"objectId": "o1", "qualifier": "about"}, {"objectId": "aino", "qualifier": "actor"}]},
        {"id": "e2", "type": "Talk", "time": "2026-01-14T10:00:00Z",
         "relationships": [{"objectId": "pallo", "qualifier": ""}, {"objectId": "o1", "qualifier": "about"}, {"objectId": "o2", "qualifier": "about"}]},
        {"id": "e3", "type": "Signed", "time": "2026-01-15T10:00:00Z", "relationships": [{"objectId": "o2", "qualifier": None}, {"objectId": "gone", "qualifier": ""}]},
    ],
    "objects": [
        {"id": "pallo", "type": "Account", "attributes": [{"name": "industry", "time": "1970-01-01T00:00:00Z", "value": "Toys"}]},
        {"id": "aino", "type": "Person", "attributes": [{"name": "title", "value": "CEO"}], "relationships": [{"objectId": "pallo", "qualifier": "works at"}]},
        {"id": "o1", "type": "Order"},
        {"id": "o2", "type": "Order"},
    ],
}  # fmt: skip


def staged(
    tmp_path: Path, file: Path, *, zone: str = "UTC", system: str | None = None
) -> dict[str, ReadFile]:
    out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
    out.mkdir()
    found = read_files(Workspace(Settings(zone=zone)), [file], out, system=system, sample=100_000)
    return {one.name.removeprefix(file.name): one for one in found}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "deals.jsonocel"
    file.write_text(json.dumps(LOG), encoding="utf-8")
    return file


def test_types_of_objects_become_accounts_people_and_the_case(tmp_path: Path, log: Path) -> None:
    found = staged(tmp_path, log)
    assert [
        (row["activity"], row.get("account_id"), row.get("person_id"), row.get("case_id"))
        for row in rows(found[""], "events")
    ] == [("Quote sent", "pallo", "aino", "o1"), ("Talk", "pallo", None, None), ("Signed", None, None, "o2")]
    assert rows(found["/account"], "accounts")[0]["industry"] == "Toys"
    assert rows(found["/person"], "people")[0]["title"] == "CEO"
    assert [(row["person_id"], row["account_id"]) for row in rows(found["/members"], "memberships")] == [
        ("aino", "pallo")
    ]
    assert {one.mapping.source.id for one in found.values()} == {"deals"}


def test_links_to_missing_objects_and_events_of_several_cases_are_told(tmp_path: Path, log: Path) -> None:
    found = staged(tmp_path, log)
    assert {"ocel-dangling", "ocel-several", "ocel-case"} <= warned(found[""])
    assert [(row["object_id"], row.get("as")) for row in rows(found["/objects"], "objects")][:3] == [
        ("pallo", "target"),
        ("o1", "about"),
        ("aino", "actor"),
    ]
    assert found["/objects"].tables["objects"] == 8


def test_flattened_an_event_stands_in_each_of_its_cases(tmp_path: Path, log: Path) -> None:
    found = staged(tmp_path, log, system="ocel-flat")
    assert [(row["activity"], row["case_id"]) for row in rows(found[""], "events")] == [
        ("Quote sent", "o1"),
        ("Talk", "o1"),
        ("Talk", "o2"),
        ("Signed", "o2"),
    ]
    assert "ocel-repeated" in warned(found[""])


def test_the_three_forms_of_one_log_are_equal(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    forms = []
    for ending in ("sqlite", "jsonocel", "xmlocel"):
        # Two of the forms were written without an offset, in the winter time of the third's authors.
        found = staged(tmp_path, shared_data("ocel-logs") / f"ocel20_example.{ending}", zone="Europe/Berlin")
        assert (found[""].rows, found["/objects"].rows) == (13, 20)
        events = sorted(
            (row["event_id"], row["activity"], row["time"], row.get("case_id"))
            for row in rows(found[""], "events")
        )
        objects = sorted(
            (row["event_id"], row["object_id"], row["kind"], row["as"])
            for row in rows(found["/objects"], "objects")
        )
        forms.append((events, objects))
    assert forms[0] == forms[1] == forms[2]


FIGURES = {
    "logistics.sqlite": (8727, 13, ("2023-05-26", "2023-11-21"), {"ocel-dangling": 5080}),
    "QEL_Inventory_Management_extended.xml": (3622, 8, ("2019-10-12", "2020-04-19"), {}),
    "pallet-logistics-v0.9.sqlite": (14, None, None, {}),
    "recruiting-red.jsonocel": (6607, None, ("2019-05-20", "2019-11-18"), {}),
    "ocel_order_simulated.csv.gz": (22367, 11, ("2019-05-20", "2020-08-25"), {}),
    "example_log.csv": (23, None, None, {}),
    "example_log.jsonocel": (23, None, None, {}),
    "example_log.xmlocel": (23, None, None, {}),
    "example_log.sqlite": (23, None, None, {}),
    "newocel.csv": (20, None, ("1970-01-01", "1970-01-01"), {}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_published_logs_have_their_known_figures(
    shared_data: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    events, activities, period, faults = FIGURES[name]
    found = staged(tmp_path, shared_data("ocel-logs") / name)
    read = next(iter(found.values()))
    made = rows(read, "events")
    assert (read.rows, read.rejected, len(made)) == (events, 0, events)
    assert activities is None or len({row["activity"] for row in made}) == activities
    if period:
        days = [row["time"].date().isoformat() for row in made]
        assert (min(days), max(days)) == period
    told = {w.id.removeprefix("sources."): w.params["count"] for w in read.warnings if "count" in w.params}
    assert {key: told[key] for key in faults} == faults


def test_a_log_of_cases_is_no_object_centric_one(shared_data: Callable[[str], Path]) -> None:
    file = shared_data("small-event-logs") / "running-example.xes"
    assert not is_object_log(file, file.read_bytes()[:4096])


@pytest.mark.parametrize(
    "text",
    ['{"objectTypes": [], "events": [{"type": "x"}]}', '{"ocel:events": [1]}', '{"objectTypes": [], "events": [', "<log><event-types/><events><event id='1'></log>"],
)  # fmt: skip
def test_a_damaged_log_is_refused_with_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "log.jsonocel"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefused):
        staged(tmp_path, file)
