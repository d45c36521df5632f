"""Companies that may be one: a person decides each pair, by hand or by keys; what was decided can be taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.errors import WrongUse
from polku.identity.decisions import Verdict
from polku.identity.matching import Likeness, Review, decide, match_anew, review, undo
from polku.studio import audit
from polku.studio.folders import folder_of
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.jobs import Running, enqueue, work
from polku.studio.kept import soon
from polku.studio.measured import data_version
from polku.studio.models import Job
from polku.studio.rights import Right
from polku.studio.store import workspace_of
from polku.studio.visit import Visit
from polku.words import Message

SHOWN = 40
"""Pairs on one page; the likeliest come first, and the rest come as those are decided."""
VERDICTS = ("same", "different", "undo")
RECENT = dt.timedelta(minutes=10)
_OPEN = (Job.WAITING, Job.RUNNING)


@dataclass(frozen=True)
class Shown:
    """A pair as its page shows it.

    Args:
        sure: how sure polku is, in words; chance: in percent.
        day: on which it was decided.
    """

    pair: Likeness
    sure: str
    day: dt.date | None = None


def companies(visit: Visit) -> HttpResponse:
    """Pairs to decide, those that were decided, and those that polku joined by itself."""
    found = _review(visit)
    which = visit.asked("show", "open")
    which = which if which in ("open", "decided", "linked") else "open"
    pairs: tuple[Likeness, ...] = getattr(found, which) if found else ()
    wanted = visit.asked("q").casefold()
    if wanted:
        pairs = tuple(one for one in pairs if wanted in f"{one.left.name}\n{one.right.name}".casefold())
    return show(
        visit,
        "studio/data-companies.html",
        title=Message("studio-companies.title"),
        rail="data",
        crumbs=[
            (Message("studio.rail-data"), reverse("studio-data", args=[visit.space.slug])),
            (Message("studio-match.title"), reverse("studio-data-match", args=[visit.space.slug])),
        ],
        loaded=found is not None,
        which=which,
        counts=[(name, len(getattr(found, name)) if found else 0) for name in ("open", "decided", "linked")],
        pairs=[_shown(one) for one in pairs[:SHOWN]],
        found=len(pairs),
        wanted=visit.asked("q"),
        **_in_hand(visit),
    )


def verdicts(visit: Visit) -> HttpResponse:
    """Have verdicts put in force: `pair-<id>` is same, different or undo."""
    said = {
        name.removeprefix("pair-")[:40]: value
        for name, value in visit.request.POST.items()
        if name.startswith("pair-") and value in VERDICTS
    }
    if not said:
        raise WrongUse(Message("studio-companies.nothing-said"))
    if not data_version(visit.space):
        raise WrongUse(Message("studio-match.no-data"))
    if Job.objects.filter(space=visit.space, kind="match", state__in=_OPEN).exists():
        raise WrongUse(Message("studio-companies.busy"))
    by = visit.person.label if visit.person else None
    enqueue("match", space=visit.space, person=visit.person, asked={"verdicts": said, "by": by})
    which = "decided" if set(said.values()) == {"undo"} else "open"
    return redirect(f"{reverse('studio-data-companies', args=[visit.space.slug])}?show={which}")


def hand(visit: Visit) -> HttpResponse:
    """What is being put in force, as the page asks again and again."""
    around = _in_hand(visit)
    part = show_part(visit, "studio/data-companies-hand.html", around)
    if visit.asked("running") and not around["running"]:
        part["HX-Refresh"] = "true"
    return part


def _in_hand(visit: Visit) -> dict[str, Any]:
    jobs = Job.objects.filter(space=visit.space, kind="match").order_by("-pk")
    last = jobs.first()
    fresh = last is not None and last.ended is not None and last.ended > dt.datetime.now(dt.UTC) - RECENT
    failed = last is not None and last.state == Job.FAILED and fresh
    words = ""
    if failed and last is not None:
        told = (last.error or {}).get("words", {})
        words = str(told.get(visit.language) or visit.say("studio-data.job-broke"))
    done = last.result if last is not None and last.state == Job.DONE and fresh else None
    return {
        "running": jobs.filter(state__in=_OPEN).exists(),
        "failed": words,
        "put": (done or {}).get("count", 0) if done else 0,
    }


@work("match")
def put_in_force(running: Running) -> dict[str, Any]:
    """Keep verdicts and match the records anew; without verdicts because documents say something new."""
    space, asked = running.space, running.job.asked
    workspace, folder = workspace_of(space), folder_of(space)
    said: dict[str, str] = dict(asked["verdicts"])
    given: dict[str, Verdict] = {}
    for id, verdict in said.items():
        if verdict == "same":
            given[id] = "same"
        elif verdict == "different":
            given[id] = "different"
    back = [id for id, verdict in said.items() if verdict == "undo"]
    if not said:
        match_anew(folder, workspace, always=True, progress=running.progress)
        return {"count": 0}
    if given:
        decide(folder, workspace, given, by=asked.get("by"), progress=running.progress)
    if back:
        undo(folder, workspace, back, by=asked.get("by"), progress=running.progress)
    audit.write(
        "companies-decided", space=space, person=running.job.person, count=len(given), undone=len(back)
    )
    return {"count": len(said)}


def _review(visit: Visit) -> Review | None:
    """The pairs; None where no data is loaded."""
    if not data_version(visit.space):
        return None
    workspace, folder = visit.workspace, visit.folder
    return soon(visit.space, "company-review", lambda: review(folder, workspace))


def _shown(one: Likeness) -> Shown:
    chance = one.probability
    sure = "" if chance is None else "very" if chance >= 0.95 else "likely" if chance >= 0.6 else "perhaps"
    return Shown(one, sure, dt.datetime.fromisoformat(one.when).date() if one.when else None)


WHERE = "w/<slug:space>/data/companies/"
addresses: list[URLPattern] = [
    page(WHERE, companies, name="studio-data-companies", right=Right.VIEWER),
    page(f"{WHERE}hand/", hand, name="studio-data-companies-hand", right=Right.VIEWER),
    page(
        f"{WHERE}verdicts/",
        verdicts,
        name="studio-data-companies-verdicts",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
