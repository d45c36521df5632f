"""`polku measure`: a question asked of the data."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.options import LANGUAGE, TODAY, Day, language_of

if TYPE_CHECKING:
    from polku.analytics.questions import Asked

OPTIONS = {
    "of": "--of",
    "start": "--from",
    "end": "--to",
    "stages": "--stages",
    "window": "--window",
    "definition": "--time",
    "transform": "--transform",
    "by": "--by",
    "weight": "--weight",
    "models": "--model",
    "conversion": "--conversion",
    "scope": "--scope",
    "lookback": "--lookback",
    "grain": "--grain",
    "value": "--value",
    "mode": "--mode",
    "people": "--people",
    "exclude": "--exclude",
    "entered_since": "--entered-since",
    "entered_until": "--entered-until",
}
DURATIONS = ("window", "lookback")
LISTS = ("stages", "models", "exclude")


@click.command("measure", short_help="Ask the data a question: paths, steps, fit, funnel …")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("question", metavar="QUESTION")
@click.option("--journey", metavar="ID", help="The journey that is measured.")
@click.option("--of", metavar="WHAT", help="Count activity, touchpoint, step, stage or channel.")
@click.option("--case", metavar="KIND", help="Follow account, person, deal, case or round.")
@click.option("--cases", metavar="EXPR", help="Keep the cases that match, whole.")
@click.option("--events", metavar="EXPR", help="Keep the events that match; neighbours are counted anew.")
@click.option("--since", type=Day(), help="Cases that start on this day or later.")
@click.option("--until", type=Day(), help="Cases that start on this day or earlier.")
@click.option("--period-of", type=click.Choice(["start", "end", "any"]), default="start", show_default=True)
@click.option("--from", "start", metavar="A", help="Time: from here.")
@click.option("--to", "end", metavar="B", help="Time: to here.")
@click.option("--time", "definition", metavar="HOW", help="Time: first-after, first-first or every-next.")
@click.option("--stages", metavar="A,B,C", help="Funnel: its stages; demo@expert is one an expert met.")
@click.option("--window", metavar="P90D", help="Funnel: longest time from the first stage.")
@click.option(
    "--mode", metavar="HOW", help="Funnel: stages ordered, strict (nothing between) or any (order)."
)
@click.option("--people", type=click.IntRange(1), help="Funnel: so many persons must meet a stage.")
@click.option("--exclude", metavar="A,B", help="Funnel: who meets one of these goes no further.")
@click.option("--entered-since", type=Day(), help="Funnel: only who enters on this day or later.")
@click.option("--entered-until", type=Day(), help="Funnel: only who enters on this day or earlier.")
@click.option(
    "--transform", metavar="HOW", help="Paths, variants: identity, exposure or first; attribution has more."
)
@click.option(
    "--by",
    metavar="WHAT",
    help="Touches: by role, channel or device. Retention: by segment. "
    "Attribution: by channel, touchpoint or campaign.",
)
@click.option(
    "--model",
    "models",
    metavar="A,B,C",
    help="Attribution: models side by side, or all. Campaigns: one of them.",
)
@click.option(
    "--conversion", metavar="ACTIVITY", help="Attribution: what is led to; won deals where left out."
)
@click.option("--scope", metavar="WHOSE", help="Attribution: touches of account, deal-people or person.")
@click.option(
    "--lookback", metavar="P90D", help="Attribution, campaigns: no touches longer before than this."
)
@click.option("--grain", metavar="WHAT", help="Attribution: a touch is an event, session or unique.")
@click.option("--value", metavar="OF", help="Attribution: worth what the deal or the event says.")
@click.option("--weight", metavar="HOW", help="Voice: by respondent, account or revenue.")
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
def command(
    folder: Path,
    question: str,
    journey: str | None,
    case: str | None,
    cases: str | None,
    events: str | None,
    since: dt.date | None,
    until: dt.date | None,
    period_of: str,
    top: int,
    form: str,
    output: Path | None,
    language: str | None,
    today: dt.date | None,
    **shape: Any,
) -> None:
    """Ask the data of the workspace DIR a QUESTION: paths, steps, fit, time, coverage, variants, funnel, deals,
    now, voice, retention, touches, attribution, campaigns.

    \b
    Examples:
      polku measure hoppebold steps --journey new-machine
      polku measure hoppebold paths --cases "segment = large-toy-makers and touched(demo)"
      polku measure hoppebold time --journey new-machine --of touchpoint --from guide --to contract
      polku measure hoppebold retention --by segment
      polku measure hoppebold attribution --by touchpoint --lookback P365D
      polku measure hoppebold funnel --stages "Call: first call,Meeting: demo,Deal: won" --window P180D
    """
    from polku.analytics.questions import answer, open_study
    from polku.errors import LakeError, Where
    from polku.formats.workspace import read_workspace
    from polku.records.log import open_log
    from polku.words import Message

    asked = _asked(question, shape, top)
    workspace = read_workspace(folder)
    if not (folder / "lake" / "CURRENT").exists():
        raise LakeError(Message("measure.next-import", {"folder": str(folder)}), Where(file=str(folder)))
    with open_log(folder) as log:
        study = open_study(
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
        result = answer(study, question, asked)
        if form == "table":
            from polku.cli.measure_table import told
            from polku.words import reader

            said = told(result, study, reader(language_of(language, workspace.settings.language)), top=top)
            content = (said + "\n").encode()
        else:
            from polku.cli.measure_files import written

            content = written(result, form, to_screen=output is None)
    if output is not None:
        from polku.outputs import write_output

        write_output(output, content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _asked(name: str, shape: dict[str, Any], top: int) -> Asked:
    """What was asked beyond the study, each option known to its question."""
    from polku.analytics.questions import Asked, question
    from polku.analytics.variants import MOST
    from polku.documents import parse_duration
    from polku.errors import QuestionError
    from polku.words import Message

    known = question(name)
    given = {key: value for key, value in shape.items() if value is not None}
    for key in given:
        if key not in known.options:
            takes = [OPTIONS[option] for option in known.options if option in OPTIONS]
            raise QuestionError(
                Message(
                    "measure.not-taken", {"option": OPTIONS[key], "question": name, "known": takes or None}
                )
            )
    for key in LISTS:
        if key in given:
            given[key] = tuple(one.strip() for one in given[key].split(",") if one.strip())
    for key in DURATIONS:
        if key in given:
            try:
                given[key] = parse_duration(given[key])
            except ValueError as error:
                wrong = {"option": OPTIONS[key], "found": given[key]}
                raise QuestionError(Message("measure.bad-window", wrong)) from error
    return Asked(most=max(MOST, top), **given)
