"""An account by person: every event has its place, holes are drawn, names only where the history has them."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable

import pytest

from polku.analytics.account import AccountContract, AccountDeal, AccountEvent, AccountHistory, Member
from polku.diagrams.account.account import draw_account
from polku.diagrams.account.axis import date_axis
from polku.documents import Workspace
from polku.scene import DARK, Badge, Group, Rect, Scene, scene_to_svg, walk
from tests.diagrams.eye import outside, overlaps, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up

NOON = dt.datetime.combine(TODAY, dt.time(12))


def days_ago(days: float, touchpoint: str | None = "support", **more) -> AccountEvent:
    event = {"activity": touchpoint or "Ticket: broken", "touchpoint": touchpoint, "channel": "phone", **more}
    return AccountEvent(time=NOON - dt.timedelta(days=days), **event)


def history(**fields) -> AccountHistory:
    members, unnamed = fields.pop("members", ()), fields.pop("unnamed", ())
    counted = sum(len(one.events) for one in members) + len(unnamed)
    whole = {
        "account_id": "legetoj-nord",
        "name": "Legetøj Nord A/S",
        "segment": "large-toy-makers",
        "status": "customer",
        "today": TODAY,
        "data_version": 1,
        "events": counted,
        **fields,
    }
    return AccountHistory(members=tuple(members), unnamed=tuple(unnamed), **whole)


EXAMPLE = history(
    members=(
        Member(
            "ole",
            "operator",
            name="Søren Kær",
            described="p3",
            events=(
                days_ago(200),
                days_ago(140, "survey", score=4.0, score_kind="nps", channel="email"),
                days_ago(20),
                days_ago(19),
            ),
        ),
        Member(
            "anders",
            "manager",
            name="Mette Holm",
            in_crm=True,
            described="p1",
            events=(days_ago(265, "call"),),
        ),
        Member(
            "ivan",
            "decision-maker",
            name="Bo Lund",
            in_crm=True,
            described="p2",
            leaves=dt.date(2026, 12, 31),
            events=(days_ago(30, "renewal", channel="meeting"),),
        ),
    ),
    unnamed=tuple(days_ago(n * 23, "website", channel="web", perhaps="per") for n in range(9, 0, -1)),
    missing=("per",),
    deals=(
        AccountDeal("new", "won", dt.date(2026, 3, 1), dt.date(2026, 5, 4), 156000.0, "EUR", "BB-400"),
        AccountDeal("renewal", "open", dt.date(2026, 10, 22), None, 136000.0, "EUR", "BB-600"),
    ),
    contracts=(AccountContract("BB-400", dt.date(2022, 6, 20), None, 21000.0, "EUR", True),),
)


def made_up_history(people: int, events: int, words: dict = PLAIN) -> tuple[AccountHistory, Workspace]:
    """Persons of all roles, the last without one; events over two years; long words where asked."""
    whole, _ = made_up(12, roles=6, words=words)
    chance = random.Random(people * 1000 + events)

    def event() -> AccountEvent:
        score = chance.choice([None, None, None, 2.0, 9.0])
        return AccountEvent(
            time=NOON - dt.timedelta(days=chance.random() * 730),
            activity=chance.choice(words["does"]),
            touchpoint=chance.choice([None, *(f"touchpoint-{n}" for n in range(4))]),
            channel=f"channel-{chance.randrange(4)}",
            score=score,
            score_kind=None if score is None else "nps",
        )

    def some(count: int) -> tuple[AccountEvent, ...]:
        return tuple(sorted((event() for _ in range(count)), key=lambda one: one.time))

    members = tuple(
        Member(
            role=f"role-{n % 6}" if n < people - 1 else None,
            part="operator" if n % 2 else None,
            number=n // 6 + 1,
            name=words["names"][n % len(words["names"])] if n % 3 else None,
            in_crm=bool(n % 2),
            gone=dt.date(2026, 6, 1) if n % 5 == 4 else None,
            leaves=dt.date(2027, 1, 15) if n == 1 else None,
            events=some(events // max(people, 1) if n % 4 != 3 else 0),
        )
        for n in range(people)
    )
    deals = tuple(
        AccountDeal(
            "new",
            outcome,
            TODAY - dt.timedelta(days=80 * n + 10),
            TODAY - dt.timedelta(days=60 * n) if outcome != "open" else None,
            1e5 * n,
            "EUR",
            words["does"][n % 3],
        )
        for n, outcome in enumerate(("open", "won", "lost", "open", "won"))
    )
    made = history(
        account_id="x",
        name=words["stage"][0],
        segment=None,
        members=members,
        unnamed=some(events // 3),
        missing=("role-5",) if people < 6 else (),
        deals=deals if events else (),
        contracts=(AccountContract(words["does"][0], None, dt.date(2027, 2, 1)),) if events else (),
    )
    return made, whole


def draw(found: AccountHistory, workspace: Workspace, **options) -> Scene:
    return draw_account(found, workspace, **options)


def said(scene: Scene) -> str:
    return " ".join(one.text for one in texts(scene))


def groups(scene: Scene, role: str) -> list[Group]:
    return [mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == role]


@pytest.mark.parametrize("words", [PLAIN, LONG])
@pytest.mark.parametrize(("people", "events"), [(0, 0), (1, 1), (4, 40), (9, 400), (40, 1500)])
def test_nothing_overlaps_is_cut_or_too_small(people: int, events: int, words: dict):
    found, whole = made_up_history(people, events, words)
    for width in (None, 900.0):
        scene = draw(found, whole, width=width, language=whole.settings.language)

        assert overlaps(scene) == []
        assert outside(scene) == []
        assert too_small(scene) == []


def test_the_title_is_the_finding_and_who_leaves_with_a_deal_open_goes_first(hoppebold):
    assert draw(EXAMPLE, hoppebold).title == "Bo Lund leaves in 43 days, with a deal open"
    stays = history(members=EXAMPLE.members[:2], unnamed=EXAMPLE.unnamed, missing=("per",))
    assert draw(stays, hoppebold).title == (
        "No expert is known at Legetøj Nord A/S, and 9 events name nobody"
    )
    assert draw(history(members=EXAMPLE.members[:1]), hoppebold).title.startswith(
        "Lowest score of the year: Søren"
    )
    silent = history(members=(Member("ole", "operator", name="Ole", events=(days_ago(120),)),))
    assert draw(silent, hoppebold).title == "Nothing heard from Ole for 120 days"
    assert draw(history(), hoppebold).title == "Nothing has been recorded at Legetøj Nord A/S"
    assert draw(EXAMPLE, hoppebold, title="Own words").title == "Own words"


def test_every_event_on_the_axis_stands_in_one_lane_and_in_the_table(hoppebold):
    scene = draw(EXAMPLE, hoppebold)
    spoken = " ".join(one.label or "" for one in groups(scene, "event"))

    assert sum(row[2] != "" and row[1] != "" for row in scene.table.rows if row[0] == "Nobody named") == 9
    assert spoken.count("Support call") == 3
    assert "Feedback survey: 4 of 10".replace(" of ", "\u00a0of\u00a0") in spoken
    assert all(one.focusable and one.label for one in groups(scene, "event"))


def test_events_too_close_to_tell_apart_are_one_sign_with_their_number(hoppebold):
    close = history(
        members=(Member("ole", "operator", events=tuple(days_ago(50 + n / 10) for n in range(3, -1, -1))),)
    )
    (event,) = groups(draw(close, hoppebold), "event")

    assert event.label.count("Support call") == 4
    assert "Support call ×4" in said(draw(close, hoppebold))


def test_what_lies_before_the_axis_is_counted_in_words(hoppebold):
    old = history(members=(Member("ole", "operator", events=(days_ago(900), days_ago(800), days_ago(5))),))

    assert "2 events before 1 Nov 2025 not shown" in said(draw(old, hoppebold))
    assert "not shown" not in said(draw(old, hoppebold, since=dt.date(2024, 1, 1)))


def test_a_missing_role_has_a_lane_with_a_question_mark_and_the_visits_it_may_have_made(hoppebold):
    scene = draw(EXAMPLE, hoppebold)
    lane = next(one for one in groups(scene, "lane") if one.id == "lane-missing-per")

    assert "perhaps somebody like Per" in said(scene)
    assert any(isinstance(mark, Rect) and mark.stroke == "negative" and mark.dash for mark in lane.children)
    assert not any(isinstance(mark, Badge) for mark in walk(lane.children))
    alone = history(members=EXAMPLE.members, missing=("per",))
    assert "Ask who it is: somebody like Per" in said(draw(alone, hoppebold))


def test_silence_of_ninety_days_is_hatched_and_a_shorter_one_is_not(hoppebold):
    assert "90 days of silence" in said(
        draw(history(members=(Member("ole", "operator", events=(days_ago(100), days_ago(10))),)), hoppebold)
    )
    lanes = {
        days: history(members=(Member("ole", "operator", events=(days_ago(days + 10), days_ago(10))),))
        for days in (89, 90)
    }
    texture = {
        days: any(
            isinstance(mark, Rect) and mark.texture == "hatch"
            for one in groups(draw(lane, hoppebold), "lane")
            for mark in one.children
        )
        for days, lane in lanes.items()
    }
    assert texture == {89: False, 90: True}


def test_what_is_not_understood_is_a_dashed_hole_with_the_next_question(hoppebold):
    scene = draw(EXAMPLE, hoppebold)
    hole = next(one for one in groups(scene, "kind") if one.id == "kind-customers_customers")

    assert any(isinstance(mark, Rect) and mark.stroke == "negative" and mark.dash for mark in hole.children)
    assert "what do your own customers want" in (hole.label or "")
    assert "4 of 5 kinds, 1 with evidence" in said(scene)
    assert "182 days" in said(scene)


def test_understanding_that_a_later_signal_touches_says_what_changed(hoppebold):
    found = history(account_id="hopla", name="Hopla")

    assert "Changed since: Cheapball has shown a machine" in said(draw(found, hoppebold))


def test_persons_without_names_are_their_part_and_a_number(hoppebold):
    members = tuple(Member("ole", "operator", number=n, events=(days_ago(n),)) for n in (1, 2))
    drawn = said(draw(history(members=(*members, Member(None, None))), hoppebold))

    assert "Operator 1" in drawn and "Operator 2" in drawn
    assert "Person" in drawn


def test_more_persons_than_lanes_share_one_for_each_role():
    found, whole = made_up_history(40, 400)
    scene = draw(found, whole)
    shown = [one for one in groups(scene, "lane") if (one.id or "").startswith("lane-")]

    assert len(shown) < 30
    assert "further persons" in said(scene)


def test_the_axis_ends_after_what_is_to_come_and_keeps_today_inside():
    axis = date_axis(EXAMPLE, None, 0, 1000)

    assert axis.start <= dt.date(2026, 2, 26) and axis.end > dt.date(2026, 12, 31)
    assert 0 < axis.now < axis.x(dt.date(2026, 12, 31)) < 1000


def test_the_same_history_gives_the_same_bytes_and_is_drawn_fast():
    found, whole = made_up_history(9, 400)
    first = scene_to_svg(draw(found, whole))
    start = time.perf_counter()
    again = draw(found, whole)
    assert time.perf_counter() - start < 1.0
    assert scene_to_svg(again) == first


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot: Callable[[str, Scene], None]):
    matches_snapshot("account", draw(EXAMPLE, hoppebold))
    matches_snapshot(
        "account-fi-dark-narrow", draw(EXAMPLE, hoppebold, language="fi", theme=DARK, width=1000)
    )
