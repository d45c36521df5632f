"""The logo of a workspace: read so that it can do no harm, or said in words why it cannot be used."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from polku.documents import Settings
from polku.errors import DocumentError
from polku.formats.xml_tree import Element, read_xml
from polku.words import Message

MOST_BYTES = 500_000
"""It is in every page and every deck."""

MOST_PIXELS = 4000
"""On a side, for a PNG."""

_PNG = b"\x89PNG\r\n\x1a\n"
_LENGTH = re.compile(r"\s*([0-9.]+)\s*(px|pt|mm|cm|in|em|ex)?\s*")
_NUMBERS = re.compile(r"[\s,]+")


@dataclass(frozen=True)
class Logo:
    """A logo as an SVG, whatever the file was: a PNG stands in it as a picture.

    Args:
        shape: its width by its height.
    """

    svg: str
    shape: float


def read_logo(root: Path, settings: Settings) -> Logo | Message | None:
    """The logo that the settings name; what is wrong with it in words; None where they name none."""
    brand = settings.brand
    if brand is None or brand.logo is None:
        return None
    path = root / brand.logo
    said = {"file": brand.logo}
    if not path.resolve().is_relative_to(root.resolve()):
        return Message("brand.outside", said)
    if not path.is_file():
        return Message("brand.missing", said)
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            found = {"size": max(1, round(size / 1000)), "most": MOST_BYTES // 1000}
            return Message("brand.too-large", {**said, **found})
        if path.suffix.lower() == ".png":
            return _png(path.read_bytes(), brand.logo)
        return _svg(path, brand.logo)
    except OSError as error:
        return Message("formats.unreadable", {"reason": error.strerror or str(error)})


def _png(content: bytes, file: str) -> Logo | Message:
    broken = Message("brand.broken-png", {"file": file})
    if not content.startswith(_PNG):
        return broken
    # Every part carries a sum of itself: a file cut short or changed on its way is known by it.
    place, kinds = len(_PNG), []
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        body = content[place + 4 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if len(check) < 4 or struct.pack(">I", zlib.crc32(body)) != check:
            return broken
        kinds.append(body[:4])
        place += 12 + length
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds:
        return broken
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        found = {"file": file, "width": width, "height": height, "most": MOST_PIXELS}
        return Message("brand.too-many-pixels", found)
    data = base64.b64encode(content).decode("ascii")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )
    return Logo(svg, width / height)


def _svg(path: Path, file: str) -> Logo | Message:
    try:
        root = read_xml(path)
        text = path.read_bytes().decode("utf-8-sig")
    except (DocumentError, UnicodeDecodeError):
        return Message("brand.broken-svg", {"file": file})
    if root.name != "svg":
        return Message("brand.broken-svg", {"file": file})
    for element in _all(root):
        if element.name == "text":
            return Message("brand.words", {"file": file, "line": element.line})
        if element.name in ("script", "foreignObject") or _reaches_out(element):
            return Message("brand.reaches-out", {"file": file, "line": element.line})
    width, height = _size(root)
    if width <= 0 or height <= 0 or not 0.05 <= width / height <= 20:
        return Message("brand.no-size", {"file": file})
    return Logo(text, width / height)


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from _all(child)


def _reaches_out(element: Element) -> bool:
    """Whether an element would act, or fetch something from elsewhere."""
    for name, value in element.attributes.items():
        plain = value.strip().lower()
        if name.lower().startswith("on"):
            return True
        if name in ("href", "src") and not plain.startswith(("#", "data:image/png", "data:image/jpeg")):
            return element.name != "a"
        if _elsewhere(plain):
            return True
    return element.name == "style" and ("@import" in element.words or _elsewhere(element.words.lower()))


def _elsewhere(style: str) -> bool:
    return re.search(r"url\(\s*['\"]?(?!#)[^)'\"\s]", style) is not None


def _size(root: Element) -> tuple[float, float]:
    """Width and height: of the box that is seen, else as they are said; 0 where neither is."""
    box = _NUMBERS.split(root.attributes.get("viewBox", "").strip())
    try:
        if len(box) == 4:
            return float(box[2]), float(box[3])
        sides = [_LENGTH.fullmatch(root.attributes.get(name, "")) for name in ("width", "height")]
        return tuple(float(side.group(1)) if side else 0.0 for side in sides)  # type: ignore[return-value]
    except ValueError:
        return 0.0, 0.0
