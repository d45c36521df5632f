"""What is installed with polku may be, and the bill of materials names all of it."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
    ),
    *("MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0", "Zlib"),
}
"""Licences that oblige nobody who installs polku to anything but keeping notices. No GPL, no AGPL."""
ELSEWHERE = {"colorama"}
"""Locked for Windows alone, so that it is not installed here: BSD-3-Clause."""


def test_nothing_at_run_time_has_a_licence_that_binds_those_who_use_it(sbom: ModuleType) -> None:
    unnamed = [part.name for part in sbom.parts() if not part.licence and part.name not in ELSEWHERE]
    assert not unnamed
    words = {part.name: set(re.findall(r"[A-Za-z0-9.-]+", part.licence)) for part in sbom.parts()}
    bound = {name: licence - {"AND", "OR"} - ALLOWED for name, licence in words.items()}
    assert not {name: licence for name, licence in bound.items() if licence}


def test_the_bill_names_every_locked_package_with_its_sums(sbom: ModuleType) -> None:
    said = json.loads(json.dumps(sbom.bill()))
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    named = {one["purl"] for one in said["components"]}
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    assert {
        f"pkg:pypi/{a.lower()}@{b}" for a, b in re.findall(r"^([\w.-]+)==([^\s;]+)", locked, re.M)
    } <= named
    scripts = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8"))["dependencies"]
    assert {f"pkg:npm/{a}@{b}" for a, b in scripts.items()} <= named
    for one in said["components"]:
        assert one["hashes"], one["name"]
        sizes = {"SHA-256": 64, "SHA-512": 128}
        assert all(len(sum_["content"]) == sizes[sum_["alg"]] for sum_ in one["hashes"])
    assert len(named) == len(said["components"])


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    spec = spec_from_file_location("sbom", ROOT / "tools" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Frozen dataclasses look their module up by its name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
