"""PK6: improvement: what is done about a pain, by whom, and whether it helped."""

from __future__ import annotations

from collections.abc import Iterator

from polku.checks.context import Context, member
from polku.checks.finding import Hit
from polku.checks.labels import quoted, role_label, step_label, team_label
from polku.checks.registry import check
from polku.documents import Journey, Pain, Step
from polku.words import Message


@check("PK601", "warning")
def pain_left_alone(context: Context) -> Iterator[Hit]:
    """Pains that somebody told of and that nothing is done about."""
    workspace = context.workspace
    if not context.all_read("improvements"):
        return
    told: set[tuple[str | None, str]] = set()
    for document, journey in context.journeys(as_is=True):
        for step in journey.steps:
            for number, pain in enumerate(step.pains):
                told.add((step.role, pain.says.casefold()))
                if context.of_pain(journey, step, pain) and not _solved(context, journey, step, pain):
                    label = quoted(pain.says)
                    says = Message("checks.pk601.says", {"pain": label, "at": step_label(step)})
                    item = f"steps/{step.id}/pains/{member(step.pains, number)}"
                    yield Hit(document, item, says, label)
    for id, role in workspace.roles.items():
        for number, pain in enumerate(role.pains):
            # The same words on a step of that role are the same pain, spoken of there.
            if (id, pain.says.casefold()) in told or not context.evidence(pain.evidence):
                continue
            if not _solved_of_role(context, id, pain):
                label = quoted(pain.says)
                says = Message("checks.pk601.says", {"pain": label, "at": role_label(workspace, id)})
                yield Hit(f"roles/{id}", f"pains/{member(role.pains, number)}", says, label)


def _solved(context: Context, journey: Journey, step: Step, pain: Pain) -> bool:
    for improvement in context.workspace.improvements.values():
        if improvement.status == "dropped":
            continue
        for solves in improvement.solves:
            at_step = solves.journey in (None, journey.id) and solves.step == step.id
            if at_step and solves.pain in (None, pain.id):
                return True
    if step.role is None:
        return False
    role = context.workspace.roles.get(step.role)
    same = [one for one in (role.pains if role else ()) if one.says.casefold() == pain.says.casefold()]
    return any(_solved_of_role(context, step.role, one) for one in same)


def _solved_of_role(context: Context, role: str, pain: Pain) -> bool:
    return any(
        solves.role == role and solves.step is None and solves.pain in (None, pain.id)
        for improvement in context.workspace.improvements.values()
        if improvement.status != "dropped"
        for solves in improvement.solves
    )


@check("PK602", "warning")
def unmeasured(context: Context) -> Iterator[Hit]:
    """Improvements without somebody, a measure or an estimate."""
    for id, improvement in context.workspace.improvements.items():
        if improvement.status == "dropped":
            continue
        missing = {
            "owner": improvement.owner is None,
            "measure": improvement.measure is None,
            "estimate": improvement.impact is None or improvement.effort is None,
        }
        lacking = [Message(f"checks.improvement.{what}") for what, lacks in missing.items() if lacks]
        if lacking:
            values = {"name": quoted(improvement.label), "missing": lacking}
            yield Hit(f"improvements/{id}", None, Message("checks.pk602.says", values))


@check("PK603", "warning")
def one_team_sprint(context: Context) -> Iterator[Hit]:
    """Sprints in which one silo works alone."""
    for id, sprint in context.workspace.sprints.items():
        field = "members" if sprint.members else "capacity"
        teams = list(getattr(sprint, field))
        if len(teams) == 1:
            values = {"name": quoted(sprint.label), "team": team_label(context.workspace, teams[0])}
            yield Hit(f"sprints/{id}", field, Message("checks.pk603.says", values))


@check("PK604", "warning")
def not_looked_at(context: Context) -> Iterator[Hit]:
    """Improvements that customers meet, and nobody looked whether they help."""
    for id, improvement in context.workspace.improvements.items():
        live = improvement.live
        looked = improvement.looked.date is not None or improvement.looked.result is not None
        met = improvement.status == "done" and live is not None and live <= context.today
        if met and not looked:
            values = {"name": quoted(improvement.label), "live": live}
            yield Hit(f"improvements/{id}", "looked", Message("checks.pk604.says", values))


@check("PK605", "warning")
def map_left_behind(context: Context) -> Iterator[Hit]:
    """Improvements that are done while the map shows how it was."""
    applied = {id for _, journey in context.journeys() for id in journey.applies}
    for id, improvement in context.workspace.improvements.items():
        live = improvement.live is None or improvement.live <= context.today
        if improvement.status == "done" and live and id not in applied and context.all_read("journeys"):
            says = Message("checks.pk605.says", {"name": quoted(improvement.label)})
            yield Hit(f"improvements/{id}", "status", says, fix=Message("checks.pk605.fix", {"id": id}))


@check("PK606", "hint")
def without_customers(context: Context) -> Iterator[Hit]:
    """Improvements and to-be journeys that no customer took part in."""
    for document, journey in context.journeys():
        if journey.state == "to-be" and not journey.mapped_with:
            says = Message("checks.pk606.journey", {"name": quoted(journey.label)})
            yield Hit(document, "mapped_with", says, fix=Message("checks.pk606.fix-journey"))
    for id, improvement in context.workspace.improvements.items():
        if improvement.status != "dropped" and not improvement.made_with:
            says = Message("checks.pk606.improvement", {"name": quoted(improvement.label)})
            yield Hit(f"improvements/{id}", "made_with", says)
