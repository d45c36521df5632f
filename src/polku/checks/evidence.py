"""PK4: evidence: what stands on somebody's word, how old it is, and where customers themselves are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polku.checks.context import Context, member
from polku.checks.finding import Hit
from polku.checks.labels import quoted, some, stage_label, step_label
from polku.checks.registry import check
from polku.documents import UNDERSTANDING, Evidence, Journey, Stage
from polku.documents.evidence import OWN_WORDS
from polku.words import Message

TOUCHED = {
    "person-leaves": ("buying",),
    "owner": ("business", "value"),
    "strategy": ("business", "value"),
    "regulation": ("business",),
    "competitor": ("value",),
    "complaint": ("experience",),
}
"""Kind of signal → understanding it makes old, where the signal does not say so itself."""


def _assumed(hits: Sequence[Hit]) -> Message:
    """How many of all are assumed; of a journey's steps, how many are moments of truth."""
    labels = some([hit.label for hit in hits])
    values = {**hits[0].says.params, "count": len(hits), "total": hits[0].total or len(hits), "items": labels}
    if not hits[0].document.startswith("journeys/"):
        return Message("checks.pk401.many", values)
    moments = sum(hit.says.id == "checks.pk401.moment" for hit in hits)
    if not moments:
        return Message("checks.pk401.many-steps", values)
    return Message(
        "checks.pk401.many-moments", {**values, "moments": Message("checks.moments", {"count": moments})}
    )


@check("PK401", "warning", summary=_assumed)
def assumed(context: Context) -> Iterator[Hit]:
    """Pains, feelings and moments of truth that nobody has told."""
    for document, journey in context.journeys(as_is=True):
        name = quoted(journey.label)
        for step in journey.steps:
            heard = bool(context.of_step(journey, step))
            feels = not heard and (step.feels is not None or step.moment_of_truth)
            pains = [pain for pain in step.pains if not context.of_pain(journey, step, pain)]
            label = step_label(step)
            if feels:
                kind = "moment" if step.moment_of_truth else "feeling"
                says = Message(f"checks.pk401.{kind}", {"step": label, "journey": name})
                yield Hit(document, f"steps/{step.id}", says, label, total=len(journey.steps))
            elif pains:
                number = step.pains.index(pains[0])
                says = Message(
                    "checks.pk401.pain", {"pain": quoted(pains[0].says), "at": label, "journey": name}
                )
                item = f"steps/{step.id}/pains/{member(step.pains, number)}"
                yield Hit(document, item, says, label, total=len(journey.steps))
    for id, role in context.workspace.roles.items():
        for number, pain in enumerate(role.pains):
            if not context.evidence(pain.evidence):
                label = quoted(pain.says)
                says = Message("checks.pk401.role", {"pain": label, "role": role.label})
                yield Hit(
                    f"roles/{id}", f"pains/{member(role.pains, number)}", says, label, total=len(role.pains)
                )


@check("PK402", "warning")
def stale_evidence(context: Context) -> Iterator[Hit]:
    """Evidence that is older than the workspace trusts."""
    for id, evidence in context.heard.items():
        if evidence.date is not None and evidence.date < context.today - context.limits.stale:
            values = {
                "name": quoted(_title(evidence)),
                "count": (context.today - evidence.date).days,
                "limit": context.limits.stale.days,
            }
            yield Hit(f"evidence/{id}", "date", Message("checks.pk402.says", values))


@check("PK403", "hint")
def one_sided(context: Context) -> Iterator[Hit]:
    """Journeys that stand on one kind of source."""
    for document, journey in context.journeys(as_is=True):
        found = context.of_journey(journey)
        kinds = {evidence.kind for evidence in found if evidence.kind is not None}
        if len(kinds) == 1 and all(evidence.kind is not None for evidence in found):
            kind = Message(f"checks.source.{next(iter(kinds))}")
            values = {"journey": quoted(journey.label), "kind": kind, "count": len(found)}
            yield Hit(document, None, Message("checks.pk403.says", values))


@check("PK404", "hint")
def unheard_stages(context: Context) -> Iterator[Hit]:
    """Stages in which no customer speaks."""
    for document, journey in context.journeys(whole=True, as_is=True):
        stages = [stage for stage in journey.stages if any(step.stage == stage.id for step in journey.steps)]
        for stage in stages:
            if not any(one.quote and one.kind in OWN_WORDS for one in _of_stage(context, journey, stage)):
                label = stage_label(journey, stage.id)
                says = Message("checks.pk404.says", {"stage": label})
                yield Hit(document, f"stages/{stage.id}", says, label, total=len(stages))


def _of_stage(context: Context, journey: Journey, stage: Stage) -> Iterator[Evidence]:
    for question in stage.questions:
        yield from context.evidence(question.evidence)
    here = [step for step in journey.steps if step.stage == stage.id]
    for step in here:
        yield from context.all_of_step(journey, step)
    for evidence in context.heard.values():
        about = evidence.about
        if about.journeys and journey.id not in about.journeys:
            continue
        if stage.id in about.stages or any(
            step.touchpoint in about.touchpoints and (not about.roles or step.role in about.roles)
            for step in here
        ):
            yield evidence


@check("PK405", "warning")
def holes_in_understanding(context: Context) -> Iterator[Hit]:
    """Accounts of which a part is not known, not dated or too old."""
    oldest = context.today - context.limits.stale
    for id, account in context.workspace.accounts.items():
        if account.status == "former":
            continue
        for kind in UNDERSTANDING:
            understood = getattr(account.understanding, kind)
            part = Message(f"checks.understanding.{kind}")
            values = {"account": account.label, "part": part}
            if not (understood.note or "").strip():
                what = "hole"
            elif understood.date is None:
                what = "undated"
            elif understood.date < oldest:
                what = "stale"
                values["count"] = (context.today - understood.date).days
            else:
                continue
            label = Message(f"checks.pk405.label-{what}", values)
            yield Hit(
                f"accounts/{id}", f"understanding/{kind}", Message(f"checks.pk405.{what}", values), label
            )


@check("PK406", "warning")
def overtaken(context: Context) -> Iterator[Hit]:
    """Signals that came after the understanding they touch."""
    for id, account in context.workspace.accounts.items():
        for number, signal in enumerate(account.signals, 1):
            if signal.date > context.today:
                continue
            older = []
            for kind in signal.touches or TOUCHED.get(signal.kind, ()):
                understood = getattr(account.understanding, kind)
                # What is not known at all is a hole, PK405.
                if understood.note and (understood.date is None or understood.date < signal.date):
                    older.append(Message(f"checks.understanding.{kind}"))
            if older:
                words = quoted(signal.note or signal.kind)
                values = {"account": account.label, "signal": words, "date": signal.date, "parts": older}
                yield Hit(f"accounts/{id}", f"signals/{number}", Message("checks.pk406.says", values), words)


@check("PK407", "hint")
def unused_evidence(context: Context) -> Iterator[Hit]:
    """Evidence that nothing stands on."""
    workspace = context.workspace
    used = {one.id for _, journey in context.journeys() for one in context.of_journey(journey)}
    used |= {id for role in workspace.roles.values() for pain in role.pains for id in pain.evidence}
    used |= {id for one in workspace.improvements.values() for id in one.because}
    for account in workspace.accounts.values():
        used |= {id for _, understood in account.understanding for id in understood.evidence}
    for id, evidence in context.heard.items():
        if id not in used and context.all_read("journeys", "roles", "accounts", "improvements"):
            says = Message("checks.pk407.says", {"name": quoted(_title(evidence))})
            yield Hit(f"evidence/{id}", None, says)


def _title(evidence: Evidence) -> str:
    return evidence.name or evidence.source or evidence.id
