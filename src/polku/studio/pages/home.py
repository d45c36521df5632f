"""Home: what needs attention, whom we know, how the journeys stand, how fresh it all is, what is planned."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern

from polku.studio.frame import show
from polku.studio.rights import Right, page
from polku.studio.visit import Visit
from polku.words import Message

MOST_FINDINGS = 5


def home(visit: Visit) -> HttpResponse:
    """The first page of a workspace."""
    purpose = visit.workspace.settings.purpose
    findings = [one for one in visit.findings if one.level != "not-measured"]
    return show(
        visit,
        "studio/home.html",
        title=Message("studio.rail-home"),
        rail="home",
        goal=(purpose.goal or purpose.why) if purpose else None,
        why=purpose.why if purpose and purpose.goal else None,
        findings=findings[:MOST_FINDINGS],
        found=len(findings),
    )


addresses: list[URLPattern] = [page("w/<slug:space>/", home, name="studio-home", right=Right.VIEWER)]
