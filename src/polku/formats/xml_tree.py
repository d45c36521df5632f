"""XML as a tree of elements with their lines, read so that a file can do no harm.

Document types and entities are refused: they are how a small file becomes a large one, or reads another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from polku.errors import DocumentError, Where
from polku.words import Message

MAX_BYTES = 10_000_000
MAX_DEPTH = 60
MAX_ELEMENTS = 200_000


@dataclass(slots=True)
class Element:
    """An element; its name and those of its attributes without a namespace's prefix."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    words: str = ""

    def first(self, *names: str) -> Element | None:
        """The element at a path of names below this one, the first of each; None where there is none."""
        here: Element | None = self
        for name in names:
            here = next((child for child in here.children if child.name == name), None) if here else None
        return here

    def all(self, *names: str) -> Iterator[Element]:
        """The children of these names."""
        return (child for child in self.children if child.name in names)

    def text(self, *names: str) -> str:
        """The words in the element at a path, with single spaces; empty where there is none."""
        found = self.first(*names)
        return " ".join(found.words.split()) if found is not None else ""


def read_xml(path: Path) -> Element:
    """The root element of a file.

    Raises:
        DocumentError: the file cannot be opened, is too large, is no XML, or defines types or entities.
    """
    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            found = {"size": size / 1e6, "limit": MAX_BYTES / 1e6}
            raise DocumentError(Message("formats.too-big", found), Where(file=str(path)))
        content = path.read_bytes()
    except OSError as error:
        said = Message("formats.unreadable", {"reason": error.strerror or str(error)})
        raise DocumentError(said, Where(file=str(path))) from error
    return _Tree(str(path)).parse(content)


class _Tree:
    """One parse."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def parse(self, content: bytes) -> Element:
        """Read the whole."""
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, str(error.code))
            raise self._error("cjml.broken", error.lineno, reason=reason) from error
        if self.root is None:
            raise self._error("cjml.broken", 1, reason="–")
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise self._error("cjml.too-much", self.parser.CurrentLineNumber)
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], self.parser.CurrentLineNumber, plain)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _words(self, words: str) -> None:
        self.open[-1].words += words

    def _refuse(self, *declaration: object) -> None:
        raise self._error("cjml.doctype", self.parser.CurrentLineNumber)

    def _error(self, id: str, line: int, **params: str) -> DocumentError:
        return DocumentError(Message(id, params), Where(file=self.file, line=line))
