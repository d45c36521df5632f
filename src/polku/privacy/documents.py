"""Documents without forgotten people: names and addresses replaced, all else of the text as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from polku.documents import Workspace
from polku.errors import DocumentError
from polku.formats.plain import plain_document
from polku.formats.texts import model_of
from polku.formats.yaml_read import BrokenYaml, parse_yaml
from polku.formats.yaml_write import read_text, set_value, write_text
from polku.records.forgotten import Forgotten, name_words


def masked_text(name: str, text: str, forgotten: Forgotten) -> str:
    """The text of a document without the forgotten, comments included.

    Raises:
        DocumentError: it is written in a way that cannot be edited safely.
    """
    masked = forgotten.text(text, prose=True)
    if masked == text:
        return text
    try:
        before, after = parse_yaml(text).data, parse_yaml(masked).data
    except BrokenYaml:
        # What cannot be read as a document is only a text.
        return masked
    wanted = forgotten.anywhere(before, prose=True)
    if _texts(after) == _texts(wanted):
        return masked
    for path, value in leaves(before):
        new = forgotten.text(value, prose=True)
        if new != value:
            text = set_value(text, path, new, model=model_of(name))
    return text


def mask_folder(folder: Path, forgotten: Forgotten) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rewrite the documents of a workspace's folder.

    Returns:
        Files that were rewritten, and those that name somebody and could not be; relative to the folder.
    """
    done, left = [], []
    for file in sorted([folder / "polku.yaml", *folder.glob("*/*.yaml"), *folder.glob("*/*.yml")]):
        if not file.is_file():
            continue
        kind = "polku" if file.parent == folder else f"{file.parent.name}/{file.stem}"
        shown = file.relative_to(folder).as_posix()
        try:
            text = read_text(file)
            masked = masked_text(kind, text, forgotten)
        except DocumentError:
            left.append(shown)
            continue
        name = forgotten.text(file.name)
        if masked != text or name != file.name:
            write_text(file.with_name(name), masked)
            if name != file.name:
                file.unlink()
            done.append(file.with_name(name).relative_to(folder).as_posix())
    return tuple(done), tuple(left)


def names_in(workspace: Workspace, own: tuple[str, ...]) -> list[str]:
    """Everything that has a name or an id in the documents, but for the people of these names."""
    mine = [name_words(name) for name in own]
    found: list[str] = []
    for document, model in workspace.documents():
        found.append(document.rpartition("/")[2])
        for path, value in leaves(plain_document(model)):
            if path.rpartition("/")[2] in ("id", "name"):
                found.append(value)
    return [one for one in found if not any(_is(words, name_words(one)) for words in mine)]


def mentions(workspace: Workspace, forgotten: Forgotten) -> tuple[Mapping[str, str], ...]:
    """Where documents name somebody: document, path, text."""
    return tuple(
        {"document": document, "path": path, "text": value}
        for document, model in workspace.documents()
        for path, value in leaves(plain_document(model))
        if forgotten.text(value, prose=True) != value
    )


def leaves(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and value of each text of plain data; members of lists by number from 1."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, Mapping):
        for key, one in data.items():
            yield from leaves(one, f"{path}/{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        for number, one in enumerate(data, start=1):
            yield from leaves(one, f"{path}/{number}")


def _is(mine: list[str], words: list[str]) -> bool:
    return bool(mine) and bool(words) and set(words) <= set(mine)


def _texts(data: Any) -> list[tuple[str, str]]:
    return list(leaves(data))
