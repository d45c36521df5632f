"""Tables of a CRM that link, correct and date one another: the same however they are cut, ordered and repeated."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.analytics.asking.questions import ask
from polku.documents import Workspace
from polku.formats.workspace import read_workspace
from polku.records.log import open_log
from polku.sources.importing import import_files

FIRST = {
    "companies": ("company id,company name,domain", ["1,Pallo Oy,pallo.example", "2,Boll AB,boll.example"]),
    "contacts": (
        "contact id,email,first name,last name,job title",
        ["11,ann@pallo.example,Ann,A,Buyer", "12,bo@gmail.com,Bo,B,Operator", "13,cy@boll.example,Cy,C,"],
    ),
    "employment": (
        "contact id,company id,from,to",
        ["11,1,2025-01-01,2026-01-31", "11,2,2026-02-01,", "12,1,,"],
    ),
    "deals": (
        "deal id,deal name,stage,amount,created,closed",
        ["D1,One,Offer,100,2026-01-02,", "D2,Two,Offer,200,2026-01-03,", "D3,Three,Lost,300,2026-01-04,2026-02-04"],
    ),
    "deal companies": ("deal id,company id", ["D1,1", "D2,2", "D3,1", "D3,2"]),
    "deal contacts": ("deal id,contact id", ["D1,11", "D2,13"]),
    "tickets": (
        "ticket id,subject,created,contact id",
        ["T1,Jam,2026-01-10 10:00:00,", "T2,Noise,2026-02-10 10:00:00,11", "T3,Jam,2026-02-11 10:00:00,"],
    ),
    "ticket deals": ("ticket id,deal id", ["T1,D1", "T3,D1", "T3,D2", "T2,D9"]),
    "activities": (
        "activity id,activity,date,contact id",
        [
            "A1,Call,2026-01-20 10:00:00,11",
            "A2,Call,2026-02-20 10:00:00,11",
            "A3,Visit,2026-02-20,12",
            "A4,Visit,2026-01-21,12",
        ],
    ),
    "activity deals": (
        "activity id,deal id,from,to",
        ["A2,D1,2026-01-01,2026-01-31", "A2,D2,2026-02-01,", "A4,D1,,", "A4,D2,,"],
    ),
    "activity tickets": ("activity id,ticket id", ["A3,T1", "A1,T2"]),
}  # fmt: skip
LATER = {
    "contacts": ["11,ann@pallo.example,Ann,Aho,Managing director"],
    "deals": ["D1,One,Won,150,2026-01-02,2026-03-01", "D2,Two,Quote,200,2026-01-03,"],
    "activities": ["A1,Meeting,2026-01-22 10:00:00,12"],
}
"""Rows as a later export has them."""
SAID = {
    "accounts": "SELECT account_id, name, domain FROM {accounts}",
    "people": "SELECT person_id, name, email, title FROM {people}",
    "memberships": 'SELECT person_id, account_id, "from", "to", parts, reason FROM {memberships}',
    "deals": "SELECT deal_id, account_id, stage, outcome, amount, created, closed FROM {deals}",
    "deal_people": "SELECT deal_id, person_id FROM {deal_people}",
    "belongings": "SELECT kind, record_id, account_id, person_id, deal_id, case_id FROM {belongings}",
    "events": "SELECT event_id, time, precision, activity, account_id, account_by, person_id, deal_id, case_id, part FROM {events}",
    "ways": "SELECT key, account_id, n, t0, t1, outcome, value FROM {cases:deal}",
}  # fmt: skip

Piece = tuple[str, str]
"""Name of a table, text of a part of it."""


def piece(table: str, rows: list[str]) -> Piece:
    return table, "\n".join([FIRST[table][0], *rows]) + "\n"


@st.composite
def courses(draw: st.DrawFn) -> list[list[Piece]]:
    """Imports: tables cut by rows, in any order, what is later after what it corrects, some of it again."""
    first: list[Piece] = []
    for table, (_, rows) in FIRST.items():
        cut = draw(st.integers(0, len(rows)))
        first += [piece(table, some) for some in (rows[:cut], rows[cut:]) if some]
    course = draw(st.permutations(first))
    for table, rows in LATER.items():
        corrects = max(place for place, (name, _) in enumerate(course) if name == table)
        course.insert(draw(st.integers(corrects + 1, len(course))), piece(table, rows))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(course) - 1))
        course.insert(draw(st.integers(place + 1, len(course))), course[place])
    ends = sorted({len(course), *draw(st.lists(st.integers(1, len(course)), max_size=3))})
    return [course[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


def bring(workspace: Workspace, folder: Path, course: list[list[Piece]]) -> None:
    number = 0
    for pieces in course:
        paths = []
        for table, text in pieces:
            # The next export has the same name, and comes from another folder.
            number += 1
            (folder / str(number)).mkdir(parents=True)
            paths.append(folder / str(number) / f"{table}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        import_files(workspace, folder / "it", paths)


def known(workspace: Workspace, folder: Path) -> dict[str, Any]:
    with open_log(folder / "it") as log:
        found: dict[str, Any] = {what: sorted(log.rows(sql), key=repr) for what, sql in SAID.items()}
        for question in ("paths", "deals"):
            answer = ask(log, workspace, question, case="account" if question == "paths" else None)
            found[question] = {name: value for name, value in vars(answer).items() if name != "about"}
        return found


def compare(course: list[list[Piece]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "polku.yaml").write_text("polku: 1\nname: Test\nzone: UTC\n")
        workspace = read_workspace(folder)
        whole = [[piece(table, rows) for table, (_, rows) in FIRST.items()]]
        bring(workspace, folder / "whole", [*whole, [piece(table, rows) for table, rows in LATER.items()]])
        bring(workspace, folder / "cut", course)
        assert known(workspace, folder / "cut") == known(workspace, folder / "whole")


@settings(max_examples=1)
@given(courses())
def test_links_corrections_and_new_employers_come_to_the_same_in_any_order(course: list[list[Piece]]) -> None:
    compare(course)


@pytest.mark.long
@settings(max_examples=20)
@given(courses())
def test_links_corrections_and_new_employers_come_to_the_same_in_many_tries(
    course: list[list[Piece]],
) -> None:
    compare(course)


def test_what_all_of_it_says(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text("polku: 1\nname: Test\nzone: UTC\n")
    workspace = read_workspace(tmp_path)
    whole = [[piece(table, rows) for table, (_, rows) in FIRST.items()]]
    bring(workspace, tmp_path, [*whole, [piece(table, rows) for table, rows in LATER.items()]])
    with open_log(tmp_path / "it") as log:
        found = {
            id: tuple(rest)
            for id, *rest in log.rows(
                "SELECT event_id, activity, account_id, account_by, person_id, deal_id FROM {events} "
                "WHERE event_id NOT LIKE 'D%'"
            )
        }
    assert found == {
        "A1": ("Meeting", "1", "member", "12", "D9"),  # of ticket T2
        "A2": ("Call", "2", "deal", "11", "D2"),  # of D2 since February
        "A3": ("Visit", "1", "case", "12", "D1"),  # of ticket T1, which is of D1
        "A4": ("Visit", "1", "member", "12", None),  # two deals of two companies
        "T1": ("Ticket: Jam", "1", "deal", None, "D1"),
        "T2": ("Ticket: Noise", "2", "member", "11", "D9"),  # after she changed her employer
        "T3": ("Ticket: Jam", None, None, None, None),
    }
