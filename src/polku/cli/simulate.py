"""`polku simulate`: an invented log along a journey, to look at what measures will say before any data is there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click


@click.command("simulate", short_help="Invent a log of any size along a journey's own map.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--journey", metavar="ID", help="The journey to walk; the only one, where there is one.")
@click.option("--events", type=click.IntRange(1), default=10_000, show_default=True, help="About how many.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed, the same log.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default="2024-01-01", show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default="2025-12-31", show_default=True)
@click.option(
    "--goes-on",
    type=click.FloatRange(0, 1),
    default=0.85,
    show_default=True,
    help="Share at a step that reach another.",
)
@click.option(
    "--loops",
    type=click.FloatRange(0, 1),
    default=0.12,
    show_default=True,
    help="Share of those that turn back where a loop is drawn.",
)
def command(
    folder: Path,
    journey: str | None,
    events: int,
    seed: int,
    since: dt.datetime,
    until: dt.datetime,
    goes_on: float,
    loops: float,
) -> None:
    """Walk accounts along a journey and load the events they leave, as if they had been imported.

    The workspace is marked as an example, so that every screen and picture says that its numbers are sample numbers.
    A workspace that holds imported data is left alone.

    \b
    Example: polku simulate acme --journey buying --events 100000 --seed 7
    """
    from polku.cli.app import reader_language
    from polku.cli.progress import Progress
    from polku.exports.gather import the_journey
    from polku.formats.workspace import read_workspace
    from polku.records.lake import Lake
    from polku.sources.simulated_walks import Market
    from polku.sources.simulating import load_simulated
    from polku.words import reader

    workspace = read_workspace(folder)
    chosen = the_journey(workspace, journey)
    say = reader(reader_language())
    if chosen is None:
        from polku.errors import WrongUse
        from polku.words import Message

        raise WrongUse(Message("simulate.no-journey"))
    market = Market(events, seed, since.date(), until.date(), goes_on=goes_on, loops=loops)
    lake = Lake(folder / "lake")
    before = lake.open() if lake.exists() else None
    events_before = before.count("events") if before is not None else 0
    progress = Progress(say)
    done, published = load_simulated(workspace, chosen, folder, market, progress=progress)
    progress.done()
    events_now, accounts_now = published.tables["events"], published.tables["accounts"]
    if events_before == 0:
        click.echo(say("simulate.done", accounts=done.accounts, count=events_now))
    elif events_now == events_before:
        click.echo(say("simulate.nothing-new", accounts=accounts_now, count=events_now))
    else:
        click.echo(say("simulate.added", accounts=done.accounts, count=events_now - events_before))
        click.echo(say("simulate.now-there", accounts=accounts_now, count=events_now))
    click.echo(say("simulate.sample"))
