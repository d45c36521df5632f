"""The page of one account: what happened by person, what we understand, who knows whom, what has happened to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from polku.analytics.account import AccountHistory, account_history
from polku.analytics.accounts import document_of
from polku.checks.account_next import next_act
from polku.diagrams.account.account import account_title, draw_account, sore_points
from polku.diagrams.account.people import workspace_signs
from polku.diagrams.account.relations import draw_relations
from polku.diagrams.account.understanding import kinds_of
from polku.documents import Account, Workspace
from polku.scene import Scene
from polku.studio.account_edits import SIGNALS, STATES
from polku.studio.account_list import Row, rows_of, tell_accounts
from polku.studio.explore.picture import shown
from polku.studio.folders import folder_of
from polku.studio.kept import Same, around, data_version, records_in, remembered, soon, today_of
from polku.studio.lately import lately
from polku.studio.visit import Visit
from polku.words import Message, Reader, has

WIDTH = 1250.0
RELATIONS = 900.0


def account_sheet(visit: Visit, id: str) -> dict[str, Any] | None:
    """What the page shows; None where nobody knows the account."""
    workspace, say = visit.workspace, visit.say
    wait = visit.htmx or visit.request.method == "POST"
    told = tell_accounts(visit.space, workspace, wait=wait)
    rows = rows_of(visit, told, wait=wait)
    row = next((row for row in rows if row.id == id), None)
    document = document_of(workspace, id)
    if row is None and document is not None:
        # The records know it by another name: one account has one page.
        row = next((row for row in rows if document_of(workspace, row.id) is document), None)
    if row is None:
        return None
    known = told.result.row(told.result.account_id.index(row.id))
    here = _with(workspace, row.id, document)
    history = _history(visit, here, row.id, wait=wait)
    scene, svg, relations, tied = _drawings(visit, here, document, history, row)
    people = _people(visit, document)
    finding = account_title(history, here, say)
    heading = say.text(finding)
    return {
        "id": row.id,
        "name": row.name,
        "row": row,
        "document": document,
        "finding": heading if heading != row.name else "",
        "segment": _segment(workspace, row.segment),
        "status": known["status"],
        "next": next_act(workspace, known, visit.today),
        "svg": svg,
        "table": scene.table,
        "lately": lately(history, here, say),
        "events": history.events,
        "in_data": history.in_data,
        "contracts": history.contracts,
        "deals": history.deals,
        "kinds": _kinds(visit, here, row.id),
        "relations": tied,
        "relations_table": relations.table if relations is not None else None,
        "relations_title": relations.title if relations is not None else "",
        "signals": _signals(document, say),
        "people": people,
        "all_people": [(each["one"].id, each["label"]) for each in people],
        "roles": [(one.id, one.label) for one in workspace.roles.values()],
        "teams": [(one.id, one.name or one.id) for one in workspace.teams.values() if not one.external],
        "segments": [(one.id, one.name or one.id) for one in workspace.settings.segments],
        "states": [(one, Message(f"studio-accounts.status-{one}")) for one in STATES],
        "signal_kinds": [(one, _signal_words(one)) for one in SIGNALS],
        "evidence": [(one.id, one.name or one.id) for one in workspace.evidence.values()],
        "seen": visit.space.revision,
    }


def _drawings(
    visit: Visit, workspace: Workspace, document: Account | None, history: AccountHistory, row: Row
) -> tuple[Scene, str, Scene | None, str]:
    """What happened, and who knows whom, each with its SVG; made again where something that they show is another."""
    language, names, today = visit.language, visit.names, visit.today

    def work() -> tuple[Scene, str, Scene | None, str]:
        scene = draw_account(
            history, workspace, language=language, width=WIDTH, understood=False, title=row.name
        )
        relations = None
        if document is not None and document.people:
            relations = draw_relations(
                workspace,
                workspace.accounts[row.id],
                language=language,
                today=today,
                names=names,
                width=RELATIONS,
            )
        tied = shown(relations, prefix="relations-") if relations is not None else ""
        return scene, shown(scene, prefix="account-"), relations, tied

    # Of journeys a drawing of an account tells where it hurts and what decides; all else of them is not in it.
    of = (Same(history), Same(row), around(visit.workspace).state, sore_points(visit.workspace))
    return remembered(visit.space, ("account-drawn", row.id, language, names), work, of=of)


def _with(workspace: Workspace, id: str, document: Account | None) -> Workspace:
    """The workspace in which the account's document stands under the id of the records."""
    if document is None or document.id == id:
        return workspace
    return replace(workspace, accounts={**workspace.accounts, id: document})


def _history(visit: Visit, workspace: Workspace, id: str, *, wait: bool) -> AccountHistory:
    folder, today, names = folder_of(visit.space), today_of(visit.space), visit.names
    if not data_version(visit.space):
        return account_history(None, workspace, id, today=today, names=names)

    def work() -> AccountHistory:
        with records_in(folder) as log:
            return account_history(log, workspace, id, today=today, names=names)

    return soon(visit.space, ("account", id, names), work, wait=wait)


def _segment(workspace: Workspace, id: str) -> str:
    return next((one.name or one.id for one in workspace.settings.segments if one.id == id), id)


def _kinds(visit: Visit, workspace: Workspace, id: str) -> list[dict[str, Any]]:
    """The five kinds of understanding with their age, or the question to ask."""
    limits = workspace.settings.limits
    account = workspace.accounts.get(id)
    found = []
    for kind in kinds_of(workspace, account, visit.today):
        own = getattr(account.understanding, kind.name) if account else None
        found.append(
            {
                "kind": kind,
                "label": Message(f"account.kind-{kind.name}"),
                "ask": Message(f"account.ask-{kind.name}"),
                "old": kind.days is not None and kind.days >= limits.ageing.days,
                "stale": kind.days is not None and kind.days >= limits.stale.days,
                "chosen": list(own.evidence) if own else [],
                "after": _signal_words(kind.after.kind) if kind.after else None,
            }
        )
    return found


def _signals(document: Account | None, say: Reader) -> list[dict[str, Any]]:
    """Newest first, each with its number in the document."""
    numbered = list(enumerate(document.signals if document else (), start=1))
    return [
        {
            "number": number,
            "date": one.date,
            "words": _signal_words(one.kind),
            "note": one.note,
            "touches": [Message(f"account.kind-{kind}") for kind in one.touches],
        }
        for number, one in sorted(numbered, key=lambda pair: pair[1].date, reverse=True)
    ]


def _signal_words(kind: str) -> Message | str:
    id = f"account.signal-{kind}"
    if has(id, "en"):
        return Message(id)
    return Message("studio-accounts.signal-other") if kind == "other" else kind


def _people(visit: Visit, document: Account | None) -> list[dict[str, Any]]:
    """Who is described there; without names they are a role and a number."""
    signs = workspace_signs(visit.workspace)
    counted: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    for one in document.people if document else ():
        role = next((id for id in one.roles if id in visit.workspace.roles), "")
        counted[role] = counted.get(role, 0) + 1
        label = visit.workspace.roles[role].label if role else visit.say("measure.unknown")
        anonymous = f"{label} {counted[role]}"
        found.append(
            {
                "one": one,
                "label": (one.name or anonymous) if visit.names else anonymous,
                "role": label,
                "sign": signs.get(role),
                "roles": list(one.roles),
                "knows": list(one.knows),
                "teams": [visit.workspace.label("teams", id) for id in one.knows],
            }
        )
    labels = {each["one"].id: each["label"] for each in found}
    for each in found:
        each["above"] = labels.get(each["one"].reports_to or "", "")
        each["others"] = [(id, label) for id, label in labels.items() if id != each["one"].id]
    return found
