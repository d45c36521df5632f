"""What a rule fits: its events, whose they are now, and which rule has them first."""

from __future__ import annotations

from pathlib import Path

from polku.analytics.map.rule_fit import rule_fits
from polku.documents import EventRule
from tests.analytics.small import WORKSPACE, a_log


def test_a_rule_tells_whose_the_events_are_that_fit_it(tmp_path: Path) -> None:
    log = a_log(tmp_path, "a: guide letter chat call", "b: chat")
    every, chat, nothing = rule_fits(
        log,
        WORKSPACE,
        (EventRule(activity="*"), EventRule(activity="CH?T"), EventRule(source="nowhere")),
        "letter",
    )
    assert (every.events, every.accounts, every.own, every.nobody) == (5, 2, 1, 2)
    assert {(one.touchpoint, one.events) for one in every.first} == {("guide", 1), ("call", 1)}
    assert (chat.events, chat.accounts, chat.nobody, chat.first) == (2, 2, 2, ())
    assert (nothing.events, nothing.accounts, nothing.first) == (0, 0, ())


def test_the_first_rule_that_fits_is_the_one_that_is_named(tmp_path: Path) -> None:
    log = a_log(tmp_path, "a: call")
    (fit,) = rule_fits(log, WORKSPACE, (EventRule(activity="c*"),), "demo")
    (first,) = fit.first
    assert first.touchpoint == "call" and first.rule in WORKSPACE.touchpoints["call"].events
