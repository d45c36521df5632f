"""Every question to a log to which days were added beside is answered as if all of it had been published anew."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polku.analytics.asking.questions import QUESTIONS, Asked, ask
from polku.analytics.columns.touched import ByNumber
from polku.errors import QuestionError
from polku.records import adding, adding_cases
from polku.records.files import ADDED, BASE, GONE
from polku.records.lake import Lake
from polku.records.layers import SHIFT
from polku.records.log import Log, open_log
from polku.records.publish import Staged, publish
from tests.analytics.logs import write_rows
from tests.analytics.markets import Market, a_market, as_row
from tests.analytics.test_memory_and_engine_agree import ASKED, same
from tests.analytics.worlds import TODAY

NEVER = 1 << 60
JOURNEY = tuple(
    (name, Asked()) for name in ("paths", "steps", "fit", "deviations", "variants", "now", "friction")
)


def with_a_day(market: Market, folder: Path, seed: int, beside: bool) -> Log:
    """The market without its last events; then a day with those, and with two earlier ones that are another account's."""
    chance = random.Random(seed)
    source = market.events[0].source
    own = [event for event in market.events if event.source == source]
    late = own[-max(1, len(own) // 5) :]
    before = [event for event in market.events if event not in late]
    accounts = sorted({event.account for event in market.events if event.account is not None})
    said_again = [replace(event, account=chance.choice(accounts)) for event in own[:2] if event not in late]
    replace(market, events=before).log(folder).close()
    day = folder / "day"
    day.mkdir()
    write_rows(
        day / "events.parquet", "events", [as_row(one) for one in (*said_again, *late)], source, source
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adding, "ADD_FROM", 0 if beside else NEVER)
        patch.setattr(adding, "ADD_MOST", 1000.0)
        patch.setattr(adding_cases, "ADD_MOST_MOVES", 1000.0)
        publish(Lake(folder / "lake"), [Staged(day, "day.csv", source, source)], threads=1)
    return open_log(folder, threads=1)


def told(log: Log, market: Market, question: str, asked: Asked) -> Any:
    journey = market.journey.id if (question, asked) in JOURNEY else None
    try:
        case = QUESTIONS[question].case or ("round" if journey and market.journey.rounds else "account")
        return asdict(ask(log, market.workspace, question, asked, case=case, journey=journey, today=TODAY))
    except QuestionError as error:
        return error.message


@pytest.mark.parametrize("seed", (4, 11, 18))
def test_a_log_with_days_beside_answers_as_one_that_was_published_whole(seed: int, tmp_path: Path) -> None:
    market = a_market(seed)
    with (
        with_a_day(market, tmp_path / "beside", seed, True) as beside,
        with_a_day(market, tmp_path / "whole", seed, False) as whole,
    ):
        layers = [{entry.layer for entry in log.version.entries("events")} for log in (beside, whole)]
        assert layers == [{BASE, ADDED, GONE}, {BASE}]
        for question, asked in (*JOURNEY, *ASKED):
            assert same(told(beside, market, question, asked), told(whole, market, question, asked)), (
                question,
                asked,
            )


@pytest.mark.parametrize("seed", range(20))
def test_what_events_have_is_found_by_their_number_in_logs_of_both_kinds(seed: int) -> None:
    chance = np.random.default_rng(seed)
    base = np.arange(30)
    layered = np.concatenate([(base + 1) << SHIFT, np.unique(chance.integers(1, 31 << SHIFT, 9))])
    for number in (base, np.unique(layered)):
        has = number[np.sort(chance.choice(len(number), seed % 7, replace=False))]
        what = chance.integers(1, 5, len(has)).astype(np.uint8)
        found = ByNumber(has, what, len(number)).of(number)
        assert found.tolist() == [
            dict(zip(has.tolist(), what.tolist(), strict=True)).get(int(one), 0) for one in number
        ]
