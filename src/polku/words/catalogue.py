"""Catalogues on disk: one gettext file per language and area, compiled at build time.

The msgid is the message's id, the msgstr its text in that language, so that English is a
language like the others. Where the compiled file is missing or older than its source
(somebody is editing), the source is read instead.
"""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "fi", "sv", "da")
"""Languages polku knows by name; those without a catalogue of an area fall back to English."""

FOLDER = Path(__file__).parent / "catalogues"


@lru_cache(maxsize=256)
def catalogue(language: str, area: str) -> gettext.GNUTranslations | None:
    """The texts of one area in one language, or None where there is no such file."""
    source = FOLDER / language / f"{area}.po"
    compiled = source.with_suffix(".mo")
    if not source.exists() and not compiled.exists():
        return None
    if compiled.exists() and (
        not source.exists() or compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns
    ):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(source)))


def compile_catalogue(source: Path) -> bytes:
    """The gettext binary of one catalogue source."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.name, abort_invalid=True)
    binary = io.BytesIO()
    write_mo(binary, catalog)
    return binary.getvalue()


def lookup(id: str, language: str, count: int | None = None) -> str | None:
    """The text of a message in a language, the plural form chosen by count; None if it has none."""
    texts = catalogue(language, id.partition(".")[0])
    if texts is None:
        return None
    if count is not None:
        form = texts.ngettext(id, id + "\0", count)
        if form not in (id, id + "\0"):
            return form
    text = texts.gettext(id)
    return None if text == id else text


def has(id: str, language: str) -> bool:
    """Whether a language says this message itself, without falling back to English."""
    return lookup(id, language) is not None or lookup(id, language, 1) is not None


def catalogue_ids(language: str) -> dict[str, tuple[str, ...]]:
    """All message ids of a language with their texts (one, or one per plural form)."""
    from babel.messages.pofile import read_po

    found: dict[str, tuple[str, ...]] = {}
    for source in sorted((FOLDER / language).glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id:
                    continue
                if isinstance(message.id, tuple | list):
                    found[message.id[0]] = tuple(message.string or ())
                else:
                    found[message.id] = (str(message.string),)
    return found
