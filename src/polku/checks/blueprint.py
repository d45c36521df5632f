"""PK3: blueprint and partners: what carries the journey, and where work changes hands."""

from __future__ import annotations

from collections.abc import Iterator

from polku.checks.context import Context
from polku.checks.finding import FindingLevel, Hit
from polku.checks.labels import quoted, step_label, team_label
from polku.checks.registry import check
from polku.documents import changes_of_hands
from polku.words import Message


@check("PK301", "warning")
def carried_by_nobody(context: Context) -> Iterator[Hit]:
    """Steps that meet the company, without a word of what it does there."""
    for document, journey in context.journeys():
        for step in journey.steps:
            touchpoint = context.workspace.touchpoints.get(step.touchpoint or "")
            if touchpoint is not None and touchpoint.direct and not step.front and not step.back:
                label = step_label(step)
                values = {"step": label, "touchpoint": quoted(touchpoint.label)}
                yield Hit(document, f"steps/{step.id}", Message("checks.pk301.says", values), label)


@check("PK302", "warning")
def unheard_partner(context: Context) -> Iterator[Hit]:
    """Partners with a part in a journey whose own side nobody wrote down."""
    workspace = context.workspace
    drawn = {step.partner.id for _, journey in context.journeys() for step in journey.steps if step.partner}
    for id, partner in workspace.partners.items():
        if id not in drawn:
            continue
        satisfied = partner.satisfaction is not None and partner.satisfaction.score is not None
        missing = {
            "expectations": not partner.expects,
            "agreement": not partner.agreement,
            "satisfaction": not satisfied,
        }
        lacking = [Message(f"checks.partner.{what}") for what, lacks in missing.items() if lacks]
        if lacking:
            says = Message("checks.pk302.says", {"partner": partner.label, "missing": lacking})
            yield Hit(f"partners/{id}", None, says)


@check("PK303", "warning")
def dropped_between_teams(context: Context) -> Iterator[Hit]:
    """Places where the owner changes, and nobody says who passes what on."""
    workspace = context.workspace
    for document, journey in context.journeys():
        for change in changes_of_hands(workspace, journey):
            step = journey.step(change.step)
            assert step is not None
            values = {
                "from": team_label(workspace, change.from_team),
                "to": team_label(workspace, change.to_team),
                "step": step_label(step),
            }
            handoff = change.handoff
            if handoff is None:
                fix = Message("checks.pk303.fix", {"id": change.from_team})
                says = Message("checks.pk303.says", values)
                label = Message("checks.pk303.label", values)
                yield Hit(document, f"steps/{step.id}", says, label, fix)
                continue
            owner = handoff.owner is not None and (handoff.owner.from_ or handoff.owner.to)
            missing = {"passes": not handoff.passes, "owner": not owner}
            lacking = [Message(f"checks.handoff.{what}") for what, lacks in missing.items() if lacks]
            if lacking:
                says = Message("checks.pk303.incomplete", {**values, "missing": lacking})
                label = Message("checks.pk303.label-incomplete", {**values, "missing": lacking})
                fix = Message("checks.pk303.fix-incomplete")
                # Work that is passed on without a name is better than none that is passed on.
                level: FindingLevel = "warning" if missing["passes"] else "hint"
                yield Hit(document, f"steps/{step.id}/receives", says, label, fix, level=level)


@check("PK304", "warning")
def mapped_alone(context: Context) -> Iterator[Hit]:
    """Journeys that one team made by itself."""
    for document, journey in context.journeys():
        teams = set(journey.mapped_by)
        if len(teams) == 1:
            team = team_label(context.workspace, next(iter(teams)))
            says = Message("checks.pk304.says", {"journey": quoted(journey.label), "team": team})
            yield Hit(document, "mapped_by", says)


@check("PK305", "hint")
def partner_without_aim(context: Context) -> Iterator[Hit]:
    """Partners with whom the company wants nothing."""
    for id, partner in context.workspace.partners.items():
        if not partner.aims:
            yield Hit(f"partners/{id}", None, Message("checks.pk305.says", {"partner": partner.label}))
