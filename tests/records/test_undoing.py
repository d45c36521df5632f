"""An import taken back leaves the lake as it was before, and can come in again."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.errors import LakeError
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.undoing import undo_imports, undoable
from polku.sources.importing import import_files
from polku.sources.inventory import history

HEAD = "event id,date,activity,company\n"


def taken(folder: Path, name: str, *ids: str) -> int:
    file = folder / name
    file.write_text(HEAD + "".join(f"{id},2026-01-02,Visit,Pallo Oy\n" for id in ids))
    done = import_files(Workspace(Settings(zone="UTC")), folder, [file])
    return done.published.version


def events(folder: Path) -> list[str]:
    with open_log(folder) as log:
        return [id for (id,) in log.rows("SELECT event_id FROM {events} ORDER BY 1")]


def test_the_newest_import_is_taken_back_and_comes_in_again(tmp_path: Path) -> None:
    taken(tmp_path, "january.csv", "e1", "e2")
    before = Lake(tmp_path / "lake").open().data_version
    taken(tmp_path, "february.csv", "e3")
    undone = undo_imports(Lake(tmp_path / "lake"))
    assert (undone.version, undone.to, undone.files) == (3, 1, ("february.csv",))
    assert events(tmp_path) == ["e1", "e2"]
    assert Lake(tmp_path / "lake").open().data_version == before
    taken(tmp_path, "february.csv", "e3")
    assert events(tmp_path) == ["e1", "e2", "e3"]


def test_all_that_came_after_goes_with_it(tmp_path: Path) -> None:
    first = taken(tmp_path, "january.csv", "e1")
    taken(tmp_path, "february.csv", "e2")
    undone = undo_imports(Lake(tmp_path / "lake"), first)
    assert undone.files == ("january.csv", "february.csv")
    assert events(tmp_path) == []
    with open_log(tmp_path) as log:
        assert log.rows("SELECT count(*) FROM {cases}") == [(0,)]


def test_undoing_goes_back_one_import_at_a_time(tmp_path: Path) -> None:
    for month, id in (("january.csv", "e1"), ("february.csv", "e2"), ("march.csv", "e3")):
        taken(tmp_path, month, id)
    lake = Lake(tmp_path / "lake")
    undo_imports(lake)
    undo_imports(lake)
    assert events(tmp_path) == ["e1"]


def test_the_history_keeps_what_was_taken_back(tmp_path: Path) -> None:
    taken(tmp_path, "january.csv", "e1")
    taken(tmp_path, "february.csv", "e2")
    lake = Lake(tmp_path / "lake")
    undo_imports(lake, now=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    taken(tmp_path, "march.csv", "e3")
    told = [(one.version, one.files[0].file, one.undone) for one in history(lake.manifest)]
    assert told == [
        (4, "march.csv", None),
        (2, "february.csv", "2026-03-01T00:00:00+00:00"),
        (1, "january.csv", None),
    ]


def test_what_was_never_imported_cannot_be_taken_back(tmp_path: Path) -> None:
    taken(tmp_path, "january.csv", "e1")
    lake = Lake(tmp_path / "lake")
    with pytest.raises(LakeError, match="7"):
        undo_imports(lake, 7)
    undo_imports(lake)
    with pytest.raises(LakeError):
        undo_imports(lake)


def test_nothing_is_taken_back_where_what_was_before_is_gone(tmp_path: Path) -> None:
    taken(tmp_path, "january.csv", "e1")
    taken(tmp_path, "february.csv", "e2")
    lake = Lake(tmp_path / "lake")
    lake.open(1).files("events")[0].unlink()
    with pytest.raises(LakeError):
        undo_imports(lake)
    assert lake.version == 2


def test_what_was_before_an_erasure_does_not_come_back(tmp_path: Path) -> None:
    taken(tmp_path, "january.csv", "e1")
    second = taken(tmp_path, "february.csv", "e2")
    lake = Lake(tmp_path / "lake")
    # As an erasure does: what was before is removed from the disk.
    shutil.rmtree(tmp_path / "lake" / "v000001")
    assert undoable(lake) == {second}
    with pytest.raises(LakeError, match="erased"):
        undo_imports(lake, 1)
