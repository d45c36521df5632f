"""PK1: purpose and people: why the work is done, for whom, and whose journey it is."""

from __future__ import annotations

from collections.abc import Iterator

from polku.checks.context import Context
from polku.checks.finding import Hit
from polku.checks.labels import quoted, role_label, role_subject, short_role, some
from polku.checks.registry import check
from polku.documents import Segment
from polku.words import Message

MOST_ROLES = 6
"""More roles than this in one journey hide who decides."""
FEWEST_ROLES = 3


@check("PK101", "warning")
def no_purpose(context: Context) -> Iterator[Hit]:
    """A workspace that does not say why, for whom and to what use."""
    if not context.all_read("polku"):
        return
    purpose = context.workspace.settings.purpose
    missing = {
        "why": purpose is None or not purpose.why,
        "readers": purpose is None or not (purpose.readers or purpose.other_readers),
        "use": purpose is None or not purpose.use,
    }
    lacking = [Message(f"checks.purpose.{part}") for part, lacks in missing.items() if lacks]
    if lacking:
        yield Hit("polku", "purpose", Message("checks.pk101.says", {"missing": lacking}))


@check("PK102", "warning")
def thin_buying_centre(context: Context) -> Iterator[Hit]:
    """Segments where each role is another person, and fewer than three are named."""
    for segment in context.workspace.settings.segments:
        roles = len(set(segment.buying_centre))
        if segment.roles == "distinct" and roles < FEWEST_ROLES:
            label = _name(segment)
            says = Message("checks.pk102.says", {"segment": label, "count": roles})
            yield Hit("polku", f"segments/{segment.id}", says, label)


@check("PK103", "warning")
def only_who_signs(context: Context) -> Iterator[Hit]:
    """Journeys in which nobody but those who sign does anything."""
    workspace = context.workspace
    for document, journey in context.journeys(whole=True):
        roles = [workspace.roles[id] for id in context.walked_by(journey) if id in workspace.roles]
        if roles and all(role.decides == "signs" for role in roles):
            names = [role_label(workspace, role.id) for role in roles]
            says = Message("checks.pk103.says", {"journey": quoted(journey.label), "roles": names})
            yield Hit(document, "steps", says)


@check("PK104", "warning")
def unheard_insight(context: Context) -> Iterator[Hit]:
    """Roles that know what the product must do, and are not walked with, not heard."""
    workspace = context.workspace
    for id, role in workspace.roles.items():
        if role.insight != "high" or not context.all_read("journeys", "evidence"):
            continue
        steps = [
            (journey, step) for _, journey in context.journeys() for step in journey.steps if step.role == id
        ]
        heard = any(id in evidence.about.roles for evidence in context.heard.values())
        heard = heard or any(context.evidence(pain.evidence) for pain in role.pains)
        heard = heard or any(context.all_of_step(journey, step) for journey, step in steps)
        if steps and heard:
            if _known(context, role.part) == 0:
                says = Message("checks.pk104.nobody-known", {"role": role_subject(workspace, id)})
                yield Hit(f"roles/{id}", "insight", says)
            continue
        what = "neither" if not steps and not heard else "no-evidence" if steps else "no-steps"
        says = Message(f"checks.pk104.{what}", {"role": role_subject(workspace, id)})
        yield Hit(f"roles/{id}", "insight", says)


def _known(context: Context, part: str | None) -> int | None:
    """How many accounts have somebody of a part whom the data knows; None where that was not measured."""
    coverage = context.measures.coverage if context.measures is not None else None
    if coverage is None or part not in coverage.part or not coverage.required[coverage.part.index(part)]:
        return None
    return coverage.accounts[coverage.part.index(part)]


@check("PK105", "warning")
def role_without_wants(context: Context) -> Iterator[Hit]:
    """Roles that are a title, without what they need, aim at and suffer from."""
    for id, role in context.workspace.roles.items():
        lacking = [
            Message(f"checks.wants.{field}")
            for field in ("needs", "goals", "pains")
            if not getattr(role, field)
        ]
        if lacking:
            values = {"role": role.label, "missing": lacking}
            yield Hit(f"roles/{id}", None, Message("checks.pk105.says", values))


@check("PK106", "hint")
def sizes_of_segments(context: Context) -> Iterator[Hit]:
    """Segments without a size, gaps between sizes, small firms drawn with the roles of large ones."""
    segments = context.workspace.settings.segments
    sized = []
    for segment in segments:
        size = segment.employees
        if size is None or (size.min is None and size.max is None):
            says = Message("checks.pk106.no-size", {"segment": _name(segment)})
            yield Hit("polku", f"segments/{segment.id}", says, says)
        else:
            sized.append((size.min or 0, size.max, segment))
    sized.sort(key=lambda one: (one[0], one[1] is None, one[1] or 0))
    highest = 0
    for number, (low, high, segment) in enumerate(sized):
        if number and low > highest + 1:
            says = Message("checks.pk106.gap", {"from": highest + 1, "to": low - 1})
            yield Hit("polku", f"segments/{segment.id}/employees", says, says)
        if high is None:
            break
        highest = max(highest, high)
    yield from _small_as_large(sized)


def _small_as_large(sized: list[tuple[int, int | None, Segment]]) -> Iterator[Hit]:
    for _, high, small in sized:
        roles = len(set(small.buying_centre))
        if small.roles != "distinct" or not roles or high is None:
            continue
        for larger_low, _, large in sized:
            if larger_low > high and large.buying_centre and roles >= len(set(large.buying_centre)):
                values = {"small": _name(small), "large": _name(large), "count": roles}
                says = Message("checks.pk106.as-many", values)
                yield Hit("polku", f"segments/{small.id}/roles", says, says)
                break


@check("PK107", "hint")
def key_account_without_journey(context: Context) -> Iterator[Hit]:
    """Key accounts that have no map of their own."""
    mapped = {journey.account for _, journey in context.journeys()}
    for id, account in context.workspace.accounts.items():
        if account.key_account and id not in mapped and context.all_read("journeys"):
            says = Message("checks.pk107.says", {"account": account.label})
            yield Hit(f"accounts/{id}", "key_account", says, fix=Message("checks.pk107.fix", {"id": id}))


@check("PK108", "hint")
def crowded_journey(context: Context) -> Iterator[Hit]:
    """Journeys of more roles than anybody can follow."""
    for document, journey in context.journeys():
        roles = dict.fromkeys((*journey.roles, *context.walked_by(journey)))
        if len(roles) > MOST_ROLES:
            names = [short_role(context.workspace, id) for id in roles]
            values = {
                "journey": quoted(journey.label),
                "count": len(roles),
                "roles": some(names, 2 + MOST_ROLES),
            }
            yield Hit(document, "roles", Message("checks.pk108.says", values))


def _name(segment: Segment) -> Message:
    return quoted(segment.name or segment.id)
