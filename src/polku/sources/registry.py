"""Which sources there are: polku's own and those of installed packages, all registered as entry points."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from polku.errors import WrongUse
from polku.sources.systems import GROUP, SURE, Guess, System, Table
from polku.words import Message

OWN = {
    "hubspot": "hubspot",
    "salesforce": "salesforce",
    "ocel": "ocel",
    "ga4": "ga4",
    "segment": "segment",
    "ads": "ads",
    "zendesk": "zendesk",
    "qualtrics": "qualtrics",
    "teams": "teams",
    "zoom": "zoom",
    "matomo": "matomo",
    "outlook": "outlook",
}
"""Name of a source of polku's own → the module that holds it."""
BUILT_IN = tuple(EntryPoint(name, f"polku.sources.{module}:SOURCE", GROUP) for name, module in OWN.items())
"""polku's own, as entry points; they need no installed metadata."""


@dataclass(frozen=True)
class Registered:
    """The sources that could be loaded, by name, and those that could not, with the reason."""

    systems: dict[str, System]
    broken: dict[str, str]


@functools.cache
def registered() -> Registered:
    """All sources; a package's source of a name that polku has takes its place."""
    systems: dict[str, System] = {}
    broken: dict[str, str] = {}
    for entry in BUILT_IN:
        own: System = entry.load()
        systems[own.name] = own
    for entry in entry_points(group=GROUP):
        try:
            system: System = entry.load()
            # Asked for at once, so that what is no source is told here and not in the middle of an import.
            _ = (system.name, system.title, tuple(system.shapes), system.look, system.mend, system.propose)
        except Exception as error:
            broken[entry.name] = f"{type(error).__name__}: {error}"
        else:
            systems[system.name] = system
    return Registered(systems, broken)


def names() -> list[str]:
    """What `--as` takes, apart from the plain kinds of files: sources, and their tables."""
    found = []
    for name, system in sorted(registered().systems.items()):
        found += [name, *(f"{name}-{shape}" for shape in system.shapes if len(system.shapes) > 1)]
    return found


def named(word: str) -> tuple[System, str] | None:
    """The source and shape that a word of `--as` names; an empty shape leaves it open."""
    systems = registered().systems
    if word in systems:
        return systems[word], ""
    for name, system in systems.items():
        if word.startswith(f"{name}-") and (shape := word.removeprefix(f"{name}-")) in system.shapes:
            return system, shape
    return None


def unknown(word: str, others: list[str]) -> WrongUse:
    """The refusal of a word that names nothing."""
    return WrongUse(Message("sources.unknown-system", {"system": word, "known": sorted([*names(), *others])}))


def recognise(table: Table) -> tuple[System, Guess] | None:
    """The source that is surest of a table; None where none is sure enough.

    A source that fails is passed over with a warning: somebody else's defect stops no import.
    """
    best: tuple[System, Guess] | None = None
    for name, reason in registered().broken.items():
        table.warn(Message("sources.plugin-failed", {"system": name, "reason": reason}))
    for system in registered().systems.values():
        try:
            guess = system.look(table, None)
        except Exception as error:
            table.warn(
                Message(
                    "sources.plugin-failed",
                    {"system": system.name, "reason": f"{type(error).__name__}: {error}"},
                )
            )
            continue
        if guess is not None and guess.score >= SURE and (best is None or guess.score > best[1].score):
            best = system, guess
    return best
