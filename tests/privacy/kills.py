"""Imports and erasures killed at random moments: `python -c` runs `main` in a process of its own, which forks for each."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from polku.formats import read_workspace
from polku.privacy.forget import forget
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.sources.importing import import_files
from tests.privacy.planted import NAME
from tests.privacy.test_forget import figures, hits


def main() -> None:
    """Arguments: import or erase, a folder with a planted workspace in its two states, kills, seed."""
    what, folder, kills, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    exports = sorted((folder / "exports").glob("*.csv"))
    space = folder / "killed"

    def work() -> None:
        workspace = read_workspace(space)
        if what == "import":
            import_files(workspace, space, exports)
        else:
            forget(space, workspace, NAME)

    def state() -> str:
        assert not Lake(space / "lake").open().damaged()
        with open_log(space) as log:
            return json.dumps(log.rows("SELECT count(*), count(score), count(DISTINCT person) FROM {events}"))

    def begin() -> None:
        shutil.rmtree(space, ignore_errors=True)
        shutil.copytree(folder / "space", space)

    def whole() -> float:
        """Do all of it; how long it takes as busy as the machine is now."""
        started = time.monotonic()
        assert answer(work) == ""
        return time.monotonic() - started

    begin()
    before = answer(state)
    lasts = whole()
    after = answer(state)
    counted = answer(lambda: print(json.dumps(figures(folder / "space"), default=str)))
    told = {"before": 0, "after": 0}
    for _ in range(kills):
        begin()
        child = os.fork()
        if child == 0:
            run(work)
        # A little beyond the end, too: what comes last takes the shortest time.
        time.sleep(chance.uniform(0, 1.2 * lasts))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = answer(state)
        assert found in (before, after), (found, before, after)
        done = Lake(space / "lake").version != Lake(folder / "space" / "lake").version
        told["after" if done else "before"] += 1
        # Without a manual step: the same again finishes it.
        again = whole()
        lasts = lasts if done else again
        assert answer(state) == after
        left = [file.name for file in (space / "lake").glob(".draft-*")]
        assert left == []
        if what == "erase":
            assert answer(lambda: print_all(hits(space))) == ""
            assert answer(lambda: print(json.dumps(figures(space), default=str))) == counted
    print(json.dumps(told))


def print_all(found: list[str]) -> None:
    """One on a line."""
    for one in found:
        print(one)


def answer(work: Callable[[], object]) -> str:
    """What work prints or returns, in a process of its own, so that this one stays fit to fork."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.dup2(write, 1)
        run(work)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, said
    return said


def run(work: Callable[[], object]) -> None:
    """Work, and leave without cleaning up after the parent."""
    code = 1
    try:
        found = work()
        if isinstance(found, str):
            print(found)
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
