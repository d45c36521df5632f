"""Files that people take along are whole, or are not there."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from polku.cli.app import run
from polku.errors import OutputError
from polku.outputs import write_output


def test_folders_on_the_way_are_made_and_text_is_utf8(tmp_path: Path) -> None:
    write_output(tmp_path / "a" / "b.svg", "ä\n")
    assert (tmp_path / "a" / "b.svg").read_bytes() == "ä\n".encode()


def test_a_full_disk_leaves_what_stood_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "map.svg"
    file.write_text("old")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match=r"map\.svg: the disk is full"):
        write_output(file, "new")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("map.svg", "old")]


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    with pytest.raises(OutputError, match="may not write here"):
        write_output(tmp_path / "map.svg", "new")


def test_the_rights_of_a_file_that_is_replaced_stay(tmp_path: Path) -> None:
    file = tmp_path / "map.svg"
    file.write_text("old")
    file.chmod(0o600)
    write_output(file, "new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_keeps_pointing_where_it_did(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "link.svg").symlink_to("real.svg")
    write_output(tmp_path / "link.svg", "new")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "new"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_output(pipe, "ä")
        assert os.read(reading, 10) == "ä".encode()
    finally:
        os.close(reading)
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device of a disk that is always full")
def test_a_command_says_in_a_line_that_the_disk_is_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", str(tmp_path / "pumps"), "--template", "blank"]) == 0
    capsys.readouterr()
    assert run(["draw", str(tmp_path / "pumps"), "first-journey", "-o", "/dev/full/x.svg"]) == 1
    assert "/dev/full" in capsys.readouterr().err
