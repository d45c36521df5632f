"""An account's timeline by person: who did what when, who is silent, whom nobody named, and what we understand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from polku.analytics.account import AccountHistory
from polku.diagrams.account.axis import DateAxis, axis_marks, date_axis
from polku.diagrams.account.bands import signal_band, span_bands
from polku.diagrams.account.lanes import Look, score_words
from polku.diagrams.account.legend import account_legend
from polku.diagrams.account.people import member_words, part_words, sign_of, workspace_signs
from polku.diagrams.account.rows import HEAD, account_rows
from polku.diagrams.account.table import account_table
from polku.diagrams.account.understanding import Kind, kinds_of, understanding_marks
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import RoleEntry, foot, head
from polku.diagrams.parts.journey import role_label
from polku.documents import Account, Workspace
from polku.scene import LIGHT, Group, Line, Mark, Rect, Scene, Text, Theme, fit
from polku.words import Message, Reader, reader
from polku.words import Text as Words

PAGE, LEAST_PAGE = 1600.0, 900.0
Spots = frozenset[tuple[str | None, str]]
"""Role and touchpoint, of several steps."""


def draw_account(
    history: AccountHistory,
    workspace: Workspace,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    since: dt.date | None = None,
    width: float | None = None,
    title: Words | None = None,
    tag: str = "",
    understood: bool = True,
) -> Scene:
    """Draw an account's history; persons are named where the history names them.

    Args:
        since: first day of the axis; none: the last twelve months, or all where that is little more.
        title: overrides the finding.
        understood: with what we understand of it beneath.
    """
    say = reader(language)
    page = max(width or PAGE, LEAST_PAGE)
    document = workspace.accounts.get(history.account_id)
    signs = workspace_signs(workspace)
    axis = date_axis(history, document, MARGIN + HEAD + 14, page - MARGIN, since)
    look = _look(workspace, axis, say)
    kinds = kinds_of(workspace, document, history.today)
    heading = say.text(title if title is not None else account_title(history, workspace, say))
    frame_head, y = head(
        page,
        title=heading,
        subject=history.name if heading != history.name else "",
        question=say("account.question"),
        meta=_meta(history, workspace, document, say),
        roles=[
            RoleEntry(sign_of(signs, role), fit(role_label(workspace, role, say), 230, 13, 500))
            for role in dict.fromkeys(
                [
                    *(member.role for member in history.members if member.role),
                    *history.missing,
                ]
            )
        ],
        language=workspace.settings.language,
        tag=tag or (say("diagrams.sample-numbers") if workspace.settings.example else ""),
    )
    top = y + 34
    under: list[Mark] = []
    body: list[Mark] = []
    y = top
    if document and any(axis.shows(signal.date) for signal in document.signals):
        marks, y = signal_band(document.signals, axis, y, look)
        body.append(Group(tuple(marks), id="signals", role="lane", label=say("account.signals")))
        under.append(Line(MARGIN, y, page - MARGIN, y))
    for number, lane in enumerate(account_rows(history, workspace, document, look, signs)):
        if number:
            under.append(Line(MARGIN, y, page - MARGIN, y))
        group, y = lane.draw(y, look)
        body.append(group)
    spans, y = span_bands(history, axis, y, page, look, under)
    body += spans
    ground, words = axis_marks(axis, top, y, say)
    heads: list[Mark] = [Text(MARGIN, top - 9, say("account.what-happened"), 13, 600), *words]
    early = sum(one.time.date() < axis.start for one in history.all_events())
    under.insert(0, Line(MARGIN, top, page - MARGIN, top))
    known: list[Mark] = []
    if understood:
        known, y = understanding_marks(workspace, kinds, y + 26, page, say, look.used)
    frame_foot, height = foot(
        page, y + 18, account_legend(look.used, say), _note(look, early, axis), language
    )
    return Scene(
        width=page,
        height=height,
        title=heading,
        desc=say.text(_description(history, kinds)),
        language=language,
        marks=(
            Rect(0, 0, page, height, "paper"),
            Group(tuple(ground + under), id="ground", role="ground", hidden=True),
            frame_head,
            Group(tuple(heads), id="axis", role="axis"),
            *body,
            *(
                [Group(tuple(known), id="understanding", role="section", label=say("account.understanding"))]
                if understood
                else []
            ),
            frame_foot,
        ),
        theme=theme.name,
        table=account_table(history, workspace, kinds, axis, look),
    )


def account_title(history: AccountHistory, workspace: Workspace, say: Reader) -> Words:
    """Who leaves while a deal is open; else who is missing; else the lowest score, the longest silence, the name."""
    members = history.members
    leaving = [one for one in members if one.leaves is not None]
    open_deal = any(deal.outcome == "open" for deal in history.deals)
    if leaving:
        first = min(leaving, key=lambda one: (one.leaves or history.today, members.index(one)))
        days = ((first.leaves or history.today) - history.today).days
        name = "account.title-leaves-open" if open_deal else "account.title-leaves"
        return Message(name, {"who": member_words(workspace, first, members, say), "count": days})
    if history.missing:
        high = [id for id in history.missing if workspace.roles[id].insight == "high"]
        role = (high or list(history.missing))[0]
        part = part_words(workspace, role, workspace.roles[role].part, say)
        visits = sum(one.perhaps == role for one in history.unnamed)
        if visits:
            return Message(
                "account.title-missing-visits", {"part": part, "account": history.name, "count": visits}
            )
        return Message("account.title-missing", {"part": part, "account": history.name})
    recent = history.today - dt.timedelta(days=365)
    scored = [
        (one.share, member, one)
        for member in members
        for one in member.events
        if one.share is not None and one.time.date() >= recent and not one.also
    ]
    if scored:
        share, member, one = min(scored, key=lambda found: found[0])
        if share <= 0.6:
            return Message(
                "account.title-score",
                {"who": member_words(workspace, member, members, say), "score": score_words(one, say)},
            )
    silent = [
        ((history.today - member.events[-1].time.date()).days, -place)
        for place, member in enumerate(members)
        if member.events and member.gone is None
    ]
    if silent and max(silent)[0] >= workspace.settings.limits.ageing.days:
        days, place = max(silent)
        who = member_words(workspace, members[-place], members, say)
        return Message("account.title-silent", {"who": who, "count": days})
    if not history.events:
        return Message("account.title-empty", {"account": history.name})
    return history.name


def _look(workspace: Workspace, axis: DateAxis, say: Reader) -> Look:
    hurts, truths = sore_points(workspace)
    return Look(workspace, axis, say, workspace.settings.limits.ageing, hurts, truths)


def sore_points(workspace: Workspace) -> tuple[Spots, Spots]:
    """Role and touchpoint of steps that hurt as somebody told, and of moments of truth: all that is drawn of journeys."""
    hurts, truths = set(), set()
    for journey in workspace.journeys.values():
        if journey.state != "as-is":
            continue
        for step in journey.steps:
            if step.touchpoint is None:
                continue
            if step.feels == -2 and (step.evidence or any(pain.evidence for pain in step.pains)):
                hurts.add((step.role, step.touchpoint))
            if step.moment_of_truth:
                truths.add((step.role, step.touchpoint))
    return frozenset(hurts), frozenset(truths)


def _meta(history: AccountHistory, workspace: Workspace, document: Account | None, say: Reader) -> str:
    parts = []
    if document and document.key_account:
        parts.append(say("account.key-account"))
    if history.segment:
        parts.append(workspace.label("segments", history.segment))
    if history.status in ("prospect", "customer", "former"):
        parts.append(say(f"account.status-{history.status}"))
    if document and document.owner:
        parts.append(workspace.label("teams", document.owner))
    if history.data_version is not None:
        parts.append(say("account.events", count=history.events))
        parts.append(say("account.data-version", version=history.data_version))
    else:
        parts.append(say("account.no-data"))
    return " · ".join(parts)


def _note(look: Look, early: int, axis: DateAxis) -> str:
    parts = [look.say("account.early", count=early, day=axis.start)] if early else []
    if "quiet" in look.used:
        parts.append(look.say("account.note-quiet", count=look.quiet.days))
    if "bad" in look.used:
        parts.append(look.say("account.note-bad"))
    return " ".join(parts)


def _description(history: AccountHistory, kinds: Sequence[Kind]) -> Message:
    return Message(
        "account.desc",
        {
            "account": history.name,
            "people": len(history.members),
            "events": history.events,
            "unnamed": len(history.unnamed),
            "missing": len(history.missing),
            "holes": sum(not kind.known for kind in kinds),
        },
    )
