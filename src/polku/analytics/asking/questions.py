"""Asking: a question by its name, of a study that is chosen by words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.asked import Asked, Question, unknown
from polku.analytics.filters.filters import read_event_filter, read_filter, saved_filters
from polku.analytics.result import Result
from polku.analytics.study import PeriodOf, Study
from polku.errors import QuestionError
from polku.records.schema import CASE_KINDS
from polku.words import Message

if TYPE_CHECKING:
    from polku.documents import Journey, Workspace
    from polku.records.log import Log

__all__ = ["CASES", "QUESTIONS", "Asked", "answer", "answered_by", "ask", "open_study", "question"]

CASES = (*CASE_KINDS, "round")


def question(name: str) -> Question:
    """The question of this name. Raises QuestionError with the nearest name."""
    found = QUESTIONS.get(name)
    if found is None:
        raise unknown("question", name, QUESTIONS)
    return found


def answered_by(engine: str, name: str) -> Question:
    """The question of this name, if the engine answers it: DuckDB all, Spark those that scale out.

    Raises:
        QuestionError: there is no such question, or this engine does not answer it.
    """
    found = question(name)
    if engine != "duckdb" and not found.scales_out:
        known = [one.name for one in QUESTIONS.values() if one.scales_out]
        raise QuestionError(Message("analytics.not-on-spark", {"question": name, "known": known}))
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
    wanted, asked = answered_by(study.log.engine.name, name), asked or Asked()
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
        journey: its id; a question that needs one takes the only one where there is one.
        case: a kind of case; none takes rounds with a journey that has them, else accounts where there are some,
            else the source's own cases.
        cases, events: filters as text.
        today: the clock; none takes the day.

    Raises:
        QuestionError: an unknown journey or kind of case, a filter that cannot be read, days in the wrong order.
    """
    wanted = QUESTIONS.get(question or "")
    chosen = _journey(workspace, journey)
    if chosen is None and wanted is not None and wanted.needs_journey and len(workspace.journeys) == 1:
        [chosen] = workspace.journeys.values()
    fixed = wanted.case if wanted is not None else None
    if wanted is not None and wanted.cases and case is None:
        usual = _default_case(log, None)
        case = usual if usual in wanted.cases else wanted.cases[0]
    if case is not None and case not in CASES:
        raise unknown("case", case, CASES)
    if case is not None and fixed is not None and case != fixed:
        raise QuestionError(Message("analytics.fixed-case", {"question": question, "case": fixed}))
    rounds = chosen is not None and chosen.rounds is not None
    if not rounds and (case == "round" or (fixed == "round" and chosen is not None)):
        raise QuestionError(Message("analytics.no-rounds", {"journey": journey}))
    if since is not None and until is not None and since > until:
        raise QuestionError(Message("analytics.since-after-until", {"since": since, "until": until}))
    filters = workspace.settings.filters
    return Study(
        log=log,
        workspace=workspace,
        case=fixed or case or _default_case(log, chosen),
        today=today or dt.date.today(),
        journey=chosen,
        cases=read_filter(cases, saved=saved_filters(filters, "cases")) if cases is not None else None,
        events=read_event_filter(events, saved_filters(filters, "events")) if events is not None else None,
        since=since,
        until=until,
        period_of=period_of,
        texts=(cases, events),
    )


def _default_case(log: Log, journey: Journey | None) -> str:
    if log.count("cases:account"):
        return "round" if journey is not None and journey.rounds is not None else "account"
    for kind in ("case", "person", "deal"):
        if log.count(f"cases:{kind}"):
            return kind
    return "account"


def _journey(workspace: Workspace, id: str | None) -> Journey | None:
    if id is None:
        return None
    if id not in workspace.journeys:
        raise unknown("journey", id, workspace.journeys)
    return workspace.journeys[id]
