"""What is counted from columns in memory is what the engine counts, on random markets, of all accounts and of some."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import QUESTIONS, Asked, ask
from polku.analytics.columns import blocks
from polku.errors import QuestionError
from polku.records.engine import Engine
from polku.records.log import Log
from tests.analytics.markets import Market, a_market
from tests.analytics.worlds import TODAY

LONG_AGO = TODAY - dt.timedelta(days=60)
ASKED: tuple[tuple[str, Asked], ...] = (
    ("coverage", Asked()),
    ("centre", Asked(by="month")),
    ("deals", Asked()),
    ("touches", Asked()),
    *(("touches", Asked(by=by)) for by in ("role", "channel", "device")),
    ("threads", Asked()),
    ("score", Asked()),
    ("backtest", Asked(window=dt.timedelta(days=7))),
    ("voice", Asked()),
    *(("voice", Asked(weight=weight)) for weight in ("account", "revenue")),
    ("change", Asked()),
    ("change", Asked(of="activity")),
    ("campaigns", Asked()),
    ("campaigns", Asked(window=dt.timedelta(days=9))),
    ("loyalty", Asked()),
    ("attribution", Asked(models=("all",))),
    ("attribution", Asked(models=("linear", "markov"), by="touchpoint", window=dt.timedelta(days=9))),
    ("attribution", Asked(conversion="O*", models=("last", "markov"))),
)
CHOSEN: tuple[dict[str, Any], ...] = (
    {"today": TODAY},
    {"today": TODAY, "cases": "segment = big or events > 4"},
    {"today": LONG_AGO},
)


def told(log: Log, market: Market, question: str, asked: Asked, chosen: dict[str, Any]) -> Any:
    try:
        case = QUESTIONS[question].case or "account"
        return asdict(ask(log, market.workspace, question, asked, case=case, **chosen))
    except QuestionError as error:
        return error.message


def same(one: Any, other: Any) -> bool:
    """Whether two answers say the same, sums of parts in any order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-12, abs=1e-12, nan_ok=True)
    return bool(one == other)


def compare(folder: Path, seed: int) -> None:
    market = a_market(seed)
    with market.log(folder) as log, pytest.MonkeyPatch.context() as patch:
        if seed % 3 == 0:
            patch.setattr(blocks, "PIECE", 7)
        for question, asked in ASKED:
            for chosen in CHOSEN:
                patch.setattr(Engine, "gives_arrays", True)
                memory = told(log, market, question, asked, chosen)
                patch.setattr(Engine, "gives_arrays", False)
                assert same(memory, told(log, market, question, asked, chosen)), (question, asked, chosen)


@pytest.mark.parametrize("seed", range(4))
def test_memory_and_engine_say_the_same(seed: int, tmp_path: Path) -> None:
    compare(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 200))
def test_memory_and_engine_say_the_same_two_hundred_times(seed: int, tmp_path: Path) -> None:
    compare(tmp_path, seed)


def test_columns_that_do_not_fit_are_asked_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = a_market(1)
    with market.log(tmp_path) as log:
        memory = [told(log, market, question, asked, CHOSEN[0]) for question, asked in ASKED]
        blocks.forget()
        kept = blocks.kept_blocks(log, "account")
        assert kept is not None
        monkeypatch.setattr(blocks, "KEPT", kept.bytes + 1)
        for (question, asked), before in zip(ASKED, memory, strict=True):
            assert same(told(log, market, question, asked, CHOSEN[0]), before), (question, asked)


@pytest.mark.parametrize("seed", [1, 4])
def test_attribution_says_the_same_where_no_events_stay_in_memory(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = a_market(seed)
    attributions = [asked for question, asked in ASKED if question == "attribution"]
    monkeypatch.setattr(blocks, "PIECE", 7)
    with market.log(tmp_path) as log:
        memory = [told(log, market, "attribution", asked, one) for asked in attributions for one in CHOSEN]
        blocks.forget()
        monkeypatch.setattr(blocks, "KEPT", 0)
        again = [told(log, market, "attribution", asked, one) for asked in attributions for one in CHOSEN]

    assert again == memory
