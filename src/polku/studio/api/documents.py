"""Workspaces and their documents: read, made, replaced, taken away, edited by one small operation."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Annotated, Any

from django.db import transaction
from django.http import Http404
from ninja import Header, Query, Router, Status
from pydantic import ValidationError

from polku.errors import DocumentError
from polku.formats.personal import holds_names, without_names
from polku.formats.plain import plain_document
from polku.formats.texts import model_of, read_text_document
from polku.formats.yaml_write import write_document
from polku.studio import store
from polku.studio.api.door import granted_to, operation, token_of
from polku.studio.api.history import revision_of, told_change
from polku.studio.api.refusal import Refusal
from polku.studio.api.shapes import (
    ChangeShape,
    DocumentIn,
    Documents,
    DocumentShape,
    EditIn,
    Id,
    Kind,
    Limit,
    Offset,
    Spaces,
    SpaceShape,
    part,
)
from polku.studio.measured import data_version, today_of
from polku.studio.models import Change, Document, Membership
from polku.studio.rights import Right
from polku.studio.store import Author, Conflict, Operation
from polku.studio.telling import document_label
from polku.studio.visit import Visit
from polku.words import Message, render

router = Router(tags=["documents"])
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=64,
        pattern=r"^[ -~]*$",
        description="Of the request: sent twice with the same key, it is done once.",
    ),
]


@operation(router, "GET", "/workspaces", right=Right.PERSON, gives=Spaces)
def list_workspaces(visit: Visit, limit: Limit = 100, offset: Offset = 0) -> Any:
    """Workspaces that this token or person reaches."""
    members = Membership.objects.filter(person=visit.person, space__removed=None).select_related("space")
    token = token_of(visit)
    if token is not None:
        members = members.filter(space=token.space)
    rows = members.order_by("space__slug")

    def told(member: Membership) -> dict[str, Any]:
        inside = Visit(visit.request, Right[member.right.upper()], member.names, member.space)
        return _space(granted_to(inside, token) if token is not None else inside)

    return part(rows, limit, offset, told)


@operation(router, "GET", "/workspaces/{space}", right=Right.VIEWER, gives=SpaceShape)
def read_workspace(visit: Visit) -> Any:
    """A workspace: its name, its revision, and what one may do in it."""
    return _space(visit)


@operation(router, "GET", "/workspaces/{space}/documents", right=Right.VIEWER, gives=Documents)
def list_documents(visit: Visit, kind: Kind | None = None, limit: Limit = 100, offset: Offset = 0) -> Any:
    """Documents of a workspace, by name."""
    workspace = visit.workspace
    rows = Document.objects.filter(space=visit.space).order_by("name").only("name", "changed")
    if kind is not None:
        rows = rows.filter(name__startswith=f"{kind}/")

    def told(row: Document) -> dict[str, Any]:
        folder, _, id = row.name.rpartition("/")
        return {
            "name": row.name,
            "kind": folder or "settings",
            "id": id,
            "label": document_label(workspace, row.name, visit.say),
            "changed": row.changed,
        }

    return {"revision": revision_of(visit.space), **part(rows, limit, offset, told)}


@operation(router, "GET", "/workspaces/{space}/settings", right=Right.VIEWER, gives=DocumentShape)
def read_settings(visit: Visit) -> Any:
    """The workspace's own document, polku.yaml."""
    return _document(visit, "polku")


@operation(
    router, "PUT", "/workspaces/{space}/settings", right=Right.EDITOR, gives=DocumentShape, also=(409, 413)
)
def replace_settings(visit: Visit, body: DocumentIn) -> Any:
    """Put another text in the place of polku.yaml."""
    _replace(visit, "polku", body)
    return _document(visit, "polku")


@operation(
    router, "GET", "/workspaces/{space}/documents/{kind}/{id}", right=Right.VIEWER, gives=DocumentShape
)
def read_document(visit: Visit, kind: Kind, id: Id) -> Any:
    """A document, as text and as data."""
    return _document(visit, f"{kind}/{id}")


@operation(
    router,
    "POST",
    "/workspaces/{space}/documents/{kind}/{id}",
    right=Right.EDITOR,
    gives=DocumentShape,
    status=HTTPStatus.CREATED,
    also=(413,),
)
def create_document(visit: Visit, kind: Kind, id: Id, body: DocumentIn, key: Key = "") -> Any:
    """Make a document; it is refused where there is one of that name."""
    name = f"{kind}/{id}"
    store.create(visit.space, name, _text(name, body), Author(visit.person), key=_own_key(visit, key))
    return Status(HTTPStatus.CREATED, _document(visit, name))


@operation(
    router,
    "PUT",
    "/workspaces/{space}/documents/{kind}/{id}",
    right=Right.EDITOR,
    gives=DocumentShape,
    also=(409, 413),
)
def replace_document(visit: Visit, kind: Kind, id: Id, body: DocumentIn) -> Any:
    """Put another text in the place of a document's; with `seen`, only where nobody changed it since."""
    _replace(visit, f"{kind}/{id}", body)
    return _document(visit, f"{kind}/{id}")


@operation(
    router,
    "DELETE",
    "/workspaces/{space}/documents/{kind}/{id}",
    right=Right.EDITOR,
    gives=ChangeShape,
    also=(409,),
)
def delete_document(
    visit: Visit, kind: Kind, id: Id, seen: Annotated[int | None, Query(ge=0, le=2**53)] = None
) -> Any:
    """Take a document away; its history keeps it, so that an undo brings it back."""
    name = f"{kind}/{id}"
    with transaction.atomic():
        _refuse_stale(visit, name, seen, None)
        change = store.delete(visit.space, name, Author(visit.person))
    return told_change(visit, change)


@operation(
    router, "POST", "/workspaces/{space}/edits", right=Right.EDITOR, gives=ChangeShape, also=(409, 413)
)
def edit_document(visit: Visit, body: EditIn, key: Key = "") -> Any:
    """Do one small edit, whole or not at all.

    With `seen` it is refused where somebody changed the same item since: the answer is then 409 with both values.
    Other items of the document may have changed meanwhile.
    """
    wanted = Operation(body.kind, body.document, body.path, body.value, body.place)
    change = store.edit(
        visit.space, wanted, seen=body.seen, author=Author(visit.person), key=_own_key(visit, key)
    )
    return told_change(visit, change)


def _space(visit: Visit) -> dict[str, Any]:
    workspace, space = visit.workspace, visit.space
    version = data_version(space)
    return {
        "id": space.slug,
        "name": workspace.settings.name or space.slug,
        "revision": space.revision,
        "right": visit.right.name.lower(),
        "names": visit.names,
        "today": today_of(space),
        "data_version": int(digits) if (digits := version.lstrip("v")).isdecimal() else None,
    }


def _document(visit: Visit, name: str) -> dict[str, Any]:
    # Before the text: an edit with it that came in between is then refused, not lost.
    revision = revision_of(visit.space)
    row = Document.objects.filter(space=visit.space, name=name).first()
    if row is None:
        raise Http404
    mended = read_text_document(name, row.text)
    document = mended.document
    hidden = not visit.names and (document is None or holds_names(document))
    shown = without_names(document) if hidden and document is not None else document
    return {
        "name": name,
        "changed": row.changed,
        "revision": revision,
        "text": None if hidden else row.text,
        "data": plain_document(shown) if shown is not None else None,
        "names_hidden": hidden,
        "problems": [
            {
                "code": one.code,
                "item": one.item or "",
                "line": one.place.line if one.place else None,
                "column": one.place.column if one.place else None,
                "message": render(one.message, visit.language),
            }
            for one in mended.problems
        ],
    }


def _replace(visit: Visit, name: str, body: DocumentIn) -> None:
    text = _text(name, body)
    with transaction.atomic():
        row = Document.objects.filter(space=visit.space, name=name).first()
        if row is None:
            raise Http404
        before = read_text_document(name, row.text).document
        if not visit.names and (before is None or holds_names(before)):
            # Who cannot read the names cannot have written them again: they would be lost.
            raise Refusal(HTTPStatus.FORBIDDEN, "names-needed", Message("studio.names-needed"))
        _refuse_stale(visit, name, body.seen, text)
        store.replace(visit.space, name, text, Author(visit.person))


def _refuse_stale(visit: Visit, name: str, seen: int | None, text: str | None) -> None:
    if seen is None:
        return
    since = Change.objects.filter(space=visit.space, document=name, number__gt=seen).order_by("number")
    if (first := since.first()) is not None:
        raise Conflict(first, Operation("set", name, "", text))


def _text(name: str, body: DocumentIn) -> str:
    """The YAML that was sent, or the data written as YAML."""
    if (body.text is None) == (body.data is None):
        raise DocumentError(Message("studio-api.text-or-data"))
    if body.text is not None:
        return body.text
    model = model_of(name)
    try:
        return write_document(model.model_validate(body.data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = "/".join(str(part) for part in first["loc"]) or "data"
        raise DocumentError(Message("studio-api.bad-data", {"at": at, "found": str(first["msg"])})) from error


def _own_key(visit: Visit, key: str) -> str:
    """A key is of who sent it: two callers that choose the same one do not take each other's effect for theirs."""
    whose = visit.person.pk if visit.person else 0
    return hashlib.sha256(f"{whose} {key}".encode()).hexdigest() if key else ""
