"""Publishing and the warm questions after it, on generated events: `python -m bench.publish --rows 1000000`."""

from __future__ import annotations

import argparse
import itertools
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import ask
from polku.documents import Settings, Workspace
from polku.records.engine import Engine, Relation, file_text
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import Staged, publish

GENERATED = """
SELECT NULL::VARCHAR AS event_id,
  TIMESTAMP '2024-01-01' + to_seconds((hash(r, 1) % 63072000)::BIGINT) AS "time",
  'second' AS "precision", NULL::VARCHAR AS "zone",
  {account} AS account_id, NULL::VARCHAR AS person_id, NULL::VARCHAR AS deal_id, {case} AS case_id,
  'activity ' || (hash(r, 3) % 32) AS activity, 'channel ' || (hash(r, 4) % 9) AS channel,
  NULL::VARCHAR AS campaign, NULL::VARCHAR AS device, NULL::VARCHAR AS direction,
  NULL::DOUBLE AS "value", NULL::DOUBLE AS score, NULL::VARCHAR AS score_kind, NULL::DOUBLE AS score_max,
  0 AS priority, 'bench' AS source, 'other' AS source_kind, 'bench.csv' AS source_file, r + 2 AS source_row
FROM range({rows}) AS t(r)
"""

EDGES = "SELECT code, nxt, count(*) FROM {moves} GROUP BY ALL ORDER BY ALL"
ASKED = (
    ("paths with medians", "paths", Asked()),
    ("variants", "variants", Asked()),
    ("funnel of three", "funnel", Asked(stages=("activity 3", "activity 11", "activity 20"))),
    ("touches by channel", "touches", Asked(by="channel")),
    ("Markov, by channel", "attribution", Asked(by="channel", conversion="activity 20", models=("markov",))),
)
"""Questions of the library, each of all accounts."""


class Taken(NamedTuple):
    """Seconds on the clock, and of all processors."""

    seconds: float
    processor: float

    def __str__(self) -> str:
        return f"{self.seconds:7.3f} s, of a processor {self.processor:7.3f} s"


def stage(folder: Path, rows: int) -> Staged:
    """Generated events of rows // 20 accounts, as an import would stage them."""
    folder.mkdir()
    account = f"'account ' || (hash(r, 2) % {max(1, rows // 20)})"
    sql = (
        GENERATED.replace("{account}", account)
        .replace("{case}", "NULL::VARCHAR")
        .replace("{rows}", str(rows))
    )
    with Engine(ordered=True) as engine:
        engine.write(sql, folder / "events.parquet")
    return Staged(folder, "bench.csv", "bench", "bench")


def stage_day(folder: Path, rows: int) -> Staged:
    """A day that follows the generated events: as many as fall on one of theirs, one in ten late by up to a month."""
    folder.mkdir()
    day = max(1, rows // 730)
    when = (
        "TIMESTAMP '2025-12-31' + to_seconds((hash(r, 1) % 86400)::BIGINT) "
        "- to_days(CASE WHEN hash(r, 7) % 10 = 0 THEN (hash(r, 8) % 30)::INTEGER ELSE 0 END)"
    )
    first = "TIMESTAMP '2024-01-01' + to_seconds((hash(r, 1) % 63072000)::BIGINT)"
    sql = (
        GENERATED.replace(first, when)
        .replace("{account}", f"'account ' || (hash(r, 2) % {max(1, rows // 20)})")
        .replace("{case}", "NULL::VARCHAR")
        .replace("range({rows})", f"range({rows}, {rows + day})")
        .replace("'bench.csv'", "'day.csv'")
    )
    with Engine(ordered=True) as engine:
        engine.write(sql, folder / "events.parquet")
    return Staged(folder, "day.csv", "bench", "bench")


def scanning(staged: Staged) -> Taken:
    """What a warm group by three columns of the staged events takes, the middle of five."""
    it = {"it": Relation(f"(SELECT * FROM read_parquet({file_text(staged.folder / 'events.parquet')}))")}
    sql = 'SELECT count(*) FROM (SELECT account_id, activity, max("time") FROM {it} GROUP BY ALL)'
    with Engine() as engine:
        engine.rows(sql, tables=it)
        return sorted(timed(lambda: engine.rows(sql, tables=it)) for _ in range(5))[2]


def timed(work: Callable[[], object]) -> Taken:
    """What something takes."""
    start, processor = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - start, time.process_time() - processor)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--memory", help="limit of the engine, as in 2GB")
    parser.add_argument("--once", action="store_true", help="do not publish the same again")
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="polku-bench-"))
    try:
        staged = stage(folder / "staged", wanted.rows)
        lake = Lake(folder / "lake")
        steps: list[tuple[str, Taken]] = []
        start, processor = time.perf_counter(), time.process_time()

        def note(message: object, share: float) -> None:
            # It is told again and again while something takes long.
            if not steps or steps[-1][0] != getattr(message, "id", ""):
                now = Taken(time.perf_counter() - start, time.process_time() - processor)
                steps.append((getattr(message, "id", ""), now))

        first = timed(lambda: publish(lake, [staged], memory_limit=wanted.memory, progress=note))
        print(f"publish {wanted.rows:,} events        {first}", flush=True)
        for (done, at), (_, then) in itertools.pairwise(steps):
            print(f"  {done:26} {Taken(then.seconds - at.seconds, then.processor - at.processor)}")
        scan = scanning(staged)
        print(
            f"a scan of three columns     {scan}, publish {first.seconds / scan.seconds:.1f} times that "
            f"({first.processor / scan.processor:.1f} of a processor)",
            flush=True,
        )
        day = stage_day(folder / "day", wanted.rows)
        added = timed(lambda: publish(lake, [day], memory_limit=wanted.memory))
        print(
            f"a day of {wanted.rows // 730} events       {added}, publish {first.processor / added.processor:.1f} "
            f"times that of a processor, {len(lake.files('moves:account'))} files of moves",
            flush=True,
        )
        if not wanted.once:
            again = timed(lambda: publish(lake, [staged], memory_limit=wanted.memory))
            print(f"publish the same again     {again}")
        with open_log(lake.folder) as log:
            nobody = Workspace(settings=Settings(name="bench"))
            asked: list[tuple[str, Callable[[], object]]] = [("edges", lambda: log.rows(EDGES))]
            for what, question, how in ASKED:
                asked.append((what, partial(ask, log, nobody, question, how)))
            for what, work in asked:
                first_time, *others = [timed(work).seconds for _ in range(4)]
                print(
                    f"{what:26} {statistics.median(others):6.3f} s, the first time {first_time:.3f} s",
                    flush=True,
                )
        print(
            f"peak memory                {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MiB"
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
