"""Evidence: its library, the voice of customers, who has not been heard, files beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_the_library_is_searched_and_narrowed(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser, address = client(owner), f"/w/{space.slug}/evidence/"
    everything = browser.get(address).content.decode()
    assert everything.count("<article") > 3
    assert browser.get(f"{address}?q=billund").content.decode().count("<article") == 1
    surveys = browser.get(f"{address}?kind=survey").content.decode()
    assert surveys.count("<article") == 1 and "Relationship survey" in surveys
    assert "<article" not in browser.get(f"{address}?q=nothing+like+it").content.decode()


def test_evidence_is_added_with_what_it_speaks_of(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    said = {
        "kind": "interview",
        "status": "done",
        "source": "Two planners, Åbo",
        "date": "2026-11-02",
        "quote": "Nobody told us.",
        "role": ["per", "nobody"],
        "touchpoint": "demo",
        "tags": "silence\nprice",
        "journey": "new-machine",
        "step": "first-call",
    }
    answer = client(owner).post(f"/w/{space.slug}/evidence/new/", said)
    id = answer["Location"].rstrip("/").rpartition("/")[2]
    piece = workspace_of(space).evidence[id]
    assert piece.about.roles == ("per",) and piece.about.touchpoints == ("demo",)
    assert piece.tags == ("silence", "price") and str(piece.date) == "2026-11-02"
    step = workspace_of(space).journeys["new-machine"].step("first-call")
    assert step is not None and id in step.evidence
    voice = client(owner).get(f"/w/{space.slug}/evidence/?show=voice&theme=price").content.decode()
    assert "Nobody told us." in voice


@pytest.mark.parametrize("said", [{}, {"source": "x", "date": "tomorrow"}])
def test_evidence_that_says_nothing_or_no_day_is_refused(
    space: Any, owner: Any, client: Callable[..., Any], said: dict[str, str]
) -> None:
    assert client(owner).post(f"/w/{space.slug}/evidence/new/", said).status_code == 422
    space.refresh_from_db()


def test_a_role_only_the_staff_told_of_has_not_been_heard(space: Any) -> None:
    from polku.studio.measured import today_of
    from polku.studio.store import workspace_of
    from polku.studio.voice import unheard

    gaps = unheard(workspace_of(space), today_of(space))
    anders = next(one for one in gaps if one.id == "anders")
    assert anders.staff and anders.last is None
    assert "ole" not in [one.id for one in gaps]


def test_a_file_is_kept_under_a_safe_name_and_handed_out_to_be_saved(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from polku.studio.folders import folder_of
    from polku.studio.store import workspace_of

    browser, address = client(owner), f"/w/{space.slug}/evidence/int-ole-0612/"
    upload = SimpleUploadedFile("../../Ääni <b>.HTML", b"<script>alert(1)</script>")
    assert browser.post(f"{address}attach/", {"file": upload}).status_code == 302
    path = workspace_of(space).evidence["int-ole-0612"].file
    assert path == "files/int-ole-0612-aani-b.html"
    assert [file.name for file in (folder_of(space) / "files").iterdir()] == ["int-ole-0612-aani-b.html"]
    answer = browser.get(f"{address}file/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    browser.post(f"{address}attach/", {"drop": "1"})
    assert workspace_of(space).evidence["int-ole-0612"].file is None


def test_a_file_needs_the_right_to_see_names(space: Any, person: Any, client: Callable[..., Any]) -> None:
    viewer = client(person("viewer", right="viewer", space=space))
    assert viewer.get(f"/w/{space.slug}/evidence/int-ole-0612/file/").status_code == 403


@pytest.mark.parametrize(
    "path", ["../secret-key", "files/../../secret-key", "files/.hidden", "/etc/passwd", "files/"]
)
def test_no_document_leads_to_a_file_elsewhere(tmp_path: Path, path: str) -> None:
    from polku.studio.files import kept_file

    (tmp_path / "files").mkdir()
    (tmp_path / "files" / ".hidden").write_text("x")
    (tmp_path / "secret-key").write_text("x")
    assert kept_file(tmp_path, path) is None


def test_a_file_too_large_or_empty_leaves_nothing(tmp_path: Path) -> None:
    from polku.errors import DocumentError
    from polku.studio.files import keep_file

    for chunks in ([b"x" * 60, b"x" * 60], []):
        with pytest.raises(DocumentError):
            keep_file(tmp_path, "one", "a.txt", chunks, most=100)
    assert list((tmp_path / "files").iterdir()) == []
