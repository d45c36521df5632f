"""Documents in the database: read as one workspace, edited one small operation at a time, never lost.

The number of the last change an editor has seen travels with each edit. Where somebody else has
changed the same item since, the edit is refused with both values; edits of other items go in
side by side. So the change log is the only revision there is, and no item needs a counter of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection, transaction

from polku.errors import DocumentError, PolkuError
from polku.formats.plain import plain
from polku.formats.texts import model_of, read_text_document
from polku.formats.yaml_read import parse_yaml
from polku.formats.yaml_write import add_item, move_item, remove_item, set_value
from polku.studio.models import Change, Document, NamedVersion, Person, Space
from polku.studio.reading import texts_of, workspace_of, workspace_seen
from polku.studio.values import as_json, member_of, splice_of, value_at
from polku.words import Message

__all__ = [
    "Author",
    "Conflict",
    "Operation",
    "create",
    "delete",
    "edit",
    "name_version",
    "replace",
    "texts_of",
    "undo_one",
    "undoable",
    "workspace_of",
    "workspace_seen",
]
Kind = Literal["set", "add", "remove", "move"]


@dataclass(frozen=True)
class Author:
    """Who edits: a person, or a guest by name."""

    person: Person | None = None
    guest: str = ""

    @property
    def label(self) -> str:
        """What others see."""
        return self.person.label if self.person else self.guest


@dataclass(frozen=True)
class Operation:
    """One small edit.

    Args:
        document: `journeys/new-machine`.
        path: `steps/sign/feels`; members of lists by id, else by number from 1; of an add, the list.
        value: plain data; None with `set` takes the key away.
        place: the number from 1 that an added or moved member is to have; an add without one goes to the end.
    """

    kind: Kind
    document: str
    path: str
    value: Any = None
    place: int | None = None


class Conflict(PolkuError):
    """Somebody else changed the same item since the editor saw it; nothing was written.

    Args:
        theirs: the change that was first.
        mine: the operation that came too late.
    """

    code = "conflict"

    def __init__(self, theirs: Change, mine: Operation) -> None:
        shown = {"who": theirs.who or "–", "theirs": _shown(theirs.after), "mine": _shown(mine.value)}
        super().__init__(Message("studio.conflict", shown))
        self.theirs = theirs
        self.mine = mine


def edit(space: Space, operation: Operation, *, seen: int | None, author: Author, key: str = "") -> Change:
    """Do one edit, whole or not at all.

    Args:
        seen: number of the last change the editor knew; None edits whatever is there.
        key: of the request; where an edit of that key was done, it is handed back and nothing is done again.

    Raises:
        Conflict: somebody else changed the same item since.
        DocumentError: there is no such document or item, or the value cannot be.
    """
    with transaction.atomic():
        held = locked(space)
        if key and (done := Change.objects.filter(space=space, key=key).first()):
            return done
        row = Document.objects.filter(space=space, name=operation.document).first()
        if row is None:
            raise DocumentError(Message("studio.no-document", {"document": operation.document}))
        if seen is not None:
            refuse_late(space, operation, seen)
        change = _written(row, operation)
        return _record(space, held, row, change, author, key)


def create(
    space: Space, name: str, text: str, author: Author, *, key: str = "", after_undo: Change | None = None
) -> Change:
    """Add a document.

    Raises:
        DocumentError: there is one of that name, the name is of no kind, or the text is broken.
    """
    model_of(name)
    with transaction.atomic():
        held = locked(space)
        if key and (done := Change.objects.filter(space=space, key=key).first()):
            return done
        if Document.objects.filter(space=space, name=name).exists():
            raise DocumentError(Message("studio.document-there", {"document": name}))
        _refuse_broken(name, "", text)
        row = Document(space=space, name=name, text=text)
        change = Change(document=name, kind="create", after=text, undoes=after_undo)
        return _record(space, held, row, change, author, key)


def replace(
    space: Space, name: str, text: str, author: Author, *, after_undo: Change | None = None
) -> Change:
    """Put another text in the place of a document's: restoring a version, taking back a file.

    Raises:
        DocumentError: there is no such document, or the text is broken where the old was not.
    """
    with transaction.atomic():
        held = locked(space)
        row = Document.objects.filter(space=space, name=name).first()
        if row is None:
            raise DocumentError(Message("studio.no-document", {"document": name}))
        _refuse_broken(name, row.text, text)
        change = Change(document=name, kind="replace", before=row.text, after=text, undoes=after_undo)
        row.text = text
        return _record(space, held, row, change, author)


def delete(space: Space, name: str, author: Author, *, after_undo: Change | None = None) -> Change:
    """Take a document away; its history keeps it, so that it can come back.

    Raises:
        DocumentError: there is no such document, or it is polku.yaml.
    """
    with transaction.atomic():
        held = locked(space)
        row = Document.objects.filter(space=space, name=name).first()
        if row is None or name == "polku":
            raise DocumentError(Message("studio.no-document", {"document": name}))
        change = Change(document=name, kind="delete", before=row.text, undoes=after_undo)
        return _record(space, held, row, change, author, gone=True)


def undo_one(space: Space, change: Change, author: Author, *, exact: bool = False) -> Change:
    """Do the opposite of a change, whatever act it belongs to; the log keeps both.

    Args:
        exact: all that came after it in its document was taken back.

    Raises:
        Conflict: the item was changed again since.
        DocumentError: what the change was about is gone.
    """
    with transaction.atomic():
        held = locked(space)
        row = Document.objects.filter(space=space, name=change.document).first()
        if change.kind == "create":
            return delete(space, change.document, author, after_undo=change)
        if change.kind == "delete":
            return create(space, change.document, str(change.before), author, after_undo=change)
        if row is None:
            raise DocumentError(Message("studio.no-document", {"document": change.document}))
        if change.kind == "replace" and untouched_since(space, change.document, change.number):
            return replace(space, change.document, str(change.before), author, after_undo=change)
        if change.kind == "replace":
            later = Change.objects.filter(space=space, number=row.changed).first() or change
            raise Conflict(later, Operation("set", change.document, ""))
        opposite = opposite_of(change)
        if exact or untouched_since(space, change.document, change.number):
            # Nothing came after it in this document: the very letters come back, comments and layout too.
            undone = _unspliced(row, change, opposite)
        else:
            refuse_late(space, opposite, change.number)
            _refuse_shifted(space, change, opposite)
            undone = _written(row, opposite)
        undone.undoes = change
        return _record(space, held, row, undone, author)


def untouched_since(space: Space, document: str, number: int) -> bool:
    """Whether a document reads, letter by letter, as after a change: nothing came, or all that came was taken back."""
    return not _standing(list(Change.objects.filter(space=space, document=document, number__gt=number)))


def _standing(changes: list[Change]) -> list[Change]:
    """Those of a row of changes that still have an effect: what was taken back within it, and its undo, have none."""
    inside = {change.pk for change in changes}
    taken_back: set[int] = set()
    for change in sorted(changes, key=lambda one: -one.number):
        if change.pk not in taken_back and change.undoes_id in inside:
            taken_back |= {change.pk, change.undoes_id}
    return [change for change in changes if change.pk not in taken_back]


def opposite_of(change: Change) -> Operation:
    """The operation that takes a change of an item back."""
    if change.kind == "add":
        return Operation("remove", change.document, change.path)
    if change.kind == "remove":
        where = change.path.rpartition("/")[0]
        return Operation("add", change.document, where, change.before, change.was)
    if change.kind == "move":
        around, _, member = change.path.rpartition("/")
        # A member that is named by its number stands where it went.
        path = f"{around}/{change.place}" if member == str(change.was) else change.path
        return Operation("move", change.document, path, place=change.was)
    return Operation("set", change.document, change.path, change.before)


def undoable(
    space: Space, author: Author, document: str | None = None
) -> tuple[Change | None, Change | None]:
    """What this author's next undo and next redo would take back, of their last 200 changes."""
    mine = Change.objects.filter(space=space, person=author.person, guest=author.guest)
    if document:
        mine = mine.filter(document=document)
    done: dict[int, None] = {}
    taken_back: dict[int, None] = {}
    for key, undoes in reversed(mine.order_by("-number").values_list("pk", "undoes_id")[:200]):
        if undoes in done:
            del done[undoes]
            taken_back[key] = None
        elif undoes in taken_back:
            del taken_back[undoes]
            done[key] = None
        else:
            done[key] = None
            taken_back.clear()
    last, again = next(reversed(done), None), next(reversed(taken_back), None)
    found = Change.objects.in_bulk([key for key in (last, again) if key is not None])
    return found.get(last), found.get(again)


def name_version(space: Space, document: str, name: str, author: Author) -> NamedVersion:
    """Give the present state of a document a name.

    Raises:
        DocumentError: there is no such document.
    """
    row = Document.objects.filter(space=space, name=document).first()
    if row is None:
        raise DocumentError(Message("studio.no-document", {"document": document}))
    return NamedVersion.objects.create(
        space=space, document=document, name=name, number=row.changed, text=row.text, person=author.person
    )


def locked(space: Space) -> Space:
    """The workspace's row, held until the transaction ends, so that numbers have no gap and no double."""
    rows = Space.objects.filter(pk=space.pk)
    if connection.vendor != "sqlite":
        rows = rows.select_for_update()
    return rows.get()


def refuse_late(space: Space, operation: Operation, seen: int) -> None:
    """Refuse an edit where the same item was changed after `seen`."""
    since = Change.objects.filter(space=space, document=operation.document, number__gt=seen)
    for change in _standing(list(since.select_related("person").order_by("number"))):
        if _touches(change, operation):
            raise Conflict(change, operation)


def _refuse_shifted(space: Space, change: Change, opposite: Operation) -> None:
    """Refuse to move a member back by its number where the list got another order or length since."""
    if change.kind != "move" or opposite.path == change.path:
        return
    around = change.path.rpartition("/")[0]
    since = Change.objects.filter(space=space, document=change.document, number__gt=change.number)
    for later in _standing(list(since.select_related("person").order_by("number"))):
        shifts = later.kind in ("add", "remove", "move") and later.path.rpartition("/")[0] == around
        if shifts or (later.kind == "set" and _within(around, later.path)):
            raise Conflict(later, opposite)


def _touches(change: Change, operation: Operation) -> bool:
    """Whether a change and an operation cannot both stand."""
    if change.kind in ("create", "delete", "replace"):
        return True
    theirs, mine = change.path, operation.path
    if operation.kind == "add":
        # Two may add to one list; but not to a list that is gone or was set anew.
        return change.kind in ("set", "remove") and _within(mine, theirs)
    if change.kind == "add":
        return False
    if change.kind == "move" or operation.kind == "move":
        return theirs == mine or (change.kind == "remove" and _within(mine, theirs))
    return _within(mine, theirs) or _within(theirs, mine)


def _within(path: str, around: str) -> bool:
    return path == around or path.startswith(f"{around}/") or not around


def _written(row: Document, operation: Operation) -> Change:
    """Do an operation on a document's text; the row carries the new text."""
    model = model_of(row.name)
    before_text, path, value = row.text, operation.path.strip("/"), plain(operation.value)
    data = parse_yaml(before_text).data or {}
    before = value_at(data, path)
    change = Change(document=row.name, kind=operation.kind, path=path, before=as_json(before))
    if operation.kind == "set":
        text = set_value(before_text, path, value, model=model)
        change.after = as_json(value)
    elif operation.kind == "add":
        members = before if isinstance(before, list) else [] if before is None else [before]
        number = (
            len(members) + 1 if operation.place is None else max(1, min(operation.place, len(members) + 1))
        )
        text = add_item(before_text, path, value, at=number, model=model)
        id = value.get("id") if isinstance(value, Mapping) else None
        change.path, change.before = f"{path}/{id or number}", None
        change.after, change.place = as_json(value), number
    else:
        around, _, segment = path.rpartition("/")
        members = value_at(data, around)
        change.was = member_of(members, segment)[0] if isinstance(members, list) else None
        if before is None:
            raise DocumentError(Message("studio.no-item", {"document": row.name, "path": path}))
        if operation.kind == "remove":
            text = remove_item(before_text, path)
        else:
            text = move_item(before_text, path, operation.place or 1)
            change.place = max(1, min(operation.place or 1, len(members)))
            change.before = None
    _refuse_broken(row.name, before_text, text)
    row.text = text
    change.splice = splice_of(before_text, text)
    return change


def _unspliced(row: Document, change: Change, opposite: Operation) -> Change:
    start, taken, put = change.splice
    text = row.text[:start] + taken + row.text[start + len(put) :]
    undone = Change(
        document=row.name,
        kind=opposite.kind,
        path=opposite.path if change.kind == "move" else change.path,
        before=change.after,
        after=change.before,
        place=change.was,
        was=change.place,
        splice=[start, put, taken],
    )
    row.text = text
    return undone


def _record(
    space: Space,
    held: Space,
    row: Document,
    change: Change,
    author: Author,
    key: str = "",
    *,
    gone: bool = False,
) -> Change:
    """Number a change and write it; the caller's own row of the workspace knows of it, too."""
    held.revision += 1
    change.space, change.number, change.key = held, held.revision, key
    change.person, change.guest = author.person, author.guest
    row.changed = held.revision
    if gone:
        row.delete()
    else:
        row.save()
    change.save()
    held.save(update_fields=["revision"])
    space.revision = held.revision
    return change


def _refuse_broken(name: str, before: str, after: str) -> None:
    """Refuse a text that says something worse than the one it takes the place of."""
    known = (
        {(problem.code, problem.item) for problem in read_text_document(name, before).problems}
        if before
        else set()
    )
    mended = read_text_document(name, after)
    for problem in mended.problems:
        if (problem.code, problem.item) not in known:
            raise DocumentError(problem.message)
    if mended.document is None:
        raise DocumentError(Message("studio.no-document", {"document": name}))


def _shown(value: Any) -> str:
    words = "–" if value is None else str(value)
    return words if len(words) <= 80 else words[:79] + "…"
