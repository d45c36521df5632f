"""The brand of a workspace: what is wrong with it is said with its place, and nothing of it can do harm."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from pathlib import Path

import pytest

from polku.checks.run import check_workspace
from polku.documents import Problem, contrast
from polku.formats import read_workspace
from polku.formats.brand import MOST_BYTES, Logo, read_logo
from polku.words import reader

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>'


def png(width: int = 4, height: int = 2) -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x7f" * width for _ in range(min(height, 8))))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def workspace(folder: Path, brand: str, **files: str | bytes) -> Path:
    (folder / "polku.yaml").write_text(f"polku: 1\nname: A\nbrand:\n  {brand}\n", encoding="utf-8")
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def only_problem(folder: Path) -> Problem:
    (problem,) = read_workspace(folder).problems
    return problem


def said(problem: Problem) -> str:
    return reader("en").text(problem.message)


@pytest.mark.parametrize(
    ("brand", "words"),
    [
        ("accent: blue", "is no colour"),
        ('accent: "#12345"', "is no colour"),
        ("logo: ../logo.svg", "not inside the workspace"),
        ("logo: /etc/logo.png", "not inside the workspace"),
        ("logo: https://example.com/logo.png", "not inside the workspace"),
        ("logo: 'C:\\logo.png'", "not inside the workspace"),
        ("logo: logo.gif", "neither SVG nor PNG"),
        ("logo: logo.svg", "there is no logo logo.svg"),
    ],
)
def test_a_value_that_cannot_be_is_said_with_its_line(tmp_path: Path, brand: str, words: str) -> None:
    problem = only_problem(workspace(tmp_path, brand))

    assert (problem.code, problem.place.line) == ("PK007", 4)
    assert words in said(problem)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("logo.png", png()[:-9], "no whole PNG"),
        ("logo.png", b"GIF89a", "no whole PNG"),
        ("logo.png", png(5000, 5), "5,000 × 5 pixels"),
        ("logo.png", b"\0" * (MOST_BYTES + 1), "500 kB is the most"),
        ("logo.svg", "<svg", "no SVG that can be read"),
        ("logo.svg", "<html/>", "no SVG that can be read"),
        ("logo.svg", '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "no SVG that can be read"),
        ("logo.svg", SVG.replace("<rect", "<text>A</text><rect"), "letters as text in line 1"),
        ("logo.svg", SVG.replace("<rect", "<script>1</script><rect"), "must stand alone"),
        ("logo.svg", SVG.replace("<rect", '<rect onload="x()"'), "must stand alone"),
        (
            "logo.svg",
            SVG.replace("<rect", '<image href="https://a.example/b.png"/><rect'),
            "must stand alone",
        ),
        ("logo.svg", SVG.replace("<rect", '<image href="/etc/a.png"/><rect'), "must stand alone"),
        ("logo.svg", SVG.replace("<rect", '<rect fill="url(http://a.example#b)"'), "must stand alone"),
        ("logo.svg", SVG.replace("<rect", "<style>@import 'a.css'</style><rect"), "must stand alone"),
        ("logo.svg", SVG.replace(' viewBox="0 0 40 10"', ""), "how wide and how high"),
    ],
)
def test_a_logo_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    folder = workspace(tmp_path, f"logo: {name}", **{name.replace(".", "_"): content})
    problem = only_problem(folder)

    assert (problem.item, problem.place.line) == ("brand/logo", 4)
    assert words in said(problem)


def test_a_logo_behind_a_link_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.svg").write_text(SVG)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "logo.svg").symlink_to(tmp_path / "outside.svg")

    assert "leads out of the workspace" in said(only_problem(workspace(inside, "logo: logo.svg")))


@pytest.mark.parametrize(("name", "content", "shape"), [("logo.svg", SVG, 4.0), ("logo.png", png(), 2.0)])
def test_a_whole_logo_is_read_with_its_shape(
    tmp_path: Path, name: str, content: str | bytes, shape: float
) -> None:
    folder = workspace(tmp_path, f"logo: {name}", **{name.replace(".", "_"): content})
    found = read_workspace(folder)
    logo = read_logo(folder, found.settings)

    assert found.problems == ()
    assert isinstance(logo, Logo) and logo.shape == shape


def test_a_colour_too_pale_on_white_is_a_warning(tmp_path: Path) -> None:
    found = check_workspace(
        read_workspace(workspace(tmp_path, 'accent: "#FFC0CB"')), today=dt.date(2026, 11, 18)
    )
    pale = next(one for one in found if one.item == "brand/accent")

    assert (pale.level, pale.place.line) == ("warning", 4)
    assert "in ink instead" in reader("en").text(pale.message)
    assert contrast("#FFC0CB") < 4.5 < contrast("#5B3FA0")
