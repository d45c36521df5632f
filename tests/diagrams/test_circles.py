"""What the circles say: nearer is closer to use, larger weighs more, dashed has no name; nobody stands on another."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from itertools import cycle

import pytest

from polku.diagrams.circles.circles import Rings, draw_circles
from polku.diagrams.circles.parties import parties
from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.parts.measured import MeasuredJourney, MeasuredPart
from polku.documents import PARTS, Journey, Partner, Role, Settings, Stage, Step, Team, Touchpoint, Workspace
from polku.scene import DARK, Circle, Group, Rect, Scene, Text, scene_to_svg, walk
from polku.words import reader
from tests.diagrams.eye import outside, overlaps, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up


def workspace(*roles: Role, steps: tuple[Step, ...] = (), partner: Partner | None = None) -> Workspace:
    own = tuple(
        Step(id=f"by-{role.id}", stage="use", role=role.id, does="Calls", touchpoint="call") for role in roles
    )
    journey = Journey(
        id="journey", name="A journey", stages=(Stage(id="use", name="Use"),), steps=(*own, *steps)
    )
    return Workspace(
        settings=Settings(
            name="Us",
            teams=(Team(id="sales", name="Sales"), Team(id="it", name="IT")),
            touchpoints=(
                Touchpoint(id="call", name="Call", team="sales"),
                Touchpoint(id="peers", name="Peers", direct=False, team="it"),
            ),
            roles=tuple(role.id for role in roles),
        ),
        roles={role.id: role for role in roles},
        partners={partner.id: partner} if partner else {},
        journeys={"journey": journey},
    )


def role(id: str, **fields) -> Role:
    return Role(**{"id": id, "name": id.capitalize(), **fields})


def rings(whole: Workspace) -> Rings:
    return Rings(journey_facts(whole, whole.journeys["journey"], today=TODAY), reader("en"), None)


def draw(whole: Workspace, **options) -> Scene:
    return draw_circles(whole, whole.journeys["journey"], today=TODAY, **options)


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def words(scene: Scene, id: str) -> str:
    return " ".join(mark.text for mark in walk((group(scene, id),)) if isinstance(mark, Text))


def disc(scene: Scene, id: str) -> Circle:
    return next(mark for mark in group(scene, id).children if isinstance(mark, Circle))


def test_the_nearer_to_daily_use_the_nearer_to_the_middle():
    drawn = rings(
        workspace(
            role("ivan", closeness="budget"), role("ole", closeness="daily"), role("per", closeness="project")
        )
    )
    far = {one.id: math.hypot(at.x, at.y) for one, at in zip(drawn.parties, drawn.laid.places, strict=True)}

    assert far["ole"] < far["per"] < far["ivan"]


def test_areas_are_in_proportion_to_weights():
    scene = draw(workspace(role("ivan", decides="signs"), role("eva", decides="advises")))

    assert (disc(scene, "role-ivan").r / disc(scene, "role-eva").r) ** 2 == pytest.approx(4)


def test_a_dashed_red_ring_has_no_name_and_a_dashed_grey_one_was_not_asked():
    scene = draw(workspace(role("ole", in_crm=False), role("per", in_crm=True), role("eva")))

    shown = {
        id: (disc(scene, f"role-{id}").stroke, bool(disc(scene, f"role-{id}").dash))
        for id in ("ole", "per", "eva")
    }
    assert shown == {"ole": ("negative", True), "per": ("ink", False), "eva": ("line-strong", True)}


def test_customers_stand_left_and_we_and_partners_right():
    lift = Partner(id="lift", name="Lifters", satisfaction={"score": 6, "scale": 10})
    step = Step(id="lifts", stage="use", role="ole", does="Waits", touchpoint="call", partner="lift")
    drawn = rings(workspace(role("ole"), steps=(step,), partner=lift))

    sides = {one.id: at.x < 0 for one, at in zip(drawn.parties, drawn.laid.places, strict=True)}
    assert sides == {"ole": True, "sales": False, "it": False, "lift": False}


def test_a_team_stands_by_those_it_meets_and_not_by_those_who_ask_others():
    ask = Step(id="ask", stage="use", role="ole", does="Asks peers", touchpoint="peers")
    whole = workspace(role("ivan", closeness="budget"), role("ole", closeness="daily"), steps=(ask,))
    facts = journey_facts(whole, whole.journeys["journey"], today=TODAY)
    found = {one.id: one for one in parties(facts, reader("en"))}

    assert found["sales"].ring == found["ole"].ring
    assert found["it"].heading == "Meets nobody on this journey"


def test_who_is_closest_without_a_name_is_the_title_else_who_knows_else_who_was_not_asked():
    near = draw(workspace(role("ole", closeness="daily", in_crm=False), role("per", closeness="project")))
    knows = draw(
        workspace(
            role("ole", closeness="daily", in_crm=True),
            role("per", closeness="project", insight="high", in_crm=False),
        )
    )
    unsaid = draw(workspace(role("ole"), role("per", closeness="daily")))
    blind = draw(workspace(role("ivan", closeness="budget", decides="signs", insight="low")))

    assert near.title == "Ole is closest to daily use, and the one we cannot name"
    assert knows.title == "Per knows what is needed, yet has no name in the CRM"
    assert unsaid.title == "Nobody has said how close 1 of 2 roles is to daily use"
    assert blind.title == "Ivan signs, and knows little of the use"
    assert draw(workspace()).title == "Nobody has named a role on this journey"


def test_a_role_nobody_placed_stands_in_a_ring_of_its_own():
    scene = draw(workspace(role("ole"), role("per", closeness="daily")))

    assert "Nobody has said how close" in words(scene, "rings")
    assert "Nobody has said how close" not in words(draw(workspace(role("per", closeness="daily"))), "rings")


def test_everybody_can_be_reached_and_says_the_steps_they_are_at():
    label = group(draw(workspace(role("ole", job="Runs the line"))), "role-ole").label or ""

    assert "Runs the line" in label
    assert label.endswith("1: Calls.")


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("chosen", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("roles", [1, 2, 4, 6, 9, 12])
@pytest.mark.parametrize(
    "closeness", [("daily",), ("daily", "project", "budget", None), ("project", "project", "budget")]
)
def test_nobody_stands_on_another_and_no_words_overlap(roles, chosen, language, closeness):
    whole, journey = made_up(40, roles=roles, words=chosen)
    people = {
        id: one.model_copy(
            update={
                "closeness": closeness[n % len(closeness)],
                "decides": ("signs", "vetoes", "recommends", "advises", "none", None)[n % 6],
                "insight": ("low", "high", None)[n % 3],
                "in_crm": (False, True, None)[n % 3],
                "job": "Answers for output and headcount, and for all that nobody else answers for",
            }
        )
        for n, (id, one) in enumerate(whole.roles.items())
    }
    whole = Workspace(whole.settings, people, whole.journeys, whole.partners, whole.evidence)
    scene = draw_circles(whole, journey, language=language, today=TODAY)

    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])
    kinds = ("role", "team", "partner", "nobody")
    discs = [disc(scene, m.id or "") for m in walk(scene.marks) if isinstance(m, Group) and m.role in kinds]
    assert len(discs) >= roles
    for one, other in itertools.combinations(discs, 2):
        assert math.hypot(one.cx - other.cx, one.cy - other.cy) > one.r + other.r


@pytest.mark.parametrize("steps", [1, 30, 200])
def test_a_map_where_everything_is_missing_is_drawn_with_its_holes(steps):
    whole, journey = made_up(steps, stages=min(4, steps), holes=True)
    scene = draw_circles(whole, journey, today=TODAY)

    assert "nobody named" in words(scene, "nobody-nobody")
    assert (overlaps(scene), outside(scene)) == ([], [])


@pytest.mark.parametrize("width", [700, 1300, 2400])
def test_a_page_is_as_wide_as_asked_or_as_words_need(width):
    scene = draw_circles(*made_up(16), today=TODAY, width=width)

    assert scene.width >= width
    assert outside(scene) == []


def test_the_same_journey_gives_the_same_bytes_in_a_moment():
    whole, journey = made_up(200, words=LONG, roles=9)
    once = scene_to_svg(draw_circles(whole, journey, today=TODAY))
    begun = time.process_time()
    again = draw_circles(whole, journey, today=TODAY)

    assert time.process_time() - begun < 0.5
    assert scene_to_svg(again) == once


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("circles", draw_circles(hoppebold, journey, today=TODAY))
    dark = draw_circles(hoppebold, journey, today=TODAY, language="fi", theme=DARK)
    matches_snapshot("circles-fi-dark", dark)


def counted(**parts: MeasuredPart) -> MeasuredJourney:
    return MeasuredJourney(cases=30, accounts=24, parts=parts)


def operators(**numbers) -> MeasuredPart:
    told = {"people": 12, "in_crm": 2, "events": 90, "needed": 24, "known_at": 9, "met_at": 6, "lately": 90}
    return MeasuredPart("operator", **(told | numbers))


def test_measured_a_role_says_its_names_and_where_it_is_known_and_met():
    whole = workspace(role("ole", part="operator", closeness="daily", in_crm=False))
    said = words(draw(whole, measured=counted(operator=operators())), "role-ole")

    assert "The map says no name; the CRM has 2" in said
    assert "Known at 9 of 24 accounts" in said
    assert "Met at 6 of 24 in the last 90 days" in said


def test_measured_the_title_names_whom_the_crm_misses_most_of_those_who_act():
    whole = workspace(role("ole", part="operator"), role("per", part="expert"))
    parts = {
        "operator": operators(crm_share=0.1, seen_share=0.4),
        "expert": MeasuredPart("expert", people=9, crm_share=0.3, seen_share=0.2),
    }

    assert (
        draw(whole, measured=counted(**parts)).title
        == "Ole: 40% of those who act, 10% of the names in the CRM"
    )


def test_measured_the_head_says_cases_and_accounts():
    scene = draw(workspace(role("ole", part="operator")), measured=counted(operator=operators()))

    assert any("30 cases, 24 accounts" in mark.text for mark in walk(scene.marks) if isinstance(mark, Text))


def test_measured_too_few_accounts_make_a_hollow_bar():
    few = draw(
        workspace(role("ole", part="operator")), measured=counted(operator=operators(needed=3, known_at=2))
    )
    many = draw(workspace(role("ole", part="operator")), measured=counted(operator=operators()))

    def filled(scene: Scene) -> int:
        bars = walk((group(scene, "role-ole"),))
        return sum(isinstance(mark, Rect) and mark.fill == "ink-2" for mark in bars)

    assert (filled(few), filled(many)) == (0, 2)


def test_measured_a_role_without_a_part_is_not_counted_and_roles_of_one_part_say_so():
    whole = workspace(role("ole", part="operator"), role("eva", part="operator"), role("ivan"))
    scene = draw(whole, measured=counted(operator=operators()))

    assert "Counted together with Eva" in words(scene, "role-ole")
    assert "Not counted" in words(scene, "role-ivan")


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
@pytest.mark.parametrize("roles", [2, 9])
def test_measured_no_words_stand_on_others(language: str, roles: int):
    whole, journey = made_up(16, roles=roles, words=LONG)
    people = {
        one.id: one.model_copy(update={"part": part})
        for one, part in zip(whole.roles.values(), cycle(PARTS), strict=False)
    }
    whole = replace(whole, roles=people)
    parts = {part: replace(operators(crm_share=0.2, seen_share=0.3), part=part) for part in PARTS}
    scene = draw_circles(whole, journey, today=TODAY, language=language, measured=counted(**parts))

    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])


def test_the_measured_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    parts = {
        "operator": operators(people=61, in_crm=5, events=991, crm_share=0.06, seen_share=0.34),
        "expert": operators(people=15, in_crm=8, events=462, crm_share=0.09, seen_share=0.09),
        "manager": operators(people=38, in_crm=33, events=712, crm_share=0.37, seen_share=0.2),
    }
    scene = draw_circles(hoppebold, hoppebold.journeys["new-machine"], today=TODAY, measured=counted(**parts))

    matches_snapshot("circles-measured", scene)
