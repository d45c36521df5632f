"""What differs between two versions of a document, and how the difference is written into its text.

Every way in that meets a document which exists already (a spreadsheet that was sent back, a file of another
tool) ends here, so that each changes only what changed and leaves comments, order and quotes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from polku.errors import DocumentError
from polku.formats.plain import plain_document
from polku.formats.workspace import read_document
from polku.formats.yaml_write import add_item, move_item, remove_item, set_value
from polku.words import Message


@dataclass(frozen=True)
class DocumentChange:
    """One thing that becomes another.

    Args:
        kind: set a value, add a member to a list, remove one, or move one to another number.
        path: `steps/sign/feels`; of an added member the list it joins.
        before: plain data; None where there was nothing.
        after: plain data; None where nothing is left.
        at: the number of an added or moved member afterwards, from 1.
    """

    kind: Literal["set", "add", "remove", "move"]
    path: str
    before: Any = None
    after: Any = None
    at: int = 0


def changes_between(old: BaseModel, new: BaseModel) -> tuple[DocumentChange, ...]:
    """What turns one version of a document into another, in the order in which it can be done."""
    return tuple(_of_mapping("", plain_document(old), plain_document(new)))


def write_changes(text: str, changes: Sequence[DocumentChange], new: BaseModel) -> str:
    """The text of a document with changes written into it.

    Args:
        text: the document as it is.
        changes: from `changes_between`.
        new: the document as it is to be; the text is read back and compared with it.

    Raises:
        DocumentError: the text is written in a way that cannot be edited safely.
    """
    model = type(new)
    for change in changes:
        if change.kind == "add":
            text = add_item(text, change.path, change.after, at=change.at, model=model)
        elif change.kind == "remove":
            text = remove_item(text, change.path)
        elif change.kind == "move":
            text = move_item(text, change.path, change.at)
        else:
            text = set_value(text, change.path, change.after, model=model)
    again = read_document(text, model, document="document", id=getattr(new, "id", None)).document
    if again is None or plain_document(again) != plain_document(new):
        raise DocumentError(Message("formats.edit-unsafe", {"path": changes[0].path if changes else ""}))
    return text


def _of_mapping(path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[DocumentChange]:
    for key in [*new, *(key for key in old if key not in new)]:
        inner = f"{path}/{key}" if path else key
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict) and after:
            yield from _of_mapping(inner, before, after)
        elif isinstance(before, list) and isinstance(after, list) and before and after:
            yield from _of_list(inner, before, after)
        elif before is None and isinstance(after, list) and _have_ids(after):
            yield from (
                DocumentChange("add", inner, after=one, at=at) for at, one in enumerate(after, start=1)
            )
        else:
            yield DocumentChange("set", inner, before, after)


def _of_list(path: str, old: list[Any], new: list[Any]) -> Iterator[DocumentChange]:
    if _have_ids(old) and _have_ids(new):
        yield from _of_members(path, old, new)
    elif len(old) == len(new) and any(isinstance(member, dict) for member in (*old, *new)):
        for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
            if isinstance(before, dict) and isinstance(after, dict):
                yield from _of_mapping(f"{path}/{number}", before, after)
            elif before != after:
                yield DocumentChange("set", f"{path}/{number}", before, after)
    else:
        yield DocumentChange("set", path, old, new)


def _of_members(path: str, old: list[Any], new: list[Any]) -> Iterator[DocumentChange]:
    """Members with ids: those that go, those that change places, those that come, then what changes inside."""
    before = {member["id"]: member for member in old}
    after = {member["id"]: member for member in new}
    for id, member in before.items():
        if id not in after:
            yield DocumentChange("remove", f"{path}/{id}", before=member)
    stay = [id for id in before if id in after]
    wanted = [id for id in after if id in before]
    for at in range(len(wanted)):
        while stay[at] != wanted[at]:
            # Where one was taken out of the row, that one moves, and not all those behind it.
            moved = stay[at] if stay[at + 1] == wanted[at] else wanted[at]
            stay.remove(moved)
            stay.insert(wanted.index(moved), moved)
            yield DocumentChange("move", f"{path}/{moved}", at=wanted.index(moved) + 1)
    for at, (id, member) in enumerate(after.items(), start=1):
        if id not in before:
            yield DocumentChange("add", path, after=member, at=at)
    for id in wanted:
        if before[id] != after[id]:
            yield from _of_mapping(f"{path}/{id}", before[id], after[id])


def _have_ids(members: Any) -> bool:
    if not isinstance(members, list) or not members:
        return False
    ids = [member.get("id") if isinstance(member, dict) else None for member in members]
    return None not in ids and len(set(ids)) == len(ids)
