"""Where definitions are the same, other libraries say the same: lifelines, scipy, pm4py and ChannelAttribution.

They live in an environment of their own, never beside polku: `make peers` makes it.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import ask, open_study
from polku.analytics.attribution import attribution
from polku.analytics.backtest import order_of
from polku.analytics.statistics.intervals import share_of
from polku.analytics.statistics.survival import Curve, Life, chi2_tail, log_rank
from tests.analytics.small import WORKSPACE, a_log
from tests.analytics.test_attribution import CHANNELLED

pytestmark = pytest.mark.long


@pytest.fixture
def peers_say(peer_python: Callable[[str], str]) -> Callable[..., Any]:
    """The answers of the other side: `peers_say("scipy", statistics=…)`."""

    def say(package: str, **asked: Any) -> Any:
        told = subprocess.run(
            [peer_python(package), str(Path(__file__).with_name("peers.py"))],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(told.stdout.rpartition("ANSWER ")[2])

    return say


@pytest.mark.parametrize("late", [False, True])
def test_curves_and_their_test_are_those_of_lifelines(late: bool, peers_say: Callable[..., Any]) -> None:
    chance = random.Random(late)
    groups = []
    for _ in range(3):
        lives = []
        for _ in range(60):
            entered = chance.randrange(5) if late else 0
            lives.append((entered, entered + 1 + chance.randrange(40), chance.random() < 0.6))
        # Somebody is there from the beginning to the end, so that no curve of few at risk falls to nothing.
        groups.append([*lives, *((0, 60, False) for _ in range(5))])
    days = list(range(1, 50))
    told = peers_say("lifelines", survival={"groups": groups, "days": days})["survival"]

    ours = [[Life(*life) for life in group] for group in groups]
    for curve, theirs in zip(map(Curve, ours), told["curves"], strict=True):
        assert [curve.at(day).share for day in days] == pytest.approx(theirs)
    if not late:
        test = log_rank(ours)
        assert test is not None
        assert (test.chi2, test.p) == (pytest.approx(told["chi2"]), pytest.approx(told["p"]))


def test_tails_intervals_and_orders_are_those_of_scipy(peers_say: Callable[..., Any]) -> None:
    chance = random.Random(7)
    tails = [(chance.uniform(0.1, 30), chance.randint(1, 12)) for _ in range(40)]
    shares = [(chance.randint(0, n), n) for n in (1, 2, 5, 40, 1000) for _ in range(6)]
    won = [chance.randrange(10) for _ in range(30)]
    others = [chance.randrange(8) for _ in range(50)]
    asked = {"tails": tails, "shares": shares, "won": won, "others": others}
    told = peers_say("scipy", statistics=asked)["statistics"]

    assert [chi2_tail(x, df) for x, df in tails] == pytest.approx(told["tails"], rel=1e-6, abs=1e-12)
    for (part, whole), (low, high) in zip(shares, told["wilson"], strict=True):
        ours = share_of(part, whole)
        assert (ours.low, ours.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    order = order_of([*((value, True) for value in won), *((value, False) for value in others)], 1)
    assert order["order"] == pytest.approx(told["order"])


def test_paths_and_variants_are_those_of_pm4py(tmp_path: Path, peers_say: Callable[..., Any]) -> None:
    chance = random.Random(11)
    ways = {
        f"a{number}": [chance.choice(["call", "demo", "guide", "offer"]) for _ in range(chance.randint(1, 9))]
        for number in range(200)
    }
    with a_log(tmp_path, *(f"{name}: {' '.join(way)}" for name, way in ways.items())) as log:
        ours = ask(log, WORKSPACE, "paths", Asked(of="activity"), case="account").rows()
        variants = ask(log, WORKSPACE, "variants", Asked(of="activity", most=1000), case="account").rows()
        events = [
            (account, activity, time)
            for account, activity, time in log.rows(
                "SELECT account_id, activity, strftime(time, '%Y-%m-%dT%H:%M:%S') FROM {events} ORDER BY time"
            )
        ]
    told = peers_say("pm4py", paths={"events": events})["paths"]

    inner = {(row["from"], row["to"]): row["count"] for row in ours if row["from"] and row["to"]}
    assert inner == {(a, b): count for a, b, count in told["follows"]}
    assert {row["to"]: row["count"] for row in ours if row["from"] is None} == told["starts"]
    assert {row["from"]: row["count"] for row in ours if row["to"] is None} == told["ends"]
    assert {tuple(row["path"]): row["count"] for row in variants} == {
        tuple(path): count for path, count in told["variants"]
    }


def test_rules_are_those_of_channelattribution_and_its_chain_comes_near(
    tmp_path: Path, peers_say: Callable[..., Any]
) -> None:
    chance = random.Random(13)
    ways = []
    for number in range(300):
        way = [chance.choice(["guide", "call", "demo"]) for _ in range(chance.randint(1, 6))]
        ways.append((f"a{number}", way, chance.random() < 0.4))
    lines = [f"{name}: {' '.join([*way, *(['offer'] if won else [])])}" for name, way, won in ways]
    with a_log(tmp_path, *lines) as log:
        study = open_study(log, CHANNELLED)
        models = ("first", "last", "linear", "markov")
        told = attribution(study, models, conversion="offer", by="touchpoint", draws=0).rows()
        study.close()
    counted: Counter[tuple[str, bool]] = Counter((" > ".join(way), won) for _, way, won in ways)
    paths = {path for path, _ in counted}
    rows = [(path, counted[path, True], counted[path, False]) for path in sorted(paths)]
    theirs = peers_say("ChannelAttribution", attribution={"paths": rows})["attribution"]

    ours = {(row["model"], row["touchpoint"]): row["conversions"] for row in told}
    for place, name in enumerate(theirs["rules"]["channel_name"]):
        for model, column in (("first", "first_touch"), ("last", "last_touch"), ("linear", "linear_touch")):
            assert ours[model, name] == pytest.approx(theirs["rules"][column][place])
    for name, conversions in theirs["markov"].items():
        assert ours["markov", name] == pytest.approx(conversions, rel=0.02)
