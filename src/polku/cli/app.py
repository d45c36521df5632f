"""The group of commands, lazily loaded so that `polku --help` stays quick."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

from polku import __version__
from polku.errors import PolkuError

COMMANDS: dict[str, tuple[str, str]] = {
    "mirror": (
        "polku.cli.mirror",
        "Show whom a contacts export knows: one file in, one picture and three sentences out.",
    ),
    "look": ("polku.cli.look", "Show the ways through a log in one file, without a workspace."),
    "new": ("polku.cli.new", "Start a workspace from a template or a spreadsheet of steps."),
    "check": ("polku.cli.check", "Read a workspace the way a linter reads a program."),
    "explain": ("polku.cli.explain", "Say what a check finds, why it matters and how to mend it."),
    "schema": ("polku.cli.schema", "Print the JSON Schema of a kind of document."),
    "import": ("polku.cli.import_", "Read exports of systems into the workspace's lake."),
    "data": ("polku.cli.data", "Say what is loaded, from where, how fresh and how sound."),
    "match": ("polku.cli.match", "List companies that may be one, and say which are."),
    "map": ("polku.cli.map", "Propose a journey from the data: the log's common path as a draft."),
    "measure": ("polku.cli.measure", "Ask the data a question: paths, steps, fit, funnel …"),
    "draw": ("polku.cli.draw", "Draw a journey, a question or the workspace."),
    "report": (
        "polku.cli.report",
        "Write one self-contained page of purpose, findings, journey and measures.",
    ),
    "export": (
        "polku.cli.export",
        "Write a journey as a spreadsheet to fill in, or as CJML for other programs.",
    ),
    "apply": ("polku.cli.apply", "Show and write what a spreadsheet or CJML file that came back changes."),
    "ask": ("polku.cli.ask", "Write a one-page interview guide for a role, made of what is not known."),
    "simulate": ("polku.cli.simulate", "Invent a log of any size along a journey's own map."),
    "voice": ("polku.cli.voice", "Read what customers wrote: language, and a hint with its words."),
    "subject": ("polku.cli.subject", "Write everything that is held on a person."),
    "forget": ("polku.cli.forget", "Erase a person, and keep them out of later imports."),
    "studio": ("polku.cli.studio", "Serve the workbench to browsers, with its worker."),
    "backup": ("polku.cli.backup", "Write a workspace or a studio's folder into one file, as of one moment."),
    "restore": ("polku.cli.restore", "Bring a backup back into a new folder."),
    "doctor": ("polku.cli.doctor", "Say whether polku and what it keeps are sound."),
    "demo": (
        "polku.cli.demo",
        "Set up the example with its data, write its report, and open it in the studio.",
    ),
}
"""Name → module with a click command `command`, and its line in the help."""


class LazyGroup(click.Group):
    """Commands that are imported when called; the help is written from the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from polku.cli.suggest import nearest

            guess = nearest(args[0], COMMANDS)
            ctx.fail(
                f"no command {args[0]!r}"
                + (f"; did you mean {guess!r}?" if guess else "")
                + f" known: {', '.join(COMMANDS)}"
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: polku demo",
)
@click.version_option(__version__, prog_name="polku")
def app() -> None:
    """Customer journeys of companies that sell to companies, drawn and measured."""


def reader_language() -> str:
    """The language of the person at the terminal: POLKU_LANGUAGE, else the locale, else English."""
    for name in ("POLKU_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")[:2].lower()
        if value in ("en", "fi", "sv", "da"):
            return value
    return "en"


_OF_THE_MACHINE = frozenset(
    {
        *(errno.ENOSPC, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)),
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.ENFILE),
        *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG),
    }
)
"""What a disk or its rights refuse, which no code of ours can mend; anything else is a defect and shows itself."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 findings or a refused input, 2 wrong use, 130 stopped."""
    try:
        result = app.main(
            args=list(arguments) if arguments is not None else None, prog_name="polku", standalone_mode=False
        )
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        return 130
    except PolkuError as error:
        print(f"polku: {error.text(reader_language())}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        from polku.outputs import failure
        from polku.words import Message, render

        said = failure(error)
        if error.filename is None:
            said = Message("outputs.screen-full", {"reason": error.strerror or str(error)})
        place = f"{error.filename}: " if error.filename is not None else ""
        print(f"polku: {place}{render(said, reader_language())}", file=sys.stderr)
        return 1
    return result if isinstance(result, int) else 0
