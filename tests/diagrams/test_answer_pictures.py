"""Pictures of times, deals, deviations and whole ways; and what every picture of an answer says of its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.deals import Deals
from polku.analytics.fit import Fit
from polku.analytics.intended import FIT_KINDS
from polku.analytics.result import Result
from polku.analytics.rules import RuleKept
from polku.analytics.time import Time
from polku.analytics.variants import Variants
from polku.exports.drawn_by_name import QUESTIONS as DRAWN
from polku.scene import DARK, Group, Rect, Scene, Text, walk
from tests.diagrams import eye
from tests.diagrams.test_panels import ALL, LONG, SIZES, about, draw

DAY = 86_400.0


def times(size: int, definition: str = "first-after") -> Time:
    rows = [
        {"from": f"s{n}", "to": "t1", "cases": n, "open": 200 - n, "median_seconds": n * DAY if n else None,
         "p25_seconds": n / 2 * DAY if n else None, "p75_seconds": n * 2 * DAY if n else None,
         "p95_seconds": n * 9 * DAY if n else None, "count": n}
        for n in range(size)
    ]  # fmt: skip
    return Time(
        about("time", time=definition),
        **{key.replace("from", "from_"): column for key, column in columns(rows)},
    )


def deals(size: int) -> Deals:
    rows = [
        {"kind": ("new", "renewal", None, "service")[n % 4], "segment": None if n == 1 else f"{LONG}-{n // 8}",
         "outcome": ("won", "lost", "open", None, "lost")[n % 5], "lost_to": f"Rival {n}" if n % 5 == 4 else None,
         "count": n + 1, "value": None if n % 3 else 1234567.0, "median_days": 3.0,
         "currency": ("EUR", "DKK")[n % 2]}
        for n in range(size)
    ]  # fmt: skip
    won = {"new": {"won": 3, "ended": 9, "win_rate": 1 / 3}}
    return Deals(about("deals"), **dict(columns(rows)), win_rate=1 / 3, win_rates=won)


def fits(size: int) -> Fit:
    rows = [
        {"kind": FIT_KINDS[n * 5 // size], "from": f"s{n}", "to": f"s{n + 1}" if n * 5 // size in (0, 2) else None,
         "count": n + 3, "cases": n + 1, "ended": 9, "well": 0.5, "ended_others": 9, "well_others": 0.6,
         "difference": None if n % 4 == 3 else -0.1, "low": None if n % 4 == 3 else -0.4,
         "high": None if n % 4 == 3 else -0.01 if n % 2 else 0.2}
        for n in range(size)
    ]  # fmt: skip
    kept = RuleKept(
        "r1", "response", f"{LONG} {LONG}", 9, 5, 4, 0, 9, 2, 4, 4, 0.55, 5, 4, 0.8, 0.2, -0.6, -0.8, -0.1
    )
    vacuous = RuleKept(
        "r2", "absence", "Never", 0, 0, 0, 0, 0, 9, 0, 0, None, 0, 0, None, None, None, None, None
    )
    named = {key.replace("from", "from_"): column for key, column in columns(rows)}
    return Fit(
        about("fit"),
        **named,
        fitness=0.5,
        fitting_cases=9,
        template=(),
        rules=(kept, vacuous),
        conforming_cases=3,
    )


def ways(size: int) -> Variants:
    rows = [
        {"path": tuple(f"t{place % 9}" for place in range(n)) or ("t1",), "count": 200 - n, "share": 0.005 * (200 - n),
         "median_seconds": None if n % 7 == 3 else n * DAY,
         "outcomes": {"won": 100, "lost": 50 - n // 4, "open": 30, "unknown": 20 - n + n // 4}}
        for n in range(size)
    ]  # fmt: skip
    return Variants(about("variants"), **dict(columns(rows)))


def columns(rows: list[dict[str, Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    return [(key, tuple(row[key] for row in rows)) for key in rows[0]]


OWN = (times, deals, fits, ways)


def words(scene: Scene) -> str:
    return " ".join(mark.text for mark in walk(scene.marks) if isinstance(mark, Text))


def part(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


@pytest.mark.parametrize("make", OWN)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("language", "width"), [("en", 1280.0), ("fi", 700.0)])
def test_nothing_overlaps_or_leaves_its_place(make: Any, size: int, language: str, width: float) -> None:
    scene = draw(make(size), language=language, width=width, theme=DARK)
    assert (eye.overlaps(scene), eye.outside(scene), eye.too_small(scene)) == ([], [], [])
    assert scene.table is not None and scene.table.rows
    assert len({len(row) for row in scene.table.rows} | {len(scene.table.columns)}) == 1


@pytest.mark.parametrize("make", [*OWN, *ALL])
def test_every_picture_names_what_it_counts_and_what_it_leaves_out(make: Any) -> None:
    result: Result = make(7)
    said = words(draw(result))
    assert "40 accounts" in said
    assert "3 cases were not chosen." in said


def test_every_question_has_a_picture() -> None:
    assert sorted(DRAWN) == sorted(QUESTIONS)


def test_who_arrived_and_who_did_not_are_bars_of_one_sum() -> None:
    bars = [mark for mark in part(draw(times(7)), "time-4").children if isinstance(mark, Rect)]
    arrived, not_yet = bars[0], bars[1]
    assert not_yet.x == pytest.approx(arrived.x + arrived.width)
    assert not_yet.width / arrived.width == pytest.approx(197 / 3)
    assert "3 + 197" in words(draw(times(7)))


def test_cases_that_may_be_in_both_are_bars_of_their_own() -> None:
    scene = draw(times(7, "every-next"))
    bars = [mark for mark in part(scene, "time-4").children if isinstance(mark, Rect)]
    assert bars[0].x == bars[1].x and bars[0].y != bars[1].y
    assert "3 + 197" not in words(scene)


def test_deals_add_up_on_the_face_of_their_picture() -> None:
    result = deals(7)
    told = {outcome: sum(n for n, o in zip(result.count, result.outcome, strict=True) if o == outcome)
            for outcome in ("won", "lost", "open", None)}  # fmt: skip
    assert (
        f"{told['won']} won + {told['lost']} lost + {told['open']} open + {told[None]} unknown = 28 deals."
        in words(draw(result))
    )


def test_amounts_in_two_currencies_stand_side_by_side() -> None:
    result = deals(40)
    assert any("EUR" in cell and "DKK" in cell for row in draw(result).table.rows for cell in row)  # type: ignore[union-attr]


def test_a_rule_that_was_never_asked_says_so_and_has_no_bar() -> None:
    group = part(draw(fits(7)), "rule-2")
    assert "never asked for anything" in (group.label or "")
    assert not any(isinstance(mark, Rect) and mark.fill == "ink-2" for mark in group.children)


def test_a_long_way_ends_with_the_number_of_places_that_are_not_drawn() -> None:
    scene = draw(ways(200))
    assert scene.table is not None
    assert "184 more ways with " in words(scene)
    drawn = [mark.text for mark in part(scene, "variant-16").children if isinstance(mark, Text)]
    chips = [one for one in drawn if one.startswith(("Point", "Asiakas"))]
    assert f"+ {15 - len(chips)} places" in drawn or len(chips) == 15


def test_parts_of_a_ways_bar_are_as_long_as_the_cases_that_ended_so() -> None:
    bars = [
        mark
        for mark in part(draw(ways(1)), "variant-1").children
        if isinstance(mark, Rect) and mark.height == 16
    ]
    assert [round(bar.width / bars[0].width, 3) for bar in bars] == [1.0, 0.5, 0.3, 0.2]


def test_a_scale_says_each_number_once() -> None:
    """One deal: half a deal is none."""
    said = [mark.text for mark in walk(draw(deals(1)).marks) if isinstance(mark, Text)]
    assert (said.count("0"), said.count("1")) == (1, 2), "0 and 1 on the scale, 1 behind the bar"


def test_where_nobody_arrived_the_scale_of_time_only_begins() -> None:
    said = [mark.text for mark in walk(draw(times(1)).marks) if isinstance(mark, Text)]
    assert said.count("0") == 2, "cases and times begin"
    assert not [one for one in said if "second" in one]
