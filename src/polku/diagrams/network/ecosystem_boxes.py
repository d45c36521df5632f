"""What stands in the ecosystem, column by column: the market, the buying centre, channels, teams, what they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from polku.diagrams.network.ecosystem_ties import Ties, channels_of, customers_customers
from polku.documents import Workspace
from polku.words import Message, Reader
from polku.words import Text as Words

MOST_ACCOUNTS = 4


@dataclass(frozen=True)
class Box:
    """Somebody or something in a column.

    Args:
        kind: market, rival, role, channel, team, system, partner or hole.
        tied: whether any line leads to it; what has none is dashed.
    """

    id: str
    kind: str
    name: str
    note: str = ""
    tied: bool = True
    sign: str | None = None


@dataclass
class Column:
    """Groups of boxes, each under a heading."""

    groups: list[tuple[str, list[Box]]] = field(default_factory=list)


class Boxes:
    """Makes the boxes of a workspace, in columns.

    Args:
        roles: ids in the order in which they stand.
    """

    def __init__(self, workspace: Workspace, found: Ties, roles: Sequence[str], say: Reader) -> None:
        self.workspace, self.ties, self.roles, self.say = workspace, found, roles, say

    def columns(self) -> list[Column]:
        """What stands where, each group in an order that keeps lines short."""
        roles = [self.role_box(id) for id in self.roles] or [
            Box("none", "hole", self.say("ecosystem.no-role"))
        ]
        place = {id: float(number) for number, id in enumerate(self.roles)}
        channels = [
            self.channel_box(one.id, one.name or one.id, one.kind)
            for one in channels_of(self.workspace, self.ties)
        ]
        links = [*self.ties.reach.items(), *((pair, 1) for pair in self.ties.learns)]
        channels = _ordered(channels, place, [(channel, role, n) for (role, channel), n in links])
        place = {box.id: float(number) for number, box in enumerate(channels)}
        teams = [
            self.team_box(one.id, one.name or one.id, one.external) for one in self.workspace.settings.teams
        ]
        known = {box.id for box in teams}
        others = {team for _, team in self.ties.keep} | {
            team for team, _ in (*self.ties.use, *self.ties.work)
        }
        teams += [self.team_box(id, id, False) for id in sorted(others - known)]
        teams = _ordered(teams, place, [(team, channel, n) for (channel, team), n in self.ties.keep.items()])
        place = {box.id: float(number) for number, box in enumerate(teams)}
        systems = _ordered(self.system_boxes(), place, [(b, a, n) for (a, b), n in self.ties.use.items()])
        partners = _ordered(self.partner_boxes(), place, [(b, a, n) for (a, b), n in self.ties.work.items()])
        say = self.say
        return [
            Column(
                [
                    (say("ecosystem.beyond"), self.market_boxes()),
                    (say("ecosystem.rivals"), self.rival_boxes()),
                ]
            ),
            Column([(say("network.buying-centre"), roles)]),
            Column([(say("ecosystem.channels"), channels or [self.hole("ecosystem.no-channel")])]),
            Column([(say("ecosystem.teams"), teams or [self.hole("ecosystem.no-team")])]),
            Column(
                [
                    (say("ecosystem.systems"), systems or [self.hole("ecosystem.no-system")]),
                    (say("ecosystem.partners"), partners or [self.hole("ecosystem.no-partner")]),
                ]
            ),
        ]

    def hole(self, id: str) -> Box:
        """Nobody named anything of a kind."""
        return Box(id.rpartition(".")[2], "hole", self.say(id))

    def role_box(self, id: str) -> Box:
        document = self.workspace.roles.get(id)
        note = ""
        if document and document.in_crm is False:
            note = self.say("meetings.no-name")
        elif document and document.decides:
            note = self.say(f"meetings.decides-{document.decides}")
        tied = any(role == id for role, _ in (*self.ties.reach, *self.ties.learns))
        return Box(id, "role", self.workspace.label("roles", id), note, tied)

    def channel_box(self, id: str, name: str, kind: str | None) -> Box:
        steps = sum(n for (_, channel), n in self.ties.reach.items() if channel == id)
        note = self.say("diagrams.steps", count=steps) if steps else self.say("ecosystem.no-step")
        return Box(id, "channel", name, note, bool(steps), kind or "")

    def team_box(self, id: str, name: str, external: bool) -> Box:
        steps = sum(n for (_, team), n in self.ties.keep.items() if team == id)
        note = self.say("diagrams.steps", count=steps) if steps else ""
        if id not in self.ties.busy_teams:
            note = self.say("ecosystem.meets-nobody")
        if external:
            note = ", ".join(part for part in (self.say("ecosystem.external"), note) if part)
        return Box(id, "team", name, note, id in self.ties.busy_teams)

    def system_boxes(self) -> list[Box]:
        used = {system for _, system in self.ties.use}
        ids = dict.fromkeys((*self.workspace.systems, *sorted(used)))
        return [
            Box(
                id,
                "system",
                self.workspace.label("systems", id),
                "" if id in used else self.say("ecosystem.behind-none"),
                id in used,
            )
            for id in ids
        ]

    def partner_boxes(self) -> list[Box]:
        used = {partner for _, partner in self.ties.work}
        boxes = []
        for id in dict.fromkeys((*self.workspace.partners, *sorted(used))):
            document = self.workspace.partners.get(id)
            asked = document.satisfaction if document else None
            note = self.say("network.content-unknown")
            if asked and asked.score is not None and asked.scale:
                note = self.say("network.content", score=asked.score, scale=asked.scale)
            boxes.append(Box(id, "partner", self.workspace.label("partners", id), note, id in used))
        return boxes

    def market_boxes(self) -> list[Box]:
        """What is known of the customers of our customers, and how much is not."""
        known, unknown = customers_customers(self.workspace)
        boxes = [
            Box(one.id, "market", one.label, one.understanding.customers_customers.note or "")
            for one in known[:MOST_ACCOUNTS]
        ]
        if len(known) > MOST_ACCOUNTS:
            more = self.say("ecosystem.known-more", count=len(known) - MOST_ACCOUNTS)
            boxes.append(Box("more", "market", more))
        if unknown or not known:
            whole = len(known) + len(unknown)
            words = (
                self.say("ecosystem.unknown", count=len(unknown), all=whole)
                if whole
                else self.say("ecosystem.no-account")
            )
            boxes.append(Box("unknown", "hole", words))
        return boxes

    def rival_boxes(self) -> list[Box]:
        rivals = self.workspace.settings.rivals
        return [Box(one.id, "rival", one.name or one.id) for one in rivals] or [
            self.hole("ecosystem.no-rival")
        ]


def ecosystem_title(workspace: Workspace, found: Ties) -> Words:
    """Teams that meet nobody, else channels where roles learn and we are not, else unknown customers' customers."""
    apart = [team for team in workspace.settings.teams if team.id not in found.busy_teams]
    if apart:
        return Message("ecosystem.title-apart", {"count": len(apart), "all": len(workspace.settings.teams)})
    unmet = {channel for _, channel in found.learns} - {channel for _, channel in found.reach}
    if unmet:
        return Message("ecosystem.title-learn", {"count": len(unmet)})
    known, unknown = customers_customers(workspace)
    if unknown:
        return Message("ecosystem.title-beyond", {"count": len(unknown), "all": len(known) + len(unknown)})
    return workspace.settings.name or Message("ecosystem.title")


def _ordered(
    boxes: Sequence[Box], place: Mapping[str, float], links: Sequence[tuple[str, str, int]]
) -> list[Box]:
    """Boxes by the middle of what they are tied to; those tied to nothing last, in their own order."""
    middle: dict[str, float] = {}
    for box in boxes:
        near = [(place[other], count) for id, other, count in links if id == box.id and other in place]
        if near:
            middle[box.id] = sum(at * count for at, count in near) / sum(count for _, count in near)
    return sorted(boxes, key=lambda box: middle.get(box.id, float("inf")))
