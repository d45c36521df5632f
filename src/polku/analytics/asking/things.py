"""Things that documents name without saying which kind: a step, a touchpoint or a stage, as the events they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polku.errors import QuestionError

if TYPE_CHECKING:
    from polku.analytics.study import Study
    from polku.words import Message

Pairs = list[tuple[int, int]]
"""(node, number of the thing)"""


def nodes_of_things(
    study: Study, things: Sequence[str | None], wrong: Callable[[str, list[str]], Message]
) -> tuple[Pairs, Pairs]:
    """The touchpoints and the steps (by node) that things are; an id is a step's, else a touchpoint's, else a stage's.

    Args:
        wrong: what to say of a name that is none, given what is known.

    Raises:
        QuestionError: with these words.
    """
    journey = study.journey
    all_steps = journey.steps if journey is not None else ()
    stages = journey.stages if journey is not None else ()
    points = {id: place for place, id in enumerate(study.nodes("touchpoint").labels)}
    touchpoints: Pairs = []
    steps: Pairs = []
    for what, id in enumerate(things):
        if id is None:
            continue
        own = [place for place, step in enumerate(all_steps) if step.id == id]
        if not own and id in study.workspace.touchpoints:
            touchpoints += [(points[id], what)] if id in points else []
            continue
        own = own or [place for place, step in enumerate(all_steps) if step.stage == id]
        if not own and all(stage.id != id for stage in stages):
            known = [step.id for step in all_steps], study.workspace.touchpoints, [one.id for one in stages]
            raise QuestionError(wrong(id, [name for names in known for name in names][:20]))
        steps += [(place, what) for place in own]
    return touchpoints, steps


def hits_sql(study: Study, touchpoints: Pairs, steps: Pairs) -> tuple[str, dict[str, Any]]:
    """A query of (id, ord, ts, event_no, what): the events that are things, with what it binds."""
    columns = "SELECT w.id, w.ord, w.ts, w.event_no, t.what FROM {walk} w JOIN (SELECT unnest(${at}_node::INT[]) AS node, "
    columns += "unnest(${at}_what::INT[]) AS what) t ON t.node = w.node"
    walks = [("tp", study.table(study.nodes("touchpoint")))]
    if study.journey is not None:
        walks.append(("st", study.table(study.nodes("step"))))
    sql = " UNION ALL ".join(columns.replace("{walk}", walk).replace("{at}", at) for at, walk in walks)
    return sql, {
        "tp_node": [node for node, _ in touchpoints],
        "tp_what": [what for _, what in touchpoints],
        "st_node": [node for node, _ in steps],
        "st_what": [what for _, what in steps],
    }
