"""A scene as SVG, PNG and JSON: accessible, the same every time, and complete."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
import zlib

import pytest

from polku.errors import DrawingError
from polku.scene import (
    DARK,
    Badge,
    Circle,
    Group,
    Line,
    Path,
    Rect,
    Scene,
    Table,
    Text,
    scene_from_json,
    scene_to_json,
    scene_to_png,
    scene_to_svg,
)
from polku.scene.embedding import cut, subset
from polku.scene.font import COMMON, common_file, font_file, font_files

SVG = "{http://www.w3.org/2000/svg}"


def scene(*marks) -> Scene:
    return Scene(200, 100, "What is <seen>", "All of it & more", "fi", marks)


def tree(*marks, **options) -> ET.Element:
    return ET.fromstring(scene_to_svg(scene(*marks), **options))


def test_a_still_picture_is_one_image_with_title_and_description():
    svg = tree(Text(1, 2, "x"))

    assert svg.get("role") == "img"
    assert svg.get("lang") == "fi"
    assert svg.find(f"{SVG}title").text == "What is <seen>"
    assert svg.find(f"{SVG}desc").text == "All of it & more"
    assert svg.get("aria-labelledby") == svg.find(f"{SVG}title").get("id")


def test_in_the_interactive_form_steps_are_stops_with_words_and_one_of_them_is_a_tab_stop():
    steps = [Group((Text(1, 2, "x"),), id=f"step-{n}", label=f"Step {n}", focusable=True) for n in range(3)]
    svg = tree(*steps, interactive=True)
    stops = [g for g in svg.iter(f"{SVG}g") if g.get("tabindex")]

    assert svg.get("role") == "group"
    assert [stop.get("aria-label") for stop in stops] == ["Step 0", "Step 1", "Step 2"]
    assert [stop.get("tabindex") for stop in stops] == ["0", "-1", "-1"]


def test_a_prefix_keeps_two_drawings_in_one_page_apart():
    marks = (Rect(0, 0, 9, 9, texture="hatch"), Group((), id="step-a"))
    one, other = scene_to_svg(scene(*marks), prefix="a-"), scene_to_svg(scene(*marks), prefix="b-")
    ids = [{e.get("id") for e in ET.fromstring(text).iter() if e.get("id")} for text in (one, other)]

    assert ids[0].isdisjoint(ids[1])
    assert "url(#a-hatch)" in one


def test_words_of_users_cannot_become_markup():
    svg = tree(Text(1, 2, '<script>"&\x00'), Group((), label='"><x', id='"'), interactive=True)

    assert svg.find(f".//{SVG}text").text == '<script>"&'
    assert svg.find(f".//{SVG}script") is None


def test_the_same_scene_gives_the_same_bytes_with_short_numbers():
    marks = (Circle(1.23456, 2, 3, "ink"), Line(-0.01, 0, 1, 1))

    assert scene_to_svg(scene(*marks)) == scene_to_svg(scene(*marks))
    assert 'cx="1.2"' in scene_to_svg(scene(*marks))
    assert 'x1="0"' in scene_to_svg(scene(*marks))


def test_a_page_can_switch_the_theme_through_variables():
    text = scene_to_svg(scene(Rect(0, 0, 1, 1, "paper", "ink")), variables=True)

    assert "var(--polku-paper,#FBFAF7)" in text
    assert "var(--polku-ink,#1A1F26)" in text


def test_a_theme_changes_colours_only():
    light, dark = scene_to_svg(scene(Text(1, 2, "x"))), scene_to_svg(scene(Text(1, 2, "x")), theme=DARK)

    assert light.replace("#1A1F26", "#ECEAE4") == dark


def test_a_scene_survives_json():
    before = Scene(
        20,
        10,
        "t",
        "d",
        "en",
        (
            Rect(0, 0, 1, 1, "ink", dash=(4.0, 3.0), texture="dots"),
            Path((("M", 0, 0), ("C", 1, 1, 2, 2, 3, 3.5), ("Z",)), "ink"),
            Group((Badge(1, 1, 16, "circle", "O", "role-1", False), Text(0, 0, "ä", anchor="end")), id="g"),
        ),
        table=Table(("a",), (("b",),), "c"),
    )

    assert scene_from_json(scene_to_json(before)) == before


def test_an_embedded_font_carries_the_letters_that_are_used():
    if not font_files():
        pytest.skip("the fonts are not built (python -m polku.assets)")
    plain, carried = (
        scene_to_svg(scene(Text(1, 2, "Åä"))),
        scene_to_svg(scene(Text(1, 2, "Åä")), embed_font=True),
    )

    assert "base64," not in plain
    assert "font/woff2;base64," in carried
    assert len(carried) < len(plain) + 8000
    assert carried == scene_to_svg(scene(Text(1, 2, "Åä")), embed_font=True)


def test_words_are_really_drawn_in_a_png():
    if not font_files():
        pytest.skip("the fonts are not built (python -m polku.assets)")
    blank = scene_to_png(scene(Rect(0, 0, 200, 100, "paper")))
    for weight, italic in ((400, False), (500, False), (600, False), (700, False), (400, True), (500, True)):
        words = Text(10, 50, "Öljy 14", 20, weight, italic)
        written = scene_to_png(scene(Rect(0, 0, 200, 100, "paper"), words))

        assert size(written) == (400, 200)
        assert dark_pixels(written) > 400, (weight, italic)
    assert dark_pixels(blank) == 0


def test_an_image_beyond_reason_is_refused_before_it_is_drawn():
    huge = Scene(30000, 30000, "t", "d", "en", ())

    with pytest.raises(DrawingError, match="too large"):
        scene_to_png(huge)


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def dark_pixels(png: bytes) -> int:
    """Pixels darker than half, from an 8-bit RGBA image with filtered rows."""
    width, height = size(png)
    packed, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw, before, found = zlib.decompress(packed), bytearray(4 * width), 0
    for row in range(height):
        start = row * (4 * width + 1)
        filtered, line = raw[start], bytearray(raw[start + 1 : start + 1 + 4 * width])
        unfilter(filtered, line, before)
        found += sum(line[place] < 128 for place in range(0, len(line), 4))
        before = line
    return found


def unfilter(kind: int, line: bytearray, above: bytearray) -> None:
    for place in range(len(line)):
        left = line[place - 4] if place >= 4 else 0
        up = above[place]
        corner = above[place - 4] if place >= 4 else 0
        if kind == 1:
            line[place] = (line[place] + left) & 255
        elif kind == 2:
            line[place] = (line[place] + up) & 255
        elif kind == 3:
            line[place] = (line[place] + (left + up) // 2) & 255
        elif kind == 4:
            guess = left + up - corner
            nearest = min(
                (abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner)
            )
            line[place] = (line[place] + nearest[2]) & 255


@pytest.mark.parametrize("letters", ["Polku 12 %", "ÅÄÖåäö ÆØæø ŠŽšž", "“Só” – 5 → 6 ✓ ≤ 7, fi ffi AVATo"])
@pytest.mark.parametrize(("weight", "italic"), [(400, False), (700, False), (500, True)])
def test_cut_from_the_common_letters_a_font_is_the_same_to_the_byte(
    letters: str, weight: int, italic: bool
) -> None:
    file = font_file(weight, italic)
    assert common_file(file).exists() and COMMON.issuperset(letters)
    assert cut(common_file(file), letters, "woff2") == cut(file, letters, "woff2")


def test_letters_that_are_not_common_are_carried_too() -> None:
    assert len(subset("жЖ", 400)) > len(subset("", 400))


def test_a_part_that_leads_somewhere_is_read_by_its_name_alone() -> None:
    part = Group((Text(0, 10, "25", 12),), label="Consideration: 25 accounts", link="/accounts")
    scene = Scene(width=100, height=20, title="t", desc="d", language="en", marks=(part,))
    svg = scene_to_svg(scene, interactive=True)
    assert '<a href="/accounts" aria-label="Consideration: 25 accounts"><g aria-hidden="true"><text' in svg
