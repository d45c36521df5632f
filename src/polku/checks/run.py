"""Running the checks: each one's hits become one finding per document, as the workspace wants to hear of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from polku.checks.catalogue import CATALOGUE, Check
from polku.checks.context import Context
from polku.checks.finding import LEVELS, Finding, FindingLevel, Hit, Occurrence
from polku.checks.labels import by_line, some
from polku.documents import Ignore, Workspace
from polku.words import Message, Text

if TYPE_CHECKING:
    from polku.analytics.journey_measures import JourneyMeasures


def check_workspace(
    workspace: Workspace,
    *,
    today: dt.date,
    measures: JourneyMeasures | None = None,
    unmeasured: Message | None = None,
    silenced: bool = False,
) -> tuple[Finding, ...]:
    """All findings of a workspace: errors first, then in the order of documents and lines.

    Args:
        today: the day for which ages and dates are judged.
        measures: one journey as the data shows it; None where there is no data, and then each check that
            needs data says so in a finding of level `not-measured`.
        unmeasured: why there are no measures; no data where it is left out.
        silenced: also those that a document silences, with the reason.
    """
    context = Context(workspace, today, measures)
    found: list[Finding] = []
    for code, check in CATALOGUE.items():
        if workspace.settings.checks.get(code) != "off":
            found += _findings(context, check, silenced, unmeasured or Message("checks.not-measured.no-data"))
    order = {name: number for number, (name, _) in enumerate(workspace.documents())}
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.silenced is not None,
                LEVELS.index(one.level),
                order.get(one.document, len(order)),
                one.document,
                one.place.line,
                one.place.column,
                one.code,
            ),
        )
    )


def _findings(context: Context, check: Check, silenced: bool, unmeasured: Message) -> Iterator[Finding]:
    if check.needs_data and context.measures is None:
        yield not_measured(context, check, unmeasured)
        return
    if check.function is None:
        yield not_measured(context, check, Message("checks.not-measured.not-here"))
        return
    rows: dict[tuple[str, FindingLevel, str | None], list[tuple[Hit, Occurrence]]] = {}
    said = context.workspace.settings.checks.get(check.code)
    for hit in check.function(context):
        ignore = _silence(context, check.code, hit)
        if ignore is not None and not silenced:
            continue
        level = hit.level or check.level
        if said is not None and said != "off" and level != "not-measured":
            level = said
        place = hit.place or context.workspace.place(hit.document, hit.item)
        occurrence = Occurrence(check.code, hit.document, hit.item, place, hit.says, hit.fix)
        rows.setdefault((hit.document, level, ignore.why if ignore else None), []).append((hit, occurrence))
    for (document, level, why), pairs in rows.items():
        pairs.sort(key=lambda pair: (pair[1].place.line, pair[1].place.column))
        yield _row(check, document, level, why, pairs)


def _row(
    check: Check,
    document: str,
    level: FindingLevel,
    silenced: str | None,
    pairs: list[tuple[Hit, Occurrence]],
) -> Finding:
    hits = [hit for hit, _ in pairs]
    first = pairs[0][1]
    message = hits[0].says
    if len(hits) > 1 and check.summary is not None:
        message = check.summary(hits)
    elif len(hits) > 1:
        if check.family == "documents":
            # A document that cannot be trusted is mended place by place, so each is named.
            shown: Text | list[Text] = by_line(
                [(one.place.line, hit.label or one.message) for hit, one in pairs]
            )
        else:
            shown = some([hit.label or hit.says for hit in hits])
        numbers = {"count": len(hits), "items": shown, "total": hits[0].total or len(hits)}
        values = {**hits[0].says.params, **numbers}
        message = Message(check.many, values)
    fixes = [hit.fix for hit in hits]
    fix = fixes[0] if fixes[0] is not None and all(one == fixes[0] for one in fixes) else check.mend
    if level == "not-measured":
        fix = fixes[0] or Message("checks.not-measured.fix")
    return Finding(
        code=check.code,
        level=level,
        document=document,
        item=first.item,
        place=first.place,
        count=len(hits),
        message=message,
        why=check.why,
        fix=fix,
        occurrences=tuple(occurrence for _, occurrence in pairs),
        silenced=silenced,
    )


def not_measured(context: Context, check: Check, reason: Message) -> Finding:
    """What a check says that has no data to look at: it never passes by silence."""
    return Finding(
        code=check.code,
        level="not-measured",
        document="polku",
        item=None,
        place=context.workspace.place("polku"),
        count=0,
        message=Message("checks.not-measured.says", {"reason": reason, "finds": check.finds}),
        why=check.why,
        fix=Message("checks.not-measured.fix"),
    )


def _silence(context: Context, code: str, hit: Hit) -> Ignore | None:
    document = context.documents.get(hit.document)
    for ignore in document.ignore if document is not None else ():
        if ignore.check != code or (ignore.until is not None and ignore.until < context.today):
            continue
        if ignore.item is None or hit.item == ignore.item or (hit.item or "").startswith(f"{ignore.item}/"):
            return ignore
    return None
