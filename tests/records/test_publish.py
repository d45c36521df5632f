"""What becomes of staged rows: new, changed, repeated; whose they are; in which order they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.errors import LakeError
from polku.records import cases as cases_module
from polku.records.engine import Engine, Relation
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import Published, Staged, TableCount, publish
from polku.records.resolving import Resolved, as_named
from polku.records.schema import PARTS
from tests.records.staged_logs import events, paths, stage


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def ask(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    """The rows a template gives on the version in force."""
    with open_log(lake.folder) as log:
        return log.rows(sql)


def test_each_row_of_a_file_is_used_repeated_or_rejected(lake: Lake, tmp_path: Path) -> None:
    staged = stage(
        tmp_path / "a",
        accounts=[{"account_id": "acme", "source_row": 2}, {"account_id": "acme", "source_row": 3}],
        events=[
            *events("2026-01-05T10 acme call", "2026-01-05T11 acme mail", "2026-01-05T11 acme mail"),
            {"time": "2026-01-06", "activity": "visit", "source_row": 3},
        ],
        rejects=[{"line": 5, "reason": "no time"}, {"line": 3, "reason": "no size"}],
    )

    (file,) = publish(lake, [staged]).files

    assert file.tables["events"] == TableCount(rows=4, new=3, repeated=1)
    assert file.tables["accounts"] == TableCount(rows=2, new=1, repeated=1)
    # Line 4 says only what line 3 said; line 3 gave rows beside its reject.
    assert (file.used, file.repeated, file.rejected) == (2, 1, 1)


def test_the_same_file_again_adds_nothing_and_shares_all_files(lake: Lake, tmp_path: Path) -> None:
    staged = stage(
        tmp_path / "a",
        events=events("2026-01-05T10 acme call", "2026-01-06 acme mail"),
        deals=[{"deal_id": "1"}],
    )
    first = publish(lake, [staged])

    again = publish(lake, [staged])

    assert (again.version, again.data_version) == (2, first.data_version)
    assert (again.files[0].used, again.files[0].repeated) == (0, 2)
    assert again.tables == first.tables
    assert {path.parent.name for table in ("events", "deals") for path in lake.files(table)} == {"v000001"}
    assert {path.parts[-4] for path in lake.files("moves:account")} == {"v000001"}


def test_overlapping_files_count_each_event_once(lake: Lake, tmp_path: Path) -> None:
    january = stage(
        tmp_path / "a", "jan.csv", events=events("2026-01-05T10 acme call", "2026-01-31T10 acme mail")
    )
    both = stage(
        tmp_path / "b", "both.csv", events=events("2026-01-31T10 acme mail", "2026-02-01T10 acme visit")
    )

    counts = [file.tables["events"] for file in publish(lake, [january, both]).files]

    assert counts == [TableCount(rows=2, new=1, repeated=1), TableCount(rows=2, new=2)]
    assert paths(lake) == {"acme": "call mail visit"}


def test_the_same_row_of_two_systems_stays_two(lake: Lake, tmp_path: Path) -> None:
    one = stage(tmp_path / "a", source="crm", events=events("2026-01-05T10 acme call"))
    two = stage(tmp_path / "b", source="support", events=events("2026-01-05T10 acme call"))

    publish(lake, [one, two])

    assert paths(lake) == {"acme": "call call"}


def test_a_later_row_of_the_same_key_takes_the_place_of_the_earlier(lake: Lake, tmp_path: Path) -> None:
    publish(lake, [stage(tmp_path / "a", deals=[{"deal_id": "1", "stage": "offer"}, {"deal_id": "2"}])])

    published = publish(
        lake,
        [
            stage(
                tmp_path / "b",
                "new.csv",
                deals=[{"deal_id": "1", "stage": "x"}, {"deal_id": "1", "stage": "won"}],
            )
        ],
    )

    assert published.files[0].tables["deals"] == TableCount(rows=2, changed=1, repeated=1)
    assert ask(lake, "SELECT deal_id, stage FROM {deals} ORDER BY ALL") == [("1", "won"), ("2", None)]


def test_an_old_file_read_once_more_does_not_undo_what_came_since(lake: Lake, tmp_path: Path) -> None:
    old = stage(tmp_path / "a", "jan.csv", sha256="aa", deals=[{"deal_id": "1", "stage": "offer"}])
    new = stage(tmp_path / "b", "feb.csv", sha256="bb", deals=[{"deal_id": "1", "stage": "won"}])
    publish(lake, [old])
    publish(lake, [new])

    again = publish(lake, [old])

    assert again.files[0].tables["deals"] == TableCount(rows=1, repeated=1)
    assert ask(lake, "SELECT stage FROM {deals}") == [("won",)]


def test_a_file_read_by_another_mapping_replaces_its_earlier_reading(lake: Lake, tmp_path: Path) -> None:
    before = stage(
        tmp_path / "a",
        sha256="aa",
        mapping="m1",
        events=events("2026-01-05T10 acme call", "2026-01-06T10 acme fone"),
    )
    other = stage(
        tmp_path / "b", "other.csv", sha256="bb", mapping="m1", events=events("2026-01-04T10 acme ad")
    )
    publish(lake, [before, other])
    after = stage(
        tmp_path / "c",
        sha256="aa",
        mapping="m2",
        events=events("2026-01-05T10 acme call", "2026-01-06T10 acme phone"),
    )

    published = publish(lake, [after])

    assert published.files[0].tables["events"] == TableCount(rows=2, new=1, repeated=1)
    assert paths(lake) == {"acme": "ad call phone"}


def test_a_whole_export_takes_away_what_its_source_no_longer_says(lake: Lake, tmp_path: Path) -> None:
    old = stage(tmp_path / "a", "old.csv", sha256="aa", deals=[{"deal_id": "1"}, {"deal_id": "2"}])
    other = stage(tmp_path / "b", source="erp", sha256="bb", deals=[{"deal_id": "3"}])
    publish(lake, [old, other])
    parts = [
        replace(stage(tmp_path / id, f"new-{id}.csv", sha256=id, deals=[{"deal_id": id}]), whole=True)
        for id in ("2", "4")
    ]

    published = publish(lake, parts)

    assert [file.tables["deals"] for file in published.files] == [
        TableCount(rows=1, repeated=1),
        TableCount(rows=1, new=1),
    ]
    assert ask(lake, "SELECT deal_id FROM {deals} ORDER BY ALL") == [("2",), ("3",), ("4",)]
    # The old file once more is no news, and takes nothing away.
    publish(lake, [replace(old, whole=True)])
    assert [id for (id,) in ask(lake, "SELECT deal_id FROM {deals} ORDER BY ALL")] == ["1", "2", "3", "4"]


def test_a_reading_that_fills_a_table_no_more_empties_it(lake: Lake, tmp_path: Path) -> None:
    publish(lake, [stage(tmp_path / "a", sha256="aa", mapping="m1", deals=[{"deal_id": "1"}])])

    publish(
        lake, [stage(tmp_path / "b", sha256="aa", mapping="m2", events=events("2026-01-05T10 acme call"))]
    )

    assert ask(lake, "FROM {deals}") == []


def test_rejects_of_a_file_read_again_take_the_place_of_its_earlier_ones(lake: Lake, tmp_path: Path) -> None:
    other = stage(tmp_path / "x", "other {a} $b.csv", rejects=[{"line": 7, "reason": "other"}])
    publish(lake, [other, stage(tmp_path / "a", rejects=[{"line": 2, "reason": "old"}])])

    publish(lake, [stage(tmp_path / "b", rejects=[{"line": 3, "reason": "new"}])])

    assert ask(lake, "SELECT line, reason FROM {rejects} ORDER BY ALL") == [(3, "new"), (7, "other")]


def test_events_stand_by_day_then_timed_then_time_then_priority_then_place(
    lake: Lake, tmp_path: Path
) -> None:
    web = stage(
        tmp_path / "a",
        source="web",
        events=[
            {**row, "priority": 1}
            for row in events(
                "2026-01-05 a dated", "2026-01-05T23 a late", "2026-01-06T00 a next", "2026-01-05T10 a w1"
            )
        ],
    )
    crm = stage(
        tmp_path / "b",
        source="zcrm",
        events=[
            {**row, "source_row": line}
            for line, row in zip(
                (9, 2, 2),
                events("2026-01-05T10 a c9", "2026-01-05T10 a opened", "2026-01-05T10 a closed"),
                strict=True,
            )
        ],
    )

    publish(lake, [web, crm])

    assert paths(lake) == {"a": "opened closed c9 w1 late dated next"}
    gaps = ask(lake, "SELECT gap FROM {moves} ORDER BY cid, ord")
    assert [gap // 3_600_000_000 for (gap,) in gaps] == [0, 0, 0, 13, 0, 24, -1]


def test_event_numbers_are_the_places_in_the_total_order(lake: Lake, tmp_path: Path) -> None:
    staged = stage(
        tmp_path / "a", events=events(*(f"2026-01-{31 - day:02} a{day % 3} x" for day in range(30)))
    )
    publish(lake, [staged])

    rows = ask(lake, "SELECT event_no, time FROM {events} ORDER BY time")

    assert [number for number, _ in rows] == list(range(30))


MEMBERS: list[dict[str, Any]] = [
    {"person_id": "ann", "account_id": "old", "to": "2026-01-10", "parts": ["operator", "champion"]},
    {"person_id": "ann", "account_id": "new", "from": "2026-01-20", "parts": ["buyer"]},
    {"person_id": "ann", "account_id": "club", "primary": False, "from": "2026-01-01", "parts": ["expert"]},
    {"person_id": "bob", "account_id": "old", "parts": ["no such part"]},
]


@pytest.mark.parametrize(
    ("person", "named", "day", "account", "by", "part"),
    [
        ("ann", None, "2025-12-01", "old", "member", "operator"),
        ("ann", None, "2026-01-15", "club", "member", "expert"),
        ("ann", None, "2026-02-01", "new", "member", "buyer"),
        ("ann", "old", "2026-02-01", "old", "named", "operator"),
        ("ann", "elsewhere", "2026-02-01", "elsewhere", "named", None),
        ("bob", None, "2026-02-01", "old", "member", None),
        ("carl", None, "2026-02-01", None, None, None),
        (None, None, "2026-02-01", None, None, None),
    ],
)
def test_an_event_counts_for_the_account_it_names_else_for_its_persons(
    lake: Lake,
    tmp_path: Path,
    person: str | None,
    named: str | None,
    day: str,
    account: str | None,
    by: str | None,
    part: str | None,
) -> None:
    members = [{**row, "primary": row.get("primary", True)} for row in MEMBERS]
    event = {"time": day, "activity": "call", "person_id": person, "account_id": named}
    publish(lake, [stage(tmp_path / "a", memberships=members, events=[event])])

    got = ask(lake, "SELECT account_id, account_ref, account_by, person_ref, part FROM {events}")

    assert got == [(account, named, by, person, PARTS.index(part) if part else -1)]


def test_a_person_without_a_known_account_makes_no_case(lake: Lake, tmp_path: Path) -> None:
    staged = stage(
        tmp_path / "a",
        events=[*events("2026-01-05 acme call"), {"time": "2026-01-05", "activity": "x", "person_id": "p"}],
    )

    published = publish(lake, [staged])

    assert (published.default_case, published.cases, published.tables["events"]) == ("account", 1, 2)


def test_a_code_keeps_its_number_when_others_come(lake: Lake, tmp_path: Path) -> None:
    publish(
        lake, [stage(tmp_path / "a", "a.csv", events=events("2026-01-05 acme mail", "2026-01-05 acme visit"))]
    )
    publish(
        lake, [stage(tmp_path / "b", "b.csv", events=events("2026-01-05 acme call", "2026-01-05 acme visit"))]
    )

    assert ask(lake, "SELECT code, activity FROM {codes} ORDER BY code") == [
        (0, "mail"),
        (1, "visit"),
        (2, "call"),
    ]
    assert paths(lake) == {"acme": "mail visit call"}


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"account_id": "a", "case_id": "1"}, "account"),
        ({"case_id": "1", "person_id": "p"}, "case"),
        ({"person_id": "p", "deal_id": "d"}, "person"),
        ({"deal_id": "d"}, "deal"),
        ({}, "account"),
    ],
)
def test_what_is_followed_by_default_is_what_the_events_name(
    lake: Lake, tmp_path: Path, columns: Mapping[str, str], kind: str
) -> None:
    staged = stage(tmp_path / "a", events=[{"time": "2026-01-05", "activity": "call", **columns}])

    published = publish(lake, [staged])

    assert (published.default_case, published.cases) == (kind, 1 if columns else 0)


def test_other_kinds_of_case_are_built_when_asked_for_and_shared_by_later_versions(
    lake: Lake, tmp_path: Path
) -> None:
    rows: Sequence[Mapping[str, Any]] = [
        {"time": "2026-01-05", "activity": "open", "case_id": "1", "account_id": "acme"},
        {"time": "2026-01-06", "activity": "close", "case_id": "1"},
        {"time": "2026-01-07", "activity": "open", "case_id": "2"},
    ]
    publish(lake, [stage(tmp_path / "a", "a.csv", source="support", events=rows)])
    publish(lake, [stage(tmp_path / "b", "b.csv", source="other", events=rows[2:])])
    assert not (lake.folder / "v000002/cases/case").exists()

    assert sorted(ask(lake, "SELECT key, account_id, n FROM {cases:case}"), key=str) == [
        ("1", "acme", 2),
        ("2", None, 1),
        ("2", None, 1),
    ]
    publish(lake, [stage(tmp_path / "c", "c.csv", spend=[{"date": "2026-01-01", "cost": 5}])])
    ask(lake, "FROM {cases:case}")
    assert {path.parts[-4] for path in lake.files("moves:case")} == {"v000002"}


def test_a_case_carries_its_account_and_the_outcome_of_its_last_closed_deal(
    lake: Lake, tmp_path: Path
) -> None:
    staged = stage(
        tmp_path / "a",
        accounts=[{"account_id": "acme", "segment": "big", "status": "customer"}],
        deals=[
            {"deal_id": "1", "account_id": "acme", "outcome": "won", "closed": "2026-01-01", "amount": 10},
            {"deal_id": "2", "account_id": "acme", "outcome": "lost", "closed": "2026-03-01", "amount": 20},
            {"deal_id": "3", "account_id": "acme", "outcome": "open", "amount": 30},
        ],
        events=[{"time": "2026-01-05", "activity": "call", "account_id": "acme", "deal_id": "3"}],
    )
    publish(lake, [staged])

    columns = 'key, account_id, segment, status, outcome, "value"'
    assert ask(lake, f"SELECT {columns} FROM {{cases}}") == [("acme", "acme", "big", "customer", "lost", 20)]
    assert ask(lake, f"SELECT {columns} FROM {{cases:deal}}") == [
        ("3", "acme", "big", "customer", "open", 30)
    ]


def test_an_account_of_several_systems_is_one_row_and_the_crm_speaks_first(
    lake: Lake, tmp_path: Path
) -> None:
    web = stage(
        tmp_path / "a", source="web", accounts=[{"account_id": "acme", "name": "ACME.COM", "country": "FI"}]
    )
    crm = stage(
        tmp_path / "b",
        source="crm",
        accounts=[{"account_id": "acme", "name": "Acme Oy", "parent": "group"}, {"account_id": "beta"}],
        events=events("2026-01-05 gamma call"),
    )
    publish(lake, [web, crm])

    assert ask(lake, "SELECT account_id, name, country, parent, source FROM {accounts} ORDER BY 1") == [
        ("acme", "Acme Oy", "FI", "group", "crm"),
        ("beta", None, None, None, "crm"),
        ("gamma", None, None, None, None),
    ]
    assert len(ask(lake, "FROM {source_accounts}")) == 3


def by_domain(engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
    """A resolver that knows two words for one account, and one word that is none."""
    named = as_named(engine, tables)
    return Resolved(
        "SELECT source, ref, CASE ref WHEN 'Acme Oy' THEN 'acme' WHEN 'gmail.com' THEN NULL ELSE ref END AS account_id, "
        "'domain' AS reason FROM {account_refs}",
        named.person_links,
        "SELECT 'ann' AS person_id, 'acme' AS account_id, ['buyer'] AS parts",
    )


def test_a_resolver_decides_which_words_mean_one_account(lake: Lake, tmp_path: Path) -> None:
    staged = stage(
        tmp_path / "a",
        events=[
            *events("2026-01-05T10 Acme_Oy call", "2026-01-06T10 acme mail", "2026-01-07T10 gmail.com visit"),
            {"time": "2026-01-08", "activity": "demo", "person_id": "ann"},
        ],
        deals=[{"deal_id": "1", "account_id": "Acme Oy"}],
    )
    publish(lake, [stage(tmp_path / "b", "b.csv", events=[])])
    publish(lake, [staged])
    assert ask(lake, "SELECT account_id FROM {deals}") == [("Acme Oy",)]

    # No file comes in: everybody is matched anew, and the words of the sources stay.
    published = publish(lake, [], resolve=by_domain)

    assert published.tables["account_links"] == 4
    assert ask(lake, "SELECT account_id, account_ref FROM {deals}") == [("acme", "Acme Oy")]
    assert ask(lake, "SELECT key, n FROM {cases} ORDER BY 1") == [("Acme_Oy", 1), ("acme", 2)]
    assert ask(lake, "SELECT count(*) FROM {events} WHERE account_id IS NULL") == [(1,)]


def test_a_resolver_that_answers_twice_is_refused_and_nothing_changes(lake: Lake, tmp_path: Path) -> None:
    def twice(engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
        named = as_named(engine, tables)
        return Resolved(
            f"{named.account_links} UNION ALL {named.account_links}", named.person_links, named.memberships
        )

    staged = stage(tmp_path / "a", events=events("2026-01-05 acme call"))
    with pytest.raises(ValueError, match="account_links"):
        publish(lake, [staged], resolve=twice)

    assert not lake.exists()
    assert [path.name for path in lake.folder.iterdir()] == [".lock"]


def test_a_staged_column_that_the_table_does_not_have_is_named(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    with Engine() as engine:
        engine.write("SELECT 1 AS deal_id, 2 AS colour", folder / "deals.parquet")

    with pytest.raises(LakeError, match="colour"):
        publish(lake, [Staged(folder, "a.csv")])


def test_buckets_change_the_numbers_of_cases_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        f"2026-01-{day:02}T{hour} a{(day * 7 + hour) % 23} x{hour % 3}"
        for day in range(1, 31)
        for hour in (10, 11)
    ]
    staged = stage(tmp_path / "a", events=events(*rows, "2026-01-10T10 a1 y", "2026-01-10T10 a1 z"))
    one, many = Lake(tmp_path / "one"), Lake(tmp_path / "many")
    publish(one, [staged])
    monkeypatch.setattr(cases_module, "BUCKET_ROWS", 10)

    publish(many, [staged])

    # One of eight may be empty.
    assert len(many.files("moves:account")) == len(many.files("cases:account")) >= 7
    for columns in (
        "key, n, t0, t1, k1, k2",
        "key, m.ord, code, nxt, ts, gap, part, person, m.first, event_no",
    ):
        sql = f"SELECT {columns} FROM {{cases}} JOIN {{moves}} m USING (cid) ORDER BY ALL"
        assert ask(one, sql) == ask(many, sql)


@pytest.mark.parametrize("at_once", [1_000_000, 10])
def test_accounts_whose_hashes_clash_are_told_apart_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    rows = [f"2026-01-{day:02}T10 {who} x" for day in range(1, 20) for who in ("acme", "bell", "corp")]
    staged = stage(tmp_path / "a", events=events(*rows))
    apart, clashing = Lake(tmp_path / "apart"), Lake(tmp_path / "clashing")
    monkeypatch.setattr(cases_module, "BUCKET_ROWS", at_once)
    publish(apart, [staged])
    monkeypatch.setattr(cases_module, "HASHED", "SELECT *, hash(length({keys})) AS h FROM {table}")

    publish(clashing, [staged])

    sql = "SELECT key, n, t0, t1, k1, k2, m.ord, code, ts, event_no FROM {cases} JOIN {moves} m USING (cid) ORDER BY ALL"
    assert ask(clashing, sql) == ask(apart, sql)
    assert ask(clashing, "SELECT count(*) FROM {cases}") == [(3,)]


def test_accounts_whose_hashes_begin_alike_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("acme", "bell", "corp", "dove")
    rows = [f"2026-01-{day:02}T10 {who} x" for day in range(1, 20) for who in names]
    staged = stage(tmp_path / "a", events=events(*rows))
    apart, alike = Lake(tmp_path / "apart"), Lake(tmp_path / "alike")
    publish(apart, [staged])
    monkeypatch.setattr(cases_module, "HASHED", "SELECT *, ascii({keys})::UBIGINT AS h FROM {table}")

    publish(alike, [staged])

    sql = "SELECT key, n, t0, t1, k1, k2, m.ord, code, ts, event_no FROM {cases} JOIN {moves} m USING (cid) ORDER BY ALL"
    assert ask(alike, sql) == ask(apart, sql)


def test_the_history_of_imports_is_kept(lake: Lake, tmp_path: Path) -> None:
    publish(lake, [stage(tmp_path / "a", "a.csv", sha256="aa", events=events("2026-01-05 acme call"))])
    publish(lake, [stage(tmp_path / "b", "b.csv", sha256="bb", events=events("2026-01-05 acme call"))])

    history = [
        (one["file"], one["sha256"], one["version"], one["rows"], one["used"], one["repeated"])
        for one in lake.manifest["imports"]
    ]

    assert history == [("a.csv", "aa", 1, 1, 1, 0), ("b.csv", "bb", 2, 1, 0, 1)]


def test_what_was_published_is_told(lake: Lake, tmp_path: Path) -> None:
    told: list[float] = []

    published = publish(
        lake,
        [stage(tmp_path / "a", events=events("2026-01-05 acme call"))],
        progress=lambda message, share: told.append(share),
    )

    assert isinstance(published, Published)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("who", "acted"),
    [
        (["ann", "ann", "ann"], [True, True, True]),
        (["ann", None, "ann"], [True, False, True]),
        ([None, None, None], [False, False, False]),
    ],
)
@pytest.mark.parametrize("kind", ["account", "case"])
def test_cases_say_who_acted_whether_all_events_say_the_same_or_not(
    lake: Lake, tmp_path: Path, who: Sequence[str | None], acted: list[bool], kind: str
) -> None:
    came = events("2026-01-05T10 acme call", "2026-01-06T10 acme mail", "2026-01-07T10 acme visit")
    rows = [{**row, "person_id": one, "case_id": "7"} for row, one in zip(came, who, strict=True)]
    member = {"person_id": "ann", "account_id": "acme", "parts": ["buyer"]}
    publish(lake, [stage(tmp_path / "a", events=rows, memberships=[member])])

    buyer = PARTS.index("buyer")
    found = ask(lake, f"SELECT part, person >= 0 FROM {{moves:{kind}}} ORDER BY ord")
    assert found == [(buyer if one else -1, one) for one in acted]
    assert ask(lake, f"SELECT parts FROM {{cases:{kind}}}") == [(1 << buyer if any(acted) else 0,)]
