"""Export: everything that is handed out, and to whom."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from polku.documents import document_file


def test_the_zip_holds_every_document_letter_by_letter_and_the_files_beside(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.files import keep_file
    from polku.studio.folders import folder_of
    from polku.studio.store import texts_of

    keep_file(folder_of(space), "one", "heard.txt", [b"words"])
    answer = client(owner).get(f"/w/{space.slug}/export/workspace.zip")
    inside = zipfile.ZipFile(io.BytesIO(answer.content))
    texts = texts_of(space)
    for name, text in texts.items():
        assert inside.read(f"hoppebold/{document_file(name)}") == text.encode()
    assert inside.read("hoppebold/files/one-heard.txt") == b"words"
    assert len(inside.namelist()) == len(texts) + 1
    assert answer.content == client(owner).get(f"/w/{space.slug}/export/workspace.zip").content


def test_the_zip_needs_the_right_to_see_names(space: Any, person: Any, client: Callable[..., Any]) -> None:
    viewer = client(person("viewer", right="viewer", space=space))
    assert viewer.get(f"/w/{space.slug}/export/workspace.zip").status_code == 403


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("html", b"<!doctype")])
def test_a_view_is_handed_out_in_every_form(
    space: Any, owner: Any, client: Callable[..., Any], form: str, begins: bytes
) -> None:
    answer = client(owner).get(f"/w/{space.slug}/export/drawing/?view=wheel&form={form}&language=fi")
    assert answer.status_code == 200 and answer.content.lower().startswith(begins.lower())
    assert f".{form}" in answer["Content-Disposition"] and "attachment" in answer["Content-Disposition"]


def test_a_view_on_slides_and_paper_is_a_presentation_and_a_pdf(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    pytest.importorskip("typst")
    for form, begins in (("pptx", b"PK"), ("pdf", b"%PDF")):
        answer = client(owner).get(f"/w/{space.slug}/export/drawing/?view=wheel&form={form}")
        assert answer.content.startswith(begins), form


def test_a_journey_goes_out_as_a_spreadsheet_and_as_cjml(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    assert browser.get(f"/w/{space.slug}/export/journey.xlsx").content.startswith(b"PK")
    assert b"<CJML" in browser.get(f"/w/{space.slug}/export/journey.cjml?journey=new-machine").content


def test_a_guide_asks_a_role(space: Any, owner: Any, person: Any, client: Callable[..., Any]) -> None:
    address = f"/w/{space.slug}/export/guide/?role=per&form=md"
    assert client(owner).get(f"{address}&account=legetoj-nord").status_code == 200
    viewer = client(person("viewer", right="viewer", space=space))
    assert viewer.get(address).content.startswith(b"#")
    assert viewer.get(f"{address}&account=legetoj-nord").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "drawing/?view=nothing&form=svg",
        "drawing/?view=wheel&form=exe",
        "drawing/?view=wheel&journey=../polku",
        "drawing/?view=wheel&theme=nothing",
        "journey.exe",
        "guide/?role=nobody",
        "guide/?role=per&form=exe",
        "made/999999/",
    ],
)
def test_what_cannot_be_handed_out_is_not_found(
    space: Any, owner: Any, client: Callable[..., Any], path: str
) -> None:
    assert client(owner).get(f"/w/{space.slug}/export/{path}").status_code == 404


def test_a_report_is_made_by_a_job_and_fetched(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.jobs import run_job
    from polku.studio.models import Audit, Job

    browser, address = client(owner), f"/w/{space.slug}/export/"
    assert browser.post(f"{address}report/", {"form": "html", "language": "fi"}).status_code == 302
    job = Job.objects.get(space=space, kind="export")
    assert f"/export/made/{job.pk}/" not in browser.get(address).content.decode().replace("/stop/", "")
    run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == Job.DONE, job.error
    answer = browser.get(f"{address}made/{job.pk}/")
    page = b"".join(answer.streaming_content)
    assert page.lower().startswith(b"<!doctype") and b'lang="fi"' in page
    assert f"/export/made/{job.pk}/" in browser.get(f"{address}made/").content.decode()
    assert Audit.objects.filter(space=space, act="exported").count() == 1


def test_a_made_file_of_another_workspace_is_not_found(
    space: Any, owner: Any, person: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Job
    from polku.studio.spaces import new_space

    other = new_space("other", person("elsewhere"), texts={"polku": "polku: 1\n"})
    job = Job.objects.create(space=other, kind="export", state=Job.DONE, result={"file": "x", "name": "x"})
    assert client(owner).get(f"/w/{space.slug}/export/made/{job.pk}/").status_code == 404


def test_a_journey_without_names_keeps_everything_else(space: Any) -> None:
    from polku.studio.handing_out import without_names
    from polku.studio.store import workspace_of

    journey = workspace_of(space).journeys["new-machine"]
    bare = without_names(journey)
    assert bare.mapped_with == () and len(bare.steps) == len(journey.steps)
    assert all(step.receives is None or step.receives.owner is None for step in bare.steps)
    assert any(step.receives and step.receives.owner for step in journey.steps)
