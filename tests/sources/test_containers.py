"""JSON, databases, archives and folders: read table by table, with hostile names and sizes held off."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from polku.documents import Settings, Workspace
from polku.errors import ImportRefused
from polku.sources.files import Limits, open_files, shown
from polku.sources.staging import ReadFile, read_files
from tests.sources.staged import Read, reasons, rows

LOG = "CaseID,Activity,Timestamp\n1,a,2026-01-13 10:00\n"
EVENTS = [{"case id": "1", "activity": "a", "timestamp": "2026-01-13T10:00:00Z"}, {"case id": "2", "activity": "b", "timestamp": "2026-01-14T10:00:00Z", "more": {"x": [1, 2]}}]  # fmt: skip


def staged(tmp_path: Path, path: Path, aside: list[tuple[str, str]] | None = None) -> tuple[ReadFile, ...]:
    out = tmp_path / "staged"
    out.mkdir()
    tell = None if aside is None else lambda name, why: aside.append((name, why.message.id))
    return read_files(Workspace(Settings()), [path], out, sample=100, aside=tell)


JSON = {
    "lines": "\n".join(json.dumps(one) for one in EVENTS),
    "a list": json.dumps(EVENTS, indent=1),
    "a list within": json.dumps({"count": 2, "results": EVENTS}),
    "one after the other": "".join(json.dumps(one, indent=2) for one in EVENTS),
    "a mark before": "\ufeff" + json.dumps(EVENTS),
}


@pytest.mark.parametrize("form", JSON)
def test_records_are_read_from_json_in_any_layout(read: Read, form: str) -> None:
    found = read(JSON[form], name="log.json")
    assert (found.kind, found.rows, found.mapping.kind) == ("json", 2, "event-log")
    assert [row["case_id"] for row in rows(found, "events")] == ["1", "2"]
    assert "more.x" in found.columns


def test_a_broken_line_among_lines_is_a_reject(read: Read) -> None:
    found = read(JSON["lines"] + '\n{"case id": \n[1]\n' + JSON["lines"], name="log.jsonl")
    assert (found.rows, found.rejected, reasons(found)) == (6, 2, {"json": 2})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1}, {"a": ', "broken-json"),
        ("[" + '{"a":' * 100_000 + "1" + "}" * 100_000 + "]", "json-too-deep"),
        ('[{"a": 1}, 7]', "broken-json"),
        ("[[1, 2], [3, 4]]", "broken-json"),
        ("{}", "no-records"),
    ],
)
def test_json_that_holds_no_records_is_refused_with_words(read: Read, text: str, message: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(text, name="log.json")
    assert refused.value.message.id == f"sources.{message}"


def test_a_database_is_read_table_by_table(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    with sqlite3.connect(file) as base:
        base.executescript(
            "CREATE TABLE log (CaseID, Activity, Timestamp); INSERT INTO log VALUES (1, 'a', '2026-01-13 10:00');"
            "CREATE TABLE [odd one] (p, q); INSERT INTO [odd one] VALUES (1, 2); CREATE TABLE void (a);"
            "CREATE VIEW trap AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;"
        )
    aside: list[tuple[str, str]] = []
    found = staged(tmp_path, file, aside)
    assert [(one.name, one.rows) for one in found] == [("crm.db/log", 1)]
    assert aside == [("crm.db/odd one", "sources.not-proposed")]


def test_a_damaged_database_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(b"SQLite format 3\0" + b"x" * 5000, name="crm.db")
    assert refused.value.message.id == "sources.broken-database"


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def test_an_archive_is_read_file_by_file_and_what_is_left_is_told(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(
        archive(
            {
                "a/log.csv": LOG.encode(),
                "b/log.csv.gz": gzip.compress(LOG.replace("1,a", "2,b").encode()),
                "odd.csv": b"p,q\n1,2\n",
                "empty.csv": b"",
                "logo.png": b"\x89PNG",
                "more.zip": b"PK\x03\x04",
                "__MACOSX/._log.csv": b"x",
                "fake.csv": b"%PDF-1.4",
            }
        )
    )
    aside: list[tuple[str, str]] = []
    found = staged(tmp_path, file, aside)
    assert [one.name for one in found] == ["export.zip/log.csv", "export.zip/log.csv"]
    assert sorted(aside) == [
        ("export.zip/empty.csv", "sources.empty-file"),
        ("export.zip/fake.csv", "sources.other-kind"),
        ("export.zip/logo.png", "sources.other-ending"),
        ("export.zip/more.zip", "sources.archive-inside"),
        ("export.zip/odd.csv", "sources.not-proposed"),
    ]


def test_a_folder_is_read_without_what_is_hidden_or_leads_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "more").mkdir(parents=True)
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / "more" / "later.csv").write_text(LOG.replace("1,a", "2,b"), encoding="utf-8")
    (folder / ".hidden.csv").write_text(LOG, encoding="utf-8")
    outside = tmp_path / "secret.csv"
    outside.write_text(LOG, encoding="utf-8")
    (folder / "link.csv").symlink_to(outside)
    assert [one.name for one in staged(tmp_path, folder, [])] == ["exports/log.csv", "exports/more/later.csv"]


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd.csv", "/etc/log.csv", "..\\..\\log.csv", "C:\\log.csv", "log\u202e\x1b[2J\n.csv"],
)
def test_a_members_name_leads_nowhere_and_hides_nothing(tmp_path: Path, name: str) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(archive({name: LOG.encode()}))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for opened in open_files(file, scratch):
        assert opened.path.parent == scratch
        assert opened.name.isprintable() and ".." not in opened.name
    assert shown("å 1.csv") == "å 1.csv"


def test_limits_count_unpacked_bytes_of_all_members(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(archive({f"log-{n}.csv": b"x" * 1000 for n in range(5)}))
    for limits in (Limits(unpacked_bytes=3000), Limits(members=4), Limits(ratio=2, ratio_from=500)):
        scratch = tmp_path / f"scratch-{limits.members}-{limits.unpacked_bytes}-{limits.ratio}"
        scratch.mkdir()
        with pytest.raises(ImportRefused):
            list(open_files(file, scratch, limits))


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.csv").write_text(LOG, encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        list(open_files(folder, tmp_path, Limits(members=2)))
    assert refused.value.message.id == "sources.too-many-files"


def test_the_same_table_twice_in_a_folder_adds_nothing_twice(tmp_path: Path) -> None:
    from polku.sources.importing import import_files

    folder = tmp_path / "exports"
    folder.mkdir()
    text = "case:concept:name,concept:name,time:timestamp,event id\n1,a,2026-01-13T10:00:00Z,e1\n"
    (folder / "log.csv").write_text(text, encoding="utf-8")
    done = import_files(Workspace(Settings()), tmp_path, [folder])
    again = import_files(Workspace(Settings()), tmp_path, [folder, folder / "log.csv"])
    assert [count.used for count in (*done.counts, *again.counts)] == [1, 0, 0]
