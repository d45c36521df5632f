"""One edit of one YAML text, spliced in between the characters where the parser saw the item."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from polku.documents.base import TextAs
from polku.errors import DocumentError, Where
from polku.formats.model_fields import field_at, fields_of, marks_in, model_at
from polku.formats.yaml_read import BrokenYaml, parse_yaml
from polku.formats.yaml_spans import Span, spans_of
from polku.formats.yaml_text import block_lines, flow_text, inline_text, pair_lines, scalar_text
from polku.words import Message

Key = str | int


class Edit:
    """One edit of one text: finds the item, and hands back the text with the change in it."""

    def __init__(self, text: str, model: type[BaseModel] | None) -> None:
        self.text = text
        self.model = model
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root = spans_of(text)
        if self.root is not None and (self.root.kind != "mapping"):
            raise DocumentError(Message("formats.edit-broken"))

    def data(self) -> Any:
        """The plain data of the text as it is."""
        try:
            return parse_yaml(self.text).data or {}
        except BrokenYaml as error:
            raise DocumentError(Message("formats.edit-broken"), Where(line=error.line)) from error

    def result(self, new: str, expected: Any, path: str) -> str:
        """The new text, if it means what was asked for."""
        try:
            same = parse_yaml(new).data or {}
        except BrokenYaml:
            same = None
        if same != expected:
            raise DocumentError(Message("formats.edit-unsafe", {"path": path}))
        return new

    def keys(self, path: str) -> list[Key]:
        """A path as keys and numbers from 0, ids of members looked up."""
        found: list[Key] = []
        span = self.root
        for segment in [part for part in path.split("/") if part]:
            if span is not None and span.kind == "list":
                number = _member_number(span, segment)
                if number is None:
                    raise DocumentError(Message("formats.edit-nothing", {"path": path, "part": segment}))
                found.append(number)
                span = span.members[number]
            elif span is not None and span.kind == "mapping" and (pair := span.get(segment)):
                found.append(segment)
                span = pair[1]
            elif span is not None and segment == "1" and not _is_empty(span):
                continue  # the one of a list written without its brackets
            else:
                found.append(segment)
                span = None
        return found

    def spelt_out(self, data: Any, keys: Sequence[Key]) -> list[Key]:
        """The same keys; a short form on the way becomes the mapping it stands for in the data."""
        for length in range(1, len(keys)):
            here = get_in(data, keys[:length])
            if isinstance(here, str) and (short := self.short_form(keys[:length])):
                set_in(data, keys[:length], {short: here})
        return list(keys)

    def short_form(self, keys: Sequence[Key]) -> str | None:
        """The key that a plain text at a path stands for, where the model has a short form there."""
        if self.model is None:
            return None
        _, found = field_at(self.model, keys)
        marks = marks_in(found) if found is not None else ()
        return next((mark.key for mark in marks if isinstance(mark, TextAs)), None)

    # Changes. Each returns the new text.

    def set(self, keys: Sequence[Key], value: Any) -> str:
        """Set a value; what is missing on the way is written, too."""
        if self.root is None:
            nested = value
            for key in reversed(keys):
                nested = {key: nested}
            return self.text + self.join(block_lines(nested)) + self.newline
        span = self.root
        for depth, key in enumerate(keys):
            inner = self.inside(span, key)
            if inner is None or (depth + 1 < len(keys) and inner.kind not in ("list", "mapping")):
                nested = value
                for missing in reversed(keys[depth + 1 :]):
                    nested = {missing: nested}
                if inner is None:
                    return self.insert_pair(span, str(key), nested, keys[:depth])
                if not _is_empty(inner):
                    short = self.short_form(keys[: depth + 1])
                    if short is None or not isinstance(nested, dict):
                        raise DocumentError(Message("formats.edit-scalar", {"part": str(key)}))
                    nested = {short: inner.value, **{k: v for k, v in nested.items() if k != short}, **nested}
                return self.replace(span, key, inner, nested)
            if depth + 1 == len(keys):
                return self.replace(span, key, inner, value)
            span = inner
        return self.text

    def inside(self, span: Span, key: Key) -> Span | None:
        """What a container holds at a key or number."""
        if span.kind == "mapping":
            pair = span.get(str(key))
            return pair[1] if pair is not None else None
        if span.kind == "list" and isinstance(key, int) and key < len(span.members):
            return span.members[key]
        return None

    def replace(self, around: Span, key: Key, old: Span, value: Any) -> str:
        """Write another value where one stands."""
        text = self.text
        block = isinstance(value, dict | list) and bool(value)
        if around.flow or not (block or (isinstance(value, str) and "\n" in value)):
            quote = old.style if old.style in ("'", '"') else ""
            plain = not isinstance(value, dict | list)
            new = scalar_text(value, quote, flow=around.flow) if plain else flow_text(value)
            return self.replace_lines(around, key, old, [new]) if old.is_block else self.on_line(old, new)
        lines = pair_lines(str(key), value, 0) if around.kind == "mapping" else block_lines([value], "", 0)
        if len(lines) == 1 and not old.is_block:
            return self.on_line(old, inline_text(value))
        if len(lines) == 1:
            return self.replace_lines(around, key, old, [inline_text(value)])
        indent = self.column(around.start)
        rest = [" " * indent + line if line else "" for line in lines[1:]]
        if around.kind == "list":
            # What follows the dash, with a comment behind the old value kept on the first line.
            first = lines[0][2:]
            end = old.end if old.is_block else self.line_end(old.end)
            return text[: old.start] + self.join([first + text[old.end : end], *rest]) + text[end:]
        head = lines[0].partition(":")[2].strip()  # | of a text, nothing of a container
        return self.replace_lines(around, key, old, [head, *rest])

    def on_line(self, old: Span, new: str) -> str:
        """Write another value in the place of one on its line, a comment behind it staying in its column."""
        before, after = self.text[: old.start], self.text[old.end :]
        new = " " + new if before.endswith(":") else new
        return before + new + self.at_column(after, len(new) - (old.end - old.start))

    def replace_lines(self, around: Span, key: Key, old: Span, lines: Sequence[str]) -> str:
        """Replace from behind the colon, keeping a comment that stands on the key's line."""
        text = self.text
        if around.kind == "list":
            return text[: old.start] + self.join(lines) + text[old.end :]
        pair = around.get(str(key))
        assert pair is not None
        colon = text.index(":", pair[0].end) + 1
        line_end = self.line_end(colon)
        comment = ""
        if old.style in ("|", ">"):
            indicator, mark, words = text[old.start : line_end].partition("#")
            comment = indicator[len(indicator.rstrip()) :] + mark + words if mark else ""
        elif old.is_block and old.start > line_end:
            comment = text[colon:line_end]
        first = (" " + lines[0] if lines[0] else "") + (comment if comment.strip() else "")
        end = old.end
        if len(lines) > 1:
            # A comment behind the old value would become part of a text of several lines.
            end = self.line_end(old.end)
            if not old.is_block:
                grown = len(first) - (old.end - colon)
                first += self.at_column(text[old.end : end], grown)
        return text[:colon] + self.join([first, *lines[1:]]) + text[end:]

    def insert_pair(self, span: Span, key: str, value: Any, keys: Sequence[Key]) -> str:
        """Write a new key of a mapping where the model's order has it, else at the end."""
        if span.kind != "mapping":
            raise DocumentError(Message("formats.edit-scalar", {"part": key}))
        before = self.key_before(span, key, keys)
        if span.flow:
            pair = f"{flow_text({key: value})[1:-1]}"
            if not span.pairs:
                return self.text[: span.start] + "{" + pair + "}" + self.text[span.end :]
            end = span.pairs[before][1].end
            end = max(end, span.pairs[before][0].end)
            return self.text[:end] + ", " + pair + self.text[end:]
        indent = self.column(span.pairs[0][0].start)
        last_key, last = span.pairs[before]
        return self.insert_lines(max(last.end, last_key.end), pair_lines(key, value, indent))

    def key_before(self, span: Span, key: str, keys: Sequence[Key]) -> int:
        """Number of the pair behind which a new key goes."""
        if self.model is not None:
            order = list(fields_of(model_at(self.model, keys)))
            if key in order:
                earlier = set(order[: order.index(key)])
                found = [number for number, pair in enumerate(span.pairs) if pair[0].value in earlier]
                if found:
                    return found[-1]
        return len(span.pairs) - 1

    def add(self, keys: Sequence[Key], value: Any, place: int, after: list[Any]) -> str:
        """Add a member; a list that is not there, empty or without brackets is written anew."""
        span = self.root
        for key in keys:
            span = self.inside(span, key) if span is not None else None
        if span is None or span.kind != "list" or not span.members:
            return self.set(keys, after)
        members = span.members
        if span.flow:
            return self.add_to_flow(span, flow_text(value), place)
        dash = self.column(span.start)
        neighbour = members[min(place, len(members) - 1)]
        offset = self.column(neighbour.start) - dash
        as_flow = neighbour.flow or neighbour.kind != "mapping" or not isinstance(value, dict) or not value
        lines = [f"- {inline_text(value)}"] if as_flow else block_lines([{**value}], "steps", 0)
        if not as_flow and lines[0].startswith("- {"):
            inner = block_lines(value)
            lines = ["- " + inner[0], *("  " + line for line in inner[1:])]
        pad = max(offset - 2, 0)
        lines = [
            " " * dash + "-" + " " * (pad + 1) + lines[0][2:],
            *(" " * (dash + pad) + line for line in lines[1:]),
        ]
        if place == 0:
            at = self.line_start(self.region(span, 0)[0])
            return self.text[:at] + self.join(lines) + self.newline + self.text[at:]
        return self.insert_lines(members[place - 1].end, lines)

    def add_to_flow(self, span: Span, new: str, place: int) -> str:
        members, text = span.members, self.text
        if place == 0:
            return text[: members[0].start] + new + ", " + text[members[0].start :]
        end = members[place - 1].end
        separator = ", "
        if len(members) > 1 and "\n" in text[members[0].end : members[1].start]:
            separator = "," + self.newline + " " * self.column(members[1].start)
        return text[:end] + separator + new + text[end:]

    def remove(self, keys: Sequence[Key]) -> str:
        """Take an item away with its lines, or from between its neighbours on the line."""
        span: Span | None = self.root
        for key in keys[:-1]:
            span = self.inside(span, key) if span is not None else None
        assert span is not None
        text, key = self.text, keys[-1]
        parts = [(k.start, v.end if v.end > k.end else text.index(":", k.end) + 1) for k, v in span.pairs]
        parts = parts or [(member.start, member.end) for member in span.members]
        number = key if isinstance(key, int) else [pair[0].value for pair in span.pairs].index(key)
        if len(parts) == 1:
            empty: Any = {} if span.kind == "mapping" else []
            return self.set(keys[:-1], empty) if len(keys) > 1 else text[: parts[0][0]] + text[parts[0][1] :]
        start, end = parts[number]
        if span.flow:
            if number + 1 < len(parts):
                return text[:start] + text[parts[number + 1][0] :]
            return text[: parts[number - 1][1]] + text[end:]
        if span.kind == "mapping" and number == 0 and self.text[self.line_start(start) : start].strip():
            return text[:start] + text[parts[1][0] :]  # the first key stands behind the dash
        first = self.line_start(start)
        after = self.line_end(end)
        after = (
            after + len(self.newline) if text[after : after + len(self.newline)] == self.newline else after
        )
        return text[:first] + text[after:]

    def move(self, keys: Sequence[Key], order: Sequence[int]) -> str:
        """Put the members into another order, each in the slot of another, what is between them staying."""
        span: Span | None = self.root
        for key in keys:
            span = self.inside(span, key) if span is not None else None
        assert span is not None
        slots = [self.region(span, number) for number in range(len(span.members))]
        pieces = [self.text[start:end] for start, end in slots]
        new, done = "", 0
        for (start, end), number in zip(slots, order, strict=True):
            new += self.text[done:start] + pieces[number]
            done = end
        return new + self.text[done:]

    # Places in the text.

    def region(self, span: Span, number: int) -> tuple[int, int]:
        """From the first to the last character of a member, with the comments above and beside it in a block."""
        member = span.members[number]
        if span.flow:
            return member.start, member.end
        start = self.line_start(member.start)
        floor = self.line_end(span.members[number - 1].end) if number else span.start
        while number:
            above = self.line_start(start - 1) if start > 0 else 0
            line = self.text[above : max(start - 1, above)]
            if above <= floor or not line.lstrip().startswith("#"):
                break
            start = above
        return start, self.line_end(member.end)

    def column(self, at: int) -> int:
        """Characters before a place on its line."""
        return at - self.line_start(at)

    def line_start(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line of a place ends, before its line break."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def join(self, lines: Sequence[str]) -> str:
        """Lines with the line breaks of the file."""
        return self.newline.join(lines)

    def insert_lines(self, after: int, lines: Sequence[str]) -> str:
        """Write lines below the line on which something ends."""
        end = self.line_end(after)
        return self.text[:end] + self.newline + self.join(lines) + self.text[end:]

    @staticmethod
    def at_column(after: str, grown: int) -> str:
        """What stands behind a value that has grown: a comment keeps its column where there is room."""
        comment = after.lstrip(" ")
        spaces = len(after) - len(comment)
        return " " * max(1, spaces - grown) + comment if comment.startswith("#") and spaces else after


def _member_number(span: Span, segment: str) -> int | None:
    for number, member in enumerate(span.members):
        if member.id() == segment:
            return number
    if segment.isdecimal() and 1 <= int(segment) <= len(span.members):
        return int(segment) - 1
    return None


def _is_empty(span: Span) -> bool:
    return span.kind == "scalar" and not span.style and span.value in ("", "~", "null")


def get_in(data: Any, keys: Sequence[Key]) -> Any:
    """What stands at a path of plain data; None where there is nothing."""
    for key in keys:
        if isinstance(data, dict):
            data = data.get(str(key))
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def set_in(data: Any, keys: Sequence[Key], value: Any) -> Any:
    """The data with a copy of a value put at a path, mappings on the way made where there are none."""
    if not keys:
        return value
    here = data
    for key in keys[:-1]:
        inner = get_in(here, [key])
        if not isinstance(inner, dict | list):
            here[key] = inner = {}
        here = inner
    here[keys[-1]] = copy.deepcopy(value)
    return data
