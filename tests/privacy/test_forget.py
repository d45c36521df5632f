"""Who is erased is nowhere any more, stays away when their export comes again, and counts stay as they were."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from polku.errors import LakeError, WrongUse
from polku.formats import read_workspace
from polku.privacy.forget import SeveralPeople, forget
from polku.records.engine import Engine, file_text
from polku.records.forgotten import KEY_FILE
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.undoing import undo_imports
from polku.sources.importing import import_files
from tests.privacy.planted import EMAIL, FORMS, NAME, REF, make


def hits(folder: Path) -> list[str]:
    """Every place of a folder where a form of the name stands: names of files, their bytes, and the cells of Parquet."""
    found = []
    words = [form.casefold() for form in FORMS]
    with Engine() as engine:
        for file in sorted(folder.rglob("*")):
            texts = [file.name]
            if file.is_file():
                texts += [file.read_bytes().decode(code, "ignore") for code in ("utf-8", "utf-16-le")]
            if file.suffix == ".parquet":
                texts += [repr(row) for row in engine.rows(f"FROM read_parquet({file_text(file)})")]
                # Statistics of columns, too.
                texts += [repr(row) for row in engine.rows(f"FROM parquet_metadata({file_text(file)})")]
            found += [f"{file}: {word}" for text in texts for word in words if word in text.casefold()]
    return found


def figures(folder: Path) -> dict[str, Any]:
    """What is counted."""
    with open_log(folder) as log:
        counts = {
            table: rows
            for table, rows in log.counts().items()
            if table not in ("account_links", "person_links")
        }
        counts["moves"] = log.rows(
            "SELECT c.account_id, m.ord, m.gap, m.part, m.person >= 0 FROM {moves} m JOIN {cases} c USING (cid) ORDER BY ALL"
        )
        counts["cases"] = log.rows("SELECT key, n, t0, t1, parts, outcome, value FROM {cases} ORDER BY ALL")
        counts["people"] = log.rows("SELECT count(DISTINCT person) FROM {events} WHERE person >= 0")
        counts["parts"] = log.rows("SELECT parts, count(*) FROM {memberships} GROUP BY ALL ORDER BY ALL")
        counts["scores"] = log.rows(
            "SELECT score, part, account_id FROM {events} WHERE score IS NOT NULL ORDER BY ALL"
        )
        counts["texts"] = log.rows("SELECT count(*) FROM {texts}")
    return counts


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    space, exports = make(folder)
    import_files(read_workspace(space), space, exports)
    # A second version, so that there is a chain.
    import_files(read_workspace(space), space, exports[:1])
    return folder


@pytest.fixture
def planted(imported: Path, tmp_path: Path) -> tuple[Path, list[Path]]:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "space", sorted((tmp_path / "exports").glob("*.csv"))


@pytest.mark.parametrize(
    "word",
    [NAME, *(pytest.param(word, marks=pytest.mark.long) for word in (EMAIL, REF, "zylberstein, QUIRINA"))],
)
def test_no_byte_is_left_counts_stay_and_the_same_export_brings_nobody_back(
    planted: tuple[Path, list[Path]], word: str
) -> None:
    space, exports = planted
    with open_log(space) as log:
        # Answers that are kept, and another kind of case.
        log.rows("SELECT count(*) FROM {cases:person}")
    before = figures(space)
    assert len(hits(space)) > 20

    done = forget(space, read_workspace(space), word)

    assert hits(space) == []
    assert figures(space) == before
    assert done.documents == ("accounts/nord-toys.yaml",) and done.rejects == ("rejects/mails.csv",)
    assert {"people", "events", "texts", "deals", "rejects"} <= set(done.rows)
    assert done.left.naming == () and done.broken == ()

    import_files(read_workspace(space), space, exports)
    assert hits(space) == []
    assert figures(space) == before
    assert not Lake(space / "lake").open().damaged()


def test_what_others_wrote_keeps_all_but_the_name(planted: tuple[Path, list[Path]]) -> None:
    space, _ = planted
    done = forget(space, read_workspace(space), NAME)
    mask = done.pseudonym
    with open_log(space) as log:
        texts = [row[0] for row in log.rows("SELECT text FROM {texts} ORDER BY source_row")]
        people = log.rows("SELECT name, title FROM {people} ORDER BY name")
    assert texts == [
        mask,
        f"{mask} soitettiin, mutta {mask} ei vastannut",
        f"mail {mask}@nordtoys.example instead",
    ]
    assert people == [("Aino Berg", "Managing director"), ("Pekka Laine", "Operator"), (mask, "part:buyer")]
    account = (space / "accounts/nord-toys.yaml").read_text("utf-8")
    assert f"# {mask} decides" in account and f"name: {mask}, roles: [buyer]" in account
    assert "Never" not in account and "Pekka Laine" in account


def test_later_rows_of_the_same_person_count_for_the_pseudonym(
    planted: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    space, _ = planted
    done = forget(space, read_workspace(space), EMAIL)
    later = tmp_path / "later"
    later.mkdir()
    (later / "mails.csv").write_text(
        f"When;Who;What\n2026-05-05 10:00;{EMAIL.upper()};Mail opened\n2026-05-06 10:00;C-9;Mail opened\n",
        "utf-8",
    )
    # She has a new number in the system, known by the address alone.
    (later / "contacts.csv").write_text(
        f"Id;Name;Email;Title;Company\nC-9;Q. Zylberstein;{EMAIL};Boss;N-1\n", "utf-8"
    )

    import_files(read_workspace(space), space, [later / "contacts.csv"])
    import_files(read_workspace(space), space, [later / "mails.csv"])

    assert hits(space) == []
    with open_log(space) as log:
        rows = log.rows("SELECT person_id, account_id FROM {events} WHERE time >= DATE '2026-05-01'")
    assert rows == [(done.pseudonym, "nord-toys")] * 2


def test_several_people_of_a_name_are_listed_and_nothing_is_done(tmp_path: Path) -> None:
    space, exports = make(tmp_path)
    other = f"C-5;{NAME};other@southtoys.example;Operator;S-1\n"
    contacts = next(file for file in exports if file.name == "contacts.csv")
    contacts.write_text(contacts.read_text("utf-8") + other, "utf-8")
    import_files(read_workspace(space), space, exports)

    with pytest.raises(SeveralPeople) as refused:
        forget(space, read_workspace(space), NAME)
    assert [one.person_id for one in refused.value.people] == ["C-4711", "C-5"]
    assert not (space / "forgotten.json").exists()

    # By her id she goes; who bears the same name keeps it, in their row and where they are spoken of.
    forget(space, read_workspace(space), REF)
    with open_log(space) as log:
        assert log.rows("SELECT email FROM {people} WHERE name = $name", name=NAME) == [
            ("other@southtoys.example",)
        ]
        assert log.rows("SELECT count(*) FROM {people} WHERE email = $email", email=EMAIL) == [(0,)]


def test_nobody_is_refused_and_nothing_is_changed(planted: tuple[Path, list[Path]]) -> None:
    space, _ = planted
    for word in ("Quirina", "Nobody Here", "nobody@nowhere.example"):
        with pytest.raises(WrongUse):
            forget(space, read_workspace(space), word)
    assert Lake(space / "lake").version == 2


def test_somebody_who_is_only_spoken_of_is_erased_too(tmp_path: Path) -> None:
    space, exports = make(tmp_path)
    import_files(
        read_workspace(space),
        space,
        [file for file in exports if file.name in ("mails.csv", "companies.csv")],
    )
    forget(space, read_workspace(space), NAME)
    assert not [hit for hit in hits(space) if "zylberstein" in hit and "@" not in hit]


def test_files_that_polku_did_not_write_are_named(planted: tuple[Path, list[Path]]) -> None:
    space, exports = planted
    shutil.copy(exports[-1], space / "notes.csv")
    (space / "exports").mkdir()
    (space / "exports" / "letter.txt").write_text("Dear Quirina\nZylberstein", "utf-16")
    shutil.make_archive(str(space / "exports" / "packed"), "zip", exports[0].parent)
    (space / "report.pdf").write_bytes(b"%PDF-1.7")

    left = forget(space, read_workspace(space), NAME).left

    assert left.naming == ("exports/letter.txt", "exports/packed.zip", "notes.csv")
    assert left.closed == ("report.pdf",)


def test_what_was_before_an_erasure_cannot_come_back(planted: tuple[Path, list[Path]]) -> None:
    space, exports = planted
    forget(space, read_workspace(space), NAME)
    lake = Lake(space / "lake")
    assert lake.open().number == 3 and lake.manifest["previous"] is None
    with pytest.raises(LakeError, match="erased"):
        lake.open(2)
    with pytest.raises(LakeError, match="erased"):
        undo_imports(lake)

    import_files(read_workspace(space), space, exports[:1])
    assert undo_imports(lake).to == 3
    assert hits(space) == []


def test_a_lost_or_foreign_key_lets_nobody_back_in(planted: tuple[Path, list[Path]]) -> None:
    space, exports = planted
    forget(space, read_workspace(space), NAME)
    key = space / KEY_FILE
    assert key.stat().st_mode & 0o077 == 0
    kept = key.read_text("utf-8")
    for text in (None, "00" * 32, "short"):
        key.unlink() if text is None else key.write_text(text, "utf-8")
        with pytest.raises(LakeError):
            import_files(read_workspace(space), space, exports[2:3])
    key.write_text(kept, "utf-8")
    import_files(read_workspace(space), space, exports[2:3])
    assert hits(space) == []


def test_the_memory_holds_no_word(planted: tuple[Path, list[Path]]) -> None:
    space, _ = planted
    forget(space, read_workspace(space), NAME)
    kept = json.loads((space / "forgotten.json").read_text("utf-8"))
    (person,) = kept["people"]
    assert set(person) == {"as", "when", "refs", "cells", "emails", "names"}
    assert len(person["refs"]) == 2 and len(person["emails"]) == 1
