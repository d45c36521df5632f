"""Tokens for programs: made and revoked by an admin; the secret is shown once."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from polku.studio import audit
from polku.studio.api.door import A_MINUTE, PREFIX, SCOPES, scopes_held
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.models import Token
from polku.studio.rights import Right
from polku.studio.tokens import give
from polku.studio.visit import Visit
from polku.words import Message

DAYS = (30, 90, 365)
"""Days a token may live."""
MOST = 50
"""Tokens that a workspace may have at a time."""


def tokens(visit: Visit) -> HttpResponse:
    """The tokens of a workspace; with POST one more."""
    if visit.request.method == "POST":
        return _make(visit)
    return _page(visit)


def revoke(visit: Visit, token: int) -> HttpResponse:
    """Close a token."""
    found = Token.objects.filter(space=visit.space, pk=token, kind=Token.API, revoked=None).first()
    if found is None:
        raise Http404
    found.revoked = timezone.now()
    found.save(update_fields=["revoked"])
    audit.write("token-revoked", space=visit.space, person=visit.person, label=found.label)
    return redirect("studio-tokens", visit.space.slug)


def _make(visit: Visit) -> HttpResponse:
    scopes = scopes_held(visit.request.POST.getlist("scope"))
    label, days = visit.asked("label")[:120], visit.asked("days")
    if not label:
        return _page(visit, refused=visit.say("studio-api.label-needed"))
    if set(scopes) <= {"names"}:
        return _page(visit, refused=visit.say("studio-api.scope-wanted"))
    if days not in map(str, DAYS):
        return _page(visit, refused=visit.say("studio-api.bad-days", found=days))
    if "names" in scopes and not visit.names:
        return _page(visit, refused=visit.say("studio.names-needed"))
    if _open(visit).count() >= MOST:
        return _page(visit, refused=visit.say("studio-api.most-tokens", most=MOST))
    _, secret = give(
        Token.API,
        space=visit.space,
        person=visit.person,
        grants={"scopes": list(scopes)},
        label=label,
        lasts=dt.timedelta(days=int(days)),
    )
    audit.write(
        "token-made", space=visit.space, person=visit.person, label=label, scopes=", ".join(scopes), days=days
    )
    return _page(visit, secret=PREFIX + secret, secret_for=label)


def _open(visit: Visit) -> QuerySet[Token]:
    return Token.objects.filter(
        space=visit.space, kind=Token.API, revoked=None, until__gt=timezone.now()
    ).select_related("person")


def _page(visit: Visit, *, refused: str = "", secret: str = "", secret_for: str = "") -> HttpResponse:
    rows = [
        (token, [visit.say(f"studio-api.scope-{one}") for one in token.grants.get("scopes", ())])
        for token in _open(visit).order_by("-made")[:MOST]
    ]
    return show(
        visit,
        "studio/tokens.html",
        title=Message("studio-api.title"),
        crumbs=[(Message("studio-people.title"), reverse("studio-people", args=[visit.space.slug]))],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        rows=rows,
        scopes=[(one, visit.say(f"studio-api.may-{one}")) for one in SCOPES if one != "names" or visit.names],
        days=DAYS,
        refused=refused,
        secret=secret,
        secret_for=secret_for,
        address=visit.request.build_absolute_uri("/api/1/"),
        a_minute=A_MINUTE,
    )


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/people/tokens/",
        tokens,
        name="studio-tokens",
        right=Right.ADMIN,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/people/tokens/<int:token>/",
        revoke,
        name="studio-token",
        right=Right.ADMIN,
        methods=("POST",),
    ),
]
