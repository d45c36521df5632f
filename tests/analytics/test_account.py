"""An account's history equals a plain reading of its rows, and names nobody unless asked to."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.account import AccountHistory, account_history
from polku.documents import Account, Channel, Role, Workspace
from polku.documents.settings import Touchpoint
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.small import START, TODAY, WORKSPACE

DAY = dt.timedelta(days=1)


def event(
    activity: str, day: float, person: str | None = None, account: str | None = "big", **more: Any
) -> Any:
    return {
        "account_id": account,
        "person_id": person,
        "activity": activity,
        "time": START + day * DAY,
        "event_id": f"{activity}-{day}-{person}",
        **more,
    }


def small_log(folder: Path) -> Log:
    """Account big (large): Ivan in the CRM, Ole only in support, nobody for the expert's part."""
    crm = {
        "accounts": [{"account_id": "big", "name": "Big Toys", "segment": "large", "status": "customer"}],
        "people": [{"person_id": "ivan", "name": "Ivan Ivanov", "title": "Director"}],
        "memberships": [{"person_id": "ivan", "account_id": "big", "parts": ["decision-maker"]}],
        "events": [
            event("call", 3, "ivan"),
            event("offer", 5, "ivan", score=6.0, score_kind="nps"),
            event("call", 4, None, account="other"),
        ],
        "deals": [
            {"deal_id": "d1", "account_id": "big", "kind": "renewal", "outcome": "open", "created": START},
            {"deal_id": "d2", "account_id": "other", "kind": "new", "outcome": "won"},
        ],
        "contracts": [
            {"contract_id": "k1", "account_id": "big", "product": "BB", "from": dt.date(2025, 1, 1)}
        ],
    }
    help_ = {
        "people": [{"person_id": "ole", "name": "Ole Olsen"}],
        "memberships": [
            {"person_id": "ole", "account_id": "big", "parts": ["operator"]},
            {"person_id": "gone", "account_id": "big", "parts": ["expert"], "to": dt.date(2026, 2, 1)},
        ],
        "events": [
            event("ticket", 1, "ole"),
            event("demo", 2),
            event("ticket", 6),
            event("late", 400, "ole"),
        ],
    }
    return publish_rows(folder, {("crm", "crm"): crm, ("help", "support"): help_})


def history(log: Log, workspace: Workspace = WORKSPACE, **options: Any) -> AccountHistory:
    return account_history(log, workspace, "big", today=TODAY, **options)


def test_each_person_has_what_that_person_did_and_the_rest_names_nobody(tmp_path: Path) -> None:
    with small_log(tmp_path) as log:
        found = history(log, names=True)

    lanes = {one.name: [it.activity for it in one.events] for one in found.members}
    assert lanes == {"Ole Olsen": ["ticket"], None: [], "Ivan Ivanov": ["call", "offer"]}
    assert [one.role for one in found.members] == ["ole", "per", "ivan"]
    assert [one.in_crm for one in found.members] == [False, False, True]
    assert [one.activity for one in found.unnamed] == ["demo", "ticket"]
    assert found.events == 5 == len(list(found.all_events()))
    assert (found.name, found.segment, found.status) == ("Big Toys", "large", "customer")


def test_a_part_that_only_somebody_who_left_played_is_missing_and_its_steps_are_perhaps_hers(
    tmp_path: Path,
) -> None:
    with small_log(tmp_path) as log:
        found = history(log)

    assert found.missing == ("per",)
    assert found.members[1].gone == dt.date(2026, 2, 1)
    # The demo is a step of Per in the journey; a ticket is on no map.
    assert [one.perhaps for one in found.unnamed] == ["per", None]


def test_without_names_nothing_of_a_person_is_in_the_result(tmp_path: Path) -> None:
    with small_log(tmp_path) as log:
        found, named = history(log), history(log, names=True)

    assert all(one.name is None and one.title is None for one in found.members)
    for word in ("Ivanov", "Olsen", "Director"):
        assert word not in repr(found)
        assert word in repr(named)
    assert [one.events for one in found.members] == [one.events for one in named.members]


def test_persons_of_the_document_are_found_by_name_and_keep_what_it_says(tmp_path: Path) -> None:
    said = Account.model_validate(
        {
            "id": "big",
            "people": [
                {"id": "p1", "name": "ivan  IVANOV", "roles": ["per"], "leaves": "2027-03-01"},
                {"id": "p2", "name": "Eva", "roles": ["ivan"]},
            ],
        }
    )
    with small_log(tmp_path) as log:
        found = history(log, replace(WORKSPACE, accounts={"big": said}), names=True)

    by_id = {one.described: one for one in found.members if one.described}
    assert by_id["p1"].role == "per"
    assert by_id["p1"].leaves == dt.date(2027, 3, 1)
    assert [it.activity for it in by_id["p1"].events] == ["call", "offer"]
    assert by_id["p2"].events == () and not by_id["p2"].in_crm
    assert found.missing == ()


def test_scores_are_shares_of_their_best_and_days_without_time_stay_days(tmp_path: Path) -> None:
    rows = {
        "events": [
            event("survey", 1, "ole", score=6.0, score_kind="nps"),
            event("survey", 2, "ole", score=4.0, score_kind="csat", score_max=5.0),
            event("survey", 3, "ole", score=4.0, score_kind="other"),
            {**event("visit", 4, "ole"), "time": dt.datetime(2026, 1, 5), "precision": "day"},
        ]
    }
    zoned = replace(WORKSPACE, settings=WORKSPACE.settings.model_copy(update={"zone": "America/New_York"}))
    with publish_rows(tmp_path, {("help", "support"): rows}) as log:
        found = history(log, zoned)

    (member,) = found.members
    assert [one.share for one in member.events] == [0.6, 0.8, None, None]
    assert member.events[0].time == START + DAY - dt.timedelta(hours=5)
    assert (member.events[3].time, member.events[3].day_only) == (dt.datetime(2026, 1, 5), True)


def test_who_took_part_has_the_event_too_but_it_counts_once(tmp_path: Path) -> None:
    rows = {
        "events": [event("meeting", 1, "ivan")],
        "event_people": [{"event_id": "meeting-1-ivan", "person_id": "ole", "as": "guest"}],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        found = history(log)

    assert sorted(len(one.events) for one in found.members) == [1, 1]
    assert sum(it.also for one in found.members for it in one.events) == 1
    assert found.events == 1 == len(list(found.all_events()))


def test_deals_and_contracts_are_those_of_the_account(tmp_path: Path) -> None:
    with small_log(tmp_path) as log:
        found = history(log)

    assert [(one.kind, one.outcome, one.created) for one in found.deals] == [
        ("renewal", "open", START.date())
    ]
    assert [(one.product, one.from_, one.to) for one in found.contracts] == [
        ("BB", dt.date(2025, 1, 1), None)
    ]


def test_a_visit_to_a_page_is_perhaps_of_the_only_missing_role(tmp_path: Path) -> None:
    settings = WORKSPACE.settings.model_copy(
        update={
            "channels": (Channel(id="web", kind="owned"), Channel(id="phone", kind="human")),
            "touchpoints": (
                Touchpoint.model_validate({"id": "page", "channel": "web", "events": ["page"]}),
                Touchpoint.model_validate({"id": "ring", "channel": "phone", "events": ["ring"]}),
            ),
        }
    )
    rows = {
        "memberships": [
            {"person_id": "a", "account_id": "big", "parts": ["operator", "decision-maker"]},
        ],
        "accounts": [{"account_id": "big", "segment": "large"}],
        "events": [event("page", 1), event("ring", 2), event("page", 3, direction="out")],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        one_missing = history(log, replace(WORKSPACE, settings=settings, journeys={}))
        two = {**WORKSPACE.roles, "eva": Role(id="eva", part="buyer")}
        segments = (settings.segments[0].model_copy(update={"buying_centre": (*two,)}),)
        more = settings.model_copy(update={"segments": segments})
        two_missing = history(log, replace(WORKSPACE, settings=more, roles=two, journeys={}))

    assert [one.perhaps for one in one_missing.unnamed] == ["per", None, None]
    assert two_missing.missing == ("per", "eva")
    assert [one.perhaps for one in two_missing.unnamed] == [None, None, None]


def test_without_data_the_document_alone_speaks() -> None:
    said = Account.model_validate(
        {"id": "big", "segment": "small", "people": [{"id": "p", "roles": ["ole"]}]}
    )
    found = account_history(None, replace(WORKSPACE, accounts={"big": said}), "big", today=TODAY)

    assert [one.described for one in found.members] == ["p"]
    assert found.missing == ("ivan",)
    assert (found.events, found.in_data, found.data_version) == (0, False, None)


@pytest.mark.parametrize("seed", range(5))
def test_a_history_equals_a_plain_reading_of_random_rows(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    people = {f"p{n}": chance.choice(["operator", "expert", "decision-maker", None]) for n in range(8)}
    acts = [
        (chance.choice(["a", "b"]), chance.choice([*people, None]), chance.choice(["call", "demo", "x"]), day)
        for day in range(60)
    ]
    rows = {
        "memberships": [
            {"person_id": id, "account_id": "a", "parts": [part] if part else []}
            for id, part in people.items()
        ],
        "events": [event(activity, day, person, account) for account, person, activity, day in acts],
    }
    today = TODAY if seed % 2 else (START + 30 * DAY).date()
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        found = account_history(log, WORKSPACE, "a", today=today)

    mine = [it for it in acts if it[0] == "a" and (START + it[3] * DAY).date() <= today]
    expected: dict[str | None, list[tuple[str, dt.datetime]]] = {id: [] for id in people}
    expected[None] = []
    for _, person, activity, day in mine:
        expected[person].append((activity, START + day * DAY))
    told = [[(one.activity, one.time) for one in member.events] for member in found.members]
    assert sorted(told) == sorted(events for person, events in expected.items() if person is not None)
    assert [(one.activity, one.time) for one in found.unnamed] == expected[None]
    role = {"operator": "ole", "expert": "per", "decision-maker": "ivan", None: None}
    assert sorted(str(one.role) for one in found.members) == sorted(
        str(role[part]) for part in people.values()
    )
    assert set(found.missing) == {"ole", "per", "ivan"} - {role[part] for part in people.values()}
    assert found.events == len(mine)
