"""Words in templates: every sentence comes from the catalogues, in the reader's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from polku.words import Message, Reader, reader

register = template.Library()


def _reader(context: Context) -> Reader:
    found: Reader = context.get("say") or reader("en")
    return found


@register.simple_tag(takes_context=True)
def say(context: Context, id: str, **params: Any) -> str:
    """A sentence of the catalogues: `{% say "studio.signed-in" name=person.label %}`."""
    return _reader(context)(id, **params)


@register.simple_tag(takes_context=True)
def text(context: Context, words: Message | str | None) -> str:
    """A message or plain words, in the reader's language: `{% text finding.message %}`."""
    return "" if words is None else _reader(context).text(words)


@register.simple_tag(takes_context=True)
def number(context: Context, value: float | None, digits: int | None = None) -> str:
    """A number as the reader writes it."""
    return "–" if value is None else _reader(context).number(value, digits)


@register.simple_tag(takes_context=True)
def signed(context: Context, value: float | None, digits: int | None = None) -> str:
    """A number with its sign, and a real minus."""
    return "–" if value is None else _reader(context).signed(value, digits)


@register.simple_tag(takes_context=True)
def percent(context: Context, share: float | None, digits: int = 0) -> str:
    """A share as percent."""
    return "–" if share is None else _reader(context).percent(share, digits)


@register.simple_tag(takes_context=True)
def day(context: Context, value: Any, short: bool = False) -> str:
    """A day as the reader writes it."""
    return "–" if value is None else _reader(context).date(value, short=short)


@register.simple_tag(takes_context=True)
def lasting(context: Context, seconds: Any) -> str:
    """A duration as the reader writes it; a number is seconds."""
    return "–" if seconds is None else _reader(context).duration(seconds)


@register.simple_tag(takes_context=True)
def quote(context: Context, words: str) -> str:
    """Somebody's words in the reader's quotation marks."""
    return _reader(context).quote(words)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign of the rail or of a button; decoration, always beside words."""
    from polku.studio.icons import ICONS

    return mark_safe(
        f'<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{ICONS[name]}</svg>'
    )


@register.simple_tag
def badge(sign: Any, filled: bool = True, size: int = 18) -> SafeString:
    """The sign of a role (`scene.theme.RoleSign`): its form, hue and letters; decoration beside its name."""
    from polku.studio.drawings import badge_svg

    return mark_safe(badge_svg(sign, filled=filled, size=size))


@register.simple_tag(takes_context=True)
def right(context: Context, name: str) -> str:
    """A right in words."""
    return _reader(context)(f"studio-people.right-{name}")


@register.simple_tag(takes_context=True)
def token_kind(context: Context, name: str) -> str:
    """What a link is for, in words."""
    return _reader(context)(f"studio-people.kind-{name}")


@register.simple_tag(takes_context=True)
def view_name(context: Context, name: str) -> str:
    """A view of a journey in words."""
    return _reader(context)(f"studio.view-{name}")


@register.simple_tag(takes_context=True)
def part_name(context: Context, name: str) -> str:
    """A part of the buying centre in words."""
    return _reader(context)(f"diagrams.part-{name}")


@register.simple_tag(takes_context=True)
def language_name(context: Context, code: str) -> str:
    """A language by its code, in the reader's words; the code where nobody knows it."""
    from babel import Locale

    return str(Locale(_reader(context).language).languages.get(code, code))


@register.simple_tag(takes_context=True)
def stage_set(context: Context, name: str) -> str:
    """A set of stages in words."""
    return _reader(context)(f"studio-begin.set-{name}")


@register.simple_tag(takes_context=True)
def template_name(context: Context, name: str) -> str:
    """A template of workspaces in words."""
    return _reader(context)(f"studio-begin.template-{name}")


@register.simple_tag(takes_context=True)
def start_part(context: Context, name: str) -> str:
    """A step of the first run in words."""
    return _reader(context)(f"studio-begin.do-{name}")


@register.simple_tag(takes_context=True)
def start_hint(context: Context, name: str) -> str:
    """What a step of the first run is for."""
    return _reader(context)(f"studio-begin.hint-{name}")


@register.simple_tag(takes_context=True)
def start_known(context: Context, name: str) -> str:
    """Something a workspace knows or does not, in a word."""
    return _reader(context)(f"studio-begin.known-{name}")


@register.simple_tag(takes_context=True)
def start_hole(context: Context, name: str) -> str:
    """What is not known yet."""
    return _reader(context)(f"studio-begin.hole-{name}")


@register.simple_tag(takes_context=True)
def found_kind(context: Context, name: str) -> str:
    """A kind of thing that can be found, in a word."""
    return _reader(context)(f"studio-search.kind-{name}")


@register.filter
def member(mapping: Any, key: Any) -> Any:
    """The value of a mapping for a key that is a variable."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def name_or(thing: Any, id: str) -> str:
    """What a thing is called; its id where it has no name or is not there."""
    return str(getattr(thing, "name", None) or id)


@register.filter
def at(members: Any, place: int) -> Any:
    """The member of a list at a place from 0."""
    return members[place]


@register.filter
def less(number: int, other: int) -> int:
    """A number less another."""
    return number - other
