"""How much memory a process can count on."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.records.memory import machine_memory


def _limited(root: Path, groups: str, limits: dict[str, str]) -> Path:
    for name, said in {"proc/self/cgroup": groups, **limits}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(said, encoding="ascii")
    return root


@pytest.mark.parametrize(
    ("groups", "limits"),
    [
        ("0::/\n", {"sys/fs/cgroup/memory.max": f"{200 << 20}\n"}),
        ("0::/polku.service\n", {"sys/fs/cgroup/polku.service/memory.max": f"{200 << 20}\n"}),
        (
            "0::/a/b\n",
            {"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": f"{200 << 20}\n"},
        ),
        ("4:memory:/docker/f00\n", {"sys/fs/cgroup/memory/memory.limit_in_bytes": f"{200 << 20}\n"}),
    ],
    ids=["container", "service", "parent", "version 1"],
)
def test_a_container_has_what_it_was_given(tmp_path: Path, groups: str, limits: dict[str, str]) -> None:
    assert machine_memory(_limited(tmp_path, groups, limits)) == 200


@pytest.mark.parametrize("said", ["max\n", "0\n", "9223372036854771712\n"])
def test_where_nothing_limits_it_is_what_the_machine_has(tmp_path: Path, said: str) -> None:
    limited = _limited(tmp_path, "0::/\n", {"sys/fs/cgroup/memory.max": said})
    assert machine_memory(limited) == machine_memory(tmp_path / "nothing") > 200
