"""The fields by which a question's options are chosen: what each can be, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from polku.analytics.asking.asked import Question
from polku.analytics.attribution import BYS, SCOPES, VALUES
from polku.analytics.campaigns import CAMPAIGN_MODELS
from polku.analytics.centre import CENTRE_BYS
from polku.analytics.credit.models import MODELS
from polku.analytics.credit.touch_paths import GRAINS
from polku.analytics.deviations import DEVIATION_SPLITS
from polku.analytics.funnel import FUNNEL_MODES
from polku.analytics.map.nodes import OFS, TRANSFORMS
from polku.analytics.retention import RETENTION_SPLITS
from polku.analytics.time import TIME_DEFINITIONS
from polku.analytics.touches import TOUCH_SPLITS
from polku.analytics.voice import VOICE_OFS, WEIGHTS
from polku.documents import Workspace
from polku.studio.explore.choice import DAYS, DURATIONS, LISTS, Choice
from polku.words import Reader, has

Kind = Literal["select", "several", "days", "day", "number", "text"]

CHOICES: Mapping[str, Sequence[str]] = {
    "of": OFS,
    "definition": TIME_DEFINITIONS,
    "transform": TRANSFORMS,
    "weight": WEIGHTS,
    "scope": SCOPES,
    "value": VALUES,
    "grain": GRAINS,
    "mode": FUNNEL_MODES,
    "models": tuple(MODELS),
}
"""Option → what it can be."""
OWN: Mapping[tuple[str, str], Sequence[str]] = {
    ("voice", "of"): VOICE_OFS,
    ("loyalty", "of"): VOICE_OFS,
    ("retention", "by"): RETENTION_SPLITS,
    ("touches", "by"): TOUCH_SPLITS,
    ("deviations", "by"): DEVIATION_SPLITS,
    ("centre", "by"): CENTRE_BYS,
    ("attribution", "by"): BYS,
    ("campaigns", "models"): CAMPAIGN_MODELS,
}
"""Question and option → what it can be there."""
HIDDEN = ("most",)


@dataclass(frozen=True)
class Field:
    """An option as a field.

    Args:
        choices: value, words and whether it is chosen.
    """

    name: str
    label: str
    kind: Kind
    value: str
    choices: tuple[tuple[str, str, bool], ...] = ()


def fields_of(question: Question, choice: Choice, workspace: Workspace, say: Reader) -> tuple[Field, ...]:
    """The options of a question, in its order."""
    return tuple(
        _field(question, name, choice, workspace, say) for name in question.options if name not in HIDDEN
    )


def chosen_words(question: Question, choice: Choice, workspace: Workspace, say: Reader) -> str:
    """The options that are chosen, in a line."""
    told = []
    for field in fields_of(question, choice, workspace, say):
        if field.value:
            words = [words for _, words, chosen in field.choices if chosen] or [field.value]
            told.append(f"{field.label}: {', '.join(words)}")
    return " · ".join(told)


def _field(question: Question, name: str, choice: Choice, workspace: Workspace, say: Reader) -> Field:
    value = choice.options.get(name, "")
    id = f"studio-explore.option-{name.replace('_', '-')}"
    label = say(id) if has(id, "en") else name
    known = OWN.get((question.name, name)) or CHOICES.get(name)
    if name == "improvement":
        known = tuple(workspace.improvements)
    if known is not None:
        chosen = [one.strip() for one in value.split(",")]
        several = name in LISTS and question.name != "campaigns"
        return Field(
            name,
            label,
            "several" if several else "select",
            value,
            tuple((one, _words(name, one, workspace, say), one in chosen) for one in known),
        )
    kind: Kind = (
        "days" if name in DURATIONS else "day" if name in DAYS else "number" if name == "people" else "text"
    )
    return Field(name, label, kind, value)


def _words(option: str, value: str, workspace: Workspace, say: Reader) -> str:
    if option == "improvement":
        return workspace.improvements[value].label
    for id in (
        f"attribution.model-{value}" if option == "models" else "",
        f"studio-explore.choice-{option}-{value}",
        f"studio-explore.choice-{value}",
    ):
        if id and has(id, "en"):
            return say(id)
    return value
