"""How long a password has to be: 15 characters, or 8 where a second factor stands beside it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator

ALONE, WITH_FACTOR = 15, 8


class LongEnough(MinimumLengthValidator):
    """Refuses what is shorter than the person's way of signing in asks for."""

    def __init__(self) -> None:
        super().__init__(min_length=ALONE)

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError, in the reader's language."""
        least = WITH_FACTOR if _has_factor(user) else ALONE
        MinimumLengthValidator(min_length=least).validate(password, user)


def _has_factor(user: Any) -> bool:
    from allauth.mfa.adapter import get_adapter

    return user is not None and user.pk is not None and bool(get_adapter().is_mfa_enabled(user))
