"""`polku demo` and `polku studio` serve until they are stopped, and say plainly why they cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "polku", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "POLKU_LANGUAGE": "en"},
    )


def address_in(server: subprocess.Popen[str]) -> str:
    """The address the server prints, once it does."""
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if found := re.search(r"http://localhost:\d+\S*", line):
            return found.group()
    pytest.fail(f"no address: {''.join(said)}")


def answer(address: str) -> tuple[int, str]:
    """Status and text, waiting for the server to listen."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as page:
                return page.status, page.read().decode()
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_studio_serves_a_link_and_stops_when_told(tmp_path: Path, stop: signal.Signals) -> None:
    server = started("studio", "--data", str(tmp_path / "data"), "--port", str(free()), "--no-browser")
    try:
        link = address_in(server)
        status, page = answer(link)
        assert status == 200 and "Sign in" in page
        server.send_signal(stop)
        assert server.wait(20) == 0
    finally:
        server.kill()
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        server = started("studio", "--data", str(tmp_path / "data"), "--port", port, "--no-browser")
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 2 and port in said and "Traceback" not in said
    assert not (tmp_path / "data").exists()


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
