"""How persons of an account are called and signed: by name, or by their part and a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from polku.analytics.account import Member
from polku.diagrams.parts.journey import NOBODY, short_names
from polku.documents import Workspace
from polku.scene import RoleSign, role_signs
from polku.words import Reader


def workspace_signs(workspace: Workspace) -> dict[str, RoleSign]:
    """The sign of every role, in the workspace's order."""
    return role_signs({id: workspace.label("roles", id) for id in workspace.role_order()})


def sign_of(signs: Mapping[str, RoleSign], role: str | None) -> RoleSign:
    """A role's sign; that of nobody where the role is unknown."""
    return signs.get(role or "", NOBODY)


def upper(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


def part_words(workspace: Workspace, role: str | None, part: str | None, say: Reader) -> str:
    """The part in a purchase, in words; the role's name where it has no part, empty where nothing is known."""
    if part:
        return say(f"diagrams.part-{part}")
    return short_names(workspace).get(role or "", "") if role else ""


def person_words(
    workspace: Workspace,
    role: str | None,
    part: str | None,
    name: str | None,
    number: int,
    alone: bool,
    say: Reader,
) -> str:
    """What a person is called: the name where it may be shown, else the part and, where there are several, a number."""
    if name:
        return name
    what = part_words(workspace, role, part, say) or say("account.person")
    return upper(what) if alone else say("account.numbered", what=upper(what), number=number)


def member_words(workspace: Workspace, member: Member, members: Iterable[Member], say: Reader) -> str:
    """What a member of an account is called."""
    group = member.role or member.part
    alone = sum((one.role or one.part) == group for one in members) == 1
    return person_words(workspace, member.role, member.part, member.name, member.number, alone, say)


def first_name(words: str, named: bool) -> str:
    """The first name where that tells who is meant."""
    return words.split(" ")[0] if named else words
