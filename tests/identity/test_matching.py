"""Companies that may be one: the list, its reasons, and verdicts that are put in force and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polku.documents import Account, Settings, Source, Workspace
from polku.errors import LakeError, WrongUse
from polku.identity.decisions import FILE, Decisions, Word
from polku.identity.matching import Likeness, Review, decide, match_anew, review, undo
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.sources.importing import import_files
from polku.words import reader
from tests.identity.test_resolving import FIRMS, MAPPINGS, bring

TABLES = ("accounts", "people", "memberships", "account_links", "person_links", "events", "deals")


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    with open_log(folder) as log:
        return {table: log.rows(f"SELECT * FROM {{{table}}} ORDER BY ALL") for table in TABLES}


def data_version(folder: Path) -> str:
    return Lake(folder / "lake").open().data_version


def workspace_of(*sources: str, accounts: tuple[Account, ...] = ()) -> Workspace:
    return Workspace(
        Settings(),
        sources={
            name: Source.model_validate({"id": name, "reads": f"{name}.csv", **MAPPINGS[name]})
            for name in sources
        },
        accounts={account.id: account for account in accounts},
    )


def names(likeness: Likeness) -> set[str]:
    return {likeness.left.name, likeness.right.name}


def find(found: Review, *both: str) -> Likeness:
    (one,) = [one for one in (*found.open, *found.decided, *found.linked) if names(one) == set(both)]
    return one


VISITS = (
    "at,firm,who\n2026-01-01,Palloo Oy,\n2026-01-02,Palloo Oy,\n2026-01-03,Boll & Båge,\n2026-01-04,Nordic,\n"
)
WORKSPACE = workspace_of("firms", "visits")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bring(tmp_path, firms=FIRMS, visits=VISITS)


def test_a_name_with_a_slip_is_listed_with_reasons_and_not_joined(folder: Path) -> None:
    found = review(folder, WORKSPACE)
    pair = find(found, "Palloo Oy", "Pallo Oy")
    assert pair.verdict is None
    assert 0.2 < (pair.probability or 0) < 0.9
    word = next(side for side in (pair.left, pair.right) if side.account_id is None)
    assert (word.word, word.events) == (Word("web", "Palloo Oy"), 2)
    said = [(reader("en").text(reason.message), reason.supports) for reason in pair.reasons]
    assert ("names alike but for a letter or two: Pallo Oy / Palloo Oy", True) in said
    with open_log(folder) as log:
        assert log.rows(
            "SELECT count(*) FROM {events} WHERE account_ref = 'Palloo Oy' AND account_id IS NULL"
        ) == [(2,)]


def test_what_is_decided_to_be_one_is_shown_under_one_account(folder: Path) -> None:
    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    decide(folder, WORKSPACE, {pair.id: "same"}, by="Anna")
    with open_log(folder) as log:
        assert (
            log.rows("SELECT account_id, account_by FROM {events} WHERE account_ref = 'Palloo Oy'")
            == [("A2", "named")] * 2
        )
        assert log.rows(
            "SELECT account_id, reason, confidence FROM {account_links} WHERE ref = 'Palloo Oy'"
        ) == [("A2", "decided", 1.0)]
    found = review(folder, WORKSPACE)
    assert [names(one) for one in found.decided] == [{"Palloo Oy", "Pallo Oy"}]
    assert found.decided[0].verdict == "same"
    assert found.decided[0].by == "Anna"
    assert {"Palloo Oy", "Pallo Oy"} not in [names(one) for one in found.open]


def test_taking_a_verdict_back_gives_the_very_rows_there_were(folder: Path) -> None:
    before, version = rows(folder), data_version(folder)
    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    decide(folder, WORKSPACE, {pair.id: "same"})
    assert rows(folder) != before
    undo(folder, WORKSPACE, [pair.id])
    assert rows(folder) == before
    assert data_version(folder) == version
    assert find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy").probability == pair.probability


def test_two_entries_of_one_list_become_one_account_and_two_again(tmp_path: Path) -> None:
    firms = FIRMS + "A6,Legetøj Nord ApS,legetojnord.example,\n"
    people = "id,name,email,title,firm,from,to\nC1,Ole,ole@legetojnord.example,,A1,,\nC2,Bo,bo@legetojnord.example,,A6,,\n"
    visits = "at,firm,who\n2026-01-01,A1,C1\n2026-01-02,A6,C2\n2026-01-03,,new@legetojnord.example\n"
    folder = bring(tmp_path, firms=firms, people=people, visits=visits)
    workspace = workspace_of("firms", "people", "visits")
    before = rows(folder)
    pair = find(review(folder, workspace), "Legetøj Nord A/S", "Legetøj Nord ApS")
    assert (pair.probability or 0) > 0.95
    with open_log(folder) as log:
        assert log.rows("SELECT account_id FROM {events} ORDER BY time") == [("A1",), ("A6",), (None,)]
    decide(folder, workspace, {pair.id: "same"})
    with open_log(folder) as log:
        # The domain is one account's now, so that who has only an address there is known, too.
        assert log.rows("SELECT account_id, person_id FROM {events} ORDER BY time") == [
            ("A1", "C1"),
            ("A1", "C2"),
            ("A1", "new@legetojnord.example"),
        ]
        assert log.rows("SELECT count(*) FROM {accounts} WHERE account_id = 'A6'") == [(0,)]
        assert log.rows("SELECT person_id FROM {memberships} WHERE account_id = 'A1' ORDER BY 1") == [
            ("C1",),
            ("C2",),
            ("new@legetojnord.example",),
        ]
    undo(folder, workspace, [pair.id])
    assert rows(folder) == before


def test_verdicts_outlive_files_that_come_in_again(folder: Path) -> None:
    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    decide(folder, WORKSPACE, {pair.id: "same"})
    (folder / "visits.csv").write_text(VISITS + "2026-02-01,Palloo Oy,\n", encoding="utf-8")
    import_files(WORKSPACE, folder, [folder / "visits.csv"])
    with open_log(folder) as log:
        assert log.rows("SELECT count(*) FROM {events} WHERE account_id = 'A2'") == [(3,)]


def test_what_polku_joined_itself_can_be_told_apart(folder: Path) -> None:
    pair = find(review(folder, WORKSPACE), "Boll & Båge", "Boll & Båge AB")
    assert pair.linked == "name"
    before = rows(folder)
    decide(folder, WORKSPACE, {pair.id: "different"})
    with open_log(folder) as log:
        assert log.rows("SELECT account_id, reason FROM {account_links} WHERE ref = 'Boll & Båge'") == [
            (None, "unknown")
        ]
    undo(folder, WORKSPACE, [pair.id])
    assert rows(folder) == before


def test_a_rejected_pair_is_not_asked_for_again(folder: Path) -> None:
    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    before = rows(folder)
    decide(folder, WORKSPACE, {pair.id: "different"})
    assert rows(folder) == before
    found = review(folder, WORKSPACE)
    assert pair.id not in [one.id for one in found.open]
    assert [(one.id, one.verdict) for one in found.decided] == [(pair.id, "different")]


def test_a_name_that_could_be_several_is_settled_by_a_verdict(folder: Path) -> None:
    found = review(folder, WORKSPACE)
    assert find(found, "Nordic", "Nordic AB").probability is not None
    assert find(found, "Nordic", "Nordic Oy").probability is not None
    decide(folder, WORKSPACE, {find(found, "Nordic", "Nordic Oy").id: "same"})
    with open_log(folder) as log:
        assert log.rows("SELECT account_id FROM {events} WHERE account_ref = 'Nordic'") == [("A5",)]


def test_parents_and_sisters_are_not_proposed(tmp_path: Path) -> None:
    firms = "id,name,domain,parent\nA1,Pallo Oy,,\nA2,Pallo AB,,A1\nA3,Pallo ApS,,A1\nA4,Pallo GmbH,,\n"
    folder = bring(tmp_path, firms=firms)
    listed = [names(one) for one in review(folder, workspace_of("firms"), least=0.01).open]
    assert {"Pallo Oy", "Pallo AB"} not in listed
    assert {"Pallo AB", "Pallo ApS"} not in listed
    assert {"Pallo Oy", "Pallo GmbH"} in listed


def test_a_parent_that_is_said_by_name_is_not_proposed(tmp_path: Path) -> None:
    firms = "id,name,domain,parent\nA1,Pallo Oy,,\nA2,Pallo AB,,Pallo Oy\nA4,Pallo GmbH,,\n"
    folder = bring(tmp_path, firms=firms)
    listed = [names(one) for one in review(folder, workspace_of("firms"), least=0.01).open]
    assert {"Pallo Oy", "Pallo AB"} not in listed
    assert {"Pallo Oy", "Pallo GmbH"} in listed


def test_nothing_can_be_taken_back_where_nothing_was_decided(tmp_path: Path) -> None:
    folder = bring(tmp_path, firms="id,name,domain,parent\nA1,Pallo Oy,,\n")
    with pytest.raises(WrongUse) as refused:
        undo(folder, workspace_of("firms"), ["3f9a12c0ab"])
    assert "known" not in refused.value.text()


def test_a_document_goes_before_what_a_source_lists(tmp_path: Path) -> None:
    document = Account.model_validate({"id": "boll", "name": "Boll o Båge"})
    folder = bring(tmp_path, accounts=(document,), firms=FIRMS)
    workspace = workspace_of("firms", accounts=(document,))
    pair = find(review(folder, workspace), "Boll o Båge", "Boll & Båge AB")
    decide(folder, workspace, {pair.id: "same"})
    with open_log(folder) as log:
        assert log.rows("SELECT account_id, reason FROM {account_links} WHERE ref = 'A3'") == [
            ("boll", "decided")
        ]
        assert log.rows("SELECT name FROM {accounts} WHERE account_id = 'boll'") == [("Boll & Båge AB",)]


def test_verdicts_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    firms = "id,name,domain,parent\nA1,Pallo Oy,,\nA2,Pallo Ab,,\nA3,Pallo ApS,,\n"
    folder = bring(tmp_path, firms=firms)
    workspace = workspace_of("firms")
    found = review(folder, workspace, least=0.01)
    first, second, third = (
        find(found, *both).id
        for both in (("Pallo Oy", "Pallo Ab"), ("Pallo Ab", "Pallo ApS"), ("Pallo Oy", "Pallo ApS"))
    )
    decide(folder, workspace, {third: "different"})
    before = (folder / FILE).read_bytes()
    with pytest.raises(WrongUse, match="at once"):
        decide(folder, workspace, {first: "same", second: "same"})
    with pytest.raises(WrongUse, match="no pair"):
        decide(folder, workspace, {"nonsense": "same"})
    with pytest.raises(WrongUse, match="no pair"):
        undo(folder, workspace, ["nonsense"])
    assert (folder / FILE).read_bytes() == before


def test_while_somebody_else_writes_no_verdict_is_given(folder: Path) -> None:
    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    before = rows(folder)
    with Lake(folder / "lake").writing(), pytest.raises(LakeError):
        decide(folder, WORKSPACE, {pair.id: "same"})
    assert not Decisions.read(folder).standing
    assert rows(folder) == before


def test_a_line_that_is_no_decision_is_told_with_its_place(folder: Path) -> None:
    (folder / FILE).write_text('{"act": "same"}\n', encoding="utf-8")
    with pytest.raises(LakeError, match="no decision") as raised:
        review(folder, WORKSPACE)
    assert raised.value.where is not None
    assert raised.value.where.line == 1


def test_matching_anew_keeps_verdicts_after_an_import_was_taken_back(folder: Path) -> None:
    from polku.records.undoing import undo_imports

    assert match_anew(folder, WORKSPACE) is None
    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    (folder / "visits.csv").write_text(VISITS + "2026-02-01,Palloo Oy,\n", encoding="utf-8")
    import_files(WORKSPACE, folder, [folder / "visits.csv"])
    decide(folder, WORKSPACE, {pair.id: "same"})
    undo_imports(Lake(folder / "lake"))
    match_anew(folder, WORKSPACE)
    with open_log(folder) as log:
        assert log.rows("SELECT count(*) FROM {events} WHERE account_id = 'A2'") == [(2,)]


def test_an_empty_lake_takes_verdicts_without_complaint(folder: Path) -> None:
    from polku.records.undoing import undo_imports

    pair = find(review(folder, WORKSPACE), "Palloo Oy", "Pallo Oy")
    decide(folder, WORKSPACE, {pair.id: "same"})
    undo_imports(Lake(folder / "lake"))
    match_anew(folder, WORKSPACE)
    assert review(folder, WORKSPACE).open == ()
    assert review(folder, WORKSPACE).decided[0].left.name.startswith(("A2", "Palloo"))


def test_quality_is_told_source_by_source(folder: Path) -> None:
    from polku.sources.inventory import SourceWords, stock_of

    with open_log(folder) as log:
        words = stock_of(log, WORKSPACE).words
    assert words == (
        SourceWords("firms", "account", matched=5, unmatched=0, ambiguous=0, own=0),
        SourceWords("visits", "account", matched=1, unmatched=1, ambiguous=1, own=0),
    )


def test_whoever_is_forgotten_is_gone_from_the_verdicts_too(tmp_path: Path) -> None:
    from polku.privacy.forget import forget

    people = "id,name,email,title,firm,from,to\nC1,Matti Virtanen,matti@virtanen.example,,A1,,\n"
    firms = "id,name,domain,parent\nA1,Pallo Oy,,\nA2,Tmi Matti Virtanen,,\n"
    visits = "at,firm,who\n2026-01-01,Matti Virtanenn,\n"
    folder = bring(tmp_path, firms=firms, people=people, visits=visits)
    workspace = workspace_of("firms", "people", "visits")
    (pair,) = [
        one
        for one in review(folder, workspace, least=0.01).open
        if "A2" in (one.left.word.ref, one.right.word.ref)
    ]
    decide(folder, workspace, {pair.id: "same"}, by="Matti Virtanen")
    assert b"Virtanen" in (folder / FILE).read_bytes()
    forget(folder, workspace, "Matti Virtanen")
    written = (folder / FILE).read_text("utf-8")
    assert "Matti" not in written
    assert "Virtanen" not in written.replace("Virtanenn", "")
    assert len(Decisions.read(folder).standing) == 1
