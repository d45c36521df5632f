"""What the network says: who meets what, who keeps it alive, who is left outside; at any size without overlaps."""

from __future__ import annotations

import time

import pytest

from polku.diagrams.network.meetings import left_outside, meetings
from polku.diagrams.network.network import draw_network
from polku.diagrams.parts.journey import a_few, journey_facts
from polku.diagrams.parts.measured import MeasuredJourney, MeasuredStep
from polku.diagrams.parts.spread import spread
from polku.documents import (
    Channel,
    Journey,
    Partner,
    Role,
    Settings,
    Stage,
    Step,
    Team,
    Touchpoint,
    Workspace,
)
from polku.scene import DARK, Circle, Group, Path, Scene, Text, scene_to_svg, walk
from polku.words import reader
from tests.diagrams.eye import outside, overlaps, steps_drawn, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts


def workspace(*steps: Step, in_crm: bool | None = None, **settings) -> Workspace:
    journey = Journey(id="journey", name="A journey", stages=(Stage(id="use", name="Use"),), steps=steps)
    kinds = {
        "teams": (Team(id="sales", name="Sales"), Team(id="service", name="Service")),
        "channels": (Channel(id="phone", name="Phone", kind="human"),),
        "touchpoints": (
            Touchpoint(id="call", name="Call", channel="phone", team="sales"),
            Touchpoint(id="visit", name="Visit", team="service"),
            Touchpoint(id="peers", name="Peers", direct=False),
        ),
    }
    return Workspace(
        settings=Settings(**{**kinds, **settings}),
        roles={"ole": Role(id="ole", name="Ole", in_crm=in_crm), "per": Role(id="per", name="Per")},
        partners={"lift": Partner(id="lift", name="Lifters")},
        journeys={"journey": journey},
    )


def step(id: str, touchpoint: str | None = None, **fields) -> Step:
    return Step(**{"id": id, "stage": "use", "role": "ole", "does": id, "touchpoint": touchpoint, **fields})


def draw(whole: Workspace, **options) -> Scene:
    return draw_network(whole, whole.journeys["journey"], today=TODAY, **options)


def words(scene: Scene, id: str | None = None) -> str:
    marks = scene.marks if id is None else (group(scene, id),)
    return " ".join(mark.text for mark in walk(marks) if isinstance(mark, Text))


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def ways(scene: Scene, id: str) -> list[Path]:
    return [mark for mark in group(scene, f"step-{id}").children if isinstance(mark, Path)]


def test_each_step_is_a_stroke_so_that_a_way_taken_twice_is_twice_as_wide():
    scene = draw(workspace(step("a", "call"), step("b", "call"), step("c", "visit")))

    first, second = ways(scene, "a")[0], ways(scene, "b")[0]
    assert first.segments != second.segments
    assert first.stroke_width == second.stroke_width
    assert (
        len([mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "touchpoint"])
        == 2
    )


def test_where_the_company_is_not_present_ways_are_dashed_and_no_team_keeps_it_alive():
    scene = draw(workspace(step("a", "call"), step("b", "peers")))

    assert [bool(ways(scene, id)[0].dash) for id in ("a", "b")] == [False, True]
    assert "Sales" in words(scene, "teams")
    assert "Service" not in words(scene, "teams")


def test_those_who_take_part_have_a_thin_way_in_the_same_step():
    scene = draw(workspace(step("a", "call", **{"with": ["per"]})))

    assert [way.stroke for way in ways(scene, "a")] == ["role-1", "role-2"]
    assert ways(scene, "a")[0].stroke_width > ways(scene, "a")[1].stroke_width


def test_a_role_without_a_name_has_a_dashed_ring_and_is_the_title():
    scene = draw(workspace(step("a", "call"), step("b", "visit"), in_crm=False))
    ring = next(mark for mark in group(scene, "role-ole").children if isinstance(mark, Circle))

    assert (ring.stroke, bool(ring.dash)) == ("negative", True)
    assert "no name in CRM" in words(scene, "role-ole")
    assert scene.title == "Ole meets us at 2 of 2 touchpoints, yet the CRM has no name for the role"


def test_of_many_roles_a_title_names_the_first_and_how_many_more_there_are():
    assert a_few(["Ole", "Per", "Ivan", "Eva"]) == ["Ole", "Per", "Ivan", "Eva"]
    named = reader("en")("relations.knows", names=a_few(["Ole", "Per", "Ivan", "Eva", "Zoe"]))
    assert named == "knows Ole, Per, Ivan and 2 more"


def test_without_unnamed_roles_the_title_is_the_missing_handoff_then_what_is_left_outside():
    hands = draw(workspace(step("a", "call"), step("b", "visit")))
    alone = draw(workspace(step("a", "call")))
    nothing = draw(workspace(step("a")))

    assert hands.title == "Nobody described the handoff from Sales to Service"
    assert alone.title == "2 of 3 touchpoints meet nobody on this journey"
    assert nothing.title == "No step of this journey meets a touchpoint"


def test_touchpoints_teams_and_channels_without_a_step_are_listed_as_left_outside():
    whole = workspace(step("a", "visit"))
    facts = journey_facts(whole, whole.journeys["journey"], today=TODAY)
    found = left_outside(whole, [whole.journeys["journey"]], facts)

    assert [one.id for one in found.touchpoints] == ["call", "peers"]
    assert [one.id for one in found.teams] == ["sales"]
    assert [one.id for one in found.channels] == ["phone"]
    for name in ("Call", "Peers", "Sales", "Phone"):
        assert name in words(draw(whole), "list-outside")


def test_a_step_without_a_touchpoint_is_listed_and_can_be_reached():
    scene = draw(workspace(step("a", "call"), step("waits-alone")))

    assert "waits-alone" in words(scene, "list-alone")
    assert group(scene, "step-waits-alone").focusable


def test_systems_and_partners_stand_outside_with_where_they_take_part():
    act = {"does": "Lands in the CRM", "system": "crm"}
    scene = draw(
        workspace(step("a", "call", back=[act], partner="lift"), systems=({"id": "crm", "name": "CRM"},))
    )

    assert words(scene, "list-systems") == "Systems behind it CRM at Call"
    assert words(scene, "list-partners") == "Partner Lifters at Call, satisfaction not asked"


def test_more_than_24_touchpoints_stand_together_by_channel_and_team():
    whole, journey = made_up(60)
    found = meetings(journey_facts(whole, journey, today=TODAY))

    assert 1 < len(found) <= 24
    assert sum(len(meeting.steps) for meeting in found) == sum(bool(one.touchpoint) for one in journey.steps)
    assert "15 touchpoints" in words(draw_network(whole, journey, today=TODAY))


def test_with_roles_in_front_the_ways_of_the_others_are_grey():
    scene = draw(workspace(step("a", "call"), step("b", "visit", role="per")), roles=["ole"])

    assert [ways(scene, id)[0].stroke for id in ("a", "b")] == ["role-1", "line-strong"]


def test_the_legend_explains_only_what_was_drawn():
    legend = words(draw(workspace(step("a", "call"))), "legend")

    assert "role meets touchpoint" in legend
    for absent in ("partner", "handoff", "moment of truth", "takes part", "no name in CRM"):
        assert absent not in legend


def test_things_are_set_apart_as_little_as_possible():
    assert spread([0, 0], [10], -100, 100) == [-5, 5]
    assert spread([0, 50], [10], -100, 100) == [0, 50]
    assert spread([95, 99], [10], -100, 100) == [90, 100]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize("chosen", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("steps", [1, 2, 5, 16, 24, 31, 60, 200])
def test_nothing_overlaps_and_every_step_is_there(steps, chosen, measured, language):
    roles = 9 if chosen is LONG else 4
    whole, journey = made_up(steps, stages=min(steps, 14), roles=roles, words=chosen)
    counts = made_up_counts(journey) if measured else None

    scene = draw_network(whole, journey, language=language, today=TODAY, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])


@pytest.mark.parametrize("width", [700, 1300, 2400])
@pytest.mark.parametrize("roles", [1, 2, 3, 5, 6, 7, 8, 12])
def test_any_number_of_roles_and_any_page_keep_words_apart(roles, width):
    whole, journey = made_up(26, roles=roles, words=LONG)
    scene = draw_network(whole, journey, today=TODAY, width=width)

    assert scene.width >= width
    assert (overlaps(scene), outside(scene)) == ([], [])


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_a_map_where_everything_is_missing_is_drawn_with_its_holes(steps):
    whole, journey = made_up(steps, stages=min(4, steps), holes=True)
    scene = draw_network(whole, journey, today=TODAY)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert "no touchpoint yet" in words(scene)
    assert (overlaps(scene), outside(scene)) == ([], [])


def test_a_journey_without_anything_is_still_a_drawing():
    whole = workspace()

    assert draw_network(whole, Journey(id="empty"), today=TODAY).table is not None


def test_the_same_journey_gives_the_same_bytes(hoppebold):
    journey = hoppebold.journeys["new-machine"]
    once, again = (scene_to_svg(draw_network(hoppebold, journey, today=TODAY)) for _ in range(2))

    assert once == again


def test_two_hundred_steps_are_drawn_in_a_moment():
    whole, journey = made_up(200, words=LONG, roles=9, stages=14)
    draw_network(whole, journey, today=TODAY)
    begun = time.process_time()
    draw_network(whole, journey, today=TODAY)

    assert time.process_time() - begun < 0.5


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("network", draw_network(hoppebold, journey, today=TODAY))
    dark = draw_network(hoppebold, journey, today=TODAY, language="fi", theme=DARK)
    matches_snapshot("network-fi-dark", dark)


def test_a_touchpoint_that_no_data_could_show_is_dashed_and_says_so():
    whole = workspace(step("a", "call"), step("b", "visit"))
    seen = MeasuredStep("a", observable=True, cases=7)
    counts = MeasuredJourney(7, 3, steps={"a": seen})
    scene = draw(whole, measured=counts)
    rings = [
        next(mark for mark in group(scene, f"meeting-{n}").children if isinstance(mark, Circle))
        for n in (0, 1)
    ]

    assert [bool(ring.dash) for ring in rings] == [False, True]
    assert "7 cases" in words(scene, "meeting-0")
    assert "not seen in data" in words(scene, "meeting-1")
