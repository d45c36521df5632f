"""What a report needs, gathered from a workspace folder: documents, findings, and measures where data is loaded."""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from polku.analytics.result import Result
from polku.documents import Journey, Workspace
from polku.errors import QuestionError, WrongUse
from polku.exports.brand import brand_of
from polku.exports.report_data import ReportData
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.log import Log

_ENDED = "SELECT 1 FROM {deals} WHERE account_id IS NOT NULL AND closed IS NOT NULL AND outcome IN "
ALSO = {
    "deviations": "SELECT 1 FROM {events} LIMIT 1",
    "now": "SELECT 1 FROM {events} WHERE account_id IS NOT NULL LIMIT 1",
    "friction": "SELECT 1 FROM {events} LIMIT 1",
    "change": "SELECT 1 FROM {events} WHERE account_id IS NOT NULL LIMIT 1",
    "touches": "SELECT 1 FROM {events} WHERE account_id IS NOT NULL LIMIT 1",
    "score": "SELECT 1 FROM {events} WHERE account_id IS NOT NULL LIMIT 1",
    "attribution": _ENDED + "('won') LIMIT 1",
    "campaigns": "SELECT 1 FROM {spend} LIMIT 1",
    "threads": _ENDED + "('won', 'lost') LIMIT 1",
    "backtest": _ENDED + "('won') LIMIT 1",
    "centre": "SELECT 1 FROM {memberships} LIMIT 1",
    "voice": "SELECT 1 FROM {events} WHERE score_kind = 'nps' LIMIT 1",
    "loyalty": "SELECT 1 FROM {contracts} WHERE EXISTS (SELECT 1 FROM {events} WHERE score_kind = 'nps') LIMIT 1",
    "retention": "SELECT 1 FROM {contracts} LIMIT 1",
}
"""Questions that a report answers too, where this finds a row."""
MOST_EFFECTS = 3
"""Live improvements whose effect a report tells, the latest first."""


def the_journey(workspace: Workspace, asked: str | None) -> Journey | None:
    """The journey asked for; else the only one, else the only one that shows how it is today.

    Raises:
        WrongUse: there is none of that name, or several to choose from.
    """
    journeys = workspace.journeys
    if asked is not None:
        if asked not in journeys:
            guess = next(iter(get_close_matches(asked, journeys, n=1)), "")
            known: list[str | Message] = [*journeys] or [Message("report.none", {})]
            name = "report.unknown-journey-guess" if guess else "report.unknown-journey"
            raise WrongUse(Message(name, {"found": asked, "known": known, "guess": guess}))
        return journeys[asked]
    current = [journey for journey in journeys.values() if journey.state == "as-is"] or list(
        journeys.values()
    )
    if len(current) > 1:
        raise WrongUse(Message("report.which-journey", {"known": [journey.id for journey in current]}))
    return current[0] if current else None


def gather(folder: Path, *, journey: str | None = None, today: dt.date | None = None) -> ReportData:
    """Read, check and measure a workspace for its report."""
    from polku.formats.workspace import read_workspace

    workspace = read_workspace(folder)
    return gather_from(workspace, folder, journey=journey, today=today)


def gather_from(
    workspace: Workspace, folder: Path, *, journey: str | None = None, today: dt.date | None = None
) -> ReportData:
    """As `gather`, of a workspace that is read already.

    Args:
        folder: where its data and its brand are; neither needs to be there.
    """
    from polku.checks.run import check_workspace

    made = today or dt.date.today()
    chosen = the_journey(workspace, journey)
    measures, answers, names = None, dict[str, Result](), dict[str, str]()
    lake = folder / "lake"
    if (lake / "CURRENT").exists():
        from polku.analytics.asking.questions import Asked, ask, question
        from polku.analytics.journey_measures import measure_journey
        from polku.records.log import open_log

        with open_log(folder) as log:
            if chosen is not None:
                measures = measure_journey(log, workspace, chosen.id, today=made)
            if chosen is not None and measures is not None and measures.events > measures.events_off_map:
                answers = {
                    name: ask(log, workspace, name, journey=chosen.id, today=made)
                    for name in ("funnel", "time")
                }
            else:
                # Nothing of the data has a place on the map yet: show it as the sources tell it.
                answers = {name: ask(log, workspace, name, today=made) for name in ("paths", "variants")}
            for name, select in ALSO.items():
                needs = question(name).needs_journey
                if needs and "funnel" not in answers:
                    continue
                of = chosen.id if needs and chosen is not None else None
                asked = Asked(by="touchpoint") if name == "attribution" and workspace.touchpoints else None
                if name == "now" and (chosen is None or chosen.rounds is None):
                    continue
                if log.rows(select):
                    try:
                        answers[name] = ask(log, workspace, name, asked, journey=of, today=made)
                    except QuestionError:
                        # Data of a single day have no day before it that could be scored.
                        if name != "backtest":
                            raise
            answers |= effects(log, workspace, made)
            names = dict(log.rows("SELECT account_id, coalesce(name, account_id) FROM {accounts}"))
    findings = check_workspace(workspace, today=made, measures=measures)
    brand = brand_of(folder, workspace)
    return ReportData(workspace, chosen, findings, measures, made, answers, brand, names)


def effects(log: Log, workspace: Workspace, today: dt.date) -> dict[str, Result]:
    """What the latest live improvements did, by the names of `ReportData.answers`; those too young to tell are left out."""
    from polku.analytics.asking.questions import Asked, ask

    live = [
        one for one in workspace.improvements.values() if one.live is not None and one.measure is not None
    ]
    found: list[Result] = []
    for one in sorted(live, key=lambda one: (one.live or today, one.id), reverse=True):
        if len(found) == MOST_EFFECTS:
            break
        try:
            found.append(ask(log, workspace, "effect", Asked(improvement=one.id), today=today))
        except QuestionError:
            # Not live for a week yet, or its measure is of something that the data does not show.
            continue
    return {"effect" if not place else f"effect-{place + 1}": one for place, one in enumerate(found)}
