"""How far long work is, for the person at the terminal."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from polku.words import Message, Reader


class Progress:
    """A line on stderr that says how far long work is: on a terminal, and once it takes more than a second."""

    def __init__(self, speak: Reader) -> None:
        self.speak = speak
        self.started = time.monotonic()
        self.shown = False
        self.last = ""
        self.terminal = sys.stderr.isatty()

    def __call__(self, message: Message, share: float) -> None:
        if not self.terminal and time.monotonic() - self.started < 1:
            return
        line = f"{self.speak.percent(share):>5}  {self.speak.text(message)}"
        if self.terminal:
            click.echo("\r\x1b[K" + line, err=True, nl=False)
            self.shown = True
        elif line != self.last:
            # Long work tells again and again that it goes on.
            click.echo(line, err=True)
        self.last = line

    def done(self) -> None:
        """Leave the line behind."""
        if self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)
