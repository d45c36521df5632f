"""Taking an invitation: the link proves the address, the newcomer chooses a name and a password."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from polku.studio import audit
from polku.studio.frame import show
from polku.studio.models import Membership, Person, Token
from polku.studio.tokens import known, take
from polku.studio.visit import Visit
from polku.words import Message

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def invitation(visit: Visit, secret: str) -> HttpResponse:
    """Show an invitation, and take it: a newcomer gives name and password, one who has an account signs in."""
    token = known(Token.INVITE, secret)
    if token is None or token.space is None or token.space.removed:
        words = visit.say("studio.link-used")
        return show(visit, "studio/refused.html", title=words, status=HTTPStatus.GONE, words=words)
    address = str(token.grants["email"])
    there = Person.objects.filter(email=address).first()
    if visit.request.method != "POST":
        return _asked(visit, token, there)
    if there is not None:
        if visit.person != there:
            # An old account is opened by its password alone, never by a link that somebody else could hold.
            return redirect(f"/sign-in/?next={visit.request.path}")
        return _joined(visit, secret, there)
    password, name = visit.request.POST.get("password", ""), visit.asked("name")[:120]
    try:
        validate_password(password, Person(email=address, name=name))
    except ValidationError as wrong:
        return _asked(visit, token, there, refused=" ".join(wrong.messages), name=name)
    with transaction.atomic():
        made = Person.objects.create_user(address, password, name=name, language=visit.language)
        answer = _joined(visit, secret, made)
    login(visit.request, made, backend=BACKEND)
    return answer


def _joined(visit: Visit, secret: str, person: Person) -> HttpResponse:
    token = take(Token.INVITE, secret)
    if token is None or token.space is None:
        words = visit.say("studio.link-used")
        return show(visit, "studio/refused.html", title=words, status=HTTPStatus.GONE, words=words)
    Membership.objects.update_or_create(
        space=token.space,
        person=person,
        defaults={"right": token.grants["right"], "names": bool(token.grants.get("names"))},
    )
    audit.write("joined", space=token.space, person=person, right=token.grants["right"])
    return redirect("studio-home", token.space.slug)


def _asked(
    visit: Visit, token: Token, there: Person | None, *, refused: str = "", name: str = ""
) -> HttpResponse:
    from polku.studio.store import workspace_of

    assert token.space is not None
    return show(
        visit,
        "studio/invitation.html",
        title=Message("studio-people.invitation"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        token=token,
        company=workspace_of(token.space).name,
        right=visit.say(f"studio-people.right-{token.grants['right']}"),
        there=there,
        mine=there is not None and there == visit.person,
        refused=refused,
        name=name,
    )
