"""Anonymous visitors become the person who signs in with that browser, before as after, and nobody else."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from polku.documents import Settings, Workspace
from polku.records.engine import Engine
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.undoing import undo_imports
from polku.records.whose import known_of
from polku.sources.importing import import_files
from polku.sources.ties import tie
from tests.identity.test_matching import workspace_of
from tests.identity.test_resolving import FIRMS, bring

WORKSPACE = workspace_of("firms", "people")
PEOPLE = (
    "id,name,email,title,firm,from,to\nC1,Ole,ole@pallo.example,,A2,,\nC2,Bo,bo@legetojnord.example,,A1,,\n"
)


def call(number: int, day: str, visitor: str, user: str | None = None, **more: Any) -> dict[str, Any]:
    said = {"type": "page", "properties": {"path": "/prices"}, **more}
    return {
        "messageId": f"m{number}", "anonymousId": visitor, "userId": user, "timestamp": f"{day}T10:00:00Z",
        "sentAt": f"{day}T10:00:01Z", **said,
    }  # fmt: skip


def events(tmp_path: Path, workspace: Workspace, *calls: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Events of the web by their id: person and account."""
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(map(json.dumps, calls)), encoding="utf-8")
    import_files(workspace, tmp_path, [file], system="segment")
    with open_log(tmp_path) as log:
        rows = log.rows(
            "SELECT event_id, person_id, account_id FROM {events} WHERE source_kind = 'web' ORDER BY event_id"
        )
    return {id: (person, account) for id, person, account in rows}


def test_what_a_browser_did_is_the_persons_who_signs_in_later(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    first = events(tmp_path, WORKSPACE, call(1, "2026-01-01", "v1"), call(2, "2026-01-02", "v2"))
    assert first == {"m1": ("v1", None), "m2": ("v2", None)}
    found = events(
        tmp_path,
        WORKSPACE,
        call(3, "2026-01-03", "v1", "ole@pallo.example"),
        call(4, "2026-01-04", "v1"),
    )
    assert found == {"m1": ("C1", "A2"), "m2": ("v2", None), "m3": ("C1", "A2"), "m4": ("C1", "A2")}
    with open_log(tmp_path) as log:
        assert log.rows("SELECT person_id, reason, confidence FROM {person_links} WHERE ref = 'v1'") == [
            ("C1", "visitor", 0.9)
        ]
        assert log.rows("SELECT person_ref FROM {events} WHERE event_id = 'm1'") == [("v1",)]
        assert log.rows("SELECT count(*) FROM {people} WHERE person_id = 'v1'") == [(0,)]


def test_a_call_that_only_says_who_it_is_ties_them(tmp_path: Path) -> None:
    found = events(
        tmp_path,
        Workspace(Settings()),
        call(1, "2026-01-01", "v1"),
        call(
            2, "2026-01-02", "v1", "u7", type="identify", properties={}, traits={"email": "ole@pallo.example"}
        ),
    )
    assert found == {"m1": ("u7", None)}


def spans(tmp_path: Path) -> list[tuple[Any, ...]]:
    with open_log(tmp_path) as log:
        return log.rows(
            'SELECT ref, "from"::VARCHAR, person_id, reason FROM {visitor_links} ORDER BY 1, "from"'
        )


TURNS = (
    call(1, "2026-01-01", "v1"),
    call(2, "2026-01-02", "v1", "ole@pallo.example"),
    call(3, "2026-01-03", "v1"),
    call(4, "2026-01-04", "v1", "bo@legetojnord.example"),
    call(5, "2026-01-05", "v1"),
)


@pytest.mark.parametrize("cuts", [(5,), (1, 2, 3, 4, 5), (3, 5), "backwards", "twice"])
def test_a_browser_that_changes_hands_is_whose_who_signed_in_last(tmp_path: Path, cuts: Any) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    if cuts == "backwards":
        found = [events(tmp_path, WORKSPACE, one) for one in reversed(TURNS)][-1]
    elif cuts == "twice":
        found = [events(tmp_path, WORKSPACE, *TURNS) for _ in range(2)][-1]
    else:
        found = [events(tmp_path, WORKSPACE, *TURNS[start:end]) for start, end in pairwise((0, *cuts))][-1]
    ole, bo = ("C1", "A2"), ("C2", "A1")
    assert found == {"m1": ole, "m2": ole, "m3": ole, "m4": bo, "m5": bo}
    assert spans(tmp_path) == [
        ("v1", "0001-01-01 00:00:00", "C1", "visitor-by-date"),
        ("v1", "2026-01-04 10:00:00", "C2", "visitor-by-date"),
    ]
    with open_log(tmp_path) as log:
        assert log.rows("SELECT person_ref FROM {events} WHERE event_id = 'm3'") == [("v1",)]
        assert log.rows("SELECT count(*) FROM {people} WHERE person_id = 'v1'") == [(0,)]


def test_taking_the_second_sign_in_back_gives_the_browser_to_the_first(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    events(tmp_path, WORKSPACE, *TURNS[:3])
    events(tmp_path, WORKSPACE, *TURNS[3:])
    undo_imports(Lake(tmp_path / "lake"))
    with open_log(tmp_path) as log:
        assert set(log.rows("SELECT event_id, person_id FROM {events} WHERE source_kind = 'web'")) == {
            ("m1", "C1"), ("m2", "C1"), ("m3", "C1"),
        }  # fmt: skip
    assert spans(tmp_path) == []


def test_of_two_who_signed_in_within_an_hour_nobody_is_taken_for_the_visitor(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    half = {"timestamp": "2026-01-02T10:30:00Z"}
    found = events(
        tmp_path,
        WORKSPACE,
        call(1, "2026-01-02", "v1", "ole@pallo.example"),
        {**call(2, "2026-01-02", "v1", "bo@legetojnord.example"), **half},
        call(3, "2026-01-03", "v1"),
        call(4, "2026-01-04", "v1", "bo@legetojnord.example"),
        call(5, "2026-01-05", "v1"),
    )
    assert found["m3"] == (None, None)
    assert found["m5"] == ("C2", "A1")
    assert [row[2:] for row in spans(tmp_path)] == [(None, "ambiguous"), ("C2", "visitor-by-date")]


def test_a_browser_of_many_is_nobodys(tmp_path: Path) -> None:
    found = events(
        tmp_path,
        Workspace(Settings()),
        *(call(day, f"2026-01-0{day}", "v1", f"one{day}@firm{day}.example") for day in range(1, 5)),
        call(5, "2026-01-05", "v1"),
    )
    assert found["m5"] == ("v1", None)
    assert spans(tmp_path) == []


def test_times_that_do_not_say_their_zone_part_no_browser(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    found = events(
        tmp_path, WORKSPACE, *({**one, "timestamp": one["timestamp"].rstrip("Z")} for one in TURNS)
    )
    assert found["m3"] == ("v1", None)


@pytest.mark.parametrize(
    ("time", "hour"),
    [
        ("2026-01-03T10:00:00Z", 490954), ("2026-01-03T10:59:59.999Z", 490954), ("2026-01-03T12:00:00+02:00", 490954),
        ("2026-01-03 05:30:00-0430", 490954), ("2026-01-03 10:00:00 UTC", 490954), ("1767434400000000", 490954),
        ("2026-01-03 10:00:00", None), ("2026-01-03", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_tie_tells_its_hour_where_the_moment_says_its_zone(time: str, hour: int | None) -> None:
    with Engine() as engine:
        ((named,),) = engine.rows(
            f"SELECT {tie('v', 'u', 't')} FROM (SELECT 'x' AS v, 'y' AS u, '{time}' AS t)"
        )
    assert named.partition("/")[2].partition("/")[2] == ("" if hour is None else str(hour))


def test_forgetting_one_of_two_leaves_the_browser_to_the_other(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    events(tmp_path, WORKSPACE, *TURNS)
    with open_log(tmp_path) as log:
        assert "v1" not in {ref for _, ref in known_of(log, "C2").refs}
        assert "v1" not in {ref for _, ref in known_of(log, "C1").refs}


def test_two_browsers_of_one_person_are_theirs(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    found = events(
        tmp_path,
        WORKSPACE,
        call(1, "2026-01-01", "v1"),
        call(2, "2026-01-02", "v1", "ole@pallo.example"),
        call(3, "2026-01-03", "v2", "OLE@pallo.example"),
        call(4, "2026-01-04", "v2"),
    )
    assert set(found.values()) == {("C1", "A2")}


def test_colleagues_who_sign_in_are_no_visitors(tmp_path: Path) -> None:
    own = Workspace(Settings(domains=("hoppebold.example",)))
    found = events(
        tmp_path,
        own,
        call(1, "2026-01-01", "v1"),
        call(2, "2026-01-02", "v1", "me@hoppebold.example"),
    )
    assert set(found.values()) == {(None, None)}


def test_of_a_visiting_company_whose_visitor_nobody_knows_the_account_is_known(tmp_path: Path) -> None:
    visits = "at,firm,who\n2026-01-01,www.pallo.example,\n2026-01-02,Legetøj Nord,\n"
    bring(tmp_path, firms=FIRMS, visits=visits)
    with open_log(tmp_path) as log:
        told = "SELECT account_id, account_by, person_id FROM {events} ORDER BY time"
        assert log.rows(told) == [("A2", "named", None), ("A1", "named", None)]
        assert log.rows("SELECT count(*) FROM {people}") == [(0,)]
