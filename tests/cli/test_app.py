"""The command line as a whole: how it ends when somebody stops it, or when the machine does not let it go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from polku.cli.app import run

ENDED = """
import os, signal, time
from polku.cli import app, main

def at_work(**_):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(20)

app.app.main = at_work
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_asked_to_end_the_program_stops_as_at_ctrl_c() -> None:
    done = subprocess.run([sys.executable, "-c", ENDED], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr.strip()) == (130, "stopped")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device of a disk that is always full")
def test_a_pipe_or_disk_that_takes_no_more_is_told_in_a_line(tmp_path: Path) -> None:
    assert run(["new", str(tmp_path / "pumps"), "--template", "blank"]) == 0
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "polku", "check", str(tmp_path / "pumps")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("polku: ") and done.stderr.count("\n") == 1
