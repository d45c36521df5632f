"""How much memory there is: of the machine, or of the container or service that the process is confined to."""

from __future__ import annotations

import os
from pathlib import Path

UNKNOWN = 4096
"""MiB of a small machine, where the system does not tell."""


def machine_memory(root: Path = Path("/")) -> int:
    """Memory in MiB that this process can count on having.

    Args:
        root: where `proc` and `sys` are.
    """
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    except (AttributeError, OSError, ValueError):
        whole = UNKNOWN
    return min([whole, *_limits(root)])


def _limits(root: Path) -> list[int]:
    """Limits in MiB of the control groups that this process is in, on Linux; of both versions."""
    found = []
    try:
        groups = (root / "proc/self/cgroup").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return []
    for group in groups:
        _, kinds, path = group.split(":", 2)
        if kinds not in ("", "memory"):
            continue
        top, file = (
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes") if kinds else ("sys/fs/cgroup", "memory.max")
        )
        # Inside a container the path is the host's and is not there; its own limit stands at the top.
        inside = [Path(path).relative_to("/"), *Path(path).relative_to("/").parents]
        for folder in {Path(), *inside}:
            try:
                said = (root / top / folder / file).read_text("ascii").strip()
            except (OSError, ValueError):
                continue
            if said.isdigit() and int(said):
                found.append(int(said) >> 20)
    return found
