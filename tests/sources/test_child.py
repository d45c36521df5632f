"""Reading in a process of its own gives what reading here gives, and ends well whatever is in the file."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from polku.documents import Settings, Source, Workspace
from polku.errors import Cancelled, ImportRefused
from polku.sources import child
from polku.sources.child import Broken, Caps, contacts_in_child, read_in_child
from polku.sources.child_process import Door
from polku.sources.staging import read_files
from polku.sources.unclear import Unclear
from polku.words import Message

VISITS = "visit;at;company;page\nv1;2026-11-03 07:41;Legetøj Nord;/price\nv1;2026-11-03 07:41;Legetøj Nord;/price\nv2;0000-00-00;Pallo;/a\n"
WORKSPACE = Workspace(Settings(zone="Europe/Copenhagen"))
MAPPING = Source.model_validate(
    {
        "id": "web",
        "table": "events",
        "columns": {"event_id": "visit", "time": "at", "account_id": "company", "activity": "page"},
    }
)


def written(folder: Path, content: str | bytes, name: str = "visits.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_a_file_is_read_as_it_would_be_here(tmp_path: Path) -> None:
    file = written(tmp_path, VISITS)
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (here,) = read_files(WORKSPACE, [file], tmp_path / "here", mapping=MAPPING, sample=5, rows=5)
    (there,) = read_in_child(WORKSPACE, [file], tmp_path / "there", mapping=MAPPING, sample=5, rows=5)
    assert there.staged.folder.is_relative_to(tmp_path / "there")
    same = {"staged": here.staged, "seconds": here.seconds, "sample": here.sample}
    assert replace(there, **same) == here
    assert replace(there.staged, folder=here.staged.folder) == here.staged
    assert (there.rows, there.rejected, there.repeated) == (3, 1, 1)


def test_a_table_of_another_kind_is_read_where_only_it_may_be_opened(tmp_path: Path) -> None:
    import duckdb

    file = tmp_path / "contacts.parquet"
    duckdb.sql("SELECT 'a@b.fi' AS email, 'Ada' AS name, 'Buyer' AS title").write_parquet(str(file))
    (tmp_path / "out").mkdir()
    (read,) = read_in_child(WORKSPACE, [file], tmp_path / "out")
    assert (read.kind, read.tables) == ("parquet", {"people": 1})


def test_a_refusal_is_told_with_its_place_and_what_is_known(tmp_path: Path) -> None:
    file = written(tmp_path, "a,b\n1,2\n", "odd.csv")
    (tmp_path / "out").mkdir()
    with pytest.raises(Unclear) as refusal:
        read_in_child(WORKSPACE, [file], tmp_path / "out")
    assert [column.name for column in refusal.value.columns] == ["a", "b"]
    assert "odd.csv" in refusal.value.text("fi")


@pytest.mark.parametrize(
    ("caps", "reason"),
    [(Caps(memory=60), "child-memory"), (Caps(seconds=0), "child-too-long")],
)
def test_a_process_that_takes_more_than_it_may_is_ended(tmp_path: Path, caps: Caps, reason: str) -> None:
    file = written(tmp_path, VISITS)
    (tmp_path / "out").mkdir()
    with pytest.raises(ImportRefused) as refusal:
        read_in_child(WORKSPACE, [file], tmp_path / "out", mapping=MAPPING, caps=caps)
    assert refusal.value.message.id == f"sources.{reason}"


def test_a_process_that_crashes_is_a_refused_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os; os.abort()")
    environment = child._environment()
    monkeypatch.setattr(child, "_environment", lambda: {**environment, "PYTHONPATH": str(tmp_path)})
    (tmp_path / "out").mkdir()
    with pytest.raises(Broken) as refusal:
        read_in_child(WORKSPACE, [written(tmp_path, VISITS)], tmp_path / "out", mapping=MAPPING)
    assert refusal.value.message.id == "sources.child-broke"
    assert "visits.csv" in refusal.value.text()


def test_who_asked_can_stop_it(tmp_path: Path) -> None:
    def stop(message: Message, share: float) -> None:
        raise Cancelled(Message("records.cancelled"))

    (tmp_path / "out").mkdir()
    with pytest.raises(Cancelled):
        read_in_child(
            WORKSPACE, [written(tmp_path, VISITS)], tmp_path / "out", mapping=MAPPING, progress=stop
        )


def test_contacts_are_read_the_same_way(tmp_path: Path) -> None:
    read = contacts_in_child(written(tmp_path, "name,email,job title\nAda,a@b.fi,Buyer\n", "contacts.csv"))
    assert [(one.name, one.title) for one in read.contacts] == [("Ada", "Buyer")]


def test_the_door_opens_for_what_was_given_and_for_nothing_else(tmp_path: Path) -> None:
    given, working = tmp_path / "given.csv", tmp_path / "working"
    given.write_text("a")
    working.mkdir()
    door = Door([given], [working])
    door("open", (str(given), "r", 0))
    door("open", (str(working / "out.parquet"), "w", os.O_WRONLY | os.O_CREAT))
    door("open", (sys.executable, "rb", 0))
    (working / "link").symlink_to(tmp_path / "other.csv")
    for event, arguments in (
        ("open", (str(tmp_path / "other.csv"), "r", 0)),
        ("open", (str(working / "link"), "r", 0)),
        ("open", (str(given), "a", os.O_WRONLY)),
        ("open", (str(working / ".." / "other.csv"), "r", 0)),
        ("os.remove", (str(given), -1)),
        ("subprocess.Popen", ("sh", [], None, None)),
        ("socket.connect", (None, ("localhost", 80))),
    ):
        with pytest.raises(PermissionError):
            door(event, arguments)
