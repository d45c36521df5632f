"""The one tree of errors that polku raises on purpose: a stable code, what, where, what is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from polku.frozen import dataclass
from polku.words import Message


@dataclass(frozen=True)
class Where:
    """The place an error points at: a file with line and column, a cell, or an item of a document."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    cell: str | None = None
    item: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        if self.cell:
            place += f" {self.cell}"
        if self.item:
            place += f" {self.item}"
        return place.strip()


class PolkuError(Exception):
    """Something a user can mend; never raised for a defect of polku itself.

    Args:
        message: what was found, and what is possible, as one message of the catalogue.
        where: the file, line, cell or item, when there is one.
    """

    code: ClassVar[str] = "polku"
    exit_code: ClassVar[int] = 1
    language: str = "en"
    """Of `str(error)`."""
    phrase: Callable[[str], str] | None = None
    """Puts the sentence as its reader gives options, where that is no command line."""

    def __init__(self, message: Message, where: Where | None = None) -> None:
        super().__init__(message, where)
        self.message = message
        self.where = where

    def text(self, language: str = "en") -> str:
        """The error as one line in the reader's language: place first, then the sentence."""
        from polku.words import render

        sentence = render(self.message, language)
        if self.phrase is not None:
            sentence = self.phrase(sentence)
        return f"{self.where}: {sentence}" if self.where and str(self.where) else sentence

    def __str__(self) -> str:
        return self.text(self.language)


class WrongUse(PolkuError):
    """A command or function was called with something that cannot be."""

    code = "wrong-use"
    exit_code = 2


class DocumentError(PolkuError):
    """A document cannot be read, written or found."""

    code = "document"


class ImportRefused(PolkuError):
    """A file from a system is not what it says, or cannot be read; the lake is as it was."""

    code = "import-refused"


class LakeError(PolkuError):
    """The lake is missing, damaged, locked or of another version."""

    code = "lake"


class QuestionError(PolkuError):
    """A question cannot be answered: unknown name, missing data, or impossible parameters."""

    code = "question"
    exit_code = 2


class DrawingError(PolkuError):
    """A drawing cannot be made or written: unknown view, format or theme."""

    code = "drawing"
    exit_code = 2


class OutputError(PolkuError):
    """A picture, report or table cannot be written where it should stand."""

    code = "output"


class Cancelled(PolkuError):
    """Somebody asked to stop; nothing was changed."""

    code = "cancelled"
