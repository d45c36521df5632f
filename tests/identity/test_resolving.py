"""Who is who, from files as several systems export them to accounts, people and memberships."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from polku.documents import Account, Role, Settings, Source, Workspace
from polku.identity.matching import decide, review, undo
from polku.records.log import open_log
from polku.sources.importing import import_files

MAPPINGS: dict[str, dict[str, Any]] = {
    "firms": {
        "kind": "crm",
        "table": "accounts",
        "columns": {"account_id": "id", "name": "name", "domain": "domain", "parent": "parent"},
    },
    "others": {
        "kind": "crm",
        "table": "accounts",
        "columns": {"account_id": "id", "name": "name", "domain": "domain"},
    },
    "people": {
        "kind": "crm",
        "fills": [
            {"table": "people", "columns": {"person_id": "id", "name": "name", "email": "email", "title": "title"}},
            {"table": "memberships", "when": "firm", "columns": {"person_id": "id", "account_id": "firm", "from": "from", "to": "to"}},
        ],
    },
    "tickets": {
        "kind": "support",
        "fills": [
            {"table": "people", "when": "email", "columns": {"person_id": "email", "email": "email", "title": "title"}},
            {"table": "memberships", "when": "email", "columns": {"person_id": "email", "account_id": "firm"}},
            {"table": "events", "columns": {"time": "at", "account_id": "firm", "person_id": "email", "activity": "=Ticket"}},
        ],
    },
    "visits": {"kind": "web", "table": "events", "columns": {"time": "at", "account_id": "firm", "person_id": "who", "activity": "=Visit"}},
}  # fmt: skip

FIRMS = "id,name,domain,parent\nA1,Legetøj Nord A/S,legetojnord.example,\nA2,Pallo Oy,www.pallo.example,A1\n"
FIRMS += "A3,Boll & Båge AB,,\nA4,Nordic AB,nordic.se.example,\nA5,Nordic Oy,nordic.fi.example,\n"


def bring(
    tmp_path: Path,
    *,
    accounts: tuple[Account, ...] = (),
    roles: tuple[Role, ...] = (),
    own: tuple[str, ...] = (),
    **files: str,
) -> Path:
    sources = {
        name: Source.model_validate({"id": name, "reads": f"{name}.csv", **MAPPINGS[name]}) for name in files
    }
    workspace = Workspace(
        Settings(domains=own),
        sources=sources,
        accounts={account.id: account for account in accounts},
        roles={role.id: role for role in roles},
    )
    paths = []
    for name, text in files.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    import_files(workspace, tmp_path, paths)
    return tmp_path


def account_of(folder: Path, source: str) -> dict[str, tuple[str | None, str]]:
    with open_log(folder) as log:
        found = log.rows(
            "SELECT ref, account_id, reason FROM {account_links} WHERE source = $source", source=source
        )
    return {ref: (id, reason) for ref, id, reason in found}


def members(folder: Path) -> list[tuple[Any, ...]]:
    with open_log(folder) as log:
        return log.rows('SELECT person_id, account_id, "from", "to", parts FROM {memberships} ORDER BY ALL')


@pytest.mark.parametrize(
    ("word", "account", "reason"),
    [
        ("A1", "A1", "other-id"),
        ("LEGETØJ NORD", "A1", "name"),
        ("Legetøj Nord ApS", "A1", "name"),
        ("Legetoej Nord", "A1", "name"),
        ("Oy Pallo Ab", "A2", "name"),
        ("Boll och Båge", "A3", "name"),
        ("https://shop.pallo.example/fi?x=1", "A2", "domain"),
        ("anna@mail.pallo.example", "A2", "email"),
        ("Nordic", None, "ambiguous"),
        ("Nordic GmbH", None, "ambiguous"),
        ("somebody@gmail.com", None, "unknown"),
        ("gmail.com", None, "unknown"),
        ("Palloo Oy", None, "unknown"),
        ("Nobody Ltd", None, "unknown"),
    ],
)
def test_a_word_for_a_company_is_linked_with_its_reason(
    tmp_path: Path, word: str, account: str | None, reason: str
) -> None:
    folder = bring(tmp_path, firms=FIRMS, visits=f'at,firm,who\n2026-01-01,"{word}",\n')
    assert account_of(folder, "visits") == {word: (account, reason)}


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ("7,Pallo,pallo.example", {"7": ("A2", "domain")}),
        ("7,Pallo Oy,https://www.pallo.example/fi", {"7": ("A2", "domain")}),
        # A group's domain: which of its companies?
        ("7,Pallo Service Oy,pallo.example", {"7": ("7", "id")}),
        # Two in one list are two, and nobody can say which of them the other list means.
        ("7,Pallo,pallo.example\n8,Pallo,pallo.example", {"7": ("7", "id"), "8": ("8", "id")}),
        ("7,Legetøj Nord,", {"7": ("7", "id")}),
        ("7,Pallo,gmail.com", {"7": ("7", "id")}),
    ],
)
def test_two_crms_mean_one_company_by_name_and_a_domain_that_is_its_own(
    tmp_path: Path, entries: str, found: dict[str, tuple[str, str]]
) -> None:
    folder = bring(tmp_path, firms=FIRMS, others=f"id,name,domain\n{entries}\n")
    assert account_of(folder, "others") == found
    assert account_of(folder, "firms")["A2"] == ("A2", "id")


def test_what_two_crms_say_of_one_company_is_parted_again(tmp_path: Path) -> None:
    folder = bring(tmp_path, firms=FIRMS, others="id,name,domain\n7,Pallo,pallo.example\n")
    workspace = Workspace(Settings())
    (joined,) = [
        one
        for one in review(folder, workspace).linked
        if one.right.word.ref == "7" or one.left.word.ref == "7"
    ]
    decide(folder, workspace, {joined.id: "different"})
    assert account_of(folder, "others") == {"7": ("7", "id")}
    undo(folder, workspace, [joined.id])
    assert account_of(folder, "others") == {"7": ("A2", "domain")}


def test_the_crm_makes_accounts_and_the_web_does_not(tmp_path: Path) -> None:
    people = "id,name,email,title,firm,from,to\nC1,X Y,,,New Firm Oy,,\n"
    folder = bring(
        tmp_path, firms=FIRMS, people=people, visits="at,firm,who\n2026-01-01,New Firm,\n2026-01-01,Other,\n"
    )
    assert account_of(folder, "people")["New Firm Oy"] == ("New Firm Oy", "named")
    assert account_of(folder, "visits") == {"New Firm": ("New Firm Oy", "name"), "Other": (None, "unknown")}


def test_without_any_list_of_accounts_their_names_are_the_accounts(tmp_path: Path) -> None:
    folder = bring(
        tmp_path, visits="at,firm,who\n2026-01-01,Pallo Oy,\n2026-01-02,PALLO,\n2026-01-03,gmail.com,\n"
    )
    found = account_of(folder, "visits")
    assert found["Pallo Oy"][0] == found["PALLO"][0] is not None
    assert found["gmail.com"] == (None, "unknown")


def test_a_document_gives_an_account_its_id(tmp_path: Path) -> None:
    document = Account.model_validate(
        {"id": "legetoj-nord", "name": "Legetøj Nord", "records": {"crm": "A1"}}
    )
    other = Account.model_validate({"id": "pallo", "domain": "pallo.example"})
    folder = bring(
        tmp_path, accounts=(document, other), firms=FIRMS, visits="at,firm,who\n2026-01-01,Legetøj Nord,\n"
    )
    assert account_of(folder, "firms")["A1"] == ("legetoj-nord", "document")
    assert account_of(folder, "firms")["A2"][0] == "pallo"
    assert account_of(folder, "visits")["Legetøj Nord"] == ("legetoj-nord", "name")
    with open_log(folder) as log:
        assert log.rows("SELECT parent FROM {accounts} WHERE account_id = 'pallo'") == [("legetoj-nord",)]


def test_one_address_is_one_person_in_all_systems(tmp_path: Path) -> None:
    people = "id,name,email,title,firm,from,to\nC1,Ole Ø,Ole@Pallo.Example,Operator,A2,,\n"
    tickets = "at,firm,email,title\n2026-01-01,Pallo,OLE@pallo.example,\n2026-01-02,,new@legetojnord.example,Buyer\n"
    folder = bring(tmp_path, firms=FIRMS, people=people, tickets=tickets)
    with open_log(folder) as log:
        assert log.rows("SELECT person_id, account_id FROM {events} ORDER BY time") == [
            ("C1", "A2"),
            ("new@legetojnord.example", "A1"),
        ]
    assert members(folder) == [
        ("C1", "A2", None, None, ["operator"]),
        ("new@legetojnord.example", "A1", None, None, ["buyer"]),
    ]


def test_somebody_who_changes_employer_belongs_to_each_in_its_time(tmp_path: Path) -> None:
    people = "id,name,email,title,firm,from,to\n"
    people += "C1,Mette,m@x.example,Operator,A1,2024-01-01,2025-06-30\nC1,Mette,m@x.example,Operator,A2,2025-07-01,\n"
    visits = "at,firm,who\n2024-05-01,,C1\n2025-08-01,,C1\n"
    folder = bring(tmp_path, firms=FIRMS, people=people, visits=visits)
    assert [row[:4] for row in members(folder)] == [
        ("C1", "A1", dt.date(2024, 1, 1), dt.date(2025, 6, 30)),
        ("C1", "A2", dt.date(2025, 7, 1), None),
    ]
    with open_log(folder) as log:
        assert [row[0] for row in log.rows("SELECT account_id FROM {events} ORDER BY time")] == ["A1", "A2"]


def test_a_box_that_several_read_is_nobody(tmp_path: Path) -> None:
    people = "id,name,email,title,firm,from,to\nC1,Anna,info@pallo.example,CEO,A2,,\nC2,Bo,info@pallo.example,Operator,A2,,\n"
    folder = bring(
        tmp_path, firms=FIRMS, people=people, visits="at,firm,who\n2026-01-01,,info@pallo.example\n"
    )
    with open_log(folder) as log:
        assert log.rows("SELECT person_id FROM {events}") == [(None,)]
        assert log.rows("SELECT person_id FROM {people} ORDER BY 1") == [("C1",), ("C2",)]


SHARED = "id,name,email,title,firm,from,to\nC1,Anna,info@pallo.example,CEO,A2,,\nC2,Bo,info@pallo.example,Operator,A2,,\n"
SHARED += "C3,Cy,family@gmail.com,CEO,A1,,\nC4,Di,family@gmail.com,Buyer,A1,,\n"


def test_what_a_shared_box_wrote_counts_for_the_company_of_its_domain(tmp_path: Path) -> None:
    visits = "at,firm,who\n2026-01-01,,Info@Pallo.example\n2026-01-02,,family@gmail.com\n2026-01-03,A1,info@pallo.example\n"
    folder = bring(tmp_path, firms=FIRMS, people=SHARED, visits=visits)
    with open_log(folder) as log:
        assert log.rows(
            "SELECT account_id, account_by, person_id, person_ref FROM {events} ORDER BY time"
        ) == [
            ("A2", "mailbox", None, "Info@Pallo.example"),
            (None, None, None, "family@gmail.com"),
            ("A1", "named", None, "info@pallo.example"),
        ]
        assert log.rows("SELECT ref, account_id, reason, confidence FROM {mailbox_links} ORDER BY ref") == [
            ("Info@Pallo.example", "A2", "mailbox", 0.9),
            ("info@pallo.example", "A2", "mailbox", 0.9),
        ]


def test_a_shared_box_may_be_parted_from_its_company_and_given_back(tmp_path: Path) -> None:
    folder = bring(
        tmp_path, firms=FIRMS, people=SHARED, visits="at,firm,who\n2026-01-01,,info@pallo.example\n"
    )
    workspace = Workspace(Settings())

    def told() -> list[tuple[Any, ...]]:
        with open_log(folder) as log:
            return log.rows("SELECT account_id, account_by FROM {events}")

    (pair,) = (one for one in review(folder, workspace).linked if one.linked == "mailbox")
    assert {pair.left.word.ref, pair.right.word.ref} == {"A2", "info@pallo.example"}
    decide(folder, workspace, {pair.id: "different"})
    assert told() == [(None, None)]
    undo(folder, workspace, [pair.id])
    assert told() == [("A2", "mailbox")]


def test_staff_in_a_shared_box_are_of_no_account(tmp_path: Path) -> None:
    folder = bring(
        tmp_path,
        own=("pallo.example",),
        people=SHARED,
        visits="at,firm,who\n2026-01-01,,info@pallo.example\n",
    )
    with open_log(folder) as log:
        assert log.rows("SELECT account_id, account_by, person_id FROM {events}") == [(None, None, None)]


def test_a_private_address_makes_no_company(tmp_path: Path) -> None:
    tickets = "at,firm,email,title\n2026-01-01,,anna@gmail.com,Operator\n"
    folder = bring(tmp_path, firms=FIRMS, tickets=tickets)
    assert members(folder) == []


def test_roles_and_account_documents_tell_parts_before_titles_do(tmp_path: Path) -> None:
    role = Role.model_validate({"id": "ivan", "part": "decision-maker", "titles": ["buyer"]})
    ole = Role.model_validate({"id": "ole", "part": "operator"})
    document = Account.model_validate(
        {
            "id": "pallo",
            "domain": "pallo.example",
            "people": [{"id": "p1", "name": "Anna Aho", "roles": ["ole"]}],
        }
    )
    people = "id,name,email,title,firm,from,to\nC1,Anna Aho,a@pallo.example,CEO,A2,,\nC2,Bo,b@pallo.example,Buyer,A2,,\n"
    people += "C3,Cy,c@pallo.example,Mysterious,A2,,\n"
    folder = bring(tmp_path, accounts=(document,), roles=(role, ole), firms=FIRMS, people=people)
    assert [(row[0], row[4]) for row in members(folder)] == [
        ("C1", ["operator"]),
        ("C2", ["decision-maker"]),
        ("C3", None),
    ]


def test_the_order_of_files_changes_nobody(tmp_path: Path) -> None:
    people = "id,name,email,title,firm,from,to\nC1,Ole,ole@pallo.example,Operator,A2,,\n"
    tickets = "at,firm,email,title\n2026-01-01,Pallo,ole@pallo.example,\n"
    names = {"firms": FIRMS, "people": people, "tickets": tickets}
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    bring(one, **names)
    bring(two, **dict(reversed(names.items())))
    assert account_of(one, "tickets") == account_of(two, "tickets")
    assert members(one) == members(two)
