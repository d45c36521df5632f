"""Whom polku must not know again: keyed hashes of their names, addresses and ids, and what stands in their place.

Nothing here can be read back into a name. A text is searched by hashing its words and addresses, so the same
hashes that erase somebody keep them out when their export comes in once more.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from polku.errors import LakeError, Where
from polku.records.files import told, write_whole
from polku.records.letters import fold
from polku.words import Message

FILE, KEY_FILE = "forgotten.json", "forgotten.key"
KEY_VARIABLE = "POLKU_FORGOTTEN_KEY"
"""Holds the key (64 hexadecimal digits) where it is to be kept apart from the data."""

PSEUDONYM = re.compile(r"erased-\d{12}")
_TOKEN = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"[\w.+'%-]+?(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_SUFFIXES = (
    *("n", "a", "s", "es", "ia", "in", "na", "ta", "lle", "lla", "lta", "ssa", "sta"),
    *("ksi", "tta", "een", "iin", "hin", "ille", "illa", "ilta", "issa", "ista", "iksi", "ina", "ita"),
)
"""What Finnish, Swedish and Danish put behind a name, without marks on letters."""
_SHORTEST_CELL, _SHORTEST_JOINED = 4, 8
_GAP = 3
"""So many signs may stand between the words of a name: `Holm, Mette`, `mette.holm`, `mette%20holm`."""


@dataclass(frozen=True)
class Known:
    """What is known of a person, in plain words; it lives only as long as the erasure runs.

    Args:
        refs: (kind of source, the source's word).
        alone: folded words of the names that point at nobody and nothing else here, so that they are taken out of
            free text also where they stand by themselves.
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    refs: tuple[tuple[str, str], ...] = ()
    alone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Name:
    """Hashes of the forms of each word, the family name last, and of the words written as one."""

    words: tuple[tuple[str, ...], ...]
    alone: tuple[int, ...]
    joined: tuple[str, ...]


@dataclass(frozen=True)
class _Person:
    pseudonym: str
    when: str
    refs: frozenset[str]
    cells: frozenset[str]
    emails: frozenset[str]
    names: tuple[_Name, ...]


class Forgotten:
    """The people who were erased here, and the key of their hashes.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes, people: Iterable[_Person] = ()) -> None:
        self._key = key
        self._people = list(people)
        self._index()

    def __bool__(self) -> bool:
        return bool(self._people)

    def __len__(self) -> int:
        return len(self._people)

    @classmethod
    def read(cls, folder: Path) -> Forgotten:
        """Those of a workspace's folder; nobody where nobody was erased.

        Raises:
            LakeError: the file or its key is missing, damaged, or they do not belong together.
        """
        file = folder / FILE
        if not file.exists():
            return cls(_own_key(folder) or secrets.token_bytes(32))
        key = _own_key(folder)
        if key is None:
            raise LakeError(
                Message("privacy.no-key", {"variable": KEY_VARIABLE}), Where(str(folder / KEY_FILE))
            )
        try:
            data = json.loads(file.read_text("utf-8"))
            people = [_person_of(one) for one in data["people"]]
            right = data["check"] == _hash(key, "check", "")
        except (OSError, ValueError, KeyError, TypeError):
            raise LakeError(Message("records.damaged-file"), Where(str(file))) from None
        if not right:
            raise LakeError(Message("privacy.other-key"), Where(str(folder / KEY_FILE)))
        return cls(key, people)

    def save(self, folder: Path) -> None:
        """Keep them; the key is written beside, for its owner alone, unless it comes from the environment."""
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if _own_key(folder) is None:
                write_whole(folder / KEY_FILE, self._key.hex() + "\n", mode=0o600)
            data = {
                "polku": 1,
                "check": _hash(self._key, "check", ""),
                "people": [_data_of(person) for person in self._people],
            }
            write_whole(folder / FILE, json.dumps(data, indent=1) + "\n", mode=0o600)

    def remember(self, known: Known, when: str) -> str:
        """Add a person, or more words for one already here; what stands in their place from now on.

        Args:
            when: the day, as ISO 8601.
        """
        pseudonym = self._remember(known, when)
        self._index()
        return pseudonym

    def remember_all(self, people: Iterable[Known], when: str) -> None:
        """Add people who share no words, as `remember` does one."""
        for known in people:
            self._people.append(self._person(known, when))
        self._index()

    def _remember(self, known: Known, when: str) -> str:
        new = self._person(known, when)
        pseudonyms = {one for _, ref in known.refs for one in PSEUDONYM.findall(ref)}
        for number, person in enumerate(self._people):
            if person.pseudonym in pseudonyms or person.refs & new.refs or person.emails & new.emails:
                self._people[number] = replace(
                    person,
                    refs=person.refs | new.refs,
                    cells=person.cells | new.cells,
                    emails=person.emails | new.emails,
                    names=tuple(dict.fromkeys((*person.names, *new.names))),
                )
                return person.pseudonym
        self._people.append(new)
        return new.pseudonym

    def _person(self, known: Known, when: str) -> _Person:
        # Digits only, so that it can never be taken for the word of a name.
        return _Person(
            f"erased-{secrets.randbelow(10**12):012}",
            when,
            frozenset(self._ref(kind, ref) for kind, ref in known.refs),
            frozenset(self._hash("cell", ref) for _, ref in known.refs if len(ref) >= _SHORTEST_CELL),
            frozenset(self._hash("email", plain_email(one)) for one in known.emails),
            tuple(name for one in known.names if (name := self._name(one, known.alone))),
        )

    def learn(self, kind: str, ref: str, email: str) -> bool:
        """Take a source's new word for somebody whose address is known; whether it was new."""
        found = self._emails.get(self._hash("email", plain_email(email)))
        if found is None or not ref or PSEUDONYM.search(ref) or self._ref(kind, ref) in self._refs:
            return False
        number = self._people.index(found)
        self._people[number] = replace(
            found,
            refs=found.refs | {self._ref(kind, ref)},
            cells=found.cells | ({self._hash("cell", ref)} if len(ref) >= _SHORTEST_CELL else set()),
        )
        self._index()
        return True

    def ref(self, kind: str | None, value: str) -> str:
        """What stands for a source's word for a person; the word itself for anybody else."""
        found = self._refs.get(self._ref(kind or "", value))
        if found is not None:
            masked = self.text(value)
            # An address keeps its domain, by which its company is known.
            return masked if "@" in masked and masked != value else found.pseudonym
        return self.text(value)

    def holds_ref(self, value: str) -> bool:
        """Whether a cell is some source's word for a forgotten person; short ones could be anything."""
        return len(value) >= _SHORTEST_CELL and self._hash("cell", value) in self._cells

    def text(self, value: str, *, prose: bool = False) -> str:
        """A text with every forgotten name and address replaced; the text itself where there is none.

        Args:
            prose: people wrote it, so that a first or family name by itself is meant, too.
        """
        if not self._people:
            return value
        if "@" in value or "%40" in value:
            value = _ADDRESS.sub(self._address, value)
        spans = list(self._names_in(value, prose))
        for start, end, pseudonym in reversed(spans):
            value = value[:start] + pseudonym + value[end:]
        return value

    def anywhere(self, data: Any, *, prose: bool = False) -> Any:
        """Plain data (of JSON) with all its texts and keys as `text` leaves them."""
        if isinstance(data, str):
            return self.text(data, prose=prose)
        if isinstance(data, list | tuple):
            return [self.anywhere(one, prose=prose) for one in data]
        if isinstance(data, Mapping):
            return {self.text(str(key)): self.anywhere(one, prose=prose) for key, one in data.items()}
        return data

    def _address(self, match: re.Match[str]) -> str:
        address = plain_email(match[0])
        found = self._emails.get(self._hash("email", address))
        return f"{found.pseudonym}@{address.partition('@')[2]}" if found else match[0]

    def _names_in(self, value: str, prose: bool) -> Iterator[tuple[int, int, str]]:
        """Start, end and pseudonym of each name in a text, in order."""
        tokens = [(m.start(), m.end(), m[0]) for m in _TOKEN.finditer(value)]
        at = 0
        while at < len(tokens):
            start, _, word = tokens[at]
            hits = self._word(word)
            best = at, 0, ""
            for name, person in {(name, person) for name, person, _ in hits}:
                last = self._run(name, value, tokens, at)
                if last is not None and last >= best[0]:
                    best = last, 2, person
            if not best[1]:
                for name, person, place in hits:
                    if place < 0 or (prose and place in self._names[name].alone):
                        best = at, 1, person
                        break
            if best[1]:
                yield start, tokens[best[0]][1], best[2]
            at = best[0] + 1

    def _run(self, name: int, value: str, tokens: list[tuple[int, int, str]], at: int) -> int | None:
        """The last of the tokens from `at` on that are words of a name; None where they do not make it."""
        words = len(self._names[name].words)
        met: set[int] = set()
        last = at
        for number in range(at, min(at + words + 2, len(tokens))):
            start, _, word = tokens[number]
            if number > at and len(" ".join(value[tokens[number - 1][1] : start].split())) > _GAP:
                break
            places = {place for one, _, place in self._word(word) if one == name and place >= 0} - met
            if not places:
                if len(word) == 1:
                    continue
                break
            met.add(min(places))
            last = number
        return last if len(met) >= min(2, words) and (words - 1 in met) and words > 1 else None

    def _word(self, word: str) -> tuple[tuple[int, str, int], ...]:
        """(number of a name, pseudonym, place of the word in it; −1 the whole name as one word)."""
        low = fold(word.casefold())
        found = self._seen.get(low)
        if found is None:
            forms = [
                low,
                *(low[: -len(one)] for one in _SUFFIXES if low.endswith(one) and len(low) - len(one) > 2),
            ]
            found = tuple(hit for form in forms for hit in self._forms.get(self._hash("word", form), ()))
            if len(self._seen) > 500_000:
                self._seen.clear()
            self._seen[low] = found
        return found

    def _name(self, text: str, alone: frozenset[str]) -> _Name | None:
        words = name_words(text)
        if len(words) < 2:
            return None
        ends = (words[0] + words[-1], words[-1] + words[0], "".join(words))
        return _Name(
            tuple(tuple(self._hash("word", form) for form in _forms(word)) for word in words),
            tuple(place for place, word in enumerate(words) if word in alone),
            tuple(self._hash("word", one) for one in dict.fromkeys(ends) if len(one) >= _SHORTEST_JOINED),
        )

    def _index(self) -> None:
        self._seen: dict[str, tuple[tuple[int, str, int], ...]] = {}
        self._refs = {ref: person for person in self._people for ref in person.refs}
        self._cells = {cell for person in self._people for cell in person.cells}
        self._emails = {email: person for person in self._people for email in person.emails}
        self._names: list[_Name] = []
        self._forms: dict[str, list[tuple[int, str, int]]] = {}
        for person in self._people:
            for name in person.names:
                number = len(self._names)
                self._names.append(name)
                for place, forms in enumerate(name.words):
                    for form in forms:
                        self._forms.setdefault(form, []).append((number, person.pseudonym, place))
                for form in name.joined:
                    self._forms.setdefault(form, []).append((number, person.pseudonym, -1))

    def _ref(self, kind: str, ref: str) -> str:
        return self._hash("ref", f"{kind}\0{ref}")

    def _hash(self, what: str, value: str) -> str:
        return _hash(self._key, what, value)


def name_words(text: str) -> list[str]:
    """The words of a name as they are compared, the family name last: `HOLM, Mette` → mette, holm."""
    last, comma, first = text.partition(",")
    return _TOKEN.findall(fold((f"{first} {last}" if comma and first.strip() else text).casefold()))


def plain_email(text: str) -> str:
    """An address as it is compared."""
    return unquote(text).strip().casefold().removeprefix("mailto:").strip("<>")


def _forms(word: str) -> list[str]:
    """A word of a name and the stems that Finnish bends it from: Virtanen → virtase(n), Pekka → peka(n)."""
    forms = [word]
    if word.endswith("nen") and len(word) > 4:
        forms += [word[:-3] + "se", word[:-3] + "s"]
    if len(word) > 3 and word[-3] == word[-2] and word[-3] in "kpt":
        forms.append(word[:-2] + word[-1])
    return forms


def _own_key(folder: Path) -> bytes | None:
    text = os.environ.get(KEY_VARIABLE, "")
    file = folder / KEY_FILE
    if not text and not file.exists():
        return None
    try:
        key = bytes.fromhex(text or file.read_text("utf-8").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise LakeError(Message("privacy.bad-key", {"variable": KEY_VARIABLE}), Where(str(file)))
    return key


def _hash(key: bytes, what: str, value: str) -> str:
    return hashlib.blake2b(f"{what}\0{value}".encode(), key=key, digest_size=16).hexdigest()


def _data_of(person: _Person) -> dict[str, Any]:
    return {
        "as": person.pseudonym,
        "when": person.when,
        "refs": sorted(person.refs),
        "cells": sorted(person.cells),
        "emails": sorted(person.emails),
        "names": [
            {
                "words": [list(forms) for forms in one.words],
                "alone": list(one.alone),
                "joined": list(one.joined),
            }
            for one in person.names
        ],
    }


def _person_of(data: Mapping[str, Any]) -> _Person:
    return _Person(
        str(data["as"]),
        str(data["when"]),
        frozenset(map(str, data["refs"])),
        frozenset(map(str, data["cells"])),
        frozenset(map(str, data["emails"])),
        tuple(
            _Name(
                tuple(tuple(map(str, forms)) for forms in one["words"]),
                tuple(map(int, one["alone"])),
                tuple(map(str, one["joined"])),
            )
            for one in data["names"]
        ),
    )
