"""Import: files come in, are looked at as they would be read, and are published when somebody says so."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.errors import WrongUse
from polku.records.lake import Lake
from polku.sources.child import Caps
from polku.sources.dates import known_zone
from polku.sources.kinds import KINDS
from polku.sources.registry import names, registered
from polku.sources.remapping import TABLES, targets_of
from polku.studio.bringing import WRITTEN, become, mapping_of, write_otherwise
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.import_parts import DATES, Part, parts_of
from polku.studio.jobs import enqueue
from polku.studio.models import Job
from polku.studio.rights import Right
from polku.studio.uploads import (
    AT_ONCE,
    MOST_FILES,
    MOST_MEGABYTES,
    Preview,
    Upload,
    find,
    forget_look,
    leave,
    look,
    rejects_of,
    remove_file,
    seen,
    take_in,
)
from polku.studio.visit import Visit
from polku.words import Message

LETTERS = ("utf-8", "utf-16", "cp1252", "iso-8859-1", "mac-roman")
WAITED_FOR = Caps(memory=1024, seconds=15, written=4096)
"""What a look may take while the reader waits."""
TOO_MUCH = frozenset(f"sources.child-{why}" for why in ("too-long", "memory", "too-large"))
"""Then a job looks, which may take more."""
DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}


def bring(visit: Visit) -> HttpResponse:
    """Take files in and go on to looking at them; a refusal says what is possible."""
    if visit.request.method == "POST":
        files = visit.request.FILES.getlist("files")
        person = visit.person.pk if visit.person else None
        upload = take_in(visit.folder, files, person)
        return redirect("studio-data-import", visit.space.slug, upload.id)
    return show(
        visit,
        "studio/data-bring.html",
        title=Message("studio-data.bring"),
        rail="data",
        crumbs=[_above(visit)],
        most_files=MOST_FILES,
        most_megabytes=MOST_MEGABYTES,
        systems=sorted(system.title for system in registered().systems.values()),
    )


def looked(visit: Visit, upload: str) -> HttpResponse:
    """Files as they would be read; nothing is written yet."""
    return _page(visit, _upload(visit, upload))


def columns(visit: Visit, upload: str) -> HttpResponse:
    """Let a column become something else, and look again."""
    found = _upload(visit, upload)
    preview, part, column = _preview(visit, found), visit.asked("part"), visit.request.POST.get("column", "")
    if preview is None or mapping_of(preview, part) is None:
        raise Http404
    become(found, preview, visit.workspace, part, {column: visit.asked("becomes")})
    return _answer(visit, found)


def keep(visit: Visit, upload: str) -> HttpResponse:
    """Say that a column is meant as it was proposed."""
    found = _upload(visit, upload)
    preview, part = _preview(visit, found), visit.asked("part")
    if preview is None or mapping_of(preview, part) is None:
        raise Http404
    become(found, preview, visit.workspace, part, {})
    return _answer(visit, found)


def otherwise(visit: Visit, upload: str) -> HttpResponse:
    """Say how a file is written, or what wrote it, and look again."""
    found = _upload(visit, upload)
    preview, part = _preview(visit, found), visit.asked("part")
    known = {one.name for one in preview.read} | {name for name, _ in preview.refused} if preview else set()
    if preview is None or part not in known:
        raise Http404
    write_otherwise(found, preview, part, _written(visit))
    return _answer(visit, found)


def leave_out(visit: Visit, upload: str) -> HttpResponse:
    """Leave one file out, or all of them."""
    found = _upload(visit, upload)
    name = visit.asked("file")
    if name:
        remove_file(found, name)
    if name and found.files:
        return redirect("studio-data-import", visit.space.slug, found.id)
    _stop_jobs(visit, found)
    leave(found)
    return redirect("studio-data", visit.space.slug)


def rejected(visit: Visit, upload: str, number: int) -> HttpResponse | FileResponse:
    """The rows of a file that cannot be used, each with its reason."""
    found = _upload(visit, upload)
    file = rejects_of(found, number) if _sees_names(visit, found) else None
    if file is None:
        raise Http404
    return FileResponse(
        file.open("rb"), as_attachment=True, filename="rejects.csv", content_type="text/csv; charset=utf-8"
    )


def publish(visit: Visit, upload: str) -> HttpResponse:
    """Have the files published by a job."""
    found = _upload(visit, upload)
    if _job(found):
        return redirect("studio-data", visit.space.slug)
    preview = _preview(visit, found)
    if preview is None or preview.refused or not preview.read:
        raise WrongUse(Message("studio-data.not-ready"))
    asked = {"upload": found.id, "language": visit.language}
    job = enqueue("import", space=visit.space, person=visit.person, asked=asked)
    found.job = job.pk
    found.save()
    return redirect("studio-data", visit.space.slug)


def _upload(visit: Visit, id: str) -> Upload:
    found = find(visit.folder, id)
    if found is None:
        raise Http404
    return found


def _job(upload: Upload) -> Job | None:
    """The job in hand for an upload."""
    return (
        Job.objects.filter(pk=upload.job, state__in=(Job.WAITING, Job.RUNNING)).first()
        if upload.job
        else None
    )


def _stop_jobs(visit: Visit, upload: Upload) -> None:
    Job.objects.filter(space=visit.space, pk=upload.job, state__in=(Job.WAITING, Job.RUNNING)).update(
        cancel=True
    )


def _preview(visit: Visit, upload: Upload) -> Preview | None:
    """What was seen of the files; small ones are looked at now, for large ones None while a job looks."""
    found = seen(upload, visit.workspace)
    if found is None and not _job(upload) and upload.bytes <= AT_ONCE:
        found = look(upload, visit.workspace, visit.language, caps=WAITED_FOR)
        if any(why.message.id in TOO_MUCH for _, why in found.refused):
            forget_look(upload)
            return None
    return found


def _answer(visit: Visit, upload: Upload) -> HttpResponse:
    if visit.htmx:
        return show_part(visit, "studio/data-import-part.html", **_context(visit, upload))
    return redirect(reverse("studio-data-import", args=[visit.space.slug, upload.id]) + _query(visit))


def _query(visit: Visit) -> str:
    number = visit.asked("number")
    return f"?file={number}" if number.isdigit() else ""


def _page(visit: Visit, upload: Upload) -> HttpResponse:
    context = _context(visit, upload)
    if visit.htmx:
        return show_part(visit, "studio/data-import-part.html", **context)
    names = (
        upload.files[0] if len(upload.files) == 1 else visit.say("studio-data.files", count=len(upload.files))
    )
    return show(
        visit,
        "studio/data-import.html",
        title=Message("studio-data.import-of", {"file": names}),
        rail="data",
        crumbs=[_above(visit)],
        **context,
    )


def _context(visit: Visit, upload: Upload) -> dict[str, Any]:
    preview = _preview(visit, upload)
    job = _job(upload)
    context: dict[str, Any] = {"visit": visit, "upload": upload, "preview": preview, "job": job}
    if preview is None:
        last = Job.objects.filter(pk=upload.job, kind="look").first() if upload.job else None
        if last is not None and last.state in (Job.FAILED, Job.CANCELLED) and not visit.asked("again"):
            return {**context, "job": None, "failed": True}
        if job is None:
            asked = {"upload": upload.id, "language": visit.language}
            job = enqueue("look", space=visit.space, person=visit.person, asked=asked)
            upload.job = job.pk
            upload.save()
        return {**context, "job": job, "share": round(100 * job.share)}
    wanted, fault = _number(visit, "number") or _number(visit, "file"), _number(visit, "fault")
    parts = parts_of(
        preview,
        visit.say,
        edited=upload.named,
        names=_sees_names(visit, upload),
        wanted=wanted or 0,
        fault=fault,
    )
    faulty = next((one.number for one in parts if one.read is None), 0)
    number = faulty if wanted is None else min(wanted, len(parts) - 1)
    part = parts[number] if parts else None
    lake = Lake(visit.folder / "lake")
    return {
        **context,
        "parts": parts,
        "part": part,
        "options": _options(visit, part) if part else {},
        "version": lake.version if lake.exists() else None,
        "next_version": (lake.version or 0) + 1,
        "ready": bool(preview.read) and not preview.refused and job is None,
        "hidden": not _sees_names(visit, upload),
    }


def _number(visit: Visit, name: str) -> int | None:
    said = visit.asked(name)[:6]
    return int(said) if said.isascii() and said.isdigit() else None


def _sees_names(visit: Visit, upload: Upload) -> bool:
    """Whether the reader may see rows: by right, or because they brought the file themselves."""
    return visit.names or (visit.person is not None and upload.person == visit.person.pk)


def _options(visit: Visit, part: Part) -> dict[str, Any]:
    """What can be chosen: targets by table, and how a file can be written."""
    filled: list[str] = []
    if part.read is not None:
        filled = list(dict.fromkeys(one.table for one in part.read.mapping.source.fills))
    elif part.unclear is not None:
        filled = [part.unclear.table]
    tables = [*filled, *(one for one in TABLES if one not in filled)]
    return {
        "targets": [
            (
                _said(visit, f"table-{table}"),
                [
                    (
                        f"{table}.{column}",
                        _said(visit, column)
                        if table == tables[0]
                        else f"{_said(visit, column)} · {_said(visit, f'table-{table}')}",
                    )
                    for column in targets_of(table)
                ],
            )
            for table in tables
        ],
        "said": {
            f"{table}.{column}": f"{_said(visit, column)} · {_said(visit, f'table-{table}')}"
            for table in tables
            for column in targets_of(table)
        },
        "letters": LETTERS,
        "delimiters": DELIMITERS,
        "dates": DATES,
        "systems": [*sorted(visit.workspace.sources), *names(), *KINDS],
    }


def _said(visit: Visit, name: str) -> str:
    """A table or column of records in the reader's words."""
    return visit.say(f"studio-columns.{name.replace('_', '-')}")


def _written(visit: Visit) -> dict[str, Any]:
    """How a file is said to be written, each word one that can be.

    Raises:
        WrongUse: one of them cannot be.
    """
    said: dict[str, Any] = {}
    posted = visit.request.POST
    if "system" in posted:
        system = visit.asked("system")
        if system and system not in {*visit.workspace.sources, *names(), *KINDS}:
            raise WrongUse(
                Message("sources.unknown-system", {"system": system, "known": sorted([*names(), *KINDS])})
            )
        return {"system": system}
    for key in WRITTEN:
        if key not in posted:
            continue
        value = str(posted.get(key, "")) if key == "delimiter" else visit.asked(key)
        allowed = {
            "encoding": LETTERS,
            "delimiter": tuple(DELIMITERS),
            "dates": DATES,
            "decimal": (".", ","),
        }.get(key)
        if value and allowed is not None and value not in allowed:
            raise WrongUse(Message("studio-data.not-possible", {"found": value, "known": list(allowed)}))
        if key == "zone" and value and not known_zone(value):
            raise WrongUse(Message("sources.unknown-zone", {"zone": value}))
        if key == "skip":
            if value and not (value.isascii() and value.isdigit() and len(value) < 5 and int(value) <= 1000):
                raise WrongUse(
                    Message("studio-data.not-possible", {"found": value, "known": ["0", "1", "…", "1000"]})
                )
            said[key] = int(value) if value else None
            continue
        said[key] = value
    return said


def _above(visit: Visit) -> tuple[Message, str]:
    return Message("studio.rail-data"), reverse("studio-data", args=[visit.space.slug])


def _address(route: str, view: Any, name: str, *methods: str) -> URLPattern:
    return page(
        f"w/<slug:space>/data/{route}", view, name=name, right=Right.EDITOR, methods=methods or ("POST",)
    )


addresses: list[URLPattern] = [
    _address("import/", bring, "studio-data-bring", "GET", "POST"),
    _address("import/<slug:upload>/", looked, "studio-data-import", "GET"),
    _address("import/<slug:upload>/columns/", columns, "studio-data-columns"),
    _address("import/<slug:upload>/keep/", keep, "studio-data-keep"),
    _address("import/<slug:upload>/written/", otherwise, "studio-data-written"),
    _address("import/<slug:upload>/leave/", leave_out, "studio-data-leave"),
    _address("import/<slug:upload>/publish/", publish, "studio-data-publish"),
    _address("import/<slug:upload>/rejects/<int:number>/", rejected, "studio-data-rejected", "GET"),
]
