"""Small helps for the pages of Data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from django import template
from django.template.context import Context

from polku.studio.import_words import in_form
from polku.words import reader

register = template.Library()
register.filter(in_form)


@register.simple_tag(takes_context=True)
def share(context: Context, part: int, whole: int) -> str:
    """A part of a whole as percent; a dash where there is no whole."""
    say = context.get("say") or reader("en")
    return say.percent(part / whole) if whole else "–"


@register.filter
def beside(cells: Sequence[Any], heads: Sequence[Any]) -> Iterable[tuple[Any, Any]]:
    """Cells with the heads of their columns, as many as there are heads."""
    return list(zip_longest(cells[: len(heads)], heads))


@register.filter
def places(lines: Sequence[int], count: int) -> str:
    """The first lines of so many."""
    return ", ".join(map(str, lines)) + (" …" if count > len(lines) else "")
