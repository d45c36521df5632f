"""Export and print: everything a workspace hands out, from its documents in a zip to a deck of slides."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from polku.diagrams.parts.measured import measured_journey
from polku.diagrams.views import VIEWS
from polku.documents import Journey
from polku.errors import PolkuError
from polku.studio.files import SAFE
from polku.studio.folders import folder_of
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.handing_out import (
    FORMS,
    GUIDES,
    REPORTS,
    THEMES,
    TYPES,
    File,
    drawing_file,
    guide_file,
    journey_file,
    keep,
    report_file,
    zipped,
)
from polku.studio.jobs import Running, enqueue, work
from polku.studio.measured import data_version, main_journey, measures_of, today_of
from polku.studio.models import Audit, Job
from polku.studio.rights import Right
from polku.studio.store import texts_of, workspace_of
from polku.studio.visit import Visit
from polku.words import LANGUAGES, Message

SHOWN = 12
"""Made files that the page lists."""


def export(visit: Visit) -> HttpResponse:
    """What can be had, and what was made."""
    workspace = visit.workspace
    return show(
        visit,
        "studio/export.html",
        title=Message("studio-export.title"),
        rail="export",
        journeys=list(workspace.journeys.values()),
        main=visit.asked("journey") or main_journey(visit.space),
        roles=[(id, workspace.label("roles", id)) for id in workspace.role_order()],
        role=visit.asked("role"),
        accounts=[(id, one.label) for id, one in workspace.accounts.items()] if visit.names else [],
        views=list(VIEWS),
        forms=FORMS,
        reports=REPORTS,
        guides=GUIDES,
        themes=THEMES,
        tongues=list(LANGUAGES),
        tongue=visit.language,
        has_data=bool(data_version(visit.space)),
        **_made(visit),
    )


def _made(visit: Visit) -> dict[str, Any]:
    jobs = Job.objects.filter(space=visit.space, kind="export").order_by("-pk")[:SHOWN]
    rows = []
    for job in jobs:
        said = job.says or {}
        error = (job.error or {}).get("words", {})
        file = folder_of(visit.space) / "exports" / str((job.result or {}).get("file", "-"))
        rows.append(
            {
                "job": job,
                "form": job.asked.get("form", ""),
                "journey": visit.workspace.label("journeys", job.asked.get("journey")),
                "says": Message(said["id"], said.get("params", {})) if said.get("id") else None,
                "error": error.get(visit.language, "") or visit.say("studio-export.failed"),
                "there": job.state == Job.DONE and file.is_file(),
                "percent": round(job.share * 100),
            }
        )
    return {"made": rows, "running": any(job.state in (Job.WAITING, Job.RUNNING) for job in jobs)}


def made(visit: Visit) -> HttpResponse:
    """The made files, as they go."""
    return show_part(visit, "studio/export-made.html", **_made(visit))


def report(visit: Visit) -> HttpResponse:
    """Have the report made by a job."""
    form = visit.asked("form")
    if form not in REPORTS:
        raise Http404
    journey = _journey(visit)
    asked = {
        "form": form,
        "journey": journey.id if journey else None,
        "language": _language(visit),
    }
    enqueue("export", space=visit.space, person=visit.person, asked=asked)
    _audit(visit, {"what": "report", **asked})
    return redirect("studio-export", visit.space.slug)


@work("export")
def make_report(running: Running) -> dict[str, Any]:
    """Make a report: done again from the start it gives the same file."""
    asked, space = running.job.asked, running.space
    folder = folder_of(space)
    file = report_file(
        workspace_of(space),
        folder,
        asked["form"],
        journey=asked.get("journey"),
        language=asked["language"],
        today=today_of(space),
        progress=running.progress,
    )
    return {"file": keep(folder, running.job.pk, file), "form": file.form, "name": file.full_name}


def fetch(visit: Visit, job: int) -> FileResponse:
    """A made file."""
    found = Job.objects.filter(space=visit.space, kind="export", pk=job, state=Job.DONE).first()
    name = str((found.result or {}).get("file", "")) if found else ""
    file = folder_of(visit.space) / "exports" / name
    if found is None or not SAFE.fullmatch(name) or not file.is_file():
        raise Http404
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=f"{visit.space.slug}-{found.result['name']}",
        content_type=TYPES.get(found.result.get("form", ""), "application/octet-stream"),
    )


def stop(visit: Visit, job: int) -> HttpResponse:
    """Stop making a file."""
    found = Job.objects.filter(space=visit.space, kind="export", pk=job)
    if not found.update(cancel=True):
        raise Http404
    return redirect("studio-export", visit.space.slug)


def whole(visit: Visit) -> HttpResponse:
    """The workspace's documents in a zip, each letter as it is, with the files beside them."""
    content = zipped(texts_of(visit.space), visit.folder, visit.space.slug)
    _audit(visit, {"what": "workspace"})
    return _handed(visit, File(visit.space.slug, "zip", content), alone=True)


def journey_as(visit: Visit, form: str) -> HttpResponse:
    """A journey as a spreadsheet or as CJML."""
    journey = _journey(visit)
    if journey is None or form not in ("xlsx", "cjml"):
        raise Http404
    file = journey_file(visit.workspace, journey, form, language=_language(visit), names=visit.names)
    _audit(visit, {"what": form, "journey": journey.id})
    return _handed(visit, file)


def drawing(visit: Visit) -> HttpResponse:
    """A view of a journey as a file."""
    journey, form, theme = _journey(visit), visit.asked("form", "svg"), visit.asked("theme", "light")
    if journey is None or form not in FORMS or theme not in THEMES or visit.asked("view") not in VIEWS:
        raise Http404
    measured = None
    if visit.asked("measured"):
        try:
            found = measures_of(visit.space, journey.id)
        except PolkuError:
            found = None
        if found is not None:
            measured = measured_journey(journey, found.steps, found.step_paths, found.fit, found.coverage)
    file = drawing_file(
        visit.workspace,
        journey,
        visit.asked("view"),
        form,
        theme=theme,
        language=_language(visit),
        today=visit.today,
        names=visit.names,
        measured=measured,
    )
    _audit(visit, {"what": "drawing", "view": visit.asked("view"), "form": form, "journey": journey.id})
    return _handed(visit, file)


def guide(visit: Visit) -> HttpResponse:
    """An interview guide."""
    role, form, account = visit.asked("role"), visit.asked("form", "pdf"), visit.asked("account")
    if role not in visit.workspace.roles or form not in GUIDES:
        raise Http404
    if account and (not visit.names or account not in visit.workspace.accounts):
        raise Http404
    file = guide_file(
        visit.workspace,
        role,
        form,
        folder=visit.folder,
        journey=_journey(visit),
        account=account or None,
        language=_language(visit),
        today=visit.today,
    )
    _audit(visit, {"what": "guide", "role": role})
    return _handed(visit, file)


def _journey(visit: Visit) -> Journey | None:
    """The journey asked for; where none is asked for, the main one. 404 for one that is not there."""
    asked = visit.asked("journey")
    if asked and asked not in visit.workspace.journeys:
        raise Http404
    return visit.workspace.journeys.get(asked or main_journey(visit.space) or "")


def _language(visit: Visit) -> str:
    asked = visit.asked("language")
    return asked if asked in LANGUAGES else visit.language


def _handed(visit: Visit, file: File, *, alone: bool = False) -> HttpResponse:
    answer = HttpResponse(file.content, content_type=TYPES[file.form])
    name = file.full_name if alone else f"{visit.space.slug}-{file.full_name}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _audit(visit: Visit, about: dict[str, Any]) -> None:
    Audit.objects.create(space=visit.space, person=visit.person, act="exported", about=about)


VIEW = Right.VIEWER
addresses: list[URLPattern] = [
    page("w/<slug:space>/export/", export, name="studio-export", right=VIEW),
    page("w/<slug:space>/export/made/", made, name="studio-export-made", right=VIEW),
    page("w/<slug:space>/export/report/", report, name="studio-export-report", right=VIEW, methods=("POST",)),
    page("w/<slug:space>/export/made/<int:job>/", fetch, name="studio-export-fetch", right=VIEW),
    page(
        "w/<slug:space>/export/made/<int:job>/stop/",
        stop,
        name="studio-export-stop",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page("w/<slug:space>/export/workspace.zip", whole, name="studio-export-zip", right=VIEW, names=True),
    page("w/<slug:space>/export/journey.<slug:form>", journey_as, name="studio-export-journey", right=VIEW),
    page("w/<slug:space>/export/drawing/", drawing, name="studio-export-drawing", right=VIEW),
    page("w/<slug:space>/export/guide/", guide, name="studio-export-guide", right=VIEW),
]
