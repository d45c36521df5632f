"""The company's own people are nobody's people: agents of a help desk, and whoever has an address at an own domain."""

from __future__ import annotations

from pathlib import Path

from polku.documents import Settings, Workspace
from polku.records.log import open_log
from polku.sources.importing import import_files
from tests.identity.test_matching import workspace_of
from tests.identity.test_resolving import FIRMS

USERS = (
    "id,name,email,organization_id,role,locale,suspended,moderator,shared_agent,verified\n"
    "701,Aino,a@pallo.example,55,end-user,fi,false,false,false,true\n"
    "9,Bo Agent,bo@hoppebold.example,,agent,fi,false,true,false,true\n"
)
COMMENTS = (
    "id,body,created,public,ticket_id,user_id,voice_comment\n"
    "1,Help,2026-01-01 10:00:00,true,7,701,false\n2,Sure,2026-01-01 11:00:00,true,7,9,false\n"
)


def test_agents_of_a_help_desk_are_nobody_and_their_answers_stay(tmp_path: Path) -> None:
    for name, text in (("user_data", USERS), ("ticket_comment_data", COMMENTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    crm = "id,name,email,title,firm,from,to\n9,Somebody Else,s@pallo.example,,A2,,\n"
    (tmp_path / "people.csv").write_text(crm, encoding="utf-8")
    workspace = workspace_of("people")
    import_files(workspace, tmp_path, [tmp_path / "people.csv"])
    import_files(
        workspace,
        tmp_path,
        [tmp_path / "user_data.csv", tmp_path / "ticket_comment_data.csv"],
        system="zendesk",
    )
    with open_log(tmp_path) as log:
        told = "SELECT person_ref, person_id FROM {events} WHERE source_kind = 'support' ORDER BY time"
        assert log.rows(told) == [("701", "701"), ("9", None)]
        reasons = "SELECT DISTINCT ref, reason FROM {person_links} WHERE source <> 'people' ORDER BY ref"
        assert log.rows(reasons) == [("701", "id"), ("9", "own"), ("bo@hoppebold.example", "own")]
        # The CRM's contact with the agent's number is somebody else.
        assert log.rows("SELECT person_id FROM {people} ORDER BY 1") == [("701",), ("9",)]
        assert log.rows("SELECT name FROM {people} WHERE person_id = '9'") == [("Somebody Else",)]
        assert log.rows("SELECT count(*) FROM {source_people} WHERE name = 'Bo Agent'") == [(0,)]
        assert log.rows("SELECT count(*) FROM {accounts} WHERE account_id = 'polku:own'") == [(0,)]


def test_who_has_an_own_address_is_no_customer(tmp_path: Path) -> None:
    firms = FIRMS + "A9,Hoppebold A/S,hoppebold.example,\n"
    people = (
        "id,name,email,title,firm,from,to\nC1,Ole,ole@pallo.example,,A2,,\n"
        "C2,Mette,mette@hoppebold.example,,A9,,\nC3,Bo,bo@mail.hoppebold.example,,A2,,\n"
    )
    visits = (
        "at,firm,who\n2026-01-01,A2,C1\n2026-01-02,,C2\n2026-01-03,A2,C3\n2026-01-04,hoppebold.example,\n"
    )
    for name, text in (("firms", firms), ("people", people), ("visits", visits)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    files = [tmp_path / f"{name}.csv" for name in ("firms", "people", "visits")]
    plain = workspace_of("firms", "people", "visits")
    import_files(plain, tmp_path, files)
    with open_log(tmp_path) as log:
        assert len(log.rows("SELECT * FROM {people}")) == 3
    own = Workspace(Settings(domains=("www.hoppebold.example",)), sources=plain.sources)
    import_files(own, tmp_path, files)
    with open_log(tmp_path) as log:
        assert log.rows("SELECT person_id FROM {people}") == [("C1",)]
        assert log.rows("SELECT count(*) FROM {accounts} WHERE account_id = 'A9'") == [(0,)]
        assert log.rows("SELECT person_id, account_id FROM {memberships}") == [("C1", "A2")]
        told = "SELECT account_id, person_id FROM {events} ORDER BY time"
        assert log.rows(told) == [("A2", "C1"), (None, None), ("A2", None), (None, None)]
    # The setting taken away, everybody is back.
    import_files(plain, tmp_path, files)
    with open_log(tmp_path) as log:
        assert len(log.rows("SELECT * FROM {people}")) == 3
