"""What a whole workspace says of who works with whom: roles, channels, teams, systems, partners, over all journeys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from polku.documents import Account, Channel, Workspace, owners


@dataclass(frozen=True)
class Ties:
    """How often two are tied by a step of any journey.

    Args:
        reach: (role, channel) → steps; learns: (role, channel) where a role informs itself and no step is.
        keep: (channel, team) → steps; use: (team, system) → acts; work: (team, partner) → steps.
    """

    reach: Mapping[tuple[str, str], int]
    learns: frozenset[tuple[str, str]]
    keep: Mapping[tuple[str, str], int]
    use: Mapping[tuple[str, str], int]
    work: Mapping[tuple[str, str], int]

    @property
    def busy_teams(self) -> frozenset[str]:
        """Teams that any step needs."""
        tied = [*self.keep, *((team, team) for team, _ in self.use), *((team, team) for team, _ in self.work)]
        return frozenset(team for _, team in tied)


def ties(workspace: Workspace) -> Ties:
    """Count the ties of all journeys as they are; to-be journeys are hopes and are left out."""
    reach: Counter[tuple[str, str]] = Counter()
    keep: Counter[tuple[str, str]] = Counter()
    use: Counter[tuple[str, str]] = Counter()
    work: Counter[tuple[str, str]] = Counter()
    for journey in workspace.journeys.values():
        if journey.state != "as-is":
            continue
        owner = owners(workspace, journey)
        for step in journey.steps:
            touchpoint = workspace.touchpoints.get(step.touchpoint or "")
            team = owner[step.id]
            if touchpoint and touchpoint.channel:
                for role in dict.fromkeys((step.role, *step.with_)):
                    if role:
                        reach[role, touchpoint.channel] += 1
                if team and touchpoint.direct:
                    keep[touchpoint.channel, team] += 1
            for act in (*step.front, *step.back):
                does = act.team or team
                if act.system and does:
                    use[does, act.system] += 1
            if step.partner and team:
                work[team, step.partner.id] += 1
    learns = frozenset(
        (role.id, channel)
        for role in workspace.roles.values()
        for channel in role.informs_by
        if channel in workspace.channels and (role.id, channel) not in reach
    )
    return Ties(reach, learns, keep, use, work)


def channels_of(workspace: Workspace, found: Ties) -> tuple[Channel, ...]:
    """Channels of the workspace, then those that are only referred to."""
    named = {channel for _, channel in found.reach} - set(workspace.channels)
    return (*workspace.settings.channels, *(Channel(id=id) for id in sorted(named)))


def customers_customers(workspace: Workspace) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """Accounts of whose own customers something is known, and those of which nothing is."""
    accounts = tuple(workspace.accounts.values())
    known = tuple(one for one in accounts if one.understanding.customers_customers.note)
    return known, tuple(one for one in accounts if one not in known)
