"""What shapes a question, as parameters of an address: named as the options of the command line."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ninja import Schema
from pydantic import Field, create_model

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import question
from polku.errors import QuestionError
from polku.studio.api.shapes import Words
from polku.words import Message

CALLED = {"start": "from", "end": "to", "definition": "time", "models": "model", "most": "top"}
"""Fields of what is asked whose parameter has another name, that of the command line."""
SHAPED = {CALLED.get(one.name, one.name): one.name for one in fields(Asked)}
"""Parameter → field of what is asked."""


def shaped(name: str, base: type[Schema]) -> Any:
    """A schema with the parameters of every question, from the fields of what can be asked: a later one is there by itself."""
    own: dict[str, Any] = {
        field: (Words | None, Field(None, alias=called if called != field else None))
        for called, field in SHAPED.items()
        if called not in base.model_fields
    }
    return create_model(name, __base__=base, **own)


def asked_of(name: str, given: dict[str, Any]) -> dict[str, str]:
    """The options of a question among what was given.

    Raises:
        QuestionError: there is no such question, or it does not take an option.
    """
    known = question(name)
    called = {field: parameter for parameter, field in SHAPED.items()}
    options = {
        field: str(text) for field, text in given.items() if field in called and text not in (None, "")
    }
    for field in options:
        if field not in known.options:
            params = {
                "option": called[field],
                "question": name,
                "known": [called[option] for option in known.options] or None,
            }
            raise QuestionError(Message("measure.not-taken", params))
    return options
