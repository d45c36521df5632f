"""A PostgreSQL of the tests' own, where one is installed; or the one that is named in the environment."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")
"""Debian keeps the programs of each version apart, off the path."""


@contextmanager
def postgres(url: str | None = None) -> Iterator[str]:
    """The address of a database server while it runs; the test is skipped where there is none.

    Args:
        url: of a server that runs already, and is left as it is.
    """
    if url:
        yield url
        return
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if not initdb or not pg_ctl:
        pytest.skip("no PostgreSQL here: install one, or name it in POLKU_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="polku-pg-"))  # a socket's path has to be short
    wrap: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        if not shutil.which("setpriv"):
            pytest.skip("PostgreSQL does not run as root")
        shutil.chown(folder, "nobody")
        wrap = ["setpriv", "--reuid=nobody", "--clear-groups", "--no-new-privs"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(folder / "data")
    made = subprocess.run(
        [*wrap, initdb, "-D", data, "-U", "polku", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(folder)
        pytest.skip("PostgreSQL cannot be set up here")
    control = [*wrap, pg_ctl, "-D", data, "-w"]
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
    subprocess.run(
        [*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, capture_output=True
    )
    try:
        yield f"postgresql://polku@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str | None:
    newest = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    return shutil.which(name) or (str(newest[0]) if newest else None)


def new_database(server: str) -> dict[str, str]:
    """A new, empty database on a server; the environment that makes a studio use it."""
    import secrets

    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    name = f"polku_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    known = conninfo_to_dict(server)
    return {
        "POLKU_POSTGRES": name,
        "POLKU_POSTGRES_USER": str(known.get("user", "")),
        "POLKU_POSTGRES_PASSWORD": str(known.get("password", "")),
        "POLKU_POSTGRES_HOST": str(known.get("host", "")),
        "POLKU_POSTGRES_PORT": str(known.get("port", "")),
    }
