"""What shapes a question beyond its study, and how words of a question are held against what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeVar

from polku.analytics.map.nodes import OFS, TRANSFORMS, Of
from polku.analytics.result import Result
from polku.analytics.study import Study
from polku.analytics.time import TIME_DEFINITIONS, TimeDefinition
from polku.analytics.variants import MOST
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True)
class Asked:
    """What shapes a question beyond its study; each question reads its own.

    Args:
        of: what is counted; None takes the question's default: the touchpoint (for funnel the stage, for time the
            step) with a journey, else the activity.
        start, end: the pair that time is measured between; none: the drawn ways of the journey.
        stages: of a funnel, in order; none: those of the journey.
        weight: of voice: respondent, account or revenue.
        by: what the rows are split by; each question has its own.
        mode, people, exclude, entered_since, entered_until: of a funnel; see there.
        improvement: of effect, its id.
        models, conversion, scope, lookback, grain, value: of attribution; see there.
    """

    of: Of | None = None
    start: str | None = None
    end: str | None = None
    stages: tuple[str, ...] = ()
    window: dt.timedelta | None = None
    definition: TimeDefinition = "first-after"
    transform: str = "identity"
    most: int = MOST
    by: str | None = None
    weight: str | None = None
    models: tuple[str, ...] = ()
    conversion: str | None = None
    scope: str | None = None
    lookback: dt.timedelta | None = None
    grain: str = "event"
    value: str | None = None
    mode: str | None = None
    people: int = 1
    exclude: tuple[str, ...] = ()
    entered_since: dt.date | None = None
    entered_until: dt.date | None = None
    improvement: str | None = None


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        options: fields of Asked that it reads.
        case: the kind of case it is always about, where it has one.
        cases: the kinds it can be about, where these are few; where none is chosen accounts, or what there is else.
        scales_out: whether Spark answers it too.
    """

    name: str
    ask: Callable[[Study, Asked], Result]
    options: tuple[str, ...] = ()
    needs_journey: bool = False
    takes_events: bool = True
    case: str | None = None
    cases: tuple[str, ...] = ()
    scales_out: bool = False


def node_of(study: Study, asked: Asked, with_journey: Of, without: Of = "activity") -> Of:
    """What is counted: what was asked for, else `with_journey` where there is a journey, else `without`."""
    of: Of = asked.of or (with_journey if study.journey is not None else without)
    if of not in OFS:
        raise unknown("of", of, OFS)
    if of in ("step", "stage") and study.journey is None:
        raise QuestionError(
            Message("analytics.of-needs-journey", {"of": of, "known": list(study.workspace.journeys) or None})
        )
    if asked.transform not in TRANSFORMS:
        raise unknown("transform", asked.transform, TRANSFORMS)
    if asked.definition not in TIME_DEFINITIONS:
        raise unknown("time", asked.definition, TIME_DEFINITIONS)
    return of


def check_known(study: Study, of: Of, names: Iterable[str]) -> None:
    """Refuse names that are no such nodes. Raises QuestionError with the nearest."""
    known = study.nodes(of).labels
    if of == "touchpoint":
        known = tuple(dict.fromkeys((*study.workspace.touchpoints, *known)))
    for name in names:
        if name not in known:
            raise unknown(of, name, known)


def one_of(kind: str, given: str | None, known: Iterable[_Word]) -> _Word | None:
    """What was given, if it is one of what is known; None where nothing was given."""
    found = next((one for one in known if one == given), None)
    if given is not None and found is None:
        raise unknown(kind, given, known)
    return found


def unknown(kind: str, name: str, known: Iterable[str]) -> QuestionError:
    """The error that says what was not found, what is nearest, and what there is."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    params = {"kind": Message(f"analytics.kind-{kind}"), "name": name, "known": names[:20] or None}
    if near:
        return QuestionError(Message("analytics.unknown-near", {**params, "near": near[0]}))
    return QuestionError(Message("analytics.unknown", params))
