"""Which options of `polku draw` say something about what is drawn; the others are refused, not passed over."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from polku.cli.asking import OPTIONS as SHAPE_OPTIONS
from polku.cli.draw_pages import was_given
from polku.errors import DrawingError
from polku.exports.drawn_by_name import SHAPED, TAKEN
from polku.words import Message

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "view": "--view",
        "journey": "--journey",
        "measured": "--measured",
        "roles": "--role",
        "stages": "--stages",
        "lanes": "--lanes",
        "against": "--against",
        "height": "--height",
        "page": "--page",
        "case": "--case",
        "cases": "--cases",
        "since": "--since",
        "until": "--until",
        "roll_up": "--roll-up",
        **{name: SHAPE_OPTIONS[name] for name in SHAPED},
    }
)
"""Options that are not for everything; theme, names, width, paper, language and today are."""


def refuse_others(kind: str, what: str) -> None:
    """Refuse options that were given, and say nothing about what is drawn.

    Args:
        kind: a key of TAKEN.

    Raises:
        DrawingError: naming the first such option, and those that are possible.
    """
    for name, option in OPTIONS.items():
        if was_given(name) and name not in TAKEN[kind]:
            known: list[str | Message] = [OPTIONS[one] for one in TAKEN[kind] if one not in SHAPED]
            params = {
                "option": option,
                "what": what,
                "kind": Message(f"draw.kind-{kind}"),
                "known": known or [Message("draw.none")],
            }
            raise DrawingError(Message("draw.not-taken", params))


def refuse_plain(view: str, *, measured: bool) -> None:
    """Refuse what only some drawings of a journey take: a height that is none, data where nothing is measured.

    Raises:
        DrawingError: naming the option and what it needs.
    """
    if was_given("height") and view != "relief":
        raise DrawingError(Message("draw.height-of-relief", {"view": view}))
    for name in ("cases", "since", "until", "roll_up"):
        if was_given(name) and not measured:
            raise DrawingError(Message("draw.needs-measured", {"option": OPTIONS[name]}))
