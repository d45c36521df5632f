"""The path graph: words that cannot be struck through or meet, ways by kind, and what is left out in words."""

from __future__ import annotations

import random

import pytest

from polku.diagrams.graph.graph import PathGraph, Station, Way
from polku.diagrams.graph.paths import draw_paths
from polku.scene import Group, Path, Scene, Text, scene_to_svg, text_width, walk

LONG = "Asiakaspalvelukeskuksenpalautekyselylomake"


def graph(
    stations: int, ways: list[Way], cases: int = 40, off: int = 0, name: str = "Touchpoint"
) -> PathGraph:
    """Stations s0 … on the track, o0 … off it."""
    track = [Station(f"s{n}", f"{name} {n}", max(0, cases - n)) for n in range(stations)]
    beside = [Station(f"o{n}", f"{name} off {n}", 9 - n, on_track=False) for n in range(off)]
    return PathGraph((*track, *beside), tuple(ways), cases, cases // 2)


def drawn(count: int) -> list[Way]:
    """The intended ways of a track of so many stations."""
    return [Way(f"s{n}", f"s{n + 1}", max(1, 30 - n), 10.0 + n, intended=True) for n in range(count - 1)]


def boxes(scene: Scene) -> list[tuple[float, float, float, float, str]]:
    """Where each text stands: left, top, right, bottom, words."""
    found = []
    for mark in walk(scene.marks):
        if isinstance(mark, Text):
            wide = text_width(mark.text, mark.size, mark.weight, mark.italic)
            left = mark.x - {"start": 0, "middle": wide / 2, "end": wide}[mark.anchor]
            found.append((left, mark.y - mark.size * 0.72, left + wide, mark.y + mark.size * 0.2, mark.text))
    return found


def assert_readable(scene: Scene) -> None:
    """No text leaves the page, is too small, or meets another."""
    found = boxes(scene)
    for left, top, right, bottom, words in found:
        assert left >= 0 and right <= scene.width and top >= 0 and bottom <= scene.height, words
    for mark in walk(scene.marks):
        assert not isinstance(mark, Text) or mark.size >= 11.5, mark
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one[4], other[4])


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("stations", [1, 2, 7, 11, 24, 60])
@pytest.mark.parametrize("seed", range(4))
def test_words_of_random_graphs_never_meet(stations: int, seed: int, language: str) -> None:
    chance = random.Random(f"{stations} {seed}")
    ways = drawn(stations)
    known = {(way.start, way.end) for way in ways}
    for _ in range(9):
        start, end = chance.randrange(stations), chance.randrange(stations)
        if start != end and (f"s{start}", f"s{end}") not in known:
            known.add((f"s{start}", f"s{end}"))
            ways.append(Way(f"s{start}", f"s{end}", chance.randint(1, 30), intended=chance.random() < 0.3))
    for number in range(3):
        ways.append(Way(f"o{number}", f"s{chance.randrange(stations)}", chance.randint(1, 9)))
    name = LONG if seed == 3 else "Meeting at the customer"

    scene = draw_paths(graph(stations, ways, off=3, name=name), language=language, width=1280)

    assert_readable(scene)
    names = " ".join(mark.text for mark in walk(scene.marks) if isinstance(mark, Text))
    assert (
        sum(isinstance(m, Group) and (m.id or "").startswith("station-") for m in walk(scene.marks))
        == stations
    )
    assert names


def test_the_widest_stroke_is_the_way_most_cases_take() -> None:
    scene = draw_paths(graph(3, [Way("s0", "s1", 30, intended=True), Way("s1", "s2", 3, intended=True)]))

    widths = [
        max(mark.stroke_width for mark in group.children if isinstance(mark, Path))
        for group in walk(scene.marks)
        if isinstance(group, Group) and group.role == "way" and group.id
    ]
    assert widths[0] > 3 * widths[1]


def test_a_way_nobody_drew_is_red_and_names_what_it_passes() -> None:
    ways = [*drawn(3), Way("s0", "s2", 6)]

    scene = draw_paths(graph(3, ways))

    words = [mark for mark in walk(scene.marks) if isinstance(mark, Text) and mark.fill == "negative"]
    assert [mark.text for mark in words] == ["6 skip Touchpoint 1"]
    assert scene.title == "6 of 40 cases go straight from Touchpoint 0 to Touchpoint 2"


def test_more_than_five_unintended_ways_are_counted_in_words() -> None:
    ways = [*drawn(12), *(Way(f"s{n}", f"s{n + 2}", 9 - n) for n in range(8))]

    scene = draw_paths(graph(12, ways))

    arcs = [m for m in walk(scene.marks) if isinstance(m, Group) and m.focusable and m.role == "way"]
    assert len(arcs) == 5
    # 9 … 5 are drawn, 4 + 3 + 2 are counted
    assert any(
        "3 more ways" in m.text and "9 cases" in m.text for m in walk(scene.marks) if isinstance(m, Text)
    )


def test_without_cases_the_track_stays_and_says_so() -> None:
    scene = draw_paths(
        graph(3, [Way("s0", "s1", 0, intended=True), Way("s1", "s2", 0, intended=True)], cases=0)
    )

    assert scene.title == "No case has walked this journey yet"
    assert_readable(scene)


def test_a_graph_is_drawn_the_same_each_time() -> None:
    ways = [*drawn(9), Way("s0", "s5", 6), Way("s7", "s2", 4), Way("o0", "s3", 3)]

    assert scene_to_svg(draw_paths(graph(9, ways, off=1))) == scene_to_svg(draw_paths(graph(9, ways, off=1)))


def test_the_table_holds_every_way_taken() -> None:
    ways = [*drawn(12), *(Way(f"s{n}", f"s{n + 2}", 9 - n) for n in range(8))]

    scene = draw_paths(graph(12, ways))

    assert scene.table is not None
    assert len(scene.table.rows) == 11 + 8
