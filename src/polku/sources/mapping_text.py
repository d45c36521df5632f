"""Mappings written as documents for sources/, and drafts of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from polku.documents import Source
from polku.sources.mappings import id_of, reads_of
from polku.sources.unclear import Unclear


def as_yaml(source: Source) -> str:
    """A mapping as a document to save in sources/."""
    lines = [f"id: {source.id}", f"kind: {source.kind}"]
    if source.as_:
        lines.append(f"as: {_inline(source.as_)}")
    if source.reads:
        lines.append("reads: " + _inline(list(source.reads) if len(source.reads) > 1 else source.reads[0]))
    plain = {key: getattr(source, key) for key in ("zone", "dates", "encoding", "delimiter", "decimal")}
    plain |= {key: getattr(source, key) or None for key in ("skip", "priority")}
    lines += [f"{key}: {_inline(value)}" for key, value in plain.items() if value is not None]
    if source.join:
        lines.append("join:")
        for join in source.join:
            lines += _item(join.model_dump(exclude_defaults=True))
    lines.append("fills:")
    for fill in source.fills:
        lines += _item({k: v for k, v in fill.model_dump(mode="json").items() if v})
    if source.event_id:
        lines.append(f"event_id: {_inline(source.event_id)}")
    return "\n".join(lines) + "\n"


def draft(file: Unclear, name: str) -> str:
    """The start of a mapping for a file that says too little of itself; … stands for what somebody has to say."""
    columns = ", ".join(f"{target}: {_inline(column)}" for target, column in file.draft.items())
    return (
        f"id: {id_of(name)}\nkind: {'other' if file.table == 'events' else 'crm'}\nreads: {_inline(reads_of(name))}\n"
        f"fills:\n  - table: {file.table}\n    columns: {{{columns}}}\n"
    )


def _item(data: Mapping[str, Any]) -> list[str]:
    lines = [f"{key}: {_inline(value)}" for key, value in data.items()]
    return [("  - " if at == 0 else "    ") + line for at, line in enumerate(lines)]


_BARE = re.compile(r"^[A-Za-zÀ-ÿ_][\w À-ÿ./-]*$")
_RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inline(key)}: {_inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    said = str(value)
    if _BARE.match(said) and said.lower() not in _RESERVED and said == said.strip():
        return said
    return '"' + said.replace("\\", "\\\\").replace('"', '\\"') + '"'
