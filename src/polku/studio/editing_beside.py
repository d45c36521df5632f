"""What an act of the editor adds beside the journey: a piece of evidence, an improvement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from polku.documents import Evidence, Improvement, Journey, Step
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.studio.store import Operation
from polku.studio.together import NewDocument
from polku.studio.together import Step as Part
from polku.words import Message

Said = Mapping[str, Any]
"""What a form says: texts by name; lists of texts where a name comes several times."""


def text_of(said: Said, name: str) -> str:
    """What a form says in a field; empty where nothing."""
    found = said.get(name, "")
    return str(found[-1] if isinstance(found, list | tuple) and found else found or "").strip()


def step_of(journey: Journey, said: Said, name: str = "step") -> Step:
    """The step that a form is about.

    Raises:
        DocumentError: it is gone.
    """
    step = journey.step(text_of(said, name))
    if step is None:
        where = {"document": f"journeys/{journey.id}", "path": f"steps/{text_of(said, name)}"}
        raise DocumentError(Message("studio.no-item", where))
    return step


def new_evidence(journey: Journey, said: Said) -> Iterator[Part]:
    """A piece of evidence that speaks of a step, and stands at it.

    Args:
        said: `taken` are ids of evidence there is.
    """
    step = step_of(journey, said)
    quote, finding, source = text_of(said, "quote"), text_of(said, "finding"), text_of(said, "source")
    if not quote and not finding:
        raise DocumentError(Message("studio-editor.evidence-empty"))
    kind = text_of(said, "kind")
    words = " ".join(part for part in (kind, source or step.role or "", text_of(said, "date")) if part)
    id = id_from(words, said.get("taken", ()), "evidence")
    about = {
        "roles": [step.role] if step.role else [],
        "touchpoints": [step.touchpoint] if step.touchpoint else [],
        "journeys": [journey.id],
        "steps": [step.id],
    }
    piece = Evidence.model_validate(
        {
            "id": id,
            "kind": kind or None,
            "source": source or None,
            "date": _day(text_of(said, "date")),
            "quote": quote or None,
            "finding": finding or None,
            "about": {name: ids for name, ids in about.items() if ids},
        }
    )
    yield NewDocument(f"evidence/{id}", write_document(piece))
    yield Operation("add", f"journeys/{journey.id}", f"steps/{step.id}/evidence", id)


def _day(words: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(words) if words else None
    except ValueError as error:
        raise DocumentError(Message("studio-editor.no-day", {"found": words})) from error


OTHER = {
    "response": "then",
    "chain": "then",
    "precedence": "after",
    "not-coexistence": "without",
    "met": "role",
}
"""Kind of rule → the field that names what else it is about."""


def new_rule(journey: Journey, said: Said) -> Iterator[Part]:
    """A rule of the journey: its kind, what it is about, and what else."""
    kind, name = text_of(said, "rule"), text_of(said, "name")
    new = {"id": id_from(name or kind, {one.id for one in journey.rules}, "rule"), "rule": kind}
    of, other = text_of(said, "of"), text_of(said, "other")
    found = {"name": name, "of": of, OTHER.get(kind, ""): other if kind in OTHER else ""}
    new |= {field: value for field, value in found.items() if field and value}
    yield Operation("add", f"journeys/{journey.id}", "rules", new)


def new_improvement(journey: Journey, said: Said) -> Iterator[Part]:
    """An improvement that is to take a pain away; the pain gets an id to be named by.

    Args:
        said: `pain` is its number from 1; `improvements` are ids of improvements there are.
    """
    step, number = step_of(journey, said), text_of(said, "pain")
    if not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= len(step.pains):
        where = {"document": f"journeys/{journey.id}", "path": f"steps/{step.id}/pains/{number}"}
        raise DocumentError(Message("studio.no-item", where))
    pain = step.pains[int(number) - 1]
    id = pain.id
    if id is None:
        id = id_from(pain.says, {one.id for one in step.pains if one.id}, "pain")
        yield Operation("set", f"journeys/{journey.id}", f"steps/{step.id}/pains/{number}/id", id)
    name = text_of(said, "name") or pain.says
    new = id_from(name, said.get("improvements", ()), "improvement")
    improvement = Improvement.model_validate(
        {
            "id": new,
            "name": name,
            "solves": [{"journey": journey.id, "step": step.id, "pain": id}],
            "because": list(dict.fromkeys((*pain.evidence, *step.evidence))),
            "teams": [],
        }
    )
    yield NewDocument(f"improvements/{new}", write_document(improvement))
