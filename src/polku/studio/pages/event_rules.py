"""Rules for events, of a touchpoint and of a step alone: written where they are looked at, with what each fits now."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.analytics.map.rule_fit import RuleFit, rule_fits
from polku.documents import EventRule
from polku.errors import DocumentError, PolkuError
from polku.studio.frame import show_part
from polku.studio.guard import page
from polku.studio.measured import data_version, log_of, remembered
from polku.studio.places import address, of_document
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit, workspace_of
from polku.studio.visit import Visit
from polku.words import Message

_LONGEST = 300
FIELDS = ("source", "activity", "channel")
MOST_OFFERED = 400
"""Activities that a field proposes."""


@dataclass(frozen=True)
class Rules:
    """The rules of one owner.

    Args:
        name: the touchpoint's; empty for the step's own.
        link: of the touchpoint's page; here: the address that edits these rules.
        rows: each rule with what it fits; None where no data is loaded.
    """

    name: str
    link: str
    here: str
    touchpoint: str
    rows: tuple[tuple[EventRule, RuleFit | None], ...]


def of_touchpoint(visit: Visit, touchpoint: str) -> HttpResponse:
    """The rules of a touchpoint; GET shows them, or what a rule would fit, POST changes one."""
    if touchpoint not in visit.workspace.touchpoints:
        raise Http404
    return _answer(visit, ("polku", f"touchpoints/{touchpoint}/events"), touchpoint=touchpoint)


def of_step(visit: Visit, journey: str, step: str) -> HttpResponse:
    """The rules of a step alone, beside those of its touchpoint."""
    found = visit.workspace.journeys.get(journey)
    if found is None or found.step(step) is None:
        raise Http404
    return _answer(visit, (f"journeys/{journey}", f"steps/{step}/events"), journey=journey, step=step)


def _answer(visit: Visit, where: tuple[str, str], **about: str) -> HttpResponse:
    trouble, status = "", HTTPStatus.OK
    if visit.request.method == "POST":
        if not visit.editor:
            raise Http404
        try:
            _write(visit, where, about)
        except PolkuError as error:
            trouble = error.text(visit.language)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        if not visit.htmx and not trouble:
            return redirect(_page(visit, about))
        visit.__dict__.pop("workspace", None)
    elif "activity" in visit.request.GET:
        return _preview(visit, about)
    owners = [_step_rules(visit, about)] if "step" in about else []
    touchpoint = about.get("touchpoint") or _touchpoint_of(visit, about)
    if touchpoint:
        owners.insert(0, _touchpoint_rules(visit, touchpoint))
    return show_part(
        visit,
        "studio/event-rules.html",
        status=status,
        owners=owners,
        trouble=trouble,
        loaded=bool(data_version(visit.space)),
        seen=visit.space.revision,
        **_offered(visit),
    )


def _page(visit: Visit, about: dict[str, str]) -> str:
    if "step" in about:
        return address(visit.space, "studio-editor", about["journey"], step=about["step"])
    return of_document(visit.space, "polku", f"touchpoints/{about['touchpoint']}")


def _touchpoint_of(visit: Visit, about: dict[str, str]) -> str:
    found = visit.workspace.journeys[about["journey"]].step(about["step"]) if "step" in about else None
    id = found.touchpoint if found is not None else None
    return id if id and id in visit.workspace.touchpoints else ""


def _touchpoint_rules(visit: Visit, id: str) -> Rules:
    thing = visit.workspace.touchpoints[id]
    return Rules(
        thing.label,
        of_document(visit.space, "polku", f"touchpoints/{id}"),
        reverse("studio-rules-touchpoint", args=[visit.space.slug, id]),
        id,
        _with_fits(visit, thing.events, id),
    )


def _step_rules(visit: Visit, about: dict[str, str]) -> Rules:
    step = visit.workspace.journeys[about["journey"]].step(about["step"])
    assert step is not None
    here = reverse("studio-rules-step", args=[visit.space.slug, about["journey"], about["step"]])
    return Rules("", "", here, "", _with_fits(visit, step.events, _touchpoint_of(visit, about) or None))


def _with_fits(
    visit: Visit, rules: tuple[EventRule, ...], touchpoint: str | None
) -> tuple[tuple[EventRule, RuleFit | None], ...]:
    fits = _fits(visit, rules, touchpoint)
    return tuple(zip(rules, fits if fits is not None else (None,) * len(rules), strict=True))


def _fits(visit: Visit, rules: tuple[EventRule, ...], touchpoint: str | None) -> tuple[RuleFit, ...] | None:
    def work() -> tuple[RuleFit, ...] | None:
        log = log_of(visit.space)
        if log is None:
            return None
        with log:
            return rule_fits(log, visit.workspace, rules, touchpoint)

    if not rules:
        return ()
    visit.workspace  # noqa: B018 - reading it brings the revision up to date
    return remembered(visit.space, ("rule-fits", touchpoint, repr(rules)), work)


def _offered(visit: Visit) -> dict[str, Any]:
    """Sources and activities of the data, to choose from."""

    def work() -> tuple[list[str], list[str]]:
        log = log_of(visit.space)
        if log is None:
            return [], []
        with log:
            sources = sorted({one.source for one in log.codes if one.source})
            counts = dict(log.rows("SELECT code, count(*) FROM {events} GROUP BY code"))
            often = sorted(log.codes, key=lambda one: -counts.get(one.code, 0))
            return sources, list(dict.fromkeys(one.activity for one in often))[:MOST_OFFERED]

    sources, activities = remembered(visit.space, "rule-offers", work)
    return {"sources": sorted({*sources, *visit.workspace.sources}), "activities": activities}


def _preview(visit: Visit, about: dict[str, str]) -> HttpResponse:
    """What a rule would fit that is not written yet."""
    touchpoint = about.get("touchpoint") or _touchpoint_of(visit, about)
    try:
        rule = _said(visit)
    except DocumentError:
        return show_part(visit, "studio/event-rule-fit.html", fit=None, loaded=True, empty=True)
    fits = _fits(visit, (rule,), touchpoint or None)
    return show_part(
        visit,
        "studio/event-rule-fit.html",
        fit=fits[0] if fits else None,
        loaded=fits is not None,
        new="touchpoint" in about,
        own=about.get("touchpoint", ""),
    )


def _said(visit: Visit) -> EventRule:
    """The rule that a form says.

    Raises:
        DocumentError: it would fit every event there is.
    """
    said = {name: visit.asked(name)[:_LONGEST] or None for name in FIELDS}
    if not any((value or "").replace("*", "").replace("?", "").strip() for value in said.values()):
        raise DocumentError(Message("studio-match.activity-needed"))
    return EventRule(**said)


def _write(visit: Visit, where: tuple[str, str], about: dict[str, str]) -> None:
    """Add, change or take away one rule."""
    document, path = where
    author, seen = Author(visit.person), visit.asked("seen")
    number = int(seen) if seen.isdecimal() and len(seen) < 18 else None
    place = visit.asked("place")
    if not place:
        plain = _said(visit).model_dump(exclude_none=True)
        edit(visit.space, Operation("add", document, path, plain), seen=number, author=author)
        return
    rules = _present(visit, about)
    if not place.isdecimal() or not 1 <= int(place[:6]) <= len(rules):
        raise DocumentError(Message("studio.no-item", {"document": document, "path": f"{path}/{place[:6]}"}))
    now = rules[int(place) - 1]
    # The rules have no ids: where another came to this place meanwhile, it is not written over.
    if any((getattr(now, name) or "") != visit.asked(f"was-{name}") for name in FIELDS):
        raise DocumentError(Message("studio-rules.slipped"))
    if visit.asked("do") == "remove":
        operation = Operation("remove", document, f"{path}/{place}")
    else:
        operation = Operation("set", document, f"{path}/{place}", _said(visit).model_dump(exclude_none=True))
    edit(visit.space, operation, seen=number, author=author)


def _present(visit: Visit, about: dict[str, str]) -> tuple[EventRule, ...]:
    workspace = workspace_of(visit.space)
    if "touchpoint" in about:
        return workspace.touchpoints[about["touchpoint"]].events
    step = workspace.journeys[about["journey"]].step(about["step"])
    return step.events if step is not None else ()


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/rules/<str:touchpoint>/",
        of_touchpoint,
        name="studio-rules-touchpoint",
        right=Right.VIEWER,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/journeys/<str:journey>/rules/<str:step>/",
        of_step,
        name="studio-rules-step",
        right=Right.VIEWER,
        methods=("GET", "POST"),
    ),
]
