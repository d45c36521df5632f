"""Made-up journeys of any length, to time reading and drawing."""

from __future__ import annotations

from pathlib import Path

ROLES = ("operator", "engineer", "manager")
STAGES = ("awareness", "consideration", "decision", "start", "use")

WORKSPACE = """\
polku: 1
id: bench
name: Bench
language: en
"""

STEP = """\
  - id: step-{number}
    stage: {stage}
    role: {role}
    does: Looks for what makes the valves wear out, and asks a colleague, for the {number}. time
    thinks: There must be a better way
    expects: That somebody has written it down
    feels: {feels}
    pains: [Every stop is blamed on whoever is there]
    next: [{following}]
"""


def write_workspace(folder: Path, steps: int) -> Path:
    """Write a workspace with one journey of so many steps."""
    (folder / "roles").mkdir(parents=True)
    (folder / "journeys").mkdir()
    (folder / "polku.yaml").write_text(WORKSPACE, encoding="utf-8")
    for role in ROLES:
        (folder / "roles" / f"{role}.yaml").write_text(f"id: {role}\nname: The {role}\n", encoding="utf-8")
    lines = ["id: long", f"name: A journey of {steps} steps", f"roles: [{', '.join(ROLES)}]", "stages:"]
    for stage in STAGES:
        lines += [f"  - id: {stage}", f"    name: {stage.capitalize()}"]
    lines.append("steps:")
    text = "\n".join(lines) + "\n"
    for number in range(steps):
        text += STEP.format(
            number=number,
            stage=STAGES[number * len(STAGES) // steps],
            role=ROLES[number % len(ROLES)],
            feels=number % 5 - 2,
            following=f"step-{number + 1}" if number + 1 < steps else "",
        )
    (folder / "journeys" / "long.yaml").write_text(text, encoding="utf-8")
    return folder
