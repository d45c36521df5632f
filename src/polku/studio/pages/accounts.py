"""Accounts: the list by who needs us now, and the page of each, where its document is edited in place."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, reverse

from polku.errors import DocumentError
from polku.exports.answer_files import answer_xlsx
from polku.studio import account_edits
from polku.studio.account_list import PAGE, chosen, lines_of, rows_of, summary_of, tell_accounts
from polku.studio.account_page import account_sheet
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.measured import data_version
from polku.studio.rights import Right
from polku.studio.visit import Visit
from polku.words import Message


def accounts(visit: Visit) -> HttpResponse:
    """Who needs us now."""
    wait = visit.htmx or visit.asked("form") == "xlsx"
    told = tell_accounts(visit.space, visit.workspace, wait=wait)
    if visit.asked("form") == "xlsx":
        answer = HttpResponse(
            answer_xlsx(told.result),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
        answer["Content-Disposition"] = f'attachment; filename="{visit.space.slug}-accounts.xlsx"'
        return answer
    every = rows_of(visit, told, wait=wait)
    asked, rows = chosen(visit, every)
    number = visit.asked("page", "1")
    first = (max(1, int(number)) - 1) * PAGE if number.isdecimal() and len(number) < 6 else 0
    around = summary_of(visit, every)
    falling = around.falling
    params = visit.request.GET.copy()
    params.pop("page", None)
    params.pop("form", None)
    return show(
        visit,
        "studio/accounts.html",
        title=Message("studio.rail-accounts"),
        rail="accounts",
        rows=rows[first : first + PAGE],
        lines=lines_of(visit, every, rows[first : first + PAGE], (first, *asked), scored=bool(told.scores)),
        found=len(rows),
        all=len(every),
        falling=falling,
        heading=_heading(falling, len(every), bool(data_version(visit.space))),
        stages=around.stages,
        choices=[
            (name, words, options, visit.asked(name)) for name, words, options in around.choices if options
        ],
        q=visit.asked("q"),
        query=params.urlencode(),
        previous=first // PAGE if first else 0,
        following=first // PAGE + 2 if first + PAGE < len(rows) else 0,
        data_link=_link(visit, "studio-data"),
        scored=bool(told.scores),
        days=told.result.about.parameters["days"],
        ageing=visit.workspace.settings.limits.ageing.days,
    )


def _heading(falling: int, count: int, has_data: bool) -> Message:
    if not count:
        return Message("studio-accounts.none")
    if not has_data:
        return Message("studio-accounts.described", {"count": count})
    return Message("studio-accounts.falling-of", {"falling": falling, "count": count})


def account(visit: Visit, id: str) -> HttpResponse:
    """The page of an account."""
    context = account_sheet(visit, id)
    if context is None:
        raise Http404
    return show(
        visit,
        "studio/account.html",
        context,
        title=context["name"],
        rail="accounts",
        crumbs=[(Message("studio.rail-accounts"), reverse("studio-accounts", args=[visit.space.slug]))],
    )


def add(visit: Visit) -> HttpResponse:
    """Give an account a document: a new one, or one that the records know."""
    name = visit.asked("name")[:200]
    if not name:
        raise DocumentError(Message("studio-accounts.name-needed"))
    known = visit.asked("known")[:200]
    id = account_edits.begin(visit, name, known)
    return redirect("studio-account", visit.space.slug, known or id)


def change(visit: Visit, id: str, part: str) -> HttpResponse:
    """Change a part of an account's document: understanding, a signal, a person, or what it is."""
    context = account_sheet(visit, id)
    if context is None or part not in account_edits.PARTS:
        raise Http404
    account_edits.PARTS[part](visit, id)
    visit.space.refresh_from_db()
    if visit.htmx:
        del visit.__dict__["workspace"]
        return show_part(visit, "studio/account-sheet.html", account_sheet(visit, id) or {})
    return redirect("studio-account", visit.space.slug, id)


def _link(visit: Visit, name: str) -> str:
    try:
        return reverse(name, args=[visit.space.slug])
    except NoReverseMatch:
        return ""


addresses: list[URLPattern] = [
    page("w/<slug:space>/accounts/", accounts, name="studio-accounts", right=Right.VIEWER),
    page(
        "w/<slug:space>/accounts/new/", add, name="studio-account-new", right=Right.EDITOR, methods=("POST",)
    ),
    page("w/<slug:space>/accounts/<str:id>/", account, name="studio-account", right=Right.VIEWER),
    page(
        "w/<slug:space>/accounts/<str:id>/<slug:part>/",
        change,
        name="studio-account-change",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
