"""What polku itself takes for a question, beside its engine: `python -m bench.layer`.

The log is so small that a question is mostly words: filters read, queries written, results made of rows, tables and
JSON of results. Times are processor time of the thread that asks, so that a busy machine tells the same.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measures import ASKED, TODAY, Timed
from bench.measures_data import Built, build
from polku.analytics.asking.questions import answer, open_study
from polku.cli.measure_table import told
from polku.records.log import Log, open_log
from polku.words import reader

MOST = 5.0
"""Milliseconds of polku's own that a question may take."""
_WORK = frozenset(("execute", "fetchall", "fetchnumpy", "register", "unregister", "cursor"))


class Watched:
    """A connection whose work is timed."""

    def __init__(self, connection: Any, spent: list[float]) -> None:
        self._real = connection
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in _WORK:
            return found

        def timed(*given: Any) -> Any:
            began = time.thread_time()
            try:
                got = found(*given)
            finally:
                self._spent.append(time.thread_time() - began)
            if name == "cursor":
                return Watched(got, self._spent)
            return self if name == "execute" else got

        return timed


def spent_on(work: Callable[[], object], engine: list[float], runs: int) -> tuple[float, float, int]:
    """Milliseconds of polku and of the engine (medians), and how often the engine was called."""
    own, others, calls = [], [], 0
    for _ in range(runs):
        engine.clear()
        began = time.thread_time()
        work()
        took = time.thread_time() - began
        others.append(1000 * sum(engine))
        own.append(1000 * took - others[-1])
        calls = len(engine)
    return statistics.median(own), statistics.median(others), calls


def layers(
    log: Log, built: Built, one: Timed, engine: list[float], runs: int
) -> tuple[float, float, int, float]:
    """Own and engine's milliseconds and calls of a question, and milliseconds of its table and JSON together."""
    say = reader("en")

    def ask() -> tuple[Any, Any]:
        study = open_study(log, built.workspace, question=one.question, today=TODAY, **one.chosen)
        return study, answer(study, one.question, one.asked)

    study, result = ask()

    def show() -> None:
        told(result, study, say, top=20)
        json.dumps(result.to_json())

    def whole() -> None:
        ask()[0].close()

    show()
    own, others, calls = spent_on(whole, engine, runs)
    shown, _, _ = spent_on(show, engine, runs)
    study.close()
    return own, others, calls, shown


def main() -> int:
    """Build, ask, print; exit code 1 where a question takes polku longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", default="", help="questions whose names hold these words")
    parser.add_argument("--data", type=Path, help="a folder to build in and to come back to")
    asked = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as scratch:
        built = build(asked.data or Path(scratch), asked.events)
        engine: list[float] = []
        with open_log(built.folder, threads=1) as log:
            log.engine._connection = Watched(log.engine._connection, engine)  # type: ignore[assignment]
            print(f"{'question':32} {'polku ms':>9} {'engine ms':>10} {'calls':>6} {'shown ms':>9}")
            for one in ASKED:
                if asked.only not in one.name:
                    continue
                own, others, calls, shown = layers(log, built, one, engine, asked.runs)
                good = own <= MOST and shown <= MOST
                met &= good
                print(
                    f"{one.name:32} {own:9.1f} {others:10.1f} {calls:6} {shown:9.1f} {'✓' if good else '▲'}",
                    flush=True,
                )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
