"""How answers and findings stand in a notebook: small tables of HTML, everything escaped, styles at the elements.

Notebooks that are not trusted drop style sheets and classes, so none are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from polku.errors import OutputError, Where
from polku.exports.html import tag
from polku.words import Message

_LEFT = "padding:.2em .7em;text-align:left;vertical-align:top"
_RIGHT = "padding:.2em .7em;text-align:right;vertical-align:top;font-variant-numeric:tabular-nums;white-space:nowrap"


def shown(
    title: str,
    above: Sequence[str],
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    below: Sequence[str],
    *,
    language: str,
) -> str:
    """A title, sentences, a table and sentences, as HTML."""
    parts = [tag("p", tag("strong", escape(title))), *(tag("p", escape(said)) for said in above)]
    if rows:
        styles = [_RIGHT if number else _LEFT for number in numeric]
        head = "".join(
            tag("th", escape(word), scope="col", style=style)
            for word, style in zip(heads, styles, strict=True)
        )
        body = "".join(
            tag(
                "tr",
                *(tag("td", escape(cell), style=style) for cell, style in zip(row, styles, strict=True)),
            )
            for row in rows
        )
        parts.append(
            tag(
                "table",
                tag("thead", tag("tr", head)),
                tag("tbody", body),
                aria_label=title,
                style="border-collapse:collapse",
            )
        )
    parts += [tag("p", escape(said)) for said in below]
    return tag("div", *parts, lang=language)


def page(title: str, body: str, language: str) -> str:
    """The same as a page of its own."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>{body}</body></html>\n"
    )


def ending(file: str | Path, known: Sequence[str]) -> str:
    """The ending of a file to be saved.

    Raises:
        OutputError: it is none of those known.
    """
    suffix = Path(file).suffix.lower()
    if suffix not in known:
        raise OutputError(
            Message("library.unknown-format", {"found": suffix or str(file), "known": list(known)}),
            Where(file=str(file)),
        )
    return suffix
