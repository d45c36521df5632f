"""Who may do what in a workspace: members, invitations, links to hand on, and what was done with rights."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from polku.studio import audit
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.joining import invitation
from polku.studio.models import Audit, Membership, Token
from polku.studio.rights import Right
from polku.studio.tokens import give
from polku.studio.visit import Visit
from polku.words import Message

RIGHTS = (Membership.VIEWER, Membership.EDITOR, Membership.ADMIN)
INVITED_FOR = dt.timedelta(days=14)
SHARED_FOR = (7, 30, 90)
"""Days a link to hand on may live."""
LINES = 100


def people(visit: Visit) -> HttpResponse:
    """Members, open invitations and links of a workspace."""
    return _page(visit)


def invite(visit: Visit) -> HttpResponse:
    """Invite somebody by a link that works once; the link is shown to the admin, who sends it."""
    email, right = visit.asked("email").lower(), visit.asked("right")
    try:
        validate_email(email)
    except ValidationError:
        return _page(visit, refused=visit.say("studio-people.bad-address", found=email))
    if right not in RIGHTS:
        return _page(visit, refused=visit.say("studio-people.bad-right", found=right))
    if Membership.objects.filter(space=visit.space, person__email=email).exists():
        return _page(visit, refused=visit.say("studio-people.member-already", email=email))
    grants = {"email": email, "right": right, "names": visit.asked("names") == "on"}
    _, secret = give(
        Token.INVITE, space=visit.space, person=visit.person, grants=grants, label=email, lasts=INVITED_FOR
    )
    audit.write("invited", space=visit.space, person=visit.person, email=email, right=right)
    link = visit.request.build_absolute_uri(reverse("studio-invitation", args=[secret]))
    return _page(visit, link=link, link_for=email)


def change(visit: Visit, member: int) -> HttpResponse:
    """Give a member another right, or take them out; a workspace keeps at least one admin."""
    with transaction.atomic():
        found = Membership.objects.select_related("person").filter(space=visit.space, pk=member).first()
        if found is None:
            raise Http404
        right = visit.asked("right")
        leaves = visit.asked("act") == "remove"
        if not leaves and right not in RIGHTS:
            return _page(visit, refused=visit.say("studio-people.bad-right", found=right))
        others = Membership.objects.filter(space=visit.space, right=Membership.ADMIN).exclude(pk=found.pk)
        if (leaves or right != Membership.ADMIN) and found.right == Membership.ADMIN and not others.exists():
            return _page(visit, refused=visit.say("studio-people.last-admin"))
        if leaves:
            audit.write("removed", space=visit.space, person=visit.person, whom=found.person.email)
            Token.objects.filter(space=visit.space, person=found.person, revoked=None).update(
                revoked=timezone.now()
            )
            found.delete()
        else:
            found.right, found.names = right, visit.asked("names") == "on"
            found.save()
            audit.write(
                "right-changed",
                space=visit.space,
                person=visit.person,
                whom=found.person.email,
                right=right,
                names=found.names,
            )
    return redirect("studio-people", visit.space.slug)


def share(visit: Visit) -> HttpResponse:
    """Make a link that shows journeys to whoever holds it: read-only, for some days, without names."""
    days = visit.asked("days")
    if days not in map(str, SHARED_FOR):
        return _page(visit, refused=visit.say("studio-people.bad-days", found=days))
    kind = Token.WORKSHOP if visit.asked("kind") == "workshop" else Token.SHARE
    journey = visit.asked("journey")
    if journey and journey not in visit.workspace.journeys:
        return _page(visit, refused=visit.say("studio-people.bad-journey", found=journey))
    if kind == Token.WORKSHOP and not journey:
        return _page(visit, refused=visit.say("studio-people.workshop-needs-journey"))
    grants = {"journey": journey, "measures": visit.asked("measures") == "on"}
    label = visit.asked("label")[:120]
    _, secret = give(
        kind,
        space=visit.space,
        person=visit.person,
        grants=grants,
        label=label,
        lasts=dt.timedelta(days=int(days)),
    )
    audit.write("link-made", space=visit.space, person=visit.person, kind=kind, label=label)
    name = "studio-workshop" if kind == Token.WORKSHOP else "studio-shared"
    link = visit.request.build_absolute_uri(reverse(name, args=[secret]))
    return _page(visit, link=link, link_for=label)


def revoke(visit: Visit, token: int) -> HttpResponse:
    """Close a link or an invitation."""
    kinds = (Token.INVITE, Token.SHARE, Token.WORKSHOP)
    found = Token.objects.filter(space=visit.space, pk=token, kind__in=kinds).first()
    if found is None:
        raise Http404
    found.revoked = timezone.now()
    found.save(update_fields=["revoked"])
    audit.write("link-revoked", space=visit.space, person=visit.person, kind=found.kind, label=found.label)
    return redirect("studio-people", visit.space.slug)


def lines(visit: Visit) -> HttpResponse:
    """What was done that no document shows, newest first."""
    rows = Audit.objects.filter(space=visit.space).select_related("person").order_by("-at")[:LINES]
    told = [
        (
            row,
            visit.say(f"studio-people.act-{row.act}"),
            ", ".join(str(value) for value in row.about.values() if value not in ("", None)),
        )
        for row in rows
    ]
    return show(
        visit,
        "studio/audit.html",
        title=Message("studio-people.audit"),
        crumbs=[(Message("studio-people.title"), reverse("studio-people", args=[visit.space.slug]))],
        told=told,
        most=LINES,
    )


def _page(visit: Visit, *, refused: str = "", link: str = "", link_for: str = "") -> HttpResponse:
    open_tokens = (
        Token.objects.filter(space=visit.space, revoked=None, until__gt=timezone.now())
        .exclude(kind=Token.INVITE, used__isnull=False)
        .exclude(kind__in=[Token.API, Token.SIGN_IN])
        .select_related("person")
        .order_by("-made")
    )
    return show(
        visit,
        "studio/people.html",
        title=Message("studio-people.title"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        members=Membership.objects.filter(space=visit.space).select_related("person").order_by("since"),
        tokens=open_tokens,
        rights=RIGHTS,
        days=SHARED_FOR,
        refused=refused,
        # What was written stays in the form that was refused.
        asked=visit.request.POST.dict() if refused else {},
        link=link,
        link_for=link_for,
    )


addresses: list[URLPattern] = [
    page("w/<slug:space>/people/", people, name="studio-people", right=Right.ADMIN),
    page("w/<slug:space>/people/invite/", invite, name="studio-invite", right=Right.ADMIN, methods=("POST",)),
    page("w/<slug:space>/people/share/", share, name="studio-share", right=Right.ADMIN, methods=("POST",)),
    page("w/<slug:space>/people/audit/", lines, name="studio-audit", right=Right.ADMIN),
    page(
        "w/<slug:space>/people/<int:member>/",
        change,
        name="studio-member",
        right=Right.ADMIN,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/people/links/<int:token>/",
        revoke,
        name="studio-revoke",
        right=Right.ADMIN,
        methods=("POST",),
    ),
    page(
        "invitation/<str:secret>/",
        invitation,
        name="studio-invitation",
        right=Right.OPEN,
        methods=("GET", "POST"),
    ),
]
