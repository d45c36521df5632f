"""`polku explain`: what a check finds, why it matters, how to mend it, and an example."""

from __future__ import annotations

import click

from polku.cli.options import LANGUAGE


@click.command("explain", short_help="Say what a check finds, why it matters and how to mend it.")
@click.argument("code", metavar="[CODE]", required=False)
@LANGUAGE
def command(code: str | None, language: str | None) -> None:
    """Explain the check CODE; without a code, list all checks.

    \b
    Examples:
      polku explain PK303
      polku explain --language fi
    """
    from polku.cli.app import reader_language
    from polku.cli.explain_text import all_checks, one_check

    spoken = language or reader_language()
    click.echo("\n".join(one_check(code, spoken) if code else all_checks(spoken)))
