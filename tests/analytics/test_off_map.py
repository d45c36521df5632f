"""Off the map: where unmapped activities may belong, and what a rule would change."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.analytics.map.off_map import events_of_touchpoints, off_map, pattern_of, rule_effect
from polku.documents import EventRule
from polku.documents.wildcards import matches
from tests.analytics.small import TODAY, WORKSPACE, a_log


@pytest.mark.parametrize(
    ("activity", "pattern"),
    [
        ("Page: /data-sheets/bb-400", "Page: /data-sheets/*"),
        ("/price", "/price"),
        ("Order 4711", "Order *"),
        ("Ticket #12-3", "Ticket #*"),
        ("Webinar: less scrap", "Webinar: less scrap"),
        ("A1", "A1"),
    ],
)
def test_what_belongs_together_shares_a_pattern(activity: str, pattern: str) -> None:
    assert pattern_of(activity) == pattern
    assert matches(pattern, activity)


def test_unmapped_activities_come_by_count_with_a_proposal(tmp_path: Path) -> None:
    log = a_log(tmp_path, "a: guide chat chat order#1 order#2", "b: chat order#1 offer-opened")
    found = off_map(log, WORKSPACE)
    assert [(one.pattern, one.events, one.accounts) for one in found] == [
        ("chat", 3, 2),
        ("order#*", 3, 2),
        ("offer-opened", 1, 1),
    ]
    assert [one.touchpoint for one in found] == [None, None, "offer"]
    assert found[1].activities == ("order#1", "order#2")


def test_a_rule_tells_what_it_brings_and_which_way_grows(tmp_path: Path) -> None:
    log = a_log(tmp_path, "a: guide demo-booked offer", "b: guide demo-booked offer", "c: guide demo offer")
    rule = EventRule(source="crm", activity="demo-*")
    effect = rule_effect(log, WORKSPACE, "demo", rule, today=TODAY)
    assert (effect.events, effect.accounts, effect.taken, effect.kept) == (2, 2, (), 0)
    assert effect.way is not None
    assert {effect.way.start, effect.way.end} & {"demo"}
    assert (effect.way.before, effect.way.after) == (1, 3)


def test_a_rule_tells_what_it_takes_from_others_and_what_it_does_not_get(tmp_path: Path) -> None:
    log = a_log(tmp_path, "a: guide letter chat call")
    effect = rule_effect(log, WORKSPACE, "demo", EventRule(activity="*"), today=TODAY)
    assert effect.events == 2, "the chat, and the letter of a touchpoint that stands later"
    assert [(one.touchpoint, one.events) for one in effect.taken] == [("letter", 1)]
    assert effect.kept == 2, "guide and call stand before"


def test_touchpoints_tell_what_they_hold(tmp_path: Path) -> None:
    assert events_of_touchpoints(a_log(tmp_path, "a: guide guide call chat"), WORKSPACE) == {
        "guide": 2,
        "call": 1,
    }
