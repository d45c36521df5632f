"""The lake keeps old or new, never a mix; damage is named; one writer at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polku.errors import LakeError
from polku.records.engine import Engine
from polku.records.lake import Lake
from polku.records.manifest import FORMAT, read_manifest, write_manifest
from polku.records.publish import Staged, publish
from tests.records.staged_logs import events, paths, stage

AFTER = {"acme": "call mail"}
BEFORE = {"acme": "call"}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one version."""
    lake = Lake(tmp_path / "lake")
    publish(lake, [first(tmp_path / "first")])
    return lake


@pytest.fixture
def second(tmp_path: Path) -> Staged:
    """What comes in next."""
    return stage(tmp_path / "second", "b.csv", events=events("2026-01-06T10 acme mail"))


def first(folder: Path) -> Staged:
    return stage(folder, "a.csv", events=events("2026-01-05T10 acme call"), deals=[{"deal_id": "1"}])


def test_without_an_import_there_is_no_data_and_the_reader_is_told_how_to_bring_some(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "nothing")

    assert not lake.exists()
    assert lake.version is None
    with pytest.raises(LakeError, match="polku import"):
        lake.open()
    assert not (tmp_path / "nothing").exists()


def test_an_earlier_version_stays_as_it_was(lake: Lake, second: Staged) -> None:
    before = lake.open()
    publish(lake, [second])

    assert (lake.version, before.count("events"), lake.open(1).count("events")) == (2, 1, 1)
    assert lake.open(2).count("events") == 2
    assert lake.files("deals") == before.files("deals")
    with pytest.raises(LakeError, match="no version 3"):
        lake.open(3)


PUBLISH_AND_DIE = """
import os, signal, sys
from pathlib import Path
from polku.records import lake as lake_module
from polku.records.lake import Lake
from polku.records.publish import Staged, publish
lake, folder, point = Lake(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
real = lake_module.write_whole
if point == "manifest":
    lake_module.write_manifest = die
elif point == "pointer":
    lake_module.write_whole = lambda file, text: die() if file.name == "CURRENT" else real(file, text)
publish(lake, [Staged(folder, "b.csv", "crm")], progress=lambda message, share: message.id == point and die())
"""


@pytest.mark.parametrize(
    "point",
    ["records.merging", "records.writing", "records.following", "manifest", "pointer", "records.published"],
)
def test_a_killed_writer_leaves_old_or_new_and_the_next_one_works(
    lake: Lake, second: Staged, point: str
) -> None:
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system kills in another way")
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH_AND_DIE, str(lake.folder), str(second.folder), point], check=False
    )

    assert done.returncode == -signal.SIGKILL
    assert paths(lake) == (AFTER if point == "records.published" else BEFORE)

    publish(lake, [second])

    assert paths(lake) == AFTER
    assert lake.open().damaged() == ()
    left = {path.name for path in lake.folder.iterdir()} - {".lock", "CURRENT"}
    assert left == {f"v{number:06d}" for number in range(1, (lake.version or 0) + 1)}


@pytest.mark.long
def test_writers_killed_at_any_moment_lose_nothing(lake: Lake, second: Staged) -> None:
    for moment in range(30):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH_AND_DIE, str(lake.folder), str(second.folder), "never"]
        )
        time.sleep(0.2 + moment * 0.02)
        process.kill()
        process.wait()

        assert paths(lake) in (BEFORE, AFTER)
        assert lake.open().damaged() == ()
    publish(lake, [second])
    assert paths(lake) == AFTER


def test_only_one_writes_at_a_time_and_the_other_is_told_who(lake: Lake, second: Staged) -> None:
    with lake.writing(), pytest.raises(LakeError, match=str(os.getpid())):
        publish(lake, [second])

    assert publish(lake, [second]).version == 2


def test_a_publish_that_fails_leaves_no_trace(lake: Lake, second: Staged, tmp_path: Path) -> None:
    broken = Staged(tmp_path / "broken", "c.csv", "crm")
    broken.folder.mkdir()
    (broken.folder / "events.parquet").write_bytes(b"PAR1 no table")
    before = sorted(lake.folder.rglob("*"))

    with pytest.raises(LakeError) as raised:
        publish(lake, [second, broken])

    assert "broken" in str(raised.value)
    assert sorted(lake.folder.rglob("*")) == before
    assert paths(lake) == BEFORE


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
@pytest.mark.parametrize("table", ["events", "moves:account"])
def test_a_damaged_data_file_is_refused_by_name(lake: Lake, table: str, damage: str) -> None:
    (file,) = lake.files(table)
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[:-9])
    elif damage == "flipped":
        # One bit of a value, which the format itself would not notice.
        content[40] ^= 1
        file.write_bytes(content)
    else:
        file.unlink()

    with pytest.raises(LakeError) as raised:
        lake.files(table)

    assert raised.value.where is not None
    assert raised.value.where.file == str(file)
    assert len(lake.open().damaged()) == 1


def test_a_bit_that_turned_by_itself_is_found_when_every_byte_is_read(lake: Lake) -> None:
    (file,) = lake.files("events")
    times = file.stat()
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    (error,) = lake.open().damaged()

    assert error.where is not None
    assert error.where.file == str(file)


def test_files_with_other_times_are_believed_when_their_bytes_are_right(lake: Lake) -> None:
    for file in lake.folder.rglob("*.parquet"):
        os.utime(file, (1, 1))

    assert paths(lake) == BEFORE


@pytest.mark.parametrize("change", ["flipped", "cut", "emptied", "a list", "later"])
def test_a_damaged_manifest_is_refused_by_name(lake: Lake, change: str) -> None:
    file = lake.folder / "v000001" / "manifest.json"
    text = file.read_text("utf-8")
    if change == "later":
        data = {key: value for key, value in json.loads(text).items() if key != "digest"}
        write_manifest(file, data | {"polku": 99})
    else:
        changed = {
            "flipped": text.replace('"rows": 1', '"rows": 3', 1),
            "cut": text[:-30],
            "emptied": "",
            "a list": "[]",
        }
        assert changed[change] != text
        file.write_text(changed[change], "utf-8")

    with pytest.raises(LakeError) as raised:
        lake.open()

    assert raised.value.where is not None
    assert raised.value.where.file == str(file)
    assert ("later polku" in str(raised.value)) == (change == "later")


@pytest.mark.parametrize("text", ["", "v", "vx1", "7", "../../etc"])
def test_a_damaged_pointer_is_refused(lake: Lake, text: str) -> None:
    (lake.folder / "CURRENT").write_text(text, "utf-8")

    with pytest.raises(LakeError, match="version in force"):
        lake.open()


def test_a_damaged_case_file_of_an_earlier_version_is_not_shared_on(lake: Lake, second: Staged) -> None:
    listed = lake.folder / "v000001" / "cases" / "account" / "files.json"
    listed.write_text("{", "utf-8")
    assert [error.where.file for error in lake.open().damaged() if error.where] == [str(listed)]

    publish(lake, [second])

    assert paths(lake) == AFTER


@pytest.mark.parametrize(("most", "written"), [(1_000, "v000001/"), (0, "v000002/")])
def test_events_that_may_stand_out_of_order_are_written_anew_with_the_next_import(
    most: int, written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before format 2 several threads could mix up row groups; fewer events than one has were never mixed up."""
    old = Lake(tmp_path / "old")
    monkeypatch.setattr("polku.records.lake.ROW_GROUP", most)
    with monkeypatch.context() as patched:
        patched.setattr("polku.records.manifest.FORMAT", 1)
        publish(old, [first(tmp_path / "of-old")])

    publish(old, [first(tmp_path / "again")])

    assert old.open().in_order
    assert old.open().entries("events")[0].path.startswith(written)
    assert paths(old) == BEFORE


def test_a_lake_of_the_format_before_is_read_and_written_on(
    tmp_path: Path, second: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Lake(tmp_path / "old")
    with monkeypatch.context() as patched:
        patched.setattr("polku.records.manifest.FORMAT", 1)
        publish(old, [first(tmp_path / "of-old")])

    assert json.loads((old.folder / "v000001" / "manifest.json").read_text("utf-8"))["polku"] == 1
    assert paths(old) == BEFORE
    publish(old, [second])
    assert paths(old) == AFTER


def test_a_manifest_reads_as_it_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.json", {"näin": ["ä", 1, None, {"b": 0.1}]})

    assert read_manifest(tmp_path / "m.json") == {"polku": FORMAT, "näin": ["ä", 1, None, {"b": 0.1}]}


def test_a_folder_that_may_not_be_written_is_told_in_words(tmp_path: Path) -> None:
    staged = first(tmp_path / "first")
    (tmp_path / "file").write_text("not a folder", "utf-8")

    with pytest.raises(LakeError, match="nothing was changed"):
        publish(Lake(tmp_path / "file" / "lake"), [staged])


def test_a_full_disk_leaves_the_version_that_was(
    lake: Lake, second: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Engine, "write", full)
    with pytest.raises(LakeError, match="the disk is full"):
        publish(lake, [second])
    monkeypatch.undo()

    assert (lake.version, paths(lake)) == (1, BEFORE)
    assert not list(lake.folder.glob(".draft-*"))


def test_a_folder_with_the_letters_of_patterns_templates_and_values_works_like_any(tmp_path: Path) -> None:
    folder = tmp_path / "it's {old} [a-z]* $x %s"
    lake = Lake(folder / "lake")
    accounts = [{"account_id": "acme", "name": "it's {x} $y"}]
    publish(
        lake, [stage(folder / "a", "{a} $b.csv", events=events("2026-01-05T10 acme call"), accounts=accounts)]
    )
    publish(
        lake, [stage(folder / "b", "b's.csv", events=events("2026-01-06T10 acme mail"), accounts=accounts)]
    )

    assert paths(lake) == AFTER
    assert len(lake.files("moves:person")) == 0


def test_the_same_files_make_the_same_bytes(lake: Lake, second: Staged, tmp_path: Path) -> None:
    publish(lake, [second])
    other = Lake(tmp_path / "other")

    publish(other, [first(tmp_path / "first again")])
    publish(other, [second])

    assert other.open().data_version == lake.open().data_version
