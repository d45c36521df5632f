"""Findings in the terminal: document by document, worst first, then the sums and what to do next."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap

import click

from polku.checks import Finding, Occurrence
from polku.words import reader

WIDEST = 100
SIGNS = {"error": "▲", "warning": "◆", "hint": "·"}
HUES = {"error": "red", "warning": "yellow", "hint": None}
PLACE = 9


def has_colour() -> bool:
    """Whether hue may be used: on a terminal that can, unless the reader said no (NO_COLOR)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Sheet:
    """Writes findings as lines of at most 100 columns.

    Args:
        documents: how many were read.
        each: every place on a line of its own.
        data: whether there is data, be it readable or not.
        started: when the command began, by `time.perf_counter`.
    """

    def __init__(
        self, folder: Path, documents: int, language: str, *, each: bool, data: bool, started: float
    ) -> None:
        self.folder = folder
        self.documents = documents
        self.each = each
        self.data = data
        self.started = started
        self.say = reader(language)
        self.colour = has_colour()
        self.width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
        self.level_width = max(len(self.say(f"checks.level.{level}")) for level in SIGNS) + 2
        self.explained: set[str] = set()
        """Codes whose reason, and advice that, was already given."""

    def lines(self, found: Sequence[Finding]) -> Iterator[str]:
        """The whole answer."""
        shown = [one for one in found if one.silenced is None and one.level != "not-measured"]
        # Findings come worst first, so a document stands where its worst finding stands.
        order: dict[str, int] = {}
        for one in shown:
            order.setdefault(one.place.file, len(order))
        for file, findings in groupby(
            sorted(shown, key=lambda one: order[one.place.file]), lambda one: one.place.file
        ):
            yield self.style(file, bold=True, underline=True)
            for finding in findings:
                yield from self.finding(finding)
        if shown:
            yield ""
        yield from self.sums(found, shown)
        yield from self.next(found, shown)

    def finding(self, finding: Finding) -> Iterator[str]:
        """One finding: its place, level and code, the sentence, and once why and how to mend it."""
        sign, hue = SIGNS[finding.level], HUES[finding.level]
        level = f"{sign} {self.say(f'checks.level.{finding.level}')}".ljust(self.level_width)
        place = f"{finding.place.line}:{finding.place.column}"
        indent = PLACE + 2 + self.level_width + 1 + len(finding.code) + 2
        first, *rest = self.wrapped(self.say.text(finding.message), indent)
        head = f"{self.style(place.rjust(PLACE), dim=True)}  {self.style(level, fg=hue, bold=bool(hue))}"
        yield f"{head} {finding.code}  {first}"
        yield from (" " * indent + line for line in rest)
        if self.each and finding.count > 1:
            yield from self.places(finding.occurrences, indent)
        if finding.code not in self.explained:
            self.explained.add(finding.code)
            yield from (
                " " * indent + self.style(line, dim=True)
                for line in self.wrapped(self.say.text(finding.why), indent)
            )
        fix = self.say.text(finding.fix) if finding.fix is not None else ""
        if fix and (fix not in self.explained or finding.level == "error"):
            self.explained.add(fix)
            word = self.say("check.fix")
            after = indent + len(word) + 2
            start = " " * indent + self.style(word, fg="blue") + "  "
            for line in self.wrapped(fix, after):
                yield start + line
                start = " " * after

    def places(self, occurrences: Sequence[Occurrence], indent: int) -> Iterator[str]:
        """Each place of a finding."""
        for one in occurrences:
            place = self.style(f"{one.place.line}:{one.place.column}".rjust(PLACE), dim=True)
            first, *rest = self.wrapped(self.say.text(one.message), indent)
            yield place + " " * (indent - PLACE) + first
            yield from (" " * indent + line for line in rest)

    def sums(self, found: Sequence[Finding], shown: Sequence[Finding]) -> Iterator[str]:
        """How many findings of each level, what was not measured, and what somebody lives with."""
        read = self.say(
            "check.read", count=self.documents, seconds=round(time.perf_counter() - self.started, 2)
        )
        if not shown:
            yield f"{self.style('✓', fg='green')} {self.say('check.nothing')}  {self.style(read, dim=True)}"
        else:
            numbers = {level: sum(one.level == level for one in shown) for level in SIGNS}
            parts = [
                self.style(
                    self.say(f"check.{level}s", count=number),
                    fg=HUES[level] if number else None,
                    bold=bool(number and HUES[level]),
                )
                for level, number in numbers.items()
            ]
            yield "  ".join(parts) + "     " + self.style(read, dim=True)
        reasons: dict[str, list[str]] = {}
        for one in found:
            if one.level == "not-measured" and one.silenced is None:
                said = self.say.text(one.message.params.get("reason", one.message))
                reasons.setdefault(said, []).append(one.code)
        for reason, codes in reasons.items():
            for line in self.wrapped(self.say("check.not-measured", codes=ranges(codes), reason=reason), 0):
                yield self.style(line, dim=True)
        silenced = sum(one.count for one in found if one.silenced is not None)
        if silenced:
            yield self.style(self.say("check.silenced", count=silenced), dim=True)

    def next(self, found: Sequence[Finding], shown: Sequence[Finding]) -> Iterator[str]:
        """The commands that come next."""
        folder = str(self.folder)
        commands = []
        if shown:
            commands.append((f"polku explain {shown[0].code}", "check.next-explain"))
        if any(one.count > 1 for one in shown) and not self.each:
            commands.append((f"polku check {folder} --each", "check.next-each"))
        if not self.data and any(one.level == "not-measured" for one in found):
            commands.append((f"polku import {folder} FILE…", "check.next-import"))
        commands.append((f"polku report {folder} -o report.html", "check.next-report"))
        word = self.say("check.next")
        longest = max(len(text) for text, _ in commands)
        for number, (text, does) in enumerate(commands):
            start = word if not number else " " * len(word)
            said = self.style(self.say(does), dim=True)
            yield f"{self.style(start, dim=True)}  {text.ljust(longest)}  {said}"

    def wrapped(self, text: str, indent: int) -> list[str]:
        """A text in lines that fit beside an indent."""
        return wrap(text, max(self.width - indent, 30), break_on_hyphens=False) or [""]

    def style(self, text: str, **style: object) -> str:
        """A text with its hue, where hue may be used."""
        return click.style(text, **style) if self.colour else text  # type: ignore[arg-type]


def ranges(codes: Sequence[str]) -> str:
    """Codes in a row as first–last."""
    numbers = sorted({int(code[2:]) for code in codes})
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(
        f"PK{part[0]:03}" if len(part) == 1 else f"PK{part[0]:03}–PK{part[-1]:03}" for part in parts
    )
