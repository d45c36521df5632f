"""A customer's person and their rights: what is held on them, handed over; and erasing them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.errors import WrongUse
from polku.privacy.forget import SeveralPeople
from polku.privacy.subject import Subject, subject, zip_bytes
from polku.records.whose import Found
from polku.studio import audit
from polku.studio.erasing import erase_person, rows_naming
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.models import Job
from polku.studio.rights import Right
from polku.studio.visit import Visit
from polku.words import Message, Text
from polku.words.catalogue import has

OPEN = (Job.WAITING, Job.RUNNING)


def privacy(visit: Visit) -> HttpResponse:
    """The page; with POST somebody is looked for, by words that no address line keeps."""
    word = str(visit.request.POST.get("who", "")).strip()[:200]
    if visit.request.method != "POST" or not word:
        return _page(visit)
    try:
        found = subject(visit.folder, visit.workspace, word)
    except SeveralPeople as several:
        return _page(visit, word=word, people=several.people)
    except WrongUse as unknown:
        if not (rows := rows_naming(visit.space, word)):
            # The form stays: a name is easily written wrong.
            words = unknown.text(visit.language)
            return _page(visit, word=word, refused=words[:1].upper() + words[1:])
        return _page(visit, word=word, rows=rows)
    return _page(visit, word=word, found=found)


def hand_over(visit: Visit) -> HttpResponse:
    """All that is held on a person, as a zip."""
    found = subject(visit.folder, visit.workspace, str(visit.request.POST.get("who", "")).strip()[:200])
    audit.write("exported", space=visit.space, person=visit.person, what="person")
    answer = HttpResponse(zip_bytes(found), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="person.zip"'
    return answer


def erase(visit: Visit) -> HttpResponse:
    """Have a person erased."""
    word = str(visit.request.POST.get("who", "")).strip()[:200]
    if not visit.asked("sure"):
        return _page(visit, word=word, refused=visit.say("privacy.not-sure"))
    erase_person(visit.folder, visit.workspace, word, space=visit.space, person=visit.person)
    return redirect("studio-privacy", visit.space.slug)


def erased(visit: Visit) -> HttpResponse:
    """The erasures, as they go."""
    return show_part(visit, "studio/privacy-jobs.html", **_jobs(visit))


def _page(
    visit: Visit,
    *,
    word: str = "",
    found: Subject | None = None,
    people: tuple[Found, ...] = (),
    rows: int = 0,
    refused: str = "",
) -> HttpResponse:
    return show(
        visit,
        "studio/privacy.html",
        title=Message("privacy.title"),
        rail="data",
        crumbs=[(Message("studio.rail-data"), reverse("studio-data", args=[visit.space.slug]))],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        word=word,
        found=found,
        tables=[(_called(table), len(rows)) for table, rows in found.tables.items()] if found else (),
        documents=list(dict.fromkeys(one["document"] for one in found.documents)) if found else (),
        people=people,
        rows=rows,
        refused=refused,
        **_jobs(visit),
    )


def _jobs(visit: Visit) -> dict[str, Any]:
    jobs = list(
        Job.objects.filter(space=visit.space, kind="erase").select_related("person").order_by("-pk")[:20]
    )
    return {
        "erasures": [
            (
                job,
                str(job.asked.get("pseudonym", "")),
                round(job.share * 100),
                Message(job.says["id"], job.says.get("params", {}))
                if job.says.get("id")
                else Message("privacy.queued"),
                (job.error or {}).get("words", {}).get(visit.language, ""),
            )
            for job in jobs
        ],
        "running": any(job.state in OPEN for job in jobs),
    }


def _called(table: str) -> Text:
    """What a reader calls a table of the data; its own name where it has no other."""
    id = f"studio-columns.table-{table.replace('_', '-')}"
    return Message(id) if has(id, "en") else table


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/data/people/",
        privacy,
        name="studio-privacy",
        right=Right.ADMIN,
        methods=("GET", "POST"),
        names=True,
    ),
    page(
        "w/<slug:space>/data/people/held/",
        hand_over,
        name="studio-privacy-held",
        right=Right.ADMIN,
        methods=("POST",),
        names=True,
    ),
    page(
        "w/<slug:space>/data/people/erase/",
        erase,
        name="studio-privacy-erase",
        right=Right.ADMIN,
        methods=("POST",),
        names=True,
    ),
    page(
        "w/<slug:space>/data/people/erased/",
        erased,
        name="studio-privacy-erased",
        right=Right.ADMIN,
        names=True,
    ),
]
