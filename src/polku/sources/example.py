"""The example workspace that comes with polku, and the data its simulation writes."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sys
from pathlib import Path

from polku.errors import DocumentError
from polku.formats.workspace import read_workspace
from polku.sources.importing import Imported, import_files
from polku.words import Message

TODAY = dt.date(2026, 11, 18)
"""The day after the last event of the example, so that its ages and waits stay as they were told."""


def example_folder() -> Path:
    """The example as it came with polku: beside the package in a wheel, in examples/ in a checkout.

    Raises:
        DocumentError: it did not come along.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "examples" / "hoppebold", package.parents[1] / "examples" / "hoppebold"):
        if (folder / "polku.yaml").exists():
            return folder
    raise DocumentError(Message("demo.no-example", {}))


def copy_example(target: Path) -> None:
    """Copy the documents of the example; files that somebody has edited since stay as they are."""
    source = example_folder()
    # Logos lie beside the documents.
    for file in sorted(file for ending in ("yaml", "svg", "png") for file in source.rglob(f"*.{ending}")):
        copy = target / file.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def write_example_exports(folder: Path) -> list[Path]:
    """Write the exports of two simulated years, the same in every run; the files."""
    source = example_folder()
    sys.path.insert(0, str(source))
    try:
        spec = importlib.util.spec_from_file_location("polku_example_simulate", source / "simulate.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(source))
    module.write_exports(folder)
    return sorted(file for file in folder.iterdir() if file.is_file())


def make_example(folder: Path, *, language: str = "en") -> Imported:
    """The example workspace with its data in a folder: documents, exports, lake.

    Args:
        language: of the reasons in the files of rejected rows.
    """
    copy_example(folder)
    files = write_example_exports(folder / "exports")
    return import_files(read_workspace(folder), folder, files, language=language)
