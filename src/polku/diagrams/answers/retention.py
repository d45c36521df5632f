"""Retention: how long customers stay, as steps with their interval, and under them how many are still followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from polku.analytics.retention import UNKNOWN, Retention
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head
from polku.diagrams.parts.spread import spread
from polku.documents import Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Path,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    text_lines,
    text_width,
    wrap,
)
from polku.words import Message, Reader, reader
from polku.words import Text as Words

MOST_GROUPS = 3
"""More curves than these cannot be told apart by their lines; the largest are drawn, the others are named."""
DASHES: tuple[tuple[float, ...], ...] = ((), (9.0, 4.0), (2.0, 4.0))
WEIGHTS = (2.2, 2.0, 2.4)
HEIGHT = 320.0
AXIS_ROOM = 52.0
LABEL_ROOM = 210.0
TICKS = (1, 2, 3, 6, 12, 24, 36, 60, 120)
MOST_TICKS = 13
ROW = 20.0
YEAR = 12


@dataclass(frozen=True)
class _Group:
    """One curve: its rows by month, and the form of its line."""

    name: str
    rows: tuple[dict[str, Any], ...]
    place: int

    @property
    def runs(self) -> list[list[dict[str, Any]]]:
        """Months that follow each other and have a share; where too few are followed the curve breaks off."""
        found: list[list[dict[str, Any]]] = []
        for row in self.rows:
            if row["retained"] is None:
                continue
            if found and row["period"] == found[-1][-1]["period"] + 1:
                found[-1].append(row)
            else:
                found.append([row])
        return found

    @property
    def most(self) -> int:
        """How many are followed at the most."""
        return max((row["at_risk"] for row in self.rows), default=0)

    def at(self, month: int) -> dict[str, Any] | None:
        """The row of a month."""
        return self.rows[month] if month < len(self.rows) else None


@dataclass(frozen=True)
class _Plot:
    """Where months and shares stand."""

    say: Reader
    x0: float
    x1: float
    top: float
    months: int
    tick: int

    def x(self, month: float) -> float:
        return self.x0 + (self.x1 - self.x0) * month / max(self.months, 1)

    def y(self, share: float) -> float:
        return self.top + HEIGHT * (1 - share)

    @property
    def ticks(self) -> range:
        return range(0, self.months + 1, self.tick)


def draw_retention(
    result: Retention,
    workspace: Workspace,
    *,
    title: Words | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw a Kaplan-Meier curve with its Greenwood interval and the numbers at risk; with a split, up to three.

    One curve has its interval hatched; several have thin lines of their own kind around them, as hatches upon each
    other would be read as one. A curve breaks off where fewer than `limits.small` are followed.
    """
    say, small = reader(language), workspace.settings.limits.small
    width = max(width, 720.0)
    groups, others = _groups(result, workspace, say)
    heading = say.text(title if title is not None else retention_title(result, groups))
    about = result.about
    meta = [say("retention.customers", count=about.cases)]
    if about.days:
        meta.append(f"{say.date(about.days[0])} – {say.date(about.days[1])}")
    frame_head, y = head(
        width,
        title=heading,
        question=say("retention.question"),
        meta=", ".join(meta),
        language=language,
        tag=say("diagrams.sample-numbers") if workspace.settings.example else "",
    )
    # No further than there is something to see; the table has every month.
    months = max((run[-1]["period"] for group in groups for run in group.runs), default=0)
    marks: list[Mark] = [frame_head]
    if months < 1:
        marks.append(Text(MARGIN, y + 22, say("retention.empty"), 14, fill="ink-2"))
        y += 44
    else:
        tick = next((step for step in TICKS if months / step <= MOST_TICKS - 1), TICKS[-1])
        months = -(-months // tick) * tick
        room = LABEL_ROOM if len(groups) > 1 else 96.0
        plot = _Plot(say, MARGIN + AXIS_ROOM, width - MARGIN - room, y + 20, months, tick)
        marks.append(_axes(plot))
        marks += _curves(plot, groups, small)
        table, y = _at_risk(plot, groups, plot.top + HEIGHT + 52)
        marks.append(table)
    notes = [say(f"retention.basis-{result.basis}"), say("retention.how", small=small)]
    if result.about.parameters.get("begins"):
        notes.append(
            say("measure.retention-begins", day=dt.date.fromisoformat(result.about.parameters["begins"]))
        )
    if result.logrank is not None:
        notes.append(say("measure.retention-logrank", p=say.number(result.logrank["p"], 3)))
    notes += [f"{_label(group, say, small)}." for group in groups if not group.runs]
    if others:
        notes.append(say("retention.not-drawn", groups=others))
    legend = _legend(groups, small, say) if months >= 1 else []
    frame_foot, height = foot(width, y + 12, legend, " ".join(notes), language, rest_of(about, say))
    return Scene(
        width=width,
        height=height,
        title=heading,
        desc=say("retention.desc", count=about.cases, months=months, groups=len(groups)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=_table(result, workspace, say),
    )


def retention_title(result: Retention, groups: Sequence[_Group]) -> Message:
    """Whether segments differ beyond chance, else the share that stays a year, or as long as enough are followed."""
    if result.logrank is not None and result.logrank["p"] < 0.05:
        return Message("retention.title-differ", {"count": len(groups)})
    whole = [row for row in result.rows() if row["segment"] is None and row["retained"] is not None]
    if not whole:
        return Message("retention.title-few", {"count": result.about.cases})
    row = next((row for row in whole if row["period"] == YEAR), whole[-1])
    params = {"share": row["retained"], "months": row["period"]}
    if result.logrank is not None:
        return Message("retention.title-alike", params)
    return Message("retention.title", params)


def _groups(result: Retention, workspace: Workspace, say: Reader) -> tuple[list[_Group], list[str]]:
    """The curves to draw, and the names of those that are not: of a split its largest groups, else all."""
    rows: dict[str | None, list[dict[str, Any]]] = {}
    for row in result.rows():
        rows.setdefault(row["segment"], []).append(row)
    split = [name for name in rows if name is not None]
    if not split:
        return [_Group(say("measure.all"), tuple(own), 0) for own in rows.values()], []
    found = [_Group(_name(name, workspace, say), tuple(rows[name]), 0) for name in split]
    largest = sorted(found, key=lambda group: (-group.most, group.name))[:MOST_GROUPS]
    drawn = [group for group in found if group in largest]
    others = [group.name for group in found if group not in largest]
    return [_Group(group.name, group.rows, place) for place, group in enumerate(drawn)], others


def _name(segment: str | None, workspace: Workspace, say: Reader) -> str:
    if segment is None:
        return say("measure.all")
    known = workspace.segments.get(segment)
    return say("measure.unknown") if segment == UNKNOWN else (known.name if known else None) or segment


def _axes(plot: _Plot) -> Group:
    say, marks = plot.say, list[Mark]()
    for quarter in range(5):
        y = plot.y(quarter / 4)
        marks.append(
            Line(
                plot.x0, y, plot.x1, y, "line" if quarter else "line-strong", 1, () if not quarter else (1, 5)
            )
        )
        marks.append(Text(plot.x0 - 10, y + 4.3, say.percent(quarter / 4), 12, anchor="end", fill="ink-2"))
    bottom = plot.y(0)
    for month in plot.ticks:
        x = plot.x(month)
        marks.append(Line(x, bottom, x, bottom + 5, "line-strong"))
        marks.append(Text(x, bottom + 20, say.number(month), 12, anchor="middle", fill="ink-2"))
    words = say("retention.months")
    marks.append(Text((plot.x0 + plot.x1) / 2, bottom + 38, words, 12, anchor="middle", fill="ink-3"))
    return Group(tuple(marks), id="axes", role="ground", hidden=True)


def _outline(plot: _Plot, run: Sequence[dict[str, Any]], key: str) -> list[tuple[float, float]]:
    """Corners of a curve: level through a month, a step at its end."""
    points: list[tuple[float, float]] = []
    for row in run:
        month, y = row["period"], plot.y(row[key])
        if points:
            points.append((plot.x(month), points[-1][1]))
        points.append((plot.x(month), y))
    return points


def _line(points: Sequence[tuple[float, float]], stroke: str, wide: float, dash: tuple[float, ...]) -> Path:
    segments = tuple(("M" if not place else "L", x, y) for place, (x, y) in enumerate(points))
    return Path(segments, None, stroke, wide, dash)


def _curves(plot: _Plot, groups: Sequence[_Group], small: int) -> list[Mark]:
    """Intervals under the curves, then curves with their names at the right."""
    under: list[Mark] = []
    drawn: list[Mark] = []
    alone = len(groups) == 1
    ends: list[tuple[_Group, float, float, str]] = []
    for group in groups:
        marks: list[Mark] = []
        dash, weight = DASHES[group.place], WEIGHTS[group.place]
        for before, after in pairwise(group.runs):
            at, then = before[-1], after[0]
            ends_at, begins = plot.x(at["period"]), plot.x(then["period"])
            y, low_y = plot.y(at["retained"]), plot.y(then["retained"])
            marks.append(_line([(ends_at, y), (begins, y), (begins, low_y)], "line-strong", 1, (1, 5)))
        for run in group.runs:
            sure = [row for row in run if row["low"] is not None and row["high"] is not None]
            if len(sure) == len(run):
                high, low = _outline(plot, run, "high"), _outline(plot, run, "low")
                if alone and len(run) > 1:
                    closed = [*high, *reversed(low)]
                    ring = tuple(("M" if not n else "L", x, y) for n, (x, y) in enumerate(closed))
                    under.append(Path((*ring, ("Z",)), None, None, texture="hatch"))
                under += [_line(points, "line-strong", 1, dash) for points in (high, low) if len(points) > 1]
            points = _outline(plot, run, "retained")
            if len(points) > 1:
                marks.append(_line(points, "ink", weight, dash))
            last = points[-1]
            broken = run[-1]["period"] < len(group.rows) - 1
            marks.append(Circle(*last, 4, "paper" if broken else "ink", "ink", 1.6))
        if group.runs:
            row = group.runs[-1][-1]
            share = plot.say.percent(row["retained"])
            ends.append((group, plot.x(row["period"]), plot.y(row["retained"]), share))
        label = _label(group, plot.say, small)
        drawn.append(
            Group(tuple(marks), id=f"curve-{group.place}", role="curve", label=label, focusable=True)
        )
    band = [Group(tuple(under), id="intervals", role="ground", hidden=True)] if under else []
    return [*band, *drawn, *_names(plot, ends, groups)]


def _label(group: _Group, say: Reader, small: int) -> str:
    if not group.runs:
        return say("retention.curve-few", name=group.name, small=small)
    row = group.runs[-1][-1]
    return say(
        "retention.curve",
        name=group.name,
        share=row["retained"],
        months=row["period"],
        low=row["low"] if row["low"] is not None else row["retained"],
        high=row["high"] if row["high"] is not None else row["retained"],
    )


def _names(
    plot: _Plot, ends: Sequence[tuple[_Group, float, float, str]], groups: Sequence[_Group]
) -> list[Mark]:
    """The name and last share of each curve, right of the plot, joined by a thin line."""
    if not ends:
        return []
    alone = len(groups) == 1
    left = plot.x1 + 26
    room = (LABEL_ROOM if not alone else 96.0) - 30
    ordered = sorted(ends, key=lambda one: one[2])
    lines = [
        (share,) if alone else wrap(f"{group.name}: {share}", room, 12.5, 600, plot.say.language)[:3]
        for group, _, _, share in ordered
    ]
    highs = [len(one) * 16.0 + 6 for one in lines]
    tops = spread([y for _, _, y, _ in ordered], highs[:-1], plot.top, plot.y(0) - highs[-1] + 16)
    marks: list[Mark] = []
    for (_, x, y, _), words, top in zip(ordered, lines, tops, strict=True):
        marks.append(Line(x + 7, y, left - 4, top, "line-strong", 1, (1, 5)))
        marks += text_lines(words, left, top + 4.3, size=12.5, weight=600, line=16 / 12.5)
    return [Group(tuple(marks), id="names", role="labels")]


def _at_risk(plot: _Plot, groups: Sequence[_Group], y: float) -> tuple[Group, float]:
    """How many are still followed at each tick; too few in light ink."""
    say = plot.say
    marks: list[Mark] = [Text(MARGIN, y + 12, say("retention.at-risk"), 12, 600)]
    y += 18
    for group in groups:
        # The first number stands around the zero of the axis: names go above their row.
        if len(groups) > 1:
            marks.append(Text(plot.x0, y + 14, group.name, 12, fill="ink-2"))
            marks.append(
                Line(MARGIN, y + 10, plot.x0 - 8, y + 10, "ink", WEIGHTS[group.place], DASHES[group.place])
            )
            y += 16
        half = 0.0
        for month in plot.ticks:
            row = group.at(month)
            words = say.number(row["at_risk"]) if row is not None else "–"
            half = max(half, text_width(words, 12) / 2)
            shown = row is not None and row["retained"] is not None
            marks.append(
                Text(plot.x(month), y + 14, words, 12, anchor="middle", fill="ink" if shown else "ink-3")
            )
        y += ROW
    return Group(tuple(marks), id="at-risk", role="table"), y + 4


def _legend(groups: Sequence[_Group], small: int, say: Reader) -> list[LegendEntry]:
    alone = len(groups) == 1

    def interval(x: float, y: float) -> tuple[Mark, ...]:
        ground = (Rect(x - 12, y - 6, 24, 12, texture="hatch"),) if alone else ()
        lines = (
            Line(x - 12, y - 6, x + 12, y - 6, "line-strong"),
            Line(x - 12, y + 6, x + 12, y + 6, "line-strong"),
        )
        return (*ground, *lines, Line(x - 12, y, x + 12, y, "ink", 2))

    found = [LegendEntry(interval, say("retention.sign-interval"), 26)]
    if any(run[-1]["period"] < len(group.rows) - 1 for group in groups for run in group.runs):
        found.append(
            LegendEntry(
                lambda x, y: (Circle(x, y, 4, "paper", "ink", 1.6),),
                say("retention.sign-few", small=small),
                12,
            )
        )
    return found


def _table(result: Retention, workspace: Workspace, say: Reader) -> Table:
    rows = []
    for row in result.rows():
        known = row["retained"] is not None
        sure = known and row["low"] is not None and row["high"] is not None
        rows.append(
            (
                _name(row["segment"], workspace, say),
                say.number(row["period"]),
                say.number(row["at_risk"]),
                say.number(row["lost"]),
                say.percent(row["retained"]) if known else "–",
                say.percent(row["low"]) if sure else "–",
                say.percent(row["high"]) if sure else "–",
            )
        )
    columns = ("segment", "period", "at_risk", "lost", "retained", "low", "high")
    return Table(
        tuple(say(f"measure.col-{name}") for name in columns), tuple(rows), say("retention.question")
    )
