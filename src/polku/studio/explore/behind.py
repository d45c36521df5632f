"""The page of the cases behind a number: which row is meant, what the heading says, where each case leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from polku.analytics.behind.openings import KEYS, OPENED, Behind, opened_column
from polku.analytics.behind.tables import ANY
from polku.analytics.result import About
from polku.exports.answer_table import cell_words, head, namer
from polku.studio.explore.choice import LONGEST, Choice
from polku.studio.explore.tabs import Tab
from polku.studio.measured import main_journey
from polku.studio.visit import Visit
from polku.words import Message, Reader

MOST = 500
"""Cases that are listed; all are in the file."""


def row_of(visit: Visit, tab: Tab) -> tuple[dict[str, Any], str]:
    """The row and the column that the address means."""
    column = visit.asked("column")
    if tab.name not in OPENED or column not in OPENED[tab.name]:
        raise Http404
    given = visit.request.GET
    row: dict[str, Any] = {}
    for key in KEYS[tab.name]:
        found = [one[:LONGEST] for one in given.getlist(f"at-{key}")[:1000]]
        row[key] = found if key == "path" else (found[0] if found else None)
    return row, column


def behind_link(
    visit: Visit, tab: Tab, choice: Choice, row: Mapping[str, Any], column: str, usual_journey: str
) -> str:
    """The address of the cases behind a number, or behind that which it is a share of; empty where there is none."""
    opened = opened_column(tab.name, column)
    if opened is None or (tab.name == "effect" and row.get("compared") == "difference-in-differences"):
        return ""
    params: list[tuple[str, str]] = [*choice.params("", usual_journey).items(), ("column", opened)]
    for key in KEYS[tab.name]:
        value = row.get(key)
        if isinstance(value, list | tuple):
            params += [(f"at-{key}", str(one)) for one in value]
        elif value is not None:
            params.append((f"at-{key}", str(value)))
    query = urlencode(params)
    # An address must fit what servers between us and the reader take.
    return (
        f"{reverse('studio-behind', args=[visit.space.slug, tab.name])}?{query}" if len(query) < 6000 else ""
    )


def groups_words(choice: Choice, about: About) -> Message | None:
    """How many accounts are counted as the one above them; None where each is by itself."""
    if not choice.groups:
        return None
    count = about.parameters.get("rolled_up", 0)
    return Message("measure.rolled-up", {"count": count}) if count else Message("studio-explore.groups-none")


def account_link(visit: Visit, id: str | None) -> str:
    """The page of an account; empty where there is none."""
    if not id:
        return ""
    try:
        return reverse("studio-account", args=[visit.space.slug, id])
    except NoReverseMatch:
        return ""


def behind_page(
    visit: Visit, tab: Tab, choice: Choice, found: Behind, row: Mapping[str, Any], column: str
) -> dict[str, Any]:
    """What the template shows."""
    say = visit.say
    journey = visit.workspace.journeys.get(choice.journey)
    name = namer(visit.workspace, journey)
    which = [
        (head(key, say), _meant(tab, key, row, name, say)) for key in KEYS[tab.name] if _says(tab, key, row)
    ]
    # A person's id can be their address.
    hidden = found.about.case == "person" and not visit.names
    rows = []
    for number, one in enumerate(found.rows()[:MOST], start=1):
        label = one["name"] or one["account_id"] or say("measure.unknown")
        account = visit.workspace.accounts.get(one["account_id"] or "")
        rows.append(
            {
                "account": account.label if account and account.name else label,
                "link": account_link(visit, one["account_id"]),
                "case": say.number(number) if hidden else one["case"],
                "segment": name(one["segment"]) if one["segment"] else "–",
                "outcome": cell_words(tab.name, "outcome", one, name, say),
                "events": one["events"],
                "first": cell_words(tab.name, "first", one, name, say),
                "last": cell_words(tab.name, "last", one, name, say),
                "counted": _amount(one["counted"], column, say),
            }
        )
    usual = main_journey(visit.space) or ""
    back = f"{reverse('studio-question', args=[visit.space.slug, tab.name])}?{choice.link('', usual)}"
    return {
        "tab": tab,
        "cases": say(f"analytics.cases-{found.about.case}", count=found.about.cases),
        "accounts": found.about.accounts,
        "same": found.about.case == "account",
        "counts": found.counts,
        "total": _amount(found.total, column, say),
        "exact": found.exact,
        "column": head(column, say) if column != "missing" else say("studio-explore.missing"),
        "which": which,
        "rows": rows,
        "more": found.about.cases - len(rows),
        "back": back,
        "file": f"?{visit.request.GET.urlencode()}&form=csv" if not hidden else "",
        "chosen": choice.words(visit.workspace),
        "groups_said": groups_words(choice, found.about),
    }


def _says(tab: Tab, key: str, row: Mapping[str, Any]) -> bool:
    """Whether the heading names this part of the row."""
    if row.get(key) is not None:
        return bool(row[key] != ANY)
    if tab.name == "deals":
        # What no deal of the row has tells them apart as well; only a lost deal is lost to somebody.
        return key in ("kind", "segment") or (key == "lost_to" and row.get("outcome") == "lost")
    return tab.name == "paths" and key != "path"


def _meant(tab: Tab, key: str, row: Mapping[str, Any], name: Callable[[str], str], say: Reader) -> str:
    if tab.name == "deals" and row.get(key) is None and key != "kind":
        return say("panels.deals-nobody-named" if key == "lost_to" else "panels.no-segment")
    return cell_words(tab.name, key, row, name, say)


def _amount(number: float, column: str, say: Reader) -> str:
    """Whole numbers as they are, parts with decimals, amounts of money without."""
    if column == "value" or abs(number - round(number)) < 1e-9:
        return say.number(round(number))
    return say.number(number, 1 if abs(number) >= 1 else 2)
