"""Times polku's start, reading, drawing, import and measures; data sets that are absent are left out and named."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.journeys import WORKSPACE, write_workspace
from bench.timing import Timing, time_command, time_function
from polku.diagrams.matrix.matrix import draw_matrix
from polku.formats import read_workspace
from polku.scene import scene_to_svg

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("POLKU_SHARED", ROOT.parent / "shared" / "data"))
QUESTIONS: dict[str, tuple[str, ...]] = {
    "paths": (),
    "variants": (),
    "time": ("--from", "A_SUBMITTED", "--to", "O_SENT"),
    "funnel": ("--stages", "A_SUBMITTED,A_PREACCEPTED,O_SENT,A_APPROVED", "--window", "P30D"),
    "coverage": (),
    "deals": (),
}
"""Question → its options on the loan log."""


def main() -> int:
    """Print one line per timing; exit code 1 when one is above its target."""
    met = True
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as folder:
        for timings in (starting, reading_and_drawing, a_real_log):
            for timing in timings(Path(folder)):
                print(timing, flush=True)
                met = met and timing.is_met
    return 0 if met else 1


def starting(folder: Path) -> Iterator[Timing]:
    """How long somebody waits for the first words."""
    yield time_command("polku --help", "--help", target=0.25, runs=7)


def reading_and_drawing(folder: Path) -> Iterator[Timing]:
    """Long journeys, in a warm process."""
    long = write_workspace(folder / "long", 200)
    yield time_function(
        "read a workspace with a journey of 200 steps", lambda: read_workspace(long), target=0.05
    )

    workspace = read_workspace(write_workspace(folder / "sixty", 60))
    journey = workspace.journeys["long"]
    today = dt.date(2026, 11, 1)
    yield time_function(
        "draw the matrix of 60 steps, as SVG",
        lambda: scene_to_svg(draw_matrix(workspace, journey, today=today)),
        target=0.3,
    )


def a_real_log(folder: Path) -> Iterator[Timing]:
    """A loan application log of 262,200 events: in, asked, reported."""
    log = SHARED / "bpic2012-loan" / "bpic2012.xes.gz"
    if not log.exists():
        print(f"  left out: {log.name} is not in {SHARED} (set POLKU_SHARED)")
        return
    workspace = folder / "loans"
    workspace.mkdir()
    (workspace / "polku.yaml").write_text(WORKSPACE, encoding="utf-8")
    total = [time_command("import 262,200 events (XES)", "import", workspace, log, target=15, runs=1)]
    total += [
        time_command(f"first {question}", "measure", workspace, question, *options, target=15, runs=1)
        for question, options in QUESTIONS.items()
    ]
    report = folder / "loans.html"
    total.append(time_command("report", "report", workspace, "-o", report, target=15, runs=1))
    yield from total
    yield Timing(
        "all of these together (at most 1,000 MB)",
        sum(timing.seconds for timing in total),
        1,
        15,
        max(timing.megabytes or 0 for timing in total),
    )
    for question, options in QUESTIONS.items():
        yield time_command(
            f"{question} on imported data, whole process",
            "measure",
            workspace,
            question,
            *options,
            target=0.5,
        )
    yield from warm_measures(workspace)


def warm_measures(folder: Path) -> Iterator[Timing]:
    """Each question once more without the start of a process, also filtered."""
    from polku.analytics.asking.questions import Asked, ask
    from polku.records.log import open_log

    workspace = read_workspace(folder)
    stages = ("A_SUBMITTED", "A_PREACCEPTED", "O_SENT")
    with open_log(folder) as log:
        for name, question, asked, chosen in (
            ("paths", "paths", Asked(), {}),
            ("paths of cases that did O_SENT", "paths", Asked(), {"cases": "did(O_SENT)"}),
            ("paths without work items", "paths", Asked(), {"events": "not activity ~ W_*"}),
            ("variants", "variants", Asked(), {}),
            ("time", "time", Asked(start="A_SUBMITTED", end="O_SENT"), {}),
            ("funnel", "funnel", Asked(stages=stages), {}),
            ("funnel, strictly", "funnel", Asked(stages=stages, mode="strict"), {}),
            ("funnel in any order", "funnel", Asked(stages=stages, mode="any"), {}),
            ("what changed", "change", Asked(), {}),
        ):
            yield time_function(
                f"{name}, warm",
                lambda question=question, asked=asked, chosen=chosen: ask(  # type: ignore[misc]
                    log, workspace, question, asked, **chosen
                ),
                target=0.3,
            )


if __name__ == "__main__":
    sys.exit(main())
