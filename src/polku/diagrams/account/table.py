"""The table that equals an account's timeline."""

from __future__ import annotations

from collections.abc import Sequence

from polku.analytics.account import AccountEvent, AccountHistory
from polku.diagrams.account.axis import DateAxis
from polku.diagrams.account.lanes import Look, score_words
from polku.diagrams.account.people import member_words
from polku.diagrams.account.spans import contract_spans, deal_spans
from polku.diagrams.account.understanding import Kind, signal_kind
from polku.diagrams.parts.journey import short_names
from polku.documents import Workspace
from polku.scene import Table


def account_table(
    history: AccountHistory,
    workspace: Workspace,
    kinds: Sequence[Kind],
    axis: DateAxis,
    look: Look,
) -> Table:
    """Every event on the axis with who and when; then deals, contracts and what is understood."""
    say = look.say
    rows: list[tuple[str, ...]] = []

    def row(who: str, one: AccountEvent) -> tuple[str, ...]:
        name = workspace.label("touchpoints", one.touchpoint) or one.activity
        score = score_words(one, say) if one.score is not None else ""
        return who, name, say.date(one.time, short=True), workspace.label("channels", one.channel), score

    for member in history.members:
        who = member_words(workspace, member, history.members, say)
        shown = [one for one in member.events if axis.shows(one.time.date())]
        rows += [row(who, one) for one in shown] or [(who, say("account.no-events"), "", "", "")]
        if member.leaves:
            rows.append((who, say("account.leaves", who=who), say.date(member.leaves, short=True), "", ""))
    rows += [
        (
            short_names(workspace).get(role, role),
            say("account.ask-for", role=workspace.label("roles", role)),
            "",
            "",
            "",
        )
        for role in history.missing
    ]
    nobody = say("account.nobody-named")
    rows += [row(nobody, one) for one in history.unnamed if axis.shows(one.time.date())]
    document = workspace.accounts.get(history.account_id)
    for signal in document.signals if document else ():
        rows.append(
            (
                say("account.signals"),
                signal.note or signal_kind(signal, say),
                say.date(signal.date, short=True),
                "",
                "",
            )
        )
    for title, spans in (
        ("account.deals", deal_spans(history.deals, history.today, say)),
        ("account.contracts", contract_spans(history.contracts, say)),
    ):
        for span in spans:
            day = say.date(span.start, short=True) if span.start else ""
            rows.append((say(title), span.words, day, "", ""))
    for kind in kinds:
        said = kind.note or f"{say('account.not-known')} {say(f'account.ask-{kind.name}')}"
        day = say.date(kind.date, short=True) if kind.date else ""
        rows.append(
            (say("account.understanding"), f"{say(f'account.kind-{kind.name}')}: {said}", day, "", "")
        )
    columns = tuple(say(f"account.column-{name}") for name in ("who", "what", "when", "channel", "score"))
    return Table(columns, tuple(rows), say("account.question"))
