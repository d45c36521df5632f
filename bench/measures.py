"""Every measure on a large published log, beside a warm count of its edges: `python -m bench.measures --events 10000000`."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.measures_data import JOURNEY, Built, build
from polku.analytics.asking.questions import QUESTIONS, Asked, ask
from polku.records.log import Log, open_log

TODAY = dt.date(2026, 1, 1)
COUNT = "SELECT code, nxt, count(*) FROM {moves} GROUP BY code, nxt ORDER BY code, nxt"
TIMES, TIMES_NEW_NEIGHBOURS = 5.0, 8.0
SECONDS = 0.25
"""Targets: times a warm count of edges, that of filters after which other events are neighbours, seconds at 10 million."""


@dataclass(frozen=True)
class Timed:
    """One question as it is asked: name, what is asked, and what it is asked of."""

    name: str
    question: str
    asked: Asked = field(default_factory=Asked)
    chosen: dict[str, Any] = field(default_factory=dict)
    times: float = TIMES


STAGES = ("guide", "call", "demo", "offer", "contract")
OF = {"journey": JOURNEY}
MET = "touchpoint"
ASKED: tuple[Timed, ...] = (
    Timed("paths of activities", "paths"),
    Timed("paths of touchpoints", "paths", Asked(of="touchpoint")),
    Timed("paths, one segment", "paths", chosen={"cases": "segment = large-toy-makers"}),
    Timed("paths, of those who did", "paths", chosen={"cases": 'did("Meeting: demo")'}),
    Timed(
        "paths, without some events", "paths", chosen={"events": "part != expert"}, times=TIMES_NEW_NEIGHBOURS
    ),
    Timed(
        "paths, one kind of event", "paths", chosen={"events": "part = expert"}, times=TIMES_NEW_NEIGHBOURS
    ),
    Timed("paths of steps, rounds", "paths", Asked(of="step"), OF, TIMES_NEW_NEIGHBOURS),
    Timed("variants of activities", "variants"),
    Timed("variants of touchpoints", "variants", Asked(of="touchpoint")),
    Timed("variants of steps, rounds", "variants", Asked(of="step", transform="exposure"), OF),
    Timed("time between two", "time", Asked(of="touchpoint", start="call", end="offer")),
    Timed(
        "time, each to the next",
        "time",
        Asked(of="touchpoint", start="call", end="offer", definition="every-next"),
    ),
    Timed("time along the journey", "time", Asked(), OF),
    Timed("funnel", "funnel", Asked(of="touchpoint", stages=STAGES)),
    Timed("funnel, 90 days", "funnel", Asked(of="touchpoint", stages=STAGES, window=dt.timedelta(days=90))),
    Timed("funnel, strictly", "funnel", Asked(of="touchpoint", stages=STAGES, mode="strict")),
    Timed("funnel, any order", "funnel", Asked(of="touchpoint", stages=STAGES, mode="any")),
    Timed("funnel of stages, rounds", "funnel", Asked(), OF),
    Timed("steps, rounds", "steps", Asked(), OF),
    Timed("fit with rules, rounds", "fit", Asked(), OF),
    Timed("deviations by stage, rounds", "deviations", Asked(by="stage"), OF),
    Timed("coverage", "coverage"),
    Timed("deals", "deals"),
    Timed("now, rounds", "now", Asked(), OF),
    Timed("voice", "voice"),
    Timed("voice by revenue", "voice", Asked(weight="revenue")),
    Timed("retention", "retention"),
    Timed("retention by segment", "retention", Asked(by="segment")),
    Timed("touches", "touches"),
    Timed("touches by channel", "touches", Asked(by="channel")),
    Timed("touches by device", "touches", Asked(by="device")),
    Timed("attribution, usual models", "attribution"),
    Timed("attribution, Markov", "attribution", Asked(models=("markov",))),
    Timed("attribution, Shapley", "attribution", Asked(models=("shapley",))),
    Timed(
        "attribution of an activity", "attribution", Asked(conversion="Deal: offer sent", models=("linear",))
    ),
    Timed("campaigns", "campaigns"),
    Timed("friction, rounds", "friction", Asked(), OF),
    Timed("change", "change"),
    Timed("effect", "effect", Asked(improvement="demo-first")),
    Timed("score", "score"),
    Timed("backtest of the score", "backtest"),
    Timed("loyalty", "loyalty"),
    Timed("threads", "threads"),
    Timed("centre by quarter", "centre"),
)


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median of some runs, after one that warms."""
    work()
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def peak(forget: bool = False) -> float:
    """The most memory of this process in MiB, since it was forgotten last; 0 where the system does not tell."""
    try:
        if forget:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(log: Log, built: Built, wanted: Timed, runs: int) -> tuple[float, float, float, float]:
    """Seconds (median), processor seconds of one run, the most memory of one question, and seconds of the first run.

    The first run finds only what the questions before it have read.
    """

    def work() -> object:
        return ask(log, built.workspace, wanted.question, wanted.asked, today=TODAY, **wanted.chosen)

    started = time.perf_counter()
    work()
    first = time.perf_counter() - started
    peak(forget=True)
    began = time.process_time()
    work()
    spent = time.process_time() - began
    most = peak()
    took = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return statistics.median(took) if took else spent, spent, most, first


def main() -> int:
    """Build, ask, print; exit code 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--only", default="", help="names of measures that hold these words, or those after a comma"
    )
    parser.add_argument("--data", type=Path, help="a folder to build in and to come back to")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    absent = set(QUESTIONS) - {one.question for one in ASKED}
    if absent:
        print(f"  not timed: {', '.join(sorted(absent))}")
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as scratch:
        built = build(asked.data or Path(scratch), asked.events)
        for part, took in built.seconds.items():
            print(f"{part:32} {took:8.2f} s", flush=True)
        return table(built, asked.runs, asked.only, asked.threads)


def table(built: Built, runs: int, only: str, threads: int) -> int:
    """Time what is asked for; the count is taken before, between and after, and its median is the measure."""
    chosen = [one for one in ASKED if any(words in one.name for words in only.split(","))]
    rows: list[tuple[Timed, float, float, float, float]] = []
    with open_log(built.folder, threads=threads) as log:
        counts: list[float] = []
        spent_on: list[float] = []

        def count() -> None:
            counts.append(seconds(lambda: log.rows(COUNT), max(runs, 1)))
            began = time.process_time()
            log.rows(COUNT)
            spent_on.append(time.process_time() - began)

        count()
        for place, one in enumerate(chosen):
            rows.append((one, *measure(log, built, one, runs)))
            print(
                f"  {one.name:32} {rows[-1][1]:8.3f} s  {rows[-1][2]:8.3f} cpu", file=sys.stderr, flush=True
            )
            if place % 10 == 9:
                count()
        count()
        events = log.counts()["events"]
    floor, least = statistics.median(counts), statistics.median(spent_on)
    print(f"{events:,} events, {threads} threads, median of {runs}, {os.cpu_count()} cores")
    print(
        f"{'count by (code, next)':32} {floor:8.3f} s   from {min(counts):.3f} to {max(counts):.3f}, {least:.3f} cpu"
    )
    print(f"{'measure':32} {'s':>8} {'x count':>8} {'cpu s':>8} {'x count':>8} {'MiB':>7} {'first s':>8}")
    met = True
    for one, took, spent, most, first in rows:
        good = took / floor <= one.times
        met &= good
        sign = "✓" if good else "▲"
        print(
            f"{one.name:32} {took:8.3f} {took / floor:8.1f} {spent:8.3f} {spent / least:8.1f} {most:7.0f} {first:8.3f} {sign} {one.times:.0f}x"
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
