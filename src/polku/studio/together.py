"""Several edits that are one act: done whole or not at all, and taken back with one undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from polku.checks.uses import LISTS, removed, renamed
from polku.documents import Workspace
from polku.documents.base import ID_PATTERN
from polku.errors import DocumentError
from polku.formats.texts import model_of
from polku.formats.yaml_read import parse_yaml
from polku.formats.yaml_write import set_value
from polku.studio import store
from polku.studio.models import Change, Document, Space
from polku.studio.store import Author, Operation
from polku.studio.values import value_at
from polku.words import Message


@dataclass(frozen=True)
class NewDocument:
    """A document that comes."""

    document: str
    text: str


@dataclass(frozen=True)
class GoneDocument:
    """A document that goes."""

    document: str


ITEM = ("set", "add", "remove", "move")
"""Kinds of changes that touch an item, not a whole document."""

Step = Operation | NewDocument | GoneDocument


def edit_together(
    space: Space, steps: Sequence[Step], *, seen: int | None, author: Author
) -> tuple[Change, ...]:
    """Do edits in order, as one act.

    Args:
        seen: as `store.edit`; edits of this act do not stand in one another's way.

    Raises:
        Conflict: somebody else changed one of the items since; nothing is written.
        DocumentError: one of them cannot be; nothing is written.
    """
    with _whole(space) as held:
        first = held.revision
        if seen is not None:
            for step in steps:
                if isinstance(step, Operation):
                    store.refuse_late(held, step, seen)
        made = tuple(_done(space, step, author) for step in steps)
        _as_one(space, made, first)
    return made


@contextmanager
def _whole(space: Space) -> Iterator[Space]:
    """The workspace's row, held for an act that is done whole or not at all."""
    before = space.revision
    try:
        with transaction.atomic():
            yield store.locked(space)
    except BaseException:
        # What was numbered meanwhile was never written.
        space.revision = before
        raise


def undo(space: Space, change: Change, author: Author) -> Change:
    """Do the opposite of a change, and of all that are one act with it; the log keeps both. Undoing an undo is a redo.

    Raises:
        Conflict: the item was changed again since.
        DocumentError: what the change was about is gone.
    """
    if change.act is not None:
        return _undo_act(space, change, author)
    return store.undo_one(space, change, author)


def _undo_act(space: Space, change: Change, author: Author) -> Change:
    """Take back all changes of the act that a change belongs to, last first; the last opposite of them.

    Raises:
        Conflict: one of the items was changed again since; nothing is taken back.
    """
    with _whole(space) as held:
        first = held.revision
        members = list(Change.objects.filter(space=space, act=change.act).order_by("-number"))
        last = {member.document: member.number for member in reversed(members)}
        as_then = {name: store.untouched_since(space, name, number) for name, number in last.items()}
        made = tuple(
            store.undo_one(space, one, author, exact=one.kind in ITEM and as_then[one.document])
            for one in members
        )
        _as_one(space, made, first)
    return made[-1]


def rename(
    space: Space, workspace: Workspace, kind: str, id: str, new: str, *, author: Author
) -> tuple[Change, ...]:
    """Give a thing another id in all documents, as one act.

    Raises:
        DocumentError: the id is none, or taken; nothing is written.
    """
    if not ID_PATTERN.fullmatch(new) or len(new) > 120:
        raise DocumentError(Message("studio-lib.bad-id", {"found": new}))
    if new in getattr(workspace, kind):
        raise DocumentError(Message("studio-lib.id-taken", {"found": new}))
    with _whole(space) as held:
        first = held.revision
        plan = renamed(workspace, kind, id, new)
        steps: list[Step] = [
            Operation("set", document, path, value)
            for document, path, value in plan.sets
            if plan.document is None or document != plan.document[0]
        ]
        made = [_done(space, step, author) for step in steps]
        made += [
            _done(space, step, author)
            for document, path, key in plan.keys
            for step in _key_steps(space, document, path, key)
        ]
        if plan.document is not None:
            old, name = plan.document
            text = Document.objects.get(space=space, name=old).text
            for document, path, value in plan.sets:
                if document == old:
                    text = set_value(text, path, value, model=model_of(old))
            if "id" in (parse_yaml(text).data or {}):
                text = set_value(text, "id", new, model=model_of(old))
            made += [_done(space, NewDocument(name, text), author), _done(space, GoneDocument(old), author)]
        _as_one(space, tuple(made), first)
    return tuple(made)


def delete_everywhere(
    space: Space, workspace: Workspace, kind: str, id: str, *, seen: int | None, author: Author
) -> tuple[Change, ...]:
    """Take a thing away with all that names it, as one act: what named it is a hole afterwards.

    Raises:
        Conflict: somebody else changed the thing itself since; nothing is written.
        DocumentError: it is not there any more.
    """
    with _whole(space) as held:
        first = held.revision
        own = Operation("remove", "polku", f"{kind}/{id}") if kind in LISTS else GoneDocument(f"{kind}/{id}")
        if seen is not None:
            target = own if isinstance(own, Operation) else Operation("remove", own.document, "")
            store.refuse_late(held, target, seen)
        made = []
        for document, path in removed(workspace, kind, id):
            text = Document.objects.get(space=space, name=document).text
            data, around = parse_yaml(text).data or {}, path.rpartition("/")[0]
            listed = isinstance(value_at(data, around), list)
            step = (
                Operation("remove", document, path)
                if listed
                else Operation("set", document, _short(data, path))
            )
            made.append(_done(space, step, author))
        made.append(_done(space, own, author))
        _as_one(space, tuple(made), first)
    return tuple(made)


def _short(data: object, path: str) -> str:
    """The path of a list's only member where the list is written without brackets: that of the list."""
    around, _, last = path.rpartition("/")
    return around if last == "1" and isinstance(value_at(data, around), str) else path


def _key_steps(space: Space, document: str, path: str, key: str) -> tuple[Operation, ...]:
    """A key of a mapping gets another name: what stood there is written beside it, and the old goes."""
    text = Document.objects.get(space=space, name=document).text
    value = value_at(parse_yaml(text).data or {}, path)
    around = path.rpartition("/")[0]
    return (Operation("set", document, f"{around}/{key}", value), Operation("set", document, path, None))


def _done(space: Space, step: Step, author: Author) -> Change:
    if isinstance(step, NewDocument):
        return store.create(space, step.document, step.text, author)
    if isinstance(step, GoneDocument):
        return store.delete(space, step.document, author)
    return store.edit(space, step, seen=None, author=author)


def _as_one(space: Space, made: tuple[Change, ...], before: int) -> None:
    """Mark changes as one act, named by the number of the first."""
    if made:
        Change.objects.filter(pk__in=[change.pk for change in made]).update(act=before + 1)
        for change in made:
            change.act = before + 1
