"""How two journeys differ, in words: the finding, each change, who carries it, and all of it as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from polku.diagrams.compare.compare import Compared, Pair, hope
from polku.diagrams.matrix.owner import handoff_words
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import StepFacts
from polku.documents import Act, Improvement, Step
from polku.scene import Table
from polku.words import Message
from polku.words import Text as Said


def compare_title(compared: Compared) -> Said:
    """How many steps would feel better or worse, and how many changes nobody carries."""
    comparison, alone = compared.comparison, compared.alone
    if not comparison.changes:
        return Message("compare.title-same")
    tail: Said = Message("compare.title-alone" if alone else "compare.title-carried", {"count": alone})
    total = len(comparison.to_be.steps)
    if comparison.worse > comparison.better:
        return Message("compare.title-worse", {"count": comparison.worse, "total": total, "tail": tail})
    if comparison.better:
        return Message("compare.title-better", {"count": comparison.better, "total": total, "tail": tail})
    return Message("compare.title-changed", {"count": len(comparison.changes), "tail": tail})


def figures(compared: Compared) -> list[tuple[Message, bool]]:
    """The difference in counts, and whether a count is a hole."""
    comparison, alone = compared.comparison, compared.alone
    found = [
        (Message("compare.better", {"count": comparison.better}), False),
        (Message("compare.worse", {"count": comparison.worse}), False),
        (Message("compare.added", {"count": comparison.count("added")}), False),
        (Message("compare.removed", {"count": comparison.count("removed")}), False),
    ]
    handoffs = len(comparison.handoffs_added)
    if handoffs:
        found.append((Message("compare.handoffs", {"count": handoffs}), False))
    if comparison.changes:
        found.append((Message("compare.alone", {"count": alone}), alone > 0))
    return found


def description(compared: Compared) -> Message:
    """The comparison in a few sentences, for those who cannot see it."""
    comparison = compared.comparison
    return Message(
        "compare.desc",
        {
            "as_is": comparison.as_is.label,
            "to_be": comparison.to_be.label,
            "count": len(comparison.pairs),
            "changed": comparison.count("changed"),
            "added": comparison.count("added"),
            "removed": comparison.count("removed"),
            "better": comparison.better,
            "worse": comparison.worse,
            "alone": compared.alone,
        },
    )


def what_differs(drawing: Drawing, pair: Pair) -> list[str]:
    """What changes in a step beside its action and its feeling, a phrase each."""
    if pair.before is None or pair.after is None:
        return []
    words: list[str] = []
    for name in pair.differs:
        words += _difference(drawing, name, pair.before, pair.after)
    return words


def carried_words(drawing: Drawing, improvement: Improvement) -> str:
    """How far an improvement is, and which team answers for it."""
    reader = drawing.reader
    team = improvement.owner or next(iter(improvement.teams), None)
    parts = [reader(f"compare.status-{improvement.status}")]
    parts.append(drawing.facts.workspace.label("teams", team) if team else reader("compare.no-owner"))
    if improvement.live:
        parts.append(reader("compare.live", day=improvement.live))
    return " · ".join(parts)


def pair_words(drawing: Drawing, compared: Compared, id: str) -> tuple[str, ...]:
    """What a step's label says of the comparison, for those who hear the drawing."""
    reader, pair, by = drawing.reader, compared.pair(id), compared.by(id)
    if pair.kind == "same":
        return (reader("compare.kind-same"),)
    parts = [reader(f"compare.kind-{pair.kind}")]
    if pair.before is not None and pair.after is not None:
        felt = reader("diagrams.feels-unknown")
        if pair.before.feels is not None:
            felt = reader("diagrams.feels", feels=pair.before.feels)
        parts.append(reader("compare.was", does=pair.before.label, feels=felt))
        parts += what_differs(drawing, pair)
    if by:
        names = ", ".join(one.label for one in by)
        parts += [reader(f"compare.{hope(by)}"), reader("compare.carried-by", names=names)]
    else:
        parts.append(reader("compare.nobody"))
    return tuple(parts)


def subject_of(compared: Compared) -> str:
    """Both journeys by name; once where they are called the same."""
    as_is, to_be = compared.comparison.as_is.label, compared.comparison.to_be.label
    return to_be if as_is == to_be else f"{as_is} → {to_be}"


def difference_words(drawing: Drawing, pair: Pair) -> str:
    """By how much a step would feel better or worse, from what to what; empty where it would not."""
    if not pair.difference or pair.before is None or pair.after is None:
        return ""
    reader = drawing.reader
    sign = "▲" if pair.difference > 0 else "▼"
    was, now = reader.signed(pair.before.feels or 0), reader.signed(pair.after.feels or 0)
    return f"{sign}\u00a0{abs(pair.difference)} ({was} → {now})"


def change_lines(drawing: Drawing, both: Compared, facts: StepFacts) -> list[tuple[str, str, str]]:
    """What is said at a changed step beside its action: words, colour, language."""
    if not both.changes(facts.step.id):
        return []
    pair, by, reader = both.pair(facts.step.id), both.by(facts.step.id), drawing.reader
    found = []
    said = difference_words(drawing, pair)
    if said:
        drawing.use("better" if (pair.difference or 0) > 0 else "worse")
        found.append((said, "positive" if (pair.difference or 0) > 0 else "negative", reader.language))
    elif pair.kind == "added":
        found.append((reader("compare.kind-added"), "ink-2", reader.language))
    else:
        found += [(words, "ink-2", drawing.language) for words in what_differs(drawing, pair)[:2]]
    if by:
        found.append((", ".join(one.label for one in by), "ink-2", drawing.language))
    else:
        found.append((reader("compare.nobody"), "negative", reader.language))
    return found


def left_out_note(drawing: Drawing, compared: Compared) -> str:
    """Steps that the journey to be leaves out, where a drawing has no place for them."""
    gone = [pair.step.label for pair in compared.comparison.pairs if pair.kind == "removed"]
    if not gone:
        return ""
    return drawing.reader("compare.note-left-out", steps=", ".join(drawing.reader.quote(one) for one in gone))


def compare_table(drawing: Drawing, compared: Compared) -> Table:
    """All steps with both states, a row each."""
    comparison = compared.comparison
    reader, label = drawing.reader, drawing.facts.workspace.label
    rows = []
    for pair in comparison.pairs:
        step = pair.step
        stage = comparison.merged.stage(step.stage)
        by = compared.by(step.id)
        rows.append(
            (
                stage.label if stage else "",
                label("roles", step.role),
                pair.before.label if pair.before else "–",
                _feels(drawing, pair.before),
                pair.after.label if pair.after else "–",
                _feels(drawing, pair.after),
                "" if pair.difference is None else reader.signed(pair.difference),
                "; ".join([reader(f"compare.kind-{pair.kind}"), *what_differs(drawing, pair)]),
                ""
                if pair.kind == "same"
                else "; ".join(f"{one.label} ({carried_words(drawing, one)})" for one in by)
                or reader("compare.nobody"),
            )
        )
    columns = [reader("diagrams.column-stage"), reader("diagrams.column-role")]
    columns += [
        reader(f"compare.column-{name}")
        for name in ("as-is", "as-is-feels", "to-be", "to-be-feels", "difference", "what", "carried")
    ]
    return Table(tuple(columns), tuple(rows), comparison.to_be.label)


def _feels(drawing: Drawing, step: Step | None) -> str:
    return "" if step is None or step.feels is None else drawing.reader.signed(step.feels)


def _difference(drawing: Drawing, name: str, before: Step, after: Step) -> list[str]:
    reader, label = drawing.reader, drawing.facts.workspace.label
    none = reader("diagrams.none")
    if name in ("does", "feels"):
        return []
    if name == "role" and before.role != after.role:
        return [_turned(drawing, name, label("roles", before.role), label("roles", after.role))]
    if name == "touchpoint" and before.touchpoint != after.touchpoint:
        return [
            _turned(
                drawing,
                name,
                label("touchpoints", before.touchpoint) or none,
                label("touchpoints", after.touchpoint) or none,
            )
        ]
    if name == "owner" and before.owner != after.owner:
        return [_turned(drawing, name, label("teams", before.owner), label("teams", after.owner))]
    if name in ("waits", "takes"):
        return [_turned(drawing, name, *(_span(drawing, getattr(step, name)) for step in (before, after)))]
    if name in ("pains", "gains"):
        was, now = ([one.says for one in getattr(step, name)] for step in (before, after))
        sign = "−" if name == "pains" else "+"
        return [f"{sign} {said}" for said in now if said not in was] + [
            reader("compare.without", what=f"{sign} {said}") for said in was if said not in now
        ]
    if name in ("front", "back"):
        return _acts(drawing, name, before, after)
    if name == "handoff":
        if after.receives is None:
            return [reader("compare.handoff-gone")]
        said = handoff_words(after.receives, drawing) or reader("diagrams.handoff-passes-nothing")
        return [reader("compare.handoff", what=said)]
    if name == "partner":
        if after.partner is None:
            return [reader("compare.partner-gone")]
        return [reader("compare.partner", name=label("partners", after.partner.id))]
    if name == "thinks":
        return [reader.quote(said) for said in (after.thinks, after.expects) if said][:1]
    if name == "moment":
        return [reader("compare.moment" if after.moment_of_truth else "compare.moment-gone")]
    return [reader(f"compare.differs-{name}")]


def _turned(drawing: Drawing, name: str, was: str, now: str) -> str:
    return f"{drawing.reader(f'compare.differs-{name}')}: {was or '–'} → {now or '–'}"


def _span(drawing: Drawing, time: dt.timedelta | None) -> str:
    return drawing.span(time) if time is not None else ""


def _acts(drawing: Drawing, name: str, before: Step, after: Step) -> list[str]:
    acts: tuple[Sequence[Act], Sequence[Act]] = getattr(before, name), getattr(after, name)
    was, now = ([act.does for act in here] for here in acts)
    lane = drawing.reader(f"diagrams.lane-{name}")
    found = [f"{lane}: {said}" for said in now if said not in was]
    found += [drawing.reader("compare.without", what=said) for said in was if said not in now]
    return found or [drawing.reader(f"compare.differs-{name}")]
