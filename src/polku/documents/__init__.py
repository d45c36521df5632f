"""What people write: journeys, roles, evidence and all else of a workspace, as objects without any I/O."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polku.documents.account import (
        UNDERSTANDING,
        Account,
        AccountPerson,
        Signal,
        Understanding,
        Understood,
        ValueOf,
    )
    from polku.documents.base import Document, Duration, Id, Ignore, Item, Personal, PersonalMark
    from polku.documents.brand import LEAST_CONTRAST, Brand, contrast
    from polku.documents.durations import parse_duration
    from polku.documents.evidence import About, Evidence
    from polku.documents.improvement import Improvement, Looked, Solves, Sprint
    from polku.documents.journey import (
        Act,
        Gain,
        Handoff,
        Journey,
        Next,
        Pain,
        PartnerPart,
        Question,
        RoundEnd,
        Rounds,
        Rule,
        Stage,
        Step,
    )
    from polku.documents.kinds import KINDS
    from polku.documents.partner import Partner, Satisfaction
    from polku.documents.parts import DECISION_WEIGHT, PARTS, Part
    from polku.documents.place import Place
    from polku.documents.role import Role
    from polku.documents.rule_fields import RULE_FIELDS
    from polku.documents.scoring import EngagementRule, FitRule, Grades, Scoring
    from polku.documents.settings import (
        FORMAT_VERSION,
        Channel,
        Content,
        EventRule,
        Filter,
        Goal,
        Level,
        Limits,
        Measure,
        Purpose,
        Rival,
        Segment,
        Settings,
        System,
        Team,
        Theme,
        Touchpoint,
    )
    from polku.documents.source import TABLES, Fill, Join, Source
    from polku.documents.walk import Change, changes_of_hands, first_steps, next_of, owners, ways
    from polku.documents.workspace import SETTINGS_FILE, Problem, Workspace, document_file

__all__ = [
    "DECISION_WEIGHT",
    "FORMAT_VERSION",
    "KINDS",
    "LEAST_CONTRAST",
    "PARTS",
    "RULE_FIELDS",
    "SETTINGS_FILE",
    "TABLES",
    "UNDERSTANDING",
    "About",
    "Account",
    "AccountPerson",
    "Act",
    "Brand",
    "Change",
    "Channel",
    "Content",
    "Document",
    "Duration",
    "EngagementRule",
    "EventRule",
    "Evidence",
    "Fill",
    "Filter",
    "FitRule",
    "Gain",
    "Goal",
    "Grades",
    "Handoff",
    "Id",
    "Ignore",
    "Improvement",
    "Item",
    "Join",
    "Journey",
    "Level",
    "Limits",
    "Looked",
    "Measure",
    "Next",
    "Pain",
    "Part",
    "Partner",
    "PartnerPart",
    "Personal",
    "PersonalMark",
    "Place",
    "Problem",
    "Purpose",
    "Question",
    "Rival",
    "Role",
    "RoundEnd",
    "Rounds",
    "Rule",
    "Satisfaction",
    "Scoring",
    "Segment",
    "Settings",
    "Signal",
    "Solves",
    "Source",
    "Sprint",
    "Stage",
    "Step",
    "System",
    "Team",
    "Theme",
    "Touchpoint",
    "Understanding",
    "Understood",
    "ValueOf",
    "Workspace",
    "changes_of_hands",
    "contrast",
    "document_file",
    "first_steps",
    "next_of",
    "owners",
    "parse_duration",
    "ways",
]

# The classes of documents take longer to load than most questions to the data take to answer; these are answered
# from documents that were read before (`held`), so that each name is loaded where it is first asked for.
_IN = {
    "account": (
        "Account",
        "AccountPerson",
        "Signal",
        "UNDERSTANDING",
        "Understanding",
        "Understood",
        "ValueOf",
    ),
    "base": ("Document", "Duration", "Id", "Ignore", "Item", "Personal", "PersonalMark"),
    "brand": ("Brand", "LEAST_CONTRAST", "contrast"),
    "durations": ("parse_duration",),
    "evidence": ("About", "Evidence"),
    "improvement": ("Improvement", "Looked", "Solves", "Sprint"),
    "journey": (
        "Act",
        "Gain",
        "Handoff",
        "Journey",
        "Next",
        "Pain",
        "PartnerPart",
        "Question",
        "RoundEnd",
        "Rounds",
        "Rule",
        "Stage",
        "Step",
    ),
    "kinds": ("KINDS",),
    "partner": ("Partner", "Satisfaction"),
    "parts": ("DECISION_WEIGHT", "PARTS", "Part"),
    "place": ("Place",),
    "role": ("Role",),
    "rule_fields": ("RULE_FIELDS",),
    "scoring": ("EngagementRule", "FitRule", "Grades", "Scoring"),
    "settings": (
        "Channel",
        "Content",
        "EventRule",
        "FORMAT_VERSION",
        "Filter",
        "Goal",
        "Level",
        "Limits",
        "Measure",
        "Purpose",
        "Rival",
        "Segment",
        "Settings",
        "System",
        "Team",
        "Theme",
        "Touchpoint",
    ),
    "source": ("Fill", "Join", "Source", "TABLES"),
    "walk": ("Change", "changes_of_hands", "first_steps", "next_of", "owners", "ways"),
    "workspace": ("Problem", "SETTINGS_FILE", "Workspace", "document_file"),
}
_MODULE = {name: module for module, names in _IN.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_MODULE[name]}"), name)
    return found
