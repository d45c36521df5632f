"""kill -9 in the middle of an import or an erasure: the old or the new, never a mix, and the same again finishes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from polku.formats import read_workspace
from polku.sources.importing import import_files
from tests.privacy.planted import make

ROOT = Path(__file__).parents[2]


def killed(folder: Path, what: str, kills: int) -> dict[str, int]:
    if not hasattr(signal, "SIGKILL") or not hasattr(os, "fork"):
        pytest.skip("this system kills in another way")
    space, exports = make(folder)
    # Before it: a lake with some of the files.
    import_files(read_workspace(space), space, exports if what == "erase" else exports[:2])
    temporary = folder / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.privacy.kills import main; main()",
            what,
            str(folder),
            str(kills),
            "7",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("what", ["import", "erase"])
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, what: str) -> None:
    assert sum(killed(tmp_path, what, 6).values()) == 6


@pytest.mark.long
@pytest.mark.parametrize("what", ["import", "erase"])
def test_hundreds_of_kills_lose_nothing(tmp_path: Path, what: str) -> None:
    told = killed(tmp_path, what, 100)
    assert sum(told.values()) == 100 and min(told.values()) > 0
