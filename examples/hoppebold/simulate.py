"""Simulates Hoppebold's market and writes what its systems would have exported.

python examples/hoppebold/simulate.py --out examples/hoppebold/exports --seed 7
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if str(Path(__file__).resolve().parent) not in sys.path:  # also where this file is loaded by its path
    sys.path.insert(0, str(Path(__file__).resolve().parent))

from market.export import write_files
from market.systems import write_down
from market.truth import Truth, find_truth
from market.years import simulate


def write_exports(out: Path, seed: int = 7, accounts: int = 40) -> Truth:
    """Write the exports of a simulated market into a folder; tell what is true in it.

    Args:
        out: folder for the files; made where it is missing, files of the same names are replaced.
        seed: the same seed gives the same bytes.
        accounts: number of customer companies, from 1.
    """
    world = simulate(seed, accounts)
    exports = write_down(world)
    write_files(exports, out)
    return find_truth(world, exports)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Simulate a market and write what its systems would have exported."
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent / "exports")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument(
        "--truth", action="store_true", help="print what is true in the simulated market, as JSON"
    )
    asked = parser.parse_args()
    if asked.accounts < 1:
        parser.error(f"--accounts {asked.accounts}: at least 1 account is needed")
    truth = write_exports(asked.out, asked.seed, asked.accounts)
    if asked.truth:
        print(json.dumps(truth.as_dict(), indent=2, ensure_ascii=False))
    else:
        rows = sum(file["rows"] for file in truth.files.values())
        print(f"{len(truth.files)} files, {rows} rows, in {asked.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
