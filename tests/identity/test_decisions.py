"""Whatever people decide of companies: each word means one account, what is one stays one, what differs is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.errors import LakeError
from polku.identity.accounts import Link, Said, book_of, shown_under
from polku.identity.decisions import Decision, Decisions, Word, decided_now, keep, pair_id, pair_of

SAID = [
    Said("crm", "crm", "A1", "Pallo Oy", "pallo.example"),
    Said("crm", "crm", "A2", "Palloo Oy"),
    Said("crm", "crm", "A3", "Boll AB", "boll.example"),
    Said("erp", "erp", "7", "Pallo", "pallo.example"),
    Said("erp", "erp", "8", "Boll"),
    Said("erp", "erp", "9", "Kugle ApS"),
]
WORDS = [Word(one.kind, one.ref) for one in SAID]
WORDS += [Word("web", ref) for ref in ("Pallo", "Palloo", "Bol", "kugle", "boll.example")]

pairs = st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).filter(lambda pair: pair[0] != pair[1])
ledgers = st.lists(st.tuples(pairs, st.sampled_from(("same", "different", "undo"))), max_size=8).map(
    lambda acts: Decisions(tuple(Decision(pair_of(*pair), act, "2026-01-01") for pair, act in acts))
)


def links(decisions: Decisions) -> dict[Word, Link]:
    book = book_of({}, SAID, decisions)
    found = [book.find(word.kind, word.kind, word.ref) for word in WORDS]
    if decisions.standing:
        found = list(book.decided(zip(WORDS, found, strict=True)))
    return dict(zip(WORDS, found, strict=True))


@given(ledgers)
def test_what_was_decided_holds_unless_it_contradicts_itself(decisions: Decisions) -> None:
    found = links(decisions)
    apart, same = decisions.pairs("different"), decisions.pairs("same")
    for one, other in apart:
        # What is told apart is never one again, whatever else is decided.
        if found[one].id is not None:
            assert found[one].id != found[other].id or _joined(one, other, same)
    if not apart:
        for one, other in same:
            assert found[one].id == found[other].id
    assert all(link.confidence == 1.0 for link in found.values() if link.reason == "decided")


def _joined(one: Word, other: Word, same: list[tuple[Word, Word]]) -> bool:
    """Whether two words are one by what was decided of others."""
    reached, before = {one}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {word for pair in same for word in pair if reached & set(pair)}
    return other in reached


@given(ledgers)
def test_taking_everything_back_leaves_what_there_was(decisions: Decisions) -> None:
    back = [decided_now(pair, "undo", None) for pair in decisions.standing]
    assert links(Decisions((*decisions.ledger, *back))) == links(Decisions())


@given(ledgers)
def test_the_order_of_verdicts_that_do_not_conflict_does_not_matter(decisions: Decisions) -> None:
    same = [one for one in decisions.standing.values() if one.act == "same"]
    assert links(Decisions(tuple(same))) == links(Decisions(tuple(reversed(same))))


def test_two_accounts_that_are_the_same_as_a_word_nobody_knows_are_one() -> None:
    one, other, unknown = Word("crm", "A1"), Word("crm", "A2"), Word("web", "Bol")
    same = [Decision(pair_of(word, unknown), "same", "2026-01-01") for word in (other, one)]
    for ledger in (same, same[::-1]):
        found = links(Decisions(tuple(ledger)))
        assert [found[word].id for word in (one, other, unknown)] == ["A1"] * 3
    apart = Decision(pair_of(one, other), "different", "2026-01-01")
    for ledger in ((apart, *same), (*same, apart)):
        found = links(Decisions(ledger))
        assert [found[word].id for word in (one, other, unknown)] == ["A1", "A2", "A2"]


def test_a_verdict_that_would_join_what_differs_is_passed_over() -> None:
    order = {"a": 0, "b": 1, "c": 2}
    assert shown_under([("a", "b"), ("b", "c")], [], order) == {"b": "a", "c": "a"}
    assert shown_under([("a", "b"), ("b", "c")], [("a", "c")], order) == {"b": "a"}


def test_the_ledger_keeps_every_act_and_its_words(tmp_path: Path) -> None:
    pair = pair_of(Word("web", 'Pal"lo\nOy'), Word("crm", "A:1"))
    keep(tmp_path, [decided_now(pair, "same", "Anna")])
    keep(tmp_path, [decided_now(pair, "undo", None)])
    read = Decisions.read(tmp_path)
    assert [(one.pair, one.act, one.by) for one in read.ledger] == [
        (pair, "same", "Anna"),
        (pair, "undo", None),
    ]
    assert read.standing == {}
    assert pair_id(pair) == pair_id(pair_of(*reversed(pair)))


@pytest.mark.parametrize("line", ["{", "[]", '{"of": [["a", "b"]], "act": "same", "when": ""}', '{"of": [["a", 1], ["c", "d"]], "act": "same", "when": ""}'])  # fmt: skip
def test_a_damaged_line_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "matches.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(LakeError, match="no decision"):
        Decisions.read(tmp_path)
