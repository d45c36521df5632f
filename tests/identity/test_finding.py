"""Very many words are looked up part by part: each means what it means where all are looked up at once."""

from __future__ import annotations

from functools import partial
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polku.documents import Account, Settings, Workspace
from polku.identity import finding, members, parting, people
from polku.identity.decisions import Decisions, Word, decided_now, pair_of
from polku.identity.parting import Parting, keys_of
from polku.identity.resolving import resolver
from polku.records.engine import Engine
from polku.records.people import keep_refs
from polku.records.schema import RECORDS
from tests.identity.lines import staged_line
from tests.records.staged_logs import said_rows

REFS = ("A1", "A2", "crm:A1", "Pallo Oy", "Pallo", "Paalo Oy", "pallo.example", "x@shop.pallo.example", "x@gmail.com", "Ääni Oy", "boll.example")  # fmt: skip
NAMES = ("Pallo Oy", "Pållo AB", "Boll AB", "Ääni", None)
DOMAINS = ("pallo.example", "shop.pallo.example", "boll.example", "gmail.com", None)
KINDS = {"one": "crm", "two": "erp", "other": "crm", "desk": "support"}

listed = st.lists(
    st.tuples(
        st.sampled_from(("one", "two", "other")),
        st.sampled_from(REFS),
        st.sampled_from(NAMES),
        st.sampled_from(DOMAINS),
    ),
    max_size=8,
)
words = st.lists(st.tuples(st.sampled_from(tuple(KINDS)), st.sampled_from(REFS)), min_size=1, max_size=14)
boxes = st.lists(
    st.tuples(
        st.sampled_from(("P1", "P2", "P3")), st.sampled_from(("info@pallo.example", "bo@boll.example"))
    ),
    max_size=4,
)
verdicts = st.lists(
    st.tuples(st.sampled_from(REFS), st.sampled_from(REFS), st.sampled_from(("same", "different"))),
    max_size=2,
)
DOCUMENT = Account.model_validate(
    {"id": "pallo", "name": "Pallo", "domain": "pallo.example", "records": {"erp": ["A2"]}}
)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=settings().max_examples // 8
)
@given(listed, words, boxes, verdicts, st.booleans())
def test_a_word_means_the_same_part_by_part_as_at_once(
    listed: list[tuple[Any, ...]],
    words: list[tuple[str, str]],
    boxes: list[tuple[str, str]],
    verdicts: list[tuple[Any, ...]],
    written: bool,
) -> None:
    line = partial(staged_line, KINDS)
    tables = {table: said_rows(table, []) for table in RECORDS if table != "rejects"}
    tables["accounts"] = said_rows(
        "accounts",
        [line(s, n, account_id=ref, name=said, domain=at) for n, (s, ref, said, at) in enumerate(listed)],
    )
    tables["people"] = said_rows(
        "people", [line("one", n, person_id=ref, email=mail, name=ref) for n, (ref, mail) in enumerate(boxes)]
    )
    asked = [line(s, n, account_id=ref, time="2026-01-01", activity="x") for n, (s, ref) in enumerate(words)]
    asked += [
        line("desk", n, person_id=mail, time="2026-01-01", activity="y") for n, (_, mail) in enumerate(boxes)
    ]
    tables["events"] = said_rows("events", asked)
    ledger = tuple(
        decided_now(pair_of(Word("crm", one), Word("erp", other)), act, None) for one, other, act in verdicts
    )
    workspace = Workspace(Settings(), accounts={"pallo": DOCUMENT} if written else {})

    def found(at_once: int) -> list[list[tuple[Any, ...]]]:
        with (
            mock.patch.object(finding, "AT_ONCE", at_once),
            mock.patch.object(members, "AT_ONCE", at_once),
            mock.patch.object(people, "AT_ONCE", at_once),
            mock.patch.object(parting, "AT_ONCE", at_once),
            mock.patch.object(finding, "PAGE", 2),
            Engine(threads=1, ordered=True) as engine,
        ):
            answer = resolver(workspace, Decisions(ledger))(engine, {**tables, **keep_refs(engine, tables)})
            queries = (answer.account_links, str(answer.mailbox_links), answer.memberships)
            return [engine.rows(f"{query} ORDER BY ALL") for query in queries]

    whole = found(1_000)
    assert found(2) == whole
    assert found(1) == whole


def test_words_that_share_no_key_stand_in_parts_of_their_own() -> None:
    parting = Parting()
    said = ["Pallo Oy", "PALLO AB", "x@pallo.example", "Boll AB", "shop.boll.example"]
    said += [f"Firm {number}" for number in range(100)]
    parting.add([keys_of(one) for one in said[:2]])
    parting.add([keys_of("A1", "Pallo", "pallo.example")])
    parting.add([keys_of(one) for one in said[2:]])
    parts = parting.parts(20).tolist()
    assert len({parts[0], parts[1], parts[2], parts[3]}) == 1
    assert len(set(parts)) > 10
