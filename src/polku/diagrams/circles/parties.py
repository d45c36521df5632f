"""Who stands in the circles: roles of the customer, our teams, partners; how near, how heavy, and what is said of each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from polku.diagrams.parts.journey import NOBODY, JourneyFacts, StepFacts, a_few, short_names
from polku.documents import DECISION_WEIGHT, Partner, Role, Team
from polku.scene import RoleSign
from polku.words import Message, Reader

DAILY, PROJECT, BUDGET, UNSAID = range(4)
RING: Mapping[str | None, int] = {"daily": DAILY, "project": PROJECT, "budget": BUDGET, None: UNSAID}
DEPTH: Mapping[str | None, float] = {"high": 0.0, "medium": 0.5, "low": 1.0, None: 0.5}

PER_WEIGHT = 28.0
"""Radius of somebody of weight 1; areas are in proportion to weights."""

LARGEST_TEAM, LEAST = 50.0, 20.0


@dataclass(frozen=True)
class Party:
    """Somebody in the circles.

    Args:
        ring, depth: how near to daily use; see circles_layout.
        known: whether the CRM has a name; None where nobody said. Teams and partners are known.
        caption: a few words under the circle; loud: in the colour of what is missing.
        heading, body: the one note about them.
        steps: at which they are.
    """

    id: str
    kind: Literal["role", "team", "partner", "nobody"]
    name: str
    sign: RoleSign | None
    ring: int
    depth: float
    r: float
    known: bool | None
    caption: str
    heading: str
    body: str
    steps: tuple[StepFacts, ...]

    @property
    def left(self) -> bool:
        """The customer stands left, we and partners right."""
        return self.kind in ("role", "nobody") and self.sign is not None

    @property
    def loud(self) -> bool:
        """Whether what is said of them is a hole in the buying centre."""
        return self.kind == "role" and self.known is False


def parties(facts: JourneyFacts, say: Reader) -> tuple[Party, ...]:
    """Roles of the journey, all teams, and the partners that take part, each in the workspace's order."""
    roles = [_role(facts, id, say) for id in facts.roles]
    if any(one.role is None for one in facts.steps) or not roles:
        roles.append(_nobody(facts, say))
    rings = {party.id: party.ring for party in roles}
    owned = Counter(one.owner for one in facts.steps if one.owner and _met(one))
    most = max(owned.values(), default=0)
    teams = [_team(facts, team, rings, owned[team.id], most, say) for team in facts.workspace.settings.teams]
    ids = dict.fromkeys(one.step.partner.id for one in facts.steps if one.step.partner)
    partners = [_partner(facts, id, rings, say) for id in ids]
    return (*roles, *teams, *partners)


def unnamed_at_the_centre(found: tuple[Party, ...]) -> tuple[Party, ...]:
    """Roles of the innermost ring that anybody stands in, if the CRM has a name for none of them."""
    roles = [party for party in found if party.kind == "role" and party.ring != UNSAID]
    nearest = [party for party in roles if party.ring == min(one.ring for one in roles)]
    return tuple(nearest) if nearest and all(party.known is False for party in nearest) else ()


def _role(facts: JourneyFacts, id: str, say: Reader) -> Party:
    document = facts.workspace.roles.get(id) or Role(id=id)
    steps = tuple(one for one in facts.steps if id in (one.role, *one.step.with_))
    decides = document.decides
    said = say(f"meetings.decides-{decides}") if decides else say("circles.decides-unsaid")
    unnamed = document.in_crm is False
    caption = say("circles.unnamed-caption", decides=said) if unnamed else said
    return Party(
        id=id,
        kind="role",
        name=short_names(facts.workspace).get(id, id),
        sign=facts.signs.get(id, NOBODY),
        ring=RING[document.closeness],
        depth=DEPTH[document.insight],
        r=max(LEAST, PER_WEIGHT * math.sqrt(DECISION_WEIGHT[decides])) if decides else PER_WEIGHT,
        known=document.in_crm,
        caption=caption,
        heading=_role_heading(document, said, say),
        body=_sentences(document.job, _role_facts(document, steps, len(facts.steps), say)),
        steps=steps,
    )


def _role_heading(document: Role, said: str, say: Reader) -> str:
    if document.in_crm is False:
        return _capital(say("circles.heading-unnamed", decides=said))
    if document.decides == "signs" and document.insight == "low":
        return say("circles.heading-signs-blind")
    return _capital(said)


def _role_facts(document: Role, steps: tuple[StepFacts, ...], total: int, say: Reader) -> str:
    insight = document.insight or "unsaid"
    parts = [say(f"circles.insight-{insight}"), say("circles.takes-part", count=len(steps), total=total)]
    if document.in_crm is None:
        parts.append(say("circles.crm-unsaid"))
    return " ".join(parts)


def _nobody(facts: JourneyFacts, say: Reader) -> Party:
    """The hole of steps, or of a whole journey, without a role."""
    steps = tuple(one for one in facts.steps if one.role is None)
    return Party(
        id="nobody",
        kind="nobody",
        name="",
        sign=NOBODY,
        ring=UNSAID,
        depth=0.5,
        r=PER_WEIGHT,
        known=None,
        caption=say("diagrams.role-nobody"),
        heading=say("circles.heading-nobody"),
        body=say("circles.takes-part", count=len(steps), total=len(facts.steps)) if steps else "",
        steps=steps,
    )


def _team(
    facts: JourneyFacts, team: Team, rings: Mapping[str, int], count: int, most: int, say: Reader
) -> Party:
    steps = tuple(one for one in facts.steps if one.owner == team.id and _met(one))
    behind = sum(any(act.team == team.id for act in (*one.step.front, *one.step.back)) for one in facts.steps)
    if count:
        caption = say("circles.meets-count", count=count)
        heading, body = _whom(facts, steps, say)
    else:
        caption = say("circles.meets-none")
        heading = say("circles.heading-behind" if behind else "circles.heading-apart")
        body = say("circles.behind", count=behind) if behind else say("circles.no-part")
    if team.external:
        body = f"{say('circles.external')} {body}"
    return Party(
        id=team.id,
        kind="team",
        name=team.name or team.id,
        sign=None,
        ring=_nearest(steps, rings),
        depth=0.5,
        r=max(LEAST, LARGEST_TEAM * math.sqrt(count / most)) if most else LEAST,
        known=True,
        caption=caption,
        heading=heading,
        body=body,
        steps=steps,
    )


def _whom(facts: JourneyFacts, steps: tuple[StepFacts, ...], say: Reader) -> tuple[str, str]:
    """Whom a team meets most, and whom else."""
    names = short_names(facts.workspace)
    met = Counter(names.get(one.role or "", one.role or "") or say("diagrams.role-nobody") for one in steps)
    (first, times), *others = met.most_common()
    heading = say("circles.heading-meets", role=first, count=times)
    if not others:
        return heading, say("circles.meets-only")
    rest = [say("circles.times", role=role, count=count) for role, count in others]
    return heading, say("circles.meets-others", others=rest)


def _partner(facts: JourneyFacts, id: str, rings: Mapping[str, int], say: Reader) -> Party:
    document = facts.workspace.partners.get(id) or Partner(id=id)
    steps = tuple(one for one in facts.steps if one.step.partner and one.step.partner.id == id)
    asked = document.satisfaction
    if asked and asked.score is not None and asked.scale:
        heading = _capital(say("network.content", score=asked.score, scale=asked.scale))
    else:
        heading = _capital(say("network.content-unknown"))
    does = document.does or next((one.step.partner.does for one in steps if one.step.partner), None)
    expects = say("circles.expects", what="; ".join(document.expects)) if document.expects else ""
    return Party(
        id=id,
        kind="partner",
        name=document.label,
        sign=None,
        ring=_nearest(steps, rings),
        depth=0.5,
        r=40.0,
        known=True,
        caption=say("circles.partner"),
        heading=heading,
        body=_sentences(does, expects),
        steps=steps,
    )


def _nearest(steps: tuple[StepFacts, ...], rings: Mapping[str, int]) -> int:
    """The innermost ring of those met; without anybody, the outermost ring that is said."""
    said = [ring for one in steps if (ring := rings.get(one.role or "", UNSAID)) != UNSAID]
    if said:
        return min(said)
    return UNSAID if steps else BUDGET


def _met(one: StepFacts) -> bool:
    """Whether somebody of the company is present."""
    return one.touchpoint_name is not None and (one.touchpoint is None or one.touchpoint.direct)


def _sentences(*parts: str | None) -> str:
    said = [part.strip() for part in parts if part and part.strip()]
    return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in said)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def circles_title(facts: JourneyFacts, found: tuple[Party, ...]) -> Message | str:
    """Who is closest and has no name, else who knows and has none, else who is not placed, else the name."""
    roles = [party for party in found if party.kind == "role"]
    if not roles:
        return Message("circles.title-none")
    nearest = unnamed_at_the_centre(found)
    if nearest:
        return Message("circles.title-nearest", _named(nearest))
    documents = facts.workspace.roles
    knowing = tuple(
        party
        for party in roles
        if party.known is False and (one := documents.get(party.id)) and one.insight == "high"
    )
    if knowing:
        return Message("circles.title-knowing", _named(knowing))
    unsaid = [party for party in roles if party.ring == UNSAID]
    if unsaid:
        return Message("circles.title-unsaid", {"count": len(unsaid), "all": len(roles)})
    blind = next(
        (
            one
            for party in roles
            if (one := documents.get(party.id)) and one.decides == "signs" and one.insight == "low"
        ),
        None,
    )
    if blind:
        return Message("circles.title-blind", {"role": short_names(facts.workspace).get(blind.id, blind.id)})
    return facts.journey.label


def _named(found: tuple[Party, ...]) -> dict[str, object]:
    return {"count": len(found), "roles": a_few([party.name for party in found])}
