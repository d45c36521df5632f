"""Subsidiaries counted as the company at the top of their group: figures add up, and nobody is counted twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.analytics.asking.questions import answer, open_study
from polku.documents import Settings, Source, Workspace
from polku.records.groups import parents_of, roll_up, tops
from polku.records.log import Log, open_log
from polku.sources.importing import import_files

FIRMS = (
    "id,name,domain,parent,segment\nP,Pallo Group Oy,pallo.example,,large\nS1,Pallo AB,pallo.se.example,P,small\n"
    "S2,Pallo Verk ApS,,S1,small\nS3,Pallo Shop,shop.pallo.example,,small\nX,Legetøj A/S,legetoj.example,,large\n"
)
PEOPLE = (
    "id,name,email,title,firm,from,to\nC1,Mover,m@pallo.example,Operator,S1,2024-01-01,2025-06-30\n"
    "C1,Mover,m@pallo.example,Operator,P,2025-07-01,\nC2,Stayer,s@pallo.example,Buyer,S2,,\n"
    "C3,Other,o@legetoj.example,Buyer,X,,\n"
)
EVENTS = (
    "at,firm,who,what\n2025-01-01,S1,C1,Visit\n2025-08-01,,C1,Call\n2025-02-01,S2,C2,Call\n2025-03-01,P,,Visit\n"
    "2025-04-01,S3,,Visit\n2025-05-01,X,C3,Visit\n2025-05-02,X,C3,Call\n"
)
DEALS = "id,firm,amount,outcome,closed\nD1,S1,100,won,2025-09-01\nD2,P,10,won,2025-09-02\nD3,X,7,lost,2025-09-03\n"
MAPPINGS: dict[str, dict[str, Any]] = {
    "firms": {"table": "accounts", "columns": {"account_id": "id", "name": "name", "domain": "domain", "parent": "parent", "segment": "segment"}},
    "people": {"fills": [
        {"table": "people", "columns": {"person_id": "id", "name": "name", "email": "email", "title": "title"}},
        {"table": "memberships", "columns": {"person_id": "id", "account_id": "firm", "from": "from", "to": "to"}},
    ]},
    "events": {"table": "events", "columns": {"time": "at", "account_id": "firm", "person_id": "who", "activity": "what"}},
    "deals": {"table": "deals", "columns": {"deal_id": "id", "account_id": "firm", "amount": "amount", "outcome": "outcome", "closed": "closed"}},
}  # fmt: skip
WORKSPACE = Workspace(
    Settings(),
    sources={
        id: Source.model_validate({"id": id, "kind": "crm", "reads": f"{id}.csv", **mapping})
        for id, mapping in MAPPINGS.items()
    },
)
TOP = {"S1": "P", "S2": "P", "S3": "P"}


@pytest.fixture
def log(tmp_path: Path) -> Log:
    files = []
    for id, text in (("firms", FIRMS), ("people", PEOPLE), ("events", EVENTS), ("deals", DEALS)):
        files.append(tmp_path / f"{id}.csv")
        files[-1].write_text(text, encoding="utf-8")
    import_files(WORKSPACE, tmp_path, files)
    return open_log(tmp_path)


def asked(log: Log, question: str, **chosen: Any) -> list[dict[str, Any]]:
    study = open_study(log, WORKSPACE, question=question, today=dt.date(2026, 1, 1), **chosen)
    return list(answer(study, question).rows())


def test_parents_are_those_said_else_those_of_the_domain(log: Log) -> None:
    assert parents_of(log, {}) == {"S1": "P", "S2": "S1", "S3": "P"}
    assert parents_of(log, {"X": "P"})["X"] == "P"
    assert tops(parents_of(log, {})) == TOP


def test_a_parent_that_is_said_by_its_name_is_that_account(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(
        "company id,company name,domain,parent company\n1,Boll AB,boll.example,\n2,Boll Service AB,,boll ab \n"
        "3,Twin AB,,\n4,Twin AB,,\n5,Small AB,,Twin AB\n6,Other AB,,Unknown AB\n7,Own AB,,Own AB\n"
    )
    import_files(Workspace(Settings()), tmp_path, [tmp_path / "companies.csv"])
    with open_log(tmp_path) as log:
        assert parents_of(log, {}) == {"2": "1", "5": "Twin AB", "6": "Unknown AB"}


def test_a_group_has_the_events_of_its_members_and_others_theirs(log: Log) -> None:
    per_account = "SELECT account_id, count(*) FROM {events} GROUP BY account_id ORDER BY 1"
    alone = dict(log.rows(per_account))
    assert alone == {"P": 2, "S1": 1, "S2": 1, "S3": 1, "X": 2}
    rolled = roll_up(log, {})
    assert dict(rolled.rows(per_account)) == {"P": 5, "X": 2}
    assert rolled.rows("SELECT key, n, segment FROM {cases:account} ORDER BY key") == [
        ("P", 5, "large"),
        ("X", 2, "large"),
    ]
    assert rolled.rows("SELECT count(*) FROM {moves:account}") == log.rows(
        "SELECT count(*) FROM {moves:account}"
    )
    assert rolled.data_version != log.data_version
    assert rolled.rolled_up == 3


def test_who_moves_from_a_subsidiary_to_its_parent_is_one_person_there(log: Log) -> None:
    people = "SELECT account_id, count(DISTINCT person_id) FROM {memberships} GROUP BY account_id ORDER BY 1"
    assert dict(log.rows(people)) == {"P": 1, "S1": 1, "S2": 1, "X": 1}
    assert dict(roll_up(log, {}).rows(people)) == {"P": 2, "X": 1}
    part = {row["part"]: row for row in asked(roll_up(log, {}), "coverage")}
    assert (part["operator"]["people"], part["operator"]["accounts"]) == (1, 1)
    assert (part["buyer"]["people"], part["buyer"]["accounts"]) == (2, 2)


def test_measures_count_groups_when_they_are_asked_to(log: Log) -> None:
    plain, rolled = asked(log, "variants"), asked(roll_up(log, {}), "variants")
    assert sum(row["count"] for row in plain) == 5
    assert sum(row["count"] for row in rolled) == 2
    won = [row for row in asked(roll_up(log, {}), "deals") if row["outcome"] == "won"]
    assert [(row["segment"], row["count"], row["value"]) for row in won] == [("large", 2, 110.0)]
    study = open_study(roll_up(log, {}), WORKSPACE, question="paths", today=dt.date(2026, 1, 1))
    assert answer(study, "paths").about.parameters["rolled_up"] == 3
    assert answer(study, "paths").about.accounts == 2


def test_without_groups_the_log_is_the_same(log: Log) -> None:
    rolled = roll_up(log, {"S1": "S1", "S2": "S2", "S3": "S3"})
    assert rolled is log


def test_a_parent_that_no_list_holds_is_an_account_by_its_word(log: Log) -> None:
    rolled = roll_up(log, {"X": "Holding"})
    assert rolled.rows("SELECT name FROM {accounts} WHERE account_id = 'Holding'") == [("Holding",)]
    assert rolled.rows("SELECT n FROM {cases:account} WHERE key = 'Holding'") == [(2,)]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")))
def test_the_top_has_nobody_above_it_and_each_is_below_one(parents: dict[str, str]) -> None:
    found = tops(parents)
    for id, top in found.items():
        assert id != top
        assert top not in found
        way, seen = id, set()
        while way in parents and way not in seen:
            seen.add(way)
            way = parents[way]
        assert top == way or top in seen
