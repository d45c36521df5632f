"""The questions polku answers: their names, what shapes them, and the function that answers each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from polku.analytics.attribution import BYS, SCOPES, VALUES, attribution
from polku.analytics.coverage import coverage
from polku.analytics.deals import deals
from polku.analytics.filters import read_event_filter, read_filter
from polku.analytics.fit import fit
from polku.analytics.funnel import funnel
from polku.analytics.nodes import OFS, TRANSFORMS, Of
from polku.analytics.now import now
from polku.analytics.paths import paths
from polku.analytics.result import Result
from polku.analytics.retention import RETENTION_SPLITS, retention
from polku.analytics.steps import steps
from polku.analytics.study import PeriodOf, Study
from polku.analytics.time import TIME_DEFINITIONS, TimeDefinition, drawn_pairs, time
from polku.analytics.touches import TOUCH_SPLITS, touches
from polku.analytics.variants import MOST, variants
from polku.analytics.voice import VOICE_OFS, WEIGHTS, voice
from polku.documents import Journey, Workspace
from polku.errors import QuestionError
from polku.records.schema import CASE_KINDS
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.log import Log

CASES = (*CASE_KINDS, "round")
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


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        options: fields of Asked that it reads.
        case: the kind of case it is always about, where it has one.
    """

    name: str
    ask: Callable[[Study, Asked], Result]
    options: tuple[str, ...] = ()
    needs_journey: bool = False
    takes_events: bool = True
    case: str | None = None


def _paths(study: Study, asked: Asked) -> Result:
    return paths(study, _of(study, asked, "touchpoint"), transform=asked.transform)


def _variants(study: Study, asked: Asked) -> Result:
    return variants(study, _of(study, asked, "touchpoint"), transform=asked.transform, most=asked.most)


def _funnel(study: Study, asked: Asked) -> Result:
    of = _of(study, asked, "stage")
    stages = asked.stages
    if not stages:
        if study.journey is None or of not in ("stage", "step"):
            raise QuestionError(Message("analytics.funnel-needs-stages"))
        seen = dict.fromkeys(
            step.stage if of == "stage" else step.id
            for step, observable in zip(study.journey.steps, study.steps.observable, strict=True)
            if observable and step.stage
        )
        order = [stage.id for stage in study.journey.stages] if of == "stage" else list(seen)
        stages = tuple(id for id in order if id in seen)
    if len(set(stages)) < len(stages):
        twice = next(stage for stage in stages if stages.count(stage) > 1)
        raise QuestionError(Message("analytics.stage-twice", {"name": twice}))
    _known(study, of, stages)
    return funnel(study, stages, of, window=asked.window)


def _time(study: Study, asked: Asked) -> Result:
    of = _of(study, asked, "step")
    if (asked.start is None) != (asked.end is None):
        raise QuestionError(Message("analytics.time-needs-both"))
    if asked.start is None or asked.end is None:
        if study.journey is None or of != "step":
            raise QuestionError(Message("analytics.time-needs-pair"))
        return time(study, drawn_pairs(study), of, definition=asked.definition)
    _known(study, of, (asked.start, asked.end))
    return time(study, ((asked.start, asked.end),), of, definition=asked.definition)


def _retention(study: Study, asked: Asked) -> Result:
    return retention(study, _one_of("by", asked.by, RETENTION_SPLITS))


def _voice(study: Study, asked: Asked) -> Result:
    of = _one_of("of", _of(study, asked, "touchpoint") if asked.of else "touchpoint", VOICE_OFS)
    return voice(study, of or "touchpoint", _one_of("weight", asked.weight, WEIGHTS) or "respondent")


def _touches(study: Study, asked: Asked) -> Result:
    return touches(study, _one_of("by", asked.by, TOUCH_SPLITS))


def _attribution(study: Study, asked: Asked) -> Result:
    return attribution(
        study,
        asked.models,
        conversion=asked.conversion,
        by=_one_of("by", asked.by, BYS) or "channel",
        scope=_one_of("scope", asked.scope, SCOPES),
        lookback=asked.lookback,
        grain=asked.grain,
        transform=asked.transform,
        value=_one_of("value", asked.value, VALUES),
    )


QUESTIONS: Mapping[str, Question] = {
    question.name: question
    for question in (
        Question("paths", _paths, ("of", "transform")),
        Question("steps", lambda study, _: steps(study), needs_journey=True),
        Question("fit", lambda study, _: fit(study), needs_journey=True),
        Question("time", _time, ("of", "start", "end", "definition")),
        Question("coverage", lambda study, _: coverage(study), takes_events=False),
        Question("variants", _variants, ("of", "transform", "most")),
        Question("funnel", _funnel, ("of", "stages", "window")),
        Question("deals", lambda study, _: deals(study), takes_events=False, case="deal"),
        Question("now", lambda study, _: now(study), needs_journey=True, case="round"),
        Question("voice", _voice, ("of", "weight")),
        Question("retention", _retention, ("by",), takes_events=False, case="account"),
        Question("touches", _touches, ("by",), case="account"),
        Question(
            "attribution",
            _attribution,
            (
                "models",
                "conversion",
                "by",
                "scope",
                "lookback",
                "grain",
                "transform",
                "value",
            ),
        ),
    )
}
"""Questions by name, in the order they are offered."""


def question(name: str) -> Question:
    """The question of this name. Raises QuestionError with the nearest name."""
    found = QUESTIONS.get(name)
    if found is None:
        raise _unknown("question", name, QUESTIONS)
    return found


def ask(log: Log, workspace: Workspace, name: str, asked: Asked | None = None, **chosen: Any) -> Result:
    """Answer a question of a log: `open_study` (which takes what is chosen) and `answer` in one."""
    question(name)
    study = open_study(log, workspace, question=name, **chosen)
    try:
        return answer(study, name, asked)
    finally:
        study.close()


def answer(study: Study, name: str, asked: Asked | None = None) -> Result:
    """Answer a question of a study.

    Raises:
        QuestionError: unknown name, missing journey, or parameters that cannot be.
    """
    wanted, asked = question(name), asked or Asked()
    if wanted.needs_journey and study.journey is None:
        raise QuestionError(
            Message(
                "analytics.needs-journey", {"question": name, "known": list(study.workspace.journeys) or None}
            )
        )
    if study.events is not None and not wanted.takes_events:
        raise QuestionError(Message("analytics.takes-no-events", {"question": name}))
    return wanted.ask(study, asked)


def open_study(
    log: Log,
    workspace: Workspace,
    *,
    question: str | None = None,
    journey: str | None = None,
    case: str | None = None,
    cases: str | None = None,
    events: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    period_of: PeriodOf = "start",
    today: dt.date | None = None,
) -> Study:
    """Choose what a question is asked of.

    Args:
        question: its own kind of case goes first (deals are about deals).
        case: a kind of case; none takes rounds with a journey that has them, else accounts where there are some,
            else the source's own cases.
        cases, events: filters as text.
        today: the clock; none takes the day.

    Raises:
        QuestionError: an unknown journey or kind of case, a filter that cannot be read, days in the wrong order.
    """
    chosen = _journey(workspace, journey)
    fixed = QUESTIONS[question].case if question is not None and question in QUESTIONS else None
    if case is not None and case not in CASES:
        raise _unknown("case", case, CASES)
    if case is not None and fixed is not None and case != fixed:
        raise QuestionError(Message("analytics.fixed-case", {"question": question, "case": fixed}))
    rounds = chosen is not None and chosen.rounds is not None
    if not rounds and (case == "round" or (fixed == "round" and chosen is not None)):
        raise QuestionError(Message("analytics.no-rounds", {"journey": journey}))
    if since is not None and until is not None and since > until:
        raise QuestionError(Message("analytics.since-after-until", {"since": since, "until": until}))
    return Study(
        log=log,
        workspace=workspace,
        case=fixed or case or _default_case(log, chosen),
        today=today or dt.date.today(),
        journey=chosen,
        cases=read_filter(cases) if cases is not None else None,
        events=read_event_filter(events) if events is not None else None,
        since=since,
        until=until,
        period_of=period_of,
        texts=(cases, events),
    )


def _default_case(log: Log, journey: Journey | None) -> str:
    if log.rows("SELECT 1 FROM {cases:account} LIMIT 1"):
        return "round" if journey is not None and journey.rounds is not None else "account"
    for kind in ("case", "person", "deal"):
        if log.rows(f"SELECT 1 FROM {{cases:{kind}}} LIMIT 1"):
            return kind
    return "account"


def _journey(workspace: Workspace, id: str | None) -> Journey | None:
    if id is None:
        return None
    if id not in workspace.journeys:
        raise _unknown("journey", id, workspace.journeys)
    return workspace.journeys[id]


def _of(study: Study, asked: Asked, with_journey: Of) -> Of:
    of: Of = asked.of or (with_journey if study.journey is not None else "activity")
    if of not in OFS:
        raise _unknown("of", of, OFS)
    if of in ("step", "stage") and study.journey is None:
        raise QuestionError(
            Message("analytics.of-needs-journey", {"of": of, "known": list(study.workspace.journeys) or None})
        )
    if asked.transform not in TRANSFORMS:
        raise _unknown("transform", asked.transform, TRANSFORMS)
    if asked.definition not in TIME_DEFINITIONS:
        raise _unknown("time", asked.definition, TIME_DEFINITIONS)
    return of


def _known(study: Study, of: Of, names: Iterable[str]) -> None:
    known = study.nodes(of).labels
    if of == "touchpoint":
        known = tuple(dict.fromkeys((*study.workspace.touchpoints, *known)))
    for name in names:
        if name not in known:
            raise _unknown(of, name, known)


def _one_of(kind: str, given: str | None, known: Iterable[_Word]) -> _Word | None:
    """What was given, if it is one of what is known; None where nothing was given."""
    found = next((one for one in known if one == given), None)
    if given is not None and found is None:
        raise _unknown(kind, given, known)
    return found


def _unknown(kind: str, name: str, known: Iterable[str]) -> QuestionError:
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    params = {"kind": Message(f"analytics.kind-{kind}"), "name": name, "known": names[:20] or None}
    if near:
        return QuestionError(Message("analytics.unknown-near", {**params, "near": near[0]}))
    return QuestionError(Message("analytics.unknown", params))
