"""Small pieces of HTML, escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def tag(name: str, *children: str, **attributes: str | bool | None) -> str:
    """An element; children are markup already, attribute values are escaped, `class_` is class."""
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        parts.append(key if value is True else f'{key}="{escape(str(value))}"')
    return f"<{' '.join(parts)}>{''.join(children)}</{name}>"


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Sequence[bool],
    caption: str,
    heard_only: bool = False,
) -> str:
    """A table of words; numeric columns are set right-aligned.

    Args:
        heard_only: the caption is for readers who hear the page; others have just read it as a heading.
    """
    classes = ["n" if right else "" for right in numeric]
    top = "".join(
        tag("th", escape(word), scope="col", class_=kind or None)
        for word, kind in zip(head, classes, strict=True)
    )
    body = "".join(
        tag("tr", *(_cell(*parts) for parts in zip(row, classes, head, strict=True))) for row in rows
    )
    return tag(
        "div",
        tag(
            "table",
            tag("caption", escape(caption), class_="heard" if heard_only else None),
            tag("thead", tag("tr", top)),
            tag("tbody", body),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=caption,
    )


def _cell(words: str, kind: str, head: str) -> str:
    """A cell that knows its column's name, for screens too narrow for columns; those leave out what is not there."""
    none = "none" if words in ("", "–") else ""
    return tag("td", escape(words), class_=f"{kind} {none}".strip() or None, data_head=head)


def with_code(words: str) -> str:
    """A sentence escaped, what stands in backticks set as code."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return escape(words)
    return "".join(
        tag("code", escape(part)) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
