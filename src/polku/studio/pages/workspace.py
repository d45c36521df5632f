"""The workspace itself: what it is called, in which language, zone and currency; and taking it away."""

from __future__ import annotations

import re
import zoneinfo
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone

from polku.identity.names import domain_of, is_free_mail
from polku.studio import audit
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.jobs import enqueue
from polku.studio.measured import data_version
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.visit import Visit
from polku.words import LANGUAGES, Message

CURRENCIES = ("EUR", "SEK", "DKK", "NOK", "USD", "GBP")
MOST = 2000
"""Letters of the list of own domains that are looked at."""


def workspace(visit: Visit) -> HttpResponse:
    """What the workspace says of itself; each field is saved with the others that changed."""
    refused = ""
    if visit.request.method == "POST":
        refused = _save(visit)
        if not refused:
            return redirect("studio-workspace", visit.space.slug)
    return show(
        visit,
        "studio/workspace.html",
        title=Message("studio-workspace.title"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        settings=visit.workspace.settings,
        domains=visit.asked("domains") if refused else ", ".join(visit.workspace.settings.domains),
        zones=sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC"),
        currencies=sorted({*CURRENCIES, visit.workspace.settings.currency}),
        refused=refused,
    )


def remove(visit: Visit) -> HttpResponse:
    """Take the workspace away; its name has to be written, so that no slip does it."""
    if visit.asked("name") != visit.workspace.name:
        return show(
            visit,
            "studio/refused.html",
            title=Message("studio-workspace.title"),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            words=visit.say("studio-workspace.name-differs"),
        )
    space = visit.space
    space.removed = timezone.now()
    space.save(update_fields=["removed"])
    audit.write("workspace-removed", space=space, person=visit.person)
    return redirect("studio-entrance")


def _save(visit: Visit) -> str:
    """Save what differs; words of refusal, empty where all is well."""
    settings, author = visit.workspace.settings, Author(visit.person)
    wanted = {
        "name": visit.asked("name")[:120],
        "language": visit.asked("language"),
        "zone": visit.asked("zone"),
        "currency": visit.asked("currency").upper(),
    }
    if not wanted["name"]:
        return visit.say("studio-begin.name-needed")
    if wanted["language"] not in LANGUAGES or wanted["zone"] not in zoneinfo.available_timezones():
        return visit.say("studio-begin.unknown-choice")
    if not (len(wanted["currency"]) == 3 and wanted["currency"].isascii() and wanted["currency"].isalpha()):
        return visit.say("studio-workspace.bad-currency", found=wanted["currency"][:10])
    domains = [one for one in re.split(r"[\s,;]+", visit.asked("domains")[:MOST]) if one]
    wanted_domains: list[str] = []
    for said in domains:
        if (domain := domain_of(said)) is None:
            return visit.say("studio-workspace.bad-domain", found=said[:60])
        if is_free_mail(domain):
            return visit.say("studio-workspace.free-domain", found=domain)
        wanted_domains.append(domain)
    own = list(dict.fromkeys(wanted_domains))
    if "domains" in visit.request.POST and tuple(own) != settings.domains:
        edit(visit.space, Operation("set", "polku", "domains", own), seen=None, author=author)
        if data_version(visit.space):
            # Who is staff is settled where the records are matched.
            enqueue("match", space=visit.space, person=visit.person, asked={"verdicts": {}})
    for field, value in wanted.items():
        if value != getattr(settings, field):
            edit(visit.space, Operation("set", "polku", field, value), seen=None, author=author)
    return ""


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/workspace/",
        workspace,
        name="studio-workspace",
        right=Right.ADMIN,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/workspace/remove/",
        remove,
        name="studio-workspace-remove",
        right=Right.ADMIN,
        methods=("POST",),
    ),
]
