"""What all documents share: strict fields, ids, durations, personal names, and the place of things in files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from polku.documents.durations import parse_duration

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]
"""A slug, unique per kind: lower-case letters, digits, hyphens."""

ID_PATTERN = re.compile(r"^[a-z0-9][a-z0-9._-]*$")
Duration = Annotated[timedelta, BeforeValidator(parse_duration, json_schema_input_type=timedelta)]


@dataclass(frozen=True)
class PersonalMark:
    """Marks a field that holds a person's name or address, so that erasure reaches all of them."""


Personal = Annotated[str, PersonalMark()]


class Item(BaseModel):
    """A part of a document: known fields only, never changed in place."""

    # Models are built when first used: a question to the data should not wait for kinds it never reads.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Ignore(Item):
    """A finding that somebody decided to live with, why, and until when."""

    check: str
    """Code of the check, PK301."""
    item: str | None = None
    """Path of the item (`steps/sign`); absent silences the check in the whole document."""
    why: str
    """The reason, for those who come after."""
    until: date | None = None
    """The day on which the finding comes back."""


class Document(Item):
    """One file of a workspace; its file name is its id and its folder its kind."""

    id: Id
    """Its file name without .yaml, and what others refer to it by."""
    name: str | None = None
    """What people call it."""
    ignore: tuple[Ignore, ...] = ()
    """Findings that somebody decided to live with."""

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


@dataclass(frozen=True)
class OneOrMany:
    """Allows `x` where `[x]` is meant."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(one_or_many, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


@dataclass(frozen=True)
class TextAs:
    """Allows a plain text as the short form of an item, the text being its field `key`."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(self.spell_out, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(schema)]}

    def spell_out(self, value: Any) -> Any:
        """The item that a text stands for."""
        return {self.key: value} if isinstance(value, str) else value


def one_or_many(value: Any) -> Any:
    """Allow `x` where `[x]` is meant."""
    return [value] if isinstance(value, str | dict) else value


def text_as(key: str) -> TextAs:
    """Allow a plain text as the short form of an item, the text being its field `key`."""
    return TextAs(key)


Texts = Annotated[tuple[str, ...], OneOrMany()]
People = Annotated[tuple[Personal, ...], OneOrMany()]
"""Names of persons."""
Ids = Annotated[tuple[Id, ...], OneOrMany()]
Share = Annotated[float, Field(ge=0, le=1)]
