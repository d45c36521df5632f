"""What the tables of Explore need in templates."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def unlocalized(value: float | None) -> str:
    """A number as HTML attributes write it, whatever the reader's language."""
    return "" if value is None else f"{value:.4g}"


@register.filter
def whole(value: float | None) -> int | None:
    """A number without its fraction, rounded."""
    return None if value is None else round(value)
