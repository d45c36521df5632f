"""The funnel: how far cases get stage by stage, who may still go on, who left, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping

from polku.analytics.funnel import Funnel
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.parts import signs
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head
from polku.scene import (
    LIGHT,
    Group,
    Line,
    Mark,
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

NAME_ROOM = 210.0
DAYS_ROOM = 170.0
BAR = 24.0
DAY = 86_400.0


def draw_funnel(
    funnel: Funnel,
    names: Mapping[str, str] | None = None,
    *,
    title: Words | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1200.0,
    small: int = 5,
    tag: str = "",
) -> Scene:
    """Draw a funnel as one bar per stage, all to one scale.

    Args:
        names: what the stages' ids are called.
        small: fewer cases than these get no percent.
        tag: words in a dashed frame at the top right.
    """
    say = reader(language)
    called = [(names or {}).get(stage, stage) for stage in funnel.stage]
    heading = say.text(title if title is not None else funnel_title(funnel, called))
    frame_head, y = head(
        width,
        title=heading,
        question=say("funnel.question"),
        meta=_meta(funnel, say),
        language=language,
        tag=tag,
    )
    marks: list[Mark] = [frame_head]
    bar_x, days_x = MARGIN + NAME_ROOM, width - MARGIN - DAYS_ROOM
    room = days_x - bar_x - 130
    most = max(funnel.reached, default=0)
    marks += [
        Text(bar_x, y + 12, say("funnel.bars", unit=_unit(funnel, say)), 12, fill="ink-3"),
        Text(days_x, y + 12, say("funnel.days"), 12, fill="ink-3"),
    ]
    y += 26
    drawn = _Row(funnel, say, bar_x, room / most if most else 0.0, days_x, small)
    for place, name in enumerate(called):
        row, y = drawn.marks(place, name, y, width)
        marks.append(row)
    if not called:
        marks.append(Text(MARGIN, y + 18, say("funnel.empty"), 14, fill="ink-2"))
        y += 40
    frame_foot, height = foot(
        width, y + 14, _legend(funnel, say), _sum(funnel, say), language, rest_of(funnel.about, say)
    )
    return Scene(
        width=width,
        height=height,
        title=heading,
        desc=say("funnel.desc", stages=len(called), cases=most, last=funnel.reached[-1] if called else 0),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=_table(funnel, called, say),
    )


def left_before(funnel: Funnel, place: int) -> int:
    """Cases that reached the stage before, not this one, and cannot any more."""
    if place == 0:
        return 0
    return funnel.reached[place - 1] - funnel.reached[place] - funnel.pending[place]


def funnel_title(funnel: Funnel, names: list[str]) -> Message:
    """The stage at which most cases are lost for good, in words."""
    losses = [(left_before(funnel, place), -place) for place in range(1, len(names))]
    if not names or not funnel.reached[0]:
        return Message("funnel.title-empty", {})
    lost, place = max(losses, default=(0, 0))
    if lost <= 0:
        return Message("funnel.title-none", {"count": funnel.reached[0]})
    here = -place
    return Message(
        "funnel.title",
        {"count": lost, "all": funnel.reached[here - 1], "stage": names[here], "before": names[here - 1]},
    )


class _Row:
    """Draws the stages of one funnel to one scale."""

    def __init__(
        self, funnel: Funnel, say: Reader, x: float, scale: float, days_x: float, small: int
    ) -> None:
        self.funnel, self.say, self.x, self.scale, self.days_x, self.small = (
            funnel,
            say,
            x,
            scale,
            days_x,
            small,
        )

    def marks(self, place: int, name: str, y: float, width: float) -> tuple[Group, float]:
        """One stage from y on: its name, its bar, its days; and the y below it."""
        funnel, say = self.funnel, self.say
        reached, returned = funnel.reached[place], funnel.returned[place]
        pending = funnel.pending[place + 1] if place + 1 < len(funnel.stage) else 0
        left = left_before(funnel, place + 1) if place + 1 < len(funnel.stage) else 0
        lines = wrap(name, NAME_ROOM - 20, 13, 600, say.language)
        children: list[Mark] = [Line(MARGIN, y, width - MARGIN, y)]
        children += text_lines(lines, MARGIN, y + 22, size=13, weight=600)
        note_y = y + 22 + (len(lines) - 1) * 16.25 + 17
        children.append(Text(MARGIN, note_y, self._share(place), 12, fill="ink-3"))
        top = y + 12
        children += self._bar(place, reached, pending, left, top)
        if returned:
            words = say("funnel.returned", count=returned)
            children.append(Text(self.x, top + BAR + 16, words, 12, fill="ink-2"))
        seconds = funnel.median_seconds_from_previous[place]
        if seconds is not None:
            days = say.days(seconds)
            children.append(Text(self.days_x, top + 16, days, 13, 600 if seconds > 60 * DAY else 400))
            longest = (
                max((s for s in funnel.median_seconds_from_previous if s is not None), default=1.0) or 1.0
            )
            bar = max(3.0, 70 * seconds / longest)
            children.append(Rect(self.days_x + 56, top + 5, bar, 13, None, "line-strong", 1, texture="hatch"))
        elif place == 0:
            children.append(Text(self.days_x, top + 16, say("funnel.entry"), 12, fill="ink-3"))
        bottom = max(note_y, top + BAR + (20 if returned else 0)) + 12
        label = say("funnel.label", name=name, count=reached, pending=pending, left=left)
        return Group(
            tuple(children), id=f"stage-{place + 1}", role="stage", label=label, focusable=True
        ), bottom

    def _bar(self, place: int, reached: int, pending: int, left: int, top: float) -> list[Mark]:
        goes_on = reached - pending - left
        last = place + 1 == len(self.funnel.stage)
        marks: list[Mark] = []
        x = self.x
        spans = [(goes_on, "ink" if last else "ink-2", None), (pending, None, "hatch"), (left, None, None)]
        after: list[tuple[str, str]] = []
        for number, (count, fill, texture) in enumerate(spans):
            if not count:
                continue
            wide = max(count * self.scale, 2.0)
            kind = ("goes", "pending", "left")[number]
            if kind == "left":
                marks.append(Rect(x, top, wide, BAR, None, "negative", 1.3, (4, 3)))
            else:
                marks.append(
                    Rect(x, top, wide, BAR, fill, "line-strong" if texture else None, 1, texture=texture)
                )
            words = self.say.number(count) if kind != "left" else "−" + self.say.number(count)
            size = text_width(words, 12, 600) + 10
            ink = {"goes": "paper", "pending": "ink", "left": "negative"}[kind]
            if size <= wide:
                if kind == "pending":
                    marks.append(
                        Rect(x + wide / 2 - size / 2 + 2, top + 4, size - 4, BAR - 8, "paper", radius=3)
                    )
                marks.append(Text(x + wide / 2, top + 16, words, 12, 600, anchor="middle", fill=ink))
            else:
                after.append((words, "ink-2" if kind != "left" else "negative"))
            x += wide
        x += 6
        for words, ink in after:
            marks.append(Text(x, top + 16, words, 12, 600, fill=ink))
            x += text_width(words, 12, 600) + 8
        return marks

    def _share(self, place: int) -> str:
        funnel, say = self.funnel, self.say
        reached = say("funnel.reached", count=funnel.reached[place], unit=_unit(funnel, say))
        overall = funnel.overall[place]
        if place == 0 or overall is None or funnel.reached[0] < self.small:
            return reached
        return f"{reached} · {say.percent(overall)}"


def _unit(funnel: Funnel, say: Reader) -> str:
    return say(f"funnel.unit-{funnel.about.case}")


def _meta(funnel: Funnel, say: Reader) -> str:
    about = funnel.about
    if about.days is None:
        return say("funnel.no-events")
    first, last = about.days
    return say("funnel.meta", accounts=about.accounts, first=first, last=last, version=about.data_version)


def _legend(funnel: Funnel, say: Reader) -> list[LegendEntry]:
    entries = [LegendEntry(lambda x, y: signs.swatch(x, y, fill="ink-2"), say("funnel.goes-on"), 22)]
    if any(funnel.pending):
        entries.append(
            LegendEntry(lambda x, y: signs.swatch(x, y, texture="hatch"), say("funnel.pending"), 22)
        )
    if any(left_before(funnel, place) for place in range(len(funnel.stage))):
        entries.append(
            LegendEntry(
                lambda x, y: (Rect(x - 11, y - 5.5, 22, 11, None, "negative", 1.2, (3, 2)),),
                say("funnel.left"),
                22,
            )
        )
    return entries


def _sum(funnel: Funnel, say: Reader) -> str:
    """Everybody who entered, as a sum: who came to the end, who may still, who left."""
    if not funnel.stage or not funnel.reached[0]:
        return ""
    pending = sum(funnel.pending)
    left = sum(left_before(funnel, place) for place in range(1, len(funnel.stage)))
    return say("funnel.sum", pending=pending, left=left, done=funnel.reached[-1], all=funnel.reached[0])


def _table(funnel: Funnel, names: list[str], say: Reader) -> Table:
    rows = tuple(
        (
            name,
            say.number(funnel.reached[place]),
            say.number(funnel.pending[place]),
            say.number(left_before(funnel, place)),
            say.number(funnel.returned[place]),
            say.days(seconds) if (seconds := funnel.median_seconds_from_previous[place]) is not None else "–",
        )
        for place, name in enumerate(names)
    )
    columns = tuple(
        say(f"funnel.column-{name}") for name in ("stage", "reached", "pending", "left", "returned", "days")
    )
    return Table(columns, rows, say("funnel.question"))
