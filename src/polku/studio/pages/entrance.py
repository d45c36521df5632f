"""Coming in: the list of workspaces, one-time sign-in links, the reader's language and theme."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.http import url_has_allowed_host_and_scheme

from polku.studio import audit
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.models import Membership
from polku.studio.rights import Right
from polku.studio.tokens import take
from polku.studio.visit import Visit
from polku.words import LANGUAGES, Message

YEAR = 365 * 24 * 3600


def entrance(visit: Visit) -> HttpResponse:
    """The workspaces of a person; the only one opens by itself."""
    assert visit.person is not None
    mine = (
        Membership.objects.select_related("space")
        .filter(person=visit.person, space__removed=None)
        .order_by("space__slug")
    )
    if len(mine) == 1 and "all" not in visit.request.GET:
        return redirect("studio-home", mine[0].space.slug)
    from polku.studio.store import workspace_of

    spaces = [(member, workspace_of(member.space)) for member in mine]
    return show(visit, "studio/entrance.html", title=Message("studio.workspaces"), spaces=spaces)


def sign_in_by_link(visit: Visit, secret: str) -> HttpResponse:
    """Sign in with a link that works once: asked first, so that a preview of the link does not use it up."""
    if visit.request.method != "POST":
        return show(visit, "studio/sign-in-link.html", title=Message("studio.sign-in"), secret=secret)
    token = take("sign-in", secret)
    if token is None or token.person is None or not token.person.is_active:
        return show(
            visit,
            "studio/refused.html",
            title=Message("studio.link-used"),
            status=410,
            words=visit.say("studio.link-used"),
        )
    login(visit.request, token.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    audit.write("signed-in", person=token.person)
    return redirect("studio-entrance")


def choose(visit: Visit) -> HttpResponse:
    """Keep the reader's language, theme and whether single letters are keys; then back to the page they came from."""
    person, back = visit.person, visit.asked("back", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, {visit.request.get_host()}):
        back = "/"
    answer = redirect(back)
    language, theme, keys = visit.asked("language"), visit.asked("theme"), visit.asked("keys")
    if language in LANGUAGES:
        answer.set_cookie("polku-language", language, max_age=YEAR, samesite="Lax", httponly=True)
        if person:
            person.language = language
    if theme in ("light", "dark", "system"):
        theme = "" if theme == "system" else theme
        answer.set_cookie("polku-theme", theme, max_age=YEAR, samesite="Lax", httponly=True)
        if person:
            person.theme = theme
    if keys in ("on", "off") and person:
        person.keys = keys == "on"
    if person:
        person.save(update_fields=["language", "theme", "keys"])
    return answer


addresses: list[URLPattern] = [
    page("", entrance, name="studio-entrance", right=Right.PERSON),
    page(
        "sign-in/link/<str:secret>/",
        sign_in_by_link,
        name="studio-sign-in-link",
        right=Right.OPEN,
        methods=("GET", "POST"),
    ),
    page("choose/", choose, name="studio-choose", right=Right.OPEN, methods=("POST",)),
]
