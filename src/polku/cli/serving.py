"""Starting the studio's server from the command line; it runs as a program of its own."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click

from polku.errors import WrongUse
from polku.words import Message

STOPPED = (0, -signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGTERM, 128 + signal.SIGINT)
"""How a server ends that was told to."""


def refuse_without_studio() -> None:
    """Say what to install where the studio's packages are missing.

    Raises:
        WrongUse: they are.
    """
    missing = [
        name for name in ("django", "allauth", "ninja", "uvicorn") if not importlib.util.find_spec(name)
    ]
    if missing:
        raise WrongUse(Message("demo.no-studio", {"missing": missing}))


def free_port(host: str, port: int, *, fixed: bool) -> int:
    """The port to serve on: the one asked for, else the first free one after it.

    Args:
        fixed: the user asked for this one and no other.

    Raises:
        WrongUse: it is taken.
    """
    for candidate in range(port, port + (1 if fixed else 50)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise WrongUse(Message("demo.port-taken", {"port": str(port)}))


def serve(data: Path, *arguments: str, browser: bool = False) -> int:
    """Run the server until it is stopped; its exit code.

    Args:
        browser: open the address it prints.
    """
    command = [sys.executable, "-m", "polku.studio", "serve", "--data", str(data), *arguments]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert server.stdout is not None
    # Whoever stops this program means the server; also where a shell started it with Ctrl+C ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: server.terminate())
    try:
        for line in server.stdout:
            click.echo(line.rstrip("\n"))
            sys.stdout.flush()
            address = next((word for word in line.split() if word.startswith("http")), None)
            if address and browser:
                time.sleep(0.6)
                click.launch(address)
        return 0 if server.wait() in STOPPED else 1
    finally:
        if server.poll() is None:
            server.kill()
