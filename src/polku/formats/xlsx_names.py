"""Names that people choose from in a spreadsheet, and the ids they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from polku.documents import Journey, Workspace
from polku.errors import PolkuError
from polku.formats.steps_rows import lines_of
from polku.words import Message, Reader, reader

LISTED = 12
"""Possible names that a complaint lists; more would hide what it says."""


class CellProblem(PolkuError):
    """A cell says something that cannot be; the document keeps what it had."""

    code = "cell"


class Labels:
    """Things of one kind by what people call them; two of one name carry their ids behind it."""

    def __init__(self, names: Mapping[str, str]) -> None:
        count: dict[str, int] = {}
        for name in names.values():
            count[_plain(name)] = count.get(_plain(name), 0) + 1
        self._labels = {
            id: name if count[_plain(name)] == 1 else f"{name} ({id})" for id, name in names.items()
        }
        self._ids = {_plain(id): id for id in names}
        self._ids.update({_plain(label): id for id, label in self._labels.items()})

    def label(self, id: str | None) -> str:
        """What a thing is called; its id where nothing of that id is known."""
        return "" if id is None else self._labels.get(id, id)

    def id(self, text: str) -> str | None:
        """The thing that a text names, by its name or id."""
        return self._ids.get(_plain(text))

    def all(self) -> list[str]:
        """All names, in the workspace's order."""
        return list(self._labels.values())


@dataclass
class Names:
    """All that a map's cells can name, and the words of the language it is written in.

    Args:
        numbers: step id → its number in the spreadsheet.
        steps: number in the spreadsheet, or what is done in the step → step id.
    """

    say: Reader
    kinds: Mapping[str, Labels]
    numbers: Mapping[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)

    def label(self, kind: str, id: str | None) -> str:
        """What a thing of a kind is called."""
        return self.kinds[kind].label(id)

    def one(self, kind: str, text: str) -> str | None:
        """The thing that a cell names; None where the cell is empty.

        Raises:
            CellProblem: nothing of the kind is called so.
        """
        text = " ".join(text.split())
        if not text:
            return None
        id = self.kinds[kind].id(text)
        if id is None:
            raise self.unknown(kind, text)
        return id

    def several(self, kind: str, text: str, now: Iterable[str] = ()) -> tuple[str, ...]:
        """The things that a cell lists, one a line or between semicolons.

        Args:
            now: what stands there already and is kept even where nothing of that id is known.
        """
        found: list[str] = []
        for part in items_of(text):
            id = self.kinds[kind].id(part)
            if id is None and part in now:
                id = part
            if id is None:
                raise self.unknown(kind, part)
            if id not in found:
                found.append(id)
        return tuple(found)

    def unknown(self, kind: str, text: str) -> CellProblem:
        """The complaint that nothing of a kind is called so, with what is."""
        known = self.kinds[kind].all()
        shown: list[Any] = [Message("xlsx.quoted", {"text": name}) for name in known[:LISTED]]
        if len(known) > LISTED:
            shown.append(Message("xlsx.more", {"count": len(known) - LISTED}))
        params = {"found": text, "known": shown, "kind": Message(f"xlsx.kind-{kind}")}
        return CellProblem(Message("xlsx.unknown" if known else "xlsx.none-known", params))


def names_of(workspace: Workspace, journey: Journey, language: str) -> Names:
    """The names of a workspace, with the stages of one journey."""
    settings = workspace.settings
    kinds = {
        "roles": {id: workspace.roles[id].label for id in workspace.role_order()},
        "partners": {id: partner.label for id, partner in workspace.partners.items()},
        "evidence": {id: evidence.label for id, evidence in workspace.evidence.items()},
        "stages": {stage.id: stage.label for stage in journey.stages},
        "touchpoints": {one.id: one.label for one in settings.touchpoints},
        "teams": {team.id: team.name or team.id for team in settings.teams},
        "systems": {system.id: system.name or system.id for system in settings.systems},
        "contents": {content.id: content.name or content.id for content in settings.contents},
    }
    return Names(reader(language), {kind: Labels(names) for kind, names in kinds.items()})


def items_of(text: str) -> list[str]:
    """The members of a list in a cell: lines, bullets, or parts between semicolons."""
    return [part.strip() for line in lines_of(text) for part in line.split(";") if part.strip()]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
