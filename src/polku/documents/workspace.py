"""The whole: all documents of a workspace, what could not be read of them, and the place of each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from polku.documents.place import Place
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.documents.account import Account
    from polku.documents.base import Document
    from polku.documents.evidence import Evidence
    from polku.documents.improvement import Improvement, Sprint
    from polku.documents.journey import Journey
    from polku.documents.partner import Partner
    from polku.documents.role import Role
    from polku.documents.settings import Channel, Content, Rival, Segment, Settings, System, Team, Touchpoint
    from polku.documents.source import Source

SETTINGS_FILE = "polku.yaml"


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


HasId = TypeVar("HasId", bound=_Identified)


@dataclass(frozen=True)
class Problem:
    """Something in a file that is not as the format says; becomes a PK0 finding.

    Args:
        code: PK001 … PK009.
        message: what was found and what is possible.
        document: `journeys/new-machine`, or `polku` for polku.yaml.
        item: path within it (`steps/sign/feels`), or None for the whole.
    """

    code: str
    message: Message
    document: str
    item: str | None
    place: Place


@dataclass(frozen=True)
class Workspace:
    """Documents by kind and id, in the order of their files' names (roles: the workspace's order)."""

    settings: Settings
    roles: Mapping[str, Role] = field(default_factory=dict)
    journeys: Mapping[str, Journey] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    improvements: Mapping[str, Improvement] = field(default_factory=dict)
    sprints: Mapping[str, Sprint] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, Place]] = field(default_factory=dict)
    """Document → path of an item or field (`steps/sign/feels`, list members by id, else by number from 1) → place."""
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """The company's name, or a dash where nobody gave one."""
        return self.settings.name or "–"

    @cached_property
    def teams(self) -> Mapping[str, Team]:
        """Teams by id."""
        return _by_id(self.settings.teams)

    @cached_property
    def segments(self) -> Mapping[str, Segment]:
        """Segments by id."""
        return _by_id(self.settings.segments)

    @cached_property
    def rivals(self) -> Mapping[str, Rival]:
        """Rivals by id."""
        return _by_id(self.settings.rivals)

    @cached_property
    def systems(self) -> Mapping[str, System]:
        """Systems by id."""
        return _by_id(self.settings.systems)

    @cached_property
    def contents(self) -> Mapping[str, Content]:
        """Contents by id."""
        return _by_id(self.settings.contents)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """Channels by id."""
        return _by_id(self.settings.channels)

    @cached_property
    def touchpoints(self) -> Mapping[str, Touchpoint]:
        """Touchpoints by id, in the order in which their rules are tried."""
        return _by_id(self.settings.touchpoints)

    @cached_property
    def accounts_by_record(self) -> Mapping[str, Account]:
        """Accounts by each id under which a system knows them."""
        found: dict[str, Account] = {}
        for account in self.accounts.values():
            for refs in account.records.values():
                for ref in (refs,) if isinstance(refs, str) else refs:
                    found.setdefault(ref, account)
        return found

    def place(self, document: str, item: str | None = None) -> Place:
        """Where an item stands; the nearest thing around it that has a place otherwise."""
        places = self.places.get(document, {})
        path = item or ""
        while True:
            if path in places:
                return places[path]
            if not path:
                return Place(file=document_file(document))
            path = path.rpartition("/")[0]

    def documents(self) -> Iterator[tuple[str, Settings | Document]]:
        """All documents with their names: `polku`, `roles/ole`, …"""
        from polku.documents.kinds import KINDS

        yield "polku", self.settings
        for kind in KINDS:
            members: Mapping[str, Any] = getattr(self, kind)
            for id, document in members.items():
                yield f"{kind}/{id}", document

    def role_order(self) -> tuple[str, ...]:
        """Role ids in the order that gives them shape and colour, the same in every picture."""
        said = [id for id in self.settings.roles if id in self.roles]
        return (*said, *(id for id in self.roles if id not in said))

    def label(self, kind: str, id: str | None) -> str:
        """What people call a thing of some kind (teams, touchpoints, roles …); its id where it has no name."""
        if id is None:
            return ""
        thing = getattr(self, kind, {}).get(id)
        return (getattr(thing, "name", None) or id) if thing is not None else id


def document_file(document: str) -> str:
    """The file of a document relative to its workspace."""
    return SETTINGS_FILE if document == "polku" else f"{document}.yaml"


def _by_id(items: tuple[HasId, ...]) -> Mapping[str, HasId]:
    found: dict[str, HasId] = {}
    for item in items:
        found.setdefault(item.id, item)
    return found
