"""What people decided about companies: these two are one, these two are not. Kept beside the lake, so that it outlives imports.

The file is a ledger: one decision per line, never changed, later ones win. A company is named in it by a word of a
source (`crm:A-1042`) or by its document (`document:legetoj-nord`), not by the id that polku gives it, which may change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from polku.errors import LakeError, Where
from polku.records.files import flush, told, write_whole
from polku.records.forgotten import Forgotten
from polku.words import Message

FILE = "matches.jsonl"
Verdict = Literal["same", "different"]
DOCUMENT = "document"
"""Kind of a word that names an account's document."""


@dataclass(frozen=True, order=True)
class Word:
    """What names a company: a kind of source and its word, or `document` and an id."""

    kind: str
    ref: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"


Pair = tuple[Word, Word]


def pair_of(one: Word, other: Word) -> Pair:
    """Two words in the order in which they are compared."""
    return (one, other) if one <= other else (other, one)


def pair_id(pair: Pair) -> str:
    """Ten letters that name a pair, the same at every time."""
    return hashlib.sha256("\n".join(f"{word.kind}\t{word.ref}" for word in pair).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Decision:
    """One line of the ledger.

    Args:
        act: same, different, or undo: nobody has decided.
        when: UTC, ISO 8601.
        by: who, where whoever asked told it.
    """

    pair: Pair
    act: Literal["same", "different", "undo"]
    when: str
    by: str | None = None


@dataclass(frozen=True)
class Decisions:
    """All decisions of a workspace, in the order in which they were made."""

    ledger: tuple[Decision, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Decisions:
        """Those of a workspace's folder; none where nobody decided anything.

        Raises:
            LakeError: a line of the file is no decision.
        """
        file = folder / FILE
        if not file.exists():
            return cls()
        lines = file.read_text("utf-8").split("\n")
        return cls(
            tuple(_decision(line, file, number) for number, line in enumerate(lines, start=1) if line.strip())
        )

    @cached_property
    def standing(self) -> dict[Pair, Decision]:
        """Pair → the decision that stands, in the order in which these were made."""
        found: dict[Pair, Decision] = {}
        for one in self.ledger:
            found.pop(one.pair, None)
            if one.act != "undo":
                found[one.pair] = one
        return found

    def pairs(self, verdict: Verdict) -> list[Pair]:
        """The pairs of which this stands."""
        return [pair for pair, one in self.standing.items() if one.act == verdict]

    def masked(self, forgotten: Forgotten) -> Decisions:
        """The same without a word of those who are forgotten: where a company is called after its owner."""
        return Decisions(
            tuple(
                Decision(
                    pair_of(*(_masked(word, forgotten) for word in one.pair)),
                    one.act,
                    one.when,
                    forgotten.text(one.by) if one.by else None,
                )
                for one in self.ledger
            )
        )


def keep(folder: Path, decisions: Iterable[Decision]) -> None:
    """Add decisions to the ledger.

    Raises:
        LakeError: the disk is full or may not be written.
    """
    lines = "".join(_line(one) for one in decisions).encode()
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Lines of several writers stand one after another, since each is one write at the end.
        handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(handle, lines)
            os.fsync(handle)
        finally:
            os.close(handle)
        flush(folder)


def mask_decisions(folder: Path, forgotten: Forgotten) -> bool:
    """Rewrite the ledger without those who are forgotten; whether it changed."""
    decisions = Decisions.read(folder)
    masked = decisions.masked(forgotten)
    if masked == decisions:
        return False
    with told(folder):
        write_whole(folder / FILE, "".join(map(_line, masked.ledger)))
    return True


def decided_now(pair: Pair, act: Literal["same", "different", "undo"], by: str | None) -> Decision:
    """A decision of this moment."""
    return Decision(pair, act, dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), by)


def _masked(word: Word, forgotten: Forgotten) -> Word:
    return Word(word.kind, forgotten.text(word.ref))


def _line(one: Decision) -> str:
    data: dict[str, Any] = {"when": one.when, "act": one.act}
    data |= {"of": [[word.kind, word.ref] for word in one.pair]}
    data |= {"by": one.by} if one.by else {}
    return json.dumps(data, ensure_ascii=False) + "\n"


def _decision(line: str, file: Path, number: int) -> Decision:
    try:
        data = json.loads(line)
        (a, b), (c, d) = data["of"]
        act, when, by = data["act"], data["when"], data.get("by")
        if act not in ("same", "different", "undo") or not all(
            isinstance(text, str) for text in (a, b, c, d, when, by or "")
        ):
            raise ValueError(act)
        return Decision(pair_of(Word(a, b), Word(c, d)), act, when, by)
    except (ValueError, KeyError, TypeError):
        raise LakeError(Message("match.bad-line", {"found": line[:80]}), Where(str(file), number)) from None
