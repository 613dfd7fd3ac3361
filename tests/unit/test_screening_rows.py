"""What a screening writes: rows of facts.csv that a round can take in. All data is made up."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.domain import Fact, Round
from matcher.errors import InvalidRound, UnusableFolder
from matcher.reading import load_round
from matcher.screening import InvalidList, Lists, read_lists, rows_for, screen_round
from matcher.screening.parties import parties_of
from tests.unit.checked_rounds import build, pool, proposal

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "fixtures" / "lists"
DAY = date(2026, 3, 1)
HEADER = "list,list_date,entry_id,name,aliases,ids,kind,valid_to"


def round_of(*facts: dict[str, Any], **parts: Any) -> Round:
    tables = {
        "donors": [{"donor_id": "D", "name": "Şəkərbura Holdinq", "kind": "holding"}],
        "organisations": [
            {"org_id": "O", "name": "Çaydan İctimai Birliyi"},
            {"org_id": "Q", "name": "Quiet Kettle"},
        ],
    }
    return build([pool("P")], [proposal("A")], facts=list(facts), **(tables | parts))


def lists_of(folder: Path, *rows: str) -> Lists:
    path = folder / "list.csv"
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return read_lists([path])


def values(rows: list[dict[str, str]]) -> dict[str, str]:
    return {row["subject"]: row["value"] for row in rows}


def test_every_donor_and_organisation_gets_a_row_that_says_what_why_and_when(
    tmp_path: Path,
) -> None:
    rows = rows_for(
        round_of(),
        lists_of(
            tmp_path,
            "Grey list,2026-02-20,E7,Шекербура Холдинг ООО,,,organisation,",
            "Grey list,2026-02-20,E8,Kettle,Quiet Kittle,,organisation,",
        ),
        "sanctions_hit",
        90,
        DAY,
    )
    base = {"fact": "sanctions_hit", "valid_from": "", "valid_to": "", "checked_on": "2026-03-01"}
    base |= {"checked_by": "screening, threshold 90"}
    assert rows == [
        base
        | {
            "subject": "D",
            "value": "hit",
            "source": "Grey list of 2026-02-20: entry E7 'Шекербура Холдинг ООО' matches "
            "'Şəkərbura Holdinq' (same name, score 100)",
        },
        base | {"subject": "O", "value": "clear", "source": "Grey list of 2026-02-20: no match"},
        base
        | {
            "subject": "Q",
            "value": "near",
            "source": "Grey list of 2026-02-20: entry E8 alias 'Quiet Kittle' matches "
            "'Quiet Kettle' (like, score 91)",
        },
    ]
    assert [Fact.model_validate({k: v for k, v in row.items() if v}).value for row in rows]


def test_an_entry_that_has_ended_counts_for_nothing_and_its_list_is_still_told(
    tmp_path: Path,
) -> None:
    row = "Grey list,2026-02-20,E7,Çaydan,,,organisation,2026-03-01"
    lists = lists_of(tmp_path, row)
    assert values(rows_for(round_of(), lists, "x", 90, date(2026, 3, 1)))["O"] == "hit"
    later = rows_for(round_of(), lists, "x", 90, date(2026, 3, 2))
    assert values(later)["O"] == "clear"
    assert later[1]["source"] == "Grey list of 2026-02-20: no match"


def test_ids_are_those_that_the_round_states_for_the_day(tmp_path: Path) -> None:
    lists = lists_of(
        tmp_path,
        "Grey list,2026-02-20,E7,Somebody,,uei:MADEUP1;tax number:77,,",
        "Grey list,2026-02-20,E8,Somebody else,,org_id:Q,,",
    )
    stated = [
        {"subject": "O", "fact": "uei", "value": "madeup-1", "valid_to": "2026-03-01"},
        {"subject": "D", "fact": "tax number", "value": "7 7"},
        {"subject": "D", "fact": "staff", "value": "MADEUP1"},
    ]
    rows = rows_for(round_of(*stated), lists, "x", 90, date(2026, 3, 1))
    assert values(rows) == {"D": "hit", "O": "hit", "Q": "hit"}
    assert rows[1]["source"] == (
        "Grey list of 2026-02-20: entry E7 'Somebody' has the id uei:MADEUP1 of "
        "'Çaydan İctimai Birliyi' (same id, score 100)"
    )
    later = values(rows_for(round_of(*stated), lists, "x", 90, date(2026, 3, 2)))
    assert later == {"D": "hit", "O": "clear", "Q": "hit"}


def test_owners_that_the_round_states_are_screened_and_the_latest_check_counts(
    tmp_path: Path,
) -> None:
    lists = lists_of(tmp_path, "Grey list,2026-02-20,E7,Kəpənək MMC,,,organisation,")
    stated = {"subject": "Q", "fact": "owned_by"}
    old = stated | {"value": "Kəpənək:50", "checked_on": "2025-01-01"}
    new = stated | {"value": "Kəpənək:49", "checked_on": "2026-01-01"}
    rows = rows_for(round_of(old), lists, "x", 90, DAY)
    assert values(rows)["Q"] == "hit"
    assert rows[2]["source"] == (
        "Grey list of 2026-02-20: entry E7 'Kəpənək MMC' matches 'Kəpənək' "
        "(same name, score 100); owners so found hold 50 % of Q"
    )
    assert values(rows_for(round_of(new, old), lists, "x", 90, DAY))["Q"] == "clear"


def test_owners_that_cannot_be_read_are_problems_of_the_round(tmp_path: Path) -> None:
    lists = lists_of(tmp_path, "Grey list,2026-02-20,E7,Kəpənək,,,organisation,")
    stated = [{"subject": s, "fact": "owned_by", "value": "somebody"} for s in ("O", "Q")]
    with pytest.raises(InvalidRound) as refused:
        rows_for(round_of(*stated), lists, "x", 90, DAY)
    assert [(p.file, p.column, p.value) for p in refused.value.problems] == [
        ("facts", "O", "somebody"),
        ("facts", "Q", "somebody"),
    ]


@pytest.mark.parametrize("visibility", ["name_withheld", "confidential"])
def test_a_name_that_is_to_be_withheld_is_not_repeated(tmp_path: Path, visibility: str) -> None:
    donor = {"donor_id": "D", "name": "Şəkərbura", "kind": "holding", "visibility": visibility}
    lists = lists_of(tmp_path, "Grey list,2026-02-20,E7,Шекербура,,,organisation,")
    (row, *_) = rows_for(round_of(donors=[donor]), lists, "x", 90, DAY)
    assert row["source"] == "Grey list of 2026-02-20: entry E7 (same name, score 100)"
    owned = {"subject": "Q", "fact": "owned_by", "value": "D:60"}
    rows = rows_for(round_of(owned, donors=[donor]), lists, "x", 90, DAY)
    assert rows[2]["source"] == (
        "Grey list of 2026-02-20: entry E7 (same name, score 100); owners so found hold 60 % of Q"
    )


def test_the_gravest_of_several_entries_is_told_and_the_others_are_counted(
    tmp_path: Path,
) -> None:
    lists = lists_of(
        tmp_path,
        "Grey list,2026-02-20,E1,Chaydon,,,organisation,",
        "Grey list,2026-02-20,E2,Чайдан,,,organisation,",
        "Black list,2026-02-21,E3,Chaydan,,,organisation,",
    )
    row = rows_for(round_of(), lists, "x", 80, DAY)[1]
    assert row["value"] == "hit"
    assert row["source"].startswith("Black list of 2026-02-21: entry E3 'Chaydan' matches")
    assert row["source"].endswith("; and 2 more")


def test_a_fact_that_is_true_or_false_leaves_what_is_near_to_a_person(tmp_path: Path) -> None:
    lists = lists_of(
        tmp_path,
        "Register,2026-02-20,E7,Şəkərbura Holdinq,,,organisation,",
        "Register,2026-02-20,E8,Quiat Kettle,,,organisation,",
    )
    rows = rows_for(round_of(), lists, "in_register", 90, DAY, truth=True)
    assert values(rows) == {"D": "true", "O": "false", "Q": ""}


def test_a_fact_of_organisations_alone_is_written_for_them_alone(tmp_path: Path) -> None:
    lists = lists_of(tmp_path, "Register,2026-02-20,E7,Çaydan,,,organisation,")
    rows = rows_for(round_of(), lists, "x", 90, DAY, subjects=["organisation"])
    assert values(rows) == {"O": "hit", "Q": "clear"}


def test_a_donor_and_an_organisation_of_one_id_get_one_row_the_graver(tmp_path: Path) -> None:
    donor = {"donor_id": "O", "name": "Kəpənək", "kind": "holding"}
    lists = lists_of(tmp_path, "Grey list,2026-02-20,E7,Kəpənək,,,organisation,")
    round_ = build(
        [pool("P", donor_id="O")],
        [proposal("A")],
        donors=[donor],
        organisations=[{"org_id": "O", "name": "Quiet Kettle"}],
    )
    (row,) = rows_for(round_, lists, "x", 90, DAY)
    assert (row["subject"], row["value"]) == ("O", "hit")


def test_the_rows_that_are_written_are_the_same_each_time_and_are_read_as_facts(
    tmp_path: Path,
) -> None:
    round_ = load_round(ROOT / "fixtures" / "rounds" / "baku-spring")
    files = [LISTS / "grey-list.csv", LISTS / "owned.csv"]
    out = tmp_path / "new" / "screened.csv"
    done = screen_round(round_, files, "sanctions_hit", DAY, out)
    first = out.read_bytes()
    assert screen_round(round_, files[::-1], "sanctions_hit", DAY, out).parties == done.parties
    assert out.read_bytes() == first
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows == list(done.rows)
    assert list(rows[0]) == list(Fact.model_fields)
    assert {row["subject"]: row["value"] for row in rows if row["value"] != "clear"} == {
        "D15": "hit",
        "D17": "near",
        "D24": "hit",
        "D29": "hit",
        "O004": "hit",
    }
    assert done.parties == {"clear": len(rows) - 5, "near": 1, "hit": 4}
    given = [{name: cell for name, cell in row.items() if cell} for row in rows]
    assert all(Fact.model_validate(row) for row in given)


def test_nothing_is_written_when_a_list_cannot_be_read(tmp_path: Path) -> None:
    out = tmp_path / "screened.csv"
    with pytest.raises(InvalidList):
        screen_round(round_of(), [tmp_path / "none.csv"], "x", DAY, out)
    assert not out.exists()
    with pytest.raises(UnusableFolder):
        screen_round(round_of(), [LISTS / "register.csv"], "x", DAY, tmp_path)


@pytest.mark.parametrize("threshold", [49, 101])
def test_a_threshold_that_says_nothing_is_refused(tmp_path: Path, threshold: int) -> None:
    files = [LISTS / "register.csv"]
    with pytest.raises(ValueError, match="threshold"):
        screen_round(round_of(), files, "x", DAY, tmp_path / "out.csv", threshold)


def test_parties_are_donors_before_organisations_with_their_own_ids() -> None:
    parties = parties_of(round_of(), DAY)
    assert [(party.party_id, party.ids) for party in parties] == [
        ("D", (("donor_id", "D"),)),
        ("O", (("org_id", "O"),)),
        ("Q", (("org_id", "Q"),)),
    ]
