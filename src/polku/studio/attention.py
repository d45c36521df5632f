"""What needs attention in a workspace: what the data shows first, then what the checks find, each with its next act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from polku.checks.finding import Finding
from polku.documents import Journey, Workspace
from polku.errors import PolkuError
from polku.exports.highlights import Highlight, highlights
from polku.studio.fix_words import without_lines
from polku.studio.measured import findings_of, main_journey, measures_of
from polku.studio.models import Space
from polku.studio.places import address, of_document
from polku.studio.reading import workspace_seen
from polku.words import Message, Text

SAME = {"assumed": "PK401", "unintended": "PK503", "blind-spot": "PK505"}
"""Kinds of highlights that say what a check of the same journey says as well."""


@dataclass(frozen=True)
class Attention:
    """One thing to see to.

    Args:
        level: error, warning or hint.
        says: the heading; more: one line beneath.
        act: what the link says; link: where it is mended, empty where nowhere.
        key: of the finding, by which it can be lived with; empty for what data shows.
        kind: of the highlight, or code of the check.
        seen: act and link for who only reads, where the act is one of editors.
    """

    level: str
    says: Text
    more: Message
    act: Message
    link: str
    key: str = ""
    kind: str = ""
    seen: tuple[Message, str] | None = None

    def for_reader(self) -> Attention:
        """The same for who may only read."""
        return self if self.seen is None else replace(self, act=self.seen[0], link=self.seen[1])


def worst(found: Sequence[Attention], most: int) -> tuple[Attention, ...]:
    """The first few, each of another kind as long as there are so many kinds."""
    first: dict[str, int] = {}
    for number, one in enumerate(found):
        first.setdefault(one.kind, number)
    leading = set(first.values())
    chosen = list(first.values())[:most]
    if len(chosen) < most:
        others = (number for number in range(len(found)) if number not in leading)
        chosen += islice(others, most - len(chosen))
    return tuple(found[number] for number in sorted(chosen))


def attention(space: Space) -> tuple[Attention, ...]:
    """All there is to see to, worst first."""
    workspace = workspace_seen(space)
    journey = workspace.journeys.get(main_journey(space) or "")
    seen = _highlights(space, workspace, journey)
    order = {"error": 0, "warning": 1, "hint": 2}
    shown = sorted(seen, key=lambda one: (order[one.level], -one.weight))
    said = {SAME[one.kind] for one in shown if one.kind in SAME}
    found = [one for one in findings_of(space) if one.level != "not-measured"]
    if journey is not None:
        found = [one for one in found if not (one.code in said and one.document == f"journeys/{journey.id}")]
    rows = [_of_highlight(space, workspace, journey, one) for one in shown if journey is not None]
    rows += _of_findings(space, workspace, found)
    return tuple(sorted(rows, key=lambda one: order[one.level]))


def _highlights(space: Space, workspace: Workspace, journey: Journey | None) -> Sequence[Highlight]:
    if journey is None:
        return ()
    try:
        measures = measures_of(space, journey.id)
    except PolkuError:
        # Damaged data has its own place to be told; the map still speaks.
        measures = None
    return highlights(workspace, journey, measures)


def _of_highlight(space: Space, workspace: Workspace, journey: Journey, one: Highlight) -> Attention:
    step = one.steps[0] if one.steps else ""
    seen = None
    if one.kind == "assumed":
        act, link = Message("studio-home.act-interviews"), address(space, "studio-evidence", show="unheard")
    elif one.kind == "blind-spot":
        act, link = Message("studio-home.act-roles"), address(space, "studio-roles")
    elif one.kind in ("score", "rival", "loss"):
        act, link = _improvement(space, workspace, journey, one, step)
        seen = Message("studio-home.act-step"), address(space, "studio-editor", journey.id, step=step)
    else:
        act, link = (
            Message("studio-home.act-step"),
            address(space, "studio-editor", journey.id, step=step),
        )
        if one.kind == "unintended" and (
            paths := address(space, "studio-question", "paths", journey=journey.id)
        ):
            act, link = Message("studio-home.act-paths"), paths
    return Attention(one.level, one.says, one.more, act, link, kind=one.kind, seen=seen)


def _improvement(
    space: Space, workspace: Workspace, journey: Journey, one: Highlight, step: str
) -> tuple[Message, str]:
    """See the improvement that is under way for a step, else begin one."""
    for id, improvement in workspace.improvements.items():
        solves = [it for it in improvement.solves if step and (it.journey, it.step) == (journey.id, step)]
        if solves and improvement.status not in ("done", "dropped"):
            return Message("studio-home.act-see", {"name": improvement.label}), address(
                space, "studio-improvement", id
            )
    found = journey.step(step) if step else None
    pain = next((pain.id for pain in found.pains if pain.id), "") if found else ""
    return Message("studio-home.act-improve"), address(
        space, "studio-improvement-new", journey=journey.id, step=step, pain=pain or "", because=one.kind
    )


def _of_findings(space: Space, workspace: Workspace, found: Sequence[Finding]) -> Iterator[Attention]:
    for one in found:
        kind = one.document.partition("/")[0]
        link = of_document(space, one.document, one.item)
        name = getattr(getattr(workspace, kind, {}).get(one.document.partition("/")[2]), "label", "")
        opened = Message("studio-home.act-open", {"name": name or one.document}), link
        seen = None
        if one.code == "PK601" and one.item:
            parts = one.item.split("/")
            named = {"journey": one.document.partition("/")[2]} if kind == "journeys" else {}
            if parts[0] == "steps" and len(parts) >= 4:
                named |= {"step": parts[1], "pain": parts[3]}
            elif kind == "roles" and len(parts) >= 2:
                named = {"role": one.document.partition("/")[2], "pain": parts[1]}
            link = address(space, "studio-improvement-new", **named)
            act, seen = Message("studio-home.act-improve"), opened
        elif one.code in ("PK501", "PK502", "PK507", "PK508") and (data := address(space, "studio-data")):
            link, act = data, Message("studio-home.act-data")
        elif kind == "polku":
            act = Message("studio-home.act-settings")
        else:
            act = opened[0]
        yield Attention(one.level, without_lines(one.message), one.why, act, link, one.key, one.code, seen)
