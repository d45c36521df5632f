"""The common path: what most cases do, in the order most of them do it."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from polku.analytics.map.common_path import common_path
from tests.analytics.small import START, WORKSPACE, a_log

ACCOUNTS = (
    "a: guide call demo offer visit/1",
    "b: guide call demo offer visit/2",
    "c: call guide demo offer visit/2",
    "d: guide guide call rare demo",
)


def test_steps_stand_as_most_cases_meet_them_first(tmp_path: Path) -> None:
    path = common_path(a_log(tmp_path, *ACCOUNTS), WORKSPACE, least=0.5)
    assert [step.name for step in path.steps] == ["guide", "call", "demo", "offer", "visit/*"]
    assert [step.cases for step in path.steps] == [4, 4, 4, 3, 3]
    assert [step.touchpoint for step in path.steps] == ["guide", "call", "demo", "offer", None]
    assert (path.cases, path.events, path.left_out, path.rarer) == (4, 20, 1, 1)


def test_an_activity_off_the_map_brings_its_rule(tmp_path: Path) -> None:
    path = common_path(a_log(tmp_path, *ACCOUNTS), WORKSPACE, least=0.5)
    (rule,) = path.steps[-1].rules
    assert (rule.source, rule.activity) == ("crm", "visit/*")
    assert path.steps[0].rules == ()


def test_the_order_does_not_depend_on_names_or_on_the_order_of_files(tmp_path: Path) -> None:
    shuffled = list(ACCOUNTS)
    random.Random(4).shuffle(shuffled)
    renamed = [f"z{number}:{account.partition(':')[2]}" for number, account in enumerate(shuffled)]
    one = common_path(a_log(tmp_path / "one", *ACCOUNTS), WORKSPACE, least=0.5)
    other = common_path(a_log(tmp_path / "other", *renamed), WORKSPACE, least=0.5)
    assert one.steps == other.steps


def test_a_deal_tells_what_comes_after_the_purchase(tmp_path: Path) -> None:
    won = [{"deal_id": f"d{name}", "account_id": name, "outcome": "won", "closed": START + dt.timedelta(days=3, hours=1)} for name in "abc"]  # fmt: skip
    path = common_path(a_log(tmp_path, *ACCOUNTS, more={"deals": won}), WORKSPACE, least=0.5)
    assert [step.after_won for step in path.steps] == [0, 0, 0, 0, 1]


def test_what_too_few_cases_meet_is_counted_and_left_out(tmp_path: Path) -> None:
    path = common_path(a_log(tmp_path, *ACCOUNTS), WORKSPACE, least=1.0, most=2)
    assert len(path.steps) == 2
    assert path.rarer == 4
    assert path.events == path.left_out + 9


def test_a_log_without_a_common_event_has_no_steps(tmp_path: Path) -> None:
    path = common_path(a_log(tmp_path, "a: one", "b: two", "c: three"), WORKSPACE, least=0.5)
    assert path.steps == ()
    assert path.left_out == path.events == 3
