"""Points that are kept by day say on any day, in any zone, what the engine counts from the events."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from polku.analytics.asking.questions import Asked
from polku.analytics.columns import blocks
from polku.records.engine import Engine
from tests.analytics.logs import publish_rows
from tests.analytics.markets import a_market
from tests.analytics.small import START, WORKSPACE
from tests.analytics.test_memory_and_engine_agree import same, told
from tests.analytics.test_score import random_rules, scoring
from tests.analytics.worlds import TODAY


@pytest.mark.parametrize("seed", range(3))
def test_days_in_the_middle_of_which_a_score_is_made_count_in_part(seed: int, tmp_path: Path) -> None:
    market = a_market(seed)
    rules = random_rules(market, seed) | {"look_back": (None, "P20DT5H")[seed % 2]}
    workspace = scoring(market.workspace, **rules)
    settings = workspace.settings.model_copy(
        update={"zone": ("Europe/Helsinki", "America/New_York")[seed % 2]}
    )
    market = replace(market, workspace=replace(workspace, settings=settings))
    with market.log(tmp_path) as log, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIECE", 7)
        for ago in (0, 31, 60, 61, 90):
            chosen = {"today": TODAY - dt.timedelta(days=ago)}
            for question, asked in (("score", Asked()), ("backtest", Asked(window=dt.timedelta(days=9)))):
                patch.setattr(Engine, "gives_arrays", True)
                first = told(log, market, question, asked, chosen)
                assert same(first, told(log, market, question, asked, chosen))
                patch.setattr(Engine, "gives_arrays", False)
                assert same(first, told(log, market, question, asked, chosen)), (question, ago)


HELSINKI = {
    "half_life": "P1D",
    "engagement": [{"touchpoint": "call", "points": 8, "per_day": 20, "most": 30}],
}


def compare_days(
    folder: Path, moments: tuple[tuple[str, str], ...], days: tuple[dt.date, ...], **rules: object
) -> list[dict[str, float]]:
    """Engagement of accounts that called at moments (UTC), on each day in Helsinki, the same from memory and in SQL."""
    rows = [
        {"account_id": name, "activity": "call", "time": dt.datetime.fromisoformat(at)}
        for name, at in moments
    ]
    workspace = scoring(WORKSPACE, **HELSINKI | rules)
    settings = workspace.settings.model_copy(update={"zone": "Europe/Helsinki"})
    market = replace(a_market(0), workspace=replace(workspace, settings=settings))
    accounts = [{"account_id": name} for name in dict(moments)]
    found = []
    with (
        publish_rows(folder, {("crm", "crm"): {"accounts": accounts, "events": rows}}) as log,
        pytest.MonkeyPatch.context() as patch,
    ):
        for day in days:
            patch.setattr(Engine, "gives_arrays", True)
            memory = told(log, market, "score", Asked(), {"today": day})
            patch.setattr(Engine, "gives_arrays", False)
            assert same(memory, told(log, market, "score", Asked(), {"today": day})), day
            found.append(dict(zip(memory["account_id"], memory["engagement"], strict=True)))
    return found


def test_a_day_ends_at_midnight_of_the_zone_and_not_of_its_points(tmp_path: Path) -> None:
    # In January Helsinki is two hours ahead: at 22:00 the next day begins.
    moments = (
        ("a", "2026-01-05 09:00"),
        ("a", "2026-01-05 21:30"),
        ("a", "2026-01-05 22:30"),
        ("b", "2026-01-05 23:00"),
        ("b", "2026-01-06 08:00"),
        ("c", "2026-01-03 21:00"),
        ("c", "2026-01-03 23:00"),
    )
    days = (dt.date(2026, 1, 5), dt.date(2026, 1, 6))
    fifth, sixth = compare_days(tmp_path / "all", moments, days)
    assert fifth == {"a": 16, "b": 0, "c": 4}
    # All three of one day, at most 20; half of it and of the night before.
    assert sixth == {"a": 10, "b": 12, "c": 2}
    # Two days back from the evening of the fifth, which ends in the middle of a day of points.
    (recent,) = compare_days(tmp_path / "recent", moments, days[:1], look_back="P2D")
    assert recent == {"a": 16, "b": 0, "c": 2}


def test_events_before_1970_fade_too(tmp_path: Path) -> None:
    moments = (("a", "1969-12-30 07:00"), ("a", "1969-12-31 22:30"), ("b", "1970-01-01 09:00"))
    days = (START.date(), *(dt.date(1970, 1, 1) - dt.timedelta(days=ago) for ago in range(3)))
    assert compare_days(tmp_path, moments, days)[1]["b"] == 8
