"""A backup holds one moment whole, comes back whole or not at all, and brings nobody back who was erased."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polku.cli.app import app
from polku.errors import LakeError, PolkuError, WrongUse
from polku.records.forgotten import KEY_FILE, Forgotten, Known
from polku.records.lake import Lake
from polku.upkeep.archive import CONTENTS, HEAD
from polku.upkeep.backup import back_up
from polku.upkeep.folders import DATABASE
from polku.upkeep.restore import restore
from tests.cli.damage import flip_a_bit

CALLS = "Company,Activity,Date\nValve Oy,Call,2026-01-02 10:00\nPump AB,Demo,2026-02-03 11:00\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "pumps"
    assert run("new", str(folder), "--language", "en", "--template", "blank").exit_code == 0
    bring(folder, CALLS)
    return folder


@pytest.fixture
def backup(workspace: Path, tmp_path: Path) -> Path:
    file = tmp_path / "kept" / "pumps.tar"
    back_up(workspace, file)
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def bring(folder: Path, text: str, name: str = "calls.csv") -> None:
    file = folder.parent / name
    file.write_text(text, "utf-8")
    assert run("import", str(folder), str(file)).exit_code == 0


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != ".lock")
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def rewritten(
    file: Path, change: Callable[[tarfile.TarInfo, bytes], Iterator[tuple[tarfile.TarInfo, bytes]]]
) -> Path:
    """The same backup with each of its files changed, left out or followed by others."""
    out = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(out, "w") as new:
        for info in old:
            data = old.extractfile(info)
            assert data is not None
            for one, content in change(info, data.read()):
                one.size = len(content) if one.isreg() else 0
                new.addfile(one, io.BytesIO(content) if one.isreg() else None)
    return out


def refused(file: Path, folder: Path) -> PolkuError:
    with pytest.raises(PolkuError) as error:
        restore(file, folder)
    assert not folder.exists()
    assert not [one for one in folder.parent.iterdir() if one.name.startswith(f".{folder.name}-")]
    return error.value


def test_what_comes_back_is_what_was_there_to_the_last_byte(
    workspace: Path, backup: Path, tmp_path: Path
) -> None:
    done = restore(backup, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(workspace)
    assert done.files == len(contents(workspace))
    assert oct(backup.stat().st_mode)[-3:] == "600"
    # Known by size and time, so that nothing is hashed when it is opened.
    for entry in Lake(tmp_path / "back" / "lake").open().entries("events"):
        assert (tmp_path / "back" / "lake" / entry.path).stat().st_mtime_ns == entry.changed


def test_the_commands_say_what_they_did(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "pumps.tar"
    written = run("backup", str(workspace), "-o", str(file), "--language", "fi")
    assert written.exit_code == 0, written.output
    assert "tiedostoa" in written.stdout
    back = run("restore", str(file), str(tmp_path / "back"), "--language", "en")
    assert back.exit_code == 0, back.output
    assert "every byte is as it was" in back.stdout
    assert run("doctor", str(tmp_path / "back")).exit_code == 0
    bring(tmp_path / "back", CALLS.replace("Call", "Visit"), "more.csv")


def test_a_folder_in_use_stays_as_it_is(workspace: Path, backup: Path) -> None:
    before = contents(workspace)
    with pytest.raises(WrongUse, match="there already"):
        restore(backup, workspace)
    assert contents(workspace) == before


def test_any_changed_byte_is_refused_before_anything_is_there(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    with tarfile.open(backup) as tar:
        places = [(info.offset_data + info.size // 2) for info in tar if info.size]
    for place in places:
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refused(backup, tmp_path / "back")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_backup_that_is_cut_short_is_refused(backup: Path, tmp_path: Path, share: float) -> None:
    with tarfile.open(backup) as tar:
        end = max(info.offset_data + info.size for info in tar)
    backup.write_bytes(backup.read_bytes()[: int(end * share)])
    refused(backup, tmp_path / "back")


def test_files_that_were_taken_out_or_put_in_are_found(backup: Path, tmp_path: Path) -> None:
    def without(info: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if info.name != "polku.yaml":
            yield info, data

    def with_more(info: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if info.name == CONTENTS:
            yield tarfile.TarInfo("roles/stranger.yaml"), b"name: Stranger\n"
        yield info, data

    assert "damaged" in refused(rewritten(backup, without), tmp_path / "back").text()
    assert "damaged" in refused(rewritten(backup, with_more), tmp_path / "back").text()


@pytest.mark.parametrize(
    "name", ["../outside.yaml", "/outside.yaml", "roles/../../outside.yaml", "a\\b.yaml"]
)
def test_a_path_that_leads_out_of_the_folder_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    def with_it(info: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if info.name == CONTENTS:
            yield tarfile.TarInfo(name), b"x"
        yield info, data

    refused(rewritten(backup, with_it), tmp_path / "back")
    assert not (tmp_path / "outside.yaml").exists()


def test_links_are_refused(backup: Path, tmp_path: Path) -> None:
    def with_link(info: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if info.name == CONTENTS:
            link = tarfile.TarInfo("roles")
            link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
            yield link, b""
        yield info, data

    refused(rewritten(backup, with_link), tmp_path / "back")


def test_what_is_no_backup_is_called_so(tmp_path: Path) -> None:
    file = tmp_path / "notes.tar"
    file.write_text("not a tar", "utf-8")
    assert "no backup" in refused(file, tmp_path / "back").text()
    with tarfile.open(file, "w") as tar:
        tar.addfile(tarfile.TarInfo("anything"), io.BytesIO())
    assert "no backup" in refused(file, tmp_path / "back").text()
    assert "no such file" in refused(tmp_path / "gone.tar", tmp_path / "back").text()


def test_a_backup_of_a_later_polku_names_it(backup: Path, tmp_path: Path) -> None:
    def later(info: tarfile.TarInfo, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        said = json.dumps({"polku": 2, "by": "9.9"}).encode()
        yield info, said if info.name == HEAD else data

    assert "9.9" in refused(rewritten(backup, later), tmp_path / "back").text()


def test_damaged_records_are_not_kept_in_silence(workspace: Path, tmp_path: Path) -> None:
    [events] = Lake(workspace / "lake").files("events")
    flip_a_bit(events)
    file = tmp_path / "pumps.tar"
    with pytest.raises(LakeError, match="damaged"):
        back_up(workspace, file)
    assert not file.exists()


def test_a_backup_in_the_folder_itself_is_refused(workspace: Path) -> None:
    with pytest.raises(WrongUse, match="outside"):
        back_up(workspace, workspace / "backup.tar")


def test_backups_made_while_data_come_in_hold_database_and_records_of_one_moment(
    workspace: Path, tmp_path: Path
) -> None:
    """A writer publishes a version and then writes it down, as the studio's worker does, until all are made."""
    database = workspace / DATABASE
    with contextlib.closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("CREATE TABLE jobs (version INTEGER)")
        opened.execute("INSERT INTO jobs VALUES (1)")
        opened.commit()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with contextlib.closing(sqlite3.connect(database, timeout=30)) as opened:
                for number in range(2, 7):
                    bring(workspace, CALLS.replace("Call", f"Call {number}"), f"calls-{number}.csv")
                    opened.execute("INSERT INTO jobs VALUES (?)", (Lake(workspace / "lake").version,))
                    opened.commit()
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    made = []
    try:
        while writer.is_alive():
            writer.join(0.1)
            made.append(tmp_path / f"{len(made)}.tar")
            back_up(workspace, made[-1])
    finally:
        writer.join()
    assert not failed
    seen = set()
    for file in made:
        back = tmp_path / file.stem
        restore(file, back)
        version = Lake(back / "lake").version
        assert version is not None
        assert Lake(back / "lake").open().damaged() == ()
        with contextlib.closing(sqlite3.connect(back / DATABASE)) as opened:
            [(written,)] = opened.execute("SELECT max(version) FROM jobs").fetchall()
        # Published and not yet written down is a moment of the writer's own.
        assert version - written in (0, 1)
        assert sorted(one.name for one in (back / "lake").glob("v*"))[-1] == f"v{version:06d}"
        seen.add(version)
    assert len(seen) > 2


def test_the_key_of_the_erased_is_kept_apart_and_nobody_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "pumps"
    assert run("new", str(folder), "--language", "en", "--template", "blank").exit_code == 0
    bring(folder, "Name,Email,Company\nMette Holm,mette@valve.example,Valve Oy\n", "contacts.csv")
    early = tmp_path / "early.tar"
    assert back_up(folder, early).keys == 0
    assert run("forget", str(folder), "mette@valve.example").exit_code == 0
    late = tmp_path / "late.tar"
    assert back_up(folder, late).keys == 1
    with tarfile.open(late) as tar:
        assert KEY_FILE not in tar.getnames()

    assert run("restore", str(early), str(tmp_path / "as-it-was")).exit_code == 0
    assert (
        run(
            "subject", str(tmp_path / "as-it-was"), "mette@valve.example", "-o", str(tmp_path / "a.json")
        ).exit_code
        == 0
    )
    done = run("restore", str(early), str(tmp_path / "back"), "--forgotten-of", str(folder))
    assert done.exit_code == 0, done.output
    gone = run("subject", str(tmp_path / "back"), "mette@valve.example", "-o", str(tmp_path / "b.json"))
    assert gone.exit_code != 0


def test_in_a_studio_who_was_erased_since_is_erased_from_its_database(tmp_path: Path) -> None:
    pytest.importorskip("django")
    workspace, data = tmp_path / "pumps", tmp_path / "studio"
    assert run("new", str(workspace), "--language", "en", "--template", "blank").exit_code == 0
    (workspace / "roles").mkdir(exist_ok=True)
    (workspace / "roles" / "buyer.yaml").write_text("name: Buyer\nnotes: Mette Holm said so\n", "utf-8")
    studio("sign-in-link", data, "--example", str(workspace))
    assert "Mette Holm" in documents(data)
    file = tmp_path / "studio.tar"
    back_up(data, file)
    people = Forgotten.read(data / "spaces" / "1")
    people.remember(Known(names=("Mette Holm",)), "2026-11-22")
    people.save(data / "spaces" / "1")
    done = run("restore", str(file), str(tmp_path / "back"), "--forgotten-of", str(data))
    assert done.exit_code == 0, done.output
    assert "Mette Holm" not in documents(tmp_path / "back")
    assert "erased-" in documents(tmp_path / "back")


def studio(act: str, data: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "polku.studio", act, "--data", str(data), *arguments],
        check=True,
        capture_output=True,
    )


def documents(data: Path) -> str:
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as opened:
        return "\n".join(text for (text,) in opened.execute("SELECT text FROM studio_document"))
