"""Measuring and setting words: how wide they are, and where a line may end. Nothing is ever cut by wrapping."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from polku.scene.font import Advances, advances
from polku.scene.hyphens import SOFT_HYPHEN, breaks
from polku.scene.marks import Anchor, Text

LINE = 1.25
"""Line height of cards and notes, in sizes."""

LINE_OF_TEXT = 1.43

ELLIPSIS = "…"


def text_width(text: str, size: float = 12.0, weight: int = 400, italic: bool = False) -> float:
    """Width in px of one line, from the font's advances; kerning is left out, which is the safe side."""
    return sum(map(advances(weight, italic).__getitem__, text)) * size


def fit(text: str, width: float, size: float = 12.0, weight: int = 400, italic: bool = False) -> str:
    """The text, or as much of it as fits one line of that width with an ellipsis after it."""
    if text_width(text, size, weight, italic) <= width:
        return text
    table = advances(weight, italic)
    room = width / size - table[ELLIPSIS]
    kept = 0
    for letter in text:
        room -= table[letter]
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


@lru_cache(maxsize=8192)
def wrap(
    text: str,
    width: float,
    size: float = 12.0,
    weight: int = 400,
    language: str = "en",
    italic: bool = False,
    first: float = 0.0,
) -> tuple[str, ...]:
    """The text as lines no wider than `width` px; words break by syllable only where they must.

    `first` px of the first line are left free, for a sign before the words.

    Line breaks in the text are kept. A run of letters with no place to break is broken between
    letters when nothing else helps, so that everything stays readable and nothing is lost.
    """
    lines: list[str] = []
    # A hair more, so that words fit the very width that was measured for them.
    room = width / size + 1e-6
    for paragraph in text.splitlines() or [""]:
        taken = 0.0 if lines else first / size
        lines += _wrap_paragraph(paragraph.split(" "), room, advances(weight, italic), language, taken)
    return tuple(line.replace(SOFT_HYPHEN, "") for line in lines) or ("",)


def widest(lines: Sequence[str], size: float = 12.0, weight: int = 400, italic: bool = False) -> float:
    """Width in px of the widest line."""
    return max((text_width(line, size, weight, italic) for line in lines), default=0.0)


def text_lines(
    lines: Sequence[str],
    x: float,
    y: float,
    *,
    size: float = 12.0,
    weight: int = 400,
    italic: bool = False,
    anchor: Anchor = "start",
    fill: str = "ink",
    line: float = LINE,
) -> tuple[Text, ...]:
    """Lines one under another as marks; y is the first baseline."""
    return tuple(
        Text(x, y + number * size * line, words, size, weight, italic, anchor, fill)
        for number, words in enumerate(lines)
        if words
    )


def _wrap_paragraph(words: list[str], room: float, table: Advances, language: str, taken: float) -> list[str]:
    space = table[" "]
    lines: list[str] = []
    line, used = "", taken
    for word in words:
        if not word:
            continue
        length = sum(map(table.__getitem__, word))
        if line and used + space + length <= room:
            line, used = f"{line} {word}", used + space + length
            continue
        if not line and used + length <= room:
            line, used = word, used + length
            continue
        if length <= room:
            if line or used:
                lines.append(line)
            line, used = word, length
            continue
        # Too long for a line of its own: it starts on a fresh one, so that as much as can stays together.
        if line:
            lines.append(line)
            used = 0.0
        while length > room - used:
            head, word = _split(word, room - used, language, table)
            lines.append(head)
            used = 0.0
            length = sum(map(table.__getitem__, word))
        line, used = word, length
    if line:
        lines.append(line)
    return lines or [""]


def _split(word: str, room: float, language: str, table: Advances) -> tuple[str, str]:
    """The longest head of a word that fits in `room` em (with its hyphen), and the rest."""
    best: tuple[str, str] | None = None
    for place, hyphen in breaks(word, language):
        head = word[:place] + ("-" if hyphen else "")
        if sum(map(table.__getitem__, head)) > room:
            break
        best = (head, word[place:].lstrip(SOFT_HYPHEN))
    if best is not None:
        return best
    kept, used = 0, 0.0
    for letter in word:
        used += table[letter]
        if used > room and kept:
            break
        kept += 1
    return word[:kept], word[kept:]
