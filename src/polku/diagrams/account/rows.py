"""The rows of an account: each person's lane with its head, missing roles in their place, what nobody put a name to."""

from __future__ import annotations

from collections.abc import Sequence

from polku.analytics.account import AccountEvent, AccountHistory, Member
from polku.diagrams.account.lanes import LaneDrawing, Look, person_lane, quiet_times, unnamed_lane
from polku.diagrams.account.people import first_name, member_words, part_words, sign_of
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import short_names
from polku.documents import Account, Workspace
from polku.scene import Circle, Group, Mark, Rect, RoleSign, Text, wrap
from polku.words import Reader

HEAD = 214.0
"""Width of the lane heads."""
MOST_LANES = 16
"""More persons than these share a lane, those of a role with fewest events first."""


class Row:
    """A lane with its head."""

    def __init__(
        self,
        id: str,
        name: str,
        sub: Sequence[tuple[str, str]],
        sign: RoleSign | None,
        drawing: LaneDrawing,
        *,
        filled: bool = True,
        hole: bool = False,
        outside_crm: bool = False,
    ) -> None:
        self.id, self.name, self.sub, self.sign, self.drawing = id, name, sub, sign, drawing
        self.filled, self.hole, self.outside_crm = filled, hole, outside_crm

    def draw(self, y: float, look: Look) -> tuple[Group, float]:
        """The lane's marks with its top at y, and the y below."""
        language = look.workspace.settings.language
        room = HEAD - 40
        lines = wrap(self.name, room, 14, 600, language)
        notes = [
            (line, fill) for note, fill in self.sub for line in wrap(note, room, 12, 400, look.say.language)
        ]
        tall = len(lines) * 18 + len(notes) * 15.5
        up, down = self.drawing.up, self.drawing.down
        slack = max(0.0, tall + 20 - up - down)
        middle = y + up + slack / 2
        base = middle - tall / 2 + 13
        marks: list[Mark] = []
        centre = MARGIN + 14
        sign_y = base + 3 if notes else middle
        if self.hole:
            look.used.add("nobody")
            marks.append(Rect(centre - 11, sign_y - 11, 22, 22, "paper", "negative", 1.4, (3, 2.5), 4))
            marks.append(Text(centre, sign_y + 4.6, "?", 13, 700, anchor="middle", fill="negative"))
        elif self.sign is not None:
            if self.outside_crm:
                look.used.add("outside-crm")
                marks.append(Circle(centre, sign_y, 15.5, None, "negative", 1.3, (3, 2.5)))
            marks.append(role_badge(self.sign, centre, sign_y, 20, self.filled))
        at = base
        for line in lines:
            marks.append(Text(MARGIN + 38, at, line, 14, 600, fill="negative" if self.hole else "ink"))
            at += 18
        at -= 1
        for note, fill in notes:
            marks.append(Text(MARGIN + 38, at, note, 12, fill=fill))
            at += 15.5
        ground, spots = self.drawing.at(middle)
        label = ", ".join([self.name, *(note for note, _ in self.sub)])
        group = Group((*marks, *ground, *spots), id=self.id, role="lane", label=label)
        return group, y + up + down + slack


def account_rows(
    history: AccountHistory,
    workspace: Workspace,
    document: Account | None,
    look: Look,
    signs: dict[str, RoleSign],
) -> list[Row]:
    """Persons in the order of the roles, each missing role in its place, then what nobody put a name to."""
    say = look.say
    silent = [days for one in history.members for _, _, days in quiet_times(look, one.events, one.gone)]
    longest = max(silent, default=0)
    lanes: list[tuple[tuple[int, int], Row]] = []
    order = {id: place for place, id in enumerate(workspace.role_order())}
    people = {one.id: one for one in document.people} if document else {}
    shared = _sharing(history.members)
    for number, member in enumerate(history.members):
        if number in shared:
            continue
        name = member_words(workspace, member, history.members, say)
        weights = people[member.described].influence if member.described in people else None
        sub = [(note, "ink-3") for note in [_weighs(workspace, member, weights, say)] if note]
        outside = history.in_data and not member.in_crm
        if outside:
            sub.append((say("account.no-crm"), "negative"))
        if member.gone:
            sub.append((say("account.gone", day=say.date(member.gone, short=True)), "negative"))
        if not member.events:
            sub.append((say("account.no-events"), "ink-3"))
        drawing = person_lane(
            look,
            f"person-{number}",
            name,
            member.role,
            member.events,
            gone=member.gone,
            leaves=member.leaves,
            leaving_words=say("account.leaves", who=first_name(name, member.name is not None)),
            longest_quiet=longest,
        )
        lane = Row(
            f"lane-{number}",
            name,
            sub,
            sign_of(signs, member.role),
            drawing,
            filled=member.gone is None,
            outside_crm=outside,
        )
        lanes.append(((order.get(member.role or "", len(order)), number), lane))
    for role in dict.fromkeys(history.members[number].role for number in shared):
        group = [history.members[number] for number in shared if history.members[number].role == role]
        part = part_words(workspace, role, group[0].part, say) or say("account.person")
        events = sorted((one for member in group for one in member.events), key=lambda one: one.time)
        name = say("account.others", count=len(group), part=part)
        drawing = person_lane(look, f"others-{role}", name, role, events, gone=history.today)
        lane = Row(f"lane-others-{role}", name, [], sign_of(signs, role), drawing)
        lanes.append(((order.get(role or "", len(order)), len(history.members)), lane))
    lanes += [
        ((order[role], len(history.members) + 1), _missing_lane(history, workspace, role, look))
        for role in history.missing
    ]
    left_over = [one for one in history.unnamed if one.perhaps is None]
    if left_over:
        shown = sum(look.axis.shows(one.time.date()) for one in left_over)
        sentence = say("account.unnamed", count=shown, what=_kinds_of_events(left_over, look))
        drawing = unnamed_lane(look, "unnamed", left_over, sentence if shown else "", hole=False)
        name = say("account.nobody-named")
        lane = Row(
            "lane-unnamed", name, [(say("account.any-part"), "ink-3")], signs.get(""), drawing, hole=True
        )
        lanes.append(((len(order) + 1, 0), lane))
    if not lanes:
        drawing = LaneDrawing(
            [Text(look.axis.left + 4, 4.5, say("account.nobody-known"), 12, 500, fill="negative")], [], 24, 26
        )
        lanes.append(((0, 0), Row("lane-nobody", say("account.nobody-named"), [], None, drawing, hole=True)))
    return [lane for _, lane in sorted(lanes, key=lambda item: item[0])]


def _sharing(members: Sequence[Member]) -> list[int]:
    """Places of those who share a lane where there are more persons than lanes."""
    if len(members) <= MOST_LANES:
        return []
    order = sorted(
        range(len(members)),
        key=lambda place: (
            members[place].number > 1,
            members[place].leaves is None,
            -len(members[place].events),
            place,
        ),
    )
    return sorted(order[MOST_LANES - 2 :])


def _missing_lane(history: AccountHistory, workspace: Workspace, role: str, look: Look) -> Row:
    say = look.say
    events = [one for one in history.unnamed if one.perhaps == role]
    shown = sum(look.axis.shows(one.time.date()) for one in events)
    name = short_names(workspace).get(role, role)
    part = part_words(workspace, role, workspace.roles[role].part, say)
    if shown:
        sentence = say("account.someone-like", count=shown, what=_kinds_of_events(events, look), role=name)
    else:
        sentence = say("account.ask-for", role=name)
    drawing = unnamed_lane(look, f"missing-{role}", events, sentence, hole=True)
    return Row(
        f"lane-missing-{role}",
        say("account.nobody-named"),
        [(part, "ink-3")] if part else [],
        None,
        drawing,
        hole=True,
    )


def _kinds_of_events(events: Sequence[AccountEvent], look: Look) -> list[str]:
    """The most frequent things among events, at most two."""
    names: dict[str, int] = {}
    for one in events:
        if look.axis.shows(one.time.date()):
            name = look.workspace.label("touchpoints", one.touchpoint) or one.activity
            names[name] = names.get(name, 0) + 1
    return sorted(names, key=lambda name: (-names[name], name))[:2]


def _weighs(workspace: Workspace, member: Member, weights: object, say: Reader) -> str:
    parts = []
    if member.name or member.part is None:
        parts.append(part_words(workspace, member.role, member.part, say) or say("account.part-unknown"))
    decision, use = getattr(weights, "decision", None), getattr(weights, "use", None)
    if decision is not None:
        parts.append(say("account.weighs", weight=decision))
    elif use is not None:
        parts.append(say("account.in-use", weight=use))
    return ", ".join(parts)
