"""Nothing overlaps, nothing is cut, and every step is there: looked at in the scene itself, so that it is fast."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from polku.diagrams.matrix.matrix import draw_matrix
from polku.scene import Group, Rect, Scene, Text, scene_to_svg
from tests.diagrams.eye import beyond_cards, outside, overlaps, steps_drawn, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts

SIZES = (1, 2, 5, 16, 17, 24, 60)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("words", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("steps", SIZES)
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_no_map_is_too_small_or_too_large_to_be_read(steps, words, language, measured):
    workspace, journey = made_up(steps, stages=min(5, steps), roles=9 if words is LONG else 4, words=words)
    counts = made_up_counts(journey) if measured else None

    scene = draw_matrix(workspace, journey, language=language, today=TODAY, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(step.id for step in journey.steps)
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []
    assert beyond_cards(scene) == []


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize("steps", [1, 9, 30])
def test_a_map_where_everything_is_missing_is_drawn_with_its_holes(steps, language, measured):
    workspace, journey = made_up(steps, stages=min(4, steps), holes=True)
    counts = made_up_counts(journey) if measured else None

    scene = draw_matrix(workspace, journey, language=language, today=TODAY, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(step.id for step in journey.steps)
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert beyond_cards(scene) == []


@pytest.mark.parametrize("width", [700, 1200, 2400])
def test_a_page_of_any_width_keeps_all_steps_at_full_type(width):
    workspace, journey = made_up(20, words=LONG, roles=9)

    scene = draw_matrix(workspace, journey, width=width, today=TODAY)

    assert scene.width == width
    assert len(steps_drawn(scene)) == 20
    assert (overlaps(scene), outside(scene), too_small(scene), beyond_cards(scene)) == ([], [], [], [])


def test_the_eye_sees_what_it_looks_for():
    card = Rect(10, 10, 90, 90, stroke="ink")
    step = Group((card, Text(12, 30, "leaves its card on the right"), Text(12, 33, "over")), "step-a", "step")
    scene = Scene(120, 60, "t", "d", "en", (step, Text(5, 59, "low"), Text(60, 50, "tiny", 8)))

    assert overlaps(scene) == [("leaves its card on the right", "over")]
    assert outside(scene) == ["leaves its card on the right", "low"]
    assert too_small(scene) == ["tiny"]
    assert beyond_cards(scene) == ["leaves its card on the right"]


NAUGHTY = (
    "a" * 300,
    "two\nlines\tand a tab",
    "   ",
    "\u202eright to left\u202c שלום עולם",
    "漢字仮名交じり文の長い説明がここに続きます",
    "👩‍🔧 zalgo ẑ̸̛a̴l̷g̶o",
    "<script>alert(1)</script> & \"quotes\" 'all'",
    "https://example.com/" + "x" * 90 + "?q=" + "%20" * 30,
    "\u00ad\u200b\ufeff",
)


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_words_of_any_kind_keep_their_place(measured):
    words = dict.fromkeys(PLAIN, NAUGHTY)
    workspace, journey = made_up(18, words=words)
    counts = made_up_counts(journey) if measured else None

    scene = draw_matrix(workspace, journey, today=TODAY, measured=counts)

    assert len(steps_drawn(scene)) == 18
    assert (overlaps(scene), outside(scene), beyond_cards(scene)) == ([], [], [])
    ElementTree.fromstring(scene_to_svg(scene))
