"""What can be edited of the things of a workspace: their fields, how each is asked for and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from polku.checks.uses import LISTS
from polku.documents import PARTS, Workspace
from polku.documents.settings import Purpose
from polku.errors import DocumentError
from polku.words import Message, Reader

Widget = Literal["text", "long", "lines", "choice", "one", "many", "number", "check", "date"]


@dataclass(frozen=True)
class Field:
    """A field of a kind of thing.

    Args:
        name: path within the item (`employees/min`).
        of: kind of the things that `one` and `many` choose from.
        options: words that `choice` chooses from; words: the message of each.
        column: whether lists show it.
        most: of a number.
        optional: whether it is no hole where nothing is said.
        called: the name by which its label is found, where another kind has a field of the same name.
        ordered: whether its lines stand each by itself, to be put in another order.
    """

    name: str
    widget: Widget = "text"
    of: str = ""
    options: tuple[str, ...] = ()
    words: Callable[[str], str] = str
    column: bool = False
    most: float | None = None
    optional: bool = False
    called: str = ""
    ordered: bool = False

    @property
    def label(self) -> Message:
        """What it is called."""
        called = self.called or self.name
        return Message(f"studio-lib.field-{called.replace('/', '-').replace('_', '-')}")


def _choice(
    name: str,
    *options: str,
    words: Callable[[str], str],
    column: bool = False,
    optional: bool = False,
    called: str = "",
) -> Field:
    return Field(
        name, "choice", options=options, words=words, column=column, optional=optional, called=called
    )


NAME = Field("name")
MEASURES = ("win-rate", "score", "nps", "share", "time", "count", "value", "retention")
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "roles": (
        NAME,
        _choice("part", *PARTS, words=lambda one: f"diagrams.part-{one}", column=True),
        _choice(
            "decides",
            "signs",
            "vetoes",
            "recommends",
            "advises",
            "none",
            words=lambda one: f"studio-lib.decides-{one}",
            column=True,
        ),
        _choice(
            "insight", "high", "medium", "low", words=lambda one: f"studio-roles.insight-{one}", column=True
        ),
        _choice("closeness", "daily", "project", "budget", words=lambda one: f"studio-lib.closeness-{one}"),
        Field("in_crm", "check"),
        Field("job", "long"),
        Field("goals", "lines", ordered=True),
        Field("needs", "lines", ordered=True),
        Field("drivers", "lines", ordered=True),
        Field("informs_by", "many", of="channels"),
        Field("titles", "lines", optional=True),
    ),
    "touchpoints": (
        NAME,
        Field("channel", "one", of="channels", column=True),
        Field("team", "one", of="teams", column=True),
        Field("direct", "check"),
        Field("contact", "check"),
        Field("marketing", "check"),
        _choice(
            "permission",
            "asks",
            "teaches",
            "needs",
            words=lambda one: f"studio-lib.permission-{one}",
            column=True,
            optional=True,
        ),
    ),
    "channels": (
        NAME,
        _choice(
            "kind",
            "owned",
            "paid",
            "earned",
            "human",
            words=lambda one: f"studio-lib.channel-{one}",
            column=True,
        ),
        Field("matches", "lines", column=True, optional=True),
    ),
    "segments": (
        NAME,
        Field("employees/min", "number", column=True, optional=True),
        Field("employees/max", "number", column=True, optional=True),
        Field("accounts", "number", column=True, optional=True),
        _choice("roles", "distinct", "broad", words=lambda one: f"studio-lib.segment-roles-{one}"),
        Field("buying_centre", "many", of="roles", column=True),
    ),
    "partners": (
        NAME,
        Field("does", "long", column=True),
        Field("expects", "lines", column=True, ordered=True),
        Field("aims", "lines", ordered=True),
        Field("agreement", "long"),
        Field("satisfaction/score", "number"),
        Field("satisfaction/scale", "number"),
        Field("satisfaction/asked", "date"),
    ),
    "teams": (NAME, Field("external", "check", column=True)),
    "systems": (NAME,),
    "contents": (
        NAME,
        Field("for", "many", of="roles", column=True),
        Field("stage", "one", of="stages", column=True),
        Field("channel", "one", of="channels", column=True),
        Field("form", optional=True),
        Field("owner", "one", of="teams", column=True),
        _choice(
            "state", "planned", "draft", "live", words=lambda one: f"studio-plan.state-{one}", column=True
        ),
        Field("from", "date", optional=True),
        Field("to", "date", optional=True),
        Field("gated", "check"),
    ),
    "rivals": (NAME,),
    "purpose": (
        Field("why", "long"),
        Field("goal"),
        Field("sponsor"),
        Field("readers", "many", of="teams"),
        Field("other_readers", "lines", optional=True),
        Field("use", "lines"),
    ),
    "goals": (
        Field("name", optional=True),
        _choice(
            "measure/kind",
            *MEASURES,
            words=lambda one: f"studio-improve.measure-{one}",
            called="goal-measure",
        ),
        _choice(
            "measure/deals",
            *("new", "renewal", "expansion"),
            words=lambda one: f"studio-purpose.deals-{one}",
            optional=True,
        ),
        Field("measure/from", "one", of="places"),
        Field("measure/to", "one", of="places"),
        Field("measure/touchpoint", "one", of="touchpoints", optional=True),
        Field("measure/step", "one", of="steps", optional=True),
        Field("measure/stage", "one", of="stages", optional=True),
        Field("measure/segment", "one", of="segments", optional=True),
        Field("now", "number"),
        Field("target", "number", called="goal-target"),
        Field("by", "date"),
    ),
    "evidence": (
        Field("name", optional=True),
        _choice(
            "kind",
            *("interview", "survey", "ticket", "review", "social", "staff", "data", "observation"),
            words=lambda one: f"freshness.kind-{one}",
        ),
        _choice("status", "planned", "done", words=lambda one: f"studio-evidence.status-{one}"),
        Field("source"),
        Field("date", "date"),
        Field("quote", "long"),
        Field("finding", "long"),
        Field("heard_by", "many", of="teams"),
        Field("about/roles", "many", of="roles"),
        Field("about/touchpoints", "many", of="touchpoints"),
        Field("about/journeys", "many", of="journeys", optional=True),
        Field("about/stages", "many", of="stages", optional=True),
        Field("about/segments", "many", of="segments", optional=True),
        Field("tags", "lines", optional=True),
        _choice(
            "language",
            "en",
            "fi",
            "sv",
            "da",
            words=lambda one: f"studio-evidence.language-{one}",
            optional=True,
        ),
    ),
    "improvements": (
        NAME,
        _choice(
            "status",
            "idea",
            "planned",
            "doing",
            "done",
            "dropped",
            words=lambda one: f"studio-improve.status-{one}",
        ),
        Field("owner", "one", of="teams"),
        Field("teams", "many", of="teams"),
        Field("sprint", "one", of="sprints"),
        Field("reach", "number", most=1),
        Field("impact", "number", most=3),
        Field("confidence", "number", most=1),
        Field("effort", "number"),
        Field("because", "many", of="evidence"),
        _choice(
            "measure/kind",
            *MEASURES,
            words=lambda one: f"studio-improve.measure-{one}",
        ),
        Field("measure/touchpoint", "one", of="touchpoints"),
        Field("target", "number"),
        Field("live", "date"),
        Field("looked/date", "date"),
        Field("looked/result"),
        Field("looked/note", "long", optional=True),
        Field("made_with", "lines"),
    ),
    "sprints": (NAME, Field("from", "date"), Field("to", "date"), Field("goal", "long")),
}
"""Kind of thing → its fields in the order in which they are asked for."""
FEW = 20
"""So many choices are shown at once."""
INSIDE_PURPOSE = ("purpose", "goals")
"""Kinds that stand in the workspace's purpose; it is one itself, under the name of its document."""
PERSONAL = frozenset({("improvements", "made_with")})
"""Fields that hold persons' names: shown and edited only by those who may see them."""
TABS = ("touchpoints", "channels", "segments", "partners", "teams", "systems", "contents", "rivals", "words")
"""Kinds beside roles, in the order of their tabs."""


@dataclass(frozen=True)
class FieldNow:
    """A field of one thing as it stands.

    Args:
        value: as the file has it; shown: as a reader reads it.
        choices: value, words, whether it is chosen.
        seen: number of the last change its reader knows of.
        written: a number as its reader writes it.
        trouble: why the last edit of it was not taken; mine: what was written then.
    """

    field: Field
    kind: str
    id: str
    value: Any
    shown: str
    choices: tuple[tuple[str, str, bool], ...]
    seen: int
    written: str = ""
    trouble: str = ""
    mine: str = ""

    @property
    def lines(self) -> str:
        """A list of texts, one on a line."""
        return self.value if isinstance(self.value, str) else "\n".join(str(one) for one in self.value or ())

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines as they stand, or as they were written last."""
        return tuple((self.mine or self.lines).splitlines())

    @property
    def at_hand(self) -> tuple[tuple[str, str, bool], ...]:
        """Choices that are shown at once: all of a few, of many those that are chosen."""
        return self.choices if len(self.choices) <= FEW else tuple(one for one in self.choices if one[2])

    @property
    def further(self) -> tuple[tuple[str, str, bool], ...]:
        """The other choices."""
        return () if len(self.choices) <= FEW else tuple(one for one in self.choices if not one[2])

    @property
    def hole(self) -> bool:
        """Nobody said it, and somebody should."""
        return self.empty and not self.field.optional

    @property
    def empty(self) -> bool:
        """Nobody said it."""
        return self.value is None or self.value in ("", [], ())

    @property
    def key(self) -> str:
        """An id for the page."""
        return f"f-{self.kind}-{self.id}-{self.field.name}".replace("/", "-").replace(".", "-")


def document_of(kind: str, id: str) -> tuple[str, str]:
    """The document a thing stands in, and the path before its fields."""
    if kind in INSIDE_PURPOSE:
        return "polku", "purpose/" if kind == "purpose" else f"purpose/goals/{id}/"
    return ("polku", f"{kind}/{id}/") if kind in LISTS else (f"{kind}/{id}", "")


def field_named(kind: str, name: str) -> Field | None:
    """A field by its name."""
    return next((one for one in FIELDS.get(kind, ()) if one.name == name), None)


def thing_in(workspace: Workspace, kind: str, id: str) -> Any:
    """A thing by kind and id; None where there is none."""
    if kind not in INSIDE_PURPOSE:
        return getattr(workspace, kind).get(id) if kind in FIELDS else None
    purpose = workspace.settings.purpose or Purpose()
    if kind == "purpose":
        return purpose if id == "polku" else None
    return next((one for one in purpose.goals if one.id == id), None)


def value_of(thing: Any, name: str) -> Any:
    """What a thing says in a field, as plain data."""
    for part in name.split("/"):
        thing = getattr(thing, f"{part}_" if part in ("for", "from", "as", "with") else part, None)
    return list(thing) if isinstance(thing, tuple) else thing


def things_to_choose(workspace: Workspace, kind: str) -> dict[str, str]:
    """Id → name of the things of a kind that can be chosen; stages of all journeys together."""
    if kind == "stages":
        return {stage.id: stage.label for one in workspace.journeys.values() for stage in one.stages}
    if kind == "steps":
        return {step.id: step.label for one in workspace.journeys.values() for step in one.steps}
    if kind == "places":
        parts = [things_to_choose(workspace, one) for one in ("stages", "touchpoints", "steps")]
        return {id: words for part in parts for id, words in part.items()}
    found: dict[str, str] = {}
    for id, one in getattr(workspace, kind).items():
        found[id] = one.name or (one.source if kind == "evidence" else None) or id
    return found


def field_now(
    workspace: Workspace, say: Reader, kind: str, thing: Any, field: Field, seen: int, **trouble: str
) -> FieldNow:
    """A field of a thing with its choices and its words."""
    value = value_of(thing, field.name)
    choices: list[tuple[str, str, bool]] = []
    if field.widget == "choice":
        choices = [(one, say(field.words(one)), one == value) for one in field.options]
        if isinstance(value, str) and value not in field.options:
            choices.append((value, value, True))
    elif field.widget in ("one", "many"):
        names = things_to_choose(workspace, field.of)
        chosen = [value] if isinstance(value, str) else list(value or ())
        names = {**names, **{id: id for id in chosen if id not in names}}
        choices = [(id, words, id in chosen) for id, words in names.items()]
    written = ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = f"{value:g}".replace(".", "." if say.language == "en" else ",")
    shown = _shown(value, field, choices, say)
    return FieldNow(
        field, kind, getattr(thing, "id", "polku"), value, shown, tuple(choices), seen, written, **trouble
    )


def _shown(value: Any, field: Field, choices: Sequence[tuple[str, str, bool]], say: Reader) -> str:
    if field.widget == "check":
        return say("studio-lib.yes") if value else say("studio-lib.no")
    if value is None or value in ("", []):
        return ""
    if choices:
        return ", ".join(words for _, words, chosen in choices if chosen)
    if isinstance(value, dt.date):
        return say.date(value)
    if isinstance(value, int | float):
        return say.number(value)
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def read_value(field: Field, said: Sequence[str]) -> Any:
    """Plain data of what a form says; None takes the field away.

    Raises:
        DocumentError: no such number or day.
    """
    if field.widget in ("many", "lines"):
        words = said if field.widget == "many" else "\n".join(said).splitlines()
        return list(dict.fromkeys(one.strip() for one in words if one.strip())) or None
    last = said[-1].strip() if said else ""
    if field.widget == "check":
        return last == "on"
    if not last:
        return None
    if field.widget == "number":
        return _number(last)
    if field.widget == "date":
        try:
            return dt.date.fromisoformat(last)
        except ValueError:
            raise DocumentError(Message("studio-lib.no-day", {"found": last[:40]})) from None
    if field.name == "looked/result":
        try:
            return _number(last)
        except DocumentError:
            return last
    return last.replace("\r\n", "\n")


def _number(words: str) -> int | float:
    plain = words.replace(" ", "").replace("\u00a0", "").replace(",", ".").replace("\u2212", "-")
    share = plain.endswith("%")
    try:
        # As many digits as were written: 61.5 % is 0.615 and nothing longer.
        number = round(float(plain[:-1]) / 100, 12) if share else float(plain)
    except ValueError:
        number = float("nan")
    if not abs(number) <= 1e15:
        raise DocumentError(Message("studio-lib.no-number", {"found": words[:40]}))
    return int(number) if number.is_integer() else number
