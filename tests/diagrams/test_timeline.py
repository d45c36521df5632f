"""When each role acts: places by what was measured, else described, else in order only, and nothing overlaps."""

from __future__ import annotations

import datetime as dt
import time
from xml.etree import ElementTree

import pytest

from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.parts.measured import MeasuredJourney, MeasuredStep
from polku.diagrams.timeline.axis import axis_of, cut
from polku.diagrams.timeline.timeline import draw_timeline
from polku.diagrams.timeline.times import times_of
from polku.documents import Evidence, Journey, Partner, Role, Settings, Stage, Step, Team, Workspace
from polku.documents.settings import Touchpoint
from polku.scene import DARK, Group, Line, Rect, Scene, Text, scene_to_svg, walk
from tests.diagrams.eye import badges, outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts

DAY = 86400.0
STAGES = (Stage(id="use", name="Use"),)


def workspace(*steps: Step, stages: tuple[Stage, ...] = STAGES) -> Workspace:
    journey = Journey(id="journey", name="A journey", stages=stages, steps=steps)
    return Workspace(
        settings=Settings(
            teams=(Team(id="sales", name="Sales"), Team(id="service", name="Service")),
            touchpoints=tuple(Touchpoint(id=one.id, name=one.id.capitalize()) for one in steps),
        ),
        roles={
            "ole": Role(id="ole", name="Ole", in_crm=False),
            "per": Role(id="per", name="Per", part="expert"),
        },
        journeys={"journey": journey},
        partners={"lift": Partner(id="lift", name="Nordlift")},
        evidence={"heard": Evidence(id="heard")},
    )


def step(id: str, *, waits: int | None = None, **fields) -> Step:
    wait = None if waits is None else dt.timedelta(days=waits)
    return Step(**{"id": id, "stage": "use", "role": "ole", "does": id.capitalize(), "waits": wait, **fields})


def counted(**days: float | None) -> MeasuredJourney:
    """A median wait in days after each step; None: data cannot show the step."""
    return MeasuredJourney(
        40,
        24,
        steps={
            id: MeasuredStep(
                id,
                observable=wait is not None,
                cases=None if wait is None else 20,
                went_on=20,
                median_wait_seconds=None if wait is None else wait * DAY,
            )
            for id, wait in days.items()
        },
    )


def draw(whole: Workspace, **options) -> Scene:
    return draw_timeline(whole, whole.journeys["journey"], today=TODAY, **options)


def words(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def days(whole: Workspace, measured: MeasuredJourney | None = None) -> dict[str, float]:
    times = times_of(journey_facts(whole, whole.journeys["journey"], today=TODAY), measured)
    return {id: place.at / DAY for id, place in times.by_id.items()}


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def test_a_step_stands_the_median_wait_after_the_step_before_it():
    whole = workspace(step("call"), step("demo"), step("sign"))

    assert days(whole, counted(call=10, demo=4, sign=0)) == {"call": 0, "demo": 10, "sign": 14}


def test_a_step_that_data_cannot_show_stands_between_its_neighbours():
    whole = workspace(step("call"), step("think"), step("sign"))
    measured = counted(call=10, think=None, sign=0)

    assert days(whole, measured) == {"call": 0, "think": 5, "sign": 10}
    assert "not seen in data" in words(draw(whole, measured=measured))


def test_without_data_the_waits_and_the_work_of_the_file_count():
    whole = workspace(step("call", waits=10, takes=dt.timedelta(days=2)), step("demo", waits=1), step("sign"))

    assert days(whole) == {"call": 0, "demo": 12, "sign": 13}


def test_where_hardly_anything_is_timed_only_the_order_is_drawn_and_known_waits_are_still_said():
    whole = workspace(*(step(f"s{n}", waits=21 if n == 3 else None) for n in range(8)))
    scene = draw(whole)
    axis = axis_of(times_of(journey_facts(whole, whole.journeys["journey"], today=TODAY)), 1000)

    assert "Order only" in words(scene)
    assert "21 days" in words(scene)
    assert "1 of 7 ways are timed" in words(scene)
    pitches = [b - a for a, b in zip([*axis.at.values()], [*axis.at.values()][1:], strict=False)]
    assert pitches == pytest.approx([pitches[0]] * 7)
    assert axis.ticks == ()


def test_a_pause_beyond_40_percent_of_the_span_breaks_the_axis_and_others_keep_their_scale():
    whole = workspace(step("a", waits=10), step("b", waits=20), step("c", waits=1400), step("d"))
    axis = axis_of(times_of(journey_facts(whole, whole.journeys["journey"], today=TODAY)), 1000)

    (pause,) = axis.breaks
    assert pause.seconds == 1400 * DAY
    assert axis.at["c"] - axis.at["b"] == pytest.approx(2 * (axis.at["b"] - axis.at["a"]))
    assert axis.at["d"] - axis.at["c"] == pytest.approx(pause.right - pause.left)
    assert "axis broken" in words(draw(whole))


def test_ticks_stand_to_scale_from_the_first_timed_step():
    whole = workspace(step("a", waits=10), step("b", waits=15), step("c"))
    axis = axis_of(times_of(journey_facts(whole, whole.journeys["journey"], today=TODAY)), 1000)

    assert axis.unit == "days"
    x, number = axis.ticks[-1]
    assert x / number == pytest.approx(1000 / 25)


def test_long_waits_are_hatched_and_short_ones_a_line():
    scene = draw(workspace(step("a", waits=14), step("b", waits=13), step("c")))
    ground = group(scene, "ground-0").children

    assert len([mark for mark in ground if isinstance(mark, Rect) and mark.texture == "hatch"]) == 1
    assert len([mark for mark in ground if isinstance(mark, Line) and mark.stroke == "ink"]) == 1


def test_the_wait_lies_on_the_lane_of_who_waits():
    scene = draw(workspace(step("a", waits=30), step("b", role="per")))
    hatch = next(m for m in group(scene, "ground-0").children if isinstance(m, Rect) and m.texture == "hatch")
    on_lane = {badge.letter: badge.cy for badge in badges(scene) if badge.size == 18 and badge.cx > 190}

    assert hatch.y + hatch.height / 2 == pytest.approx(on_lane["P"])


def test_the_title_is_the_longest_wait_then_that_nobody_waits_long_then_that_nobody_timed_it():
    assert draw(workspace(step("a", waits=30), step("b", role="per"))).title == "Per waits 30 days before “B”"
    assert draw(workspace(step("a", waits=2), step("b"))).title == "Nobody is seen waiting 14 days or longer"
    assert (
        draw(workspace(step("a"), step("b"))).title == "Nobody timed these 2 steps: only their order is known"
    )
    assert draw(workspace(step("a")), title="Mine").title == "Mine"


def test_a_pause_that_breaks_the_axis_is_no_wait_while_there_is_another():
    whole = workspace(step("a", waits=98), step("b", waits=4), step("c", waits=1400), step("d"))

    assert draw(whole).title == "Ole waits 98 days before “B”"


def test_steps_of_one_lane_that_stand_too_close_share_a_badge_and_are_listed():
    hour = dt.timedelta(hours=1)
    whole = workspace(
        step("z", waits=80), step("a", waits=90), step("b", takes=hour), step("c", takes=hour), step("d")
    )
    scene = draw(whole)

    assert "3 steps: 3, 4, 5" in words(scene)
    assert "Steps by number" in words(scene)
    assert steps_drawn(scene) == ["z", "a", "b", "c", "d"]
    assert "D" in [m.text for m in walk((group(scene, "step-d"),)) if isinstance(m, Text)]


def test_a_handoff_stands_before_the_step_that_receives_and_a_missing_one_is_said():
    given = {"from": "sales", "passes": ["layout"], "within": "P1D", "owner": {"from": "Anna", "to": "Pekka"}}
    described = workspace(step("a", owner="sales"), step("b", owner="service", receives=given))
    missing = workspace(step("a", owner="sales"), step("b", owner="service"))

    assert "Anna → Pekka" in words(draw(described))
    assert "Anna" not in words(draw(described, names=False))
    assert "handoff not described" in words(draw(missing))
    assert "handoff" not in words(draw(workspace(step("a", owner="sales"))))


def test_a_role_that_the_crm_does_not_know_by_name_and_a_partner_are_said():
    scene = draw(workspace(step("a", partner={"id": "lift", "does": "Lifts it"})))

    assert "no name in CRM" in words(scene)
    assert "Nordlift" in words(scene)
    assert "Lifts it" in words(scene)


def test_few_cases_are_outlined():
    whole = workspace(step("a"), step("b"))
    few = MeasuredJourney(
        3, 3, steps={id: MeasuredStep(id, True, 3, went_on=3, median_wait_seconds=DAY) for id in "ab"}
    )

    assert "under 5 cases" in words(draw(whole, measured=few))


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
def test_no_timeline_is_too_small_or_too_large_to_be_read(steps, stages, words_of, measured, language):
    if steps == 200 and language == "fi":
        pytest.skip("one language is enough at this size")
    whole, journey = made_up(steps, stages=stages, roles=9 if words_of is LONG else 4, words=words_of)
    counts = made_up_counts(journey) if measured else None

    scene = draw_timeline(whole, journey, language=language, today=TODAY, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])
    assert scene.table is not None and len(scene.table.rows) == steps


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_a_map_where_everything_is_missing_is_drawn_with_its_holes(steps):
    whole, journey = made_up(steps, stages=min(4, steps), holes=True)

    scene = draw_timeline(whole, journey, today=TODAY)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene)) == ([], [])
    assert "nobody yet" in words(scene)


@pytest.mark.parametrize("width", [700, 1200, 2400])
def test_a_page_of_any_width_keeps_all_steps_at_full_type(width):
    whole, journey = made_up(20, words=LONG, roles=9)

    scene = draw_timeline(whole, journey, width=width, today=TODAY)

    assert scene.width == width
    assert len(steps_drawn(scene)) == 20
    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_words_of_any_kind_keep_their_place(measured):
    naughty = (
        "a" * 300,
        "two\nlines\tand a tab",
        "   ",
        "漢字仮名交じり文の長い説明がここに続きます",
        "<b>&\"'",
    )
    whole, journey = made_up(18, words=dict.fromkeys(PLAIN, naughty))
    counts = made_up_counts(journey) if measured else None

    scene = draw_timeline(whole, journey, today=TODAY, measured=counts)

    assert (overlaps(scene), outside(scene)) == ([], [])
    ElementTree.fromstring(scene_to_svg(scene))


def test_bands_show_every_step_once_and_in_time():
    whole, journey = made_up(90)
    times = times_of(journey_facts(whole, journey, today=TODAY))
    axis = axis_of(times, 1000)
    bands = cut(axis, times, 1000)

    assert len(bands) > 1
    assert sorted(id for band in bands for id in band.steps) == sorted(axis.at)
    assert all(band.left <= axis.at[id] <= band.left + 1000.1 for band in bands for id in band.steps)


def test_the_same_journey_gives_the_same_picture_whatever_the_order_of_sets():
    whole, journey = made_up(30)
    draws = {scene_to_svg(draw_timeline(whole, journey, today=TODAY, roles=["role-1"])) for _ in range(2)}

    assert len(draws) == 1


def test_sixty_steps_are_drawn_fast():
    whole, journey = made_up(60)
    draw_timeline(whole, journey, today=TODAY)
    best = min(_timed(whole, journey) for _ in range(3))

    # The promise is 150 ms; a machine that is busy with other tests gets more.
    assert best < 0.6


def _timed(whole: Workspace, journey: Journey) -> float:
    began = time.perf_counter()
    draw_timeline(whole, journey, today=TODAY)
    return time.perf_counter() - began


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("timeline", draw_timeline(hoppebold, journey, today=TODAY))
    matches_snapshot(
        "timeline-fi-dark",
        draw_timeline(
            hoppebold, journey, today=TODAY, language="fi", theme=DARK, measured=made_up_counts(journey)
        ),
    )


def test_many_roles_stand_only_in_the_bands_where_they_act() -> None:
    made, journey = made_up(60, roles=20)
    made.roles["zoe"] = Role(id="zoe", name="Zoe Nowhere")
    journey = journey.model_copy(update={"roles": (*journey.roles, "zoe")})
    scene = draw_timeline(made, journey, today=TODAY)
    lanes = [one for one in scene.marks if isinstance(one, Group) and one.role == "lanes"]
    names = [" ".join(each.text for each in walk((lane,)) if isinstance(each, Text)) for lane in lanes]
    assert len(lanes) > 2 and "no step yet" in names[0]
    assert not any("no step yet" in one for one in names[1:])
