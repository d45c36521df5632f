"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click


class Day(click.ParamType[dt.date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-11-18", param, ctx)


TODAY = click.option(
    "--today", type=Day(), help="The day that ages and open waits are counted to; today where it is left out."
)
LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "fi", "sv", "da"]), help="Language of polku's own words."
)


def language_of(asked: str | None, workspace: str) -> str:
    """The language to speak: the one asked for, else the workspace's."""
    return asked or workspace
