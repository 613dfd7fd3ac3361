"""List files are read, or refused with everything that is wrong in any of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from matcher.errors import MatcherError
from matcher.screening import InvalidList, Lists, read_lists

FIXTURES = Path(__file__).parents[2] / "fixtures" / "lists"
HEADER = "list,list_date,entry_id,name"


def written(folder: Path, *contents: str) -> list[Path]:
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"list{number}.csv")
        paths[-1].write_text(content, encoding="utf-8")
    return paths


def read(folder: Path, *contents: str) -> Lists:
    return read_lists(written(folder, *contents))


def problems(folder: Path, *contents: str) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(InvalidList) as refused:
        read(folder, *contents)
    assert isinstance(refused.value, MatcherError)
    assert all(problem.remedy for problem in refused.value.problems)
    return [(p.file, p.row, p.column, p.what) for p in refused.value.problems]


def test_the_lists_that_ship_are_read() -> None:
    lists = read_lists(sorted(FIXTURES.glob("*.csv")))
    assert len(lists.entries) == 12
    assert lists.dates == {
        "Grey List of Examplia": date(2026, 1, 5),
        "Owners known to Examplia": date(2026, 1, 6),
        "Register of Made-up Charities": date(2026, 2, 1),
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_may_be_saved_by_a_spreadsheet_and_have_columns_of_its_own(
    tmp_path: Path, separator: str
) -> None:
    rows = [HEADER.split(","), ["L", "2026-01-05", "E1", "Çaydan"], ["", "", "", ""]]
    rows = [[*rows[0], "programme"], [*rows[1], "tea"], rows[2]]
    content = "\ufeff" + "\r\n".join(separator.join(row) for row in rows)
    (entry,) = read(tmp_path, content).entries
    assert (entry.list, entry.entry_id, entry.name) == ("L", "E1", "Çaydan")
    assert entry.listed


def test_aliases_ids_and_owners_are_lists_in_a_cell(tmp_path: Path) -> None:
    header = f"{HEADER},aliases,ids,owned_by,listed\n"
    rows = "L,2026-01-05,E1,Çaydan,,,,\n"
    rows += "L,2026-01-05,E2,Samovar,Self-boiler;Самовар,uei:A 1;AZ-12345,Çaydan:12.5%;E1 :37,no\n"
    with pytest.raises(InvalidList):
        read(tmp_path, header + rows)
    entry = read(tmp_path, header + rows.replace(";E1 :37", "")).entries[1]
    assert entry.aliases == ("Self-boiler", "Самовар")
    assert entry.ids == ("AZ-12345", "uei:A 1")
    assert entry.owned_by == (("Çaydan", Decimal("12.5")),)
    assert not entry.listed


def test_an_owner_is_found_in_the_same_list_in_any_other_and_by_name(tmp_path: Path) -> None:
    first = f"{HEADER}\nL,2026-01-05,E1,Çaydan\nL,2026-01-05,E2,Samovar MMC\n"
    second = f"{HEADER},owned_by\nM,2026-01-05,E1,Kəpənək,\nM,2026-01-05,E3,Teapots,L/E1:50\n"
    lists = read(tmp_path, first, second)
    assert lists.owner("E1", "L") == {0}
    assert lists.owner("E1", "M") == {2}
    assert lists.owner("E2", "M") == {1}
    assert lists.owner("L/E1", "M") == {0}
    assert lists.owner("ООО Самовар", "M") == {1}
    assert lists.owner("Nobody", "M") == set()


def test_everything_wrong_in_every_file_is_told_at_once_in_order(tmp_path: Path) -> None:
    first = (
        f"{HEADER},kind,owned_by,valid_from,valid_to,aliasses\n"
        "L,2026-01-05,E1,Çaydan,tribe,,,,\n"
        "L,5.1.2026,E2,—,,,,,\n"
        "L,2026-01-05,,Samovar,,Çaydan:101;x,2026-02-01,2026-01-01,\n"
        "L,2026-01-06,E4,Kəpənək,,,,,\n"
        "L,2026-01-05,E4,Kəpənək,,,,,\n"
        "L,2026-01-05,E5,Kəpənək,,,,,,too,much\n"
    )
    second = "list,entry_id,name\nL,E9,Teapots\n"
    third = f"{HEADER}\n"
    fourth = f'{HEADER}\nM,2026-01-05,E1,"Open\n'
    found = problems(tmp_path, first, second, third, fourth)
    assert [place[:3] for place in found] == [
        ("list0.csv", 1, "aliasses"),
        ("list0.csv", 2, "kind"),
        ("list0.csv", 3, "list_date"),
        ("list0.csv", 3, "name"),
        ("list0.csv", 4, "entry_id"),
        ("list0.csv", 4, "owned_by"),
        ("list0.csv", 4, "valid_to"),
        ("list0.csv", 6, "entry_id"),
        ("list0.csv", 6, "list_date"),
        ("list0.csv", 7, ""),
        ("list1.csv", 1, "list_date"),
        ("list2.csv", None, ""),
        ("list3.csv", 2, ""),
    ]


@pytest.mark.parametrize(
    ("cells", "column", "what"),
    [
        ({"ids": "4711"}, "ids", "has an id, 4711, that is too plain to tell bodies apart."),
        ({"ids": "uei:"}, "ids", "has an id, uei:, that lacks its kind or value."),
        ({"owned_by": "E1"}, "owned_by", "does not say how much E1 owns."),
        ({"owned_by": "E1:0"}, "owned_by", "must be more than 0."),
        ({"owned_by": "E1:101"}, "owned_by", "has a share of 101 %."),
        ({"owned_by": "E1:60;E2:41"}, "owned_by", "has shares that sum to more than 100."),
        ({"owned_by": "E1:20;E1:30"}, "owned_by", "names an owner twice."),
        ({"owned_by": "Nobody:50"}, "owned_by", "is neither an entry nor the name of one."),
        ({"owned_by": "E1:20;Çaydan:30"}, "owned_by", "is an owner who is named twice."),
        ({"listed": "no"}, "owned_by", "is not listed, and nobody owns it: the row says nothing."),
        ({"listed": "perhaps"}, "listed", "is neither true nor false."),
        ({"valid_from": "2026-02-30"}, "valid_from", "is no day of the calendar."),
        (
            {"valid_from": "2026-02-02", "valid_to": "2026-02-01"},
            "valid_to",
            "valid_to is before valid_from.",
        ),
    ],
)
def test_a_cell_that_cannot_be_is_refused(
    tmp_path: Path, cells: dict[str, str], column: str, what: str
) -> None:
    columns = ["ids", "owned_by", "listed", "valid_from", "valid_to"]
    row = [cells.get(name, "") for name in columns]
    content = f"{HEADER},{','.join(columns)}\n" + "".join(
        ",".join(["L", "2026-01-05", *start, *rest]) + "\n"
        for start, rest in (
            (["E1", "Çaydan"], [""] * 5),
            (["E2", "Samovar"], [""] * 5),
            (["E3", "Kəpənək"], row),
        )
    )
    found = set(problems(tmp_path, content))
    assert found == {("list0.csv", 4, column, what)}


def test_a_file_that_cannot_be_read_is_told_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("list,name\nL,Чайдан\n".encode("windows-1251"))
    paths = [tmp_path / "none.csv", tmp_path / "old.csv", *written(tmp_path, f"{HEADER}\n")]
    with pytest.raises(InvalidList) as refused:
        read_lists(paths)
    assert [p.file for p in refused.value.problems] == ["none.csv", "old.csv", "list0.csv"]
    assert str(refused.value).startswith("3 problems in the lists\n")


def test_an_owner_who_may_stand_in_a_row_that_was_lost_is_not_told(tmp_path: Path) -> None:
    content = f"{HEADER},owned_by\nL,2026-01-05,E1,—,\nL,2026-01-05,E2,Samovar,E1:50\n"
    assert [place[2] for place in problems(tmp_path, content)] == ["name"]


@pytest.mark.parametrize(
    ("header", "column", "what"),
    [
        (f"{HEADER},name", "name", "stands in the header twice."),
        (f"{HEADER},Names", "Names", "is not a column of a list."),
        ("list,list_date,EntryId,name", "EntryId", "is not a column of a list."),
    ],
)
def test_a_column_that_is_misspelt_or_twice_there_is_refused(
    tmp_path: Path, header: str, column: str, what: str
) -> None:
    row = ["L", "2026-01-05", "E1", "Çaydan", "Çaydan"][: header.count(",") + 1]
    found = problems(tmp_path, f"{header}\n{','.join(row)}\n")
    assert found[0] == ("list0.csv", 1, column, what)


def test_entries_hold_from_their_first_day_to_their_last(tmp_path: Path) -> None:
    content = f"{HEADER},valid_from,valid_to\nL,2026-01-05,E1,Çaydan,2026-02-01,2026-02-28\n"
    lists = read(tmp_path, content)
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert [len(lists.on(day).entries) for day in days] == [0, 1, 1, 0]
