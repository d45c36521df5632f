"""What a new workspace begins with, and the small edits of its first run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from polku.documents import PARTS, Journey, Role, Stage, Step, Touchpoint, Workspace
from polku.formats.ids import id_from
from polku.formats.templates import question_bank
from polku.formats.yaml_write import write_document
from polku.studio.models import Space
from polku.studio.store import Author, Operation, create, edit, workspace_of
from polku.words import Reader

STAGE_SETS: Mapping[str, tuple[str, ...]] = {
    "buying": ("awareness", "consideration", "decision", "start-up", "use"),
    "aida": ("attention", "interest", "desire", "action"),
    "renewal": ("onboarding", "adoption", "value", "renewal"),
}
"""Sets of stages to begin with; those of `buying` bring their questions."""

WHEN = {"attention": "before", "interest": "before", "desire": "before", "action": "during"}


def first_role(space: Space, name: str, part: str | None, author: Author) -> str:
    """Add a role and give it its place in the order of roles; its id."""
    workspace = workspace_of(space)
    id = id_from(name, workspace.roles, "role")
    role = Role(id=id, name=name, part=part if part in PARTS else None)
    create(space, f"roles/{id}", write_document(role), author)
    edit(space, Operation("add", "polku", "roles", id), seen=None, author=author)
    return id


def stages_of(name: str, say: Reader) -> tuple[Stage, ...]:
    """The stages of a set in the reader's language."""
    bank = question_bank(say.language)
    found = []
    for id in STAGE_SETS[name]:
        if id in bank:
            found.append(bank[id])
        else:
            when = WHEN.get(id, "after")
            found.append(Stage(id=id, name=say(f"studio-begin.stage-{id}"), when=when))
    return tuple(found)


def first_journey(space: Space, name: str, stages: tuple[Stage, ...], author: Author) -> str:
    """Add a journey without steps; its id."""
    id = id_from(name, workspace_of(space).journeys, "journey")
    journey = Journey(id=id, name=name, state="as-is", stages=stages)
    create(space, f"journeys/{id}", write_document(journey), author)
    return id


@dataclass(frozen=True)
class Line:
    """A line somebody wrote, as it was understood.

    Args:
        role: id of the role its first words name, if they do: its name or id, the first word of its name, or
            the last, where no other role is called so.
        does: the rest, beginning with a capital.
    """

    role: str | None
    does: str


def read_line(text: str, workspace: Workspace) -> Line:
    """“Ole restarts the line”: Ole's step, “Restarts the line”."""
    words = " ".join(text.split())
    for id, role in workspace.roles.items():
        for called in filter(None, {role.name, (role.name or "").split(" ")[0].rstrip(","), id}):
            found = re.match(rf"{re.escape(called)}\b[:,]?\s+(.+)", words, re.IGNORECASE)
            if found:
                return Line(id, found.group(1)[0].upper() + found.group(1)[1:])
    first, _, rest = words.partition(" ")
    named = [id for id, role in workspace.roles.items() if _word(first) == _surname(role.label)]
    if rest and len(named) == 1:
        return Line(named[0], rest[0].upper() + rest[1:])
    return Line(None, words[:1].upper() + words[1:])


def _word(written: str) -> str:
    return written.strip(",.:;()").casefold()


def _surname(name: str) -> str:
    """“Operator Ole, night shift”: ole."""
    return _word((name.partition(",")[0].split() or [""])[-1])


def add_line(
    space: Space,
    journey: Journey,
    stage: str,
    text: str,
    author: Author,
    *,
    role: str | None = None,
    place: str | None = None,
    feels: int | None = None,
    key: str = "",
) -> str:
    """Add a step from one line, at the end of its stage; its id.

    Args:
        place: name of a touchpoint; a new one is added to the workspace.
    """
    workspace = workspace_of(space)
    line = read_line(text, workspace)
    touchpoint = _touchpoint(space, workspace, place, author) if place else None
    id = id_from(line.does, {one.id for one in journey.steps}, "step")
    step = Step(
        id=id, stage=stage, role=role or line.role, does=line.does, touchpoint=touchpoint, feels=feels
    )
    order = [one.id for one in journey.stages]
    before = sum(order.index(one.stage) <= order.index(stage) for one in journey.steps if one.stage in order)
    edit(
        space,
        Operation("add", f"journeys/{journey.id}", "steps", step, before + 1),
        seen=None,
        author=author,
        key=key,
    )
    return id


def _touchpoint(space: Space, workspace: Workspace, name: str, author: Author) -> str:
    for id, known in workspace.touchpoints.items():
        if known.label.casefold() == name.casefold():
            return id
    id = id_from(name, workspace.touchpoints, "touchpoint")
    edit(
        space,
        Operation("add", "polku", "touchpoints", Touchpoint(id=id, name=name)),
        seen=None,
        author=author,
    )
    return id
