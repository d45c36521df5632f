"""Sources as plug-ins: found by entry point, named with --as, passed over when they fail; the guide's example works."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from polku.cli.app import run
from polku.errors import ImportRefused, WrongUse
from polku.sources import registry
from tests.sources.staged import Read, rows, warned

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-source.md"
VISITS = "Stamp No,Met At,Guest Mail,Firm\n1,2026-01-13 10:00,a@x.example,X\n2,2026-01-14 10:00,,X\n"


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Makes a module of a package's text and offers it as an entry point."""

    def offer(name: str, code: str) -> None:
        module = ModuleType(f"package_{name}")
        sys.modules[module.__name__] = module
        exec(compile(code, module.__name__, "exec"), module.__dict__)
        entry = EntryPoint(name, f"{module.__name__}:SOURCE", "polku.sources")
        monkeypatch.setattr(
            registry, "entry_points", lambda group: [entry] if group == "polku.sources" else []
        )
        registry.registered.cache_clear()

    yield offer
    registry.registered.cache_clear()


def example() -> str:
    """The plug-in that the guide shows."""
    return re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]


def test_the_guides_example_reads_its_file(install, read: Read) -> None:
    install("guestbook", example())
    found = read(VISITS)
    assert found.mapping.source.id == "guestbook"
    assert [(row["activity"], row["account_id"], row.get("person_id")) for row in rows(found, "events")] == [
        ("Met at the fair", "X", "a@x.example"),
        ("Met at the fair", "X", None),
    ]
    assert "recognised" in warned(found)


def test_an_installed_source_can_be_named(install, read: Read) -> None:
    install("guestbook", example())
    assert read(VISITS, system="guestbook").mapping.source.as_ == "guestbook"
    with pytest.raises(ImportRefused) as refused:
        read("a,b\n1,2\n", system="guestbook")
    assert refused.value.message.id == "sources.not-system"


def test_an_unknown_word_after_as_lists_what_there_is(install, read: Read) -> None:
    install("guestbook", example())
    with pytest.raises(WrongUse) as refused:
        read(VISITS, system="guestbok")
    said = refused.value.text()
    assert "guestbook" in said and "hubspot-contacts" in said and "event-log" in said


def test_a_source_that_fails_is_passed_over_and_told(install, read: Read) -> None:
    install(
        "broken",
        "class Bad:\n"
        "    name = title = 'broken'\n    shapes = ('all',)\n    reader = None\n"
        "    def look(self, table, asked): raise KeyError('x')\n"
        "    def mend(self, table, guess): ...\n    def propose(self, table, guess): ...\n"
        "SOURCE = Bad()\n",
    )
    found = read("Ticket ID,Subject,Created time,Email,Company Name\n1,Stop,2026-01-13 10:00,a@x.example,X\n")
    assert found.mapping.kind == "tickets" and "plugin-failed" in warned(found)


def test_what_is_no_source_is_left_out_with_its_reason(install) -> None:
    install("nothing", "SOURCE = 7\n")
    assert registry.registered().broken["nothing"].startswith("AttributeError")
    assert "hubspot" in registry.registered().systems


def test_a_document_that_names_a_source_needs_no_columns(
    install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install("guestbook", example())
    home = tmp_path / "home"
    (home / "sources").mkdir(parents=True)
    (home / "polku.yaml").write_text("polku: 1\n", encoding="utf-8")
    (home / "sources" / "fair.yaml").write_text(
        "id: fair\nreads: fair*.csv\nas: guestbook\nzone: Europe/Helsinki\n", encoding="utf-8"
    )
    file = tmp_path / "fair-2026.csv"
    file.write_text(VISITS, encoding="utf-8")
    assert run(["import", str(home), str(file), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "fair" in said and "Met at the fair" in said and "08:00" in said


def test_a_mapping_with_columns_and_a_source_keeps_the_sources_quirks(read: Read) -> None:
    text = "Record ID,Deal Name,Deal Stage,Pipeline,Close Date,Associated Company IDs\n1,D,Closed Won,Sales,2026-01-13,7; 8\n"
    first = read(text)
    mapping = {
        "as": "hubspot-deals",
        "fills": [fill.model_dump(exclude_defaults=True) for fill in first.mapping.source.fills],
    }
    again = read(text, mapping)
    assert rows(again, "deals") == rows(first, "deals")
    assert rows(again, "deals")[0]["account_id"] == "7"
