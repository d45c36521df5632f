"""Fields of a form that edits a document: what each edits, what stands in it, what could."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polku.formats.plain import plain
from polku.words import Reader


@dataclass(frozen=True)
class Option:
    """A value that can be chosen."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """One field; it is saved by itself.

    Args:
        path: of the item in the document (`steps/sign/thinks`).
        kind: text (grows with its words), line, choice, many, number, yes, day or lasting.
        value: as it is written into the field.
        prompt: what stands in it while it is empty; an empty field is a hole and says what is missing.
        act: of the editor, where it is not `set`.
    """

    path: str
    label: str
    kind: str = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    prompt: str = ""
    act: str = "set"
    quiet: bool = False

    @property
    def id(self) -> str:
        """Of its element in the page."""
        return "f-" + self.path.replace("/", "-")

    @property
    def hole(self) -> bool:
        """Whether nobody filled it."""
        return not self.value and not any(one.chosen for one in self.options) and self.kind != "yes"

    @property
    def chosen(self) -> tuple[str, ...]:
        """Labels of what is chosen."""
        return tuple(one.label for one in self.options if one.chosen and one.value)


@dataclass(frozen=True)
class Row:
    """A member of a list: its main field, and what more can be said of it."""

    path: str
    main: Field
    more: tuple[Field, ...] = ()
    note: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """What is filled in of the rest, in short."""
        found = []
        for field in self.more:
            found += [*field.chosen] if field.options else [field.value] if field.kind != "yes" else []
            found += [field.label] if field.kind == "yes" and field.value else []
        return tuple(one for one in found if one)


@dataclass(frozen=True)
class Rows:
    """A list that can grow.

    Args:
        sign: before each member: −, + or none.
        sorts: whether its members can be put in another order.
    """

    path: str
    label: str
    rows: tuple[Row, ...]
    prompt: str
    sign: str = ""
    hue: str = ""
    sorts: bool = False

    @property
    def id(self) -> str:
        """Of its element in the page."""
        return "f-" + self.path.replace("/", "-")


def written(value: Any, say: Reader) -> str:
    """A value as it is written into a field."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, int | float):
        return say.number(value)
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return str(plain(value))


def choices(
    known: Mapping[str, Any] | Iterable[tuple[str, str]],
    chosen: str | Sequence[str] | None,
    none: str | None = "",
) -> tuple[Option, ...]:
    """Options of things that have an id and a label; one that is chosen but nowhere described stays, too.

    Args:
        none: the words of choosing nothing; None offers no such option.
    """
    pairs = (
        [
            (id, getattr(thing, "label", None) or getattr(thing, "name", None) or id)
            for id, thing in known.items()
        ]
        if isinstance(known, Mapping)
        else list(known)
    )
    picked = [chosen] if isinstance(chosen, str) else list(chosen or ())
    ids = [id for id, _ in pairs]
    pairs += [(id, f"{id} ?") for id in picked if id and id not in ids]
    found = [Option(id, str(label), id in picked) for id, label in pairs]
    return tuple(found) if none is None else (Option("", none, not any(picked)), *found)
