"""Data: what is loaded, from where, how sound and how fresh; what is being brought in; the history, and taking back."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.errors import LakeError, PolkuError
from polku.identity.matching import match_anew
from polku.records.lake import Lake
from polku.records.undoing import undo_imports, undoable
from polku.sources.inventory import ImportFacts, Inventory, stock_of
from polku.studio import audit
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.import_words import in_form
from polku.studio.jobs import enqueue
from polku.studio.measured import log_of, remembered
from polku.studio.models import Audit, Job
from polku.studio.rights import Right
from polku.studio.uploads import MOST_FILES, MOST_MEGABYTES, find, waiting
from polku.studio.visit import Visit
from polku.words import Message, reader
from polku.words.catalogue import has
from polku.words.cells import harmless

KINDS = ("look", "import")
"""Jobs that are shown here."""
MOST_UNMAPPED = 6
RECENT = dt.timedelta(hours=12)
"""A job that failed is shown so long."""


@dataclass(frozen=True)
class Loaded:
    """A file as the table of sources shows it."""

    file: str
    source: str
    rows: int
    used: int
    repeated: int
    rejected: int
    imported: dt.date
    age: int
    state: str
    document: bool


@dataclass(frozen=True)
class Came:
    """An import as the history shows it."""

    facts: ImportFacts
    when: dt.datetime
    who: str
    rows: int
    used: int
    rejected: int
    undoable: bool

    @property
    def more(self) -> int:
        """Files beyond the four that are named."""
        return max(0, len(self.facts.files) - 4)


def data(visit: Visit) -> HttpResponse:
    """The first page of Data."""
    found = _stock(visit)
    damaged = found.text(visit.language) if isinstance(found, PolkuError) else None
    stock = found if isinstance(found, Inventory) else None
    limits = visit.workspace.settings.limits
    ages = (limits.ageing.days, limits.stale.days)
    return show(
        visit,
        "studio/data.html",
        title=Message("studio.rail-data"),
        rail="data",
        stock=stock,
        damaged=damaged,
        files=[_loaded(visit, one, ages) for one in stock.files] if stock else [],
        period=_period(stock) if stock else None,
        tables=[(name, one) for name, one in stock.tables.items() if one.rows] if stock else [],
        shares=_shares(stock) if stock else [],
        links=_links(visit, stock) if stock else [],
        unmapped=stock.unmapped[:MOST_UNMAPPED] if stock else (),
        unmapped_more=max(0, len(stock.unmapped) - MOST_UNMAPPED) if stock else 0,
        unmapped_events=sum(one.events for one in stock.unmapped) if stock else 0,
        most=stock.unmapped[0].events if stock and stock.unmapped else 1,
        rejects=_rejects(stock) if stock else [],
        rejected=sum(one[3] for one in stock.rejects) if stock else 0,
        history=_history(visit, stock) if stock else [],
        **_in_hand(visit),
        most_files=MOST_FILES,
        most_megabytes=MOST_MEGABYTES,
    )


def jobs(visit: Visit) -> HttpResponse:
    """What is being brought in, as the page asks again and again."""
    part = show_part(visit, "studio/data-jobs.html", **_in_hand(visit))
    before = visit.asked("running")
    if before and not Job.objects.filter(space=visit.space, kind__in=KINDS, state__in=_OPEN).exists():
        # All that was in hand is done: what is loaded is another.
        part["HX-Refresh"] = "true"
    return part


def cancel(visit: Visit, job: int) -> HttpResponse:
    """Stop a job; what it has read so far is thrown away."""
    found = Job.objects.filter(space=visit.space, pk=job, kind__in=KINDS, state__in=_OPEN)
    if not found.update(cancel=True):
        raise Http404
    return redirect("studio-data", visit.space.slug)


def again(visit: Visit, job: int) -> HttpResponse:
    """Try once more what failed or was stopped."""
    found = Job.objects.filter(
        space=visit.space, pk=job, kind__in=KINDS, state__in=(Job.FAILED, Job.CANCELLED)
    ).first()
    upload = find(visit.folder, str(found.asked.get("upload"))) if found else None
    if found is None or upload is None:
        raise Http404
    made = enqueue(found.kind, space=visit.space, person=visit.person, asked=found.asked)
    upload.job = made.pk
    upload.save()
    found.delete()
    return redirect("studio-data", visit.space.slug)


def undo(visit: Visit, version: int) -> HttpResponse:
    """Take an import back, and those that came after it; what goes is said before."""
    stock = _stock(visit)
    if not isinstance(stock, Inventory):
        raise Http404
    gone = [one for one in stock.history if one.undone is None and one.version >= version]
    if not any(one.version == version for one in gone):
        raise Http404
    if visit.request.method != "POST":
        return show(
            visit,
            "studio/data-undo.html",
            title=Message("studio-data.undo"),
            rail="data",
            crumbs=[(Message("studio.rail-data"), reverse("studio-data", args=[visit.space.slug]))],
            gone=[(one, dt.datetime.fromisoformat(one.when).date()) for one in gone],
            version=version,
        )
    done = undo_imports(Lake(visit.folder / "lake"), version)
    match_anew(visit.folder, visit.workspace)
    audit.write(
        "import-undone",
        space=visit.space,
        person=visit.person,
        version=done.version,
        files=", ".join(done.files),
    )
    return redirect("studio-data", visit.space.slug)


def rejects(visit: Visit) -> HttpResponse | StreamingHttpResponse:
    """Every row that could not be used, with its reason, as CSV; it may name persons."""
    wanted = visit.asked("file")
    log = log_of(visit.space)
    if log is None:
        raise Http404
    say = visit.say

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        with log:
            yield "\ufeff" + writer.writerow(
                [say(f"sources.head-{one}") for one in ("file", "line", "reason", "row")]
            )
            rows = log.rows(
                'SELECT "file", line, reason, "column", found, "row" FROM {rejects} '
                "WHERE $file = '' OR \"file\" = $file ORDER BY 1, 2",
                file=wanted,
            )
            for name, line, reason, column, found, row in rows:
                why = say.text(Message(reason, {"column": column, "found": found}))
                yield writer.writerow([harmless(name), line, harmless(why), harmless(row or "")])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rejects.csv"'
    return answer


def propose(visit: Visit) -> HttpResponse:
    """Make a journey of the data's common path: a draft beside those that are there."""
    from polku.analytics.map.common_path import common_path
    from polku.exports.proposed_journey import propose_journey
    from polku.formats.yaml_write import write_document
    from polku.studio.store import Author, create

    log = log_of(visit.space)
    if log is None:
        raise LakeError(Message("records.no-data"))
    with log:
        path = common_path(log, visit.workspace)
    language = visit.workspace.settings.language
    proposed = propose_journey(path, visit.workspace, reader(language) if language else visit.say)
    author = Author(visit.person)
    for role in proposed.roles:
        create(visit.space, f"roles/{role.id}", write_document(role), author)
    create(visit.space, f"journeys/{proposed.journey.id}", write_document(proposed.journey), author)
    return redirect("studio-editor", visit.space.slug, proposed.journey.id)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, words: str) -> str:
        return words


_OPEN = (Job.WAITING, Job.RUNNING)


def _stock(visit: Visit) -> Inventory | PolkuError | None:
    """What is loaded; None where nothing is, an error where it is damaged."""

    def work() -> Inventory | None:
        log = log_of(visit.space)
        if log is None:
            return None
        with log:
            return stock_of(log, visit.workspace)

    try:
        return remembered(visit.space, "inventory", work)
    except LakeError as error:
        return error


def stock(visit: Visit) -> Inventory | None:
    """What is loaded; None where nothing is.

    Raises:
        LakeError: it is damaged.
    """
    found = _stock(visit)
    if isinstance(found, PolkuError):
        raise found
    return found


def _in_hand(visit: Visit) -> dict[str, Any]:
    """Jobs that wait, run, or went wrong lately; uploads that nobody has published yet."""
    since = dt.datetime.now(dt.UTC) - RECENT
    wanted = Job.objects.filter(space=visit.space, kind__in=KINDS).select_related("person")
    running = list(wanted.filter(state__in=_OPEN).order_by("at"))
    ended = wanted.filter(state__in=(Job.FAILED, Job.CANCELLED), ended__gte=since).order_by("-ended")
    left = {one.id: one for one in waiting(visit.folder)}
    busy = {str(job.asked.get("upload")) for job in running}
    failed = [job for job in ended[:5] if str(job.asked.get("upload")) in left]
    told = [(job, _said(visit, job), left.get(str(job.asked.get("upload")))) for job in (*running, *failed)]
    busy |= {str(job.asked.get("upload")) for job in failed}
    return {
        "jobs": told,
        "running": bool(running),
        "waiting": [one for one in left.values() if one.id not in busy],
    }


def _said(visit: Visit, job: Job) -> str:
    """What a job says of itself."""
    if job.state == Job.FAILED:
        words = (job.error or {}).get("words", {})
        return str(words.get(visit.language) or visit.say("studio-data.job-broke"))
    if job.state == Job.CANCELLED:
        return visit.say("studio-data.job-stopped")
    if job.cancel:
        return visit.say("studio-data.job-stopping")
    said = job.says or {}
    if said.get("id") and has(str(said["id"]), "en"):
        params = {
            key: int(value) if str(value).isdigit() else value
            for key, value in said.get("params", {}).items()
        }
        return visit.say.text(Message(str(said["id"]), params))
    return visit.say("studio-data.job-waiting")


def _loaded(visit: Visit, one: Any, ages: tuple[int, int]) -> Loaded:
    day = dt.datetime.fromisoformat(one.when).date()
    age = max(0, (visit.today - day).days)
    state = "stale" if age > ages[1] else "ageing" if age > ages[0] else "fresh"
    known = one.source in visit.workspace.sources
    return Loaded(
        one.file, one.source, one.rows, one.used, one.repeated, one.rejected, day, age, state, known
    )


def _period(stock: Inventory) -> tuple[dt.date, dt.date] | None:
    events = stock.tables["events"]
    return (events.first, events.last) if events.first and events.last else None


def _shares(stock: Inventory) -> list[tuple[str, float]]:
    quality = stock.quality
    named = (
        ("account-named", quality.account_named),
        ("account-by-member", quality.account_by_member),
        ("account-unknown", quality.account_unknown),
        ("person-named", quality.person_named),
        ("part-unknown", quality.part_unknown),
        ("people-placed", quality.people_placed),
        ("parts-known", quality.parts_known),
    )
    return [(f"data.{name}", share) for name, share in named if share is not None]


def _links(visit: Visit, stock: Inventory) -> list[str]:
    found = []
    for what in ("account", "person"):
        told = [
            visit.say("data.link", count=count, reason=Message(f"identity.by-{reason}"))
            for (one, reason), count in stock.quality.links.items()
            if one == what
        ]
        if told:
            found.append(visit.say(f"data.{what}-links", counts=", ".join(told)))
    astray = (visit.say(f"data.astray-{one.kind}", count=one.astray, all=one.links) for one in stock.astray)
    return [*found, *astray]


def _rejects(stock: Inventory) -> list[tuple[str, Message, int]]:
    return [
        (file, in_form(Message(reason, {"column": column, "found": "…"})), count)
        for file, reason, column, count in stock.rejects[:12]
    ]


def _history(visit: Visit, stock: Inventory) -> list[Came]:
    who = {
        int(row.about.get("version") or 0): row.person.label if row.person else ""
        for row in Audit.objects.filter(space=visit.space, act="imported").select_related("person")
    }
    possible = undoable(Lake(visit.folder / "lake"))
    return [
        Came(
            facts,
            dt.datetime.fromisoformat(facts.when),
            who.get(facts.version, ""),
            sum(one.rows for one in facts.files),
            sum(one.used for one in facts.files),
            sum(one.rejected for one in facts.files),
            facts.undone is None and facts.version in possible,
        )
        for facts in stock.history[:50]
    ]


addresses: list[URLPattern] = [
    page("w/<slug:space>/data/", data, name="studio-data", right=Right.VIEWER),
    page(
        "w/<slug:space>/data/journey/",
        propose,
        name="studio-data-propose",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page("w/<slug:space>/data/jobs/", jobs, name="studio-data-jobs", right=Right.VIEWER),
    page(
        "w/<slug:space>/data/jobs/<int:job>/stop/",
        cancel,
        name="studio-data-cancel",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/data/jobs/<int:job>/again/",
        again,
        name="studio-data-again",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/data/imports/<int:version>/undo/",
        undo,
        name="studio-data-undo",
        right=Right.EDITOR,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/data/rejects.csv", rejects, name="studio-data-rejects", right=Right.VIEWER, names=True
    ),
]
