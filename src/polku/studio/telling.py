"""A change told to people: what it was about, in their words, and what became what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.documents import Workspace
from polku.studio.models import Change
from polku.words import Reader, has

LONGEST = 160


@dataclass(frozen=True)
class Told:
    """A change as a line of the history.

    Args:
        kind: of document, in words; none of the workspace itself, whose name says it.
        what: the item, outermost last: “feels” of “Calls at four in the morning”.
        minus, plus: the value before and after in words; empty where there was none.
        moved: from and to which number, where it moved.
    """

    change: Change
    kind: str
    document: str
    what: str
    minus: str
    plus: str
    moved: str = ""


def tell(change: Change, workspace: Workspace, say: Reader) -> Told:
    """A change in the reader's language."""
    moved = ""
    if change.kind == "move":
        moved = say("studio-history.moved", before=change.was, after=change.place)
    whole = change.kind in ("create", "delete", "replace")
    return Told(
        change,
        kind_label(change.document, say),
        document_label(workspace, change.document, say),
        say(f"studio-history.{change.kind}") if whole else item_label(workspace, change, say),
        "" if whole or change.kind == "move" else shown(change.before, say),
        "" if whole or change.kind == "move" else shown(change.after, say),
        moved,
    )


def kind_label(name: str, say: Reader) -> str:
    """What kind of document it is; nothing for the workspace itself."""
    id = f"studio-lib.use-{name.partition('/')[0]}"
    return say(id) if name != "polku" and has(id, "en") else ""


def document_label(workspace: Workspace, name: str, say: Reader) -> str:
    """What people call a document; the name of its file where it is gone."""
    if name == "polku":
        return say("studio-history.workspace")
    kind, _, id = name.partition("/")
    found: Mapping[str, Any] = getattr(workspace, kind, {})
    document = found.get(id)
    return getattr(document, "label", None) or getattr(document, "name", None) or id


def item_label(workspace: Workspace, change: Change, say: Reader) -> str:
    """What people call an item of a document: its field, and whose it is."""
    kind, _, id = change.document.partition("/")
    here: Any = workspace.settings if change.document == "polku" else getattr(workspace, kind, {}).get(id)
    words: list[str] = []
    for segment in change.path.split("/"):
        if isinstance(here, tuple | list):
            here = _member(here, segment)
            known = _called(here)
            words.append(say.quote(known) if known else segment)
        else:
            here = getattr(here, segment, None) or getattr(here, f"{segment}_", None)
            words.append(field_label(segment, say))
    # “steps” before “Calls at four …” says nothing more.
    kept = [word for at, word in enumerate(words) if at + 1 == len(words) or not _is_list(words, at, say)]
    if len(kept) == 1 and change.kind in ("add", "remove"):
        gone = _called(change.after if change.kind == "add" else change.before)
        return say.quote(gone) if gone else kept[0]
    return ", ".join(reversed(kept))


def field_label(name: str, say: Reader) -> str:
    """What people call a field; its name in the file where no language has a word for it."""
    plain = name.rstrip("_").replace("_", "-")
    for id in (f"studio-lib.field-{plain}", f"studio-editor.{plain}"):
        if has(id, "en"):
            return say(id)
    return plain.replace("-", " ")


def shown(value: Any, say: Reader) -> str:
    """A value of a document in words, short."""
    if value is None or value == []:
        return ""
    if isinstance(value, Mapping):
        return shown(_called(value), say) or "…"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (shown(one, say) for one in value)))
    if isinstance(value, bool | int | float):
        return say.value(value)
    words = " ".join(str(value).split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _called(thing: Any) -> str:
    for name in ("label", "does", "says", "ask", "name", "finding", "quote", "to", "id"):
        value = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
        if isinstance(value, str) and value:
            return value
    return thing if isinstance(thing, str) else ""


def _member(members: Any, segment: str) -> Any:
    for one in members:
        if getattr(one, "id", None) == segment:
            return one
    if segment.isascii() and segment.isdigit() and len(segment) < 9 and 1 <= int(segment) <= len(members):
        return members[int(segment) - 1]
    return None


def _is_list(words: list[str], at: int, say: Reader) -> bool:
    following = words[at + 1]
    before, after = say.quote("\0").split("\0")
    return (following.startswith(before) and following.endswith(after)) or following.isdigit()
