"""Files cut, shuffled and said twice bring the same rows and figures, from the file to the question."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.analytics.asking.questions import ask
from polku.documents import Source, Workspace
from polku.formats.workspace import read_workspace
from polku.records.log import open_log
from polku.sources.importing import import_files

MAPPING = Source.model_validate(
    {
        "id": "crm",
        "kind": "crm",
        "fills": [
            {"table": "people", "columns": {"person_id": "Who", "email": "Who"}},
            {"table": "memberships", "columns": {"person_id": "Who", "account_id": "Firm"}},
            {
                "table": "events",
                "columns": {"time": "When", "person_id": "Who", "account_id": "Firm", "activity": "What"},
            },
        ],
    }
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(("2026-01-05 10:00", "2026-01-05", "2026-01-06 10:00:01", "2026-02-01 09:00")),
        st.sampled_from(("ann@a.example", "bo@b.example", "cy@gmail.com")),
        st.sampled_from(("A", "B")),
        st.sampled_from(("call", "mail", "visit")),
    ),
    min_size=2,
    max_size=12,
)


def known(workspace: Workspace, folder: Path) -> dict[str, Any]:
    with open_log(folder) as log:
        answer = ask(log, workspace, "paths", case="account")
        return {
            "events": log.rows(
                "SELECT time, precision, account_id, person_id, activity, part FROM {events} ORDER BY event_no"
            ),
            "people": log.rows("SELECT * EXCLUDE (source_file, source_row) FROM {people} ORDER BY ALL"),
            "memberships": log.rows(
                "SELECT * EXCLUDE (source_file, source_row) FROM {memberships} ORDER BY ALL"
            ),
            "paths": {name: value for name, value in vars(answer).items() if name != "about"},
        }


def cut(lines: list[tuple[str, ...]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "polku.yaml").write_text("polku: 1\nname: Test\nzone: UTC\n")
        workspace = read_workspace(folder)

        def write(name: str, rows: list[tuple[str, ...]]) -> Path:
            file = folder / name
            file.write_text(
                "\n".join(";".join(row) for row in [("When", "Who", "Firm", "What"), *rows]) + "\n"
            )
            return file

        import_files(workspace, folder / "whole", [write("all.csv", lines)], mapping=MAPPING)
        at = data.draw(st.integers(1, len(lines) - 1))
        overlap = data.draw(st.integers(0, 2))
        pieces = [write("one.csv", lines[:at]), write("two.csv", lines[max(0, at - overlap) :])]
        order = data.draw(
            st.permutations([*pieces, *data.draw(st.lists(st.sampled_from(pieces), max_size=1))])
        )
        for file in order:
            counted = import_files(workspace, folder / "split", [file], mapping=MAPPING).counts[0]
            assert (
                counted.rejected == 0
                and counted.used + counted.repeated == len(file.read_text().splitlines()) - 1
            )
        assert known(workspace, folder / "split") == known(workspace, folder / "whole")


@settings(max_examples=2)
@given(LINES, st.data())
def test_cuts_order_and_repetition_of_files_do_not_show(
    lines: list[tuple[str, ...]], data: st.DataObject
) -> None:
    cut(lines, data)


@pytest.mark.long
@settings(max_examples=25)
@given(LINES, st.data())
def test_cuts_order_and_repetition_of_files_do_not_show_in_many_tries(
    lines: list[tuple[str, ...]], data: st.DataObject
) -> None:
    cut(lines, data)
