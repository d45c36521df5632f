"""Where a thing of a workspace is named, and what has to be written when it gets another id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from polku.checks.references import named_in
from polku.documents import KINDS, Workspace

LISTS = ("teams", "segments", "rivals", "systems", "contents", "channels", "touchpoints")
"""Kinds of things that stand in lists of polku.yaml."""

SINGULAR = {
    **{kind: kind[:-1] for kind in (*LISTS, *KINDS) if kind != "evidence"},
    "evidence": "evidence",
}
"""Kind as folders and lists are called → kind as a reference calls it."""


@dataclass(frozen=True)
class Use:
    """One place that names a thing.

    Args:
        document: `journeys/new-machine`, or `polku`.
        path: of the field or member of a list that holds the id.
        key: whether the id is a key there (`members/sales`), not a value.
    """

    document: str
    path: str
    key: bool = False


@dataclass(frozen=True)
class Rename:
    """What has to be written, in order, so that a thing has another id everywhere.

    Args:
        sets: document, path and new value.
        keys: document, path of a key and the key that takes its place.
        document: old and new name of the document, where the thing is one.
    """

    sets: tuple[tuple[str, str, str], ...]
    keys: tuple[tuple[str, str, str], ...] = ()
    document: tuple[str, str] | None = None


def uses(workspace: Workspace, kind: str, id: str) -> tuple[Use, ...]:
    """Every place that names a thing, in the order of the documents.

    Args:
        kind: `roles`, `touchpoints`, `teams` …
    """
    return uses_of_kind(workspace, kind).get(id, ())


def uses_of_kind(workspace: Workspace, kind: str) -> dict[str, tuple[Use, ...]]:
    """Id → places that name it, for all things of a kind at once."""
    found: dict[str, list[Use]] = {}
    for id, use in _all(workspace, kind):
        found.setdefault(id, []).append(use)
    return {id: tuple(places) for id, places in found.items()}


def renamed(workspace: Workspace, kind: str, id: str, new: str) -> Rename:
    """What has to be written so that a thing of a kind is called `new` instead of `id` everywhere."""
    places = uses(workspace, kind, id)
    sets = [(use.document, use.path, new) for use in places if not use.key]
    keys = tuple((use.document, use.path, new) for use in places if use.key)
    if kind in LISTS:
        # Last, because the paths of what stands inside it go by the old id.
        own = [one for one in sets if one[0] == "polku" and one[1].startswith(f"{kind}/{id}/")]
        sets = [one for one in sets if one not in own] + own + [("polku", f"{kind}/{id}/id", new)]
        return Rename(tuple(sets), keys)
    return Rename(tuple(sets), keys, (f"{kind}/{id}", f"{kind}/{new}"))


def removed(workspace: Workspace, kind: str, id: str) -> tuple[tuple[str, str], ...]:
    """Document and path of all that goes with a thing, so that nothing names it any more: last member of a list first.

    What cannot be without it (the part of a partner in a step) goes as a whole; the thing itself is not among them.
    """
    own = f"{kind}/{id}/"
    places = [
        (use.document, use.path.removesuffix("/partner/id") + "/partner")
        if use.path.endswith("/partner/id")
        else (use.document, use.path)
        for use in uses(workspace, kind, id)
        if not (use.document == "polku" and use.path.startswith(own)) and use.document != f"{kind}/{id}"
    ]

    def last_first(place: tuple[str, str]) -> tuple[str, str, int]:
        around, _, last = place[1].rpartition("/")
        return (place[0], around, -int(last) if last.isdigit() else 0)

    return tuple(sorted(dict.fromkeys(places), key=last_first))


def _all(workspace: Workspace, kind: str) -> Iterator[tuple[str, Use]]:
    singular = SINGULAR[kind]
    for document, content in workspace.documents():
        named = named_in(document, content)
        for one in named.get(singular, ()):
            last = one.item.rpartition("/")[2]
            yield one.id, Use(document, one.item, key=last == one.id and not last.isdigit())
        for one in named.get("part-of-journey", ()) if kind == "touchpoints" else ():
            if _is_touchpoint(workspace, one):
                yield one.id, Use(document, one.item)
    if kind == "channels":
        yield from _channels(workspace)


def _is_touchpoint(workspace: Workspace, one: object) -> bool:
    document, id = getattr(one, "document", ""), getattr(one, "id", "")
    journey = workspace.journeys.get(document.partition("/")[2])
    inside = journey is not None and (journey.step(id) or journey.stage(id)) is not None
    return id in workspace.touchpoints and not inside


def _channels(workspace: Workspace) -> Iterator[tuple[str, Use]]:
    """What names a channel by its id where other words are possible, too."""
    for id, role in workspace.roles.items():
        for number, word in enumerate(role.informs_by, 1):
            if word in workspace.channels:
                yield word, Use(f"roles/{id}", f"informs_by/{number}")
    for touchpoint in workspace.settings.touchpoints:
        for number, rule in enumerate(touchpoint.events, 1):
            if rule.channel in workspace.channels:
                yield rule.channel or "", Use("polku", f"touchpoints/{touchpoint.id}/events/{number}/channel")
