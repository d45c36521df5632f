"""Cells copied from a spreadsheet, as steps of a journey and whatever they speak of; nothing twice."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polku.documents import Journey, Workspace
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.plain import plain
from polku.formats.steps import Steps, read_steps
from polku.formats.yaml_write import write_document
from polku.studio.store import Operation
from polku.studio.together import NewDocument, Step
from polku.words import Message

MOST = 400_000
"""Letters that can be pasted at once."""


@dataclass(frozen=True)
class Pasted:
    """What pasted cells become.

    Args:
        read: as the cells were understood.
        parts: the edits that put it into the workspace.
        journey: id of the journey it goes into; new: what is not there yet, by kind.
    """

    read: Steps
    parts: tuple[Step, ...]
    journey: str
    new: Mapping[str, tuple[str, ...]]


def read_cells(cells: str, name: str) -> Steps:
    """Cells as they come from a spreadsheet: rows in lines, columns apart by tabs, commas or semicolons.

    Raises:
        DocumentError: they are too many, or have no headings that are known.
    """
    if len(cells) > MOST:
        raise DocumentError(Message("studio-journeys.too-much", {"most": MOST}))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cells.csv"
        file.write_text(cells.replace("\r\n", "\n").strip("\n") + "\n", encoding="utf-8")
        try:
            return read_steps(file, name=name)
        except DocumentError as error:
            # There is no file that the reader knows of.
            raise DocumentError(error.message) from None


def pasted(workspace: Workspace, read: Steps, into: Journey | None) -> Pasted:
    """The edits that take in what was read: into a journey, or as a new one."""
    mapping = _Mapping(workspace)
    parts: list[Step] = []
    new: dict[str, tuple[str, ...]] = {}
    for kind in ("teams", "channels", "touchpoints"):
        added = mapping.take(kind, getattr(read, kind))
        new[kind] = tuple(one.name or one.id for one, _ in added)
        for one, id in added:
            value = mapping.turned(
                plain(one.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True))
            )
            parts.append(Operation("add", "polku", kind, {**value, "id": id}))
    roles = mapping.take("roles", read.roles)
    new["roles"] = tuple(one.label for one, _ in roles)
    for role, id in roles:
        parts.append(NewDocument(f"roles/{id}", write_document(role.model_copy(update={"id": id}))))
        parts.append(Operation("add", "polku", "roles", id))
    journey = read.journey
    id = into.id if into else id_from(journey.label, workspace.journeys, "journey")
    taken = {step.id for step in into.steps} if into else set()
    steps = {step.id: id_from(step.id, taken | set(), "step") for step in journey.steps}
    mapping.ids["steps"] = _free(steps, taken)
    mapping.ids["journeys"] = {journey.id: id}
    stages = _stages(journey, into)
    mapping.ids["stages"] = {old: found for old, (found, _) in stages.items()}
    for piece in mapping.take("evidence", read.evidence):
        found = mapping.turned(
            plain(piece[0].model_dump(by_alias=True, exclude_none=True, exclude_defaults=True))
        )
        text = write_document(type(piece[0]).model_validate({**found, "id": piece[1]}))
        parts.append(NewDocument(f"evidence/{piece[1]}", text))
    data = mapping.turned(plain(journey.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)))
    if into is None:
        data = {**data, "id": id}
        parts.append(NewDocument(f"journeys/{id}", write_document(Journey.model_validate(data))))
        return Pasted(read, tuple(parts), id, new)
    named = {stage["id"]: stage for stage in data.get("stages", [])}
    for found, fresh in stages.values():
        if fresh:
            parts.append(Operation("add", f"journeys/{id}", "stages", named[found]))
    parts += [Operation("add", f"journeys/{id}", "steps", step) for step in data.get("steps", [])]
    return Pasted(read, tuple(parts), id, new)


def _free(steps: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for old in steps:
        found[old] = id_from(old, taken | set(found.values()), "step")
    return found


def _stages(journey: Journey, into: Journey | None) -> dict[str, tuple[str, bool]]:
    """Stage of the cells → stage of the journey, and whether it has to be added."""
    there = {_same(stage.label): stage.id for stage in into.stages} if into else {}
    ids = {stage.id for stage in into.stages} if into else set()
    found: dict[str, tuple[str, bool]] = {}
    for stage in journey.stages:
        known = there.get(_same(stage.label))
        new = known or id_from(stage.id, ids, "stage")
        ids.add(new)
        found[stage.id] = (new, known is None)
    return found


def _same(words: str) -> str:
    return re.sub(r"\W+", " ", words.casefold()).strip()


class _Mapping:
    """Which thing of the cells is which thing of the workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.ids: dict[str, dict[str, str]] = {}

    def take(self, kind: str, things: Iterable[Any]) -> list[tuple[Any, str]]:
        """Those that are not there yet, each with the id it gets."""
        known: Mapping[str, Any] = getattr(self.workspace, kind)
        names = {
            _same(thing.label if hasattr(thing, "label") else thing.name or id): id
            for id, thing in known.items()
        }
        if kind == "roles":
            # "Ole" is Ole Sørensen, where there is one Ole.
            first = [name.split(" ")[0].rstrip(",") for name in names]
            names |= {
                name.split(" ")[0].rstrip(","): id
                for name, id in list(names.items())
                if first.count(name.split(" ")[0].rstrip(",")) == 1
            }
        mine = self.ids.setdefault(kind, {})
        taken = set(known)
        fresh = []
        for thing in things:
            found = names.get(_same(thing.name or thing.id)) if kind != "evidence" else None
            if found is None and thing.id in known and kind != "evidence" and _same(thing.name or "") == "":
                found = thing.id
            if found is None:
                found = id_from(thing.id, taken, kind)
                taken.add(found)
                fresh.append((thing, found))
            mine[thing.id] = found
        return fresh

    def turned(self, value: Any, key: str = "") -> Any:
        """Plain data with the ids of the workspace."""
        if isinstance(value, Mapping):
            return {name: self.turned(inner, self.kind(name, key)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.turned(one, key) for one in value]
        if isinstance(value, str) and key:
            return self.ids.get(key, {}).get(value, value)
        return value

    def kind(self, name: str, around: str) -> str:
        """The kind of thing that a key names."""
        if name == "id":
            return {"steps": "steps", "stages": "stages"}.get(around, "")
        return {
            "role": "roles",
            "roles": "roles",
            "with": "roles",
            "touchpoint": "touchpoints",
            "touchpoints": "touchpoints",
            "channel": "channels",
            "team": "teams",
            "owner": "teams",
            "from": "teams",
            "evidence": "evidence",
            "stage": "stages",
            "stages": "stages",
            "step": "steps",
            "steps": "steps",
            "to": "steps",
            "next": "steps",
            "journeys": "journeys",
        }.get(name, "")
