"""What the blueprint says: what stands behind each step, in whose lane, and where work changes hands."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from polku.diagrams.blueprint.blueprint import draw_blueprint
from polku.documents import Act, Handoff, Journey, Next, Settings, Stage, Step, Team, Touchpoint, Workspace
from polku.scene import DARK, Group, Line, Path, Rect, Scene, Text, walk
from tests.diagrams.eye import around, beyond_cards, outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts


def workspace(*steps: Step, **settings) -> Workspace:
    journey = Journey(id="journey", name="A journey", stages=(Stage(id="use", name="Use"),), steps=steps)
    return Workspace(
        settings=Settings(
            teams=(Team(id="sales", name="Sales"), Team(id="service", name="Service")),
            touchpoints=(
                Touchpoint(id="call", name="Call", team="sales"),
                Touchpoint(id="visit", name="Visit", team="service"),
                Touchpoint(id="review", name="Review", direct=False),
            ),
            **settings,
        ),
        journeys={"journey": journey},
    )


def step(id: str, **fields) -> Step:
    return Step(**{"id": id, "stage": "use", "does": id.capitalize(), **fields})


def draw(whole: Workspace, **options) -> Scene:
    return draw_blueprint(whole, whole.journeys["journey"], today=TODAY, **options)


def words(scene: Scene) -> list[str]:
    return [text.text for text in texts(scene)]


def place(scene: Scene, said: str) -> Text:
    return next(text for text in texts(scene) if text.text == said)


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def tangled(steps: int, seed: int, kind: dict[str, tuple[str, ...]]) -> tuple[Workspace, Journey]:
    """A made-up journey with any number of acts, systems, teams and handoffs in any order."""
    whole, journey = made_up(steps, stages=min(4, steps), roles=5, words=kind)
    chance, made = random.Random(seed), []
    for one in journey.steps:
        acts = tuple(
            Act(
                id=f"act-{n}",
                does=chance.choice(kind["does"]),
                team=chance.choice((None, "team-0", "team-1", "elsewhere")),
                system=chance.choice((None, "crm", "erp")),
                then=chance.choice((None, f"act-{chance.randrange(4)}")),
            )
            for n in range(chance.randrange(4))
        )
        given = {"from": chance.choice((None, "team-0")), "passes": [chance.choice(kind["does"])]}
        made.append(
            one.model_copy(
                update={
                    "back": acts,
                    "owner": chance.choice((None, "team-0", "team-1")),
                    "receives": Handoff.model_validate(given) if chance.random() < 0.3 else None,
                    "next": (Next(to=f"step-{chance.randrange(steps)}"),) if chance.random() < 0.3 else None,
                }
            )
        )
    return whole, journey.model_copy(update={"steps": tuple(made)})


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("kind", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize(("steps", "width"), [(1, None), (5, None), (16, 1000), (24, None), (60, None)])
def test_nothing_overlaps_and_nothing_is_cut_however_tangled_the_work_behind(steps, width, kind, language):
    whole, journey = tangled(steps, steps, kind)
    counts = made_up_counts(journey) if language == "fi" else None

    scene = draw_blueprint(whole, journey, language=language, today=TODAY, width=width, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene), too_small(scene), beyond_cards(scene)) == ([], [], [], [])
    ids = [mark.id for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id]
    assert len(ids) == len(set(ids))


def uprights(mark) -> list[tuple[float, float, float]]:
    """Upright parts of a line that is drawn to join: where it stands, its top and its bottom."""
    if isinstance(mark, Line):
        ways = [(("M", mark.x1, mark.y1), ("L", mark.x2, mark.y2))] if mark.stroke != "line" else []
    else:
        elbow = isinstance(mark, Path) and mark.stroke and not mark.fill
        ways = [mark.segments] if elbow and all(part[0] in "ML" for part in mark.segments) else []
    return [
        (one[1], min(one[2], other[2]), max(one[2], other[2]))
        for way in ways
        for one, other in pairwise(way)
        if one[1] == other[1]
    ]


@pytest.mark.parametrize("seed", range(3, 9))
def test_no_line_runs_through_words_without_a_plate(seed):
    whole, journey = tangled(16, seed, PLAIN)
    marks = list(walk(draw_blueprint(whole, journey, today=TODAY).marks))
    met = 0
    for number, mark in enumerate(marks):
        for x, top, bottom in uprights(mark):
            for later, text in enumerate(marks):
                if not isinstance(text, Text):
                    continue
                words = around(text)
                if not (words.left < x < words.right and top < words.bottom - 2 and bottom > words.top + 2):
                    continue
                met += 1
                plates = [
                    one
                    for one in marks[number:later]
                    if isinstance(one, Rect) and one.fill and one.x <= x <= one.x + one.width
                ]
                assert any(one.y <= text.y - 4 <= one.y + one.height for one in plates), text.text
    assert met


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_a_journey_where_everything_is_missing_says_so_in_every_lane(steps):
    whole, journey = made_up(steps, stages=min(4, steps), holes=True)
    scene = draw_blueprint(whole, journey, today=TODAY)

    assert (overlaps(scene), outside(scene), beyond_cards(scene)) == ([], [], [])
    for said in ("nobody described what happens backstage", "no system named", "no partner takes part"):
        assert said in words(scene)


def test_four_lines_stand_with_their_names_and_a_dash_each():
    scene = draw(workspace(step("a", touchpoint="call")))
    named = [text for text in texts(scene) if text.text.startswith("Line ")]

    assert [text.text for text in named] == [
        "Line of interaction",
        "Line of visibility",
        "Line of internal interaction",
        "Line to the partner",
    ]
    lines = [mark for mark in walk(scene.marks) if isinstance(mark, Line)]
    dashes = [
        line.dash for text in named for line in lines if abs(line.y1 - text.y + 4.3) < 0.1 and line.x1 < 400
    ]
    assert dashes == [(), (9, 5), (2, 4), (9, 3, 2, 3)]


def test_an_act_stands_in_the_lane_of_its_team_else_of_the_steps_owner():
    back = (Act(does="Books it", team="service"), Act(does="Writes it down"))
    scene = draw(workspace(step("a", touchpoint="call", front=("Answers",), back=back)))

    assert place(scene, "Sales").y < place(scene, "Service").y
    assert place(scene, "Writes it down").y < place(scene, "Service").y < place(scene, "Books it").y + 12


def test_a_direct_meeting_without_anything_described_is_a_hole_and_the_title():
    scene = draw(workspace(step("a", touchpoint="call"), step("b", touchpoint="review"), step("c")))

    assert scene.title == "1 of 1 meeting with us has nothing described behind it"
    assert words(scene).count("not described") == 2 + 1  # frontstage, backstage, legend


def test_a_handoff_that_is_not_described_is_dashed_and_in_words():
    met = {"front": ("Hears",), "back": ("Notes",)}
    scene = draw(workspace(step("a", touchpoint="call", **met), step("b", touchpoint="visit", **met)))

    assert scene.title == "Nobody described the handoff from Sales to Service"
    assert "no handoff described" in words(scene)
    elbows = [mark for mark in walk(scene.marks) if isinstance(mark, Path) and mark.stroke == "negative"]
    assert elbows
    assert all(mark.dash for mark in elbows)


def test_a_described_handoff_says_what_is_passed_and_names_persons_only_when_asked():
    given = {
        "from": "sales",
        "passes": ["the layout"],
        "within": "P5D",
        "owner": {"from": "Anna", "to": "Pekka"},
    }
    whole = workspace(
        step("a", touchpoint="call", front=("Hears",), back=("Notes",)),
        step("b", touchpoint="visit", front=("Comes",), back=("Plans",), receives=given),
    )

    assert "Anna" in " ".join(words(draw(whole)))
    assert "the layout" in " ".join(words(draw(whole, names=False)))
    assert "Anna" not in " ".join(words(draw(whole, names=False)))
    label = group(draw(whole), "handoff-b-sales").label or ""
    assert label.startswith("Handoff from Sales to Service, before “B”: the layout; within 5 days")


def test_a_handoffs_line_has_no_diagonals():
    whole, journey = tangled(24, 7, PLAIN)
    scene = draw_blueprint(whole, journey, today=TODAY)
    elbows = [mark for mark in walk(scene.marks) if isinstance(mark, Path) and mark.stroke and not mark.fill]
    ways = [mark.segments for mark in elbows if all(segment[0] in "ML" for segment in mark.segments)]
    for way in ways:
        if len(way) < 4:
            continue
        for before, after in pairwise(way):
            assert before[1] == after[1] or before[2] == after[2]


def test_where_all_is_described_the_title_is_the_journeys_name():
    assert (
        draw(workspace(step("a", touchpoint="call", front=("Hears",), back=("Notes",)))).title == "A journey"
    )


def test_a_step_is_read_out_with_what_stands_behind_it(hoppebold):
    scene = draw_blueprint(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)
    label = group(scene, "step-read-guide").label or ""

    assert "Frontstage: Guide page; Form." in label
    assert "Backstage: Marketing: Writes the guide (with Website);" in label
    assert scene.table is not None
    assert len(scene.table.rows) == 16
    assert all(len(row) == len(scene.table.columns) for row in scene.table.rows)


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("blueprint", draw_blueprint(hoppebold, journey, today=TODAY))
    dark = draw_blueprint(hoppebold, journey, today=TODAY, language="fi", theme=DARK, width=1280)
    matches_snapshot("blueprint-fi-dark-narrow", dark)


def test_the_same_journey_is_drawn_the_same_twice():
    whole, journey = tangled(24, 11, PLAIN)

    assert draw_blueprint(whole, journey, today=TODAY) == draw_blueprint(whole, journey, today=TODAY)


def test_two_hundred_steps_are_drawn_in_a_moment():
    whole, journey = tangled(200, 1, LONG)
    draw_blueprint(whole, journey, today=TODAY)
    begun = time.process_time()
    draw_blueprint(whole, journey, today=TODAY)

    assert time.process_time() - begun < 0.5
