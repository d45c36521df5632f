"""Places that name a thing, as words with a link to where each is edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from polku.checks.uses import LISTS, Use
from polku.documents import Workspace
from polku.studio.models import Space
from polku.studio.places import of_document
from polku.words import Reader


@dataclass(frozen=True)
class UseShown:
    """Places of one item that name a thing.

    Args:
        kind: what the item is, in words; name: what it is called.
        count: how many of its fields name the thing.
    """

    kind: str
    name: str
    link: str
    count: int


def shown_uses(
    space: Space, workspace: Workspace, say: Reader, places: Iterable[Use]
) -> tuple[UseShown, ...]:
    """Uses gathered by the item they stand in, in the order of the documents."""
    found: dict[tuple[str, str], int] = {}
    for use in places:
        found[_item(use)] = found.get(_item(use), 0) + 1
    return tuple(
        UseShown(
            say(f"studio-lib.use-{_kind(document, item)}"),
            _name(workspace, document, item),
            of_document(space, document, item or None),
            count,
        )
        for (document, item), count in found.items()
    )


def _item(use: Use) -> tuple[str, str]:
    parts = use.path.split("/")
    deep = parts[0] in ("steps", "stages", "people", *LISTS) and (
        use.document == "polku" or parts[0] not in LISTS
    )
    return use.document, "/".join(parts[:2]) if deep and len(parts) > 1 else ""


def _kind(document: str, item: str) -> str:
    if item:
        return item.partition("/")[0]
    return "settings" if document == "polku" else document.partition("/")[0]


def _name(workspace: Workspace, document: str, item: str) -> str:
    kind, _, id = document.partition("/")
    around = workspace.label(kind, id) if id else workspace.settings.name or document
    if kind == "evidence" and id in workspace.evidence:
        around = workspace.evidence[id].name or workspace.evidence[id].source or id
    if item.partition("/")[0] == "people":
        # A person of an account has no name here: who reads need not have the right to see it.
        return around
    if not item:
        return around
    part, _, member = item.partition("/")
    if document == "polku":
        return workspace.label(part, member)
    journey = workspace.journeys.get(id)
    found = None
    if journey is not None:
        found = journey.step(member) if part == "steps" else journey.stage(member)
    return f"{found.label if found else member} · {around}"
