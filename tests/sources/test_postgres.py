"""Queries of PostgreSQL: one statement, nothing written, times in UTC, no password in what is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from polku.cli.app import run
from polku.errors import ImportRefused
from polku.sources.postgres import fetched, query_of
from tests.postgres import postgres

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgres")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no-query"),
        ("-- nothing but a remark", "no-query"),
        ("SELECT 1; DROP TABLE deals", "several-statements"),
        ("SELECT 1) TO STDOUT; DROP TABLE deals; --", "several-statements"),
    ],
)
def test_a_file_holds_one_statement(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "deals.sql"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        query_of(file)
    assert refused.value.message.id == f"sources.{message}"


def test_semicolons_in_texts_and_remarks_are_no_further_statements(tmp_path: Path) -> None:
    file = tmp_path / "deals.sql"
    file.write_text("SELECT ';' AS a, $x$;$x$ AS b -- one; two\n/* ; */;\n", encoding="utf-8")
    assert query_of(file).startswith("SELECT")


def test_without_a_database_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLKU_DATABASE", raising=False)
    file = tmp_path / "deals.sql"
    file.write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        fetched([file], None, tmp_path / "out")
    assert refused.value.message.id == "sources.no-database"


def test_a_database_that_is_away_tells_no_password(tmp_path: Path) -> None:
    file = tmp_path / "deals.sql"
    file.write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        fetched([file], "postgresql://bo:secret@127.0.0.1:1/none", tmp_path / "out")
    assert refused.value.message.id == "sources.database-away"
    assert "secret" not in refused.value.text()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A PostgreSQL of its own, where one is installed."""
    with postgres(os.environ.get("POLKU_TEST_POSTGRES")) as url:
        yield url


@pytest.fixture
def deals(database: str) -> str:
    with psycopg.connect(database) as connection:
        connection.execute("DROP TABLE IF EXISTS deals")
        connection.execute(
            "CREATE TABLE deals (id int, firm text, stage text, opened timestamptz, worth numeric)"
        )
        connection.execute(
            "INSERT INTO deals VALUES (7, 'Pallo; \"Oy\"', 'Won', '2026-01-13 10:00+02', 1200.5), (8, NULL, 'Open', NULL, NULL)"
        )
    return database


QUERY = 'SELECT id AS "Deal ID", firm AS "Company", stage AS "Stage", opened AS "Created", worth AS "Amount" FROM deals ORDER BY 1;\n'


@pytest.mark.long
def test_a_query_is_imported_like_a_file(
    deals: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    monkeypatch.setenv("POLKU_DATABASE", deals)
    (tmp_path / "polku.yaml").write_text("polku: 1\nzone: Europe/Helsinki\n", encoding="utf-8")
    file = tmp_path / "deals.sql"
    file.write_text(QUERY, encoding="utf-8")
    assert run(["import", str(tmp_path), str(file), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "08:00" in said and "1200.5" in said and 'Pallo; "Oy"' in said
    assert run(["import", str(tmp_path), str(file)]) == 0


@pytest.mark.long
@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM deals RETURNING *",
        "WITH gone AS (DELETE FROM deals RETURNING *) SELECT * FROM gone",
        "SELECT nextval('counting')",
        "SELECT * FROM nowhere",
    ],
)
def test_what_writes_is_refused_and_nothing_is_written(deals: str, tmp_path: Path, query: str) -> None:
    with psycopg.connect(deals, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE IF NOT EXISTS counting")
    file = tmp_path / "deals.sql"
    file.write_text(query, encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        fetched([file], deals, tmp_path / "out")
    assert refused.value.message.id == "sources.query-failed"
    with psycopg.connect(deals) as connection:
        assert connection.execute("SELECT count(*) FROM deals").fetchone() == (2,)
