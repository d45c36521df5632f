"""Words of a scene as text boxes that stay where they stand: lines joined to paragraphs, sized by our own measuring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from polku.scene.marks import Mark, Text
from polku.scene.text import text_width, wrap

FONT = "Arial"
"""What slides are set in: whoever edits them has it, or a font of the same widths. A slide can name no substitute
for a font that is not installed, and Inter is not installed where consultants work. Inter, by which all room is
measured, is the wider of the two."""

ASCENT = 0.905
"""Of Arial, in em: from the top of a line at single spacing down to its baseline."""

SINGLE = 1.15
"""Height of a line of Arial at single spacing, in em."""

BOLD_FROM = 600
"""Slides know only regular and bold; what is heavier than medium becomes bold."""

SLACK = 1.02
"""Boxes are this much wider than measured, because programs round the widths of letters differently."""


LANGUAGES = {"en": "en-GB", "fi": "fi-FI", "sv": "sv-SE", "da": "da-DK"}


@dataclass(frozen=True)
class Paragraph:
    """Lines of one style, one under another.

    Args:
        flows: whether the lines are those that wrapping at `width` gives anyway, so that the words
            can stand as one text and be edited; else each line ends where it ends.
    """

    lines: tuple[str, ...]
    style: Text
    pitch: float
    width: float
    flows: bool

    @property
    def top(self) -> float:
        return self.style.y - ASCENT * self.style.size

    @property
    def height(self) -> float:
        return self.pitch * (len(self.lines) - 1) + SINGLE * self.style.size

    @property
    def left(self) -> float:
        return self.style.x - {"start": 0.0, "middle": self.width / 2, "end": self.width}[self.style.anchor]

    @property
    def words(self) -> str:
        return " ".join(self.lines)


def bold(style: Text) -> bool:
    """Whether words are set bold on a slide."""
    return style.weight >= BOLD_FROM


def set_width(words: str, style: Text) -> float:
    """Width of a line as a slide sets it."""
    wide = text_width(words, style.size, 700 if bold(style) else 400, style.italic)
    return wide + style.spacing * len(words)


def paragraph(lines: Sequence[Text]) -> Paragraph:
    """Lines of one style as a paragraph."""
    style = lines[0]
    words = tuple(line.text for line in lines)
    width = max(set_width(line, style) for line in words) * SLACK + 0.5
    pitch = lines[1].y - style.y if len(lines) > 1 else SINGLE * style.size
    weight = 700 if bold(style) else 400
    flows = len(words) > 1 and not any(line.endswith(("-", "/", "–")) for line in words[:-1])
    flows = flows and not style.spacing and words == wrap(" ".join(words), width, style.size, weight)
    return Paragraph(words, style, pitch, width, flows)


def follows(before: Text, line: Text) -> bool:
    """Whether a line goes on with the paragraph of the one before it."""
    pitch = line.y - before.y
    return (
        (before.x, before.size, before.weight, before.italic, before.anchor, before.fill)
        == (line.x, line.size, line.weight, line.italic, line.anchor, line.fill)
        and not (before.rotate or line.rotate or before.bend or line.bend)
        and 1.1 * line.size <= pitch <= 1.46 * line.size
    )


def paragraphs(marks: Sequence[Mark]) -> list[Mark | list[Text]]:
    """Marks in their order, lines that belong together as one list."""
    found: list[Mark | list[Text]] = []
    for mark in marks:
        if not isinstance(mark, Text):
            found.append(mark)
            continue
        run = found[-1] if found and isinstance(found[-1], list) else None
        steady = run is None or len(run) < 2 or abs((mark.y - run[-1].y) - (run[1].y - run[0].y)) < 0.3
        if run is not None and steady and follows(run[-1], mark):
            run.append(mark)
        else:
            found.append([mark])
    return found


def body(found: Paragraph, scale: float, colour: str, language: str) -> str:
    """The text body of a paragraph, in DrawingML."""
    style = found.style
    align = {"start": "l", "middle": "ctr", "end": "r"}[style.anchor]
    spacing = round(found.pitch / (SINGLE * style.size) * 100_000)
    properties = run_properties(style, scale, colour, language)
    lines = (found.words,) if found.flows else found.lines
    runs = f"<a:br>{properties}</a:br>".join(
        f"<a:r>{properties}<a:t>{escape(clean(line))}</a:t></a:r>" for line in lines
    )
    spaced = f'<a:lnSpc><a:spcPct val="{spacing}"/></a:lnSpc>' if len(found.lines) > 1 else ""
    return (
        f'<p:txBody><a:bodyPr wrap="{"square" if found.flows else "none"}" lIns="0" tIns="0" rIns="0" bIns="0" '
        'rtlCol="0" anchor="t"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
        f'<a:p><a:pPr marL="0" indent="0" algn="{align}">{spaced}'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/></a:pPr>{runs}</a:p></p:txBody>'
    )


def run_properties(style: Text, scale: float, colour: str, language: str) -> str:
    """How one run is set."""
    size = max(100, int(style.size * scale * 75 + 0.01))
    spacing = f' spc="{round(style.spacing * scale * 75)}"' if style.spacing else ""
    return (
        f'<a:rPr lang="{LANGUAGES.get(language, "en-GB")}" sz="{size}" b="{int(bold(style))}" '
        f'i="{int(style.italic)}"{spacing} dirty="0"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        f'<a:latin typeface="{FONT}" panose="020B0604020202020204" pitchFamily="34" charset="0"/>'
        f'<a:ea typeface="{FONT}"/><a:cs typeface="{FONT}"/></a:rPr>'
    )


def clean(words: str) -> str:
    """Without letters that XML cannot hold."""
    return "".join(letter for letter in words if letter >= " " or letter in "\t\n")
