"""What the API takes and gives, as types; documents keep the shape of their own format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from ninja import Query, Schema
from pydantic import ConfigDict, Field, StringConstraints

from polku.documents.base import Id

Kind = Literal[
    "roles",
    "journeys",
    "partners",
    "evidence",
    "accounts",
    "improvements",
    "sprints",
    "sources",
]
"""Kinds of documents, as their folders are called."""

Name = Annotated[
    str,
    StringConstraints(
        pattern=r"^(polku|(roles|journeys|partners|evidence|accounts|improvements|sprints|sources)/[a-z0-9][a-z0-9._-]*)$",
        max_length=160,
    ),
]
"""A document: `polku` for the workspace's own, else kind and id: `journeys/new-machine`."""

Words = Annotated[str, StringConstraints(max_length=400)]
"""A filter or an option of a question."""

Limit = Annotated[int, Query(ge=1, le=500, description="So many at most.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="So many are passed over.")]
Seen = Annotated[int | None, Field(ge=0, le=2**53)]
"""The workspace's revision that was read; where the same thing was changed since, the answer is 409."""


STRICT = ConfigDict(extra="forbid")
"""A body with a key that nobody knows is refused: it is a slip of the pen."""


class Page(Schema):
    """A part of a list: `next` is the offset of the following part, null at the end."""

    total: int
    next: int | None


class SpaceShape(Schema):
    """A workspace, and what this token or person may do in it."""

    id: str
    name: str
    revision: int
    right: Literal["viewer", "editor", "admin"]
    names: bool
    today: dt.date
    data_version: int | None


class Spaces(Page):
    """Workspaces."""

    items: list[SpaceShape]


class DocumentLine(Schema):
    """A document of a list; `changed` is the number of the last change in it."""

    name: str
    kind: str
    id: str
    label: str
    changed: int


class Documents(Page):
    """Documents, and the workspace's revision."""

    revision: int
    items: list[DocumentLine]


class Trouble(Schema):
    """Something in a document that cannot be read as it is written."""

    code: str
    item: str
    line: int | None
    column: int | None
    message: str


class DocumentShape(Schema):
    """A document: as its YAML text, and as data of its format.

    Where the reader may not see names of persons and it holds some, `text` is null and `data` goes without them.
    """

    name: str
    changed: int
    revision: int
    text: str | None
    data: dict[str, Any] | None
    names_hidden: bool
    problems: list[Trouble]


class DocumentIn(Schema):
    """A whole document: either as YAML text, or as data of its format, which is then written out as YAML."""

    model_config = STRICT

    text: Annotated[str, StringConstraints(max_length=2_000_000)] | None = None
    data: dict[str, Any] | None = None
    seen: Seen = None


class EditIn(Schema):
    """One small edit of a document.

    `path` names an item: `steps/sign/feels`, members of lists by id, else by number from 1; of an add, the list.
    `place` is the number from 1 that an added or moved member is to have. A `set` of null takes the key away.
    """

    model_config = STRICT

    kind: Literal["set", "add", "remove", "move"]
    document: Name
    path: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    value: Any = None
    place: Annotated[int, Field(ge=1, le=100_000)] | None = None
    seen: Seen = None


class ChangeShape(Schema):
    """A change of a document; it is never altered. `hidden` where the values may name persons.

    Of a document that was made, replaced or taken away, the values are not repeated here.
    """

    number: int
    at: dt.datetime
    who: str
    document: str
    kind: str
    path: str
    before: Any
    after: Any
    place: int | None
    was: int | None
    undoes: int | None
    hidden: bool


class Changes(Schema):
    """Changes after a number, oldest first; `more` where the limit cut them off. `revision` is the newest number."""

    revision: int
    more: bool
    items: list[ChangeShape]


class Undoable(Schema):
    """What one's own next undo and redo would take back."""

    undo: ChangeShape | None
    redo: ChangeShape | None


class VersionIn(Schema):
    """A name for the present state of a document."""

    model_config = STRICT

    document: Name
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class VersionLine(Schema):
    """A named version of a document: its state after change `number`."""

    id: int
    document: str
    name: str
    number: int
    at: dt.datetime
    who: str


class Versions(Page):
    """Named versions, newest first."""

    items: list[VersionLine]


class VersionShape(VersionLine):
    """A named version with its text; null where it names persons and the reader may not see names."""

    text: str | None


class FindingShape(Schema):
    """What the checks found, as `polku check --format json` tells it."""

    code: str
    level: str
    document: str | None
    item: str | None
    line: int | None
    column: int | None
    count: int
    key: str
    message: str
    why: str
    fix: str | None


class Findings(Page):
    """Findings, worst first."""

    items: list[FindingShape]


class QuestionShape(Schema):
    """A question of the data, and the parameters that shape it beside those of every question."""

    name: str
    parameters: list[str]
    needs_journey: bool


class Questions(Schema):
    """The questions that `measure` answers."""

    items: list[QuestionShape]


class Answer(Schema):
    """An answer, as `polku measure --format json` tells it; further keys are the question's own.

    `rows_from` and `rows_of` say which of all rows these are.
    """

    model_config = ConfigDict(extra="allow")

    question: str
    journey: str | None
    case: str
    unit: str
    cases: int
    accounts: int
    data_version: int
    parameters: dict[str, Any]
    remainder: dict[str, int]
    rows_from: int
    rows_of: int
    rows: list[dict[str, Any]]


class JobShape(Schema):
    """Long work: `share` is done of it, 0 … 1; `says` what is in hand, `error` why it failed."""

    id: int
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    share: float
    says: str
    error: str
    result: Any
    at: dt.datetime
    ended: dt.datetime | None
    who: str


class Jobs(Page):
    """Jobs, newest first."""

    items: list[JobShape]


class MemberShape(Schema):
    """A member of a workspace."""

    id: int
    name: str
    email: str
    right: str
    names: bool
    since: dt.datetime


class Members(Page):
    """Members of a workspace."""

    items: list[MemberShape]


class ActShape(Schema):
    """Something that was done and that no document shows."""

    at: dt.datetime
    who: str
    act: str
    about: dict[str, Any]


class Acts(Page):
    """Acts, newest first."""

    items: list[ActShape]


def part(
    found: Sequence[Any] | QuerySet[Any], limit: int, offset: int, told: Callable[[Any], Any]
) -> dict[str, Any]:
    """A part of a list, as a Page tells it."""
    total = found.count() if isinstance(found, QuerySet) else len(found)
    following = offset + limit
    return {
        "total": total,
        "next": following if following < total else None,
        "items": [told(one) for one in found[offset:following]],
    }


__all__ = ["Id"]
