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
from pathlib import Path

from polku.records.engine import Engine
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
MEDIANS = (
    "SELECT code, nxt, count(*), quantile_disc(gap, [0.5, 0.95]) FROM {moves} GROUP BY code, nxt ORDER BY ALL"
)


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


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--memory", help="limit of the engine, as in 2GB")
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="polku-bench-"))
    try:
        staged = stage(folder / "staged", wanted.rows)
        lake = Lake(folder / "lake")
        steps: list[tuple[str, float]] = []
        start = time.perf_counter()

        def note(message: object, share: float) -> None:
            steps.append((getattr(message, "id", ""), time.perf_counter() - start))

        first = timed(lambda: publish(lake, [staged], memory_limit=wanted.memory, progress=note))
        print(f"publish {wanted.rows} events        {first:6.2f} s")
        for (done, at), (_, then) in itertools.pairwise(steps):
            print(f"  {done:26} {then - at:6.2f} s")
        print(
            f"publish the same again     {timed(lambda: publish(lake, [staged], memory_limit=wanted.memory)):6.2f} s"
        )
        with open_log(lake.folder) as log:
            for what, sql in (("edges", EDGES), ("edges with medians", MEDIANS)):
                times = [timed(lambda sql=sql: log.rows(sql)) for _ in range(5)]  # type: ignore[misc]
                print(f"{what:26} {statistics.median(times):6.3f} s")
        print(
            f"peak memory                {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MiB"
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
