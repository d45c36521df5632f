"""What a check finds, why it matters and how to mend it, for people who want to know more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from polku.checks.catalogue import CATALOGUE
from polku.checks.examples import EXAMPLES
from polku.checks.registry import Check
from polku.words import Message, reader


def by_family() -> Iterator[tuple[Message, tuple[Check, ...]]]:
    """All checks in the order of their codes, family by family."""
    for family, checks in groupby(CATALOGUE.values(), key=lambda check: check.family):
        yield Message(f"checks.family.{family}"), tuple(checks)


def level_word(level: str) -> Message:
    """A level as people read it."""
    return Message(f"checks.level.{level}")


def sentence(text: str) -> str:
    """Half a sentence as a whole one."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "?", "!")) else whole + "."


def reference_page(language: str = "en") -> str:
    """The page of the documentation about all checks, in Markdown."""
    say = reader(language)
    parts = [f"# {say('checks.page.title')}", say("checks.page.intro"), say("checks.page.silence")]
    parts.append("```yaml\n" + silence_example("PK303") + "\n```")
    for family, checks in by_family():
        parts.append(f"## {say.text(family)}")
        for check in checks:
            parts.append(f"### {check.code}\n\n{sentence(say.text(check.finds))}")
            parts.append(f"*{say.text(level_word(check.level))}.* {say.text(check.why)}")
            parts.append(say.text(check.mend))
            example = EXAMPLES[check.code]
            found, mended = say("checks.page.found"), say("checks.page.mended")
            parts.append(
                f"{found}\n\n```yaml\n{example.found}\n```\n\n{mended}\n\n```yaml\n{example.mended}\n```"
            )
    return "\n\n".join(parts) + "\n"


def silence_example(code: str) -> str:
    """How a document lives with a finding for a while."""
    return f"ignore:\n  - {{check: {code}, item: steps/sign, why: …, until: 2027-03-01}}"


if __name__ == "__main__":
    print(reference_page(), end="")
