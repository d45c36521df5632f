"""PK0: the documents themselves: references, ids, reachability, dates, what could not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from polku.analytics.filters.filters import read_event_filter, read_filter, saved_filters
from polku.checks.context import Context
from polku.checks.finding import Hit
from polku.checks.labels import quoted, some, stage_label, step_label
from polku.checks.references import references
from polku.checks.registry import CHECKS, check
from polku.checks.walking import cut_off, dead_ends
from polku.documents import KINDS, LEAST_CONTRAST, RULE_FIELDS, Ignore, contrast
from polku.errors import QuestionError
from polku.words import Message

MOST_KNOWN = 8
"""More names than this are not listed as what would be possible."""


def _problems(context: Context, code: str) -> Iterator[Hit]:
    """What the reader of the files found."""
    for problem in context.workspace.problems:
        if problem.code == code:
            yield Hit(problem.document, problem.item, problem.message, problem.message, place=problem.place)


def _seen(context: Context, code: str) -> set[tuple[str, str | None]]:
    return {
        (problem.document, problem.item) for problem in context.workspace.problems if problem.code == code
    }


@check("PK001", "error")
def points_at_nothing(context: Context) -> Iterator[Hit]:
    """References to what is not there."""
    yield from _problems(context, "PK001")
    seen = _seen(context, "PK001")
    for reference in references(context.workspace):
        if reference.exists or (reference.document, reference.item) in seen:
            continue
        kind = Message(f"checks.kind.{reference.kind}")
        values = {"kind": kind, "id": reference.id}
        near = get_close_matches(reference.id, sorted(reference.known), n=1, cutoff=0.6)
        if near:
            says = Message("checks.pk001.near", {**values, "near": near[0]})
            fix = Message("checks.pk001.fix", {"near": near[0]})
        elif reference.known:
            known = sorted(reference.known)
            shown = some(known, MOST_KNOWN)
            says, fix = Message("checks.pk001.known", {**values, "known": shown}), None
        else:
            says, fix = Message("checks.pk001.none", values), None
        yield Hit(reference.document, reference.item, says, says, fix)
    for document, ignore, path in _ignores(context):
        if ignore.item is not None and not _is_there(context, document, ignore.item):
            says = Message("checks.pk001.ignore", {"item": ignore.item, "code": ignore.check})
            yield Hit(document, f"{path}/item", says, says)


@check("PK002", "error")
def shared_ids(context: Context) -> Iterator[Hit]:
    """Ids that stand twice."""
    yield from _problems(context, "PK002")
    seen = _seen(context, "PK002")
    workspace = context.workspace
    lists: list[tuple[str, str, tuple[object, ...]]] = [
        ("polku", kind, getattr(workspace.settings, kind))
        for kind in (
            "teams",
            "segments",
            "rivals",
            "systems",
            "contents",
            "channels",
            "touchpoints",
            "filters",
            "themes",
        )
    ]
    for document, journey in context.journeys():
        lists += [(document, "stages", journey.stages), (document, "steps", journey.steps)]
        lists.append((document, "rules", journey.rules))
    lists += [(f"accounts/{id}", "people", account.people) for id, account in workspace.accounts.items()]
    for document, path, items in lists:
        ids = [str(getattr(item, "id", "")) for item in items]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            if not any(at == document and (item or "").startswith(f"{path}/{id}") for at, item in seen):
                says = Message("checks.pk002.says", {"id": id, "count": ids.count(id)})
                yield Hit(document, f"{path}/{id}", says, quoted(id))


@check("PK003", "error")
def not_on_the_way(context: Context) -> Iterator[Hit]:
    """Steps that cannot be reached or lead nowhere."""
    yield from _problems(context, "PK003")
    for document, journey in context.journeys(whole=True):
        for step in cut_off(journey):
            says = Message("checks.pk003.unreachable", {"step": step_label(step)})
            yield Hit(document, f"steps/{step.id}", says, says)
        for step in dead_ends(journey):
            values = {"step": step_label(step), "stage": stage_label(journey, step.stage)}
            says = Message("checks.pk003.dead-end", values)
            yield Hit(document, f"steps/{step.id}", says, says, Message("checks.pk003.fix-dead-end"))


@check("PK004", "error")
def empty_stages(context: Context) -> Iterator[Hit]:
    """Stages without a step."""
    yield from _problems(context, "PK004")
    for document, journey in context.journeys(whole=True):
        # Where the steps themselves could not be read, their stages are not to blame.
        if any(p.document == document and (p.item or "") == "steps" for p in context.workspace.problems):
            continue
        for stage in journey.stages:
            if not any(step.stage == stage.id for step in journey.steps):
                label = stage_label(journey, stage.id)
                yield Hit(
                    document, f"stages/{stage.id}", Message("checks.pk004.says", {"stage": label}), label
                )


@check("PK005", "error")
def dates_in_disorder(context: Context) -> Iterator[Hit]:
    """Dates before what they follow, and what is said to be known from a day that has not come."""
    yield from _problems(context, "PK005")
    for document, item, day in _days_that_should_be_past(context):
        if day > context.today:
            says = Message("checks.pk005.future", {"date": day, "today": context.today})
            yield Hit(document, item, says, says, Message("checks.pk005.fix-future"))
    for document, item, first, last in _days_in_order(context):
        if first is not None and last is not None and first > last:
            says = Message("checks.pk005.order", {"first": first, "last": last})
            yield Hit(document, item, says, says)
    for document, ignore, path in _ignores(context):
        if ignore.until is not None and ignore.until < context.today:
            says = Message("checks.pk005.silence", {"code": ignore.check, "until": ignore.until})
            fix = Message("checks.pk005.fix-silence", {"code": ignore.check})
            yield Hit(document, f"{path}/until", says, says, fix, level="warning")


def _days_that_should_be_past(context: Context) -> Iterator[tuple[str, str, dt.date]]:
    workspace = context.workspace
    for document, journey in context.journeys():
        if journey.validated is not None:
            yield document, "validated", journey.validated
    for id, partner in workspace.partners.items():
        if partner.satisfaction is not None and partner.satisfaction.asked is not None:
            yield f"partners/{id}", "satisfaction/asked", partner.satisfaction.asked
    for id, evidence in context.heard.items():
        if evidence.date is not None:
            yield f"evidence/{id}", "date", evidence.date
    for id, account in workspace.accounts.items():
        for kind, understood in account.understanding:
            if understood.date is not None:
                yield f"accounts/{id}", f"understanding/{kind}/date", understood.date
    for id, improvement in workspace.improvements.items():
        if improvement.looked.date is not None:
            yield f"improvements/{id}", "looked/date", improvement.looked.date


def _days_in_order(context: Context) -> Iterator[tuple[str, str, dt.date | None, dt.date | None]]:
    for id, sprint in context.workspace.sprints.items():
        yield f"sprints/{id}", "to", sprint.from_, sprint.to
    for id, improvement in context.workspace.improvements.items():
        yield f"improvements/{id}", "looked/date", improvement.live, improvement.looked.date


@check("PK006", "error")
def unknown_words(context: Context) -> Iterator[Hit]:
    """Keys that the format does not know, and codes of checks that do not exist."""
    yield from _problems(context, "PK006")
    named = [("polku", f"checks/{code}", code) for code in context.workspace.settings.checks]
    named += [(document, f"{path}/check", ignore.check) for document, ignore, path in _ignores(context)]
    for document, item, code in named:
        if code in CHECKS:
            continue
        near = get_close_matches(code.upper(), sorted(CHECKS), n=1, cutoff=0.6)
        if near:
            says = Message("checks.pk006.check-near", {"code": code, "near": near[0]})
        else:
            says = Message("checks.pk006.check", {"code": code})
        yield Hit(document, item, says, says)


@check("PK007", "error")
def wrong_values(context: Context) -> Iterator[Hit]:
    """Values that are missing, of the wrong kind or out of range."""
    yield from _problems(context, "PK007")
    settings = context.workspace.settings
    for segment in settings.segments:
        size = segment.employees
        if size is not None and size.min is not None and size.max is not None and size.min > size.max:
            says = Message(
                "checks.pk007.size", {"min": size.min, "max": size.max, "name": segment.name or segment.id}
            )
            yield Hit("polku", f"segments/{segment.id}/employees", says, says)
    for number, problem in _fits(context):
        yield Hit("polku", f"scoring/fit/{number}/when", problem, problem)
    for one, field, problem in _filters(context):
        yield Hit("polku", f"filters/{one}/{field}", problem, problem)
    for id, journey in context.workspace.journeys.items():
        for rule in journey.rules:
            missing = [field for field in RULE_FIELDS[rule.rule] if getattr(rule, field) is None]
            if missing:
                says = Message("checks.pk007.rule", {"rule": rule.id, "kind": rule.rule, "needed": missing})
                yield Hit(f"journeys/{id}", f"rules/{rule.id}", says, says)
    accent = settings.brand.accent if settings.brand else None
    if accent is not None and contrast(accent) < LEAST_CONTRAST:
        values = {"colour": accent, "contrast": contrast(accent), "least": LEAST_CONTRAST}
        fix = Message("brand.pale-fix", {"least": LEAST_CONTRAST})
        says = Message("brand.pale", values)
        yield Hit("polku", "brand/accent", says, quoted(accent), fix, level="warning")
    if ("polku", "zone") not in _seen(context, "PK007"):
        try:
            ZoneInfo(settings.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            says = Message("checks.pk007.zone", {"zone": settings.zone})
            yield Hit("polku", "zone", says, says)


def _filters(context: Context) -> Iterator[tuple[str, str, Message]]:
    """Saved filters that cannot be read: which, its field, and why."""
    filters = context.workspace.settings.filters
    cases, events = saved_filters(filters, "cases"), saved_filters(filters, "events")
    for one in filters:
        try:
            if one.cases is not None:
                read_filter(one.cases, saved=cases)
        except QuestionError as error:
            yield one.id, "cases", error.message
        try:
            if one.events is not None:
                read_event_filter(one.events, events)
        except QuestionError as error:
            yield one.id, "events", error.message


def _fits(context: Context) -> Iterator[tuple[int, Message]]:
    """Rules of fit whose filter cannot be read: its number from 1, and why."""
    settings = context.workspace.settings
    for number, rule in enumerate(settings.scoring.fit if settings.scoring is not None else (), 1):
        try:
            read_filter(rule.when, saved=saved_filters(settings.filters, "cases"))
        except QuestionError as error:
            yield number, error.message


@check("PK008", "error")
def unreadable(context: Context) -> Iterator[Hit]:
    """Files that are not YAML."""
    yield from _problems(context, "PK008")


@check("PK009", "error")
def other_name(context: Context) -> Iterator[Hit]:
    """Documents whose id is not the name of their file."""
    yield from _problems(context, "PK009")
    seen = _seen(context, "PK009")
    for kind in KINDS:
        for name, document in getattr(context.workspace, kind).items():
            if document.id != name and not any(at == f"{kind}/{name}" for at, _ in seen):
                says = Message("checks.pk009.says", {"id": document.id, "name": name})
                yield Hit(f"{kind}/{name}", "id", says, says)


def _ignores(context: Context) -> Iterator[tuple[str, Ignore, str]]:
    for name, document in context.workspace.documents():
        for number, ignore in enumerate(document.ignore, 1):
            yield name, ignore, f"ignore/{number}"


def _is_there(context: Context, document: str, item: str) -> bool:
    """Whether a document has an item, by the places of its file, else by its own content."""
    places = context.workspace.places.get(document)
    if places:
        return item in places
    at: object = dict(context.workspace.documents()).get(document)
    for part in item.split("/"):
        if isinstance(at, tuple):
            named = [one for one in at if getattr(one, "id", None) == part]
            at = (
                named[0]
                if named
                else at[int(part) - 1]
                if part.isdigit() and 0 < int(part) <= len(at)
                else None
            )
        elif isinstance(at, dict):
            at = at.get(part)
        else:
            at = getattr(at, part, None) or getattr(at, f"{part}_", None)
        if at is None:
            return False
    return True
