"""What the network says in words: its finding, its description, its table."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.network.meetings import Meeting, left_outside, met_by
from polku.diagrams.parts.journey import JourneyFacts, a_few, short_names
from polku.scene import Table
from polku.words import Message, Reader, Text


def network_title(facts: JourneyFacts, found: Sequence[Meeting]) -> Text:
    """Roles that meet us without a name, else a missing handoff, else who is left outside, else the name."""
    if not found:
        return Message("network.title-none")
    return (
        _unnamed(facts) or _handoff(facts) or _outside(facts) or _busiest(facts, found) or facts.journey.label
    )


def network_description(facts: JourneyFacts, found: Sequence[Meeting]) -> Message:
    """The drawing in a few sentences."""
    outside = left_outside(facts.workspace, [facts.journey], facts)
    met = {one.step.touchpoint for one in facts.steps if one.step.touchpoint}
    return Message(
        "network.desc",
        {
            "journey": facts.journey.label,
            "roles": len(facts.roles),
            "count": len(met),
            "teams": len({owner for meeting in found for owner in meeting.owners}),
            "absent": sum(not meeting.present for meeting in found),
            "alone": sum(not one.step.touchpoint for one in facts.steps),
            "outside": outside.count,
            "missing": sum(change.handoff is None for change in facts.changes),
        },
    )


def network_table(facts: JourneyFacts, say: Reader) -> Table:
    """The same content as a table: a row for each step."""
    label = facts.workspace.label
    names = short_names(facts.workspace)
    receives = {change.step: change for change in facts.changes}
    rows = []
    for one in facts.steps:
        change = receives.get(one.step.id)
        hands = ""
        if change is not None:
            id = "network.hands-missing" if change.handoff is None else "network.hands"
            hands = say(id, before=label("teams", change.from_team), after=label("teams", change.to_team))
        present = one.touchpoint is None or one.touchpoint.direct
        acts = (*one.step.front, *one.step.back)
        systems = dict.fromkeys(label("systems", act.system) for act in acts if act.system)
        rows.append(
            (
                one.stage.label if one.stage else "",
                ", ".join(names.get(role or "", role or "–") for role in met_by(one)),
                one.step.label,
                one.touchpoint_name or "–",
                (one.channel.name or one.channel.id) if one.channel else "–",
                (label("teams", one.owner) or "–") if present else say("network.nobody-present"),
                hands,
                ", ".join(systems),
                label("partners", one.step.partner.id) if one.step.partner else "",
            )
        )
    columns = [say(f"diagrams.column-{name}") for name in ("stage", "role", "action", "touchpoint")]
    columns += [
        say(f"network.column-{name}") for name in ("channel", "team", "handoff", "systems", "partner")
    ]
    return Table(tuple(columns), tuple(rows), facts.journey.label)


def _unnamed(facts: JourneyFacts) -> Message | None:
    roles = facts.workspace.roles
    met = {one.step.touchpoint for one in facts.steps if one.step.touchpoint and _present_at(one)}
    here: dict[str, set[str]] = {}
    for one in facts.steps:
        document = roles.get(one.role or "")
        if document and document.in_crm is False and one.step.touchpoint and _present_at(one):
            here.setdefault(document.id, set()).add(one.step.touchpoint)
    if not here:
        return None
    names = short_names(facts.workspace)
    ordered = [role for role in facts.roles if role in here]
    return Message(
        "network.title-unnamed",
        {
            "count": len(ordered),
            "roles": a_few([names.get(role, role) for role in ordered]),
            "met": len(set().union(*here.values())),
            "all": len(met),
        },
    )


def _present_at(one: object) -> bool:
    touchpoint = getattr(one, "touchpoint", None)
    return touchpoint is None or touchpoint.direct


def _handoff(facts: JourneyFacts) -> Message | None:
    missing = next((change for change in facts.changes if change.handoff is None), None)
    if missing is None:
        return None
    label = facts.workspace.label
    return Message(
        "diagrams.title-handoff",
        {"before": label("teams", missing.from_team), "after": label("teams", missing.to_team)},
    )


def _outside(facts: JourneyFacts) -> Message | None:
    outside = left_outside(facts.workspace, [facts.journey], facts)
    if not outside.touchpoints:
        return None
    return Message(
        "network.title-outside",
        {"count": len(outside.touchpoints), "all": len(facts.workspace.touchpoints)},
    )


def _busiest(facts: JourneyFacts, found: Sequence[Meeting]) -> Message | None:
    kept: dict[str, int] = {}
    for meeting in found:
        if meeting.owner:
            kept[meeting.owner] = kept.get(meeting.owner, 0) + meeting.touchpoints
    if not kept:
        return None
    team, count = max(kept.items(), key=lambda item: item[1])
    whole = sum(meeting.touchpoints for meeting in found)
    name = facts.workspace.label("teams", team)
    return Message("network.title-busiest", {"team": name, "count": count, "all": whole})
