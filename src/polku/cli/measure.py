"""`polku measure`: a question asked of the data."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.asking import SHAPE, asked_of, shaped_by
from polku.cli.options import LANGUAGE, TODAY, Day, language_of
from polku.cli.written import say_written

if TYPE_CHECKING:
    from polku.analytics.result import Result
    from polku.analytics.study import Study
    from polku.records.log import Log


@click.command("measure", short_help="Ask the data a question: paths, steps, fit, funnel …")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("question", metavar="QUESTION")
@click.option("--journey", metavar="ID", help="The journey that is measured.")
@shaped_by(["of"])
@click.option("--case", metavar="KIND", help="Follow account, person, deal, case or round.")
@click.option("--roll-up", is_flag=True, help="Count subsidiaries as the company at the top of their group.")
@click.option("--cases", metavar="EXPR", help="Keep the cases that match, whole.")
@click.option("--against", metavar="EXPR", help="Compare them with these cases; without --cases, the others.")
@click.option("--events", metavar="EXPR", help="Keep the events that match; neighbours are counted anew.")
@click.option("--since", type=Day(), help="Cases that start on this day or later.")
@click.option("--until", type=Day(), help="Cases that start on this day or earlier.")
@click.option("--period-of", type=click.Choice(["start", "end", "any"]), default="start", show_default=True)
@shaped_by(name for name in SHAPE if name != "of")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Spark answers paths, funnel and coverage over the same files.",
)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows of the table.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@LANGUAGE
@TODAY
def command(folder: Path, question: str, engine: str, form: str, output: Path | None, **given: Any) -> None:
    """Ask the data of the workspace DIR a QUESTION: paths, steps, fit, time, coverage, variants, funnel, deals,
    now, voice, retention, touches, attribution, campaigns, friction, change, effect, score,
    backtest, loyalty, threads, centre.

    \b
    Examples:
      polku measure hoppebold steps --journey new-machine
      polku measure hoppebold paths --cases "segment = large-toy-makers and touched(demo)"
      polku measure hoppebold time --journey new-machine --of touchpoint --from guide --to contract
      polku measure hoppebold steps --journey new-machine --cases "outcome = lost" --against "outcome = done"
      polku measure hoppebold retention --by segment
      polku measure hoppebold deals --roll-up
      polku measure hoppebold attribution --by touchpoint --lookback P365D
      polku measure hoppebold funnel --stages "Call: first call,Meeting: demo,Deal: won" --window P180D
    """

    def make() -> tuple[bytes, int]:
        accounts = given["case"] in (None, "account", "round") and not given["roll_up"]
        with _opening(folder, engine, question if accounts else None) as opened:
            return _answered(
                folder, opened, question, engine=engine, form=form, to_screen=output is None, **given
            )

    if engine == "duckdb" and form != "parquet" and (folder / "lake" / "CURRENT").exists():
        from polku.cli.kept import kept_answer

        asked = {"question": question, "form": form, "to_screen": output is None, **given}
        content, rows = kept_answer(folder, "measure", asked, make)
    else:
        content, rows = make()
    if output is not None:
        from polku.outputs import write_output

        write_output(output, content)
        say_written(output, rows=rows)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


_FOLLOWING = frozenset(
    ("deviations", "fit", "friction", "funnel", "now", "steps", "time", "touches", "variants")
) | frozenset(
    ("attribution", "backtest", "campaigns", "centre", "change", "coverage", "effect", "score", "threads")
)
"""Questions that nearly always follow the walks of accounts, or ask what accounts met; the columns of these can be read
before they are asked."""


def _follows(question: str | None, log: Log) -> bool:
    # Where each code is an activity of its own, the engine counts paths.
    many = question == "paths" and len({one.activity for one in log.codes}) < len(log.codes)
    return many or question in _FOLLOWING


@contextlib.contextmanager
def _opening(
    folder: Path, engine: str, question: str | None
) -> Iterator[Callable[[], contextlib.AbstractContextManager[Log]]]:
    """Gives the log when it is asked for; its engine starts meanwhile, beside what Python loads.

    Args:
        question: what is asked of accounts or their rounds, whose columns are read as well where it follows their walks;
            None where it is asked of others.
    """
    import threading

    from polku.beside import Beside
    from polku.records.log import open_log

    if engine != "duckdb" or not (folder / "lake" / "CURRENT").exists():
        yield lambda: open_log(folder, engine=engine)
        return
    stop = threading.Event()

    def opened() -> Log:
        log = open_log(folder, engine=engine)
        # Each question names them, and the log keeps them.
        _ = log.codes
        return log

    def read() -> None:
        log = coming.result()
        if not _follows(question, log):
            return
        with log.beside() as other:
            # Beside NumPy, which is loaded meanwhile.
            other.read_ahead("account")
            from polku.analytics.columns.blocks import read_ahead

            read_ahead(other, "account", stop)

    coming = Beside(opened)
    # What goes wrong there goes wrong again where it is asked for.
    reading = Beside(read)
    if question in _FOLLOWING:
        # What reads waits for it, and then reads beside all else that Python loads.
        import numpy  # noqa: F401

    @contextlib.contextmanager
    def lent() -> Iterator[Log]:
        yield coming.result()

    try:
        yield lent
    finally:
        # An engine is not closed while a connection of it reads.
        stop.set()
        reading.wait()
        with contextlib.suppress(Exception):
            coming.result().close()


def _answered(
    folder: Path,
    opened: Callable[[], contextlib.AbstractContextManager[Log]],
    question: str,
    *,
    journey: str | None,
    case: str | None,
    roll_up: bool,
    cases: str | None,
    against: str | None,
    events: str | None,
    since: dt.date | None,
    until: dt.date | None,
    period_of: str,
    engine: str,
    top: int,
    form: str,
    to_screen: bool,
    language: str | None,
    today: dt.date | None,
    **shape: Any,
) -> tuple[bytes, int]:
    """What is printed or written, and how many rows the answer has.

    Args:
        opened: gives the log when it is asked for.
    """
    from polku.analytics.asking.questions import answer, answered_by, open_study
    from polku.cli.kept import kept_workspace
    from polku.errors import LakeError, Where, WrongUse
    from polku.words import Message

    asked = asked_of(question, shape, top)
    answered_by(engine, question)
    if form == "table":
        from polku.cli import measure_table  # noqa: F401  beside the engine, which opens meanwhile
    if engine != "duckdb" and against is not None:
        raise WrongUse(Message("measure.spark-against"))
    if engine != "duckdb" and roll_up:
        raise WrongUse(Message("measure.spark-roll-up"))
    if (folder / "lake" / "CURRENT").exists():
        workspace = kept_workspace(folder)
    else:
        from polku.formats.workspace import read_workspace

        read_workspace(folder)
        raise LakeError(Message("measure.next-import", {"folder": str(folder)}), Where(file=str(folder)))
    with opened() as log:
        if roll_up:
            from polku.records.groups import roll_up as rolled_up

            log = rolled_up(log, {id: one.parent for id, one in workspace.accounts.items() if one.parent})
        if against is not None and cases is None:
            cases = f"not ({against})"

        def chosen(cases: str | None) -> Study:
            return open_study(
                log,
                workspace,
                question=question,
                journey=journey,
                case=case,
                cases=cases,
                events=events,
                since=since,
                until=until,
                period_of=period_of,  # type: ignore[arg-type]
                today=today,
            )

        study = chosen(cases)
        if against is None:
            result: Result = answer(study, question, asked)
        else:
            from polku.analytics.compare import compare

            result = compare(study, chosen(against), question, asked)
        if form == "table":
            from polku.cli.measure_table import told
            from polku.words import reader

            said = told(result, study, reader(language_of(language, workspace.settings.language)), top=top)
            return (said + "\n").encode(), len(result)
        from polku.cli.measure_files import written

        return written(result, form, to_screen=to_screen), len(result)
