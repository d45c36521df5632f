"""Documents in and out: YAML, JSON Schema, lists of steps; `read_*` and `write_*`."""

from polku.formats.workspace import read_workspace

__all__ = ["read_workspace"]
