"""The figures at the head of a report, each with what it counts."""

from __future__ import annotations

from dataclasses import dataclass

from polku.exports.report_data import ReportData
from polku.words import Message, Reader


@dataclass(frozen=True)
class Figure:
    """A number worth a glance, the words beneath it, and whether it is bad."""

    value: str
    words: str
    bad: bool = False


def figures(data: ReportData, say: Reader) -> list[Figure]:
    """Up to six figures: how cases ended, how long, how content, whom we know, how sure the map is."""
    found: list[Figure] = []
    measures, journey, workspace = data.measures, data.journey, data.workspace
    if measures is not None and data.mapped:
        cases = measures.about.cases
        done = measures.outcomes.get("done", 0)
        if "done" in measures.outcomes or "open" in measures.outcomes:
            found.append(Figure(say.number(done), say("report.figure-done", count=cases)))
            found.append(
                Figure(
                    say.number(measures.outcomes.get("open", 0)),
                    say("report.figure-open", count=measures.outcomes.get("open", 0)),
                )
            )
        else:
            found.append(Figure(say.number(cases), _cases_of(measures.about.accounts, say)))
        if measures.deals.win_rate is not None:
            ended = sum(
                count
                for outcome, count in zip(measures.deals.outcome, measures.deals.count, strict=True)
                if outcome in ("won", "lost")
            )
            found.append(Figure(say.percent(measures.deals.win_rate), say("report.figure-won", count=ended)))
        scored = [row for row in measures.touchpoints if row.used and row.nps is not None]
        if scored:
            worst = min(scored, key=lambda row: (row.nps, row.touchpoint))
            assert worst.nps is not None
            name = workspace.label("touchpoints", worst.touchpoint)
            words = say("report.figure-nps", touchpoint=name, count=worst.answers)
            found.append(Figure(say.signed(round(worst.nps)), words, worst.nps < 0))
        known = _insight(data, say)
        if known:
            found.append(known)
    elif data.answers:
        about = next(iter(data.answers.values())).about
        found.append(Figure(say.number(about.cases), _cases_of(about.accounts, say)))
    if journey is not None and journey.steps:
        steps = journey.steps
        sure = sum(
            any(id in workspace.evidence and workspace.evidence[id].status == "done" for id in step.evidence)
            for step in steps
        )
        found.append(Figure(say("report.of", part=sure, all=len(steps)), say("report.figure-evidence")))
        if len(found) == 1:
            found.append(
                Figure(say.number(len(journey.roles)), say("report.figure-roles", count=len(journey.roles)))
            )
            found.append(
                Figure(
                    say.number(len(journey.stages)), say("report.figure-stages", count=len(journey.stages))
                )
            )
    return found[:6]


def _cases_of(accounts: int, say: Reader) -> str:
    return say("report.figure-cases", accounts=accounts) if accounts else say("report.figure-cases-alone")


def _insight(data: ReportData, say: Reader) -> Figure | None:
    """In how many accounts somebody with high insight is known, for the role least known."""
    assert data.measures is not None
    coverage = data.measures.coverage
    insight = [role for role in data.workspace.roles.values() if role.insight == "high" and role.part]
    rows = {
        part: (accounts, required)
        for part, accounts, required in zip(coverage.part, coverage.accounts, coverage.required, strict=True)
        if part and required
    }
    candidates = [
        (rows[role.part][0] / (rows[role.part][1] or 1), role) for role in insight if role.part in rows
    ]
    if not candidates:
        return None
    share, role = min(candidates, key=lambda entry: (entry[0], entry[1].id))
    accounts, required = rows[str(role.part)]
    words = say("report.figure-known", part=Message(f"report.part-{role.part}", {}))
    return Figure(
        say("report.of", part=min(accounts, required or accounts), all=required), words, share < 0.5
    )
