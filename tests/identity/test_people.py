"""People found in SQL are those that plain Python finds entry by entry, whatever the sources say."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polku.documents import Role, Settings, Workspace
from polku.identity import members as finding_members
from polku.identity import people as finding_people
from polku.identity import resolver
from polku.identity.accounts import AccountBook, Link, Said, book_of
from polku.identity.titles import TitleReader
from polku.records.engine import Engine, Relation, name
from polku.records.people import keep_refs
from polku.records.schema import KIND_ORDER, RECORDS
from tests.identity.lines import staged_line
from tests.identity.people_oracle import PersonBook, SaidPerson, members_of, people_of

KINDS = {"a-crm": "crm", "b-crm": "crm", "help": "support", "site": "web", "odd": "strange"}
MAILS = (
    "ole@pallo.example",
    "OLE@pallo.example",
    "mailto:ole@pallo.example",
    " bo@legetoj.example ",
    "info@pallo.example",
    "anna@gmail.com",
    "åsa@boll.example",
    "x@www.pallo.example",
    "not an address",
    "two@@signs.example",
    "bo@nowhere",
)
REFS = ("1", "2", "3", "crm 4", "Ole", *MAILS[:5])
NAMES = (None, "", "Ole Ø", "Ole Å", "HOLM, Mette", "Mette Holm")
TITLES = (None, "", "Purchasing manager", "Operator", "Wizard")
ACCOUNTS = ("A1", "A2", "Pallo", "boll.example", "nobody")

people = st.lists(
    st.tuples(
        st.sampled_from(sorted(KINDS)), st.sampled_from(REFS), st.sampled_from(NAMES),
        st.sampled_from((None, *MAILS)), st.sampled_from(TITLES),
    ),
    max_size=12,
)  # fmt: skip
events = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(REFS)), max_size=8)
days = st.sampled_from((None, dt.date(2025, 1, 1), dt.date(2026, 1, 1)))
memberships = st.lists(
    st.tuples(
        st.sampled_from(sorted(KINDS)), st.sampled_from(REFS), st.sampled_from(ACCOUNTS), days, days,
        st.sampled_from((None, ["buyer"], ["expert", "operator"])),
    ),
    max_size=10,
)  # fmt: skip
FIRMS = [("a-crm", "A1", "Pallo Oy", "pallo.example"), ("a-crm", "A2", "Legetøj", "legetoj.example")]


def keyed(rows: list[dict[str, Any]], table: str) -> Relation:
    """Rows as a staged table, each in its place in one file."""
    columns = RECORDS[table].columns
    if not rows:
        nothing = ", ".join(f"NULL::{c.type} AS {name(c.name)}" for c in columns)
        return Relation(f"(SELECT {nothing} WHERE false)")

    def cell(value: Any) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, list):
            return "[" + ", ".join(map(cell, value)) + "]"
        return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"

    selects = [
        "SELECT " + ", ".join(f"{cell(row.get(c.name))}::{c.type} AS {name(c.name)}" for c in columns)
        for row in rows
    ]
    return Relation(f"({' UNION ALL '.join(selects)})")


def by_weight(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows (source, …, place) in the order of their source's weight."""

    def weight(kind: str) -> int:
        return KIND_ORDER.index(kind) if kind in KIND_ORDER else 98

    return sorted(rows, key=lambda row: (weight(KINDS[row[0]]), row[0], row[-1]))


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=settings().max_examples // 4
)
@given(people, events, memberships, st.sampled_from((4, 1_000)))
def test_sql_finds_whom_plain_python_finds(
    said: list[tuple[Any, ...]], met: list[tuple[str, str]], belong: list[tuple[Any, ...]], at_once: int
) -> None:
    line = partial(staged_line, KINDS)
    tables = {table: keyed([], table) for table in RECORDS if table != "rejects"}
    tables["accounts"] = keyed(
        [line(s, n, account_id=id, name=called, domain=domain) for n, (s, id, called, domain) in enumerate(FIRMS)],
        "accounts",
    )  # fmt: skip
    tables["people"] = keyed(
        [line(s, n, person_id=ref, name=called, email=mail, title=title) for n, (s, ref, called, mail, title) in enumerate(said)],
        "people",
    )  # fmt: skip
    tables["memberships"] = keyed(
        [line(s, n, person_id=ref, account_id=firm, **{"from": start, "to": end, "parts": parts})
         for n, (s, ref, firm, start, end, parts) in enumerate(belong)],
        "memberships",
    )  # fmt: skip
    tables["events"] = keyed(
        [line(s, n, person_id=ref, time="2026-01-01", activity="x") for n, (s, ref) in enumerate(met)],
        "events",
    )
    workspace = Workspace(Settings(), roles={"r": Role.model_validate({"id": "r", "part": "buyer"})})
    with (
        mock.patch.object(finding_people, "AT_ONCE", at_once),
        mock.patch.object(finding_members, "AT_ONCE", at_once),
        Engine(threads=1) as engine,
    ):
        answer = resolver(workspace)(engine, {**tables, **keep_refs(engine, tables)})
        links = engine.rows(f"SELECT source, ref, person_id, reason, confidence FROM ({answer.person_links})")
        members = engine.rows(
            'SELECT person_id, account_id, "from", "to", parts, reason, confidence FROM '
            f"({answer.memberships})"
        )
        firms = engine.rows(f"SELECT source, ref, account_id, reason FROM ({answer.account_links})")

    entries = [
        SaidPerson(s, KINDS[s], ref, called, mail, title)
        for s, ref, called, mail, title, _ in _by_ref([(*one, n) for n, one in enumerate(said)])
    ]
    book = people_of(entries)
    wanted = _person_links(book, {(s, row[0]) for s, *row in [*said, *met, *belong]})
    assert {(s, ref): (id, reason, sure) for s, ref, id, reason, sure in links} == {
        key: (link.id, link.reason, link.confidence) for key, link in wanted.items()
    }
    accounts = _book()
    # What no list holds may be made an account by its word, which tells of its domain.
    for s, ref in dict.fromkeys(row[:2] for row in by_weight([(s, firm) for s, _, firm, *_ in belong])):
        accounts.find(s, KINDS[s], ref)
    plain = members_of(
        accounts, book, {(s, ref): Link(id, reason) for s, ref, id, reason in firms}, wanted,
        [(s, *row[:5]) for s, *row in by_weight([(*one, n) for n, one in enumerate(belong)])],
        lambda title: TitleReader.of(workspace).read(title).part,
    )  # fmt: skip
    assert sorted(members, key=str) == sorted(plain, key=str)


def _by_ref(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    weighed = by_weight(rows)
    order = {kind: at for at, kind in enumerate((*KIND_ORDER, "strange"))}
    return sorted(weighed, key=lambda row: (order[KINDS[row[0]]], row[0], row[1], row[-1]))


def _person_links(book: PersonBook, words: set[tuple[str, str]]) -> dict[tuple[str, str], Link]:
    order = {kind: at for at, kind in enumerate((*KIND_ORDER, "strange"))}
    return {
        (source, ref): book.find(KINDS[source], ref)
        for source, ref in sorted(words, key=lambda word: (order[KINDS[word[0]]], word[0], word[1]))
    }


def _book() -> AccountBook:
    return book_of({}, [Said(source, "crm", id, called, domain) for source, id, called, domain in FIRMS])


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=settings().max_examples // 5
)
@given(
    st.dictionaries(
        st.integers(1, 30).map("P{}".format),
        st.tuples(st.sampled_from(("Ole Ø", "Mette Holm", "Bo")), st.sampled_from((None, "info@pallo.example", "bo@pallo.example"))),
        min_size=2,
    )
)  # fmt: skip
def test_people_who_share_a_name_or_a_mailbox_stay_several(
    entries: dict[str, tuple[str, str | None]],
) -> None:
    holders: dict[str, set[str]] = {}
    for called, mail in entries.values():
        if mail:
            holders.setdefault(mail, set()).add(called)
    many = {mail for mail, names in holders.items() if len(names) > 1 or mail.startswith("info@")}
    # Two entries of one name and one own address are one person; whatever else they share, they are not.
    once = {(id if mail is None or mail in many else mail) for id, (_, mail) in entries.items()}
    cells = [
        {"source": "a-crm", "source_kind": "crm", "source_file": "f", "source_row": n, "person_id": id, "name": called, "email": mail}
        for n, (id, (called, mail)) in enumerate(entries.items())
    ]  # fmt: skip
    tables = {table: keyed([], table) for table in RECORDS if table != "rejects"} | {
        "people": keyed(cells, "people")
    }
    with Engine(threads=1) as engine:
        answer = resolver(Workspace(Settings()))(engine, {**tables, **keep_refs(engine, tables)})
        found = dict(engine.rows(f"SELECT ref, person_id FROM ({answer.person_links})"))
    assert len(set(found.values())) == len(once)
    assert None not in found.values()
