"""Events that name no account: they take that of their deal or case, where one account alone is known for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polku.documents import Settings, Source, Workspace
from polku.records.log import open_log
from polku.sources.importing import import_files

EVENTS = {
    "table": "events",
    "columns": {
        "time": "time",
        "account_id": "firm",
        "deal_id": "deal",
        "case_id": "case",
        "activity": "what",
    },
}
DEALS = {"table": "deals", "columns": {"deal_id": "deal", "account_id": "firm"}}


@pytest.fixture
def bring(tmp_path: Path):
    """Imports texts by name into one lake: `events…` and `deals…`."""

    def go(kind: str = "crm", **texts: str) -> dict[str, tuple[Any, Any]]:
        sources = {
            "events": Source.model_validate(
                {"id": "events", "kind": kind, "reads": "events*", "fills": [EVENTS]}
            ),
            "deals": Source.model_validate(
                {"id": "deals", "kind": "crm", "reads": "deals*", "fills": [DEALS]}
            ),
        }
        files = []
        for name, text in texts.items():
            file = tmp_path / f"{name}.csv"
            file.write_text(text, encoding="utf-8")
            files.append(file)
        import_files(Workspace(Settings(), sources=sources), tmp_path, files)
        with open_log(tmp_path) as log:
            rows = log.rows(
                "SELECT c.activity, e.account_id, e.account_by FROM {events} e JOIN {codes} c ON c.code = e.code"
            )
        return {activity: (account, by) for activity, account, by in rows}

    return go


HEAD = "time,firm,deal,case,what\n"


def test_a_stage_of_a_deal_is_of_the_deals_account(bring) -> None:
    found = bring(
        deals="deal,firm\n7,Pallo\n",
        events=HEAD + "2026-01-13,,7,,quote\n2026-01-14,Kuutio,8,,call\n2026-01-15,,9,,other\n",
    )
    assert found == {"quote": ("Pallo", "deal"), "call": ("Kuutio", "named"), "other": (None, None)}


def test_a_comment_on_a_ticket_is_of_the_tickets_account(bring) -> None:
    found = bring(
        events=HEAD + "2026-01-13,Pallo,,t1,ticket\n2026-01-14,,,t1,comment\n2026-01-15,,,t2,stray\n"
    )
    assert found == {"ticket": ("Pallo", "named"), "comment": ("Pallo", "case"), "stray": (None, None)}


def test_a_case_of_two_accounts_lends_neither(bring) -> None:
    found = bring(events=HEAD + "2026-01-13,Pallo,,t1,a\n2026-01-13,Kuutio,,t1,b\n2026-01-14,,,t1,comment\n")
    assert found["comment"] == (None, None)


def test_a_deal_of_another_kind_of_system_lends_nothing(bring) -> None:
    found = bring(kind="support", deals="deal,firm\n7,Pallo\n", events=HEAD + "2026-01-13,,7,,quote\n")
    assert found["quote"] == (None, None)


def test_deals_that_come_later_place_the_events_that_were_there(bring) -> None:
    assert bring(events=HEAD + "2026-01-13,,7,,quote\n2026-01-13,Pallo,,,call\n")["quote"] == (None, None)
    assert bring(deals="deal,firm\n7,Pallo\n")["quote"] == ("Pallo", "deal")
