"""The people of an account as its relations show them: what they are called, what they weigh, who knows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from polku.analytics.coverage import required_parts
from polku.diagrams.account.people import part_words, person_words, sign_of, upper, workspace_signs
from polku.diagrams.account.relations_layout import Placed, place_people
from polku.diagrams.parts.journey import short_names
from polku.documents import Account, Workspace
from polku.documents.account import AccountPerson
from polku.scene import RoleSign
from polku.words import Message, Reader
from polku.words import Text as Words


@dataclass
class Person:
    """One row of the field: somebody, or a role that nobody there plays (place is None)."""

    id: str
    name: str
    notes: list[tuple[str, str]]
    sign: RoleSign
    weight: int | None
    depth: int
    superior: int | None
    knows: tuple[str, ...]
    place: Placed | None
    leaves: bool = False
    y: float = 0.0
    x: float = 0.0
    lines: tuple[str, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether none of our teams knows this person."""
        return not self.knows

    @property
    def r(self) -> float:
        """The circle's radius: its area is the weight."""
        return 14.0 + 5.6 * sqrt(self.weight or 0)


def relations_title(people: Sequence[Person], account: Account) -> Words:
    """The heaviest whom nobody of us knows; else who leaves and is known to one team; else who is missing; the name."""
    if not account.people:
        return Message("relations.title-empty", {"account": account.label})
    unknown = [one for one in people if one.unknown and one.place]
    if unknown:
        heaviest = max(unknown, key=lambda one: (one.weight or 0, -people.index(one)))
        if heaviest.weight:
            return Message(
                "relations.title-unknown-weight", {"who": heaviest.name, "weight": heaviest.weight}
            )
        return Message("relations.title-unknown", {"who": heaviest.name})
    leaving = [one for one in people if one.leaves]
    if leaving:
        return Message("relations.title-leaves", {"who": leaving[0].name})
    lacking = [one for one in people if one.place is None]
    if lacking:
        return Message("relations.title-missing", {"what": lacking[0].notes[0][0], "account": account.label})
    return account.label


def people_of(
    workspace: Workspace, account: Account, today: dt.date, names: bool, say: Reader
) -> list[Person]:
    """Those described, each after their superior, then a hole for each role that nobody plays."""
    signs = workspace_signs(workspace)
    counted: dict[str, int] = {}
    group = {one.id: (one.roles[0] if one.roles else "") for one in account.people}
    numbers = {}
    for one in account.people:
        counted[group[one.id]] = counted.get(group[one.id], 0) + 1
        numbers[one.id] = counted[group[one.id]]
    found = []
    for placed in place_people(account.people):
        one = placed.person
        role = group[one.id] or None
        part = _part(workspace, role)
        alone = counted[group[one.id]] == 1
        name = person_words(workspace, role, part, one.name if names else None, numbers[one.id], alone, say)
        notes = [(words, "ink-2") for words in [_what(workspace, one, role, part, names, say)] if words]
        leaves = one.leaves is not None and one.leaves >= today
        if one.leaves is not None:
            id = "relations.leaves" if leaves else "relations.left"
            notes.append((say(id, day=say.date(one.leaves, short=True)), "negative"))
        if not one.knows:
            notes.append((say("relations.unknown"), "negative"))
        found.append(
            Person(
                id=one.id,
                name=name,
                notes=notes,
                sign=sign_of(signs, role),
                weight=_weight(one),
                depth=placed.depth,
                superior=placed.superior,
                knows=one.knows,
                place=placed,
                leaves=leaves,
            )
        )
    for role in missing_roles(workspace, account):
        part = part_words(workspace, role, _part(workspace, role), say)
        found.append(
            Person(
                id=f"missing-{role}",
                name=say("relations.missing", role=short_names(workspace).get(role, role)),
                notes=[(part, "ink-2"), (say("relations.ask"), "negative")],
                sign=sign_of(signs, role),
                weight=None,
                depth=0,
                superior=None,
                knows=(),
                place=None,
            )
        )
    return found


def _part(workspace: Workspace, role: str | None) -> str | None:
    found = workspace.roles.get(role or "")
    return found.part if found else None


def _weight(one: AccountPerson) -> int | None:
    if one.influence is None:
        return None
    said = [value for value in (one.influence.decision, one.influence.use) if value is not None]
    return max(said, default=None)


def _what(
    workspace: Workspace, one: AccountPerson, role: str | None, part: str | None, names: bool, say: Reader
) -> str:
    parts = []
    if (names and one.name) or role is None:
        parts.append(part_words(workspace, role, part, say) or say("account.part-unknown"))
    if one.influence is None or _weight(one) is None:
        parts.append(say("relations.weight-unknown"))
    else:
        if one.influence.decision is not None:
            parts.append(say("relations.decision", weight=one.influence.decision))
        if one.influence.use is not None:
            parts.append(say("relations.use", weight=one.influence.use))
    words = ", ".join(parts)
    return words if parts and (names and one.name) else upper(words)


def missing_roles(workspace: Workspace, account: Account) -> tuple[str, ...]:
    """Roles that the buying centre needs and nobody described plays."""
    needed = required_parts(workspace, account.segment, None)
    played = {_part(workspace, id) for one in account.people for id in one.roles}
    return tuple(
        id
        for id in workspace.role_order()
        if workspace.roles[id].part in needed and workspace.roles[id].part not in played
    )
