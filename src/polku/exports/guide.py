"""A one-page guide for an interview, made of the holes of a map: a hole is a question nobody asked yet.

What is said aloud asks about the last time and suggests nothing; what the map believes stands beside it for
the ears of who asks. Both are kept apart here, so that no form of the guide can mix them up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from polku.documents import Account, Journey, Workspace
from polku.exports.guide_holes import KINDS, Hole, holes_of, planned_for, steps_of
from polku.words import Reader, reader

MOST = 12
"""Questions that a conversation of three quarters of an hour has room for."""
FIRST = {"understanding": 4}
"""Questions of a kind before every other kind had its turn, where it is not two."""
PER_PLACE = 2
"""Questions about one place; whoever has told that moment has mostly told the rest."""


@dataclass(frozen=True)
class Item:
    """One question.

    Args:
        place: what it is about; empty for the story and the close.
        ask: the words to say.
        listen: what to listen for, never read out.
    """

    place: str
    ask: str
    listen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the conversation."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Guide:
    """An interview guide in the words of one language.

    Args:
        about: who is asked, about what.
        who: planned conversations of the role.
        rules: how to ask.
        opening: words to begin with.
        left: what was left out so that the guide is one page; empty where nothing was.
        after: what to do with the answers.
        fields: blanks to fill in at the top.
    """

    language: str
    title: str
    about: str
    who: tuple[str, ...]
    rules: tuple[str, ...]
    opening: str
    opening_name: str
    sections: tuple[Section, ...]
    left: str
    after: str
    fields: tuple[str, ...]
    listen_name: str
    questions: int
    holes: int


def build_guide(
    workspace: Workspace,
    role: str,
    *,
    journey: Journey | None,
    account: Account | None = None,
    language: str = "en",
    today: dt.date,
    most: int = MOST,
) -> Guide:
    """The guide for an interview with somebody in a role.

    Args:
        role: id of a role of the workspace.
        journey: the journey that is talked about; None where the workspace has none.
        account: the customer that is visited; holes in its understanding come first then.
        language: the customer's: en, fi, sv or da.
        today: the day that ages are counted to.
        most: questions at most.
    """
    say = reader(language)
    walked = journey is not None and bool(steps_of(journey, role))
    story = [Item("", say("ask.story-work"))]
    if walked and journey is not None:
        story.append(Item("", say("ask.story-journey", journey=journey.label)))
    close = [Item("", say("ask.close"))]
    holes = holes_of(workspace, role, journey=journey, account=account, today=today)
    chosen = choose(holes, most - len(story) - len(close))
    sections = [Section(say("ask.part-story"), tuple(story))]
    if chosen:
        sections.append(Section(say("ask.part-holes"), _items(chosen, say)))
    sections.append(Section(say("ask.part-close"), tuple(close)))
    # Without the journey's name the title would not say which of several conversations this is.
    about = [journey.label] if walked and journey is not None else []
    about = [account.label, *about] if account is not None else about
    evidence = workspace.evidence
    return Guide(
        language=say.language,
        title=say("ask.title", role=workspace.roles[role].label),
        about=" · ".join([*about, workspace.name]),
        who=tuple(
            say("ask.planned", text=evidence[id].source or id) for id in planned_for(workspace, role)[:2]
        ),
        rules=tuple(say(f"ask.rule-{rule}") for rule in ("last-time", "silence", "listen")),
        opening=say("ask.opening"),
        opening_name=say("ask.part-opening"),
        sections=tuple(sections),
        left=_left(holes, chosen, say),
        after=say("ask.after"),
        fields=tuple(say(f"ask.field-{field}") for field in ("who", "where", "when", "by")),
        listen_name=say("ask.listen"),
        questions=sum(len(section.items) for section in sections),
        holes=sum(hole.count for hole in holes),
    )


def choose(holes: Sequence[Hole], most: int) -> tuple[Hole, ...]:
    """The holes to ask about: what weighs most, few of one place, in the order of the journey."""
    chosen: list[Hole] = []
    places: dict[str, int] = {}
    kinds: dict[str, int] = {}
    # Each kind has its turn before one kind takes all the room: a few of each, then what weighs most.
    for most_of_kind in (FIRST, dict.fromkeys(KINDS, len(holes))):
        for hole in holes:
            if len(chosen) >= most or hole in chosen:
                continue
            key = f"{hole.order[0] < 0}{hole.place}"
            if places.get(key, 0) < PER_PLACE and kinds.get(hole.kind, 0) < most_of_kind.get(hole.kind, 2):
                chosen.append(hole)
                places[key] = places.get(key, 0) + 1
                kinds[hole.kind] = kinds.get(hole.kind, 0) + 1
    return tuple(sorted(chosen, key=lambda hole: (hole.order, KINDS.index(hole.kind))))


def _items(holes: Sequence[Hole], say: Reader) -> tuple[Item, ...]:
    """The questions; what stands beside one question need not stand beside the next again."""
    items: list[Item] = []
    before: tuple[str, ...] = ()
    for hole in holes:
        name = f"ask.say-part-{hole.part}" if hole.part else f"ask.say-{hole.kind}"
        listen = tuple(say.text(text) for text in hole.listen)
        items.append(Item(say.text(hole.place), say(name), listen if listen != before else ()))
        before = listen
    return tuple(items)


def _left(holes: Sequence[Hole], chosen: Sequence[Hole], say: Reader) -> str:
    """What the page has no room for, counted by kind."""
    count = {
        kind: sum(hole.count for hole in holes if hole.kind == kind and hole not in chosen) for kind in KINDS
    }
    parts = [say(f"ask.left-{kind}", count=number) for kind, number in count.items() if number]
    total = sum(count.values())
    return say("ask.left", count=total, parts="; ".join(parts)) if total else ""
