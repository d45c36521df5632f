"""A mapping: how the files of one system are read into the tables of the lake."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from polku.documents.base import Document, Item, OneOrMany, Texts

SourceKind = Literal["crm", "marketing", "web", "ads", "support", "survey", "service", "erp", "other"]
TABLES = (
    "accounts",
    "people",
    "memberships",
    "deals",
    "deal_people",
    "contracts",
    "events",
    "belongings",
    "event_people",
    "objects",
    "texts",
    "spend",
    "consents",
)
Table = Literal[
    "accounts",
    "people",
    "memberships",
    "deals",
    "deal_people",
    "contracts",
    "events",
    "belongings",
    "event_people",
    "objects",
    "texts",
    "spend",
    "consents",
]


class Join(Item):
    """A look-up in another file of the same folder: its columns are read as if they stood in the row."""

    file: str
    """The other file."""
    on: str
    """Column of this file."""
    to: str
    """Column of the other file; absent rows leave its columns empty."""
    columns: dict[str, str] = Field(default_factory=dict)
    """New column name → column of the other file; empty takes all."""


class Fill(Item):
    """One table that rows of the file fill."""

    table: Table
    """Table of the lake."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Column of the table → column of the file, or a text with {column} in it, or '=constant'. Of texts parted by
    || the first whose columns are filled."""
    values: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Column of the table → what each value becomes; `of` names another column of the file, `else` the rest."""
    when: str | None = None
    """Only rows where this column of the file is filled."""
    where: dict[str, Texts] = Field(default_factory=dict)
    """Only rows where these columns of the file have one of these values."""
    activity: str | None = None
    """For events: the activity, with {column} of the file in it; of alternatives parted by || the first whose
    columns are filled."""
    event_id: str | None = None
    """Id of an event, with {column} of the file and {activity}."""
    split: str | None = None
    """Separator of lists in a cell: one row of the file gives one row of the table per member."""
    split_column: str | None = None
    """Column that `split` takes apart."""


class Source(Document):
    """How files of one make are read. The short form gives `table` and `columns` instead of `fills`."""

    kind: SourceKind = "other"
    """What make of system it is."""
    reads: Texts = ()
    """File names this mapping is proposed for, with wildcards."""
    as_: str | None = Field(default=None, alias="as")
    """A source polku knows: its columns are read as it says, or, beside a mapping, its quirks are put right."""
    zone: str | None = None
    """Time zone of times without offset, where it differs from the workspace's."""
    dates: Literal["day-first", "month-first", "iso"] | None = None
    """Order of day and month, only where the file is ambiguous."""
    encoding: str | None = None
    """Only where it is not found out by itself."""
    delimiter: str | None = None
    """Only where it is not found out by itself."""
    decimal: Literal[".", ","] | None = None
    """Sign before decimals."""
    skip: int = Field(default=0, ge=0)
    """Lines above the header."""
    priority: int = 0
    """Among events of one moment, the source with the lower number comes first."""
    missing: Literal["keep", "remove"] = "keep"
    """What becomes of rows that an earlier export had and a new one has not: `remove` where each export holds all."""
    join: Annotated[tuple[Join, ...], OneOrMany()] = ()
    """Look-up in another file."""
    fills: tuple[Fill, ...] = ()
    """Tables that the file fills."""
    event_id: str | None = None
    """Id of an event where no fill says it: {column} of the file and {activity}."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if isinstance(data, dict) and "table" in data and "fills" not in data:
            data = dict(data)
            fill: dict[str, Any] = {}
            for key in ("table", "columns", "values", "when", "where", "activity", "split", "split_column"):
                if key in data:
                    fill[key] = data.pop(key)
            data["fills"] = [fill]
        return data
