"""Words that could mean one company are kept together, so that very many are looked up part by part.

Two words bear upon each other only through a key that both have: how a name sounds, or the end of a domain. Keys that
one word has are joined, and whatever joined keys lead to stands in one part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from polku.documents import Account
from polku.identity.decisions import Decisions
from polku.identity.names import FREE_MAIL, company_key, domain_of, domains_above, sound_key

Keys = np.ndarray[Any, np.dtype[np.uint32]]
"""Hashes of keys, the same in every process. Two keys of one hash only let more words stand together."""
Places = np.ndarray[Any, np.dtype[np.intp]]
AT_ONCE = 1 << 18
"""So many pairs of keys are joined at once."""
_MIX = np.uint32(2654435761)


def name_hash(text: str) -> int:
    """The key of a name, or of a word as it may be one."""
    return crc32(sound_key(company_key(text)).encode())


def domain_hash(text: str | None) -> int | None:
    """The key of the domain in a word: its last two labels; None where it has none, or anybody's."""
    domain = domain_of(text)
    if domain is None:
        return None
    above = domains_above(domain)
    return None if not FREE_MAIL.isdisjoint(above) else crc32(f"@{above[-1]}".encode())


def keys_of(ref: str, name: str | None = None, domain: str | None = None) -> list[int]:
    """All keys of a word, and of the name and the domain that a source says with it."""
    found = [name_hash(ref)]
    if (own := domain_hash(ref)) is not None:
        found.append(own)
    if ":" in ref:
        # An id may be made of the kind of a source and its word.
        found.append(name_hash(ref.partition(":")[2]))
    if name:
        found.append(name_hash(name))
    if (said := domain_hash(domain)) is not None:
        found.append(said)
    return found


def keys_of_domain(domain: str) -> list[int]:
    """The key of the domain of people's addresses, which is asked for as nothing else."""
    return [domain_hash(domain) or 0]


def keys_of_documents(documents: Mapping[str, Account], decisions: Decisions) -> list[int]:
    """Keys of what documents and decisions speak of, which all stand in the first part."""
    found: list[int] = []
    for id, account in documents.items():
        found += keys_of(id, account.name, account.domain)
        for refs in account.records.values():
            for ref in refs:
                found += keys_of(ref)
    for pair in decisions.standing:
        for word in pair:
            found += keys_of(word.ref)
    return found


class Parting:
    """Sorts words into parts by their keys.

    Args:
        first: keys that belong into the first part.
    """

    def __init__(self, first: Sequence[int] = ()) -> None:
        self.words: list[Keys] = []
        """A key of each word, page by page."""
        self._pairs: list[Keys] = []
        self.first = first[0] if first else None
        if len(first) > 1:
            self._pairs.append(np.array([(first[0], one) for one in first[1:]], dtype=np.uint32).T)

    def add(self, keys: Sequence[Sequence[int]]) -> None:
        """Words to sort, in their order: the keys of each, which stand together."""
        self.words.append(np.array([each[0] for each in keys], dtype=np.uint32))
        pairs = [(each[0], one) for each in keys for one in each[1:] if one != each[0]]
        if pairs:
            self._pairs.append(np.array(pairs, dtype=np.uint32).T)

    def parts(self, count: int) -> np.ndarray[Any, np.dtype[np.int16]]:
        """The part of each word that was added, of so many."""
        pairs = np.concatenate(self._pairs, axis=1) if self._pairs else np.zeros((2, 0), dtype=np.uint32)
        self._pairs.clear()
        roots = _Roots(pairs, count, self.first)
        return np.concatenate([np.zeros(0, dtype=np.int16), *map(roots.part, self.words)])


class _Roots:
    """Which part each key stands in.

    Args:
        pairs: two rows of keys, each with one that it stands together with.
        count: of parts.
        first: a key of the first part.
    """

    def __init__(self, pairs: Keys, count: int, first: int | None) -> None:
        self.count = count
        # Sorting takes a fraction of the memory of the table that np.unique makes.
        keys = np.sort(pairs, axis=None)
        self.keys = np.concatenate([keys[:1], keys[1:][keys[1:] != keys[:-1]]])
        del keys
        self.root = np.arange(len(self.keys), dtype=np.int32)
        for begin in range(0, pairs.shape[1], AT_ONCE):
            self._join(*(np.searchsorted(self.keys, row[begin : begin + AT_ONCE]) for row in pairs))
        self.first = None if first is None else self._root(np.array([first], dtype=np.uint32))[0]

    def _join(self, one: Places, other: Places) -> None:
        """Let each two keys have one root."""
        while True:
            above, below = self.root[one], self.root[other]
            open_ = np.flatnonzero(above != below)
            if not len(open_):
                return
            one, other, above, below = one[open_], other[open_], above[open_], below[open_]
            np.minimum.at(self.root, np.maximum(above, below), np.minimum(above, below))
            while (self.root[self.root] != self.root).any():
                self.root = self.root[self.root]

    def _root(self, keys: Keys) -> Keys:
        if not len(self.keys):
            return keys
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.keys[self.root[at]], keys)

    def part(self, keys: Keys) -> np.ndarray[Any, np.dtype[np.int16]]:
        """The part of each key."""
        roots = self._root(keys)
        parts = ((roots * _MIX >> np.uint32(7)) % np.uint32(self.count)).astype(np.int16)
        if self.first is not None:
            parts[roots == self.first] = 0
        return parts
