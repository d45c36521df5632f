"""Marks as native shapes of a slide, in DrawingML: forms, freeforms, badges, text boxes, groups, glued connectors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from polku.scene.marks import Badge, Circle, Group, Line, Mark, Path, Rect, Text
from polku.scene.pptx_places import (
    Box,
    Point,
    between,
    bounds,
    path_box,
    plain_box,
    points_of,
    turned_box,
    unbent,
)
from polku.scene.pptx_words import body, clean, paragraph, paragraphs
from polku.scene.svg import badge_marks
from polku.scene.theme import Theme

EMU = 9525
"""English Metric Units in one px at 96 to the inch."""

PATTERNS = {
    "hatch": ("wdUpDiag", "line-strong", "paper"),
    "hatch-negative": ("wdUpDiag", "negative-hatch", "negative-ground"),
    "dots": ("pct20", "ink-2", "paper"),
    "stale": ("ltDnDiag", "line", "surface"),
}
"""Texture → pattern of the program that shows slides, its lines and its ground."""

GLUE = 46.0
"""Farther than this from every side of its step, in px, a way's end is left free."""


@dataclass
class Placed:
    """A shape that connectors can hold on to: its number on the slide and where it is, in px of the scene."""

    number: int
    kind: str
    box: Box

    def sites(self) -> list[tuple[int, Point]]:
        """Its connection sites by their index: top, left, bottom and right where the form has them."""
        left, top, right, bottom = self.box
        middle, centre = (left + right) / 2, (top + bottom) / 2
        upright = {
            "ellipse": (0, 2, 4, 6),
            "hexagon": (None, 3, None, 0),
            "triangle": (0, 1, 3, 5),
        }.get(self.kind, (0, 1, 2, 3))
        places = ((middle, top), (left, centre), (middle, bottom), (right, centre))
        return [(index, place) for index, place in zip(upright, places, strict=True) if index is not None]


@dataclass
class Shapes:
    """Writes the marks of one scene onto one slide.

    Args:
        scale: px of the slide per px of the scene; left, top: where the scene begins on the slide, in px.
    """

    theme: Theme
    scale: float
    left: float
    top: float
    language: str
    number: int = 1
    known: dict[str, list[Placed]] = field(default_factory=dict)
    steps: dict[str, list[Placed]] = field(default_factory=dict)
    within: list[str] = field(default_factory=list)

    def page(self, marks: Sequence[Mark]) -> str:
        """All marks of a page. Ways may come before the steps they join, so the steps are placed first."""
        ahead = Shapes(self.theme, self.scale, self.left, self.top, self.language, self.number)
        ahead.marks(marks)
        self.known = ahead.steps
        text = self.marks(marks)

        def numbered(match: re.Match[str]) -> str:
            step, place = match.group(1).rsplit("|", 1)
            return str(self.steps[step][int(place)].number)

        return re.sub("\x1a([^\x1a]*)\x1a", numbered, text)

    def next(self) -> int:
        self.number += 1
        return self.number

    def x(self, value: float) -> int:
        return round((self.left + value * self.scale) * EMU)

    def y(self, value: float) -> int:
        return round((self.top + value * self.scale) * EMU)

    def length(self, value: float) -> int:
        return round(value * self.scale * EMU)

    def colour(self, token: str) -> str:
        return self.theme[token].lstrip("#").upper()

    def marks(self, marks: Sequence[Mark]) -> str:
        """All marks in their order, which is the order of reading."""
        return "".join(
            self.words(mark) if isinstance(mark, list) else self.mark(mark) for mark in paragraphs(marks)
        )

    def mark(self, mark: Mark) -> str:
        if isinstance(mark, Group):
            return self.group(mark)
        if isinstance(mark, Line):
            return self.line(mark)
        if isinstance(mark, Path):
            return self.path(mark)
        if isinstance(mark, Circle):
            size = 2 * mark.r
            return self.form("ellipse", (mark.cx - mark.r, mark.cy - mark.r, size, size), mark)
        if isinstance(mark, Badge):
            return self.badge(mark)
        if isinstance(mark, Text):
            return self.words([mark])
        adjust = ""
        if mark.radius:
            rounding = min(0.5, mark.radius / max(min(mark.width, mark.height), 0.1))
            adjust = f'<a:gd name="adj" fmla="val {round(rounding * 100_000)}"/>'
        kind = "roundRect" if mark.radius else "rect"
        return self.form(kind, (mark.x, mark.y, mark.width, mark.height), mark, adjust)

    def group(self, mark: Group) -> str:
        """A group with its name, and its whole meaning as alternative text."""
        glued = self.glued(mark)
        if glued is not None:
            return glued
        before = self.next()
        id = mark.id or ""
        for prefix in ("step-", "station-"):
            if id.startswith(prefix):
                self.within.append(id.removeprefix(prefix))
                break
        else:
            self.within.append(self.within[-1] if self.within else "")
        inside = self.marks(mark.children)
        self.within.pop()
        if not inside:
            return ""
        box = bounds(mark.children)
        if box is None:
            return inside
        left, top, right, bottom = box
        place = (
            f'x="{self.x(left)}" y="{self.y(top)}"',
            f'cx="{max(1, self.length(right - left))}" cy="{max(1, self.length(bottom - top))}"',
        )
        name = mark.label or mark.title or id or "Group"
        return (
            f"<p:grpSp><p:nvGrpSpPr>{self.named(before, id or name, mark.label or mark.title or '', mark.hidden)}"
            "<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>"
            f"<a:off {place[0]}/><a:ext {place[1]}/><a:chOff {place[0]}/><a:chExt {place[1]}/>"
            f"</a:xfrm></p:grpSpPr>{inside}</p:grpSp>"
        )

    def named(self, number: int, name: str, description: str = "", decorative: bool = False) -> str:
        words = f' descr="{_attribute(description)}"' if description else ""
        start = f'<p:cNvPr id="{number}" name="{_attribute(name[:250])}"{words}'
        if not decorative:
            return start + "/>"
        return (
            start + '><a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
            '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
            "</a:ext></a:extLst></p:cNvPr>"
        )

    def form(self, kind: str, box: Box, mark: Rect | Circle, adjust: str = "", words: str = "") -> str:
        """A preset form."""
        x, y, width, height = box
        number = self.next()
        self.place(number, kind, (x, y, x + width, y + height))
        name = {"ellipse": "Circle", "roundRect": "Rectangle", "rect": "Rectangle"}.get(kind, kind.title())
        return (
            f"<p:sp><p:nvSpPr>{self.named(number, f'{name} {number}')}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
            f'<a:xfrm><a:off x="{self.x(x)}" y="{self.y(y)}"/>'
            f'<a:ext cx="{self.length(width)}" cy="{self.length(height)}"/></a:xfrm>'
            f'<a:prstGeom prst="{kind}"><a:avLst>{adjust}</a:avLst></a:prstGeom>'
            f"{self.paint(mark.fill, getattr(mark, 'texture', None))}"
            f"{self.stroke(mark.stroke, mark.stroke_width, mark.dash)}</p:spPr>{words}</p:sp>"
        )

    def place(self, number: int, kind: str, box: Box) -> None:
        """Remember a shape of a step, so that ways can hold on to it."""
        if self.within and self.within[-1]:
            self.steps.setdefault(self.within[-1], []).append(Placed(number, kind, box))

    def badge(self, mark: Badge) -> str:
        """A role's sign as one form that holds its letter."""
        form, letter = badge_marks(mark)
        assert isinstance(form, Rect | Circle | Path) and isinstance(letter, Text)
        kind = {"circle": "ellipse", "square": "roundRect", "pill": "roundRect"}.get(mark.shape, mark.shape)
        left, top, right, bottom = path_box(form.segments) if isinstance(form, Path) else plain_box(form)
        adjust = ""
        if isinstance(form, Rect):
            rounding = min(0.5, form.radius / min(form.width, form.height))
            adjust = f'<a:gd name="adj" fmla="val {round(rounding * 100_000)}"/>'
        elif mark.shape == "hexagon":
            adjust = '<a:gd name="adj" fmla="val 29000"/><a:gd name="vf" fmla="val 115470"/>'
        found = paragraph([letter])
        words = body(found, self.scale, self.colour(letter.fill), self.language)
        if mark.shape == "triangle":
            # Its words stand in its lower half; the letter belongs a little higher.
            words = words.replace('bIns="0"', f'bIns="{self.length(0.14 * (bottom - top))}"')
        words = words.replace('anchor="t"', 'anchor="ctr" vertOverflow="overflow" horzOverflow="overflow"')
        plain = Rect(0, 0, 1, 1, form.fill, form.stroke, form.stroke_width)
        return self.form(kind, (left, top, right - left, bottom - top), plain, adjust, words)

    def words(self, lines: list[Text]) -> str:
        """A paragraph as a text box as large as its words."""
        if len(lines) == 1 and lines[0].bend and " " in lines[0].text.strip():
            return "".join(self.words([word]) for word in unbent(lines[0]))
        found = paragraph(lines)
        if not found.words.strip():
            return ""
        number = self.next()
        style = found.style
        x, y, width, height = found.left, found.top, found.width, found.height
        turn = ""
        if style.rotate:
            # A slide turns a box about its middle, a scene turns words about where they are anchored.
            x, y = turned_box(found.left, found.top, width, height, style)
            turn = f' rot="{round(style.rotate % 360 * 60_000)}"'
        return (
            f"<p:sp><p:nvSpPr>{self.named(number, f'Words {number}')}"
            '<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>'
            f'<a:xfrm{turn}><a:off x="{self.x(x)}" y="{self.y(y)}"/>'
            f'<a:ext cx="{self.length(width)}" cy="{self.length(height)}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            f"{body(found, self.scale, self.colour(style.fill), self.language)}</p:sp>"
        )

    def line(self, mark: Line) -> str:
        box, flips = between((mark.x1, mark.y1), (mark.x2, mark.y2))
        return self.connector("line", box, flips, self.stroke(mark.stroke, mark.stroke_width, mark.dash))

    def connector(
        self, kind: str, box: Box, turn: str, stroke: str, glue: str = "", adjust: str = "", label: str = ""
    ) -> str:
        number = self.next()
        x, y, width, height = box
        return (
            f"<p:cxnSp><p:nvCxnSpPr>{self.named(number, label or f'Line {number}', label)}"
            f"<p:cNvCxnSpPr>{glue}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr><p:spPr>"
            f'<a:xfrm{turn}><a:off x="{self.x(x)}" y="{self.y(y)}"/>'
            f'<a:ext cx="{self.length(width)}" cy="{self.length(height)}"/></a:xfrm>'
            f'<a:prstGeom prst="{kind}"><a:avLst>{adjust}</a:avLst></a:prstGeom>{stroke}</p:spPr></p:cxnSp>'
        )

    def path(self, mark: Path) -> str:
        """A freeform whose curves stay curves."""
        number = self.next()
        left, top, right, bottom = path_box(mark.segments)
        width, height = max(1, self.length(right - left)), max(1, self.length(bottom - top))

        def point(x: float, y: float) -> str:
            return f'<a:pt x="{self.length(x - left)}" y="{self.length(y - top)}"/>'

        commands = []
        for segment in mark.segments:
            values = [float(value) for value in segment[1:]]
            points = "".join(point(*values[place : place + 2]) for place in range(0, len(values), 2))
            kind = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo", "Z": "close"}[str(segment[0])]
            commands.append(f"<a:{kind}>{points}</a:{kind}>" if points else "<a:close/>")
        hollow = ' fill="none"' if not mark.fill and not mark.texture else ""
        return (
            f"<p:sp><p:nvSpPr>{self.named(number, f'Freeform {number}')}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
            f'<a:xfrm><a:off x="{self.x(left)}" y="{self.y(top)}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{width}" h="{height}"{hollow}>{"".join(commands)}</a:path></a:pathLst></a:custGeom>'
            f"{self.paint(mark.fill, mark.texture)}{self.stroke(mark.stroke, mark.stroke_width, mark.dash)}"
            "</p:spPr></p:sp>"
        )

    def paint(self, fill: str | None, texture: str | None = None) -> str:
        if texture:
            pattern, lines, ground = PATTERNS[texture]
            ground = fill or ground
            return (
                f'<a:pattFill prst="{pattern}"><a:fgClr><a:srgbClr val="{self.colour(lines)}"/></a:fgClr>'
                f'<a:bgClr><a:srgbClr val="{self.colour(ground)}"/></a:bgClr></a:pattFill>'
            )
        if fill is None:
            return "<a:noFill/>"
        return f'<a:solidFill><a:srgbClr val="{self.colour(fill)}"/></a:solidFill>'

    def stroke(self, token: str | None, width: float, dash: tuple[float, ...], arrow: bool = False) -> str:
        if token is None:
            return "<a:ln><a:noFill/></a:ln>"
        dashes = ""
        if dash:
            parts = dash if len(dash) % 2 == 0 else dash * 2
            pairs = zip(parts[::2], parts[1::2], strict=True)
            dashes = "".join(
                f'<a:ds d="{round(on / width * 100_000)}" sp="{round(off / width * 100_000)}"/>'
                for on, off in pairs
            )
            dashes = f"<a:custDash>{dashes}</a:custDash>"
        end = '<a:tailEnd type="triangle"/>' if arrow else ""
        return (
            f'<a:ln w="{max(1, self.length(width))}"><a:solidFill><a:srgbClr val="{self.colour(token)}"/>'
            f"</a:solidFill>{dashes}{end}</a:ln>"
        )

    def glued(self, mark: Group) -> str | None:
        """A way between two steps as connectors that hold on to both; None where it is not such a way."""
        ends = self.ends(mark)
        strokes = [child for child in mark.children if not (isinstance(child, Path) and child.fill)]
        if ends is None or len(strokes) != 1 or not isinstance(strokes[0], Path):
            return None
        course = strokes[0]
        points = points_of(course.segments)
        start, end = self.nearest(ends[0], points[0]), self.nearest(ends[1], points[-1])
        if start is None or end is None:
            return None
        (first, from_site, a), (last, to_site, b) = start, end
        begin = f'<a:stCxn id="\x1a{ends[0]}|{first}\x1a" idx="{from_site}"/>'
        finish = f'<a:endCxn id="\x1a{ends[1]}|{last}\x1a" idx="{to_site}"/>'
        label = mark.label or mark.id or ""
        if len(points) == 2:
            stroke = self.stroke(course.stroke, course.stroke_width, course.dash, arrow=True)
            box, flips = between(a, b)
            return self.connector("straightConnector1", box, flips, stroke, begin + finish, label=label)
        upright = abs(points[1][0] - points[0][0]) <= 1 and abs(points[-2][0] - points[-1][0]) <= 1
        if not upright or abs(a[1] - b[1]) > 12:
            return None
        _, high, _, low = path_box(course.segments)
        up = (a[1] + b[1]) / 2 - high > low - (a[1] + b[1]) / 2
        apex = (a[0] + b[0]) / 2, high if up else low
        if min(abs(apex[1] - a[1]), abs(apex[1] - b[1])) < 4 or min(abs(low - b[1]), abs(high - b[1])) > 10:
            return None
        return self.arch(course, label, up, (a, apex, b), (begin, finish))

    def arch(
        self, course: Path, label: str, up: bool, places: tuple[Point, Point, Point], glue: tuple[str, str]
    ) -> str:
        """A way that leaves a step upright and comes down on another: two quarters that meet in a small knot.

        One connector could not do it: programs draw those between two upright ends at a height of their own.
        """
        a, apex, b = places
        group, knot = self.next(), self.next()
        half = max(course.stroke_width, 1.0) / 2
        rightwards = b[0] > a[0]
        plain = self.stroke(course.stroke, course.stroke_width, course.dash)
        arrow = self.stroke(course.stroke, course.stroke_width, course.dash, arrow=True)
        before, after = (2, 6) if rightwards else (6, 2)
        side = half if rightwards else -half
        (x, y, width, height), _ = between(a, (apex[0] - side, apex[1]))
        lying = (x + (width - height) / 2, y + (height - width) / 2, height, width)
        turned = f' rot="{16_200_000 if up else 5_400_000}"' + (' flipV="1"' if up != rightwards else "")
        rise = self.connector(
            "curvedConnector2", lying, turned, plain, f'{glue[0]}<a:endCxn id="{knot}" idx="{before}"/>'
        )
        box, _ = between((apex[0] + side, apex[1]), b)
        flips = ("" if rightwards else ' flipH="1"') + ("" if up else ' flipV="1"')
        fall = self.connector(
            "curvedConnector2", box, flips, arrow, f'<a:stCxn id="{knot}" idx="{after}"/>{glue[1]}'
        )
        left, right = min(a[0], b[0]), max(a[0], b[0])
        top, bottom = min(a[1], b[1], apex[1] - half), max(a[1], b[1], apex[1] + half)
        place = (
            f'x="{self.x(left)}" y="{self.y(top)}"',
            f'cx="{self.length(right - left)}" cy="{self.length(bottom - top)}"',
        )
        return (
            f"<p:grpSp><p:nvGrpSpPr>{self.named(group, label, label)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr><a:xfrm><a:off {place[0]}/><a:ext {place[1]}/><a:chOff {place[0]}/><a:chExt {place[1]}/>"
            f"</a:xfrm></p:grpSpPr><p:sp><p:nvSpPr>{self.named(knot, f'Knot {knot}')}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
            f'<p:spPr><a:xfrm><a:off x="{self.x(apex[0] - half)}" y="{self.y(apex[1] - half)}"/>'
            f'<a:ext cx="{self.length(2 * half)}" cy="{self.length(2 * half)}"/></a:xfrm>'
            '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>'
            f"{self.paint(course.stroke)}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>{rise}{fall}</p:grpSp>"
        )

    def ends(self, mark: Group) -> tuple[str, str] | None:
        """The two steps that a way joins, read from its id (way-<step>-<step>)."""
        if not (mark.role or "").startswith("way") or not (mark.id or "").startswith("way-"):
            return None
        parts = str(mark.id).removeprefix("way-").split("-")
        for place in range(1, len(parts)):
            before, after = "-".join(parts[:place]), "-".join(parts[place:])
            if before in self.known and after in self.known:
                return before, after
        return None

    def nearest(self, step: str, point: Point) -> tuple[int, int, Point] | None:
        """The shape of a step and its connection site that are nearest to a way's end."""
        found = [
            (abs(x - point[0]) + abs(y - point[1]), order, index, (x, y))
            for order, shape in enumerate(self.known[step])
            for index, (x, y) in shape.sites()
        ]
        if not found:
            return None
        distance, order, index, place = min(found)
        return (order, index, place) if distance <= GLUE else None


def _attribute(text: str) -> str:
    return escape(clean(text).replace("\n", " "), {'"': "&quot;"})
