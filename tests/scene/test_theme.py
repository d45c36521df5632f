"""The colours keep their promises: legible to all, and roles told apart by those who see fewer hues."""

from __future__ import annotations

from itertools import combinations

import pytest

from polku.errors import DrawingError
from polku.scene import THEMES, role_signs, theme_named
from polku.scene.theme import shortest_prefix

GROUNDS = ("paper", "surface", "sunken")
TEXTS = ("ink", "ink-2", "ink-3", "accent", "negative", "positive", "caution")
ROLES = tuple(f"role-{number}" for number in range(1, 7))

# Simulation of full deuteranopia in linear light (Machado, Oliveira, Fernandes 2009).
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def linear(colour: str) -> tuple[float, float, float]:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(light: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, part)) for part in light)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def as_seen(colour: str) -> tuple[float, float, float]:
    light = linear(colour)
    return lab(tuple(sum(a * b for a, b in zip(row, light, strict=True)) for row in DEUTERANOPIA))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_words_stand_out_from_every_ground(theme):
    weak = [
        (text, ground, round(contrast(theme[text], theme[ground]), 2))
        for text in TEXTS
        for ground in GROUNDS
        if contrast(theme[text], theme[ground]) < 4.5
    ]

    assert weak == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_words_on_owner_bars_and_below_neutral_stand_out(theme):
    assert contrast(theme["ink"], theme["sunken-2"]) >= 4.5
    assert contrast(theme["ink-2"], theme["sunken-2"]) >= 4.5
    assert contrast(theme["negative"], theme["negative-bg"]) >= 4.5
    assert contrast(theme["positive"], theme["positive-bg"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_letters_stand_out_in_filled_badges_and_frames_from_paper(theme):
    assert [role for role in ROLES if contrast(theme["on-fill"], theme[role]) < 4.5] == []
    assert contrast(theme["line-strong"], theme["paper"]) >= 3
    assert contrast(theme["line-strong"], theme["surface"]) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_first_four_roles_differ_to_eyes_without_green(theme):
    close = []
    for one, other in combinations(ROLES[:4], 2):
        distance = sum((a - b) ** 2 for a, b in zip(as_seen(theme[one]), as_seen(theme[other]), strict=True))
        if distance**0.5 < 15:
            close.append((one, other, round(distance**0.5, 1)))

    assert close == []


def test_all_themes_name_the_same_tokens():
    assert len({frozenset(theme.colours) for theme in THEMES.values()}) == 1


def test_an_unknown_theme_is_refused_with_the_known_ones():
    with pytest.raises(DrawingError, match=r"dusk.*light, dark and print"):
        theme_named("dusk")


def test_roles_take_form_and_hue_in_the_order_of_the_workspace():
    signs = role_signs({"ole": "Ole", "per": "Per", "pia": "Pia"})

    assert [sign.shape for sign in signs.values()] == ["circle", "square", "triangle"]
    assert [sign.letters for sign in signs.values()] == ["O", "Pe", "Pi"]


def test_from_the_seventh_role_on_two_letters_stand_in_the_last_form():
    signs = role_signs({letter: letter * 3 for letter in "abcdefgh"})

    assert [(sign.shape, sign.letters) for sign in signs.values()][5:] == [
        ("pill", "f"),
        ("pill", "gg"),
        ("pill", "hh"),
    ]


def test_a_name_within_another_keeps_the_letters_it_has():
    assert shortest_prefix("Per", ["Pernille"]) == "Per"
