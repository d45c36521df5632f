"""What mends a finding, as somebody at a form reads it: fields by their names there, no keys of files, no commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from polku.documents import Workspace
from polku.studio.library_fields import FIELDS
from polku.words import Message, Reader, Text, has

_CODE = re.compile(r"`([^`]*)`")
_KEY = re.compile(r"([a-z][a-z_]*)\s*:")
OTHERWISE = {
    "events": "studio-rules.title",
    "solves": "studio-improve.solves",
    "needs": "studio-lib.field-needs",
    "validated": "studio-editor.validated-day",
    "questions": "studio-editor.questions",
    "answer": "studio-editor.answer",
    "ask": "studio-editor.question",
    "measure": "studio-lib.field-measure-kind",
    "looked": "studio-lib.field-looked-date",
    "satisfaction": "studio-lib.field-satisfaction-score",
    "members": "studio-fix.members",
    "understanding": "studio-fix.understanding",
}
"""Fields whose labels are found under another name."""


def fix_in_words(fix: Message | None, document: str, workspace: Workspace, say: Reader) -> str:
    """What mends a finding: a sentence of its own where the file's would name several keys, else its keys by their labels."""
    if fix is None:
        return ""
    params = {
        key: _named(value, document, workspace, say) if isinstance(value, str) else value
        for key, value in fix.params.items()
    }
    fix = Message(fix.id, params)
    own = f"studio-fix.{fix.id.removeprefix('checks.')}"
    if has(own, "en"):
        return say.text(Message(own, fix.params))
    kind = document.partition("/")[0]

    def label(found: re.Match[str]) -> str:
        code = found[1]
        keys = list(_KEY.finditer(code))
        if not keys:
            return code
        if len(keys) == 1 and (value := code[keys[0].end() :].strip(" []{}…")):
            return (
                f"{say.quote(field_label(kind, keys[0][1], say))}: {_named(value, document, workspace, say)}"
            )
        return ", ".join(say.quote(field_label(kind, one[1], say)) for one in keys)

    return _CODE.sub(label, say.text(fix))


def without_lines(words: Text) -> Text:
    """What a check says, without the lines of the file, which nobody sees here."""
    if not isinstance(words, Message):
        return words
    if words.id == "checks.at-line":
        return without_lines(words.params["says"])
    params = {
        key: type(value)(without_lines(one) for one in value)
        if isinstance(value, list | tuple)
        else without_lines(value)
        for key, value in words.params.items()
    }
    return Message(words.id, params)


def keys_of(fix: Message | None) -> tuple[str, ...]:
    """The keys that a fix names, in its order, whatever language it is read in."""
    if fix is None:
        return ()
    from polku.words import reader

    text = reader("en").text(fix)
    return tuple(one[1] for code in _CODE.finditer(text) for one in _KEY.finditer(code[1]))


def field_label(kind: str, key: str, say: Reader) -> str:
    """What the form of a kind of document calls a field."""
    return say(next(iter(_labels(kind, key)), "")) if any(_labels(kind, key)) else key


def _labels(kind: str, key: str) -> Iterator[str]:
    dashed = key.replace("_", "-")
    own = f"studio-editor.{dashed}" if kind == "journeys" else ""
    fields = {field.name: field for field in FIELDS.get(kind, ())}
    if key in fields:
        yield str(fields[key].label.id)
    for id in (OTHERWISE.get(key, ""), own, f"studio-lib.field-{dashed}", f"studio-editor.{dashed}"):
        if id and has(id, "en"):
            yield id


def _named(value: str, document: str, workspace: Workspace, say: Reader) -> str:
    """A value by what people call it, where it is the id of something."""
    kind, _, id = document.partition("/")
    journey: Any = workspace.journeys.get(id) if kind == "journeys" else None
    if journey is not None and (thing := journey.stage(value) or journey.step(value)) is not None:
        return say.quote(thing.label)
    for name in ("improvements", "teams", "accounts"):
        if value in getattr(workspace, name):
            return say.quote(str(workspace.label(name, value)))
    return value
