"""What is found, measured and drawn of a workspace; the parameters are those of the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, open_study, question
from polku.analytics.compare import compare
from polku.analytics.result import Result
from polku.checks.finding_data import finding_data
from polku.errors import LakeError
from polku.studio.api.door import operation
from polku.studio.api.draw import DRAWN, Drawn, drawn_as
from polku.studio.api.shapes import Answer, Findings, Id, Offset, Questions, Words, part
from polku.studio.api.shaping import SHAPED, asked_of, shaped
from polku.studio.explore.choice import Choice
from polku.studio.measured import answer_of, as_asked, log_of, remembered, today_of
from polku.studio.rights import Right
from polku.studio.visit import Visit
from polku.words import Message

router = Router(tags=["questions"])


class Chosen(Schema):
    """Which cases are looked at."""

    journey: Id | None = None
    case: Literal["account", "person", "deal", "case", "round"] | None = None
    cases: Words | None = Field(None, description="Keep the cases that match, whole.")
    against: Words | None = Field(None, description="Compare them with these; without `cases`, the others.")
    events: Words | None = Field(None, description="Keep the events that match.")
    since: dt.date | None = None
    until: dt.date | None = None
    period_of: Literal["start", "end", "any"] = "start"
    roll_up: bool = Field(False, description="Count subsidiaries as the company at the top of their group.")


if TYPE_CHECKING:
    Measured = Chosen
else:
    Measured = shaped("Measured", Chosen)


@operation(router, "GET", "/workspaces/{space}/findings", right=Right.VIEWER, gives=Findings)
def list_findings(
    visit: Visit,
    level: Literal["error", "warning", "hint", "not-measured"] | None = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
    offset: Offset = 0,
) -> Any:
    """What the checks find, worst first, as `polku check --format json` tells it."""
    found = [one for one in visit.findings if level is None or one.level == level]
    return part(found, limit, offset, lambda one: finding_data(one, visit.language))


@operation(router, "GET", "/questions", right=Right.PERSON, gives=Questions)
def list_questions(visit: Visit) -> Any:
    """The questions that can be asked of data, and what shapes each."""
    called = {field: name for name, field in SHAPED.items()}
    return {
        "items": [
            {
                "name": one.name,
                "parameters": [called[option] for option in one.options],
                "needs_journey": one.needs_journey,
            }
            for one in QUESTIONS.values()
        ]
    }


@operation(router, "GET", "/workspaces/{space}/measure/{question}", right=Right.VIEWER, gives=Answer)
def measure(
    visit: Visit,
    question: Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")],
    chosen: Query[Measured],
    limit: Annotated[int, Query(ge=1, le=10_000, description="Rows at most.")] = 1000,
    offset: Offset = 0,
) -> Any:
    """Ask the data a question, as `polku measure --format json` answers it.

    The parameters are the options of that command; a question takes those that `/questions` names, and refuses others.
    """
    found = _answer(visit, question, chosen).to_json()
    rows = found["rows"]
    return {**found, "rows_from": offset, "rows_of": len(rows), "rows": rows[offset : offset + limit]}


@operation(
    router,
    "GET",
    "/workspaces/{space}/draw/{view}",
    right=Right.VIEWER,
    gives=None,
    extra={
        "responses": {
            200: {
                "content": {
                    "image/svg+xml": {"schema": {"type": "string"}},
                    "image/png": {"schema": {"type": "string", "format": "binary"}},
                }
            }
        }
    },
)
def draw(visit: Visit, view: Literal[DRAWN], chosen: Query[Drawn]) -> Any:  # type: ignore[valid-type]
    """A drawing as SVG or PNG.

    Views of a journey need `journey`, account and relations need `account`, radar needs `role`; atlas and ecosystem show
    the whole; the questions of `/questions` are answers of the data, shaped as `measure` is.
    """
    content, kind = drawn_as(visit, view, chosen)
    return HttpResponse(content, content_type=kind)


def _answer(visit: Visit, name: str, chosen: Chosen) -> Result:
    options = asked_of(name, chosen.model_dump())
    shape = Choice(options=options).asked(question(name))
    study = {
        key: getattr(chosen, key) for key in ("journey", "case", "events", "since", "until", "period_of")
    }
    space = visit.space
    if chosen.against is None:
        found = answer_of(space, name, shape, cases=chosen.cases, roll_up=chosen.roll_up, **study)
    else:
        found = _compared(visit, name, shape, chosen, study)
    if found is None:
        raise LakeError(Message("studio-api.no-data"))
    return found


def _compared(visit: Visit, name: str, shape: Asked, chosen: Chosen, study: dict[str, Any]) -> Result | None:
    space, workspace = visit.space, visit.workspace
    first, second = chosen.cases or f"not ({chosen.against})", chosen.against

    def work() -> Result | None:
        log = log_of(space)
        if log is None:
            return None
        with log:
            today, counted = today_of(space), as_asked(log, workspace, roll_up=chosen.roll_up)
            a = open_study(counted, workspace, question=name, cases=first, today=today, **study)
            b = open_study(counted, workspace, question=name, cases=second, today=today, **study)
            try:
                return compare(a, b, name, shape)
            finally:
                a.close()
                b.close()

    key = ("api-compare", name, repr(shape), first, second, chosen.roll_up, repr(sorted(study.items())))
    return remembered(space, key, work)


__all__ = ["answer", "router"]
