"""Scenes as slides: every word, shape, group and way is native, in its place, and the same each time."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from polku.errors import DrawingError
from polku.scene import Badge, Circle, Group, Line, Path, Rect, Scene, Table, Text
from polku.scene.font import FOLDER
from polku.scene.pptx import Slide, least_points, scene_to_pptx, slides_to_pptx
from polku.scene.pptx_words import paragraph, set_width
from polku.scene.text import text_lines

pptx = pytest.importorskip("pptx", reason="needs the extra office (python-pptx)")
EMU = 9525


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    if not (FOLDER / "Inter-400.ttf").exists():
        pytest.skip("the fonts are not built (python -m polku.assets)")


def small_scene(
    *marks: Any, width: float = 640.0, height: float = 360.0, table: Table | None = None
) -> Scene:
    """A page with a head and these marks."""
    head = Group((Text(40, 50, "Nobody answers", 28, 600), Text(40, 74, "Who calls?", 14)), "head", "head")
    ground = Rect(0, 0, width, height, "paper")
    return Scene(
        width, height, "Nobody answers", "A small page.", "en", (ground, head, *marks), "print", table
    )


def opened(scene: Scene) -> Any:
    """The only slide of a scene's presentation."""
    presentation = pptx.Presentation(io.BytesIO(scene_to_pptx(scene)))
    assert (presentation.slide_width, presentation.slide_height) == (12192000, 6858000)
    return presentation.slides[0]


def all_shapes(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == 6:
            yield from all_shapes(shape.shapes)


def named(slide: Any, start: str) -> Any:
    return next(shape for shape in all_shapes(slide.shapes) if shape.name.startswith(start))


def test_the_title_stands_in_the_placeholder_and_nowhere_else() -> None:
    slide = opened(small_scene())

    assert slide.shapes.title.text_frame.text == "Nobody answers"
    others = [shape.text_frame.text for shape in all_shapes(slide.shapes) if shape.has_text_frame]
    assert others.count("Nobody answers") == 1 and "Who calls?" in others


def test_lines_of_a_paragraph_become_one_text_that_flows() -> None:
    lines = text_lines(("Restarts the line for the", "third time this week"), 40, 120, size=12)

    slide = opened(small_scene(*lines))

    box = next(s for s in all_shapes(slide.shapes) if s.has_text_frame and "Restarts" in s.text_frame.text)
    assert box.text_frame.text == "Restarts the line for the third time this week"
    assert box.text_frame.word_wrap is True


def test_a_hyphenated_line_keeps_its_end() -> None:
    slide = opened(small_scene(*text_lines(("Kustannus-", "paikka"), 40, 120, size=12)))

    assert "Kustannus-\vpaikka" in [s.text_frame.text for s in all_shapes(slide.shapes) if s.has_text_frame]


def test_every_box_is_as_large_as_its_words() -> None:
    words = [
        Text(40, 100 + 20 * n, "Searches for what makes the valves wear out", 12, w)
        for n, w in enumerate((400, 500, 600, 700))
    ]

    slide = opened(small_scene(*words))

    boxes = [
        s for s in all_shapes(slide.shapes) if s.has_text_frame and s.text_frame.text.startswith("Searches")
    ]
    assert len(boxes) == 4
    for box, mark in zip(boxes, words, strict=True):
        assert box.width >= set_width(mark.text, mark) * 2 * EMU
        assert box.text_frame.paragraphs[0].runs[0].font.bold is (mark.weight >= 600)


def test_a_group_has_its_name_its_meaning_and_the_place_of_its_parts() -> None:
    step = Group(
        (Rect(40, 100, 90, 60, "surface", "ink", dash=(4, 3), radius=4), Text(50, 120, "Signs", 12)),
        id="step-sign",
        role="step",
        label="Step 1 of 1. Ivan: Signs.",
    )

    group = named(opened(small_scene(step)), "step-sign")

    assert group._element.nvGrpSpPr.cNvPr.get("descr") == "Step 1 of 1. Ivan: Signs."
    assert (group.left, group.top, group.width, group.height) == tuple(2 * EMU * v for v in (40, 100, 90, 60))
    card = group.shapes[0]
    assert card.auto_shape_type == pptx.enum.shapes.MSO_SHAPE.ROUNDED_RECTANGLE
    assert "custDash" in card._element.xml and card.line.color.rgb == pptx.dml.color.RGBColor(
        0x1A, 0x1F, 0x26
    )


def test_decoration_says_that_it_is_none_of_the_content() -> None:
    group = named(opened(small_scene(Group((Line(0, 90, 100, 90),), id="ground", hidden=True))), "ground")

    assert "decorative" in group._element.xml


def test_a_curve_stays_a_curve() -> None:
    curve = Path((("M", 40, 200), ("C", 70, 200, 90, 120, 120, 120)), stroke="ink", stroke_width=2)

    freeform = named(opened(small_scene(curve)), "Freeform")

    assert "cubicBezTo" in freeform._element.xml
    assert (freeform.left, freeform.top) == (80 * EMU, 240 * EMU)


def test_textures_are_patterns() -> None:
    marks = [
        Rect(40, 100 + 30 * n, 100, 20, None, "ink-2", texture=name)
        for n, name in enumerate(("hatch", "hatch-negative", "dots", "stale"))
    ]

    xml = opened(small_scene(*marks))._element.xml

    assert xml.count("<a:pattFill") == 4 and 'prst="pct20"' in xml


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "diamond", "hexagon", "pill"])
def test_a_badge_is_one_shape_with_its_letter(shape: str) -> None:
    badge = Badge(100, 150, 17, shape, "O", "role-1")

    slide = opened(small_scene(Group((badge,), id="step-a")))

    inside = named(slide, "step-a").shapes
    assert len(inside) == 1 and inside[0].text_frame.text == "O"


def step(id: str, x: float) -> Group:
    return Group(
        (Circle(x, 200, 9, "role-1"), Text(x, 230, id, 12, anchor="middle")), id=f"step-{id}", role="step"
    )


def glue(slide: Any) -> list[tuple[int, int]]:
    found = []
    for shape in all_shapes(slide.shapes):
        if shape.shape_type == 9 and "Cxn id" in shape._element.xml:
            ends = shape._element.xpath(".//a:stCxn/@id") + shape._element.xpath(".//a:endCxn/@id")
            found.append((int(ends[0]), int(ends[1])))
    return found


def test_a_straight_way_holds_on_to_both_steps() -> None:
    way = Group(
        (Path((("M", 112, 200), ("L", 288, 200)), stroke="ink"),), id="way-a-b", role="way", label="3 cases"
    )

    slide = opened(small_scene(way, step("a", 100), step("b", 300)))

    circles = [s.shape_id for s in all_shapes(slide.shapes) if s.name.startswith("Circle")]
    assert glue(slide) == [tuple(circles)]
    assert named(slide, "3 cases").begin_x == 109 * 2 * EMU


@pytest.mark.parametrize(
    ("start", "end", "lift"), [(100, 300, 80), (300, 100, 80), (100, 300, 320), (300, 100, 320)]
)
def test_an_arch_rises_from_one_step_and_falls_on_the_other(start: int, end: int, lift: int) -> None:
    bottom = 188 if lift < 200 else 212
    arch = Path((("M", start, bottom), ("C", start, lift, end, lift, end, bottom)), stroke="negative")
    way = Group((arch,), id="way-a-b", role="way-unintended", label="7 cases")

    slide = opened(small_scene(step("a", start), step("b", end), way))

    group = named(slide, "7 cases")
    knot = group.shapes[0]
    first, last = (s.shape_id for s in all_shapes(slide.shapes) if s.name.startswith("Circle"))
    assert [(first, knot.shape_id), (knot.shape_id, last)] == glue(slide)
    apex = bottom + 0.75 * (lift - bottom)
    assert abs((knot.top + knot.height / 2) / EMU / 2 - apex) < 1


def test_a_way_to_a_step_of_another_page_stays_a_line() -> None:
    way = Group(
        (Path((("M", 112, 200), ("L", 288, 200)), stroke="ink"),), id="way-a-z", role="way", label="3 cases"
    )

    assert glue(opened(small_scene(way, step("a", 100)))) == []


def test_the_table_stands_in_the_notes() -> None:
    table = Table(
        ("Stage", "Action", "Pain"), (("Use", "Calls", ""), ("Use", "Waits", "Nobody answers")), "Steps"
    )

    notes = opened(small_scene(table=table)).notes_slide.notes_text_frame.text

    assert "Stage: Use; Action: Calls\nStage: Use; Action: Waits; Pain: Nobody answers" in notes


def test_the_same_scene_is_the_same_bytes() -> None:
    scene = small_scene(step("a", 100), Badge(200, 150, 17, "hexagon", "E", "role-5"))

    assert scene_to_pptx(scene) == scene_to_pptx(scene)


def test_words_of_12_px_on_a_page_of_1152_are_10_points() -> None:
    assert least_points(small_scene(Text(0, 90, "x", 12), width=1152, height=648)) == pytest.approx(10.0)


def test_letters_that_xml_cannot_hold_are_left_out() -> None:
    slide = opened(small_scene(Text(40, 120, "a\x00b & <c>", 12)))

    assert "ab & <c>" in [s.text_frame.text for s in all_shapes(slide.shapes) if s.has_text_frame]


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)

    with pytest.raises(DrawingError, match="office"):
        slides_to_pptx([Slide(small_scene())])


def test_a_paragraph_that_would_wrap_otherwise_keeps_its_lines() -> None:
    early = text_lines(("Ends", "early though there is room for much more of it"), 0, 20, size=12)

    assert not paragraph(early).flows
