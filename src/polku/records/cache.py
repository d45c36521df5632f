"""Answers kept with the version they are about, so that a question asked again costs a file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from polku import __version__
from polku.records.lake import Version

MOST = 500
"""Answers kept per version; the one not used for longest goes first."""


def cached(
    version: Version,
    question: str,
    parameters: Mapping[str, Any],
    map_digest: str,
    compute: Callable[[], Any],
) -> Any:
    """The answer to a question, computed where it is not kept.

    An answer that cannot be kept or read is computed: a cache is never a reason to fail.

    Args:
        parameters: all that the answer depends on beside data and map; JSON, or with a `str` that tells all.
        map_digest: names the documents that were used; another map, another answer.
        compute: gives JSON data; what comes back has been through JSON, the first time too.
    """
    key = _text([__version__, version.data_version, map_digest, question, dict(parameters)])
    folder = version.folder / "results"
    file = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text("utf-8"))
        if kept["key"] == key and kept["digest"] == _digest(kept["answer"]):
            os.utime(file)
            return kept["answer"]
    answer = json.loads(_text(compute()))
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        beside = folder / f".{file.name}-{os.getpid()}"
        beside.write_text(_text({"key": key, "digest": _digest(answer), "answer": answer}), "utf-8")
        beside.replace(file)
        for old in sorted(folder.glob("*.json"), key=lambda f: f.stat().st_mtime_ns)[:-MOST]:
            old.unlink(missing_ok=True)
    return answer


def drop_answers(lake: Path) -> None:
    """Remove all answers kept with any version of a lake: an erasure must not live on in what was said before.

    Raises:
        OSError: a file may not be removed.
    """
    for folder in lake.glob("v??????/results"):
        shutil.rmtree(folder)


def _text(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)


def _digest(answer: Any) -> str:
    return hashlib.sha256(_text(answer).encode()).hexdigest()
