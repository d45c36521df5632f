"""Which part of a buying centre a job title means, in English, Finnish, Swedish, Danish and Norwegian.

A workspace's roles speak first. Then the words of a title are read with `lexicon.py`: what somebody *does*
(director, manager, buyer, operator …) and *in which field* (purchasing, production, quality …). What is read
is always shown with its reason; a title without a known word stays unknown.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field
from functools import lru_cache

from polku.documents import PARTS, Workspace
from polku.identity.lexicon import ASIDE, FIELDS, NOT_CUSTOMERS, RANKS, WHOLE, Field, Rank
from polku.identity.names import fold


@dataclass(frozen=True)
class ReadTitle:
    """What a title was read as.

    Args:
        part: one of `documents.PARTS`, None: unknown.
        reason: role (the workspace's own titles), whole (a title known as a whole), field, rank, none.
        words: the words that told it.
        role: the workspace's role, where one told it.
    """

    part: str | None
    reason: str
    words: tuple[str, ...] = ()
    role: str | None = None


UNKNOWN = ReadTitle(None, "none")
KEPT_PART = "part:"
"""Opens what stands for the title of somebody who was erased: their part, which says nothing of them."""


@dataclass(frozen=True)
class TitleReader:
    """Reads titles; a workspace's own come first.

    Args:
        roles: (role, part, pattern in lower case), in the order of the workspace.
    """

    roles: tuple[tuple[str, str, str], ...] = ()
    _seen: dict[str, ReadTitle] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, workspace: Workspace) -> TitleReader:
        """A reader that knows the titles of a workspace's roles."""
        return cls(
            tuple(
                (id, str(workspace.roles[id].part), title.casefold().strip())
                for id in workspace.role_order()
                if workspace.roles[id].part in PARTS
                for title in workspace.roles[id].titles
            )
        )

    def read(self, title: str | None) -> ReadTitle:
        """The part that a title means."""
        if not title or not title.strip():
            return UNKNOWN
        plain = " ".join(title.casefold().split())
        if plain.startswith(KEPT_PART) and plain.removeprefix(KEPT_PART) in PARTS:
            return ReadTitle(plain.removeprefix(KEPT_PART), "whole")
        if plain not in self._seen:
            self._seen[plain] = self._read(plain)
        return self._seen[plain]

    def kept(self, title: str) -> str | None:
        """What is kept of the title of somebody who is erased, so that what was counted stays; None where nothing."""
        part = self.read(title).part
        return f"{KEPT_PART}{part}" if part else None

    def _read(self, plain: str) -> ReadTitle:
        for role, part, pattern in self.roles:
            if fnmatch.fnmatchcase(plain, pattern) or any(
                fnmatch.fnmatchcase(one, pattern) for one in pieces(plain)
            ):
                return ReadTitle(part, "role", (pattern,), role)
        return read_title(plain)


def pieces(plain: str) -> list[str]:
    """The titles in a title: `Operatør, natskift` names the operator first, `CEO / owner` names two."""
    found = [one.strip() for one in re.split(r"\s*[,;/|(]\s*|\s+[-–—&+]\s+", plain.replace(")", " "))]
    return [one for one in found if one]


@lru_cache(maxsize=20_000)
def read_title(title: str) -> ReadTitle:
    """The part that a title means by polku's own words alone."""
    plain = fold(" ".join(title.casefold().replace("’", "'").split()))
    plain = re.sub(
        r"\b([a-z])\.([a-z])\.(?:([a-z])\.)?", lambda m: "".join(one or "" for one in m.groups()), plain
    )
    best = UNKNOWN
    for one in [plain, *pieces(plain)]:
        found = _read_piece(one)
        if found.part is not None and (best.part is None or found.reason == "whole" != best.reason):
            best = found
        if best.reason == "whole":
            break
    return best


def _read_piece(piece: str) -> ReadTitle:
    bare = re.sub(r"[^\w&' ]+", " ", piece)
    words = bare.split()
    text = " ".join(words)
    if not words:
        return UNKNOWN
    for pattern in NOT_CUSTOMERS:
        if pattern.search(text):
            return UNKNOWN
    for pattern, whole in (*ASIDE, *WHOLE):
        if match := pattern.search(text):
            return ReadTitle(whole, "whole", (match[0].strip(),))
    rank, rank_word = _rank(text)
    field_, field_word = _field(text)
    told = tuple(dict.fromkeys(word for word in (rank_word, field_word) if word))
    if field_ is not None:
        by_field = field_.parts.get(rank or "any") or field_.parts.get("any")
        if by_field:
            return ReadTitle(by_field, "field", told)
    if rank is not None:
        by_rank = RANKS[rank].part
        if by_rank:
            return ReadTitle(by_rank, "rank", told)
    return UNKNOWN


def _rank(text: str) -> tuple[Rank | None, str]:
    for rank, spec in RANKS.items():
        if match := spec.pattern.search(text):
            return rank, match[0].strip()
    return None, ""


def _field(text: str) -> tuple[Field | None, str]:
    for field_ in FIELDS:
        if match := field_.pattern.search(text):
            return field_, match[0].strip()
    return None, ""
