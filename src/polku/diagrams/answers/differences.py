"""Differences of two groups: a line for each from the least to the most it may be, around no difference at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from polku.analytics.statistics.intervals import Estimate
from polku.scene import LIGHT, Circle, Group, Line, Mark, Rect, Scene, Table, Text, Theme, text_width, wrap
from polku.words import Reader, reader

ROW = 46.0
EDGE = 16.0


@dataclass(frozen=True)
class Difference:
    """What is compared.

    Args:
        name: of the row, in words.
        a, b: figures of the two; less: a less b. Shares are 0 … 1.
    """

    name: str
    a: Estimate
    b: Estimate
    less: Estimate

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        low, high = self.less.low, self.less.high
        return low is not None and high is not None and (low > 0 or high < 0)


def draw_differences(
    rows: Sequence[Difference],
    *,
    title: str,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 380.0,
    small: int = 5,
) -> Scene:
    """Draw differences of shares in points, with 95 % intervals where they are known.

    Args:
        small: with fewer cases on one side a dot is hollow.
    """
    say = reader(language)
    told = [row for row in rows if row.less.value is not None]
    ends = [
        abs(value)
        for row in told
        for value in (row.less.value, row.less.low, row.less.high)
        if value is not None
    ]
    reach = next((step for step in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if max(ends, default=0.0) <= step), 1.0)
    left, right = EDGE, width - EDGE

    def at(value: float) -> float:
        return left + (max(-reach, min(reach, value)) + reach) / (2 * reach) * (right - left)

    marks: list[Mark] = []
    bottom = 10 + len(told) * ROW
    for tick in (-reach, -reach / 2, 0.0, reach / 2, reach):
        strong = tick == 0
        marks.append(
            Line(
                at(tick),
                4,
                at(tick),
                bottom,
                "line-strong" if strong else "line",
                1.2 if strong else 1,
                () if strong else (1, 5),
            )
        )
        words = say("differences.none") if strong else say.signed(round(tick * 100))
        half = text_width(words, 11.5) / 2
        marks.append(
            Text(
                max(half, min(width - half, at(tick))),
                bottom + 16,
                words,
                11.5,
                anchor="middle",
                fill="ink-3",
            )
        )
    for place, row in enumerate(told):
        marks.append(_row(row, 10 + place * ROW, at, width, small, say))
    lines = wrap(say("differences.signs"), width, 11.5, 400, language)
    for number, line in enumerate(lines):
        marks.append(Text(0, bottom + 40 + number * 16, line, 11.5, fill="ink-3"))
    height = bottom + 40 + len(lines) * 16
    return Scene(
        width=width,
        height=height,
        title=title,
        desc=say("differences.desc", count=len(told)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks),
        theme=theme.name,
        table=difference_table(rows, title, say),
    )


def difference_table(rows: Sequence[Difference], title: str, say: Reader) -> Table:
    """The differences as words: both sides with what they are of, the difference and its interval."""

    def percent(value: float | None) -> str:
        return "–" if value is None else say.percent(value)

    def points(value: float | None) -> str:
        return "–" if value is None else say.signed(round(value * 100))

    return Table(
        columns=(
            "",
            "A",
            say("differences.of", of="A"),
            "B",
            say("differences.of", of="B"),
            say("differences.less"),
            say("differences.interval"),
        ),
        rows=tuple(
            (
                row.name,
                percent(row.a.value),
                say.number(row.a.n),
                percent(row.b.value),
                say.number(row.b.n),
                points(row.less.value),
                f"{points(row.less.low)} … {points(row.less.high)}" if row.less.low is not None else "–",
            )
            for row in rows
        ),
        caption=title,
    )


def _row(
    row: Difference, y: float, at: Callable[[float], float], width: float, small: int, say: Reader
) -> Group:
    assert row.less.value is not None
    x, line = at(row.less.value), y + 28
    said = say.signed(round(row.less.value * 100))
    label = f"{row.name} {said}"
    cut = wrap(label, width - 8, 12.0, 600, say.language)[0]
    half = text_width(cut, 12.0, 600) / 2
    children: list[Mark] = [
        Text(max(half, min(width - half, x)), y + 14, cut, 12.0, 600, anchor="middle"),
    ]
    if row.less.low is not None and row.less.high is not None:
        low, high = at(row.less.low), at(row.less.high)
        children += [
            Line(low, line, high, line, "ink", 1.6),
            Line(low, line - 5, low, line + 5, "ink", 1.6),
            Line(high, line - 5, high, line + 5, "ink", 1.6),
        ]
    filled = row.sure and min(row.a.n, row.b.n) >= small
    children.append(Circle(x, line, 5, "ink" if filled else "paper", "ink", 1.6))
    return Group(tuple(children), role="row", label=label, title=label, focusable=True)
