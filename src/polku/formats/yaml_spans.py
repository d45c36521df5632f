"""Where each value of a YAML text begins and ends, to the character, so that an edit touches nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from polku.errors import DocumentError
from polku.words import Message


@dataclass(slots=True)
class Span:
    """One value in its text: characters `start` up to `end`, without comments and blank lines after it.

    Args:
        kind: scalar, list, mapping or alias.
        flow: whether a container is written with brackets.
        style: of a scalar: '' plain, ' or " quoted, | or > block.
        value: the text of a scalar.
        pairs: of a mapping, key and value.
        members: of a list.
    """

    kind: str
    start: int
    end: int
    flow: bool = False
    style: str = ""
    value: str = ""
    pairs: list[tuple[Span, Span]] = field(default_factory=list)
    members: list[Span] = field(default_factory=list)

    def get(self, key: str) -> tuple[Span, Span] | None:
        """The pair of a mapping with this key; the first where it stands twice."""
        return next((pair for pair in self.pairs if pair[0].value == key), None)

    @property
    def is_block(self) -> bool:
        """Whether it takes whole lines: a container without brackets, or a text after | or >."""
        return (self.kind in ("list", "mapping") and not self.flow) or self.style in ("|", ">")

    def id(self) -> str | None:
        """The id of a mapping that has one."""
        pair = self.get("id") if self.kind == "mapping" else None
        return pair[1].value if pair is not None and pair[1].kind == "scalar" else None


def spans_of(text: str) -> Span | None:
    """The spans of the first document of a text; None where there is nothing in it.

    Raises:
        DocumentError: the text is not YAML.
    """
    try:
        return _read(CParser(text), text)
    except YAMLError as error:
        raise DocumentError(Message("formats.edit-broken")) from error


def _read(parser: CParser, text: str) -> Span | None:
    stack: list[Span] = []
    waiting: list[Span | None] = []
    while True:
        event: Any = parser.get_event()
        kind = type(event)
        if event is None or kind is DocumentEndEvent or kind is StreamEndEvent:
            return None
        if kind is ScalarEvent:
            start, end = event.start_mark.index, event.end_mark.index
            if event.style in ("|", ">"):
                end = start + len(text[start:end].rstrip())
            done = Span("scalar", start, end, style=event.style or "", value=event.value)
        elif kind is AliasEvent:
            done = Span("alias", event.start_mark.index, event.end_mark.index)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            name = "mapping" if kind is MappingStartEvent else "list"
            start = event.start_mark.index
            stack.append(Span(name, start, start, flow=bool(event.flow_style)))
            waiting.append(None)
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            done = stack.pop()
            waiting.pop()
            if done.flow:
                done.end = event.end_mark.index
            else:
                inner = done.pairs[-1][1] if done.pairs else done.members[-1] if done.members else done
                done.end = max(inner.end, done.pairs[-1][0].end + 1 if done.pairs else done.start + 1)
        else:
            continue
        if not stack:
            return done
        around = stack[-1]
        if around.kind == "list":
            around.members.append(done)
        elif (key := waiting[-1]) is None:
            waiting[-1] = done
        else:
            around.pairs.append((key, done))
            waiting[-1] = None
