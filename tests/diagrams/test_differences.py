"""Differences of two groups: filled only where the interval leaves out that there is none."""

from __future__ import annotations

from polku.analytics.statistics.intervals import Estimate, difference, share_of
from polku.diagrams.answers.differences import Difference, draw_differences
from polku.scene import Circle
from polku.scene.marks import walk


def row(name: str, a: tuple[int, int], b: tuple[int, int]) -> Difference:
    first, second = share_of(*a), share_of(*b)
    return Difference(name, first, second, difference(first, second))


def dots(*rows: Difference, small: int = 5) -> list[str | None]:
    scene = draw_differences(rows, title="A less B", small=small)
    return [mark.fill for mark in walk(scene.marks) if isinstance(mark, Circle)]


def test_a_dot_is_filled_where_the_interval_leaves_out_zero() -> None:
    assert dots(row("sign", (15, 20), (3, 20)), row("call", (10, 20), (9, 20))) == ["ink", "paper"]
    assert dots(row("sign", (4, 4), (0, 20)), small=5) == ["paper"], "too few for that"


def test_without_an_interval_nothing_is_sure() -> None:
    one = Difference("x", Estimate(20, 0.9), Estimate(20, 0.1), Estimate(40, 0.8))
    assert not one.sure and dots(one) == ["paper"]


def test_the_table_says_both_sides_and_of_how_many() -> None:
    scene = draw_differences([row("sign", (15, 20), (3, 20))], title="A less B")
    assert scene.table is not None
    assert scene.table.rows[0][:6] == ("sign", "75%", "20", "15%", "20", "+60")
