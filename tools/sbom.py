"""What polku is made of, with licences: `python tools/sbom.py > polku.cdx.json` prints a bill of materials (CycloneDX 1.6).

It says what requirements.lock and frontend/package-lock.json lock, with the sums they are held to; licences are read from the
installed packages.
"""

from __future__ import annotations

import base64
import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_TEXTS = (
    (r"Permission is hereby granted, free of charge", "MIT"),
    (r"Apache License\s+Version 2\.0", "Apache-2.0"),
    (r"Redistribution and use in source and binary forms", "BSD-3-Clause"),
    (r"SIL OPEN FONT LICENSE", "OFL-1.1"),
)
"""How the texts of licences begin, for packages that name theirs nowhere else."""


@dataclass(frozen=True)
class Part:
    """A package that is locked.

    Args:
        url: its package URL (purl).
        sums: (algorithm, hexadecimal) of each file it may come in.
        licence: an SPDX expression; empty where it is not installed here or names none.
    """

    name: str
    version: str
    url: str
    sums: tuple[tuple[str, str], ...]
    licence: str


def parts() -> list[Part]:
    """Everything that is installed with polku and its studio, by name."""
    return sorted([*python_parts(), *script_parts()], key=lambda part: (part.name.lower(), part.version))


def python_parts() -> Iterator[Part]:
    """Packages of requirements.lock."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line):
            name, version = found.groups()
            sums = tuple(("SHA-256", one) for one in re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
            url = f"pkg:pypi/{name.lower()}@{version}"
            yield Part(name, version, url, sums, licence_of(name))


def script_parts() -> Iterator[Part]:
    """Packages of frontend/package-lock.json; their files are built into the wheel."""
    locked = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))
    for path, one in locked["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        algorithm, _, sum_ = one["integrity"].partition("-")
        sums = ((f"SHA-{algorithm.removeprefix('sha')}", base64.b64decode(sum_).hex()),)
        licence = {"BSD-0-Clause": "0BSD"}.get(one["license"], one["license"])
        yield Part(name, one["version"], f"pkg:npm/{name}@{one['version']}", sums, licence)


def licence_of(name: str) -> str:
    """The licence that an installed package says it has, as an SPDX expression."""
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    said = package.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    classified = [
        _CLASSIFIERS[end]
        for one in said.get_all("Classifier") or ()
        if one.startswith("License") and (end := one.rpartition("::")[2].strip()) in _CLASSIFIERS
    ]
    if classified:
        return " AND ".join(dict.fromkeys(classified))
    if "License" in said and "\n" not in said["License"]:
        return said["License"]
    for file in package.files or ():
        if re.search(r"licen[cs]e|copying", file.name, re.IGNORECASE):
            text = str(file.read_text())
            for pattern, licence in _TEXTS:
                if re.search(pattern, text, re.IGNORECASE):
                    return licence
    return ""


def bill() -> dict[str, Any]:
    """The bill of materials as CycloneDX 1.6."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"pkg:pypi/polku@{project['version']}",
                "name": project["name"],
                "version": project["version"],
                "purl": f"pkg:pypi/polku@{project['version']}",
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": part.url,
                "name": part.name,
                "version": part.version,
                "purl": part.url,
                "hashes": [{"alg": algorithm, "content": content} for algorithm, content in part.sums],
                **({"licenses": [{"expression": part.licence}]} if part.licence else {}),
            }
            for part in parts()
        ],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
    print()
