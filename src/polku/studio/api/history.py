"""What was changed, and undoing it; named versions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router, Status

from polku.formats.personal import holds_names, may_name
from polku.formats.texts import read_text_document
from polku.studio import store
from polku.studio.api.door import Number, operation
from polku.studio.api.shapes import (
    Changes,
    ChangeShape,
    Limit,
    Name,
    Offset,
    Undoable,
    VersionIn,
    VersionLine,
    Versions,
    VersionShape,
    part,
)
from polku.studio.models import Change, Document, NamedVersion, Space
from polku.studio.rights import Right
from polku.studio.store import Author
from polku.studio.together import undo
from polku.studio.visit import Visit

router = Router(tags=["history"])


@operation(router, "GET", "/workspaces/{space}/changes", right=Right.VIEWER, gives=Changes)
def list_changes(
    visit: Visit,
    since: Annotated[int, Query(ge=0, le=2**53)] = 0,
    document: Name | None = None,
    limit: Limit = 100,
) -> Any:
    """Changes after a number, oldest first."""
    rows = Change.objects.filter(space=visit.space, number__gt=since).select_related("person", "undoes")
    if document is not None:
        rows = rows.filter(document=document)
    found = list(rows.order_by("number")[: limit + 1])
    return {
        "revision": revision_of(visit.space),
        "more": len(found) > limit,
        "items": [told_change(visit, one) for one in found[:limit]],
    }


@operation(
    router,
    "POST",
    "/workspaces/{space}/changes/{number}/undo",
    right=Right.EDITOR,
    gives=ChangeShape,
    also=(409,),
)
def undo_change(visit: Visit, number: Number) -> Any:
    """Take a change back, and all that are one act with it; undoing an undo is a redo."""
    change = Change.objects.filter(space=visit.space, number=number).first()
    if change is None:
        raise Http404
    return told_change(visit, undo(visit.space, change, Author(visit.person)))


@operation(router, "GET", "/workspaces/{space}/undoable", right=Right.EDITOR, gives=Undoable)
def read_undoable(visit: Visit, document: Name | None = None) -> Any:
    """What one's own next undo and redo would take back, of the last 200 changes."""
    undo, redo = store.undoable(visit.space, Author(visit.person), document)
    return {
        "undo": told_change(visit, undo) if undo else None,
        "redo": told_change(visit, redo) if redo else None,
    }


@operation(router, "GET", "/workspaces/{space}/versions", right=Right.VIEWER, gives=Versions)
def list_versions(visit: Visit, document: Name | None = None, limit: Limit = 100, offset: Offset = 0) -> Any:
    """Named versions, newest first."""
    rows = NamedVersion.objects.filter(space=visit.space).select_related("person").order_by("-number", "-pk")
    if document is not None:
        rows = rows.filter(document=document)
    return part(rows, limit, offset, _line)


@operation(
    router,
    "POST",
    "/workspaces/{space}/versions",
    right=Right.EDITOR,
    gives=VersionLine,
    status=HTTPStatus.CREATED,
)
def name_version(visit: Visit, body: VersionIn) -> Any:
    """Give the present state of a document a name."""
    if not Document.objects.filter(space=visit.space, name=body.document).exists():
        raise Http404
    made = store.name_version(visit.space, body.document, body.name, Author(visit.person))
    return Status(HTTPStatus.CREATED, _line(made))


@operation(router, "GET", "/workspaces/{space}/versions/{id}", right=Right.VIEWER, gives=VersionShape)
def read_version(visit: Visit, id: Number) -> Any:
    """A named version with its text; to restore it, put the text in the place of the document's."""
    found = NamedVersion.objects.filter(space=visit.space, pk=id).select_related("person").first()
    if found is None:
        raise Http404
    document = read_text_document(found.document, found.text).document
    hidden = not visit.names and (document is None or holds_names(document))
    return {**_line(found), "text": None if hidden else found.text}


def revision_of(space: Space) -> int:
    """The number of the last change, as it is now."""
    revision: int = Space.objects.values_list("revision", flat=True).get(pk=space.pk)
    return revision


def told_change(visit: Visit, change: Change) -> dict[str, Any]:
    """A change as data; values that may name persons only for who may see names."""
    whole = change.kind in ("create", "delete", "replace")
    hidden = not whole and not visit.names and may_name(change.path, change.before, change.after)
    return {
        "number": change.number,
        "at": change.at,
        "who": change.who,
        "document": change.document,
        "kind": change.kind,
        "path": change.path,
        "before": None if whole or hidden else change.before,
        "after": None if whole or hidden else change.after,
        "place": change.place,
        "was": change.was,
        "undoes": change.undoes.number if change.undoes else None,
        "hidden": hidden,
    }


def _line(found: NamedVersion) -> dict[str, Any]:
    return {
        "id": found.pk,
        "document": found.document,
        "name": found.name,
        "number": found.number,
        "at": found.at,
        "who": found.person.label if found.person else "",
    }
