"""Times of commands and functions, with the memory a command took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Timing:
    """What was timed: seconds (the median of its runs), and the most memory of a process in MB."""

    name: str
    seconds: float
    runs: int
    target: float
    megabytes: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether it was as fast as it should be."""
        return self.seconds <= self.target

    def __str__(self) -> str:
        memory = f"{self.megabytes:7.0f} MB" if self.megabytes is not None else " " * 10
        sign = "✓" if self.is_met else "▲"
        return f"{sign} {self.name:58} {self.seconds:8.3f} s   target {self.target:6.2f} s {memory}  n={self.runs}"


def time_command(name: str, *arguments: str | Path, target: float, runs: int = 5) -> Timing:
    """Time `polku` with these arguments, from start to exit of its process; a failing command ends the run."""
    seconds, most = [], 0.0
    for _ in range(runs):
        with tempfile.TemporaryFile() as said:
            began = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "polku", *map(str, arguments)],
                stdout=said,
                stderr=subprocess.STDOUT,
                # Each run asks anew; what is printed again tells nothing of the command.
                env={**os.environ, "POLKU_KEEP": "0"},
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds.append(time.perf_counter() - began)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                said.seek(0)
                raise SystemExit(f"{name}: exit code {process.returncode}\n{said.read().decode()}")
        # The kernel counts kilobytes, that of macOS bytes.
        most = max(most, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))
    return Timing(name, median(seconds), runs, target, most)


def time_function(name: str, function: Callable[[], object], *, target: float, runs: int = 7) -> Timing:
    """Time a call in this process, which one call before has warmed."""
    function()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - began)
    return Timing(name, median(seconds), runs, target)
