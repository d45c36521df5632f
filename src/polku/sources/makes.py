"""A source described by its headers: what they are called, which tell it apart, and which tables they fill."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from polku.errors import ImportRefused, Where
from polku.identity.names import fold
from polku.records.schema import RECORDS
from polku.sources.systems import Guess, Reader, Table
from polku.words import Message

Words = Mapping[str, str]
"""Language (or `api`) → what the column is called there, alternatives parted by |."""
Found = Mapping[str, str]
"""What a shape calls a column → the column of the file."""

_PLACE = re.compile(r"\{([^{}]*)\}")


def said(en: str = "", **languages: str) -> Words:
    """What a column is called: in English, and by language; `api` for names within programs."""
    return {language: names for language, names in {"en": en, **languages}.items() if names}


@dataclass(frozen=True)
class Shape:
    """One kind of table of a source.

    Args:
        name: `contacts`.
        columns: our word for a column → its headers, compared without letter case, marks, spaces and signs.
        needs: words that must be there; `a|b`: one of them.
        signs: words whose headers hardly anybody else writes; `least` of them must be there.
        values: word → regular expression; a sign too, where all cells of the column fit it.
        shown: word → regular expression; where no header says the word, but the file's name or a header of `alone`
            tells the source, it is the leftmost column whose cells all fit and differ. For headers in languages that
            nobody has seen.
        alone: regular expression of headers that nobody else writes.
        files: wildcards; a name that fits is a sign.
        never: words that rule the shape out.
        fills: as in a mapping document, with our words in place of columns. What the file has no column for
            falls away: a column, or the whole fill where a column that its table requires is missing. Of
            alternatives parted by | the first that is there is taken. `needs` in a fill names further words.
        event_id: as in a mapping document.
        more: further fields of the mapping document.
        mend: puts quirks right, and may add words to what was found.
    """

    name: str
    columns: Mapping[str, Words]
    needs: tuple[str, ...]
    fills: tuple[Mapping[str, Any], ...]
    signs: tuple[str, ...] = ()
    least: int = 1
    values: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    alone: str = "(?!)"
    files: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    event_id: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    """Id of a message: the table is known, and nothing of it belongs into the lake."""
    mend: Callable[[Table, dict[str, str]], None] | None = None


@dataclass(frozen=True)
class Make:
    """A source of one or several shapes.

    Args:
        kind: what make of system it is, as mapping documents say it.
    """

    name: str
    title: str
    kind: str
    tables: tuple[Shape, ...]
    reader: Reader | None = None

    @property
    def shapes(self) -> Sequence[str]:
        """Names of the shapes."""
        return tuple(shape.name for shape in self.tables)

    def look(self, table: Table, asked: str | None) -> Guess | None:
        """The shape that most headers tell."""
        guesses = [
            guess
            for shape in self.tables
            if not asked or asked == shape.name
            if (guess := self._guess(table, shape, asked is not None)) is not None
        ]
        return max(guesses, key=lambda guess: (guess.score, len(guess.found)), default=None)

    def _guess(self, table: Table, shape: Shape, asked: bool) -> Guess | None:
        found, languages = find(table.columns, shape.columns)
        base = table.file.rpartition("/")[2].lower()
        named = any(fnmatch.fnmatchcase(base, pattern) for pattern in shape.files)
        surely = named or any(re.fullmatch(shape.alone, header) for header in table.columns)
        seen = _shown(table, shape, found) if surely else []
        if not has(found, shape.needs) or any(word in found for word in shape.never):
            return None
        told = [found[word] for word in shape.signs if word in found]
        signs = [Message("sources.sign-headers", {"columns": told[:5]})] if len(told) >= shape.least else []
        for word, pattern in shape.values.items():
            if word in found and table.share(found[word], pattern) == 1.0:
                example = table.values(found[word], 1)[0]
                signs.append(Message("sources.sign-values", {"column": found[word], "found": example}))
        for word in seen:
            example = table.values(found[word], 1)[0]
            signs.append(Message("sources.sign-values", {"column": found[word], "found": example}))
        if named:
            signs.append(Message("sources.sign-name", {"file": base}))
        if not signs and not asked:
            return None
        known = len(found) / max(len(shape.columns), 1)
        score = 0.5 + 0.05 * min(len(told), 6) + 0.1 * (len(signs) - bool(told)) + 0.1 * known
        language = max(languages, key=lambda one: languages[one], default=None)
        return Guess(shape.name, min(score, 1.0), tuple(signs), dict(found), language)

    def mend(self, table: Table, guess: Guess) -> None:
        """Put the shape's quirks right."""
        shape = self._shape(guess)
        if shape.mend is not None:
            assert isinstance(guess.found, dict)
            shape.mend(table, guess.found)

    def propose(self, table: Table, guess: Guess) -> Mapping[str, Any]:
        """The shape's mapping, with the columns that the file has."""
        shape = self._shape(guess)
        if shape.refused is not None:
            raise ImportRefused(Message(shape.refused, {"system": self.title}), Where(file=table.file))
        fields: dict[str, Any] = {"kind": self.kind, **shape.more, "fills": bind(shape.fills, guess.found)}
        if shape.event_id and (bound := _template(shape.event_id, guess.found, keep=("activity",))):
            fields["event_id"] = bound
        return fields

    def _shape(self, guess: Guess) -> Shape:
        return next(shape for shape in self.tables if shape.name == guess.shape)


def _shown(table: Table, shape: Shape, found: dict[str, str]) -> list[str]:
    """Words that no header says and the cells of a column do; they are added to what was found."""
    words = [word for word in shape.shown if word not in found]
    for word in words:
        for column in table.columns:
            if column not in found.values() and table.names_each(column, shape.shown[word]):
                found[word] = column
                break
    return [word for word in words if word in found]


@functools.lru_cache(maxsize=20_000)
def plain(header: str) -> str:
    """A header as it is compared."""
    return re.sub(r"[^a-z0-9]+", "", fold(header.casefold()))


def find(headers: Sequence[str], columns: Mapping[str, Words]) -> tuple[dict[str, str], dict[str, int]]:
    """Word → the header that says it (the earlier name of two wins), and languages with how many headers are theirs alone."""
    known: dict[str, str] = {}
    for header in headers:
        bare = plain(header)
        known.setdefault(bare, header)
        for prefix in ("propertyhs", "property"):
            if bare.startswith(prefix) and len(bare) > len(prefix):
                known.setdefault(bare.removeprefix(prefix), header)
    found: dict[str, str] = {}
    languages: dict[str, int] = {}
    for word, names in columns.items():
        spoken = [
            (language, name)
            for language, some in names.items()
            for name in some.split("|")
            if _known(name, known) is not None
        ]
        if spoken:
            found[word] = _known(spoken[0][1], known) or ""
            saying = {language for language, name in spoken if _known(name, known) == found[word]}
            if len(saying) == 1 and (language := saying.pop()) != "api":
                languages[language] = languages.get(language, 0) + 1
    return found, languages


def _known(name: str, known: Mapping[str, str]) -> str | None:
    """The header of a name; a name that ends in * is of every header that begins so."""
    if not name.endswith("*"):
        return known.get(plain(name))
    return next((header for bare, header in known.items() if bare.startswith(plain(name))), None)


def has(found: Found, needs: Sequence[str]) -> bool:
    """Whether all words are there, of `a|b` one of them."""
    return all(any(word in found for word in need.split("|")) for need in needs)


def bind(fills: Sequence[Mapping[str, Any]], found: Found) -> list[dict[str, Any]]:
    """Fills with the file's columns in place of words; those that the file has nothing for are left out."""
    bound = (_fill(fill, found) for fill in fills)
    return [fill for fill in bound if fill is not None]


def _fill(fill: Mapping[str, Any], found: Found) -> dict[str, Any] | None:
    if not has(found, fill.get("needs", ())):
        return None
    made: dict[str, Any] = {"table": fill["table"]}
    columns = {
        target: column
        for target, what in fill.get("columns", {}).items()
        if (column := _column(what, found)) is not None
    }
    values = {}
    for target, spoken in fill.get("values", {}).items():
        if "of" in spoken:
            of = _column(spoken["of"], found)
            if of is not None:
                values[target] = {**spoken, "of": of}
        elif target in columns:
            values[target] = dict(spoken)
    for key in ("when", "split_column"):
        if key in fill:
            column = _column(fill[key], found)
            if column is None:
                return None
            made[key] = column
    if "where" in fill:
        where = {_column(word, found): texts for word, texts in fill["where"].items()}
        if None in where:
            return None
        made["where"] = where
    for key in ("activity", "event_id"):
        if key in fill:
            template = _template(fill[key], found, keep=("activity",))
            if template is None and key == "activity":
                return None
            if template is not None:
                made[key] = template
    if "split" in fill:
        made["split"] = fill["split"]
    told = {*columns, *values, *made}
    if any(column.required and column.name not in told for column in RECORDS[fill["table"]].columns):
        return None
    if columns:
        made["columns"] = columns
    if values:
        made["values"] = values
    return made


def _column(what: str, found: Found) -> str | None:
    """A column, a constant or a text with columns in it; None where the file lacks one.

    Of alternatives parted by | all that are there are kept: row by row the first that is filled counts.
    """
    if what.startswith("="):
        return what
    some = []
    for one in what.split("|") if "||" not in what else [what]:
        if "{" in one:
            some.append(_template(one, found, some=True))
        elif one in found:
            some.append(found[one])
    there = [one for one in some if one is not None]
    if len(there) < 2:
        return there[0] if there else None
    return "||".join(one if "{" in one else f"{{{one}}}" for one in there)


def _template(what: str, found: Found, keep: Sequence[str] = (), some: bool = False) -> str | None:
    """A text with columns in it; None where the file lacks one of them, or (`some`) all of them.

    Alternatives are parted by ||, since activities hold single bars.
    """
    made = []
    for one in what.split("||"):
        words = [match[1] for match in _PLACE.finditer(one)]
        missing = [word for word in words if word not in found and word not in keep]
        if missing and not (some and len(missing) < len(words)):
            continue
        made.append(" ".join(_PLACE.sub(lambda match: _put(match, found, keep), one).split()))
    return "||".join(made) or None


def _put(match: re.Match[str], found: Found, keep: Sequence[str]) -> str:
    word = match[1]
    if word in found:
        return f"{{{found[word]}}}"
    return match[0] if word in keep else ""
