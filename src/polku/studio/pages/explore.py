"""Explore: one frame for every question, its filters, comparison, table, downloads and the accounts behind a number."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.analytics.result import Result
from polku.errors import PolkuError, QuestionError
from polku.exports.answer_files import answer_csv, answer_json, answer_xlsx
from polku.scene import scene_to_svg
from polku.scene.png import scene_to_png
from polku.studio.explore import told as asking
from polku.studio.explore.behind import behind_page, row_of
from polku.studio.explore.choice import Choice, read_choice
from polku.studio.explore.detail import asked_detail
from polku.studio.explore.picture import picture
from polku.studio.explore.sheet import sheet
from polku.studio.explore.tabs import FIRST, TABS, Tab
from polku.studio.explore.words import WANTED, friendly
from polku.studio.frame import show, show_part
from polku.studio.guard import page, refused
from polku.studio.measured import data_version, main_journey
from polku.studio.models import SavedView
from polku.studio.rights import Right
from polku.studio.visit import Visit
from polku.words import Message

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
}
MOST_SAVED = 200
"""Saved views of one workspace."""


def first(visit: Visit) -> HttpResponse:
    """The first tab."""
    return redirect("studio-question", visit.space.slug, next(iter(TABS)))


def explore(visit: Visit, question: str) -> HttpResponse:
    """A question's page; the part below the tabs alone where htmx asks for it, once its answer is there."""
    tab = _tab(question)
    every = _tabs(visit, tab)
    context: dict[str, Any] = {"tab": tab, "tabs": every[:FIRST], "more_tabs": every[FIRST:]}
    status = HTTPStatus.OK
    patience = None if visit.htmx else asking.PATIENCE
    try:
        context |= sheet(visit, tab, patience=patience)
    except QuestionError as error:
        told = friendly(error)
        wanted = told.message.id in WANTED
        status = HTTPStatus.OK if wanted else HTTPStatus.UNPROCESSABLE_ENTITY
        context |= sheet(visit, tab, wrong=told.text(visit.language)) | {"wanted": wanted}
    if visit.htmx:
        return show_part(visit, "studio/explore-sheet.html", context, status=status)
    return show(
        visit,
        "studio/explore.html",
        context,
        title=tab.words,
        rail="explore",
        crumbs=[(Message("studio-explore.title"), reverse("studio-explore", args=[visit.space.slug]))],
        status=status,
    )


def behind(visit: Visit, question: str) -> HttpResponse:
    """The cases behind a number, each with its account."""
    tab = _tab(question)
    choice = _choice(visit, tab)
    try:
        row, column = row_of(visit, tab)
        found = asking.opened(visit.space, visit.workspace, tab.name, choice, row, column)
    except QuestionError as error:
        raise friendly(error) from error
    if visit.asked("form") == "csv":
        if found.about.case == "person" and not visit.names:
            return refused(visit, HTTPStatus.FORBIDDEN, visit.say("studio.names-needed"))
        return _file(visit, f"{tab.name}-{column}", "csv", answer_csv(found))
    context = behind_page(visit, tab, choice, found, row, column)
    return show(
        visit,
        "studio/explore-behind.html",
        context,
        title=Message("studio-explore.behind"),
        rail="explore",
        crumbs=[
            (Message("studio-explore.title"), reverse("studio-explore", args=[visit.space.slug])),
            (tab.words, context["back"]),
        ],
    )


def download(visit: Visit, question: str, form: str) -> HttpResponse:
    """The answer as a file: rows for other programs, or the picture."""
    tab = _tab(question)
    if form not in TYPES or not data_version(visit.space):
        raise Http404
    choice = _choice(visit, tab)
    try:
        told = asking.tell(
            visit.space,
            visit.workspace,
            tab.name,
            choice,
            beside=tab.beside,
            measured=tab.measured,
            patience=None,
        )
    except QuestionError as error:
        raise friendly(error) from error
    assert told is not None
    if form in ("csv", "json", "xlsx"):
        make = {"csv": answer_csv, "json": answer_json, "xlsx": answer_xlsx}[form]
        return _file(visit, tab.name, form, make(told.result if visit.names else _unnamed(told.result)))
    journey = visit.workspace.journeys.get(choice.journey)
    detail = asked_detail(visit)
    scene = picture(told, visit.workspace, journey, visit.language, visit.today, width=1280.0, **detail)
    if scene is None:
        raise Http404
    if form == "svg":
        return _file(visit, tab.name, form, scene_to_svg(scene, embed_font=True).encode())
    return _file(visit, tab.name, form, scene_to_png(scene))


def save(visit: Visit, question: str) -> HttpResponse:
    """Keep a filter under a name, or forget it."""
    tab = _tab(question)
    there = reverse("studio-question", args=[visit.space.slug, tab.name])
    views = SavedView.objects.filter(space=visit.space)
    if forget := visit.asked("forget"):
        mine = views.filter(pk=int(forget) if forget.isdecimal() and len(forget) < 12 else 0)
        if not visit.editor:
            mine = mine.filter(person=visit.person)
        if not mine.exists():
            raise Http404
        mine.delete()
        return redirect(f"{there}?{visit.asked('query')[:2000]}")
    name, query = visit.asked("name")[:120], visit.asked("query")[:2000]
    if not name:
        raise PolkuError(Message("studio-explore.name-needed"))
    if views.count() >= MOST_SAVED:
        raise PolkuError(Message("studio-explore.too-many-views", {"count": MOST_SAVED}))
    SavedView.objects.create(
        space=visit.space, person=visit.person, name=name, page=f"explore/{tab.name}"[:40], query=query
    )
    return redirect(f"{there}?{query}")


def _tab(name: str) -> Tab:
    if name not in TABS:
        raise Http404
    return TABS[name]


def _choice(visit: Visit, tab: Tab) -> Choice:
    usual = main_journey(visit.space) or ""
    return read_choice(visit.request.GET, tab.question, visit.workspace, visit.today, usual_journey=usual)


def _tabs(visit: Visit, here: Tab) -> list[tuple[str, Any, bool]]:
    """Address, words, and whether it is this one; the filter of cases goes along, options stay behind."""
    kept = ("journey", "case", "segment", "outcome", "cases", "events", "period", "since", "until", "groups")
    params = {name: visit.asked(name) for name in kept if visit.asked(name)}
    query = f"?{urlencode(params)}" if params else ""
    return [
        (
            reverse("studio-question", args=[visit.space.slug, tab.name]) + query,
            tab.words,
            tab.name == here.name,
        )
        for tab in TABS.values()
    ]


def _unnamed(result: Result) -> Result:
    """The answer without what the data calls persons, which can be an address."""
    if "person_id" not in result.columns():
        return result
    return replace(result, person_id=(None,) * len(result))  # type: ignore[call-arg]


def _file(visit: Visit, name: str, form: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{visit.space.slug}-{name}.{form}"'
    return answer


addresses: list[URLPattern] = [
    page("w/<slug:space>/explore/", first, name="studio-explore", right=Right.VIEWER),
    page("w/<slug:space>/explore/<slug:question>/", explore, name="studio-question", right=Right.VIEWER),
    page("w/<slug:space>/explore/<slug:question>/behind/", behind, name="studio-behind", right=Right.VIEWER),
    page(
        "w/<slug:space>/explore/<slug:question>/as/<slug:form>/",
        download,
        name="studio-answer-file",
        right=Right.VIEWER,
    ),
    page(
        "w/<slug:space>/explore/<slug:question>/views/",
        save,
        name="studio-save-view",
        right=Right.VIEWER,
        methods=("POST",),
    ),
]
