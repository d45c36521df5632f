"""kill -9 while a day is added beside what is there: the lake is as it was or as it was to be, and the next import works."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from polku.records.files import ADDED
from polku.records.lake import Lake
from polku.records.publish import Staged, publish
from tests.records.staged_logs import events, stage
from tests.records.test_adding import _any_size as _any_size
from tests.records.test_adding import known, layers

ADD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from polku.records import adding, adding_cases, lake as lake_module
from polku.records.lake import Lake
from polku.records.publish import Staged, publish
adding.ADD_FROM, adding.ADD_MOST, adding_cases.ADD_MOST_MOVES = 1, 1000.0, 1000.0
lake, folder, point = Lake(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
real = lake_module.write_whole
if point == "manifest":
    lake_module.write_manifest = die
elif point == "pointer":
    lake_module.write_whole = lambda file, text: die() if file.name == "CURRENT" else real(file, text)
elif point == "events":
    adding.place_between = die
elif point == "cases":
    adding.add_cases = die
publish(lake, [Staged(folder, folder.name + ".csv", "crm")],
        progress=lambda message, share: message.id == point and die())
"""
POINTS = (
    "records.merging",
    "records.resolving",
    "records.writing",
    "events",
    "records.following",
    "cases",
    "manifest",
    "pointer",
    "records.published",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, list[Staged], Mapping[str, Any]]:
    """A lake, two days to add to it, and what is known when all was published at once."""
    folder = tmp_path_factory.mktemp("days")
    first = stage(
        folder / "first", "first.csv", events=events("2026-01-05T10 acme call", "2026-01-07T10 beta call")
    )
    days = [
        stage(folder / "monday", "monday.csv", events=events("2026-01-06T10 acme mail")),
        stage(
            folder / "tuesday",
            "tuesday.csv",
            events=events("2026-01-06T09 beta mail", "2026-01-08T10 acme call"),
        ),
    ]
    lake, whole = Lake(folder / "lake"), Lake(folder / "whole")
    publish(lake, [first])
    publish(whole, [first, *days])
    return lake, days, known(whole)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_day_leaves_old_or_new(
    point: str, tmp_path: Path, made: tuple[Lake, list[Staged], Mapping[str, Any]]
) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system kills in another way")
    begun, days, wanted = made
    lake = Lake(shutil.copytree(begun.folder, tmp_path / "lake"))
    for day in days:
        before = known(lake)
        assert kill(lake, day, point) == -signal.SIGKILL
        assert lake.open().damaged() == ()
        if point != "records.published":
            assert known(lake) == before
        publish(lake, [day])
        assert ADDED in layers(lake)
        assert lake.open().damaged() == ()
        left = {path.name for path in lake.folder.iterdir()} - {".lock", "CURRENT"}
        assert left == {f"v{number:06d}" for number in range(1, (lake.version or 0) + 1)}
    assert known(lake) == wanted


def kill(lake: Lake, day: Staged, point: str) -> int:
    """Add a day in a process that ends at a point, and say how it ended."""
    return subprocess.run(
        [sys.executable, "-c", ADD_AND_DIE, str(lake.folder), str(day.folder), point], check=False
    ).returncode
