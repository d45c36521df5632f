"""What a mapping says of one cell (a column, a text with {columns} in it, a constant), as SQL over a file's rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from polku.errors import ImportRefused, Where
from polku.sources.raw import text
from polku.words import Message

_PLACE = re.compile(r"\{([^{}]*)\}")
_NOTHING = ("NULL", "\\N")
"""What databases write where there is nothing."""
_SPACES = " \t\r\n\u00a0\ufeff"


@dataclass(frozen=True)
class Cell:
    """A text per row.

    Args:
        sql: an expression; NULL where the file says nothing.
        columns: columns of the file that it reads.
        constant: its text, where it is the same in every row.
    """

    sql: str
    columns: tuple[str, ...] = ()
    constant: str | None = None

    @property
    def named(self) -> str:
        """What to call it in front of a user."""
        return ", ".join(self.columns) or (self.constant or "")


class Columns:
    """The columns of a file, and of the files joined to it, by the names a mapping may use.

    Args:
        known: name → expression.
        tidy: names of those whose every text stands as `filled` would leave it.
        gapless: no text of these has two spaces in a row.
    """

    def __init__(self, known: Mapping[str, str], tidy: Collection[str] = (), gapless: bool = False) -> None:
        self.known = dict(known)
        self.tidy = frozenset(tidy)
        self.gapless = gapless
        self._plain: dict[str, str] = {}
        for name in known:
            self._plain.setdefault(_plain(name), name)

    def find(self, name: str, where: Where) -> Cell:
        """A column by its name; letter case and spaces around do not matter.

        Raises:
            ImportRefused: there is none, with the nearest that is.
        """
        found = name if name in self.known else self._plain.get(_plain(name))
        if found is None:
            raise ImportRefused(self._unknown(name), where)
        known = self.known[found]
        return Cell(known if found in self.tidy else filled(known), (found,))

    def has(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return name in self.known or _plain(name) in self._plain

    def _unknown(self, name: str) -> Message:
        near = get_close_matches(_plain(name), list(self._plain), n=1, cutoff=0.6)
        known = list(self.known)[:30]
        if near:
            return Message(
                "sources.unknown-column-near", {"column": name, "near": self._plain[near[0]], "known": known}
            )
        return Message("sources.unknown-column", {"column": name, "known": known})

    def cell(self, said: str, where: Where, *, whole: bool = False) -> Cell:
        """What a mapping says of a column of a table.

        Args:
            whole: NULL as soon as one of its columns is empty (an id made of parts); else only when all are.
        """
        if self.has(said):
            return self.find(said, where)
        if said.startswith("="):
            return constant(said[1:].strip())
        if "{" in said:
            return self.template(said, where, whole=whole)
        raise ImportRefused(self._unknown(said), where)

    def template(
        self, said: str, where: Where, *, whole: bool = True, extra: Mapping[str, str] | None = None
    ) -> Cell:
        """A text with {column} in it; of alternatives parted by `||` the first whose columns are filled.

        Args:
            extra: further names (`activity`) → expressions.
        """
        if "||" in said:
            each = [self.template(one.strip(), where, whole=whole, extra=extra) for one in said.split("||")]
            return Cell(
                f"coalesce({', '.join(one.sql for one in each)})",
                tuple(dict.fromkeys(column for one in each for column in one.columns)),
            )
        parts: list[str] = []
        bare: list[str] = []
        columns: list[str] = []
        expressions: list[str] = []
        end = 0
        for match in _PLACE.finditer(said):
            if match.start() > end:
                parts.append(text(said[end : match.start()]))
                bare.append(parts[-1])
            inner = match[1].strip()
            if extra and inner in extra:
                expression = extra[inner]
            else:
                found = self.find(inner, where)
                columns += found.columns
                expression = found.sql
            expressions.append(expression)
            bare.append(f"({expression})")
            parts.append(f"coalesce({expression}, '')")
            end = match.end()
        if end < len(said):
            parts.append(text(said[end:]))
            bare.append(parts[-1])
        if not expressions:
            return constant(said)
        if (
            whole
            and self.gapless
            and not extra
            and self.tidy.issuperset(columns)
            and said == " ".join(said.split())
        ):
            # What no gap can come into is NULL where one of its columns is, as it stands.
            return Cell(f"({' || '.join(bare)})", tuple(dict.fromkeys(columns)))
        empty = (" OR " if whole else " AND ").join(f"({one}) IS NULL" for one in expressions)
        whole_text = f"({' || '.join(parts)})"
        # Few texts have a gap to close, and looking for one is much cheaper than closing it.
        gap = f"contains({whole_text}, '  ') OR contains({whole_text}, chr(9))"
        joined = f"trim(CASE WHEN {gap} THEN regexp_replace({whole_text}, '[ \\t]+', ' ', 'g') ELSE {whole_text} END)"
        return Cell(
            f"CASE WHEN {empty} THEN NULL ELSE nullif({joined}, '') END", tuple(dict.fromkeys(columns))
        )


def constant(value: str) -> Cell:
    """The same text in every row."""
    return Cell(text(value) if value else "CAST(NULL AS VARCHAR)", (), value)


def filled(expression: str) -> str:
    """A cell's text without spaces around it, NULL where it says nothing."""
    bare = f"trim({expression}, '{_SPACES}')"
    return f"CASE WHEN {bare} NOT IN ('', {', '.join(map(text, _NOTHING))}) THEN {bare} END"


def untidy(expression: str) -> str:
    """Whether `filled` would change a cell's text, as an expression: much cheaper than changing it."""
    first = " OR ".join(
        f"({expression} >= chr({ord(sign)}) AND {expression} < chr({ord(sign) + 1}))"
        for sign in _SPACES
        if sign > "!"
    )
    last = ", ".join(f"chr({ord(sign)})" for sign in _SPACES)
    return (
        f"{expression} < '!' OR {first} OR right({expression}, 1) IN ({last}) "
        f"OR {expression} IN ({', '.join(map(text, _NOTHING))})"
    )


def perhaps_untidy(expression: str, least: str, most: str) -> str:
    """What holds of each untidy text and of some tidy ones, half as dear as `untidy`.

    Args:
        least, most: all texts lie between these.
    """
    if least < "!" or any(least <= one <= most for one in _NOTHING):
        return untidy(expression)
    # A blank anywhere is found several times faster than one at the end.
    return " OR ".join(f"contains({expression}, chr({ord(sign)}))" for sign in _SPACES)


def translated(
    cell: Cell, values: Mapping[str, Any], find: Callable[[str], Cell]
) -> tuple[Cell, list[str], Cell]:
    """A cell through a mapping's `values`: which texts become what.

    Returns:
        The translated cell, the texts it knows (lower case) and the cell it looked at.
    """
    looked = find(str(values["of"])) if "of" in values else cell
    key = f"lower({looked.sql})"
    known = [str(one).strip() for one in values if one not in ("of", "else")]
    otherwise = "NULL" if "of" in values else looked.sql
    if "else" in values:
        otherwise = _value(values["else"])
    cases = " ".join(
        f"WHEN {text(one.lower())} THEN {_value(values[one])}" for one in values if one not in ("of", "else")
    )
    sql = f"CASE {key} {cases} ELSE {otherwise} END" if cases else otherwise
    return Cell(f"CAST({sql} AS VARCHAR)", looked.columns), [one.lower() for one in known], looked


def _value(value: Any) -> str:
    if value is None or value == "":
        return "NULL"
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    return text(str(value))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
