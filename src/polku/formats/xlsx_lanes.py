"""The lanes of a map in a spreadsheet: how a step shows in a cell of each, and how a cell is read back.

A cell never holds all that a document says (the weight of a pain, the persons of a handoff), so reading
starts from the step as it is and changes only what the cell is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from polku.documents import Act, Gain, Handoff, Next, Pain, PartnerPart, Step
from polku.formats.plain import duration_text
from polku.formats.steps_rows import lines_of
from polku.formats.steps_words import duration_in, feeling_word, is_nothing, is_yes, number_in
from polku.formats.xlsx_names import CellProblem, Names, items_of
from polku.words import Message

Part = TypeVar("Part")
LIKE = 0.6
"""A changed line at least this like a former one is that one: it keeps its id, evidence and weight."""
BAR = " | "


@dataclass(frozen=True)
class Lane:
    """A row of the map.

    Args:
        name: of its words, and of what it changes in a step.
        choices: kind of things that its cells choose one of.
        hole: whether an empty cell is something to find out, and drawn so.
    """

    name: str
    show: Callable[[Step, Names], str]
    read: Callable[[Step, str, Names], Step]
    choices: str | None = None
    hole: bool = False


def _words(field: str) -> tuple[Callable[[Step, Names], str], Callable[[Step, str, Names], Step]]:
    """A field of free words."""

    def read(step: Step, text: str, names: Names) -> Step:
        return _with(step, **{field: text or None})

    return (lambda step, names: getattr(step, field) or ""), read


def _one(field: str, kind: str) -> tuple[Callable[[Step, Names], str], Callable[[Step, str, Names], Step]]:
    """A field that names one thing."""

    def read(step: Step, text: str, names: Names) -> Step:
        return _with(step, **{field: names.one(kind, text)})

    return (lambda step, names: names.label(kind, getattr(step, field))), read


def _several(
    field: str, kind: str
) -> tuple[Callable[[Step, Names], str], Callable[[Step, str, Names], Step]]:
    """A field that names several things, one a line."""

    def show(step: Step, names: Names) -> str:
        return "\n".join(names.label(kind, id) for id in getattr(step, field))

    def read(step: Step, text: str, names: Names) -> Step:
        return _with(step, **{field: names.several(kind, text, getattr(step, field))})

    return show, read


def _time(field: str) -> tuple[Callable[[Step, Names], str], Callable[[Step, str, Names], Step]]:
    """A field that lasts."""

    def read(step: Step, text: str, names: Names) -> Step:
        return _with(step, **{field: duration_of(text)})

    return (lambda step, names: duration_words(getattr(step, field), names)), read


def duration_words(duration: dt.timedelta | None, names: Names) -> str:
    """A duration in words where they mean exactly it, else as ISO 8601."""
    if duration is None:
        return ""
    words = names.say.duration(duration)
    return words if duration_in(words) == duration else duration_text(duration)


def duration_of(text: str) -> dt.timedelta | None:
    """A duration as people write it."""
    if not text:
        return None
    duration = duration_in(text)
    if duration is None:
        raise CellProblem(Message("xlsx.no-duration", {"found": text}))
    return duration


def _show_feels(step: Step, names: Names) -> str:
    return "" if step.feels is None else str(step.feels)


def _read_feels(step: Step, text: str, names: Names) -> Step:
    if not text:
        return _with(step, feels=None)
    number = number_in(text)
    feels = feeling_word(text) if number is None else int(number) if number.is_integer() else None
    if feels is None or not -2 <= feels <= 2:
        raise CellProblem(Message("xlsx.no-feeling", {"found": text}))
    return _with(step, feels=feels)


def _show_moment(step: Step, names: Names) -> str:
    return names.say("xlsx.yes") if step.moment_of_truth else ""


def _read_moment(step: Step, text: str, names: Names) -> Step:
    yes = is_yes(text) or text.casefold() == names.say("xlsx.yes").casefold()
    if text and not yes and not is_nothing(text):
        raise CellProblem(Message("xlsx.no-yes", {"found": text, "yes": names.say("xlsx.yes")}))
    return _with(step, moment_of_truth=yes)


def _said(
    field: str, model: type[Pain] | type[Gain]
) -> tuple[Callable[[Step, Names], str], Callable[[Step, str, Names], Step]]:
    """Pains or gains, one a line, behind a bar what shows each."""

    def line(one: Pain | Gain, names: Names) -> str:
        shown = "; ".join(names.label("evidence", id) for id in one.evidence)
        return _line(one.says) + (BAR + shown if shown else "")

    def show(step: Step, names: Names) -> str:
        return "\n".join(line(one, names) for one in getattr(step, field))

    def read(step: Step, text: str, names: Names) -> Step:
        found: list[Pain | Gain] = []
        for words, old, same in matched(text, getattr(step, field), lambda one: line(one, names)):
            if old is not None and same:
                found.append(old)
                continue
            says, _, shown = words.partition("|")
            evidence = names.several("evidence", shown, old.evidence if old is not None else ())
            base = old if old is not None else model(says=says.strip())
            found.append(base.model_copy(update={"says": says.strip(), "evidence": evidence}))
        return _with(step, **{field: tuple(found)})

    return show, read


def _acts(field: str) -> tuple[Callable[[Step, Names], str], Callable[[Step, str, Names], Step]]:
    """What the company does, one a line, behind bars the team and the system."""

    def line(act: Act, names: Names) -> str:
        parts = [_line(act.does), names.label("teams", act.team), names.label("systems", act.system)]
        return BAR.join(part for part in parts if part)

    def show(step: Step, names: Names) -> str:
        return "\n".join(line(act, names) for act in getattr(step, field))

    def read(step: Step, text: str, names: Names) -> Step:
        found: list[Act] = []
        for words, old, same in matched(text, getattr(step, field), lambda one: line(one, names)):
            if old is not None and same:
                found.append(old)
                continue
            does, *rest = (part.strip() for part in words.split("|"))
            told: dict[str, Any] = {"does": does, "team": None, "system": None}
            for part in filter(None, rest):
                team, system = names.kinds["teams"].id(part), names.kinds["systems"].id(part)
                if team is not None and told["team"] is None:
                    told["team"] = team
                elif system is not None:
                    told["system"] = system
                else:
                    raise CellProblem(Message("xlsx.no-team-or-system", {"found": part}))
            found.append((old if old is not None else Act(does=does)).model_copy(update=told))
        return _with(step, **{field: tuple(found)})

    return show, read


def _show_partner(step: Step, names: Names) -> str:
    return names.label("partners", step.partner.id if step.partner else None)


def _read_partner(step: Step, text: str, names: Names) -> Step:
    id = names.one("partners", text)
    if id is None:
        return _with(step, partner=None)
    now = step.partner
    return _with(step, partner=now.model_copy(update={"id": id}) if now else PartnerPart(id=id))


def _read_partner_does(step: Step, text: str, names: Names) -> Step:
    if step.partner is None:
        if not text:
            return step
        raise CellProblem(Message("xlsx.no-partner", {"found": text}))
    return _with(step, partner=step.partner.model_copy(update={"does": text or None}))


def _handoff(step: Step, **told: Any) -> Step:
    """The step with something else told of its handoff; one that says nothing is none."""
    handoff = (step.receives or Handoff()).model_copy(update=told)
    return _with(step, receives=None if handoff == Handoff() and step.receives != Handoff() else handoff)


def _read_next(step: Step, text: str, names: Names) -> Step:
    if not text:
        return _with(step, next=None)
    if text.casefold() == names.say("xlsx.ends").casefold():
        return _with(step, next=())
    found: list[Next] = []
    for line in lines_of(text):
        first, *rest = (part.strip() for part in line.split("|"))
        unsolved = names.say("xlsx.unsolved").casefold() in (part.casefold() for part in rest)
        label = next(
            (part for part in rest if part.casefold() != names.say("xlsx.unsolved").casefold()), None
        )
        for part in items_of(first):
            to = names.steps.get(_line(part).casefold())
            if to is None:
                raise CellProblem(Message("xlsx.no-step", {"found": part}))
            found.append(Next(to=to, label=label or None, unsolved=unsolved))
    return _with(step, next=tuple(found))


def _show_next(step: Step, names: Names) -> str:
    if step.next is None:
        return ""
    lines = []
    for way in step.next:
        parts = [names.numbers.get(way.to, way.to), _line(way.label or "")]
        parts += [names.say("xlsx.unsolved")] if way.unsolved else []
        lines.append(BAR.join(part for part in parts if part))
    return "\n".join(lines) if lines else names.say("xlsx.ends")


LANES: tuple[Lane, ...] = (
    Lane("stage", *_one("stage", "stages"), choices="stages"),
    Lane("role", *_one("role", "roles"), choices="roles", hole=True),
    Lane("does", *_words("does"), hole=True),
    Lane("with", *_several("with_", "roles")),
    Lane("touchpoint", *_one("touchpoint", "touchpoints"), choices="touchpoints"),
    Lane("thinks", *_words("thinks"), hole=True),
    Lane("expects", *_words("expects"), hole=True),
    Lane("feels", _show_feels, _read_feels, hole=True),
    Lane("moment", _show_moment, _read_moment),
    Lane("pains", *_said("pains", Pain)),
    Lane("gains", *_said("gains", Gain)),
    Lane("evidence", *_several("evidence", "evidence"), hole=True),
    Lane("content", *_one("content", "contents"), choices="contents"),
    Lane("front", *_acts("front")),
    Lane("back", *_acts("back")),
    Lane("owner", *_one("owner", "teams"), choices="teams"),
    Lane("partner", _show_partner, _read_partner, choices="partners"),
    Lane(
        "partner-does",
        lambda step, names: (step.partner.does or "") if step.partner else "",
        _read_partner_does,
    ),
    Lane(
        "from",
        lambda step, names: names.label("teams", step.receives.from_ if step.receives else None),
        lambda step, text, names: _handoff(step, from_=names.one("teams", text)),
        choices="teams",
    ),
    Lane(
        "passes",
        lambda step, names: "\n".join(map(_line, step.receives.passes)) if step.receives else "",
        lambda step, text, names: _handoff(step, passes=tuple(items_of(text))),
    ),
    Lane(
        "within",
        lambda step, names: duration_words(step.receives.within if step.receives else None, names),
        lambda step, text, names: _handoff(step, within=duration_of(text)),
    ),
    Lane("takes", *_time("takes")),
    Lane("waits", *_time("waits")),
    Lane("next", _show_next, _read_next),
    Lane("note", *_words("note")),
)
"""All lanes, from top to bottom; a partner and a handoff before what is said of them."""


def matched(
    text: str, old: Sequence[Part], line: Callable[[Part], str]
) -> list[tuple[str, Part | None, bool]]:
    """The lines of a cell, each with the former member it is or has become, and whether it is the same."""
    lines = lines_of(text)
    left = list(old)
    found: list[Part | None] = []
    for words in lines:
        same = next((one for one in left if _line(line(one)) == _line(words)), None)
        if same is not None:
            left.remove(same)
        found.append(same)
    is_same = [one is not None for one in found]
    for number, words in enumerate(lines):
        if found[number] is None and left:
            like = max(left, key=lambda one: _like(line(one), words))
            if _like(line(like), words) >= LIKE:
                left.remove(like)
                found[number] = like
    return list(zip(lines, found, is_same, strict=True))


def _like(old: str, new: str) -> float:
    return SequenceMatcher(None, old.partition("|")[0].casefold(), new.partition("|")[0].casefold()).ratio()


def _line(text: str) -> str:
    """A text as it stands on one line of a cell."""
    return " ".join(" ".join(lines_of(text)).split())


def _with(step: Step, **told: Any) -> Step:
    return step.model_copy(update=told)
