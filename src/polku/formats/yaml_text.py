"""Plain data as YAML text the way people write it: short things on one line, steps and stages as blocks."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from polku.errors import DocumentError
from polku.formats.yaml_read import BrokenYaml, parse_yaml
from polku.words import Message

WIDTH = 120
"""A line longer than this becomes a block; a single text is never broken."""

ALWAYS_BLOCKS = frozenset({"stages", "steps", "questions", "fills", "purpose", "understanding"})
"""Keys whose members read better one field a line, however short they are."""

_SAFE = re.compile(r"[^\W\d_][\w äöåÄÖÅ.\-/()]*\Z")
_YAML_1_1 = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|[-+]?[0-9][0-9_:.,eExob]*.*)\Z", re.IGNORECASE)
"""What a reader of the older YAML would take for something else than a text; quoted for its sake."""


def scalar_text(value: Any, quote: str = "", *, flow: bool = True) -> str:
    """One value on one line.

    Args:
        value: text, number, bool, day, or None.
        quote: ' or " where the text should be quoted as its predecessor was.
        flow: whether it may come to stand in [] or {}, where commas need quotation marks.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str):
        raise DocumentError(Message("formats.cannot-write", {"found": type(value).__name__}))
    if quote == "'" and _printable(value):
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and _plain_is_same(value, flow):
        return value
    if quote != '"' and '"' in value and "'" not in value and _printable(value):
        return f"'{value}'"
    if "\\" in value and "'" not in value and _printable(value):
        return f"'{value}'"
    return _double_quoted(value)


def flow_text(value: Any) -> str:
    """Any value on one line: `[a, b]`, `{id: a, name: A}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_text(key)}: {flow_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow_text(inner) for inner in value) + "]"
    return scalar_text(value)


def inline_text(value: Any) -> str:
    """A value on the rest of a line in a block."""
    return flow_text(value) if isinstance(value, Mapping | list) else scalar_text(value, flow=False)


def key_text(key: str) -> str:
    """A key, quoted where it needs to be."""
    return key if _plain_is_same(key, True) else _double_quoted(key)


def block_lines(value: Any, key: str = "", indent: int = 0) -> list[str]:
    """A container as lines, each indented by `indent`; what fits on one line stands on one.

    Args:
        value: a mapping or a list.
        key: the key it stands under, which may ask for blocks.
        indent: spaces before each line.
    """
    space = " " * indent
    lines: list[str] = []
    if isinstance(value, Mapping):
        for name, inner in value.items():
            lines += pair_lines(name, inner, indent)
        return lines
    as_blocks = any(not _fits_flow(member, indent + 4, key) for member in value)
    for member in value:
        if isinstance(member, Mapping) and member and as_blocks:
            inner_lines = block_lines(member, "", indent + 2)
            lines += [space + "- " + inner_lines[0].lstrip(" "), *inner_lines[1:]]
        elif _is_long_text(member):
            lines += [space + "- |" + _chomp(member), *_literal(member, indent + 2)]
        else:
            lines.append(f"{space}- {inline_text(member)}")
    return lines


def pair_lines(key: str, value: Any, indent: int) -> list[str]:
    """`key: value` as lines."""
    head = " " * indent + key_text(key) + ":"
    if _is_long_text(value):
        return [f"{head} |{_chomp(value)}", *_literal(value, indent + 2)]
    if not isinstance(value, Mapping | list) or not value or _fits_flow(value, len(head) + 1, key):
        return [f"{head} {inline_text(value)}"]
    return [head, *block_lines(value, key, indent + 2)]


def document_text(data: Mapping[str, Any]) -> str:
    """A whole document."""
    return "\n".join(block_lines(data)) + "\n"


def _fits_flow(value: Any, before: int, key: str) -> bool:
    """Whether a value reads well on the rest of one line."""
    if not isinstance(value, Mapping | list):
        return not _is_long_text(value)
    if key in ALWAYS_BLOCKS or _depth(value) > 3:
        return False
    if isinstance(value, list) and any(isinstance(member, Mapping) for member in value) and len(value) > 1:
        return False
    if any(_is_long_text(text) for text in _texts(value)):
        return False
    return before + len(flow_text(value)) <= WIDTH


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + max((_depth(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(inner) for inner in value), default=0)
    return 0


def _texts(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, Mapping) else value
    return [
        text
        for member in members
        for text in (_texts(member) if isinstance(member, Mapping | list) else [member])
    ]


def _is_long_text(value: Any) -> bool:
    """Whether a text has several lines that can stand as they are."""
    return (
        isinstance(value, str)
        and "\n" in value.strip("\n")
        and all(
            line == line.rstrip() and (not line or not line[0].isspace()) and _printable(line)
            for line in value.split("\n")
        )
        and not value.startswith("\n")
        and not value.endswith("\n\n")
        and not value.isspace()
    )


def _chomp(text: str) -> str:
    return "" if text.endswith("\n") else "-"


def _literal(text: str, indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in text.removesuffix("\n").split("\n")]


def _number(value: float) -> str:
    text = repr(value)
    if text in ("inf", "-inf", "nan"):
        raise DocumentError(Message("formats.cannot-write", {"found": text}))
    return text


def _printable(text: str) -> bool:
    return all(char.isprintable() or char == "\u00a0" for char in text) and "\ufeff" not in text


def _plain_is_same(text: str, flow: bool) -> bool:
    """Whether a text means itself without quotation marks, in a block or also in a flow."""
    if not text or text != text.strip() or not _printable(text) or _YAML_1_1.match(text):
        return False
    if _SAFE.match(text):
        return True
    try:
        in_block: bool = parse_yaml(f"- {text}").data == [text] and parse_yaml(f"a: {text}").data == {
            "a": text
        }
        if not flow or not in_block:
            return in_block
        return bool(
            parse_yaml(f"[{text}]").data == [text]
            and parse_yaml(f"{{{text}: {text}}}").data == {text: text}
            and parse_yaml(f"{text}: {text}").data == {text: text}
        )
    except BrokenYaml:
        return False


def _double_quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if _printable(text):
        return quoted
    return "".join(char if char.isprintable() and char != "\ufeff" else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        raise DocumentError(Message("formats.cannot-write", {"found": f"U+{code:04X}"}))
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
