"""What holds the steps of a journey: its own fields, and those of a stage, edited where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from polku.documents import RULE_FIELDS, Journey, Stage
from polku.studio.drawer import Found, findings_at, found_at
from polku.studio.drawer_fields import Fields, question_rows
from polku.studio.fields import Field, Option, Row, Rows, choices, written
from polku.studio.shown import findings_in
from polku.studio.visit import Visit

WHENS = ("before", "during", "after")
TACTICS = ("attract", "convert", "close", "delight")


@dataclass(frozen=True)
class StageDrawer:
    """A stage with its bank of questions.

    Args:
        alone: whether it is the journey's only stage, which stays.
    """

    stage: Stage
    number: int
    total: int
    steps: int
    title: Field
    fields: tuple[Field, ...]
    questions: Rows
    findings: tuple[Found, ...]


@dataclass(frozen=True)
class JourneyDrawer:
    """What a journey is, by itself."""

    journey: Journey
    title: Field
    fields: tuple[Field, ...]
    rounds: tuple[Field, ...]
    ends: Rows
    rules: Rows
    rule_kinds: tuple[Option, ...]
    places: tuple[Option, ...]
    role_names: tuple[Option, ...]
    findings: tuple[Found, ...]


def stage_drawer(visit: Visit, journey: Journey, id: str) -> StageDrawer | None:
    """What the drawer shows of a stage; None where there is no such stage."""
    stage = journey.stage(id)
    if stage is None:
        return None
    maker = Fields(visit, journey, stage, f"stages/{id}")
    say = visit.say
    return StageDrawer(
        stage=stage,
        number=[one.id for one in journey.stages].index(id) + 1,
        total=len(journey.stages),
        steps=sum(step.stage == id for step in journey.steps),
        title=maker.field("name", prompt="stage-name-prompt"),
        fields=(
            maker.choice("when", [(one, say(f"diagrams.when-{one}")) for one in WHENS]),
            maker.choice("tactic", [(one, say(f"diagrams.tactic-{one}")) for one in TACTICS]),
            maker.choice("loops_to", [(one.id, one.label) for one in journey.stages], none="loops-to-none"),
        ),
        questions=question_rows(visit, journey, stage),
        findings=findings_at(visit, journey, f"stages/{id}"),
    )


def journey_drawer(visit: Visit, journey: Journey) -> JourneyDrawer:
    """What the drawer shows of the journey itself."""
    workspace, say = visit.workspace, visit.say
    maker = Fields(visit, journey, journey, "")
    others = [(one.id, one.label) for one in workspace.journeys.values() if one.id != journey.id]
    places = [(id, one.label) for id, one in workspace.touchpoints.items()]
    fields = [
        maker.choice(
            "state", [(one, say(f"diagrams.state-{one}")) for one in ("as-is", "to-be")], none="none"
        ),
        maker.choice("improves", others),
        maker.choice("segment", workspace.segments, none="segment-none"),
        maker.choice("account", workspace.accounts),
        maker.choice("extends", others),
        maker.choice(
            "roles", [(id, workspace.label("roles", id)) for id in workspace.role_order()], kind="many"
        ),
        maker.choice("owner", workspace.teams, none="journey-owner-none", label=maker.words("journey-owner")),
        maker.choice("mapped_by", workspace.teams, kind="many"),
        maker.field("validated", kind="day", label=maker.words("validated-day")),
        maker.field("review", kind="lasting", prompt="lasting-prompt"),
        maker.choice("applies", workspace.improvements, kind="many"),
    ]
    if visit.names:
        fields.insert(8, maker.field("mapped_with", prompt="mapped-with-prompt"))
    rounds = journey.rounds
    walks = (
        Field(
            "rounds/starts",
            maker.words("starts"),
            "many",
            options=choices(places, rounds.starts if rounds else (), None),
            prompt=maker.words("empty"),
        ),
        Field(
            "rounds/quiet",
            maker.words("quiet"),
            "lasting",
            maker.lasting(rounds.quiet if rounds else None),
            prompt=maker.words("lasting-prompt"),
        ),
    )
    found = tuple(
        found_at(visit, journey, finding, place)
        for finding in findings_in(visit.space, journey)
        for place in finding.occurrences
        if not (place.item or "").startswith(("steps/", "stages/"))
    )
    known_places = _places(maker)
    return JourneyDrawer(
        journey=journey,
        title=maker.field("name", prompt="journey-name-prompt"),
        fields=tuple(fields),
        rounds=walks,
        ends=_ends(maker),
        rules=_rules(maker, known_places),
        rule_kinds=choices([(kind, say(f"studio-editor.rule-{kind}")) for kind in RULE_FIELDS], None, None),
        places=choices(known_places, None, None),
        role_names=choices([(id, workspace.label("roles", id)) for id in workspace.role_order()], None, None),
        findings=found,
    )


def _places(maker: Fields) -> list[tuple[str, str]]:
    """Steps, touchpoints and stages: what a rule can be about."""
    steps = [(step.id, step.label) for step in maker.journey.steps]
    touchpoints = [(id, one.label) for id, one in maker.workspace.touchpoints.items()]
    stages = [(stage.id, stage.label) for stage in maker.journey.stages]
    return list(dict([*stages, *touchpoints, *steps]).items())


def _rules(maker: Fields, places: list[tuple[str, str]]) -> Rows:
    """What is to happen, or not, each with what it is about."""
    say = maker.say
    roles = [(id, maker.workspace.label("roles", id)) for id in maker.workspace.role_order()]
    rows = []
    for rule in maker.journey.rules:
        at = f"rules/{rule.id}"
        more = [
            Field(f"{at}/of", maker.words("rule-of"), "choice", rule.of or "", choices(places, rule.of, None))
        ]
        for name in ("then", "after", "without"):
            value = getattr(rule, name)
            if name in RULE_FIELDS[rule.rule]:
                options = choices(places, value, None)
                more.append(
                    Field(f"{at}/{name}", maker.words(f"{name}-what"), "choice", value or "", options)
                )
        if "role" in RULE_FIELDS[rule.rule]:
            more.append(
                Field(
                    f"{at}/role",
                    maker.words("role"),
                    "choice",
                    rule.role or "",
                    choices(roles, rule.role, None),
                )
            )
        if rule.rule in ("existence", "absence"):
            more.append(Field(f"{at}/times", maker.words("times"), "number", written(rule.times, say)))
        more.append(
            Field(
                f"{at}/within",
                maker.words("within"),
                "lasting",
                maker.lasting(rule.within),
                prompt=maker.words("lasting-prompt"),
            )
        )
        main = Field(
            f"{at}/name", maker.words("rule-name"), "text", rule.name or "", prompt=maker.words("rule-name")
        )
        rows.append(Row(at, main, tuple(more), say(f"studio-editor.rule-{rule.rule}")))
    return Rows("rules", maker.words("rules"), tuple(rows), maker.words("rule-new"))


def _ends(maker: Fields) -> Rows:
    """What ends a round, each with how the round counts then."""
    rounds, say = maker.journey.rounds, maker.say
    rows = []
    known = [(id, one.label) for id, one in maker.workspace.touchpoints.items()]
    for number, end in enumerate(rounds.ends if rounds else (), start=1):
        at = f"rounds/ends/{number}"
        main = (
            Field(f"{at}/activity", maker.words("activity"), "line", end.activity)
            if end.activity
            else Field(
                f"{at}/touchpoint",
                maker.words("touchpoint"),
                "choice",
                end.touchpoint or "",
                choices(known, end.touchpoint, None),
            )
        )
        ways = [(one, say(f"studio-editor.as-{one}")) for one in ("done", "lost")]
        rows.append(
            Row(
                at,
                main,
                (Field(f"{at}/as", maker.words("as"), "choice", end.as_, choices(ways, end.as_, None)),),
            )
        )
    return Rows("rounds/ends", maker.words("ends-rounds"), tuple(rows), maker.words("ends-prompt"))
