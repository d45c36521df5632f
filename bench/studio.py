"""People at work in a large studio: `python -m bench.studio` builds it, serves it, and times what they wait for.

The example twenty times over (200 journeys, 5 million events), SQLite, one server process, 50 people who read a page or
make an edit, think for a few seconds, and go on.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin

READ = (120, 400, 900)
EDIT = 300
PAGE = 300_000
"""Milliseconds that reading may take (half, 95 and 99 of a hundred), an edit (95 of a hundred), bytes of a page."""


@dataclass
class Seen:
    """What was waited for, by the name of the page: milliseconds; and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, seconds: float, wrong: str = "") -> None:
        """One answer."""
        with self.lock:
            self.took[name].append(seconds * 1000)
            if wrong:
                self.wrong.append(wrong)


class Reader:
    """Somebody with a browser: one connection that is kept, a session, the secret of pages."""

    def __init__(self, port: int, cookie: str, seen: Seen) -> None:
        self.port, self.cookie, self.seen = port, cookie, seen
        self.secret = "a" * 32
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.again = False
        """Whether the last page said that it has yet to count, and will be asked for again."""

    def read(self, name: str, path: str) -> bytes:
        """A page until all that it is to show is there; what came after the page itself is noted apart."""
        content = self.ask(name, path)
        if name.startswith("explore") and b'aria-busy="true"' in unpacked(content):
            return self.ask(f"{name}, counted", path, part=True)
        for _ in range(30):
            if not self.again:
                break
            time.sleep(1)
            content = self.ask(f"{name}, again", path)
        return content

    def ask(self, name: str, path: str, form: dict[str, str] | None = None, *, part: bool = False) -> bytes:
        """The body of an answer, as it came over the line; its time is noted under a name.

        Args:
            part: as the script of a page asks for what the page has yet to show.
        """
        headers = {
            "Cookie": f"polku-session={self.cookie}; polku-csrf={self.secret}",
            "Accept-Encoding": "gzip",
            "X-CSRFToken": self.secret,
            "Host": f"localhost:{self.port}",
        }
        body = None
        if part:
            headers["HX-Request"] = "true"
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
            body = urlencode(form)
        began = time.perf_counter()
        try:
            answer = self._sent("POST" if form is not None else "GET", path, body, headers)
            content = answer.read()
            self.again = answer.getheader("Refresh") is not None
            good = answer.status == 200 or (form is not None and answer.status == 409)
            wrong = "" if good else f"{answer.status} {path}"
        except (OSError, http.client.HTTPException) as error:
            self.line.close()
            content, wrong = b"", f"{type(error).__name__} {path}"
        self.seen.add(name, time.perf_counter() - began, wrong)
        return content

    def _sent(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        try:
            self.line.request(method, path, body, headers)
            return self.line.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closes a line that was idle for some seconds, as browsers know.
            self.line.close()
            self.line.request(method, path, body, headers)
            return self.line.getresponse()


def unpacked(content: bytes) -> bytes:
    """An answer's text."""
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def pages(space: str, accounts: list[str], journey: str) -> dict[str, str]:
    """Pages by name, as somebody would open them next."""
    account = random.choice(accounts)
    question = random.choice(("funnel", "steps", "time", "coverage", "variants"))
    return {
        "home": f"/w/{space}/",
        "journeys": f"/w/{space}/journeys/",
        "editor": f"/w/{space}/journeys/{journey}/",
        "editor: step": f"/w/{space}/journeys/{journey}/drawer/read-guide/",
        "explore": f"/w/{space}/explore/{question}/",
        "account": f"/w/{space}/accounts/{account}/",
        "accounts": f"/w/{space}/accounts/",
        "roles": f"/w/{space}/roles/",
        "evidence": f"/w/{space}/evidence/",
        "search": f"/w/{space}/search/?q=guide",
    }


OFTEN = {"home": 3, "journeys": 2, "editor": 4, "editor: step": 4, "explore": 3, "account": 2, "accounts": 1}
"""How often a page is opened; others once."""


def work(
    reader: Reader, space: str, accounts: list[str], number: int, until: float, think: float, edits: float
) -> None:
    """Read, think, edit, until the time is over."""
    journey = "new-machine" if number % 3 == 0 else f"new-machine-{2 + number % 150}"
    time.sleep(random.uniform(0, think))
    while time.monotonic() < until:
        if random.random() < edits:
            words = f"Looks for what makes the valves wear out {random.randrange(10**6)}"
            form = {"act": "set", "path": f"steps/{random.choice(STEPS)}/does", "value": words}
            reader.ask("edit", f"/w/{space}/journeys/{journey}/edit/", form)
        else:
            open_ = pages(space, accounts, journey)
            name = random.choices(list(open_), [OFTEN.get(one, 1) for one in open_])[0]
            reader.read(name, open_[name])
        time.sleep(random.uniform(0.5, 1.5) * think)


STEPS = ("line-stops", "search-cause", "read-guide", "tell-anders")


def weight(reader: Reader, path: str) -> int:
    """Bytes of a page with all that it loads from here, each compressed as it comes."""
    seen: set[str] = set()
    total = 0
    wanted = [path]
    while wanted:
        address = wanted.pop()
        if address in seen:
            continue
        seen.add(address)
        raw = reader.ask("", address)
        total += len(raw)
        text = unpacked(raw).decode("utf-8", "replace")
        if address == path:
            found = re.findall(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/[^"]+)"', text)
            wanted += [one.replace("&amp;", "&") for one in found]
        elif ".css" in address:
            # Of the fonts what Latin letters in two weights need: a browser loads no more.
            fonts = re.findall(r"url\(\s*['\"]?([^)'\"]+)", text)
            wanted += [urljoin(address, one) for one in fonts if not one.startswith("data:")]
        elif address.partition("?")[0].endswith(".js"):
            modules = re.findall(r"""(?:from|import)\s*['"](\.{1,2}/[^'"]+|/[^'"]+)['"]""", text)
            wanted += [urljoin(address, one) for one in modules]
    return total


@contextmanager
def served(data: Path) -> Iterator[tuple[int, int]]:
    """The studio on a free port, as `polku studio` serves it; port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    around = {**os.environ, "POLKU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "polku.studio.settings"}
    around.pop("POLKU_DEBUG", None)
    command = [sys.executable, "-m", "uvicorn", "polku.studio.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "error", "--lifespan", "off"], env=around)
    try:
        for _ in range(240):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def built(data: Path, journeys: int, events: int, people: int) -> dict[str, object]:
    """A data folder with all that is asked of; one that was built before is taken as it is."""
    told = data / "bench.json"
    around = {**os.environ, "POLKU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "polku.studio.settings"}
    if not told.exists():
        command = [sys.executable, "-m", "bench.studio_data", str(journeys), str(events), str(people)]
        said = subprocess.run(command, env=around, check=True, stdout=subprocess.PIPE, text=True).stdout
        told.write_text(said.splitlines()[-1], encoding="utf-8")
    else:
        # What was built before may be of an older version of the program.
        for act in ("migrate", "collectstatic"):
            command = [sys.executable, "-m", "django", act, "--no-input", "--verbosity", "0"]
            subprocess.run(command, env=around, check=True)
    found: dict[str, object] = json.loads(told.read_text(encoding="utf-8"))
    return found


def cpu_seconds(pid: int) -> float:
    """Seconds of a processor that a process has had; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(values: list[float], part: float) -> float:
    """The value that so many of a hundred do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part / 100))] if values else 0.0


def line(name: str, values: list[float]) -> str:
    """A line of the table: count, half, 95 and 99 of a hundred."""
    return f"{name:14} {len(values):6} {share(values, 50):8.0f} {share(values, 95):8.0f} {share(values, 99):8.0f}"


def main() -> int:
    """Build, serve, time, print; exit code 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=200)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--think", type=float, default=6, help="seconds between two acts of one person")
    parser.add_argument("--edits", type=float, default=0.12, help="share of acts that are edits")
    parser.add_argument("--data", type=Path, help="a folder to build in and to come back to")
    asked = parser.parse_args()
    data = asked.data or Path(tempfile.mkdtemp(prefix="polku-bench-"))
    data.mkdir(parents=True, exist_ok=True)
    try:
        known = built(data, asked.journeys, asked.events, asked.people)
        return measured(asked, data, known)
    finally:
        if asked.data is None:
            shutil.rmtree(data, ignore_errors=True)


def measured(asked: argparse.Namespace, data: Path, known: dict[str, object]) -> int:
    """Serve a data folder and time it."""
    space, cookies = str(known["space"]), list(known["cookies"])  # type: ignore[call-overload]
    print(f"{asked.journeys} journeys, {known['events']:,} events, {asked.people} people, SQLite")
    with served(data) as (port, pid):
        alone = Seen()
        first = Reader(port, cookies[0], alone)
        text = unpacked(first.read("accounts, first", f"/w/{space}/accounts/")).decode()
        accounts = sorted(set(re.findall(rf"/w/{space}/accounts/([^/\"?#]+)/\"", text)))[:40] or [
            "legetoj-nord"
        ]
        cold = alone.took["accounts, first"][0]
        print(f"\naccounts, right after the server's start: something to read after {cold:.0f} ms")
        print(f"\n{'one reader':14} {'first ms':>8} {'again ms':>8} {'cpu ms':>8} {'KB':>6}")
        heavy = 0
        for name, path in pages(space, accounts, "new-machine").items():
            first.ask(f"{name}: first", path)
            first.read(name, path)
            before = cpu_seconds(pid)
            for _ in range(3):
                first.ask(name, path)
            spent = (cpu_seconds(pid) - before) / 3 * 1000
            size = weight(first, path)
            heavy = max(heavy, size)
            again = statistics.median(alone.took[name])
            print(
                f"{name:14} {alone.took[f'{name}: first'][0]:8.0f} {again:8.0f} {spent:8.0f} {size / 1000:6.0f}"
            )
        seen = Seen()
        before, until = cpu_seconds(pid), time.monotonic() + asked.seconds
        threads = [
            threading.Thread(
                target=work,
                args=(Reader(port, cookie, seen), space, accounts, number, until, asked.think, asked.edits),
            )
            for number, cookie in enumerate(cookies[: asked.people])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = cpu_seconds(pid) - before
    reads = [one for name, took in seen.took.items() if name != "edit" for one in took]
    edits = seen.took.get("edit", [])
    print(f"\n{'together':14} {'count':>6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
    for name, took in sorted(seen.took.items()):
        print(line(name, took))
    later = (", counted", ", again")
    at_once = [
        one for name, took in seen.took.items() if name != "edit" and not name.endswith(later) for one in took
    ]
    print(line("pages at once", at_once))
    print(line("all reading", reads))
    number = len(reads) + len(edits)
    print(
        f"{number / asked.seconds:.1f} requests a second, {spent / max(1, number) * 1000:.0f} ms of a processor each"
    )
    print(
        f"went wrong: {len(seen.wrong) + len(alone.wrong)}",
        *sorted({*seen.wrong, *alone.wrong})[:5],
        sep="\n  ",
    )
    within = [share(reads, part) <= most for part, most in zip((50, 95, 99), READ, strict=True)]
    met = all(within) and share(edits, 95) <= EDIT and not seen.wrong and heavy <= PAGE
    print(
        f"targets (reading {READ} ms, edit p95 {EDIT} ms, page {PAGE // 1000} KB): {'met' if met else 'missed'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
