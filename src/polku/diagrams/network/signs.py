"""The signs of the network: roles, meetings, the buying centre, the legend."""

from __future__ import annotations

import math

from polku.diagrams.network.layout import (
    LABEL,
    NODE,
    RING,
    ROLE,
    Block,
    Layout,
)
from polku.diagrams.network.meetings import met_by
from polku.diagrams.network.net import NAME, NOTE, STRAND, THIN, Network
from polku.diagrams.parts import signs
from polku.diagrams.parts.frame import LegendEntry, role_badge
from polku.diagrams.parts.ways_between import crossings
from polku.scene import (
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Text,
    text_lines,
    text_width,
    widest,
    wrap,
)
from polku.scene.marks import Anchor


def centre_group(net: Network, layout: Layout, cx: float, cy: float) -> Mark:
    """What the field in the middle is, in the place at its edge that ways and roles leave free."""
    words = net.say("network.buying-centre")
    wide = text_width(words, NOTE, 600) + 8
    best: tuple[int, float, float] | None = None
    for aside in (0.0, -0.3, 0.3, math.pi, math.pi - 0.3, math.pi + 0.3):
        x, y = layout.field.grown(-24).at(aside)
        block = Block(x - wide / 2, y - 13, x + wide / 2, y + 5)
        if not all(
            layout.field.holds(across, y - 13 if y < 0 else y + 5) for across in (block.left, block.right)
        ):
            continue
        roles = (
            Block(at.x - 70, at.y - ROLE - 4, at.x + 70, at.y + net.role_height(role) + 10)
            for role, at in layout.roles.items()
        )
        hits = crossings(net.curves, block) + 9 * any(block.meets(other) for other in roles)
        if best is None or hits < best[0]:
            best = hits, x, y
    _, x, y = best or (0, 0.0, 26 - layout.field.ry)
    return Group(
        (
            Rect(cx + x - wide / 2, cy + y - 13, wide, 18, "sunken", radius=3),
            Text(cx + x, cy + y, words, NOTE, 600, anchor="middle", fill="ink-2"),
        ),
        id="buying-centre",
    )


def meeting_group(net: Network, number: int, layout: Layout, cx: float, cy: float) -> Group:
    """A touchpoint's circle with the sign of its channel, and its words."""
    meeting, spot, label = net.meetings[number], layout.spots[number], net.labels[number]
    x, y = cx + spot.x, cy + spot.y
    marks: list[Mark] = []
    if meeting.truth:
        net.used.add("moment-of-truth")
        marks.append(Circle(x, y, NODE + 4, "paper", "ink", 1.5))
    if not meeting.present:
        marks.append(Circle(x, y, NODE, "paper", "line-strong", 1.4, (4, 3)))
    elif net.unseen(meeting):
        net.used.add("unseen")
        marks.append(Circle(x, y, NODE, "paper", "line-strong", 1.4, (2.5, 2)))
    else:
        marks.append(Circle(x, y, NODE, "surface", "ink", 1.5))
    marks += signs.channel(meeting.kind, x, y, meeting.present)
    side = 1.0 if spot.right else -1.0
    anchor: Anchor = "start" if spot.right else "end"
    left = x + side * (RING + 6)
    top = cy + spot.label_top
    wide = net.label_width(label)
    plate = Rect(left if spot.right else left - wide, top, wide, label.height, "paper")
    marks.append(plate)
    marks += text_lines(
        label.name,
        left,
        top + 12.5,
        size=NAME,
        weight=600,
        anchor=anchor,
        line=16 / NAME,
    )
    below = top + len(label.name) * 16 + 11.5
    marks += text_lines(
        label.note,
        left,
        below,
        size=NOTE,
        anchor=anchor,
        fill="ink-3",
        line=15 / NOTE,
    )
    who = dict.fromkeys(
        net.names.get(role or "", role or "") for one in meeting.steps for role in met_by(one)
    )
    parts = [meeting.name or net.say("network.no-channel"), ", ".join(filter(None, who))]
    if meeting.owner:
        parts.append(net.facts.workspace.label("teams", meeting.owner))
    return Group(
        tuple(marks),
        id=f"meeting-{number}",
        role="touchpoint",
        label=". ".join(filter(None, parts)) + ".",
    )


def no_meeting_group(net: Network, layout: Layout, cx: float, cy: float) -> Group:
    """A hole where the first touchpoint would stand."""
    x, y = cx + layout.ring.rx, cy
    lines = wrap(net.say("network.no-meeting"), LABEL, NAME, 400, net.say.language)
    marks: tuple[Mark, ...] = (
        Circle(x, y, NODE, "paper", "line-strong", 1.4, (4, 3)),
        *text_lines(lines, x + RING + 6, y + 4, size=NAME, fill="ink-3"),
    )
    return Group(marks, id="meeting-none", role="touchpoint")


def role_group(net: Network, role: str | None, layout: Layout, cx: float, cy: float) -> Group:
    """A role's circle, dashed where the CRM has no name, and its words on a clear plate."""
    at = layout.roles[role]
    x, y = cx + at.x, cy + at.y
    name, notes = net.captions[role]
    document = net.facts.workspace.roles.get(role or "")
    if document and document.in_crm is False:
        net.used.add("no-name")
        ring = Circle(x, y, ROLE, "surface", "negative", 2, (5, 3.5))
    elif document and document.in_crm:
        ring = Circle(x, y, ROLE, "surface", "ink", 1.5)
    else:
        net.used.add("name-unknown")
        ring = Circle(x, y, ROLE, "surface", "line-strong", 1.4, (4, 3))
    wide = max(widest(name, NAME, 600), *(widest([note], NOTE) for note, _ in notes), 0.0)
    top = y + ROLE + 4
    high = len(name) * 16 + len(notes) * 15 + 4
    marks: list[Mark] = [
        Rect(x - wide / 2 - 4, top, wide + 8, high, "sunken", radius=3),
        ring,
        role_badge(net.sign(role), x, y, 27, net.in_front(role), "surface"),
        *text_lines(name, x, top + 14, size=NAME, weight=600, anchor="middle", line=16 / NAME),
    ]
    below = top + len(name) * 16 + 13
    for place, (note, fill) in enumerate(notes):
        marks += text_lines([note], x, below + place * 15, size=NOTE, anchor="middle", fill=fill)
    label = ". ".join((" ".join(name), *(note for note, _ in notes))) + "."
    return Group(tuple(marks), id=f"role-{role or 'nobody'}", role="role", label=label)


def legend_entries(
    net: Network,
) -> list[LegendEntry]:
    """The signs used."""
    hue = net.sign(net.roles[min(1, len(net.roles) - 1)]).token if net.roles else "ink"
    known: dict[str, tuple[str, float]] = {
        "meets": ("meets-measured" if net.measured else "meets", 22.0),
        "with": ("with", 22.0),
        "indirect": ("indirect", 22.0),
        "spoke": ("spoke", 22.0),
        "absent": ("absent", 22.0),
        "nobody": ("nobody", 22.0),
        "unseen": ("unseen", 17.0),
        "moment-of-truth": ("moment-of-truth", 20.0),
        "handoff": ("handoff", 28.0),
        "missing-handoff": ("missing-handoff", 28.0),
        "no-name": ("no-name", 18.0),
        "name-unknown": ("name-unknown", 18.0),
        "partner": ("partner", 22.0),
        "outside": ("outside", 22.0),
    }
    return [
        LegendEntry(
            lambda x, y, name=name: _sign(name, hue, x, y),  # type: ignore[misc]
            net.say(f"network.legend-{words}"),
            wide,
        )
        for name, (words, wide) in known.items()
        if name in net.used
    ]


def _sign(name: str, hue: str, x: float, y: float) -> tuple[Mark, ...]:
    """A sign of the legend."""
    if name in ("handoff", "missing-handoff"):
        return signs.handoff(x, y) if name == "handoff" else signs.missing_handoff(x, y)
    strokes: dict[str, tuple[str, float, tuple[float, ...]]] = {
        "meets": (hue, STRAND, ()),
        "with": (hue, THIN, ()),
        "indirect": (hue, STRAND, (5, 4)),
        "spoke": ("line-strong", 1.1, ()),
        "absent": ("line-strong", 1.2, (4, 3)),
    }
    if name in strokes:
        stroke, wide, dash = strokes[name]
        return (Line(x - 11, y, x + 11, y, stroke, wide, dash),)
    if name == "moment-of-truth":
        return Circle(x, y, 8.5, "paper", "ink", 1.4), Circle(x, y, 5.5, "surface", "ink", 1.4)
    if name == "no-name":
        return (Circle(x, y, 7.5, "surface", "negative", 1.8, (4, 2.8)),)
    if name == "name-unknown":
        return (Circle(x, y, 7.5, "surface", "line-strong", 1.3, (3, 2.4)),)
    if name == "unseen":
        return (Circle(x, y, 7.5, "paper", "line-strong", 1.3, (2.5, 2)),)
    if name == "partner":
        return signs.swatch(x, y, "dots")
    return (Rect(x - 11, y - 6, 22, 12, None, "line-strong", 1.2, (4, 3), 3),)
