"""The font files that everything is measured and drawn with, made at build time by polku.assets."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
"""Holds Inter-{400,500,600,700,400-italic,500-italic}.ttf; their plain digits have equal widths."""
