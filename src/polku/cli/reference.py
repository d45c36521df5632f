"""The page of the documentation about all commands, written from the commands themselves.

Prints Markdown; docs/reference/commands.md is its output.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from polku.cli.app import COMMANDS, app


def reference() -> str:
    """All commands in the order of `polku --help`, each with its arguments, options and examples."""
    parts = [
        "# Commands",
        "Written from the commands themselves; `polku COMMAND --help` says the same. "
        "What a command refuses it says with the file, the line or the cell, and ends with a code that is not 0.",
        "\n".join(f"- [`polku {name}`](#polku-{name}): {line}" for name, (_, line) in COMMANDS.items()),
    ]
    root = click.Context(app, info_name="polku")
    for name in COMMANDS:
        command = app.get_command(root, name)
        assert command is not None
        parts.extend(sections(command, click.Context(command, parent=root, info_name=name), depth=2))
    return "\n\n".join(parts) + "\n"


def sections(command: click.Command, ctx: click.Context, *, depth: int) -> Iterator[str]:
    """The parts of the page about one command, then those of the commands in it."""
    yield f"{'#' * depth} {ctx.command_path}"
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield f"```\n{usage}\n```"
    yield from prose(command.help or "")
    records = (each.get_help_record(ctx) for each in command.params)
    rows = [record for record in records if record and record[1]]
    if rows:
        yield "\n".join(["| option | |", "|---|---|", *(f"| `{cell(a)}` | {cell(b)} |" for a, b in rows)])
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            if inner is not None and not inner.hidden:
                inner_ctx = click.Context(inner, parent=ctx, info_name=name)
                yield from sections(inner, inner_ctx, depth=depth + 1)


def prose(text: str) -> Iterator[str]:
    """The paragraphs of a help text: sentences joined to lines, what is set out by hand (after `\\b`) as code."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if not paragraph.startswith("\b"):
            yield " ".join(paragraph.split())
            continue
        first, *rest = paragraph.removeprefix("\b").strip("\n").splitlines()
        # "Examples:" over lines of commands; anything else is kept as it stands.
        heading, lines = (first, rest) if rest and first.endswith(":") else ("", [first, *rest])
        if heading:
            yield heading
        yield "```\n" + inspect.cleandoc("\n".join(lines)) + "\n```"


def cell(text: str) -> str:
    """Words within a table: one line, and no bar that would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(reference(), end="")
