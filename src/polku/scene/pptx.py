"""Scenes as a presentation of native shapes that a consultant edits: the only place that knows the file as a whole."""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any
from xml.sax.saxutils import escape

from polku.errors import DrawingError
from polku.scene.brand import PLAIN, TOKEN, Brand
from polku.scene.marks import Group, Mark, Rect, Scene, Table, Text, walk
from polku.scene.pptx_brand import BAND, add_logo, brand_band, in_font
from polku.scene.pptx_shapes import EMU, Shapes
from polku.scene.pptx_words import FONT, clean, follows, paragraph, run_properties
from polku.scene.theme import LIGHT, Theme, theme_named
from polku.words import Message

WIDTH, HEIGHT = 1280.0, 720.0
"""A slide of 16:9 in px at 96 to the inch: 13.333 × 7.5 inches."""

LEAST_POINTS = 10.0
"""Words on a slide should not be smaller; what does not fit is drawn on several."""

LAYOUT = WIDTH * 12.0 * 0.75 / LEAST_POINTS, HEIGHT * 12.0 * 0.75 / LEAST_POINTS
"""Width and height of a scene whose smallest words (12 px) are LEAST_POINTS on the slide."""

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)

EARLIEST = dt.date(1980, 1, 1)
"""Before this no file in a zip archive can be."""


@dataclass(frozen=True)
class Grid:
    """A native table on a slide, in px of its scene.

    Args:
        shares: of the width, for each column.
        numeric: columns set right-aligned.
        heights: of the head and of each row.
    """

    table: Table
    x: float
    y: float
    width: float
    shares: tuple[float, ...]
    numeric: tuple[bool, ...]
    size: float
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Slide:
    """A scene as a slide, with native tables over it and what the speaker reads.

    Args:
        logo: x, y, width and height in px of the scene, where the slide shows the brand's logo itself
            instead of the band at its foot.
    """

    scene: Scene
    grids: tuple[Grid, ...] = ()
    notes: str = ""
    logo: tuple[float, float, float, float] | None = None


def write_pptx(scenes: Sequence[Scene], file: File, *, theme: Theme | None = None) -> None:
    """Write scenes as a presentation, one slide each, whole or not at all.

    Raises:
        DrawingError: python-pptx is not installed.
    """
    write_whole(file, slides_to_pptx([Slide(scene) for scene in scenes], theme=theme))


def scene_to_pptx(scene: Scene, *, theme: Theme | None = None) -> bytes:
    """One scene as a presentation of one slide."""
    return slides_to_pptx([Slide(scene)], theme=theme)


def least_points(scene: Scene) -> float:
    """The size of the smallest words of a scene on its slide, in points; badge letters aside."""
    sizes = [mark.size for mark in walk(scene.marks) if isinstance(mark, Text)]
    return min(sizes, default=12.0) * fitting(scene)[0] * 0.75


def fitting(scene: Scene, band: float = 0.0) -> tuple[float, float, float]:
    """Scale of a scene on a slide above a band at its foot, and where it begins from the left and the top, in px."""
    scale = min(WIDTH / scene.width, (HEIGHT - band) / scene.height)
    return scale, (WIDTH - scene.width * scale) / 2, 0.0


def slides_to_pptx(
    slides: Sequence[Slide],
    *,
    theme: Theme | None = None,
    title: str = "",
    made: dt.date | None = None,
    brand: Brand = PLAIN,
) -> bytes:
    """Slides as the bytes of a presentation; the same slides are the same bytes.

    Args:
        theme: colours, when not those the scenes were drawn for.
        made: the day that the file says it was made.
        brand: stands in a band at the foot of the layout, where it is changed once for all slides.
    """
    try:
        import pptx
    except ImportError as error:
        raise DrawingError(Message("deck.needs-office", {"package": "python-pptx"})) from error
    presentation = pptx.Presentation()
    colours = brand.colours(theme or (theme_named(slides[0].scene.theme) if slides else LIGHT))
    _page(presentation, colours, brand)
    day = made or EARLIEST
    moment = dt.datetime(day.year, day.month, day.day)
    about = presentation.core_properties
    about.title = clean(title or (slides[0].scene.title if slides else ""))
    about.author = about.last_modified_by = "polku"
    about.language = slides[0].scene.language if slides else "en"
    about.created = about.modified = moment
    about.revision = 1
    layout = presentation.slide_layouts[0]
    if brand.is_there:
        brand_band(layout, brand, colours)
    for slide in slides:
        own = brand.colours(theme or theme_named(slide.scene.theme))
        _slide(presentation.slides.add_slide(layout), slide, own, brand)
    out = io.BytesIO()
    presentation.save(out)
    return _same_bytes(out.getvalue(), day)


def write_whole(file: File, data: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        File(name).chmod(0o644)
        File(name).replace(file)
    except BaseException:
        File(name).unlink(missing_ok=True)
        raise


def _slide(target: Any, slide: Slide, theme: Theme, brand: Brand) -> None:
    from lxml import etree

    scene = slide.scene
    alone = slide.logo is not None and brand.logo is not None
    scale, left, top = fitting(scene, BAND if brand.is_there and not alone else 0.0)
    shapes = Shapes(theme, scale, left, top, scene.language)
    marks, title = _without_title(scene)
    ground, marks = _ground(marks, scene)
    for shape in list(target.shapes):
        shape._element.getparent().remove(shape._element)
    content = _title_shape(shapes, scene, title) + shapes.page(marks)
    content = in_font(content, brand)
    fragment = etree.fromstring(f"<p:spTree {NAMESPACES}>{content}</p:spTree>")
    tree = target.shapes._spTree
    for element in fragment:
        tree.append(element)
    etree.cleanup_namespaces(tree)
    if ground:
        fill = etree.fromstring(
            f"<p:bg {NAMESPACES}><p:bgPr><a:solidFill>"
            f'<a:srgbClr val="{shapes.colour(ground)}"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
        )
        target._element.cSld.insert(0, fill)
    for grid in slide.grids:
        _grid(target, grid, shapes, brand.font or FONT)
    if slide.logo is not None and brand.logo is not None:
        target._element.set("showMasterSp", "0")
        x, y, width, height = slide.logo
        add_logo(
            target, brand, shapes.number + 1, tuple(shapes.length(part) for part in (x, y, width, height))
        )
    words = [part for part in (slide.notes, scene.desc, table_in_words(scene.table)) if part]
    if words:
        target.notes_slide.notes_text_frame.text = clean("\n\n".join(words))


def table_in_words(table: Table | None) -> str:
    """A table as lines for the notes: its head, then a line per row, empty cells left out."""
    if table is None:
        return ""
    lines = [table.caption] if table.caption else []
    for row in table.rows:
        cells = [
            f"{head}: {cell}" if head else cell
            for head, cell in zip(table.columns, row, strict=True)
            if cell.strip()
        ]
        lines.append("; ".join(cells))
    return "\n".join(lines)


def _without_title(scene: Scene) -> tuple[tuple[Mark, ...], list[Text]]:
    """The marks without the lines that say the title, and these lines."""
    for place, mark in enumerate(scene.marks):
        if not isinstance(mark, Group) or mark.role != "head":
            continue
        lines: list[Text] = []
        for child in mark.children:
            if isinstance(child, Text) and (not lines or follows(lines[-1], child)):
                lines.append(child)
            elif lines:
                break
        while lines and _plain(line.text for line in lines) != _plain([scene.title]):
            lines.pop()
        if lines:
            rest = Group(
                tuple(child for child in mark.children if child not in lines),
                mark.id,
                mark.role,
                mark.label,
                mark.title,
                mark.link,
                mark.focusable,
                mark.hidden,
            )
            return (*scene.marks[:place], rest, *scene.marks[place + 1 :]), lines
    return scene.marks, []


def _plain(lines: Any) -> str:
    return "".join("".join(lines).replace("-", "").split())


def _ground(marks: tuple[Mark, ...], scene: Scene) -> tuple[str | None, tuple[Mark, ...]]:
    """The colour of the page, where a rectangle paints the whole of it, and the other marks."""
    first = marks[0] if marks else None
    if isinstance(first, Rect) and first.width >= scene.width and first.height >= scene.height:
        return first.fill, marks[1:]
    return None, marks


def _title_shape(shapes: Shapes, scene: Scene, lines: list[Text]) -> str:
    """The title in its placeholder: where the scene says it, or else for the outline alone."""
    number = shapes.next()
    if lines:
        found = paragraph(lines)
        x, y = shapes.x(found.left), shapes.y(found.top)
        width = min(shapes.length(max(found.width, (scene.width - found.left) * 0.6)), round(WIDTH * EMU) - x)
        height, style, words = shapes.length(found.height), found.style, found.words
        spacing = f'<a:lnSpc><a:spcPct val="{round(found.pitch / (1.21 * style.size) * 100_000)}"/></a:lnSpc>'
        lines_of = (found.words,) if found.flows or len(found.lines) == 1 else found.lines
    else:
        # Nothing in the picture says it: it stands in the outline, too small to be in the way.
        x, y, width, height = 0, 0, round(WIDTH * EMU), round(4 * EMU)
        style, spacing, lines_of = Text(0, 0, scene.title, 1.4, fill="paper"), "", (scene.title,)
        words = scene.title
    properties = run_properties(style, shapes.scale, shapes.colour(style.fill), scene.language)
    runs = f"<a:br>{properties}</a:br>".join(
        f"<a:r>{properties}<a:t>{escape(clean(line))}</a:t></a:r>" for line in lines_of
    )
    return (
        f"<p:sp><p:nvSpPr>{shapes.named(number, 'Title')}"
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm></p:spPr>'
        '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr>'
        f'<a:lstStyle/><a:p><a:pPr algn="l">{spacing}</a:pPr>{runs}</a:p></p:txBody></p:sp>'
        if words
        else ""
    )


def _grid(target: Any, grid: Grid, shapes: Shapes, font: str) -> None:
    """A native table: quiet rules, no stripes, numbers to the right."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Emu, Pt

    colour: Any = RGBColor.from_string
    rows = (grid.table.columns, *grid.table.rows)
    frame = target.shapes.add_table(
        len(rows),
        len(grid.table.columns),
        Emu(shapes.x(grid.x)),
        Emu(shapes.y(grid.y)),
        Emu(shapes.length(grid.width)),
        Emu(shapes.length(sum(grid.heights))),
    )
    frame.name = clean(grid.table.caption or "Table")
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(grid.table.caption))
    native = frame.table
    properties = native._tbl.tblPr
    for name in ("bandRow",):
        properties.set(name, "0")
    properties.set("firstRow", "1")
    style = properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId")
    if style is not None:
        # "No style, no grid": the rules are those of the cells.
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
    for place, share in enumerate(grid.shares):
        native.columns[place].width = Emu(shapes.length(grid.width * share))
    for down, row in enumerate(rows):
        native.rows[down].height = Emu(shapes.length(grid.heights[down]))
        for across, words in enumerate(row):
            cell = native.cell(down, across)
            cell.margin_left = cell.margin_right = Emu(shapes.length(6))
            cell.margin_top = cell.margin_bottom = Emu(shapes.length(3))
            paragraph_ = cell.text_frame.paragraphs[0]
            run = paragraph_.add_run()
            run.text = clean(words)
            run.font.size = Pt(int(grid.size * shapes.scale * 7.5) / 10)
            run.font.name = font
            run.font.bold = down == 0
            run.font.color.rgb = colour(shapes.colour("ink" if down else "ink-2"))
            paragraph_.alignment = PP_ALIGN.RIGHT if grid.numeric[across] else PP_ALIGN.LEFT
            _rule_below(cell, shapes.colour("line" if down else "line-strong"))


def _rule_below(cell: Any, colour: str) -> None:
    from lxml import etree

    properties = cell._tc.get_or_add_tcPr()
    line = etree.fromstring(
        f'<a:lnB {NAMESPACES} w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
    )
    properties.insert(0, line)


def _page(presentation: Any, theme: Theme, brand: Brand) -> None:
    """16:9, one layout with a title, our font and colours as those of the presentation."""
    from pptx.util import Emu

    before = presentation.slide_width
    presentation.slide_width, presentation.slide_height = Emu(round(WIDTH * EMU)), Emu(round(HEIGHT * EMU))
    layouts = presentation.slide_layouts
    kept = next(layout for layout in layouts if layout.name == "Title Only")
    for layout in list(layouts):
        if layout is not kept:
            layouts.remove(layout)
    stretch = presentation.slide_width / before
    for page in (presentation.slide_master, kept):
        for shape in page.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = Emu(round(shape.left * stretch)), Emu(round(shape.width * stretch))
    part = next(
        relation.target_part
        for relation in presentation.slide_master.part.rels.values()
        if relation.reltype.endswith("/theme")
    )
    part._blob = _themed(part.blob, theme, brand)


def _themed(blob: bytes, theme: Theme, brand: Brand) -> bytes:
    from lxml import etree

    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    root = etree.fromstring(blob)
    for latin in root.xpath("//a:fontScheme//a:latin", namespaces=space):
        latin.set("typeface", brand.font or FONT)
        if brand.font is None:
            latin.set("panose", "020B0604020202020204")
        else:
            latin.attrib.pop("panose", None)
    for other in root.xpath("//a:fontScheme//a:ea | //a:fontScheme//a:cs", namespaces=space):
        other.set("typeface", brand.font or FONT)
    named = {
        "dk1": "ink",
        "lt1": "paper",
        "dk2": "ink-2",
        "lt2": "sunken",
        "hlink": "accent",
        "folHlink": "ink-2",
    }
    named |= {f"accent{place}": f"role-{place}" for place in range(1, 7)}
    if brand.accent is not None:
        # What a consultant adds begins in the brand's colour; the roles follow.
        named |= {f"accent{place}": f"role-{place - 1}" for place in range(2, 7)} | {"accent1": TOKEN}
    for name, token in named.items():
        for colour in root.xpath(f"//a:clrScheme/a:{name}", namespaces=space):
            for child in list(colour):
                colour.remove(child)
            etree.SubElement(colour, f"{{{space['a']}}}srgbClr").set("val", theme[token].lstrip("#").upper())
    out: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return out


def _same_bytes(data: bytes, day: dt.date) -> bytes:
    """The archive with the day of the content instead of the time of the run."""
    out = io.BytesIO()
    stamp = (max(day.year, 1980), day.month, day.day, 0, 0, 0)
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            info = zipfile.ZipInfo(entry.filename, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            after.writestr(info, before.read(entry.filename))
    return out.getvalue()
