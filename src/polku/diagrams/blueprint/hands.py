"""Where a journey meets the company and where work changes hands in it, before anything is drawn."""

from __future__ import annotations

from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.documents import Act, Handoff


def meetings(facts: JourneyFacts) -> tuple[StepFacts, ...]:
    """Steps in which a customer meets us directly."""
    return tuple(one for one in facts.steps if one.touchpoint is not None and one.touchpoint.direct)


def bare(one: StepFacts) -> bool:
    """Whether a meeting with us has nothing described behind it."""
    return one.touchpoint is not None and one.touchpoint.direct and not one.step.back


def team_of(act: Act, one: StepFacts) -> str | None:
    """Whose lane an act stands in."""
    return act.team or one.owner


Passed = tuple[StepFacts, str | None, Handoff | None, str, str]
"""Receiving step, giving step, what is described, from team, to team."""


def given_hands(facts: JourneyFacts) -> list[Passed]:
    """All places where work changes hands: along drawn ways, and those that only the receiving step tells of."""
    found: list[Passed] = []
    for change in facts.changes:
        one = facts.by_id[change.step]
        from_team = change.from_team
        said = change.handoff.from_ if change.handoff else None
        if said and said != change.to_team:
            from_team = said
        found.append((one, change.before, change.handoff, from_team, change.to_team))
    told = {(one.step.id) for one, *_ in found}
    for one in facts.steps:
        given = one.step.receives
        if given and one.step.id not in told and given.from_ and one.owner and given.from_ != one.owner:
            found.append((one, None, given, given.from_, one.owner))
    # Two ways from one team into one step are one handoff.
    return list({(one[0].step.id, one[3], one[4]): one for one in reversed(found)}.values())[::-1]
