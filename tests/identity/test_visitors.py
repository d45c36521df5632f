"""Anonymous visitors become the person who signs in with that browser, before as after, and nobody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from polku.documents import Settings, Workspace
from polku.records.log import open_log
from polku.sources.importing import import_files
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


def test_a_browser_that_several_share_joins_nobody(tmp_path: Path) -> None:
    bring(tmp_path, firms=FIRMS, people=PEOPLE)
    found = events(
        tmp_path,
        WORKSPACE,
        call(1, "2026-01-01", "v1"),
        call(2, "2026-01-02", "v1", "ole@pallo.example"),
        call(3, "2026-01-03", "v1", "bo@legetojnord.example"),
        call(4, "2026-01-04", "v1"),
    )
    assert found["m1"] == ("v1", None)
    assert found["m4"] == ("v1", None)
    assert found["m2"] == ("C1", "A2")
    assert found["m3"] == ("C2", "A1")


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
