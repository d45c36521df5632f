"""`polku studio`: the workbench in a browser, for all workspaces of a data folder."""

from __future__ import annotations

import os
from pathlib import Path

import click

from polku.cli.options import LANGUAGE


@click.command("studio", short_help="Serve the workbench to browsers, with its worker.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of its database, lakes and secret; made where it is missing.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True)
@click.option(
    "--email", default="", help="Address of the first person; they sign in by the link that is printed."
)
@click.option(
    "--hosts", default="", help="Names the studio is reached by, with commas: polku.company.example"
)
@click.option("--https", is_flag=True, help="It is reached by https only: cookies and headers say so.")
@click.option("--link", is_flag=True, help="Print a new link that signs the first person in once.")
@click.option("--no-browser", is_flag=True, help="Do not open the studio.")
@LANGUAGE
def command(
    data: Path,
    host: str,
    port: int,
    email: str,
    hosts: str,
    https: bool,
    link: bool,
    no_browser: bool,
    language: str | None,
) -> None:
    """Serve workspaces, their data and their people to browsers. Stop it with Ctrl+C.

    The first start prints a link that signs you in once; everybody else comes by invitation.

    \b
    Example: polku studio --data studio --email maija@company.example
    """
    import sys

    from polku.cli.app import reader_language
    from polku.cli.serving import free_port, refuse_without_studio, serve

    refuse_without_studio()
    os.environ["POLKU_HOSTS"] = ",".join(filter(None, (hosts, host, "localhost,127.0.0.1,[::1]")))
    if https:
        os.environ["POLKU_HTTPS"] = "1"
    arguments = ["--host", host, "--port", str(free_port(host, port, fixed=True))]
    arguments += ["--language", language or reader_language()]
    arguments += ["--email", email] if email else []
    arguments += ["--link"] if link else []
    code = serve(data, *arguments, browser=not no_browser and sys.stdout.isatty())
    raise click.exceptions.Exit(code)
