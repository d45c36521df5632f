"""Copies of what is read do not stay behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from polku.sources.scratch import PREFIX, scratch_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_goes_with_what_is_in_it(temporary: Path) -> None:
    with scratch_folder() as folder:
        (folder / "copy.txt").write_text("x")
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


def test_what_a_killed_import_left_yesterday_is_removed_and_what_runs_now_is_not(temporary: Path) -> None:
    for name, hours in ((f"{PREFIX}old", 25), (f"{PREFIX}running", 1), ("others", 99)):
        (temporary / name).mkdir()
        then = time.time() - hours * 3600
        os.utime(temporary / name, (then, then))
    with scratch_folder():
        pass
    assert sorted(one.name for one in temporary.iterdir()) == ["others", f"{PREFIX}running"]
