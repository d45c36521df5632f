"""What holds the goal up: cracks where it feels bad, holes where nothing is described, temples where stages are many."""

from __future__ import annotations

import datetime as dt
import time
from xml.etree import ElementTree

import pytest

from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.pillars.layout import temples
from polku.diagrams.pillars.pillars import draw_pillars
from polku.documents import Evidence, Journey, Partner, Role, Settings, Stage, Step, Team, Workspace
from polku.documents.settings import Purpose, System
from polku.scene import DARK, Group, Path, Rect, Scene, Text, scene_to_svg, text_width, walk
from tests.diagrams.eye import beyond_cards, outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts

STAGES = (Stage(id="buy", name="Buy", when="during", tactic="close"), Stage(id="use", name="Use"))


def workspace(*steps: Step, stages: tuple[Stage, ...] = STAGES, **settings) -> Workspace:
    journey = Journey(id="journey", name="A journey", stages=stages, steps=steps)
    return Workspace(
        settings=Settings(
            teams=(Team(id="sales", name="Sales"), Team(id="service", name="Service")),
            systems=(System(id="crm", name="The CRM"),),
            **settings,
        ),
        roles={"ole": Role(id="ole", name="Ole"), "per": Role(id="per", name="Per")},
        journeys={"journey": journey},
        partners={"lift": Partner(id="lift", name="Nordlift")},
        evidence={
            "heard": Evidence(id="heard", date=TODAY),
            "old": Evidence(id="old", date=TODAY - dt.timedelta(days=400)),
        },
    )


def step(id: str, **fields) -> Step:
    return Step(**{"id": id, "stage": "use", "role": "ole", "does": id.capitalize(), **fields})


def draw(whole: Workspace, **options) -> Scene:
    return draw_pillars(whole, whole.journeys["journey"], today=TODAY, **options)


def words(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def cracks(scene: Scene, id: str) -> list[float]:
    """Widths of the cracks of a step's drum."""
    marks = group(scene, id).children
    return [mark.stroke_width for mark in marks if isinstance(mark, Path) and mark.stroke == "negative"]


def test_the_roof_is_the_purpose_and_a_workspace_without_one_has_a_dashed_roof():
    purpose = Purpose(
        goal="Win renewals back", readers=("sales",), other_readers=("Board",), use=("service",)
    )
    told, untold = draw(workspace(step("a"), purpose=purpose)), draw(workspace(step("a")))

    assert "Win renewals back" in words(told)
    assert "read by Sales and Board · used in service" in words(told)
    assert "Nobody said what this is for" in words(untold)
    roof = next(mark for mark in group(untold, "temple-0").children if isinstance(mark, Path))
    assert roof.dash


def test_words_of_the_roof_stay_between_its_slopes():
    goal = (
        "Win the renewals of machines back from the cheaper competitor before the fair in spring opens again"
    )
    scene = draw(workspace(step("a"), purpose=Purpose(goal=goal, use=("sales", "service"))))
    marks = group(scene, "temple-0").children
    (_, left, bottom), (_, _, top), (_, right, _), _ = next(m for m in marks if isinstance(m, Path)).segments
    inside = [mark for mark in marks if isinstance(mark, Text)]

    assert len(inside) >= 2
    for line in inside:
        room = (right - left) * (line.y - line.size - top) / (bottom - top)
        assert text_width(line.text, line.size, line.weight) <= room


def test_a_drum_is_cracked_where_it_feels_bad_and_wider_at_minus_two():
    scene = draw(workspace(step("a", feels=-1), step("b", feels=-2), step("c", feels=0), step("d")))

    (one,), (two,) = cracks(scene, "step-a"), cracks(scene, "step-b")
    assert one < two
    assert cracks(scene, "step-c") == cracks(scene, "step-d") == []
    assert "crack" in words(scene)
    assert "nobody asked how it feels" in words(scene)


def test_a_drum_is_dashed_when_assumed_solid_when_known_and_folded_when_stale():
    scene = draw(workspace(step("a"), step("b", evidence=("heard",)), step("c", evidence=("old",))))
    frames = [
        next(m for m in group(scene, f"step-{id}").children if isinstance(m, Rect | Path)) for id in "abc"
    ]

    assert [bool(frame.dash) for frame in frames] == [True, False, False]
    assert frames[2].texture == "stale"
    assert "400 days" in words(scene)


def test_nothing_described_beneath_a_pillar_is_a_dashed_block_in_words():
    scene = draw(workspace(step("a", stage="buy", back=({"does": "Plans it", "system": "crm"},)), step("b")))

    assert "Plans it" in words(scene)
    assert "The CRM" in words(scene)
    assert words(scene).count("Nothing described yet") == 1
    assert words(scene).count("No system") == 1
    assert "nobody yet" in words(scene)


def test_a_partner_stands_on_dotted_ground():
    scene = draw(workspace(step("a", partner={"id": "lift", "does": "Lifts it"})))

    assert "Nordlift: Lifts it" in words(scene)
    assert any(isinstance(mark, Rect) and mark.texture == "dots" for mark in group(scene, "base-0").children)


def test_a_stage_without_steps_is_a_pillar_with_a_hole():
    scene = draw(workspace(step("a")))

    assert "no step yet" in words(scene)
    assert group(scene, "stage-buy")


def test_the_title_is_the_pillar_cracked_worst_then_what_nobody_asked_then_that_all_are_whole():
    cracked = workspace(step("a", stage="buy", feels=-1), step("b", feels=-2), step("c", feels=1))

    assert draw(cracked).title == "Of 2 pillars, “Use” is cracked worst: 1 of 2 steps feel bad"
    assert draw(workspace(step("a"), step("b", feels=1))).title == "Nobody asked how 1 of 2 steps feel"
    assert draw(workspace(step("a", feels=1))).title == "2 pillars carry the goal, and none is cracked"
    assert draw(cracked, title="Mine").title == "Mine"
    assert draw(cracked, roles=["per"]).title == "2 pillars carry the goal, and none is cracked"


def test_handoffs_are_drawn_and_missing_ones_said():
    given = {"from": "sales", "passes": ["layout"], "owner": {"from": "Anna", "to": "Pekka"}}
    described = draw(workspace(step("a", owner="sales"), step("b", owner="service", receives=given)))
    missing = draw(workspace(step("a", owner="sales"), step("b", owner="service")))

    assert "handoff between teams" in words(described)
    assert "Anna → Pekka" in (group(described, "step-b").label or "")
    assert "handoff not described" in words(missing)


def test_measured_drums_say_how_many_reach_them_and_few_cases_show_no_percent():
    whole, journey = made_up(6, stages=2)
    many = draw_pillars(whole, journey, today=TODAY, measured=made_up_counts(journey))
    few = draw_pillars(whole, journey, today=TODAY, measured=made_up_counts(journey, cases=4))

    assert "40 cases, 94% go on" in words(many)
    assert "not seen in data" in words(many)
    assert "%" not in words(few)


@pytest.mark.parametrize(("stages", "sizes"), [(7, [7]), (8, [6, 2]), (14, [5, 5, 4])])
def test_over_seven_stages_stand_in_temples_before_and_after_the_purchase(stages, sizes):
    whole, journey = made_up(stages, stages=stages)
    _, found = temples(journey_facts(whole, journey, today=TODAY))

    assert [len(temple.pillars) for temple in found] == sizes
    if len(found) > 1:
        assert all(pillar.stage.when == "after" for pillar in found[-1].pillars)
        assert "After the purchase" in words(draw_pillars(whole, journey, today=TODAY))


def test_a_journey_without_anything_is_still_a_drawing():
    scene = draw(workspace(stages=()))

    assert scene.title == "A journey"
    assert "no step yet" in words(scene)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("words_of", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize(
    ("steps", "stages"), [(1, 1), (2, 2), (5, 4), (16, 5), (17, 14), (60, 14), (200, 14)]
)
def test_no_temple_is_too_small_or_too_large_to_be_read(steps, stages, words_of, measured, language):
    whole, journey = made_up(steps, stages=stages, roles=9 if words_of is LONG else 4, words=words_of)
    counts = made_up_counts(journey) if measured else None

    scene = draw_pillars(whole, journey, language=language, today=TODAY, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene), too_small(scene), beyond_cards(scene)) == ([], [], [], [])
    assert scene.table is not None and len(scene.table.rows) == steps


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_a_map_where_everything_is_missing_is_drawn_with_its_holes(steps):
    whole, journey = made_up(steps, stages=min(4, steps), holes=True)

    scene = draw_pillars(whole, journey, today=TODAY)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene), beyond_cards(scene)) == ([], [], [])


@pytest.mark.parametrize("width", [600, 700, 1200, 2400])
def test_a_page_of_any_width_keeps_all_steps_at_full_type(width):
    whole, journey = made_up(20, words=LONG, roles=9)

    scene = draw_pillars(whole, journey, width=width, today=TODAY)

    assert scene.width == width
    assert len(steps_drawn(scene)) == 20
    assert (overlaps(scene), outside(scene), too_small(scene), beyond_cards(scene)) == ([], [], [], [])


def test_words_of_any_kind_keep_their_place():
    naughty = (
        "a" * 300,
        "two\nlines\tand a tab",
        "   ",
        "漢字仮名交じり文の長い説明がここに続きます",
        "<b>&\"'",
    )
    whole, journey = made_up(18, words=dict.fromkeys(PLAIN, naughty))

    scene = draw_pillars(whole, journey, today=TODAY)

    assert (overlaps(scene), outside(scene), beyond_cards(scene)) == ([], [], [])
    ElementTree.fromstring(scene_to_svg(scene))


def test_the_same_journey_gives_the_same_picture():
    whole, journey = made_up(30)

    assert len({scene_to_svg(draw_pillars(whole, journey, today=TODAY)) for _ in range(2)}) == 1


def test_sixty_steps_are_drawn_fast():
    whole, journey = made_up(60)
    draw_pillars(whole, journey, today=TODAY)
    began = time.perf_counter()
    draw_pillars(whole, journey, today=TODAY)

    # The promise is 150 ms; a machine that is busy with other tests gets more.
    assert time.perf_counter() - began < 0.6


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("pillars", draw_pillars(hoppebold, journey, today=TODAY))
    matches_snapshot(
        "pillars-fi-dark",
        draw_pillars(
            hoppebold, journey, today=TODAY, language="fi", theme=DARK, measured=made_up_counts(journey)
        ),
    )
