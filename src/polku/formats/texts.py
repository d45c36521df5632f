"""A workspace whose documents are held as texts, not as files: a database's rows, the members of a zip."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from polku.documents import KINDS, Place, Problem, Settings, Workspace
from polku.documents.natural import natural
from polku.errors import DocumentError
from polku.formats.mend import Mended
from polku.formats.workspace import read_document
from polku.words import Message


def workspace_of_texts(texts: Mapping[str, str]) -> Workspace:
    """The workspace that documents make together.

    Args:
        texts: YAML by name of document: `polku`, `roles/ole`, `journeys/new-machine` …

    Returns:
        The workspace; what could not be read of a document is in its `problems`. A document that is
        the same as in an earlier call is not read again.

    Raises:
        DocumentError: a name is of no kind of document.
    """
    return workspace_of_read({name: read_text_document(name, text) for name, text in texts.items()})


def workspace_of_read(read: Mapping[str, Mended[Any]]) -> Workspace:
    """The workspace that documents make together which were read before, by name."""
    kinds: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    places: dict[str, Mapping[str, Place]] = {}
    problems: list[Problem] = []
    settings = Settings()
    for name in sorted(read, key=natural):
        mended = read[name]
        problems += mended.problems
        places[name] = mended.places
        if mended.document is None:
            continue
        if isinstance(mended.document, Settings):
            settings = mended.document
        else:
            kinds[name.partition("/")[0]][name.partition("/")[2]] = mended.document
    roles = kinds["roles"]
    order = [id for id in settings.roles if id in roles]
    kinds["roles"] = {id: roles[id] for id in dict.fromkeys([*order, *roles])}
    return Workspace(settings=settings, **kinds, places=places, problems=tuple(problems))


def model_of(name: str) -> type[BaseModel]:
    """The kind of document a name stands for.

    Raises:
        DocumentError: of none.
    """
    if name == "polku":
        return Settings
    kind, slash, id = name.partition("/")
    if kind not in KINDS or not slash or not id or "/" in id:
        raise DocumentError(Message("formats.unknown-kind", {"found": name, "known": ["polku", *KINDS]}))
    return KINDS[kind]


@lru_cache(maxsize=1024)
def read_text_document(name: str, text: str) -> Mended[Any]:
    """One document by name and text, with its problems and places; remembered."""
    return read_document(text, model_of(name), document=name)
