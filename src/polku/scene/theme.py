"""Colours by the name of their use, in three themes, and the form each role takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polku.errors import DrawingError
from polku.scene.marks import SHAPES
from polku.words import Message

ROLE_FORMS = len(SHAPES)


@dataclass(frozen=True)
class Theme:
    """A name and the colour of every token as #rrggbb."""

    name: str
    colours: Mapping[str, str]

    def __getitem__(self, token: str) -> str:
        return self.colours[token]


# negative-ground and negative-hatch are the two colours of the texture below neutral; negative-side and
# positive-side the second wall of pits and towers in the relief.
_LIGHT = {
    "paper": "#FBFAF7",
    "surface": "#FFFFFF",
    "sunken": "#F2F0EA",
    "sunken-2": "#E9E6DE",
    "line": "#D8D4CB",
    "line-strong": "#8A867D",
    "ink-3": "#656B73",
    "ink-2": "#454C55",
    "ink": "#1A1F26",
    "on-fill": "#FFFFFF",
    "accent": "#0B5CAD",
    "accent-bg": "#E3EEF9",
    "negative": "#B33A22",
    "negative-bg": "#F8E6E0",
    "negative-ground": "#FCF3EF",
    "negative-hatch": "#F2D6CD",
    "negative-side": "#CE8070",
    "positive": "#0B7A66",
    "positive-bg": "#E4F3EE",
    "positive-side": "#67A99C",
    "caution": "#8A5A00",
    "caution-bg": "#FBF0D9",
    "role-1": "#24418C",
    "role-2": "#1674A8",
    "role-3": "#A06400",
    "role-4": "#A8448A",
    "role-5": "#41570F",
    "role-6": "#3D434C",
}

_DARK = {
    "paper": "#14181D",
    "surface": "#1C2127",
    "sunken": "#101317",
    "sunken-2": "#262C34",
    "line": "#2F363E",
    "line-strong": "#6B737C",
    "ink-3": "#949BA3",
    "ink-2": "#B9BEC4",
    "ink": "#ECEAE4",
    "on-fill": "#14181D",
    "accent": "#74B4F5",
    "accent-bg": "#16304A",
    "negative": "#FF8F73",
    "negative-bg": "#42221A",
    "negative-ground": "#221A1B",
    "negative-hatch": "#432A25",
    "negative-side": "#A85E4B",
    "positive": "#5CCFB4",
    "positive-bg": "#14362F",
    "positive-side": "#37816F",
    "caution": "#F0B849",
    "caution-bg": "#3A2C10",
    "role-1": "#7C9BFF",
    "role-2": "#7FDBFF",
    "role-3": "#F0B849",
    "role-4": "#E48AC8",
    "role-5": "#C9E88C",
    "role-6": "#DCE1E6",
}

# Paper is white already and nothing can be pressed on it: what the accent marks on screen is ink.
_PRINT = {**_LIGHT, "paper": "#FFFFFF", "accent": "#1A1F26", "accent-bg": "#F2F0EA"}

LIGHT = Theme("light", _LIGHT)
DARK = Theme("dark", _DARK)
PRINT = Theme("print", _PRINT)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}


def theme_named(name: str) -> Theme:
    """The theme of that name; DrawingError naming the known ones where there is none."""
    if name not in THEMES:
        raise DrawingError(Message("scene.unknown-theme", {"name": name, "known": list(THEMES)}))
    return THEMES[name]


@dataclass(frozen=True)
class RoleSign:
    """How one role is shown everywhere: form, hue and the letters that tell it from the others."""

    shape: str
    token: str
    letters: str


def role_signs(roles: Mapping[str, str]) -> dict[str, RoleSign]:
    """The sign of each role, in the workspace's order of roles.

    Args:
        roles: names by role id, in the order that gives shape and hue. From the seventh role on
            all take the last form, with at least two letters.
    """
    names = {id: (name.strip() or id) for id, name in roles.items()}
    signs = {}
    for place, (id, name) in enumerate(names.items()):
        form = min(place, ROLE_FORMS - 1)
        letters = shortest_prefix(name, [other for key, other in names.items() if key != id])
        if place >= ROLE_FORMS and len(letters) < 2:
            letters = name[:2]
        signs[id] = RoleSign(SHAPES[form], f"role-{form + 1}", letters)
    return signs


def shortest_prefix(name: str, others: list[str]) -> str:
    """The fewest first letters (at most three) that tell a name from the others."""
    folded = [other.casefold() for other in others]
    for length in (1, 2, 3):
        prefix = name[:length]
        if not any(other.startswith(prefix.casefold()) for other in folded):
            return prefix
    return name[:3]
