"""Writing documents: new ones whole, old ones by changing only what changed.

An edit is spliced into the text between the characters where the C parser saw the item, so comments,
order, quotes and indentation of everything else stay byte for byte; a round trip through objects would
move comments and rewrite lines. Each edit is read back: where the new text does not mean exactly what
the edit asked for, nothing is changed and a DocumentError says so.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from polku.errors import DocumentError, Where
from polku.formats.plain import plain, plain_document
from polku.formats.yaml_edit import Edit, get_in, set_in
from polku.formats.yaml_read import BrokenYaml, decode
from polku.formats.yaml_text import document_text
from polku.words import Message


def write_document(document: BaseModel) -> str:
    """A document as the text of a new file: short forms, the models' order, no defaults."""
    return document_text(plain_document(document))


def set_value(text: str, path: str, value: Any, *, model: type[BaseModel] | None = None) -> str:
    """Set what stands at a path, writing the keys on the way that are not there yet.

    Args:
        text: the document as it is.
        path: `steps/sign/feels`; members of lists by id, else by number from 1.
        value: a value of a document or plain data; None takes the key away.
        model: the kind of document; gives new keys their place and spells out short forms on the way.

    Raises:
        DocumentError: nothing stands where the path goes through, or the text is written in a way
            that cannot be edited safely.
    """
    if value is None:
        return remove_item(text, path)
    edit = Edit(text, model)
    keys = edit.keys(path)
    expected = edit.data()
    expected = set_in(expected, edit.spelt_out(expected, keys), plain(value))
    return edit.result(edit.set(keys, plain(value)), expected, path)


def add_item(
    text: str, path: str, value: Any, *, at: int | None = None, model: type[BaseModel] | None = None
) -> str:
    """Add a member to a list.

    Args:
        text: the document as it is.
        path: the list (`steps`, `steps/sign/next`); it is made where there is none.
        value: the new member.
        at: the number it is to have, from 1; at the end by default.
        model: the kind of document.

    Raises:
        DocumentError: as `set_value`.
    """
    edit = Edit(text, model)
    keys = edit.keys(path)
    members = get_in(edit.data(), keys)
    members = [] if members is None else members if isinstance(members, list) else [members]
    place = len(members) if at is None else max(0, min(at - 1, len(members)))
    after = [*members[:place], plain(value), *members[place:]]
    expected = set_in(edit.data(), edit.spelt_out(edit.data(), keys), after)
    return edit.result(edit.add(keys, plain(value), place, after), expected, path)


def move_item(text: str, path: str, to: int) -> str:
    """Move a member of a list to another number; comments directly above a member go with it.

    Args:
        text: the document as it is.
        path: the member (`steps/sign`).
        to: its number afterwards, from 1.

    Raises:
        DocumentError: as `set_value`.
    """
    edit = Edit(text, None)
    keys = edit.keys(path)
    members = get_in(edit.data(), keys[:-1])
    if not keys or not isinstance(members, list) or not isinstance(keys[-1], int):
        raise DocumentError(Message("formats.edit-not-member", {"path": path}))
    order = list(range(len(members)))
    order.insert(max(0, min(to - 1, len(order) - 1)), order.pop(keys[-1]))
    expected = set_in(edit.data(), keys[:-1], [members[number] for number in order])
    return edit.result(edit.move(keys[:-1], order), expected, path)


def remove_item(text: str, path: str) -> str:
    """Take an item or a key away with its lines; comments above it stay, as they may be about more.

    Raises:
        DocumentError: as `set_value`.
    """
    edit = Edit(text, None)
    keys = edit.keys(path)
    expected = edit.data()
    around = get_in(expected, keys[:-1])
    if not keys or (get_in(expected, keys) is None and not (isinstance(around, dict) and keys[-1] in around)):
        return text
    del around[keys[-1]]
    return edit.result(edit.remove(keys), expected, path)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then put in its place.

    Raises:
        DocumentError: the folder or disk does not let us.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(mode)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        said = Message("formats.unwritable", {"reason": error.strerror or str(error)})
        raise DocumentError(said, Where(file=str(path))) from error


def read_text(path: Path) -> str:
    """The text of a document's file, its line ends as they are.

    Raises:
        DocumentError: it cannot be opened, or is not UTF-8.
    """
    try:
        return decode(path.read_bytes())
    except OSError as error:
        said = Message("formats.unreadable", {"reason": error.strerror or str(error)})
        raise DocumentError(said, Where(file=str(path))) from error
    except BrokenYaml as error:
        raise DocumentError(error.message, Where(file=str(path), line=error.line)) from error
