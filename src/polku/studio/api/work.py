"""Files in and out, long work and its progress; members, and what was done that no document shows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from ninja import File, Router, Status, UploadedFile

from polku.studio import audit
from polku.studio.api.door import Number, operation
from polku.studio.api.shapes import Acts, Jobs, JobShape, Limit, Members, Offset, part
from polku.studio.handing_out import zipped
from polku.studio.jobs import enqueue
from polku.studio.models import Audit, Job, Membership
from polku.studio.rights import Right
from polku.studio.store import texts_of
from polku.studio.uploads import take_in
from polku.studio.visit import Visit
from polku.words import Message, has

router = Router(tags=["work"])
Files = Annotated[list[UploadedFile], File(..., min_length=1, max_length=50)]


@operation(
    router,
    "POST",
    "/workspaces/{space}/imports",
    right=Right.EDITOR,
    gives=JobShape,
    status=HTTPStatus.ACCEPTED,
    also=(413,),
)
def import_files(visit: Visit, files: Files) -> Any:
    """Bring in exports of systems, as `polku import` does; a job reads and publishes them, all or none.

    How each file is read is told by the workspace's sources, else proposed as the page proposes it.
    """
    upload = take_in(visit.folder, files, visit.person.pk if visit.person else None)
    asked = {"upload": upload.id, "language": visit.language}
    job = enqueue("import", space=visit.space, person=visit.person, asked=asked)
    upload.job = job.pk
    upload.save()
    return Status(HTTPStatus.ACCEPTED, _job(visit, job))


@operation(router, "GET", "/workspaces/{space}/jobs", right=Right.VIEWER, gives=Jobs)
def list_jobs(
    visit: Visit,
    state: Literal["waiting", "running", "done", "failed", "cancelled"] | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Any:
    """Long work of a workspace, newest first."""
    rows = Job.objects.filter(space=visit.space).select_related("person").order_by("-pk")
    if state is not None:
        rows = rows.filter(state=state)
    return part(rows, limit, offset, lambda job: _job(visit, job))


@operation(router, "GET", "/workspaces/{space}/jobs/{id}", right=Right.VIEWER, gives=JobShape)
def read_job(visit: Visit, id: Number) -> Any:
    """How far a job is, and what became of it."""
    return _job(visit, _found(visit, id))


@operation(router, "POST", "/workspaces/{space}/jobs/{id}/cancel", right=Right.EDITOR, gives=JobShape)
def cancel_job(visit: Visit, id: Number) -> Any:
    """Ask a job to stop; what it has not published is left as it was."""
    _found(visit, id)
    Job.objects.filter(pk=id, state__in=(Job.WAITING, Job.RUNNING)).update(cancel=True)
    return _job(visit, _found(visit, id))


@operation(
    router,
    "GET",
    "/workspaces/{space}/export.zip",
    right=Right.VIEWER,
    names=True,
    gives=None,
    extra={
        "responses": {
            200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def export_zip(visit: Visit) -> Any:
    """All documents as a folder in a zip, each letter as it is; names of persons are in it."""
    audit.write("exported", space=visit.space, person=visit.person, form="zip")
    answer = HttpResponse(
        zipped(texts_of(visit.space), visit.folder, visit.space.slug), content_type="application/zip"
    )
    answer["Content-Disposition"] = f'attachment; filename="{visit.space.slug}.zip"'
    return answer


@operation(router, "GET", "/workspaces/{space}/members", right=Right.ADMIN, gives=Members)
def list_members(visit: Visit, limit: Limit = 100, offset: Offset = 0) -> Any:
    """Members of a workspace, and what they may do."""
    rows = Membership.objects.filter(space=visit.space).select_related("person").order_by("since", "pk")

    def told(member: Membership) -> dict[str, Any]:
        return {
            "id": member.pk,
            "name": member.person.label,
            "email": member.person.email,
            "right": member.right,
            "names": member.names,
            "since": member.since,
        }

    return part(rows, limit, offset, told)


@operation(router, "GET", "/workspaces/{space}/audit", right=Right.ADMIN, gives=Acts)
def list_acts(visit: Visit, limit: Limit = 100, offset: Offset = 0) -> Any:
    """What was done that no document shows: invited, imported, exported, erased …, newest first."""
    rows = Audit.objects.filter(space=visit.space).select_related("person").order_by("-at", "-pk")

    def told(act: Audit) -> dict[str, Any]:
        who = act.person.label if act.person else ""
        return {"at": act.at, "who": who, "act": act.act, "about": act.about}

    return part(rows, limit, offset, told)


def _found(visit: Visit, id: int) -> Job:
    job = Job.objects.filter(space=visit.space, pk=id).select_related("person").first()
    if job is None:
        raise Http404
    return job


def _job(visit: Visit, job: Job) -> dict[str, Any]:
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "share": job.share,
        "says": _says(visit, job),
        "error": _error(visit, job),
        "result": job.result,
        "at": job.at,
        "ended": job.ended,
        "who": job.person.label if job.person else "",
    }


def _says(visit: Visit, job: Job) -> str:
    said = job.says or {}
    if job.state != Job.RUNNING or not has(str(said.get("id")), "en"):
        return ""
    params = {
        key: int(value) if str(value).isdigit() else value for key, value in said.get("params", {}).items()
    }
    return visit.say.text(Message(str(said["id"]), params))


def _error(visit: Visit, job: Job) -> str:
    if job.state != Job.FAILED:
        return ""
    words = (job.error or {}).get("words", {})
    return str(words.get(visit.language) or visit.say("studio-api.job-broke"))
