"""Edits of an account's document: what a form of its page asks for, as small operations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from polku.analytics.accounts import document_of
from polku.documents import Account
from polku.documents.account import UNDERSTANDING
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.studio.account_list import tell_accounts
from polku.studio.store import Author, Operation, create
from polku.studio.together import NewDocument, Step, edit_together
from polku.studio.visit import Visit
from polku.words import Message

STATES = ("prospect", "customer", "former")
SIGNALS = ("person-leaves", "owner", "strategy", "regulation", "competitor", "complaint", "other")
LONGEST = 2000


def begin(visit: Visit, name: str, known: str = "") -> str:
    """Give an account a document; its id.

    Args:
        known: id under which the records know it; the next import joins both.

    Raises:
        DocumentError: it has one already, or the records know no such account.
    """
    document = _new(visit, name, known)
    create(visit.space, f"accounts/{document.id}", write_document(document), Author(visit.person))
    return document.id


def _new(visit: Visit, name: str, known: str) -> Account:
    rows = {row["account_id"]: row for row in tell_accounts(visit.space, visit.workspace).result.rows()}
    if known and (known not in rows or document_of(visit.workspace, known) is not None):
        raise DocumentError(Message("studio-accounts.not-known", {"found": known}))
    fields: dict[str, Any] = {"id": id_from(name, visit.workspace.accounts, "account"), "name": name}
    if known:
        row = rows[known]
        segments = {one.id for one in visit.workspace.settings.segments}
        fields["records"] = {"crm": known}
        fields["segment"] = row["segment"] if row["segment"] in segments else None
        fields["status"] = row["status"] if row["status"] in STATES else None
    return Account.model_validate({name: value for name, value in fields.items() if value is not None})


def _edit(visit: Visit, id: str, *steps: Step) -> None:
    """Do the steps on the account's document as one act; where it has none yet, it gets one with them.

    The steps name the document `accounts/`, as nobody knew its id before.
    """
    document = document_of(visit.workspace, id)
    author = Author(visit.person)
    if document is not None:
        seen = visit.asked("seen")
        edit_together(
            visit.space,
            _named(steps, document.id),
            seen=int(seen) if seen.isdecimal() and len(seen) < 15 else None,
            author=author,
        )
        return
    rows = {row["account_id"]: row for row in tell_accounts(visit.space, visit.workspace).result.rows()}
    made = _new(visit, rows[id]["name"], id)
    new = NewDocument(f"accounts/{made.id}", write_document(made))
    edit_together(visit.space, [new, *_named(steps, made.id)], seen=None, author=author)


def _named(steps: tuple[Step, ...], id: str) -> list[Step]:
    return [
        Operation(one.kind, f"accounts/{id}", one.path, one.value, one.place)
        if isinstance(one, Operation)
        else one
        for one in steps
    ]


def _set(path: str, value: Any) -> Operation:
    return Operation("set", "accounts/", path, value)


def understanding(visit: Visit, id: str) -> None:
    """What is known of one kind of understanding, since when and from what; empty makes it a hole again."""
    kind = visit.asked("kind")
    if kind not in UNDERSTANDING:
        raise DocumentError(Message("studio-accounts.no-kind", {"found": kind, "known": list(UNDERSTANDING)}))
    note = visit.asked("note")[:LONGEST]
    day = _day(visit.asked("date")) or (visit.today if note else None)
    evidence = [one for one in visit.request.POST.getlist("evidence") if one in visit.workspace.evidence]
    said: dict[str, Any] = {}
    if note:
        said = {"note": note, "date": day, **({"evidence": evidence} if evidence else {})}
    _edit(visit, id, _set(f"understanding/{kind}", said))


def signal(visit: Visit, id: str) -> None:
    """Add a signal, or take one away by its number."""
    document = document_of(visit.workspace, id)
    if remove := visit.asked("remove"):
        count = len(document.signals) if document else 0
        if not remove.isdecimal() or len(remove) > 4 or not 1 <= int(remove) <= count:
            raise DocumentError(Message("studio.no-item", {"document": id, "path": f"signals/{remove[:20]}"}))
        _edit(visit, id, Operation("remove", "accounts/", f"signals/{int(remove)}"))
        return
    kind = visit.asked("kind")[:60]
    if not kind:
        raise DocumentError(Message("studio-accounts.kind-needed"))
    value: dict[str, Any] = {"date": _day(visit.asked("date")) or visit.today, "kind": kind}
    if note := visit.asked("note")[:LONGEST]:
        value["note"] = note
    if touches := [one for one in visit.request.POST.getlist("touches") if one in UNDERSTANDING]:
        value["touches"] = touches
    _edit(visit, id, Operation("add", "accounts/", "signals", value))


def person(visit: Visit, id: str) -> None:
    """Add somebody, change what is known of them, or take them away. Names only by those who may see them."""
    document = document_of(visit.workspace, id)
    people = {one.id: one for one in document.people} if document else {}
    which = visit.asked("person")
    if which and which not in people:
        raise DocumentError(Message("studio.no-item", {"document": id, "path": f"people/{which[:60]}"}))
    if which and visit.asked("remove"):
        _edit(visit, id, Operation("remove", "accounts/", f"people/{which}"))
        return
    fields = _person_fields(visit, id, set(people) - {which})
    if not which:
        new = {"id": id_from(f"p{len(people) + 1}", people), **{k: v for k, v in fields.items() if v}}
        _edit(visit, id, Operation("add", "accounts/", "people", new))
        return
    steps = [_set(f"people/{which}/{name}", value or None) for name, value in fields.items()]
    _edit(visit, id, *steps)


def _person_fields(visit: Visit, id: str, others: set[str]) -> dict[str, Any]:
    posted = visit.request.POST
    workspace = visit.workspace
    weights: dict[str, int] = {}
    for name in ("decision", "use"):
        text = visit.asked(name)
        if text:
            if text not in ("0", "1", "2", "3"):
                raise DocumentError(Message("studio-accounts.no-weight", {"found": text}))
            weights[name] = int(text)
    above = visit.asked("reports_to")
    fields: dict[str, Any] = {
        "roles": [one for one in posted.getlist("roles") if one in workspace.roles],
        "reports_to": above if above in others else None,
        "influence": weights,
        "knows": [one for one in posted.getlist("knows") if one in workspace.teams],
        "leaves": _day(visit.asked("leaves")),
    }
    return {"name": visit.asked("name")[:200], **fields} if visit.names else fields


def about(visit: Visit, id: str) -> None:
    """What the account is: its segment, status, owner, and whether it is a key account."""
    settings = visit.workspace.settings
    segment, status, owner = visit.asked("segment"), visit.asked("status"), visit.asked("owner")
    for found, known in (
        (segment, [one.id for one in settings.segments]),
        (status, list(STATES)),
        (owner, list(visit.workspace.teams)),
    ):
        if found and found not in known:
            raise DocumentError(
                Message("studio-accounts.no-choice", {"found": found, "known": known or None})
            )
    _edit(
        visit,
        id,
        _set("segment", segment or None),
        _set("status", status or None),
        _set("owner", owner or None),
        _set("key_account", True if visit.asked("key_account") else None),
    )


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise DocumentError(Message("studio-explore.no-day", {"found": text[:40]})) from error


PARTS: Mapping[str, Callable[[Visit, str], None]] = {
    "understanding": understanding,
    "signal": signal,
    "person": person,
    "about": about,
}
"""Part of the address → what changes it."""
