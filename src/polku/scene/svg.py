"""A scene as accessible SVG: the only place that knows the format."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, radians, sin
from pathlib import Path as File
from xml.sax.saxutils import escape

from polku.outputs import write_output
from polku.scene.embedding import font_faces
from polku.scene.font import FAMILY
from polku.scene.marks import Badge, Circle, Group, Line, Mark, Path, Rect, Scene, Text, walk
from polku.scene.text import text_width
from polku.scene.theme import Theme, theme_named

FONT_STACK = f"{FAMILY}, 'Source Sans 3', system-ui, sans-serif"

# calt is off because it widens some pairs (x between figures, arrows), which measuring does not know.
FONT_FEATURES = "'tnum','calt' 0"

PILL = 1.6
"""A pill's width in heights."""

Paint = Callable[[str], str]


def scene_to_svg(
    scene: Scene,
    *,
    prefix: str = "",
    theme: Theme | None = None,
    interactive: bool = False,
    embed_font: bool = False,
    variables: bool = False,
    classes: bool = False,
    hidden_text: bool = True,
) -> str:
    """The scene as one SVG element.

    Args:
        prefix: put before every id, so that several drawings can stand in one page.
        theme: colours, when not those the scene was drawn for.
        interactive: groups with labels become stops for the keyboard (role=group), instead of
            one still picture (role=img).
        embed_font: carry the letters used, so that it looks the same on any machine.
        variables: colours as CSS variables `--polku-<token>` with the theme's as fallback, so
            that a page can switch theme.
        classes: colours as classes `f-<token>` (fill) and `s-<token>` (stroke), for pages whose policy
            allows no style attributes; the page's sheet gives them their colours and the figures their form.
        hidden_text: with title and description inside; False where the page around says them.
    """
    return "".join(
        _Writer(scene, prefix, theme or theme_named(scene.theme), interactive, variables, classes).svg(
            embed_font, hidden_text
        )
    )


def write_svg(scene: Scene, file: File, *, theme: Theme | None = None, embed_font: bool = True) -> None:
    """Write the scene to a file that stands alone, its font within."""
    text = scene_to_svg(scene, theme=theme, embed_font=embed_font)
    write_output(file, '<?xml version="1.0" encoding="UTF-8"?>\n' + text + "\n")


def number(value: float) -> str:
    """A coordinate, rounded to 1/10 px and without idle zeros."""
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


class _Writer:
    def __init__(
        self, scene: Scene, prefix: str, theme: Theme, interactive: bool, variables: bool, classes: bool
    ) -> None:
        self.scene = scene
        self.prefix = prefix
        self.theme = theme
        self.interactive = interactive
        self.variables = variables
        self.classes = classes
        self.painted: dict[tuple[str, str], str] = {}

    def svg(self, embed_font: bool, hidden_text: bool) -> list[str]:
        scene = self.scene
        title, desc = f"{self.prefix}title", f"{self.prefix}desc"
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(scene.width)}" '
            f'height="{number(scene.height)}" '
            f'viewBox="0 0 {number(scene.width)} {number(scene.height)}" lang="{_attribute(scene.language)}" '
        ]
        out.append('role="group"' if self.interactive else 'role="img"')
        if hidden_text:
            out.append(f' aria-labelledby="{title}" aria-describedby="{desc}">')
            out.append(f'<title id="{title}">{_words(scene.title)}</title>')
            out.append(f'<desc id="{desc}">{_words(scene.desc)}</desc>')
        else:
            out.append(f' aria-label="{_attribute(scene.title)}">')
        if embed_font:
            out.append(f"<style>{font_faces(scene)}</style>")
        out.append(self.textures())
        figures = f' style="font-feature-settings:{FONT_FEATURES};font-variant-numeric:tabular-nums"'
        out.append(f'<g font-family="{FONT_STACK}"{"" if self.classes else figures} xml:space="preserve">')
        for mark in scene.marks:
            self.mark(mark, out)
        out.append("</g></svg>")
        return out

    def textures(self) -> str:
        """Patterns of the textures that the scene uses."""
        used = {
            mark.texture for mark in walk(self.scene.marks) if isinstance(mark, Rect | Path) and mark.texture
        }
        if not used:
            return ""
        out = ["<defs>"]
        for name in sorted(used):
            size, turn, ground, inside = self.texture(name)
            turned = f' patternTransform="rotate({turn})"' if turn else ""
            out.append(
                f'<pattern id="{self.prefix}{name}" width="{size}" height="{size}" '
                f'patternUnits="userSpaceOnUse"{turned}>'
            )
            if ground:
                out.append(f'<rect width="{size}" height="{size}"{self.paint("fill", ground)}/>')
            out.append(inside + "</pattern>")
        return "".join(out) + "</defs>"

    def texture(self, name: str) -> tuple[int, int, str | None, str]:
        if name == "dots":
            return 5, 0, "paper", f'<circle cx="2.5" cy="2.5" r="0.8"{self.paint("fill", "ink-2")}/>'
        size, turn, token, ground = {
            "hatch": (5, 45, "line-strong", None),
            "hatch-negative": (6, 45, "negative-hatch", "negative-ground"),
            "stale": (8, -45, "line", None),
        }[name]
        width = 1 if name != "hatch-negative" else 1.2
        return (
            size,
            turn,
            ground,
            f'<path d="M0.6 0V{size}"{self.paint("stroke", token)} stroke-width="{width}"/>',
        )

    def paint(self, attribute: str, token: str | None) -> str:
        if token is None:
            return ' fill="none"' if attribute == "fill" else ""
        known = self.painted.get((attribute, token))
        if known is None:
            colour = self.theme[token]
            if self.classes:
                known = f' class="{attribute[0]}-{token}"'
            elif self.variables:
                known = f' style="{attribute}:var(--polku-{token},{colour})"'
            else:
                known = f' {attribute}="{colour}"'
            self.painted[attribute, token] = known
        return known

    def fill_and_stroke(
        self, fill: str | None, stroke: str | None, width: float, dash: tuple[float, ...]
    ) -> str:
        if self.classes and fill and stroke:
            painted = f' class="f-{fill} s-{stroke}"'
        elif self.variables and fill and stroke:
            painted = (
                f' style="fill:var(--polku-{fill},{self.theme[fill]});'
                f'stroke:var(--polku-{stroke},{self.theme[stroke]})"'
            )
        else:
            painted = self.paint("fill", fill) + self.paint("stroke", stroke)
        if stroke:
            painted += f' stroke-width="{number(width)}"'
            if dash:
                painted += f' stroke-dasharray="{" ".join(map(number, dash))}"'
        return painted

    def mark(self, mark: Mark, out: list[str]) -> None:
        if isinstance(mark, Text):
            self.text(mark, out)
        elif isinstance(mark, Rect):
            shape = (
                f'<rect x="{number(mark.x)}" y="{number(mark.y)}" width="{number(mark.width)}" '
                f'height="{number(mark.height)}"'
            )
            if mark.radius:
                shape += f' rx="{number(mark.radius)}"'
            self.shape(shape, mark, out)
        elif isinstance(mark, Line):
            out.append(
                f'<line x1="{number(mark.x1)}" y1="{number(mark.y1)}" x2="{number(mark.x2)}" '
                f'y2="{number(mark.y2)}"{self.fill_and_stroke(None, mark.stroke, mark.stroke_width, mark.dash)}/>'
            )
        elif isinstance(mark, Path):
            commands = "".join(
                str(segment[0]) + " ".join(number(float(part)) for part in segment[1:])
                for segment in mark.segments
            )
            self.shape(f'<path d="{commands}"', mark, out)
        elif isinstance(mark, Circle):
            out.append(
                f'<circle cx="{number(mark.cx)}" cy="{number(mark.cy)}" r="{number(mark.r)}"'
                f"{self.fill_and_stroke(mark.fill, mark.stroke, mark.stroke_width, mark.dash)}/>"
            )
        elif isinstance(mark, Badge):
            for part in badge_marks(mark):
                self.mark(part, out)
        else:
            self.group(mark, out)

    def shape(self, opening: str, mark: Rect | Path, out: list[str]) -> None:
        """A form once for its fill, and once more above it where it carries a texture."""
        if mark.texture is None:
            out.append(
                f"{opening}{self.fill_and_stroke(mark.fill, mark.stroke, mark.stroke_width, mark.dash)}/>"
            )
            return
        if mark.fill:
            out.append(f"{opening}{self.paint('fill', mark.fill)}/>")
        out.append(
            f'{opening} fill="url(#{self.prefix}{mark.texture})"'
            + self.fill_and_stroke(None, mark.stroke, mark.stroke_width, mark.dash).replace(
                ' fill="none"', ""
            )
            + "/>"
        )

    def text(self, mark: Text, out: list[str]) -> None:
        place = "" if mark.bend else f' x="{number(mark.x)}" y="{number(mark.y)}"'
        parts = [f'<text{place} font-size="{number(mark.size)}"']
        if mark.weight != 400:
            parts.append(f' font-weight="{mark.weight}"')
        if mark.italic:
            parts.append(' font-style="italic"')
        if mark.anchor != "start":
            parts.append(f' text-anchor="{mark.anchor}"')
        if mark.spacing:
            parts.append(f' letter-spacing="{number(mark.spacing)}"')
        if mark.rotate and not mark.bend:
            parts.append(f' transform="rotate({number(mark.rotate)} {number(mark.x)} {number(mark.y)})"')
        words = _words(mark.text)
        if mark.bend:
            self.bends += 1
            id = f"{self.prefix}bend-{self.bends}"
            out.append(f'<defs><path id="{id}" d="{bent_line(mark)}"/></defs>')
            words = f'<textPath href="#{id}" startOffset="50%">{words}</textPath>'
        parts.append(f"{self.paint('fill', mark.fill)}>{words}</text>")
        out.append("".join(parts))

    def group(self, mark: Group, out: list[str]) -> None:
        parts = ["<g"]
        if mark.id:
            parts.append(f' id="{_attribute(self.prefix + mark.id)}"')
        if mark.role:
            parts.append(f' class="{_attribute(mark.role)}"')
        if mark.hidden:
            parts.append(' aria-hidden="true"')
        named = stop = ""
        if mark.label and self.interactive and not mark.hidden:
            # Inside role=img assistive technology sees one picture; there labels only add weight.
            # A part that can be looked at is a picture with a name; it is no button, for nothing can be pressed.
            kind = "img" if mark.focusable else "group"
            kind = "" if mark.link else f' role="{kind}"'
            named = f'{kind} aria-label="{_attribute(mark.label)}"'
        if self.interactive and mark.focusable:
            stop = ' tabindex="0"' if self.first_stop() else ' tabindex="-1"'
        # Where a part leads somewhere, its link is the one stop and carries the name.
        parts.append(">" if mark.link else f"{named}{stop}>")
        out.append("".join(parts))
        if mark.title:
            out.append(f"<title>{_words(mark.title)}</title>")
        if mark.link:
            # The name says what the words within say; read apart they would be numbers without units.
            hidden = ' aria-hidden="true"' if named else ""
            out.append(f'<a href="{_attribute(mark.link)}"{named}{stop}><g{hidden}>')
        for child in mark.children:
            self.mark(child, out)
        out.append("</g></a></g>" if mark.link else "</g>")

    stopped = False
    bends = 0

    def first_stop(self) -> bool:
        """One tab stop in a drawing; the arrows go on from it (roving focus)."""
        first, self.stopped = not self.stopped, True
        return first


def bent_line(text: Text) -> str:
    """The part of a circle that bent words stand on, a little longer than they are."""
    turn, reach = radians(text.rotate), text_width(text.text, text.size, text.weight, text.italic) / 2 + 8
    centre = text.x - text.bend * sin(turn), text.y + text.bend * cos(turn)
    half = min(reach / abs(text.bend), pi * 0.98) * (1 if text.bend > 0 else -1)

    def at(angle: float) -> str:
        x = centre[0] + text.bend * sin(turn + angle)
        y = centre[1] - text.bend * cos(turn + angle)
        return f"{x:.2f} {y:.2f}"

    radius = f"{abs(text.bend):.2f}"
    large, sweep = int(abs(half) > pi / 2), int(text.bend > 0)
    return f"M{at(-half)}A{radius} {radius} 0 {large} {sweep} {at(half)}"


def badge_marks(badge: Badge) -> tuple[Mark, ...]:
    """A badge as plain forms and its letter, for writers without a badge of their own."""
    x, y, half = badge.cx, badge.cy, badge.size / 2
    fill = badge.token if badge.filled else badge.ground
    stroke = badge.token
    width = 1.6
    inner = half - width / 2
    letter_size = round(badge.size * (0.56 if len(badge.letter) == 1 else 0.46), 1)
    drop = 0.0
    form: Mark
    if badge.shape == "circle":
        form = Circle(x, y, inner, fill, stroke, width)
    elif badge.shape == "square":
        form = Rect(x - inner, y - inner, 2 * inner, 2 * inner, fill, stroke, width, radius=2)
    elif badge.shape == "pill":
        form = Rect(
            x - half * PILL + width / 2,
            y - inner,
            2 * half * PILL - width,
            2 * inner,
            fill,
            stroke,
            width,
            radius=inner,
        )
    else:
        form = Path((*_polygon(badge.shape, x, y, half), ("Z",)), fill, stroke, width)
        if badge.shape == "triangle":
            letter_size = round(badge.size * (0.46 if len(badge.letter) == 1 else 0.36), 1)
            drop = badge.size * 0.14
        elif len(badge.letter) > 1:
            letter_size = round(badge.size * 0.4, 1)
    letter = Text(
        x,
        y + drop + letter_size * 0.36,
        badge.letter,
        letter_size,
        700,
        anchor="middle",
        fill="on-fill" if badge.filled else badge.token,
    )
    return form, letter


def _polygon(shape: str, x: float, y: float, half: float) -> tuple[tuple[str, float, float], ...]:
    if shape == "triangle":
        points = [(0, -1.02), (1.12, 0.88), (-1.12, 0.88)]
    elif shape == "diamond":
        points = [(0, -1.16), (1.16, 0), (0, 1.16), (-1.16, 0)]
    else:
        points = [(-0.58, -1), (0.58, -1), (1.16, 0), (0.58, 1), (-0.58, 1), (-1.16, 0)]
    return tuple(
        ("L" if place else "M", x + across * (half - 0.8), y + down * (half - 0.8))
        for place, (across, down) in enumerate(points)
    )


def _words(text: str) -> str:
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"))


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"}).replace("\n", " ")
