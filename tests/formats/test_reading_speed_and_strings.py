"""Reading is quick, and no text of any kind makes it stumble."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from polku.documents import Journey, Settings
from polku.formats import read_workspace
from polku.formats.workspace import read_document

NAUGHTY = (
    "",
    " ",
    "null",
    "~",
    "yes",
    "<<",
    "= SUM(A1)",
    "{{7*7}}",
    "{count}",
    "%s %d %n",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "a\u0000b",
    "\u202eright to left",
    "e\u0301 combining",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧",
    "ÆØÅæøåÄÖäö",
    "\ufeffmark",
    "\u2028line\u2029paragraph\u0085next",
    "-",
    "- a",
    "? b",
    "*alias",
    "&anchor",
    "!!python/object:os.system",
    "!tag x",
    "1e999",
    "-.inf",
    ".nan",
    "9" * 5000,
    "0x",
    "2026-13-45",
    "[[[[",
    "]]]]",
    "a: b: c",
    "'",
    '"',
    "\\",
    "#",
    "x" * 100_000,
)


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
@pytest.mark.parametrize("template", ["{}", "id: {}", "name: {}", "steps: [{{id: a, does: {}}}]", "{}: x"])
def test_no_text_makes_reading_stumble(template: str, text: str) -> None:
    for model in (Journey, Settings):
        mended = read_document(template.format(text), model, document="journeys/x")

        assert mended.document is not None or mended.problems


@pytest.mark.parametrize("number", range(3))
def test_many_faults_are_reported_once_each_and_quickly(number: int) -> None:
    bad = ("feels: 99", "colour: red", "pains: [{weight: 9}]")[number]
    steps = "\n".join(f"  - {{id: s{n}, {bad}}}" for n in range(1000))

    began = time.perf_counter()
    mended = read_document(f"id: x\nsteps:\n{steps}\n", Journey, document="journeys/x")

    assert len(mended.problems) == 1000
    assert mended.document is not None
    assert len(mended.document.steps) == 1000
    assert time.perf_counter() - began < 3


def test_a_journey_of_200_steps_is_read_quickly(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text("polku: 1\n", encoding="utf-8")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys/long.yaml").write_text(long_journey(200), encoding="utf-8")
    read_workspace(tmp_path)

    def once() -> float:
        began = time.perf_counter()
        read_workspace(tmp_path)
        return time.perf_counter() - began

    # 0.05 s on a quiet machine; four times that here, because tests run beside other things.
    assert min(once() for _ in range(5)) < 0.2


def long_journey(steps: int) -> str:
    """A journey with as much in each step as people write."""
    head = "id: long\nname: Long\nstages:\n" + "".join(
        f"  - {{id: stage-{n}, name: Stage {n}, when: during}}\n" for n in range(5)
    )
    body = "".join(
        f"""  - id: step-{n}
    stage: stage-{n * 5 // steps}
    role: ole
    touchpoint: call
    does: Calls for the {n}th time and asks what became of it
    thinks: Not again
    expects: That somebody answers
    feels: {n % 5 - 2}
    pains:
      - {{id: pain-{n}, says: Nobody answers, evidence: [int-1], weight: 3}}
    evidence: [int-1, nps-2]
    front: [Hotline]
    back: [{{does: Looks it up, system: crm}}]
    waits: P2D
"""
        for n in range(steps)
    )
    return f"{head}steps:\n{body}"
