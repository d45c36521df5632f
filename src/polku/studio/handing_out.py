"""What a workspace hands out: its documents in a zip, a journey in other forms, drawings, guides, reports."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polku.diagrams.views import VIEWS, view
from polku.documents import Journey, Workspace, document_file
from polku.errors import DrawingError
from polku.exports.brand import brand_of
from polku.scene import PRINT, Scene, scene_to_svg, theme_named
from polku.words import Message

FORMS = ("svg", "png", "pdf", "pptx", "html")
"""Forms of a drawing."""
REPORTS = ("html", "pdf", "pptx")
"""Forms of a report: a page, paper, a deck."""
GUIDES = ("pdf", "html", "md")
THEMES = ("light", "dark", "print")
TYPES: Mapping[str, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "cjml": "application/xml",
    "md": "text/markdown; charset=utf-8",
    "zip": "application/zip",
}
A4 = (1122.5, 793.7)
"""A page that lies across, in px."""
DAYS_KEPT = 7


@dataclass(frozen=True)
class File:
    """A file to hand out: its name without an ending, its form, its bytes."""

    name: str
    form: str
    content: bytes

    @property
    def full_name(self) -> str:
        """Name with ending."""
        return f"{safe(self.name)}.{self.form}"


def safe(name: str) -> str:
    """A file's name of letters, digits, dots and hyphens."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:100] or "polku"


def zipped(texts: Mapping[str, str], folder: Path, name: str) -> bytes:
    """The workspace as a folder in a zip: every letter of every document, and the files beside them.

    Args:
        texts: by name of document.
        folder: where `files` and `brand` are kept; neither needs to be there.
        name: of the folder inside.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for document, text in sorted(texts.items()):
            # One fixed time: the same workspace gives the same bytes.
            member = zipfile.ZipInfo(f"{safe(name)}/{document_file(document)}", (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            target.writestr(member, text.encode("utf-8"))
        for kind in ("brand", "files"):
            for file in sorted((folder / kind).glob("*")) if (folder / kind).is_dir() else ():
                if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
                    target.write(file, f"{safe(name)}/{kind}/{file.name}")
    return buffer.getvalue()


def without_names(journey: Journey) -> Journey:
    """A journey without persons: who drew it up with us, between whom work changes hands."""
    steps = tuple(
        step.model_copy(update={"receives": step.receives.model_copy(update={"owner": None})})
        if step.receives is not None and step.receives.owner is not None
        else step
        for step in journey.steps
    )
    return journey.model_copy(update={"mapped_with": (), "steps": steps})


def journey_file(workspace: Workspace, journey: Journey, form: str, *, language: str, names: bool) -> File:
    """A journey as a spreadsheet to fill in (xlsx), or for other programs (cjml)."""
    shown = journey if names else without_names(journey)
    if form == "xlsx":
        from polku.formats.xlsx_layout import workbook

        return File(journey.id, "xlsx", workbook(workspace, shown, language))
    from polku.formats.cjml_write import cjml_text

    return File(journey.id, "cjml", cjml_text(workspace, shown).encode("utf-8"))


def drawing_file(
    workspace: Workspace,
    journey: Journey,
    name: str,
    form: str,
    *,
    theme: str = "light",
    language: str = "en",
    today: dt.date,
    names: bool = False,
    measured: Any = None,
) -> File:
    """A view of a journey as a file; on slides and paper on as many pages as its words need.

    Args:
        measured: from `measured_journey`; None draws it as it is described.

    Raises:
        DrawingError: no such view, or the journey cannot be drawn so.
    """
    if name not in VIEWS:
        raise DrawingError(Message("studio-export.no-view", {"found": name[:40], "known": list(VIEWS)}))
    colours = PRINT if form in ("pdf", "pptx") or theme == "print" else theme_named(theme)
    options: dict[str, Any] = {"language": language, "theme": colours, "today": today, "names": names}
    if measured is not None:
        options["measured"] = measured
    if form in ("pdf", "pptx"):
        return File(f"{journey.id}-{name}", form, _paged(workspace, journey, name, form, options))
    return File(f"{journey.id}-{name}", form, _still(view(name)(workspace, journey, **options), form))


def _still(scene: Scene, form: str) -> bytes:
    if form == "png":
        from polku.scene.png import scene_to_png

        return scene_to_png(scene)
    if form == "html":
        from polku.exports.drawing_page import drawing_page

        return drawing_page(scene).encode("utf-8")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + scene_to_svg(scene, embed_font=True)).encode("utf-8")


def _paged(workspace: Workspace, journey: Journey, name: str, form: str, options: dict[str, Any]) -> bytes:
    from polku.diagrams.view_pages import SLIDE_SLACK, pages_of_view

    if form == "pdf":
        from polku.scene.pdf import scenes_to_pdf

        pages = pages_of_view(name, workspace, journey, page_width=A4[0], page_height=A4[1], **options)
        return scenes_to_pdf(pages, theme=PRINT, paper=(297.0, 210.0))
    from polku.scene.pptx import LAYOUT, Slide, slides_to_pptx

    width, height = LAYOUT
    pages = pages_of_view(
        name, workspace, journey, page_width=width, page_height=height, slack=SLIDE_SLACK, **options
    )
    slides = [Slide(page) for page in pages]
    return slides_to_pptx(slides, theme=PRINT, title=pages[0].title, made=options["today"])


def guide_file(
    workspace: Workspace,
    role: str,
    form: str,
    *,
    folder: Path,
    journey: Journey | None,
    account: str | None,
    language: str,
    today: dt.date,
) -> File:
    """An interview guide for somebody in a role: one page, made of what is not known."""
    from polku.exports.guide import MOST, Guide, build_guide
    from polku.exports.guide_forms import guide_html, guide_markdown, guide_pdf

    visited = workspace.accounts[account] if account else None

    def build(most: int) -> Guide:
        return build_guide(
            workspace, role, journey=journey, account=visited, language=language, today=today, most=most
        )

    guide, brand = build(MOST), brand_of(folder, workspace)
    if form == "pdf":
        content, _ = guide_pdf(guide, build, brand)
    elif form == "html":
        content = guide_html(guide, brand).encode("utf-8")
    else:
        content = guide_markdown(guide).encode("utf-8")
    return File(f"ask-{role}", form, content)


def report_file(
    workspace: Workspace,
    folder: Path,
    form: str,
    *,
    journey: str | None,
    language: str,
    today: dt.date,
    progress: Callable[[Message, float], None],
) -> File:
    """The report of a workspace as a page, on paper or as a deck; it names no person."""
    from polku.exports.gather import gather_from

    progress(Message("studio-export.measuring"), 0.1)
    data = gather_from(workspace, folder, journey=journey, today=today)
    progress(Message("studio-export.drawing"), 0.6)
    name = "deck" if form == "pptx" else "report"
    if form == "pptx":
        from polku.exports.deck import deck_bytes

        return File(name, form, deck_bytes(data, language=language))
    if form == "pdf":
        from polku.exports.report_pdf import report_pdf

        return File(name, form, report_pdf(data, language=language))
    from polku.exports.report_page import report_page

    return File(name, form, report_page(data, language=language).encode("utf-8"))


def keep(folder: Path, job: int, file: File) -> str:
    """Put a made file where it is fetched from, and clear away those older than a week; its name there."""
    target = folder / "exports"
    target.mkdir(parents=True, exist_ok=True)
    oldest = dt.datetime.now(dt.UTC).timestamp() - DAYS_KEPT * 86_400
    for old in target.iterdir():
        if old.is_file() and old.stat().st_mtime < oldest:
            old.unlink(missing_ok=True)
    name = f"{job}-{file.full_name}"
    beside = target / f".{name}.part"
    with beside.open("wb") as opened:
        opened.write(file.content)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(target / name)
    return name
