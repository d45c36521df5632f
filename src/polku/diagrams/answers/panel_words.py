"""What drawings of rows on panels share: what things are called, the meta line, the tag of sample numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from polku.analytics.asking.words import about_sentence, remainder_sentences
from polku.analytics.result import About
from polku.diagrams.answers.panels import Sheet, draw_sheet
from polku.diagrams.parts.frame import head
from polku.documents import PARTS, Journey, Workspace
from polku.scene import Group, Scene, Theme
from polku.words import Reader

MOST = 16
"""Rows that are drawn; the others are said in words and stand in the table of the answer."""
Names = Callable[[str], str]


def names_of(workspace: Workspace, journey: Journey | None, more: Mapping[str, str] | None = None) -> Names:
    """What people call a step, stage, touchpoint, channel, segment or account; other words stay as they are."""
    names: dict[str, str] = {one.id: one.name or one.id for one in workspace.settings.segments}
    names |= {one.id: one.name or one.id for one in workspace.channels.values()}
    names |= {one.id: one.label for one in workspace.touchpoints.values()}
    names |= more or {}
    names |= {one.id: one.label for one in workspace.accounts.values() if one.name}
    if journey is not None:
        names |= {stage.id: stage.label for stage in journey.stages}
        met = [step.touchpoint for step in journey.steps]
        for step in journey.steps:
            # A step that alone has its touchpoint is known by it: shorter than what its role does there.
            point = step.touchpoint if step.touchpoint in workspace.touchpoints else None
            alone = point is not None and met.count(point) == 1
            names[step.id] = workspace.label("touchpoints", point) if alone and point else step.label
    return lambda id: names.get(id, id)


def part_of(part: str | None, say: Reader) -> str:
    """A part of the buying centre; None is all."""
    if part is None:
        return say("measure.all")
    return say(f"measure.part-{part}") if part in PARTS else say("measure.unknown")


def meta_of(about: About, say: Reader) -> str:
    """How many of what, from when to when."""
    return about_sentence(about, say)


def tag_of(workspace: Workspace, say: Reader) -> str:
    """The tag of sample numbers, where the workspace is an example."""
    return say("diagrams.sample-numbers") if workspace.settings.example else ""


def opened(
    about: About, workspace: Workspace, say: Reader, *, title: str, question: str, width: float
) -> tuple[Group, float]:
    """Title, question, meta line and tag of an answer's picture, and where what follows begins."""
    return head(
        width,
        title=title,
        question=question,
        meta=meta_of(about, say),
        language=say.language,
        tag=tag_of(workspace, say),
    )


def points(share: float, say: Reader) -> str:
    """A difference of shares in points, with its sign."""
    return say.signed(round(share * 100))


def interval(low: float | None, high: float | None, tell: Callable[[float], str]) -> str:
    """An interval in brackets; nothing where there is none."""
    return "" if low is None or high is None else f" ({tell(low)} … {tell(high)})"


def rest_of(about: About, say: Reader) -> str:
    """What an answer leaves out, so that two screens add up: events as a sum, then cases, accounts and deals."""
    return " ".join(remainder_sentences(about, say))


def lasting(value: float, say: Reader) -> str:
    """How long something took, in seconds; less than nothing where the end came first."""
    if not value:
        return say.number(0)
    return ("−" if value < 0 else "") + say.duration(abs(value))


def drawn(sheet: Sheet, say: Reader, theme: Theme, width: float, about: About | None = None) -> Scene:
    """The drawing of a sheet; with what the answer leaves out in its foot, where `about` tells it."""
    if about is not None and not sheet.rest:
        sheet = replace(sheet, rest=rest_of(about, say))
    return draw_sheet(sheet, say, theme=theme, width=width)
