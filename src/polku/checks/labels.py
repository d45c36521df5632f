"""How findings speak of things: by the names that people gave them."""

from __future__ import annotations

from collections.abc import Sequence

from polku.documents import Journey, Step, Workspace
from polku.words import Message, Text

MOST_NAMED = 4
"""More things than this are not all named in one sentence."""


def quoted(words: Text) -> Message:
    """Somebody's words or a name, in the reader's quotation marks."""
    return Message("checks.quoted", {"words": words})


def role_label(workspace: Workspace, id: str | None) -> Text:
    """A role as people speak of it: `Ivan, decision-maker` where it carries a first name, else its name."""
    role = workspace.roles.get(id or "")
    if role is None:
        return id or ""
    name = role.label
    first = first_word(name)
    if role.part is None or first.casefold() != role.id or first == name:
        return name
    return Message("checks.role", {"name": first, "part": Message(f"checks.part.{role.part}")})


def role_subject(workspace: Workspace, id: str) -> Text:
    """A role as the subject of a sentence: `Ivan, decision-maker,` or `The role “Director”`."""
    label = role_label(workspace, id)
    if isinstance(label, Message):
        return Message("checks.role-subject", label.params)
    return Message("checks.the-role", {"name": label})


def short_role(workspace: Workspace, id: str | None) -> str:
    """A role in one word where it carries a first name, else its name."""
    role = workspace.roles.get(id or "")
    if role is None:
        return id or ""
    first = first_word(role.label)
    return first if first.casefold() == role.id else role.label


def first_word(name: str) -> str:
    """The first word of a name; the name itself where it has none."""
    return next(iter(name.split()), name).rstrip(",") or name


def step_label(step: Step) -> Message:
    """What happens in a step, in quotation marks."""
    return quoted(step.label)


def stage_label(journey: Journey, id: str | None) -> Message:
    """A stage's name in quotation marks."""
    stage = journey.stage(id)
    return quoted(stage.label if stage is not None else id or "")


def team_label(workspace: Workspace, id: str | None) -> str:
    """A team's name."""
    return workspace.label("teams", id)


def some(labels: Sequence[Text], most: int = MOST_NAMED) -> Text | list[Text]:
    """A list for a sentence: all of a few, else the first ones and how many more there are."""
    if len(labels) <= most:
        return list(labels)
    first, *others = labels[: most - 1]
    for other in others:
        first = Message("checks.comma", {"first": first, "last": other})
    rest = Message("checks.more", {"count": len(labels) - (most - 1)})
    return Message("words.and", {"first": first, "last": rest})


def by_line(said: Sequence[tuple[int, Text]]) -> Message:
    """Several sentences as one, each with its line."""
    parts = [Message("checks.at-line", {"line": line, "says": says}) for line, says in said]
    first, *others = parts
    for other in others:
        first = Message("checks.semicolon", {"first": first, "last": other})
    return first
