"""What is known of each role of the buying centre: named where, heard how often, met in how many steps."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.journey_measures import JourneyMeasures
from polku.diagrams.parts.journey import short_names
from polku.documents import Journey, Role, Workspace
from polku.scene.theme import RoleSign, role_signs

MOST_SQUARES = 5


@dataclass(frozen=True)
class Known:
    """A role and what is known of it.

    Args:
        named: accounts in which somebody of this role is named; None where its part is not said.
        of: how many accounts there are.
        few: whether so few are named that it is a hole, given how much the role knows.
        evidence: pieces that speak of the role; steps: of the journey.
    """

    role: Role
    name: str
    sign: RoleSign
    named: int | None
    of: int
    few: bool
    evidence: int
    steps: int

    @property
    def bar(self) -> int:
        """Px of 56 that the named fill of all accounts."""
        return round(56 * (self.named or 0) / self.of) if self.of else 0

    @property
    def squares(self) -> range:
        """Evidence as squares, at most five."""
        return range(min(self.evidence, MOST_SQUARES))


def signs_of_roles(workspace: Workspace) -> dict[str, RoleSign]:
    """Form, hue and letters of each role, the same in every picture."""
    return role_signs({id: workspace.label("roles", id) for id in workspace.role_order()})


def buying_centre(
    workspace: Workspace, journey: Journey | None, measures: JourneyMeasures | None
) -> tuple[Known, ...]:
    """Every role in the workspace's order."""
    signs, names = signs_of_roles(workspace), short_names(workspace)
    found = []
    for id in workspace.role_order():
        role = workspace.roles[id]
        named, of = _named(workspace, role, measures)
        few = named is not None and of > 0 and named / of < 0.5 and role.insight == "high"
        heard = sum(one.status == "done" and id in one.about.roles for one in workspace.evidence.values())
        steps = sum(step.role == id for step in journey.steps) if journey else 0
        found.append(Known(role, names[id], signs[id], named, of, few, heard, steps))
    return tuple(found)


def _named(workspace: Workspace, role: Role, measures: JourneyMeasures | None) -> tuple[int | None, int]:
    """From the data where there is some (by part), else from the accounts that people described."""
    if measures is not None and measures.about.accounts:
        of = measures.about.accounts
        if role.part is None:
            return None, of
        counts = dict(zip(measures.coverage.part, measures.coverage.accounts, strict=True))
        return counts.get(role.part) or 0, of
    accounts = workspace.accounts.values()
    named = sum(any(role.id in person.roles for person in account.people) for account in accounts)
    return named, len(accounts)
