"""Outcomes that end a case, and of these the good ones."""

from __future__ import annotations

ENDED = ("done", "won", "lost", "faded")
"""Outcomes of cases that are over."""
WELL = ("done", "won")
"""Of these the good ones."""
