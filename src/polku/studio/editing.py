"""What a form of the editor asks for, as small edits of a journey: words become the values that the format knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from django.db import transaction

from polku.documents import Journey, Step
from polku.documents.walk import next_of
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.model_fields import field_at, item_in, words_in
from polku.formats.plain import plain
from polku.formats.steps_words import duration_in
from polku.studio.editing_beside import (
    Said,
    new_evidence,
    new_improvement,
    new_rule,
    step_of,
    text_of,
)
from polku.studio.models import Change, Space
from polku.studio.store import Author, Conflict, Operation
from polku.studio.together import Step as Part
from polku.studio.together import edit_together
from polku.studio.values import value_at
from polku.words import Message

MAIN = {"pains": "says", "gains": "says", "front": "does", "back": "does", "next": "to", "questions": "ask"}
"""Lists whose members are nothing without their main words."""


def parts_of(journey: Journey, act: str, said: Said) -> tuple[Part, ...]:
    """The edits that an act of the editor is made of.

    Args:
        act: one of ACTS.

    Raises:
        DocumentError: there is no such act, or what it is about is gone, or the words are no value.
    """
    if act not in ACTS:
        raise DocumentError(Message("studio-editor.no-act", {"found": act, "known": list(ACTS)}))
    return tuple(ACTS[act](journey, said))


def do(
    space: Space, parts: Sequence[Part], *, seen: int | None, author: Author, key: str = ""
) -> Change | None:
    """Do edits as one act; the last change, None where nothing had to be done.

    Raises:
        Conflict: somebody else changed one of the items since.
        DocumentError: one of them cannot be; nothing is written.
    """
    with transaction.atomic():
        if key and (done := Change.objects.filter(space=space, key=key).first()):
            return done
        if not parts:
            return None
        made = edit_together(space, parts, seen=seen, author=author)
        if key:
            Change.objects.filter(pk=made[-1].pk).update(key=key)
        return made[-1]


def slipped(space: Space, journey: Journey, said: Said) -> None:
    """Refuse an edit of a list's member by number where another member has come to its place since.

    Args:
        said: `was` is what the member held as the form was made.

    Raises:
        Conflict: something else stands there now.
    """
    path = text_of(said, "path").strip("/")
    if "was" not in said or not any(segment.isdigit() for segment in path.split("/")):
        return
    now = value_at(plain(journey.model_dump(by_alias=True, exclude_none=True)), path)
    if _plain_words(now) != _plain_words(said["was"]):
        document = _document(journey)
        last = Change.objects.filter(space=space, document=document).order_by("-number").first()
        if last is not None:
            raise Conflict(
                Change(person=last.person, guest=last.guest, after=_plain_words(now) or None),
                Operation("set", document, path, text_of(said, "value")),
            )


def _plain_words(value: Any) -> str:
    """A value as plain words, to see whether two are the same."""
    if isinstance(value, list | tuple):
        return "\n".join(sorted(str(one).strip() for one in value))
    return "" if value is None or value is False else str(value).replace("\r", "").strip()


def value_of(path: str, words: Any) -> Any:
    """A value as the format holds it, out of what was written into a field; None where nothing was.

    Raises:
        DocumentError: it is no number, day or duration.
    """
    _, field = field_at(Journey, list(_keys(path)))
    kinds = set(_kinds(field.annotation)) if field is not None else {str}
    if tuple in kinds and (field is None or item_in(field.annotation) is None):
        listed = words if isinstance(words, list | tuple) else str(words).splitlines()
        found = [str(one).strip() for one in listed if str(one).strip()]
        return found or None
    text = str(words[-1] if isinstance(words, list | tuple) and words else words or "").strip()
    if not text or (field is not None and words_in(field.annotation)):
        return text or None
    if bool in kinds:
        return True if text in ("on", "1", "true", "yes") else None
    if dt.timedelta in kinds:
        lasting = duration_in(text.replace("\N{MINUS SIGN}", "-"))
        if lasting is None:
            raise DocumentError(Message("studio-editor.no-duration", {"found": text}))
        return plain(lasting)
    if dt.date in kinds:
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise DocumentError(Message("studio-editor.no-day", {"found": text})) from error
    if int in kinds or float in kinds:
        try:
            number = float(text.replace("\N{MINUS SIGN}", "-").replace(",", "."))
        except ValueError as error:
            raise DocumentError(Message("studio-editor.no-number", {"found": text})) from error
        return int(number) if number.is_integer() else number
    return text


def _keys(path: str) -> Iterator[str | int]:
    """A path with members of lists as numbers, so that an id that reads like a field is not taken for one."""
    member = False
    around: list[str | int] = []
    for segment in path.strip("/").split("/"):
        if member:
            around.append(0)
            member = False
            continue
        around.append(segment)
        _, field = field_at(Journey, around)
        member = field is not None and tuple in set(_kinds(field.annotation))
    yield from around


def _kinds(annotation: Any) -> Iterator[type]:
    origin = getattr(annotation, "__origin__", None)
    if isinstance(origin, type):
        yield origin
    if isinstance(annotation, type):
        yield annotation
    for part in get_args(annotation):
        # What stands in a list of items is not the field's own kind.
        if get_args(part) or (isinstance(part, type) and not hasattr(part, "model_fields")):
            yield from _kinds(part)


def _document(journey: Journey) -> str:
    return f"journeys/{journey.id}"


def _set(journey: Journey, said: Said) -> Iterator[Part]:
    """A field gets a value; a member of a list whose main words were taken away goes."""
    path = text_of(said, "path").strip("/")
    if path == "id" or (
        path.endswith("/id") and path.count("/") == 2 and path.startswith(("steps/", "stages/"))
    ):
        raise DocumentError(Message("studio-editor.id-stays"))
    value = value_of(path, said.get("value", ""))
    around, _, name = path.rpartition("/")
    listed = around.rpartition("/")[0].rpartition("/")[2]
    if value is None and MAIN.get(listed) == name:
        yield Operation("remove", _document(journey), around)
    elif value is None and path.endswith("partner/id"):
        yield Operation("set", _document(journey), around, None)
    else:
        yield Operation("set", _document(journey), path, value)


def _add(journey: Journey, said: Said) -> Iterator[Part]:
    """A list gets a member: words are its short form."""
    path, words = text_of(said, "path").strip("/"), text_of(said, "value")
    if words:
        place = text_of(said, "place")
        yield Operation(
            "add",
            _document(journey),
            path,
            words,
            int(place) if place.isdecimal() and len(place) < 9 else None,
        )


def _remove(journey: Journey, said: Said) -> Iterator[Part]:
    yield Operation("remove", _document(journey), text_of(said, "path").strip("/"))


def _move(journey: Journey, said: Said) -> Iterator[Part]:
    """A member of a list goes to another place; it is named by itself or by its main words, which `was` guards."""
    path, place = text_of(said, "path").strip("/"), text_of(said, "place")
    around, _, name = path.rpartition("/")
    if MAIN.get(around.rpartition("/")[0].rpartition("/")[2]) == name:
        path = around
    if place.isdecimal() and len(place) < 9 and place != path.rpartition("/")[2]:
        yield Operation("move", _document(journey), path, place=int(place))


def _add_step(journey: Journey, said: Said) -> Iterator[Part]:
    """A step after another, or at the end of a stage."""
    after = journey.step(text_of(said, "after"))
    stage = text_of(said, "stage") or (after.stage if after else None)
    words = text_of(said, "does")
    taken = {step.id for step in journey.steps}
    new: dict[str, Any] = {"id": text_of(said, "id") or id_from(words or "step", taken, "step")}
    role = text_of(said, "role") or (after.role if after else None) or _last_role(journey, stage)
    new |= {name: value for name, value in (("stage", stage), ("role", role), ("does", words)) if value}
    place = _place_after(journey, after, stage)
    yield from _led_to(journey, place, new)
    yield Operation("add", _document(journey), "steps", new, place)


def _led_to(journey: Journey, place: int, new: dict[str, Any]) -> Iterator[Part]:
    """Where the step before says where it goes on, its way leads to the new step, and from there to where it led."""
    before = journey.steps[place - 2] if 2 <= place <= len(journey.steps) + 1 else None
    if before is None or before.next is None:
        return
    following = journey.steps[place - 1].id if place <= len(journey.steps) else None
    ways = [plain(way.model_dump(exclude_unset=True)) | {"to": way.to} for way in before.next]
    onward = next((way for way in ways if way["to"] == following), None)
    if onward is not None:
        onward["to"] = new["id"]
    else:
        ways.append({"to": new["id"]})
        if not before.next:
            # The way ended there; now it ends one step later.
            new["next"] = []
    short = [way["to"] if set(way) == {"to"} else way for way in ways]
    yield Operation("set", _document(journey), f"steps/{before.id}/next", short)


def _last_role(journey: Journey, stage: str | None) -> str | None:
    """Whose step a new one most likely is: that of the one before it."""
    roles = [step.role for step in journey.steps if step.role and step.stage == stage]
    roles = roles or [step.role for step in journey.steps if step.role]
    return roles[-1] if roles else next(iter(journey.roles), None)


def _place_after(journey: Journey, after: Step | None, stage: str | None) -> int:
    ids = [step.id for step in journey.steps]
    if after is not None:
        return ids.index(after.id) + 2
    order = [one.id for one in journey.stages]
    before = set(order[: order.index(stage) + 1]) if stage in order else set(order)
    places = [number for number, step in enumerate(journey.steps, start=1) if step.stage in before]
    return max(places, default=0) + 1


def _copy_step(journey: Journey, said: Said) -> Iterator[Part]:
    step = step_of(journey, said)
    taken = {one.id for one in journey.steps}
    new = plain(step.model_dump(by_alias=True, exclude_unset=True, exclude_none=True))
    new["id"] = text_of(said, "id") or id_from(step.id, taken, "step")
    # What somebody said about one step is not yet known of another, and its way on is drawn anew.
    new.pop("evidence", None)
    new.pop("next", None)
    yield Operation("add", _document(journey), "steps", new, _place_after(journey, step, None))


def _remove_step(journey: Journey, said: Said) -> Iterator[Part]:
    """A step goes; the ways that led to it lead on to where it led."""
    step = step_of(journey, said)
    onward = [way.to for way in next_of(journey, step) if way.to != step.id]
    for other in journey.steps:
        if other.id == step.id or not other.next or all(way.to != step.id for way in other.next):
            continue
        ways: dict[str, Any] = {}
        for way in other.next:
            for to in onward if way.to == step.id else [way.to]:
                if to != other.id:
                    ways.setdefault(to, plain(way.model_dump(exclude_unset=True)) | {"to": to})
        short = [way["to"] if set(way) == {"to"} else way for way in ways.values()]
        yield Operation("set", _document(journey), f"steps/{other.id}/next", short)
    yield Operation("remove", _document(journey), f"steps/{step.id}")


def _move_step(journey: Journey, said: Said) -> Iterator[Part]:
    """A step goes before another, or to the end of a stage; `by` moves it one to the left or right."""
    step = step_of(journey, said)
    drawn = [one.id for stage in journey.stages for one in journey.steps if one.stage == stage.id]
    if by := text_of(said, "by"):
        yield from _nudge(journey, step, drawn, -1 if by.startswith(("-", "\N{MINUS SIGN}")) else 1)
        return
    before = journey.step(text_of(said, "before"))
    stage = before.stage if before else text_of(said, "stage") or step.stage
    if before is not None and before.id == step.id:
        return
    if stage and stage != step.stage:
        yield Operation("set", _document(journey), f"steps/{step.id}/stage", stage)
    ids = [one.id for one in journey.steps]
    old = ids.index(step.id) + 1
    place = ids.index(before.id) + 1 if before else _place_after(journey, None, stage)
    if place > old:
        place -= 1
    if place != old:
        yield Operation("move", _document(journey), f"steps/{step.id}", place=place)


def _nudge(journey: Journey, step: Step, drawn: list[str], by: int) -> Iterator[Part]:
    """One to the side within its stage; from its edge into the next stage."""
    stages = [stage.id for stage in journey.stages]
    if step.id not in drawn:
        return
    mates = [one.id for one in journey.steps if one.stage == step.stage]
    at = mates.index(step.id) + by
    if 0 <= at < len(mates):
        ids = [one.id for one in journey.steps]
        yield Operation("move", _document(journey), f"steps/{step.id}", place=ids.index(mates[at]) + 1)
        return
    place = stages.index(step.stage or "") + by
    if not 0 <= place < len(stages):
        return
    inside = [one.id for one in journey.steps if one.stage == stages[place]]
    where: Said = {"step": step.id, "stage": stages[place]}
    yield from _move_step(journey, {**where, "before": inside[0]} if by > 0 and inside else where)


def _add_way(journey: Journey, said: Said) -> Iterator[Part]:
    """A way from one step to another; the one that only the order of steps said is written down with it."""
    step, to = step_of(journey, said), step_of(journey, said, "to")
    path = f"steps/{step.id}/next"
    if any(way.to == to.id for way in next_of(journey, step)):
        if step.next is None:
            yield Operation("set", _document(journey), path, [to.id])
        return
    if step.next is None:
        known = [way.to for way in next_of(journey, step)]
        yield Operation("set", _document(journey), path, [*known, to.id])
    else:
        yield Operation("add", _document(journey), path, to.id)


def _end(journey: Journey, said: Said) -> Iterator[Part]:
    """The way ends at a step, or goes on in the order of steps again."""
    step = step_of(journey, said)
    value: list[str] | None = [] if text_of(said, "value") else None
    yield Operation("set", _document(journey), f"steps/{step.id}/next", value)


def _add_stage(journey: Journey, said: Said) -> Iterator[Part]:
    name = text_of(said, "name")
    ids = [stage.id for stage in journey.stages]
    after = text_of(said, "after")
    new = {"id": text_of(said, "id") or id_from(name or "stage", ids, "stage")}
    if name:
        new["name"] = name
    place = ids.index(after) + 2 if after in ids else None
    yield Operation("add", _document(journey), "stages", new, place)


def _move_stage(journey: Journey, said: Said) -> Iterator[Part]:
    ids = [stage.id for stage in journey.stages]
    stage, by = text_of(said, "stage"), -1 if text_of(said, "by").startswith("-") else 1
    place = ids.index(stage) + 1 + by if stage in ids else 0
    if 1 <= place <= len(ids):
        yield Operation("move", _document(journey), f"stages/{stage}", place=place)


def _remove_stage(journey: Journey, said: Said) -> Iterator[Part]:
    """A stage goes; its steps go over to the stage before it, else to the one after."""
    ids = [stage.id for stage in journey.stages]
    stage = text_of(said, "stage")
    if stage not in ids:
        path = f"stages/{stage}"
        raise DocumentError(Message("studio.no-item", {"document": _document(journey), "path": path}))
    place = ids.index(stage)
    heir = ids[place - 1] if place else ids[1] if len(ids) > 1 else None
    for step in journey.steps:
        if step.stage == stage:
            yield Operation("set", _document(journey), f"steps/{step.id}/stage", heir)
    for other in journey.stages:
        if other.loops_to == stage:
            yield Operation("set", _document(journey), f"stages/{other.id}/loops_to", None)
    yield Operation("remove", _document(journey), f"stages/{stage}")


def _then(journey: Journey, said: Said) -> Iterator[Part]:
    """An act leads to another of the same step, which gets an id to be named by."""
    path, target = text_of(said, "path").strip("/"), text_of(said, "value").strip("/")
    step = journey.step(path.split("/")[1]) if path.startswith("steps/") else None
    name, _, number = target.rpartition("/")
    if not target or step is None:
        yield Operation("set", _document(journey), path, None)
        return
    acts = getattr(step, name, ()) if name in ("front", "back") else ()
    if not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= len(acts):
        raise DocumentError(Message("studio.no-item", {"document": _document(journey), "path": target}))
    act = acts[int(number) - 1]
    id = act.id
    if id is None:
        taken = {one.id for other in journey.steps for one in (*other.front, *other.back) if one.id}
        id = id_from(act.does, taken, "act")
        yield Operation("set", _document(journey), f"steps/{step.id}/{name}/{number}/id", id)
    yield Operation("set", _document(journey), path, id)


ACTS: dict[str, Callable[[Journey, Said], Iterator[Part]]] = {
    "set": _set,
    "add": _add,
    "remove": _remove,
    "move": _move,
    "add-step": _add_step,
    "copy-step": _copy_step,
    "remove-step": _remove_step,
    "move-step": _move_step,
    "add-way": _add_way,
    "end": _end,
    "add-stage": _add_stage,
    "move-stage": _move_stage,
    "remove-stage": _remove_stage,
    "then": _then,
    "new-evidence": new_evidence,
    "new-improvement": new_improvement,
    "new-rule": new_rule,
}
"""Acts of the editor by name; each gives the edits it is made of."""
