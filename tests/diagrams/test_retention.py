"""The drawing of retention: curves told apart without hue, intervals, and how many are still followed."""

from __future__ import annotations

from itertools import pairwise

import pytest

from polku.analytics.result import About
from polku.analytics.retention import Retention
from polku.diagrams.answers.retention import draw_retention
from polku.documents import Segment, Settings, Workspace
from polku.scene import Group, Path, Scene, Text, walk
from tests.diagrams import eye

LONG = "Asiakaspalvelukeskuksen palautekyselylomakkeiden käsittelijät"


def answer(**groups: tuple[int, ...]) -> Retention:
    """Customers still followed by month in each group; `all` alone is no split. Under 5 have no share."""
    rows = []
    for name, followed in groups.items():
        for month, at_risk in enumerate(followed):
            share = at_risk / followed[0] if at_risk >= 5 else None
            rows.append(
                (
                    None if name == "all" else name,
                    month,
                    at_risk,
                    share,
                    None if share is None else max(share - 0.1, 0),
                    None if share is None else min(share + 0.1, 1),
                    0,
                )
            )
    columns = list(zip(*rows, strict=True)) or [()] * 7
    split = len(groups) > 1
    return Retention(
        About(
            "retention", "account", "account", 40, 40, 1, first=10**15, last=10**15 + 10**13, parameters={}
        ),
        *columns,
        basis="contracts",
        churn={},
        logrank={"chi2": 1.0, "df": 1, "p": 0.3} if split else None,
        returned=0,
        definitions={},
    )


def workspace() -> Workspace:
    return Workspace(
        settings=Settings(name="Us", example=True, segments=(Segment(id="large", name="Large makers"),))
    )


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def words(scene: Scene) -> list[str]:
    return [mark.text for mark in walk(scene.marks) if isinstance(mark, Text)]


MANY = (40, 36, 33, 30, 28, 28, 20, 12, 8, 6)
FEW = (12, 11, 9, 7, 3, 2)


def test_a_curve_is_level_through_a_month_and_steps_down_at_its_end():
    scene = draw_retention(answer(all=(10, 8, 8)), workspace())
    curve = next(mark for mark in group(scene, "curve-0").children if isinstance(mark, Path))
    points = [segment[1:] for segment in curve.segments]

    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
    assert [point[1] for point in points] == sorted(point[1] for point in points)


def test_the_interval_of_one_curve_is_hatched_and_of_several_has_lines_of_its_curve():
    one = group(draw_retention(answer(all=MANY), workspace()), "intervals").children
    two = group(draw_retention(answer(all=MANY, large=MANY, small=MANY), workspace()), "intervals").children

    assert any(mark.texture == "hatch" for mark in one)
    assert {mark.texture for mark in two} == {None}
    assert len({mark.dash for mark in two}) == 2


def test_a_curve_breaks_off_where_too_few_are_followed_and_the_numbers_go_on():
    scene = draw_retention(answer(all=FEW), workspace())

    assert any("breaks off" in one for one in words(scene))
    assert [mark.text for mark in group(scene, "at-risk").children][1:] == ["12", "11", "9", "7"]


def test_a_group_too_small_for_any_share_is_told_in_words():
    scene = draw_retention(answer(all=MANY, large=MANY, tiny=(3, 2)), workspace())

    assert "tiny: fewer than 5 are followed, so no curve" in " ".join(words(scene))


def test_of_many_segments_the_three_largest_are_drawn_and_the_others_named():
    groups = {f"s{n}": tuple(range(20 + n, 8, -1)) for n in range(5)}
    scene = draw_retention(answer(all=MANY, **groups), workspace())

    assert {mark.id for mark in walk(scene.marks) if isinstance(mark, Group)} >= {
        "curve-0",
        "curve-1",
        "curve-2",
    }
    assert "Not drawn, as they are smaller: s0 and s1." in " ".join(words(scene))


def test_a_segment_has_the_name_that_people_gave_it():
    scene = draw_retention(answer(all=MANY, large=MANY, small=MANY), workspace())

    assert any(one.startswith("Large makers") for one in words(scene))


def test_nobody_followed_is_said_and_draws_no_curve():
    scene = draw_retention(answer(all=(3, 2)), workspace())

    assert any("no customer who is followed" in one for one in words(scene))


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
@pytest.mark.parametrize("groups", [{"all": MANY}, {"all": MANY, LONG: MANY, "b": FEW, "c": MANY}])
def test_no_words_stand_on_others(language: str, groups: dict[str, tuple[int, ...]]):
    scene = draw_retention(answer(**groups), workspace(), language=language, width=900)

    assert (eye.overlaps(scene), eye.outside(scene), eye.too_small(scene)) == ([], [], [])


def test_the_drawing_is_as_stored(matches_snapshot):
    matches_snapshot("retention", draw_retention(answer(all=MANY), workspace()))
    matches_snapshot(
        "retention-segments",
        draw_retention(answer(all=MANY, large=MANY, small=FEW), workspace(), language="fi"),
    )
