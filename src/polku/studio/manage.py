"""The server's own commands: set up, first person, demo, serve. `polku studio` and `polku demo` call them."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """`python -m polku.studio serve|worker|invite …`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m polku.studio")
    parser.add_argument("act", choices=("serve", "worker", "sign-in-link", "erase-again", "django"))
    parser.add_argument("--data", type=Path, default=Path("polku-data"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--email", default="")
    parser.add_argument("--example", type=Path, default=None, help="a workspace folder to begin with")
    parser.add_argument("--today", type=dt.date.fromisoformat, default=None)
    parser.add_argument("--parent", type=int, default=0, help="the server a worker ends with")
    parser.add_argument("--no-worker", action="store_true")
    parser.add_argument(
        "--link", action="store_true", help="print a sign-in link even where it was used before"
    )
    parser.add_argument("--language", default="")
    known, rest = parser.parse_known_args(arguments)
    os.environ["POLKU_DATA"] = str(known.data.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "polku.studio.settings"
    known.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    import django

    django.setup()
    if known.act == "django":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["polku", *rest])
        return 0
    if known.act == "worker":
        return _work(known.parent)
    _prepare()
    if known.act == "erase-again":
        return _erase_again()
    link = first_link(
        known.email,
        known.example,
        known.today,
        known.language,
        again=known.link or known.act == "sign-in-link",
    )
    address = f"http://{'localhost' if known.host == '127.0.0.1' else known.host}:{known.port}"
    if known.act == "sign-in-link":
        print(f"{address}{link}")
        return 0
    return _serve(known, address, link)


def _prepare() -> None:
    """Bring the database up to date and the static files into place."""
    from django.core.management import call_command

    call_command("check", fail_level="ERROR", verbosity=0, stdout=io.StringIO())
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _erase_again() -> int:
    """Erase all who are remembered as erased, in every workspace: after a backup of before came back."""
    from polku.records.forgotten import Forgotten
    from polku.studio.erasing import erase_everywhere
    from polku.studio.folders import folder_of
    from polku.studio.models import Space

    for space in Space.objects.order_by("pk"):
        if Forgotten.read(folder_of(space)):
            erase_everywhere(space)
    return 0


def first_link(
    email: str, example: Path | None, today: dt.date | None, language: str, *, again: bool = True
) -> str:
    """A one-time link that signs the server's steward in; the first call makes them, and the example.

    Args:
        again: make one though the steward has signed in before; empty otherwise.
    """
    from django.urls import reverse

    from polku.studio.models import Person, Token
    from polku.studio.spaces import new_space, take_lake, texts_of_folder
    from polku.studio.tokens import give

    person = Person.objects.filter(email=email.lower()).first() if email else None
    person = person or Person.objects.filter(steward=True).order_by("pk").first()
    if person is None or (email and person.email != email.lower()):
        person = Person.objects.create_user(
            email or "you@localhost.localdomain",
            name="" if email else "Demo",
            steward=True,
            language=language,
        )
    if example is not None and not person.memberships.exists():
        texts = texts_of_folder(example)
        space = new_space(example.resolve().name, person, texts=texts, today=today)
        take_lake(space, example)
    if person.last_login is not None and not again:
        return ""
    _, secret = give(Token.SIGN_IN, person=person, lasts=dt.timedelta(days=1))
    return reverse("studio-sign-in-link", args=[secret])


def _serve(known: argparse.Namespace, address: str, link: str) -> int:
    import uvicorn

    environment = {**os.environ, "POLKU_DATA": str(known.data.resolve())}
    worker = None
    if not known.no_worker:
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "polku.studio",
                "worker",
                "--data",
                str(known.data.resolve()),
                "--parent",
                str(os.getpid()),
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    from polku.words import reader

    say = reader(known.language or "en")
    print(
        say("studio.serving", link=address + link) if link else say("studio.serving-at", address=address),
        flush=True,
    )
    config = uvicorn.Config(
        "polku.studio.asgi:application",
        host=known.host,
        port=known.port,
        log_level="warning",
        # An open live stream must not keep the server from stopping.
        timeout_graceful_shutdown=2,
        lifespan="off",
        server_header=False,
    )
    # The server hands the signal that stopped it on; here it only means: go on to the end.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        uvicorn.Server(config).run()
    except KeyboardInterrupt:
        pass
    finally:
        if worker is not None:
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(5)
            except subprocess.TimeoutExpired:
                worker.kill()
    return 0


def _work(parent: int) -> int:
    """Do queued jobs until told to stop, or until the server that started this is gone."""
    from django.core.management import call_command

    from polku.studio.jobs import recover

    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.append(number))
    signal.signal(signal.SIGINT, lambda number, frame: stopping.append(number))
    while not stopping and parent in (0, os.getppid()):
        recover()
        call_command("db_worker", batch=True, interval=0.0, startup_delay=False, verbosity=0)
        signal.signal(signal.SIGTERM, lambda number, frame: stopping.append(number))
        signal.signal(signal.SIGINT, lambda number, frame: stopping.append(number))
        time.sleep(0.4)
    return 0
