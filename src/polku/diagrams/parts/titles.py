"""What a drawing of a journey says in its heading: the finding, chosen by rule."""

from __future__ import annotations

from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.words import Message, Text


def journey_title(facts: JourneyFacts, roles: frozenset[str] | None = None) -> Text:
    """The lowest point, else the longest wait, else a missing handoff, else what nobody asked, else the name.

    With roles, only their own steps are looked at for the lowest point.
    """
    return (
        _lowest(facts, roles)
        or _longest_wait(facts)
        or _missing_handoff(facts)
        or _unasked(facts)
        or facts.journey.label
    )


def lowest_step(facts: JourneyFacts, roles: frozenset[str] | None = None) -> StepFacts | None:
    """The step below neutral that speaks for the journey; None where nothing known is below."""
    felt = [
        one
        for one in facts.steps
        if one.step.feels is not None and one.step.feels < 0 and (roles is None or one.role in roles)
    ]
    # Of equally low points the best evidenced speaks, then the heaviest pain, then the first.
    return min(felt, key=_weight, default=None)


def _lowest(facts: JourneyFacts, roles: frozenset[str] | None) -> Message | None:
    worst = lowest_step(facts, roles)
    if worst is None:
        return None
    if not worst.role_name:
        return Message("diagrams.title-lowest-nobody", {"does": worst.step.label})
    return Message("diagrams.title-lowest", {"role": worst.role_name, "does": worst.step.label})


def _weight(one: StepFacts) -> tuple[int, int, int, int]:
    heaviest = max((pain.weight or 1 for pain in one.step.pains), default=0)
    return one.step.feels or 0, -len(one.evidence), -heaviest, one.number


def _longest_wait(facts: JourneyFacts) -> Message | None:
    limit = facts.workspace.settings.limits.long_wait
    waits = [one for one in facts.steps if one.step.waits and one.step.waits >= limit]
    if not waits:
        return None
    longest = max(waits, key=lambda one: (one.step.waits, -one.number))
    return Message("diagrams.title-wait", {"time": longest.step.waits, "does": longest.step.label})


def _missing_handoff(facts: JourneyFacts) -> Message | None:
    missing = [change for change in facts.changes if change.handoff is None]
    if not missing:
        return None
    label = facts.workspace.label
    first = missing[0]
    return Message(
        "diagrams.title-handoff",
        {"before": label("teams", first.from_team), "after": label("teams", first.to_team)},
    )


def _unasked(facts: JourneyFacts) -> Message | None:
    unasked = sum(one.step.feels is None for one in facts.steps)
    if not unasked:
        return None
    return Message("diagrams.title-unasked", {"unasked": unasked, "count": len(facts.steps)})


def description(facts: JourneyFacts, id: str = "diagrams.desc-matrix") -> Message:
    """The drawing in a few sentences, for those who cannot see it; `id` names the view's own sentence."""
    felt = [one for one in facts.steps if one.step.feels is not None]
    extremes: Text = ""
    if felt:
        low = min(felt, key=lambda one: (one.step.feels, one.number))
        high = max(felt, key=lambda one: (one.step.feels, -one.number))
        extremes = Message(
            "diagrams.desc-extremes",
            {
                "low": low.step.label,
                "low_feels": low.step.feels,
                "high": high.step.label,
                "high_feels": high.step.feels,
            },
        )
    return Message(
        id,
        {
            "journey": facts.journey.label,
            "count": len(facts.steps),
            "stages": len([stage for stage, _ in facts.stages if stage]),
            "roles": len(facts.roles),
            "evidenced": facts.evidenced,
            "unasked": len(facts.steps) - len(felt),
            "extremes": extremes,
        },
    )


def measured_description(facts: JourneyFacts, measured: MeasuredJourney) -> Message:
    """The measured overlay in a few sentences."""
    return Message(
        "diagrams.desc-measured",
        {
            "journey": facts.journey.label,
            "steps": len(facts.steps),
            "count": measured.cases,
            "accounts": measured.accounts,
            "seen": len(measured.seen),
            "unseen": sum(not measured.step(one.step.id).observable for one in facts.steps),
            "unintended": len(measured.unintended),
        },
    )
