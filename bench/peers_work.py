"""One piece of work of one peer, from a file to its result: run by `bench.peers` in an environment that polku is not in."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def digest(counts: Any) -> str:
    """Of how many cases each variant has: two that agree have the same."""
    return hashlib.sha256(" ".join(map(str, sorted(counts, reverse=True))).encode()).hexdigest()[:16]


def most_memory() -> float:
    """The most memory that this process took, MiB; what its parent took before it was started does not count."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pm4py_paths(file: str) -> dict[str, Any]:
    """Directly-follows graph with durations, and variants."""
    import pandas as pd
    import pm4py

    began = time.perf_counter()
    log = pd.read_parquet(file)
    names = {"case_id": "case", "activity_key": "activity", "timestamp_key": "time"}
    log = pm4py.format_dataframe(log, **names)
    edges, _, _ = pm4py.discover_dfg(log)
    times, _, _ = pm4py.discover_performance_dfg(log)
    variants = pm4py.get_variants(log)
    took = time.perf_counter() - began
    counts = [one if isinstance(one, int) else len(one) for one in variants.values()]
    return {
        "seconds": took,
        "edges": [[a, b, int(n), times[a, b]["mean"]] for (a, b), n in edges.items()],
        "variants": len(counts),
        "digest": digest(counts),
    }


def polars_paths(file: str) -> dict[str, Any]:
    """The same in Polars: once sorted, edges with mean and median, and variants."""
    import polars as pl

    began = time.perf_counter()
    log = pl.scan_parquet(file).with_columns(pl.col("activity").cast(pl.Categorical)).sort("case", "time")
    follow = log.with_columns(
        pl.col("activity").shift(-1).over("case").alias("to"),
        (pl.col("time").shift(-1).over("case") - pl.col("time")).dt.total_microseconds().alias("gap"),
    ).filter(pl.col("to").is_not_null())
    edges = follow.group_by("activity", "to").agg(
        pl.len().alias("n"),
        pl.col("gap").mean().alias("mean"),
        pl.col("gap").quantile(0.5, "lower").alias("median"),
        pl.col("gap").quantile(0.95, "nearest").alias("late"),
    )
    ways = log.group_by("case", maintain_order=False).agg(pl.col("activity").to_physical())
    variants = ways.group_by("activity").agg(pl.len().alias("n")).sort("n", descending=True)
    found, told = pl.collect_all([edges, variants.select("n")])
    took = time.perf_counter() - began
    return {
        "seconds": took,
        "edges": [[a, b, n, mean / 1e6] for a, b, n, mean, *_ in found.iter_rows()],
        "medians": {f"{a}>{b}": median / 1e6 for a, b, _, _, median, _ in found.iter_rows()},
        "variants": len(told),
        "digest": digest(told["n"].to_list()),
    }


def channel_attribution(file: str) -> dict[str, Any]:
    """The model of first order, of paths that are there already; the time is that of the model alone."""
    import ChannelAttribution
    import pandas as pd

    paths = pd.read_parquet(file)
    began = time.perf_counter()
    found = ChannelAttribution.markov_model(
        paths,
        "path",
        "won",
        var_value="value",
        var_null="lost",
        order=1,
        out_more=True,
        verbose=False,
        flg_pro=False,
    )
    took = time.perf_counter() - began
    moves = found["transition_matrix"]
    # States are numbered in the order of the other tables.
    names = {str(place): str(name) for place, name in enumerate(found["removal_effects"].iloc[:, 0], start=1)}
    return {
        "seconds": took,
        "moves": [
            [names.get(str(a), a), names.get(str(b), b), float(p)]
            for a, b, p in moves.itertuples(index=False)
        ],
        "removal": {str(row[0]): float(row[1]) for row in found["removal_effects"].itertuples(index=False)},
    }


WORK = {"pm4py": pm4py_paths, "polars": polars_paths, "ChannelAttribution": channel_attribution}


def main() -> None:
    """Print what the work of argument 1 finds in the file of argument 2, and the most memory, as JSON."""
    found = WORK[sys.argv[1]](sys.argv[2])
    found["mib"] = most_memory()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
