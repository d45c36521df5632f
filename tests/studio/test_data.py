"""Files come in, are looked at, published and taken back; what is hostile is refused in words, and nothing changes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Client = Callable[..., Any]

EVENTS = "event id,date,activity,company\n"
VISITS = EVENTS + "".join(f"e{n},2026-01-{n:02d},Webinar: less scrap,Pallo Oy\n" for n in range(1, 13))


def upload(browser: Any, space: Any, *files: tuple[str, bytes | str]) -> Any:
    """Post files; the answer."""
    sent = []
    for name, content in files:
        file = io.BytesIO(content.encode() if isinstance(content, str) else content)
        file.name = name
        sent.append(file)
    return browser.post(f"/w/{space.slug}/data/import/", {"files": sent})


def publish(browser: Any, space: Any, address: str) -> Any:
    """Publish an upload and do its job; the job."""
    from polku.studio.jobs import run_job
    from polku.studio.models import Job

    answer = browser.post(f"{address}publish/")
    assert answer.status_code == 302, answer.content[:2000]
    job = Job.objects.filter(space=space, kind="import").latest("pk")
    run_job.func(job.pk)
    job.refresh_from_db()
    return job


def lake_version(space: Any) -> int | None:
    from polku.records.lake import Lake
    from polku.studio.folders import folder_of

    return Lake(folder_of(space) / "lake").version


def rows_of(space: Any) -> int:
    from polku.records.log import open_log
    from polku.studio.folders import folder_of

    with open_log(folder_of(space)) as log:
        return int(log.rows("SELECT count(*) FROM {events}")[0][0])


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.csv", "w") as file:
        for _ in range(64):
            file.write(b"0" * (1 << 20))
    return packed.getvalue()


def wandering() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../../outside.csv", VISITS)
    return packed.getvalue()


HOSTILE: dict[str, tuple[str, bytes]] = {
    "a bomb": ("data.zip", bomb()),
    "noise": ("table.csv", os.urandom(50_000)),
    "a broken workbook": ("book.xlsx", b"PK\x03\x04" + os.urandom(2000)),
    "a broken database": ("crm.sqlite", b"SQLite format 3\0" + os.urandom(4000)),
    "a broken Parquet file": ("t.parquet", b"PAR1" + os.urandom(400) + b"PAR1"),
    "a huge header": ("wide.csv", ",".join(f"c{n}" for n in range(30_000)).encode() + b"\n1\n"),
    "zeros": ("nul.csv", b"a,b\0c\n1,2\n" * 50),
    "nothing": ("empty.csv", b""),
    "deep JSON": ("deep.json", b"[" * 50_000),
    "entities": ("log.xes", b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><log>&x;</log>'),
    "half of UTF-16": ("half.csv", "email;name\na@b.fi;Åke\n".encode("utf-16")[:-1]),
    "a program": ("run.csv", b"\x7fELF" + os.urandom(100)),
    "a web page": ("page.csv", b"<!doctype html><script>alert(1)</script>"),
    "columns of SQL": ("q.csv", b"\"'); DROP TABLE raw; --\",{events},$x\n1,2,3\n"),
}  # fmt: skip


def test_many_hostile_files_at_once_are_each_refused(space: Any, owner: Any, client: Client) -> None:
    from polku.studio.folders import folder_of
    from polku.studio.store import workspace_of
    from polku.studio.uploads import find, seen

    browser = client(owner)
    # One that is good stands among them, and does not hide what is wrong with the others.
    address = upload(browser, space, *HOSTILE.values(), ("visits.csv", VISITS)).url
    page = browser.get(address)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    found = find(folder_of(space), address.rstrip("/").rpartition("/")[2])
    assert found is not None
    preview = seen(found, workspace_of(space))
    assert preview is not None
    assert [one.name for one in preview.read] == ["visits.csv"]
    assert len(preview.refused) == len(HOSTILE)
    assert browser.post(f"{address}publish/").status_code == 422
    assert lake_version(space) is None


@pytest.mark.long
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_in_words_and_change_nothing(
    space: Any, owner: Any, client: Client, kind: str
) -> None:
    browser = client(owner)
    answer = upload(browser, space, HOSTILE[kind])
    assert answer.status_code == 302
    page = browser.get(answer.url)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert browser.post(f"{answer.url}publish/").status_code == 422
    assert lake_version(space) is None


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/visits.csv",
        "..\\..\\visits.csv",
        ".hidden.csv",
        "a\x1b[31m<b>.csv",
        "x" * 300 + ".csv",
        "\u202evsc.exe",
        "con:|?*.csv",
    ],
)
def test_names_of_files_lead_nowhere(name: str) -> None:
    from polku.studio.uploads import harmless_name

    made = harmless_name(name)
    assert Path(made).name == made and not made.startswith(".") and len(made.encode()) <= 120
    assert not set(made) & set("<>:|?*\\/\x1b\u202e")


def test_two_files_of_one_name_both_stay(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    address = upload(
        browser, space, ("a/visits.csv", VISITS), ("b/visits.csv", VISITS.replace("e1,", "x1,"))
    ).url
    page = browser.get(address).content.decode()
    assert "visits.csv" in page and "visits (2).csv" in page


def test_members_of_an_archive_stay_inside(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    address = upload(browser, space, ("data.zip", wandering())).url
    assert "12 of 12 rows" in browser.get(address).content.decode()
    assert not list(Path("/").glob("outside.csv"))


def test_a_file_is_looked_at_and_nothing_is_written_before_publishing(
    space: Any, owner: Any, client: Client
) -> None:
    browser = client(owner)
    address = upload(
        browser,
        space,
        ("visits.csv", VISITS + "e99,soon,Visit,\ne1,2026-01-01,Webinar: less scrap,Pallo Oy\n"),
    ).url
    page = browser.get(address).content.decode()
    assert "12 of 14 rows can be used; one is rejected" in page
    assert "12 + 1 + 1 = 14" in page
    assert 'class="fault"' in browser.get(f"{address}?number=0&fault=0").content.decode()
    assert lake_version(space) is None
    job = publish(browser, space, address)
    assert job.state == "done", job.error
    assert job.result == {
        "version": 1,
        "files": [
            {"file": "visits.csv", "source": "visits", "rows": 14, "used": 12, "rejected": 1, "repeated": 1}
        ],
    }
    assert rows_of(space) == 12
    assert browser.get(address).status_code == 404, "the upload is gone"


def test_publishing_keeps_how_the_file_was_read_and_who_did_it(
    space: Any, owner: Any, client: Client
) -> None:
    from polku.studio.models import Audit
    from polku.studio.store import workspace_of

    browser = client(owner)
    publish(browser, space, upload(browser, space, ("visits.csv", VISITS)).url)
    assert workspace_of(space).sources["visits"].reads
    assert Audit.objects.get(space=space, act="imported").person == owner
    page = browser.get(f"/w/{space.slug}/data/").content.decode()
    assert "12 events" in page and owner.label in page


def test_the_same_file_again_adds_nothing(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    publish(browser, space, upload(browser, space, ("visits.csv", VISITS)).url)
    job = publish(browser, space, upload(browser, space, ("visits.csv", VISITS)).url)
    assert job.result["files"][0]["used"] == 0
    assert rows_of(space) == 12
    page = browser.get(f"/w/{space.slug}/data/").content.decode()
    assert page.count("everything was put together anew") == 1


def test_a_job_that_was_killed_after_publishing_is_done_once(
    space: Any, owner: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio import bringing
    from polku.studio.jobs import Running
    from polku.studio.models import Job

    browser = client(owner)
    address = upload(browser, space, ("visits.csv", VISITS)).url
    browser.get(address)
    browser.post(f"{address}publish/")
    job = Job.objects.get(space=space, kind="import")

    class Killed(BaseException):
        pass

    def killed(upload: Any) -> None:
        raise Killed

    monkeypatch.setattr(bringing, "leave", killed)
    with pytest.raises(Killed):
        bringing.import_upload(Running(job))
    monkeypatch.undo()
    assert bringing.import_upload(Running(job))["files"][0]["used"] == 12
    assert lake_version(space) == 1


def test_a_job_can_be_stopped_and_tried_again(space: Any, owner: Any, client: Client) -> None:
    from polku.studio.jobs import run_job
    from polku.studio.models import Job

    browser = client(owner)
    address = upload(browser, space, ("visits.csv", VISITS)).url
    browser.get(address)
    browser.post(f"{address}publish/")
    job = Job.objects.get(space=space, kind="import")
    assert "Stop" in browser.get(f"/w/{space.slug}/data/").content.decode()
    browser.post(f"/w/{space.slug}/data/jobs/{job.pk}/stop/")
    run_job.func(job.pk)
    job.refresh_from_db()
    assert (job.state, lake_version(space)) == ("cancelled", None)
    assert "Try again" in browser.get(f"/w/{space.slug}/data/").content.decode()
    browser.post(f"/w/{space.slug}/data/jobs/{job.pk}/again/")
    again = Job.objects.filter(space=space, kind="import").latest("pk")
    run_job.func(again.pk)
    assert rows_of(space) == 12


def test_a_column_becomes_something_else(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    address = upload(browser, space, ("odd.csv", VISITS.replace("event id", "zz"))).url
    page = browser.get(address).content.decode()
    assert "kept, not read" in page
    asked = {"part": "odd.csv", "number": "0", "column": "zz", "becomes": "events.event_id"}
    part = browser.post(f"{address}columns/", asked, headers={"hx-request": "true"})
    assert part.status_code == 200 and "<html" not in part.content.decode()
    assert "kept, not read" not in part.content.decode()
    wrong = browser.post(f"{address}columns/", {**asked, "becomes": "events.shoe_size"})
    assert wrong.status_code == 422
    job = publish(browser, space, address)
    assert job.state == "done", job.error


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "time"), ("fi", "aika"), ("sv", "tid"), ("da", "tid")],
)
def test_what_a_column_becomes_is_told_in_words_with_its_technical_name_beside(
    space: Any, owner: Any, client: Client, language: str, words: str
) -> None:
    browser = client(owner, language=language)
    page = browser.get(upload(browser, space, ("visits.csv", VISITS)).url).content.decode()
    [cell] = [one for one in page.split("<td>") if '<option value="events.time" selected>' in one]
    assert f'<option value="events.time" selected>{words}</option>' in cell
    assert '<code class="record">events.time</code>' in cell


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_every_column_of_records_has_a_name_in_words(language: str) -> None:
    from polku.sources.remapping import TABLES, targets_of
    from polku.words import has

    names = {f"table-{table}" for table in TABLES} | {one for table in TABLES for one in targets_of(table)}
    missing = [one for one in names if not has(f"studio-columns.{one.replace('_', '-')}", language)]
    assert not missing


def test_a_file_that_nobody_understands_is_read_when_somebody_says_its_columns(
    space: Any, owner: Any, client: Client
) -> None:
    browser = client(owner)
    address = upload(
        browser, space, ("odd.csv", "wann,was,wer\n2026-01-01,Anruf,Pallo Oy\n2026-01-02,Anruf,Pallo Oy\n")
    ).url
    assert "cannot be read as it is" in browser.get(address).content.decode()
    for column, becomes in (("wann", "time"), ("was", "activity"), ("wer", "account_id")):
        browser.post(
            f"{address}columns/", {"part": "odd.csv", "column": column, "becomes": f"events.{becomes}"}
        )
    assert "2 of 2 rows can be used" in browser.get(address).content.decode()


def test_a_file_can_be_read_otherwise(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    text = "tapahtuma;päivä;activity;yritys\n1;03.04.2026;Käynti;Pallo Oy\n2;04.05.2026;Käynti;Pallo Oy\n"
    address = upload(browser, space, ("kaynnit.csv", text.encode("cp1252"))).url
    asked = {"part": "kaynnit.csv", "number": "0"}
    assert browser.post(f"{address}written/", {**asked, "dates": "month-first"}).status_code == 302
    assert "month first" in browser.get(address).content.decode()
    for wrong in ({"zone": "Mars/Olympus"}, {"encoding": "rot13"}, {"system": "nothing"}, {"skip": "-1"}):
        assert browser.post(f"{address}written/", {**asked, **wrong}).status_code == 422


def test_the_next_faulty_row_is_shown_with_its_neighbours(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    lines = [f"e{n},2026-01-01,Visit,Pallo Oy" for n in range(60)]
    lines[40] = "e40,someday,Visit,Pallo Oy"
    address = upload(browser, space, ("visits.csv", EVENTS + "\n".join(lines))).url
    assert "someday" not in browser.get(address).content.decode().split("<tbody>")[1].split("</tbody>")[0]
    part = browser.get(f"{address}?number=0&fault=0", headers={"hx-request": "true"}).content.decode()
    assert "someday" in part and "e39" in part and "e41" in part


def test_a_large_file_is_looked_at_by_a_job(
    space: Any, owner: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio.jobs import run_job
    from polku.studio.models import Job
    from polku.studio.pages import data_import

    monkeypatch.setattr(data_import, "AT_ONCE", 0)
    browser = client(owner)
    address = upload(browser, space, ("visits.csv", VISITS)).url
    for _ in range(2):
        assert "Reading the file" in browser.get(address).content.decode()
    job = Job.objects.get(space=space, kind="look")
    assert browser.post(f"{address}publish/").status_code == 302, "it is still being read"
    run_job.func(job.pk)
    assert "12 of 12 rows can be used" in browser.get(address).content.decode()


def test_a_look_that_takes_too_much_is_left_to_a_job(
    space: Any, owner: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.sources.child import Caps
    from polku.studio.jobs import run_job
    from polku.studio.models import Job
    from polku.studio.pages import data_import

    monkeypatch.setattr(data_import, "WAITED_FOR", Caps(seconds=0))
    browser = client(owner)
    address = upload(browser, space, ("visits.csv", VISITS)).url
    assert "Reading the file" in browser.get(address).content.decode()
    run_job.func(Job.objects.get(space=space, kind="look").pk)
    assert "12 of 12 rows can be used" in browser.get(address).content.decode()


def test_a_look_that_broke_down_is_told_and_not_tried_for_ever(
    space: Any, owner: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio import bringing
    from polku.studio.jobs import run_job
    from polku.studio.models import Job
    from polku.studio.pages import data_import

    def full(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(data_import, "AT_ONCE", 0)
    monkeypatch.setattr(bringing, "look", full)
    browser = client(owner)
    address = upload(browser, space, ("visits.csv", VISITS)).url
    browser.get(address)
    run_job.func(Job.objects.get(space=space, kind="look").pk)
    for _ in range(2):
        assert "Try again" in browser.get(address).content.decode()
    assert Job.objects.filter(space=space, kind="look").count() == 1
    assert lake_version(space) is None


def test_an_import_is_taken_back(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    publish(browser, space, upload(browser, space, ("visits.csv", VISITS)).url)
    address = f"/w/{space.slug}/data/imports/1/undo/"
    page = browser.get(address).content.decode()
    assert "visits.csv" in page and dt.date.today().isoformat() not in page, "a day is written for readers"
    assert lake_version(space) == 1, "looking changes nothing"
    assert browser.post(address).status_code == 302
    assert rows_of(space) == 0
    page = browser.get(f"/w/{space.slug}/data/")
    assert page.status_code == 200 and "taken back" in page.content.decode()
    assert 'class="files"' not in page.content.decode(), "no table without a file"
    assert browser.post(address).status_code == 404


def test_rows_of_others_are_hidden_from_those_who_may_not_see_names(
    space: Any, owner: Any, person: Any, client: Client
) -> None:
    contacts = "email,name,job title\nkim@pallo.example,Kim Friis,Buyer\nada@pallo.example,,\n"
    address = upload(client(owner), space, ("contacts.csv", contacts)).url
    assert "Kim Friis" in client(owner).get(address).content.decode()
    other = client(person("other", right="editor", space=space))
    page = other.get(address).content.decode()
    assert "Kim Friis" not in page and "may not see names" in page
    assert other.get(f"{address}rejects/0/").status_code == 404
    assert client(person("viewer", right="viewer", space=space)).get(address).status_code == 403


def test_rejected_rows_come_as_a_table_without_live_formulas(space: Any, owner: Any, client: Client) -> None:
    browser = client(owner)
    bad = VISITS + '=cmd|calc,nowhen,"=HYPERLINK(""http://x"")",Pallo Oy\n'
    address = upload(browser, space, ("visits.csv", bad)).url
    browser.get(address)
    before = b"".join(browser.get(f"{address}rejects/0/").streaming_content).decode("utf-8-sig")
    publish(browser, space, address)
    answer = browser.get(f"/w/{space.slug}/data/rejects.csv")
    after = b"".join(answer.streaming_content).decode("utf-8-sig")
    for table in (before, after):
        assert "nowhen" in table
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        assert not any(cell.startswith(("=", "@", "+cmd")) for cell in cells)


def test_a_journey_is_proposed_from_the_data(space: Any, owner: Any, client: Client) -> None:
    from polku.studio.store import workspace_of

    browser = client(owner)
    address = f"/w/{space.slug}/data/journey/"
    assert browser.post(address).status_code == 422, "without data there is nothing to draw"
    publish(browser, space, upload(browser, space, ("visits.csv", VISITS)).url)
    answer = browser.post(address)
    journey = workspace_of(space).journeys["as-the-data-tells-it"]
    assert journey.id in answer.url
    assert [step.does for step in journey.steps] == ["Webinar: less scrap"]
    assert browser.get(answer.url).status_code == 200


def test_too_many_or_no_files_are_refused(space: Any, owner: Any, client: Client, monkeypatch: Any) -> None:
    from polku.studio import uploads

    browser = client(owner)
    assert upload(browser, space).status_code == 422
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    assert upload(browser, space, ("a.csv", "a"), ("b.csv", "b")).status_code == 422
    monkeypatch.setattr(uploads, "MOST_MEGABYTES", 0)
    assert upload(browser, space, ("a.csv", "a")).status_code == 422
    assert uploads.waiting(uploads_space(space)) == ()


def uploads_space(space: Any) -> Path:
    from polku.studio.folders import folder_of

    return folder_of(space)


@pytest.mark.parametrize("id", ["../../../x", "0" * 16, "f" * 15 + "g"])
def test_uploads_that_are_not_there_are_not_found(space: Any, owner: Any, client: Client, id: str) -> None:
    assert client(owner).get(f"/w/{space.slug}/data/import/{id}/").status_code == 404


def test_an_activity_is_put_onto_a_touchpoint_and_taken_off(space: Any, owner: Any, client: Client) -> None:
    from polku.studio.models import Change
    from polku.studio.store import workspace_of

    browser = client(owner)
    publish(browser, space, upload(browser, space, ("visits.csv", VISITS)).url)
    address = f"/w/{space.slug}/data/match/"
    page = browser.get(address).content.decode()
    assert "12 events have no place on the map" in page and "Webinar: less scrap" in page
    asked = {
        "source": "visits",
        "activity": "Webinar*",
        "touchpoint": "guide",
        "exact": "Webinar: less scrap",
    }
    part = browser.get(address, {**asked, "part": "rule"}, headers={"hx-request": "true"}).content.decode()
    assert "12 events of 1 accounts" in part and "Only this activity" in part
    before = len(workspace_of(space).touchpoints["guide"].events)
    answer = browser.post(f"{address}add/", asked)
    rules = workspace_of(space).touchpoints["guide"].events
    assert len(rules) == before + 1 and (rules[-1].source, rules[-1].activity) == ("visits", "Webinar*")
    assert "Every event has its place" in browser.get(answer.url).content.decode()
    change = Change.objects.filter(space=space).latest("number")
    browser.post(f"{address}{change.number}/undo/")
    assert len(workspace_of(space).touchpoints["guide"].events) == before


def test_all_proposals_are_taken_at_once_and_undone_at_once(space: Any, owner: Any, client: Client) -> None:
    from polku.studio.store import workspace_of

    visits = "date,activity,company\n" + "".join(
        f"2026-01-0{n},{activity},Pallo Oy\n"
        for n, activity in enumerate(("Downtime guide", "Support call", "Unheard of"), 1)
    )
    browser = client(owner)
    publish(browser, space, upload(browser, space, ("visits.csv", visits)).url)
    address = f"/w/{space.slug}/data/match/"
    before = {id: len(one.events) for id, one in workspace_of(space).touchpoints.items()}
    assert "Put all 2 as proposed" in browser.get(address).content.decode()
    answer = browser.post(f"{address}all/")
    after = {id: len(one.events) for id, one in workspace_of(space).touchpoints.items()}
    assert sum(after.values()) == sum(before.values()) + 2
    done = browser.get(answer.url).content.decode()
    assert "Unheard of" in done and "Put all" not in done
    browser.post(f"{address}{answer.url.partition('done=')[2]}/undo/")
    assert {id: len(one.events) for id, one in workspace_of(space).touchpoints.items()} == before


def test_a_new_touchpoint_comes_with_its_rule(space: Any, owner: Any, client: Client) -> None:
    from polku.studio.store import workspace_of

    browser = client(owner)
    asked = {"source": "visits", "activity": "Webinar*", "touchpoint": "new", "name": "Webinar"}
    assert browser.post(f"/w/{space.slug}/data/match/add/", asked).status_code == 302
    assert workspace_of(space).touchpoints["webinar"].events[0].activity == "Webinar*"


@pytest.mark.parametrize("activity", ["", "*", "**?", "   "])
def test_a_rule_of_wildcards_alone_is_refused(space: Any, owner: Any, client: Client, activity: str) -> None:
    asked = {"activity": activity, "touchpoint": "guide"}
    assert client(owner).post(f"/w/{space.slug}/data/match/add/", asked).status_code == 422


def test_the_mirror_shows_whom_a_file_knows_and_keeps_nothing(
    person: Any, client: Client, monkeypatch: Any, tmp_path: Path
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    browser = client(person("maija"))
    assert browser.get("/mirror/").status_code == 200
    file = io.BytesIO(b"name,email,company,job title\nAda,ada@pallo.example,Pallo Oy,Buyer\n")
    file.name = "contacts.csv"
    page = browser.post("/mirror/", {"files": file})
    assert page.status_code == 200 and "<svg" in page.content.decode()
    assert "ada@pallo" not in page.content.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", os.urandom(3000), b"a,b\n1,2\n", bomb()])
def test_the_mirror_refuses_what_it_cannot_read(person: Any, client: Client, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "contacts.csv"
    answer = client(person("maija")).post("/mirror/", {"files": file})
    assert answer.status_code == 422 and 'class="refused"' in answer.content.decode()


def test_strangers_cannot_make_the_server_read_files(client: Client, database: Path) -> None:
    assert client().get("/mirror/").status_code == 302
