"""polku beside pm4py, Polars and ChannelAttribution, one after the other: `python -m bench.peers --events 1000000`.

Peers live in an environment of their own, which is made where it is not there; they are never installed with polku.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measures_data import build
from polku.records.engine import Engine, Relation, file_text, literal
from polku.records.log import open_log

PEERS = ("pm4py", "polars", "pyarrow", "ChannelAttribution")
WORK = Path(__file__).with_name("peers_work.py")
ROOT = Path(__file__).parents[1]
# The order of a log is in its times alone, so that each tool can find it: a microsecond more for each event.
_FLAT = (
    'SELECT account_id AS "case", activity, make_timestamp(max(epoch_us(time)) OVER (ORDER BY event_no '
    'ROWS UNBOUNDED PRECEDING) + event_no) AS "time" FROM {events} WHERE account_id IS NOT NULL'
)


def environment(folder: Path) -> Path | None:
    """The Python of the peers' environment, made where it is not there; None where it cannot be."""
    python = folder / "bin" / "python"
    if not python.exists():
        tool = [sys.executable, "-m", "uv"]
        for command in (
            [*tool, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [*tool, "pip", "install", "--quiet", "--python", str(python), *PEERS],
        ):
            if subprocess.run(command, check=False).returncode:
                shutil.rmtree(folder, ignore_errors=True)
                return None
    return python


def flat_log(folder: Path, events: int, data: Path) -> Path:
    """The generator's log as one file of case, activity and time, in no order."""
    file = folder / f"flat-{events}.parquet"
    if not file.exists():
        built = build(data, events)
        with open_log(built.folder, memory_limit="6GB") as log:
            log.engine.execute(
                f'COPY (SELECT * FROM ({_FLAT}) ORDER BY hash("time")) TO {literal(str(file))} (FORMAT parquet)',
                tables=log.tables,
            )
    return file


def path_file(folder: Path, events: int, data: Path) -> tuple[Path, dict[str, Any]]:
    """Paths to conversions as ChannelAttribution reads them, and what polku makes of the same."""
    import time

    import numpy as np

    from polku.analytics.asking.questions import open_study
    from polku.analytics.credit import markov
    from polku.analytics.credit.conversion_paths import find_paths

    built = build(data, events)
    with open_log(built.folder, threads=2) as log:
        study = open_study(log, built.workspace, question="attribution")
        paths = find_paths(study, None, "channel", people=False, lookback=None, deal_value=True).paths
        took = []
        for _ in range(5):
            began = time.perf_counter()
            moves, won, _ = markov.probabilities(paths)
            ((whole, lost),) = markov.removal(moves, won)
            took.append(time.perf_counter() - began)
        file = folder / f"paths-{events}.parquet"
        columns = {"path": paths.path, "place": paths.place, "node": paths.node}
        ends = {"path": np.arange(len(paths.won)), "won": paths.won, "value": paths.value, "lost": paths.lost}
        with (
            Engine(ordered=True) as engine,
            engine.holding("touches", columns) as touches,
            engine.holding("ends", ends) as ended,
        ):
            names = ", ".join(f"({place}, {literal(label)})" for place, label in enumerate(paths.labels))
            engine.write(
                "SELECT string_agg(n.label, ' > ' ORDER BY t.place) AS path, any_value(e.won)::BIGINT AS won, "
                'any_value(e."value") AS "value", any_value(e.lost)::BIGINT AS lost '
                f"FROM {{t}} t JOIN (VALUES {names}) n(node, label) ON n.node = t.node "
                'JOIN {e} e ON e."path" = t."path" GROUP BY t."path"',
                file,
                tables={"t": touches, "e": ended},
            )
    states = ("(start)", *paths.labels, "(conversion)", "(null)")
    moves = np.hstack([moves, won[:, None], (1 - moves.sum(axis=1) - won)[:, None]])
    # The other takes equal neighbours as one, which changes no removal effect.
    again = np.diag(moves).copy()
    moves /= np.where(again < 1, 1 - again, 1.0)[:, None]
    np.fill_diagonal(moves, 0.0)
    return file, {
        "seconds": statistics.median(took),
        "moves": {
            f"{a}>{b}": float(moves[x, y])
            for x, a in enumerate(states[:-2])
            for y, b in enumerate(states)
            if moves[x, y] > 1e-15
        },
        "removal": dict(zip(paths.labels, lost.tolist(), strict=True)),
        "paths": len(paths.won),
        "conversion": float(whole),
    }


def one_run(command: list[str]) -> dict[str, Any]:
    """What a process prints last, as JSON, and the processor seconds it took whole; its errors end the run."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[-3:])}\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    # Who asks more to be held against others says what was spent until then.
    found.setdefault("cpu", after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return found


def own_paths(file: Path) -> dict[str, Any]:
    """polku: the file published, opened, asked for paths and variants; and asked once more."""
    import time

    from polku.analytics.asking.questions import Asked, ask
    from polku.documents import Settings, Workspace
    from polku.records.lake import Lake
    from polku.records.publish import Staged, publish

    workspace = Workspace(settings=Settings(name="peers"), roles={}, journeys={})
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as scratch:
        staged = Path(scratch) / "staged"
        staged.mkdir()
        began = time.perf_counter()
        with Engine(ordered=True, temp_directory=Path(scratch) / "spill") as engine:
            engine.write(
                "SELECT \"case\" AS account_id, activity, \"time\", 'peers' AS source, 'other' AS source_kind, "
                "'flat.parquet' AS source_file, row_number() OVER () + 1 AS source_row FROM {it}",
                staged / "events.parquet",
                tables={"it": Relation(f"(SELECT * FROM read_parquet({file_text(file)}))", (file,))},
            )
        publish(Lake(Path(scratch) / "lake"), [Staged(staged, "flat.parquet", "peers", "bench")])
        published = time.perf_counter()
        with open_log(Path(scratch) / "lake") as log:
            told = ask(log, workspace, "paths")
            ways = ask(log, workspace, "variants", Asked(most=10**9))
            done = time.perf_counter()
            ask(log, workspace, "paths")
            ask(log, workspace, "variants")
            again = time.perf_counter() - done
    return {"seconds": done - began, "publish": published - began, "again": again, **_found(told, ways)}


def look_paths(file: Path) -> dict[str, Any]:
    """polku: what `polku look` finds in the file; nothing is written.

    The clock stops when that is found. Then all variants are listed, which others are held against: a look counts
    all of them and lists the thousand that most cases take, with medians and outcomes.
    """
    import time

    from bench.peers_work import most_memory
    from polku.analytics.loose import follow_loose, loose_study
    from polku.analytics.paths import paths
    from polku.analytics.variants import variants
    from polku.documents import Settings, Workspace
    from polku.sources.looking import look_at

    with tempfile.TemporaryDirectory(prefix="polku-bench-") as scratch, Engine(ordered=True) as engine:
        began = time.perf_counter()
        taken = look_at(file, Path(scratch), engine)
        followed = follow_loose(taken.loose)
        del taken
        with loose_study(followed, engine, Workspace(settings=Settings(name="peers"))) as study:
            told, ways = paths(study), variants(study)
            took, spent = time.perf_counter() - began, time.process_time()
            most = most_memory()
            ways = variants(study, most=10**9)
        return {"seconds": took, **_found(told, ways), "mib": most, "cpu": spent}


def _found(told: Any, ways: Any) -> dict[str, Any]:
    """What is held against others, and the most memory this process took."""
    from bench.peers_work import digest, most_memory

    most = most_memory()
    rows = [row for row in told.rows() if row["from"] is not None and row["to"] is not None]
    return {
        "mib": most,
        "edges": [[row["from"], row["to"], row["count"], row["mean_seconds"]] for row in rows],
        "medians": {f"{row['from']}>{row['to']}": row["median_seconds"] for row in rows},
        "variants": len(ways.rows()),
        "digest": digest([row["count"] for row in ways.rows()]),
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Where two results of paths and variants do not agree."""
    found = []
    a, b = ({(x, y): (n, mean) for x, y, n, mean in one["edges"]} for one in (ours, theirs))
    if {edge: n for edge, (n, _) in a.items()} != {edge: n for edge, (n, _) in b.items()}:
        found.append("counts of edges")
    elif any(abs(a[edge][1] - b[edge][1]) > 1e-6 * max(1.0, a[edge][1]) for edge in a):
        found.append("mean times")
    if "medians" in theirs and any(
        abs(theirs["medians"].get(edge, -1.0) - median) > 1e-6 for edge, median in ours["medians"].items()
    ):
        found.append("medians")
    if (ours["variants"], ours["digest"]) != (theirs["variants"], theirs["digest"]):
        found.append("variants")
    return found


def main() -> int:
    """Compare and print; exit code 1 where results differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--data", type=Path, required=True, help="a folder to build in and to come back to")
    parser.add_argument("--env", type=Path, help="folder of the peers' environment; default DATA/peers")
    parser.add_argument("--own", default="look,published", help="polku's ways: look, published or both")
    parser.add_argument("--only", default="pm4py,polars,ChannelAttribution")
    asked = parser.parse_args()
    asked.data.mkdir(parents=True, exist_ok=True)
    python = environment(asked.env or asked.data / "peers")
    if python is None:
        print("left out: the peers' environment could not be made (it needs the network once)")
        return 0
    wanted = asked.only.split(",")
    agree = paths_beside(asked, python, [one for one in wanted if one in ("pm4py", "polars")])
    if "ChannelAttribution" in wanted:
        models_beside(asked, python)
    return 0 if agree else 1


def paths_beside(asked: argparse.Namespace, python: Path, peers: list[str]) -> bool:
    """Each tool once, then each again, so that what disturbs the machine disturbs all of them."""
    file = flat_log(asked.data, asked.events, asked.data)
    own = asked.own.split(",")
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in (*own, *peers)}
    for _ in range(asked.runs):
        for name in own:
            runs[name].append(one_run([sys.executable, "-m", "bench.peers", f"--{name}", str(file)]))
        for name in peers:
            runs[name].append(one_run([str(python), str(WORK), name, str(file)]))
    print(
        f"{asked.events:,} events, {os.cpu_count()} cores, file to paths with durations and variants, median of {asked.runs}"
    )
    seconds = {name: statistics.median(one["seconds"] for one in told) for name, told in runs.items()}
    spent = {name: statistics.median(one["cpu"] for one in told) for name, told in runs.items()}
    memory = {name: max(one["mib"] for one in told) for name, told in runs.items()}
    asks: dict[str, tuple[float, float | None]] = {}
    if "look" in own:
        asks["one look"] = seconds["look"], memory["look"]
        print(
            f"{'polku, one look':32} {seconds['look']:8.2f} s  {memory['look']:7.0f} MiB  {spent['look']:7.2f} cpu"
        )
    if "published" in own:
        published = statistics.median(one["publish"] for one in runs["published"])
        again = statistics.median(one["again"] for one in runs["published"])
        asks |= {
            "published": (seconds["published"], memory["published"]),
            "asked again": (again, None),
        }
        print(
            f"{'polku, published and asked':32} {seconds['published']:8.2f} s  {memory['published']:7.0f} MiB  "
            f"{spent['published']:7.2f} cpu   of it publishing {published:.2f} s"
        )
        print(f"{'polku, asked again':32} {again:8.2f} s")
    agree = True
    for name in (*own[1:], *peers):
        differ = differences(runs[own[0]][0], runs[name][0])
        agree &= not differ
        said = f"differs in {', '.join(differ)}" if differ else "agrees"
        if name in peers:
            times = ", ".join(
                f"{seconds[name] / took:.2f} times {what}"
                + (f" (memory {memory[name] / most:.1f})" if most else "")
                for what, (took, most) in asks.items()
            )
            print(
                f"{name:32} {seconds[name]:8.2f} s  {memory[name]:7.0f} MiB  {spent[name]:7.2f} cpu   {times}; {said}"
            )
        elif differ:
            print(f"polku, {name}: {said}")
    return agree


def models_beside(asked: argparse.Namespace, python: Path) -> None:
    """The Markov model alone: transitions agree, removal effects of a simulation lie around the exact ones."""
    file, ours = path_file(asked.data, asked.events, asked.data)
    theirs = [one_run([str(python), str(WORK), "ChannelAttribution", str(file)]) for _ in range(asked.runs)]
    took = statistics.median(one["seconds"] for one in theirs)
    moves = {f"{a}>{b}": p for a, b, p in theirs[0]["moves"]}
    shared = moves.keys() & ours["moves"].keys()
    gap = max((abs(moves[edge] - ours["moves"][edge]) for edge in shared), default=0.0)
    print(f"{ours['paths']:,} paths, Markov model of first order, median of {asked.runs}")
    print(f"{'polku':32} {ours['seconds']:8.4f} s")
    print(f"{'ChannelAttribution':32} {took:8.4f} s  {took / ours['seconds']:.0f} times ours")
    print(f"  {len(shared)} transitions of both differ by {gap:.1e} at most")
    for name, exact in ours["removal"].items():
        told = [one["removal"][name] for one in theirs if name in one["removal"]]
        if told:
            print(f"  removal of {name:20} {exact:.4f}, simulated {min(told):.4f} to {max(told):.4f}")


if __name__ == "__main__":
    if sys.argv[1:2] in (["--published"], ["--look"]):
        work = own_paths if sys.argv[1] == "--published" else look_paths
        print(json.dumps(work(Path(sys.argv[2]))))
        sys.exit(0)
    sys.exit(main())
