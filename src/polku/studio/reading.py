"""The documents of a workspace as the database holds them, read as one: after an edit, only what it changed."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from django.db import transaction

from polku.documents import Workspace
from polku.formats.mend import Mended
from polku.formats.texts import read_text_document, workspace_of_read
from polku.studio.models import Document, Space

MOST = 32
"""Workspaces that are held at a time, and states of them."""
TRIES = 5
FEW = 100
"""Documents that are asked for by name; where more changed, all are fetched."""

_WORKSPACES: OrderedDict[tuple[int, int], Workspace] = OrderedDict()
_READ: OrderedDict[int, Mapping[str, tuple[int, Mended[Any]]]] = OrderedDict()
"""Of each workspace what was read last: document → number of the last change in it, and what it says."""
_LOCK = Lock()


def texts_of(space: Space) -> dict[str, str]:
    """All documents of a workspace: text by name."""
    return dict(Document.objects.filter(space=space).order_by("name").values_list("name", "text"))


def workspace_of(space: Space) -> Workspace:
    """The documents of a workspace as they are now; the given row then tells of that state, too."""
    revision = Space.objects.values_list("revision", flat=True).get(pk=space.pk)
    found = _held(space.pk, revision)
    if found is None:
        revision, found = _read(space)
    space.revision = revision
    return found


def workspace_seen(space: Space) -> Workspace:
    """The documents at the revision this row tells of, where they are still held; else as they are now."""
    return _held(space.pk, space.revision) or workspace_of(space)


def forget() -> None:
    """Hold nothing any more of what was read."""
    with _LOCK:
        _WORKSPACES.clear()
        _READ.clear()
    read_text_document.cache_clear()


def _held(space: int, revision: int) -> Workspace | None:
    with _LOCK:
        found = _WORKSPACES.get((space, revision))
        if found is not None:
            _WORKSPACES.move_to_end((space, revision))
    return found


def _read(space: Space) -> tuple[int, Workspace]:
    """Number and documents of one moment; a document whose last change is known is not read again."""
    before = _READ.get(space.pk, {})
    for _ in range(TRIES):
        revision, numbers, texts = _fetched(space, before)
        # No lock, so that readers and writers do not wait for one another: written meanwhile, it is read again.
        if Space.objects.values_list("revision", flat=True).get(pk=space.pk) == revision:
            break
    else:
        with transaction.atomic():
            revision, numbers, texts = _fetched(space, before)
    read = {
        name: (number, read_text_document(name, texts[name]) if name in texts else before[name][1])
        for name, number in numbers.items()
    }
    workspace = workspace_of_read({name: mended for name, (_, mended) in read.items()})
    if len(texts) > FEW:
        # So many documents stay: the collector of garbage need not walk them again and again.
        gc.collect()
        gc.freeze()
    with _LOCK:
        # Two may have read the same at a time: all are given one, so that what hangs on it is made once.
        workspace = _WORKSPACES.setdefault((space.pk, revision), workspace)
        _READ[space.pk] = read
        _READ.move_to_end(space.pk)
        while len(_READ) > MOST:
            _READ.popitem(last=False)
        while len(_WORKSPACES) > MOST:
            _WORKSPACES.popitem(last=False)
    return revision, workspace


def _fetched(
    space: Space, before: Mapping[str, tuple[int, Mended[Any]]]
) -> tuple[int, dict[str, int], dict[str, str]]:
    """The revision, the number of the last change in each document, and the texts of those that are not known."""
    revision = Space.objects.values_list("revision", flat=True).get(pk=space.pk)
    rows = Document.objects.filter(space=space)
    numbers: dict[str, int] = dict(rows.values_list("name", "changed"))
    fresh = [name for name, number in numbers.items() if before.get(name, (-1, None))[0] != number]
    if len(fresh) <= FEW:
        rows = rows.filter(name__in=fresh)
    return revision, numbers, dict(rows.values_list("name", "text"))
