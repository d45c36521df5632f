"""Secrets that open one thing: made, shown once, kept as a hash, taken."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from polku.studio.models import Person, Space, Token

ONCE = frozenset({Token.SIGN_IN, Token.INVITE})
"""Kinds that are used up by being taken."""


def give(
    kind: str,
    *,
    space: Space | None = None,
    person: Person | None = None,
    grants: dict[str, Any] | None = None,
    label: str = "",
    lasts: dt.timedelta | None = None,
) -> tuple[Token, str]:
    """A new token and its secret, which is not kept and cannot be shown again."""
    secret = Token.secret()
    token = Token.objects.create(
        kind=kind,
        hash=_hash(secret),
        space=space,
        person=person,
        grants=grants or {},
        label=label,
        until=timezone.now() + lasts if lasts else None,
    )
    return token, secret


def known(kind: str, secret: str) -> Token | None:
    """The token of a secret that still opens something; None where it never did or no longer does."""
    token = Token.objects.select_related("space", "person").filter(kind=kind, hash=_hash(secret)).first()
    if token is None or token.revoked or (token.until and token.until < timezone.now()):
        return None
    return None if token.kind in ONCE and token.used else token


def take(kind: str, secret: str) -> Token | None:
    """As `known`, and used from now on: of a kind that works once, only the first to ask gets it."""
    token = known(kind, secret)
    if token is None:
        return None
    mine = Token.objects.filter(pk=token.pk)
    if token.kind in ONCE:
        mine = mine.filter(used=None)
    return token if mine.update(used=timezone.now()) else None


def _hash(secret: str) -> str:
    # A secret of 256 random bits cannot be guessed, so that a plain hash keeps it.
    return hashlib.sha256(secret.encode()).hexdigest()
