"""Importing: cells as a mapping says, and every fault told with its file and line."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from textwrap import dedent, indent

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.reading.importing import import_round
from matcher.reading.importing.recipes import Slugs, rescaled

ROOT = Path(__file__).parents[2]

SETTINGS = "round: {id: made-up, currency: AZN, decision_date: 2026-03-01}\n"
DONORS = """
donors: {rows: [{donor_id: D, name: A made-up donor, kind: other}]}
pools: {rows: [{pool_id: P, donor_id: D, name: Pool, currency: AZN, budget: "1000"}]}
organisations: {rows: [{org_id: O, name: A made-up union}]}
"""
LIST = """name,amount,places,kind,day
First,10.005,North:1|South:2,young,3/10/2026 12:43:44 PM
Second,20.015,South:5,,4/11/2026 1:00:00 AM
"""

COLUMNS = (
    "{proposal_id: name, org_id: {constant: O}, title: name, currency: {constant: AZN}, "
    "requested: {column: amount, round: 2}}"
)


def imported(folder: Path, proposals: str, *, source: str = LIST, more: str = "") -> Round:
    """Import a round whose proposals are made by the block `proposals` from one CSV file."""
    (folder / "list.csv").write_text(source, encoding="utf-8")
    lists = 'lists: {places: {column: places, between: "|", amount_after: ":"}}'
    tables = DONORS + "proposals:\n" + indent(dedent(proposals), "  ") + dedent(more)
    text = f"{SETTINGS}sources: {{list: {{file: list.csv, {lists}}}}}\ntables:\n"
    mapping = folder / "map.yaml"
    mapping.write_text(text + indent(tables, "  "), encoding="utf-8")
    return import_round(mapping, [folder / "list.csv"])


def proposals_with(folder: Path, column: str, recipe: str, **options: str) -> Round:
    """Import proposals with one column made by `recipe`."""
    columns = {
        "proposal_id": "name",
        "org_id": "{constant: O}",
        "title": "name",
        "currency": "{constant: AZN}",
        "requested": "{column: amount, round: 2}",
        column: recipe,
    }
    lines = "".join(f"  {name}: {made}\n" for name, made in columns.items())
    return imported(folder, f"from: list\ncolumns:\n{lines}", **options)


def faults(raised: pytest.ExceptionInfo[InvalidRound]) -> Sequence[Problem]:
    """Give the problems that an import was refused for."""
    return raised.value.problems


def cells(round_: Round, column: str) -> list[object]:
    """Give a column of the proposals."""
    return [getattr(proposal, column) for proposal in round_.proposals]


def test_amounts_are_multiplied_and_rounded_half_to_even(tmp_path: Path) -> None:
    round_ = proposals_with(tmp_path, "minimum", "{column: amount, times: 0.5, round: 2}")
    assert cells(round_, "requested") == [Decimal(10), Decimal("20.02")]
    assert cells(round_, "minimum") == [Decimal(5), Decimal("10.01")]


def test_a_day_is_read_as_it_is_written_and_its_time_dropped(tmp_path: Path) -> None:
    round_ = proposals_with(tmp_path, "submitted", '{column: day, date: "%m/%d/%Y %I:%M:%S %p"}')
    assert cells(round_, "submitted") == [date(2026, 3, 10), date(2026, 4, 11)]


def test_a_day_written_otherwise_is_told_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(InvalidRound) as raised:
        proposals_with(tmp_path, "submitted", '{column: day, date: "%d.%m.%Y"}')
    first = faults(raised)[0]
    assert (first.file, first.row, first.column) == ("list.csv", 2, "submitted")
    assert first.value == "3/10/2026 12:43:44 PM"


def test_values_are_translated_and_blank_has_its_own(tmp_path: Path) -> None:
    recipe = "{column: kind, values: {young: youth}, blank: other}"
    round_ = proposals_with(tmp_path, "groups", recipe)
    assert cells(round_, "groups") == [("youth",), ("other",)]


def test_values_without_an_entry_are_listed_once_with_the_line_of_the_table(
    tmp_path: Path,
) -> None:
    with pytest.raises(InvalidRound) as raised:
        proposals_with(tmp_path, "language", "{column: name, values: {Third: az}}")
    (fault,) = faults(raised)
    assert (fault.file, fault.column) == ("map.yaml", "tables.proposals.columns.language.values")
    assert '"First"; "Second"' in fault.what
    assert fault.row is not None
    line = (tmp_path / "map.yaml").read_text(encoding="utf-8").splitlines()[fault.row - 1]
    assert "values: {Third: az}" in line


def test_other_takes_the_values_without_an_entry(tmp_path: Path) -> None:
    round_ = proposals_with(tmp_path, "language", "{column: name, values: {First: az}, other: en}")
    assert cells(round_, "language") == ["az", "en"]


def test_signs_that_a_web_page_left_as_entities_are_read_as_signs_before_all_else(
    tmp_path: Path,
) -> None:
    source = "name,amount,places\nA,1,Food &amp; water\nB,2,&lt;b&gt;\nC,3,&amp;amp;\n"
    round_ = proposals_with(tmp_path, "title", "{column: places, html: true}", source=source)
    assert cells(round_, "title") == ["Food & water", "<b>", "&amp;"]
    recipe = "{column: places, html: true, values: {Food & water: az, <b>: en, '&amp;': ru}}"
    round_ = proposals_with(tmp_path, "language", recipe, source=source)
    assert cells(round_, "language") == ["az", "en", "ru"]


def test_numbers_with_a_decimal_comma_are_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    source = """name,amount,places
First,"15 000,50",
Second,"1.015.000,25",
Third,"7,5",
"""
    recipe = "{column: amount, decimal_comma: true}"
    round_ = proposals_with(tmp_path, "requested", recipe, source=source)
    assert cells(round_, "requested") == [
        Decimal("15000.50"),
        Decimal("1015000.25"),
        Decimal("7.5"),
    ]


def test_a_decimal_point_under_decimal_comma_is_refused_and_not_multiplied(tmp_path: Path) -> None:
    with pytest.raises(InvalidRound) as raised:
        proposals_with(tmp_path, "own_contribution", "{column: amount, decimal_comma: true}",
                       source="name,amount,places\nFirst,15.5,\n")  # fmt: skip
    assert [(f.row, f.value) for f in faults(raised)] == [(2, "15.5")]


def test_amounts_behind_parts_become_shares_that_sum_to_one(tmp_path: Path) -> None:
    more = """
    regions:
      from: list
      each: places
      distinct: true
      columns: {code: {slug: places.part}, name: places.part}
    """
    recipe = "{list: places, take: shares, code: {slug: places.part}}"
    round_ = proposals_with(tmp_path, "regions", recipe, more=more)
    assert cells(round_, "regions") == [
        (("north", Decimal("0.333333")), ("south", Decimal("0.666667"))),
        (("south", Decimal(1)),),
    ]
    assert {(code.code, code.name) for code in round_.regions} == {
        ("north", "North"),
        ("south", "South"),
    }


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=30))
def test_shares_are_positive_sum_to_exactly_one_and_lie_beside_the_exact_ones(
    amounts: list[int],
) -> None:
    shares = rescaled([Fraction(amount) for amount in amounts])
    assert sum(shares) == 1
    assert min(shares) > 0
    for share, amount in zip(shares, amounts, strict=True):
        assert abs(Fraction(share) - Fraction(amount, sum(amounts))) < Fraction(1, 10**6)


def test_the_largest_part_is_the_one_with_most_money_in_all(tmp_path: Path) -> None:
    source = "name,amount,places\nFirst,1,North:3|South:2|North-East:2\nSecond,1,South:2|West:2\n"
    code = "{column: places.part, values: {North-East: S, South: S}, other: N}"
    recipe = f"{{list: places, take: largest, code: {code}}}"
    round_ = proposals_with(tmp_path, "language", recipe, source=source)
    assert cells(round_, "language") == ["S", "S"], "3 against 2 + 2; then the first of equals"


def test_parts_with_no_money_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRound) as raised:
        proposals_with(tmp_path, "language", "{list: places, take: largest}",
                       source="name,amount,places\nFirst,1,North:0\n")  # fmt: skip
    assert "only amounts of 0" in faults(raised)[0].what


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("{kind: young}", ["First"]),
        ("{kind: {not_equals: young}}", ["Second"]),
        ("{name: {in: [Second, Third]}}", ["Second"]),
        ("{name: {not_in: [Second]}}", ["First"]),
        ("{kind: {given: true}}", ["First"]),
        ("{kind: {given: false}}", ["Second"]),
        ("{amount: {above: 10.005}}", ["Second"]),
        ("{kind: {given: false}, name: First}", []),
    ],
)
def test_rows_for_which_a_condition_does_not_hold_are_left_out(
    tmp_path: Path, condition: str, kept: list[str]
) -> None:
    proposals = f"from: list\nwhere: {condition}\ncolumns: {COLUMNS}"
    assert cells(imported(tmp_path, proposals), "proposal_id") == kept


def test_rows_are_numbered_among_those_with_the_same_texts(tmp_path: Path) -> None:
    source = "name,amount,places\nSame name,1,\nSame name,2,\nOther,3,\n"
    recipe = "{slug: name, numbered: true}"
    round_ = proposals_with(tmp_path, "proposal_id", recipe, source=source)
    assert cells(round_, "proposal_id") == ["same-name-1", "same-name-2", "other-1"]


def test_the_first_case_that_holds_is_used(tmp_path: Path) -> None:
    recipe = "{cases: [{when: {kind: young}, constant: az}, {when: {name: First}, constant: en}]}"
    assert cells(proposals_with(tmp_path, "language", recipe), "language") == ["az", None]


@given(st.permutations([("Med Air",), ("MED AIR",), ("med-air",), ("med", "air"), ("Med air 2",)]))
def test_texts_that_look_alike_get_ids_of_their_own_in_whatever_order(
    texts: list[tuple[str, ...]],
) -> None:
    slugs = Slugs()
    for each in texts:
        slugs.of(each)
    slugs.settle()
    assert {each: slugs.of(each) for each in texts} == {
        ("MED AIR",): "med-air",
        ("Med Air",): "med-air-3",  # med-air-2 is taken by a text that reads so
        ("med", "air"): "med-air-4",
        ("med-air",): "med-air-5",
        ("Med air 2",): "med-air-2",
    }


@pytest.mark.parametrize(
    ("recipe", "column", "words"),
    [
        ("{column: amonut}", "column", "Did you mean amount?"),
        ("{colum: amount}", "colum", "Did you mean column?"),
        ("{column: amount, constant: AZN}", "", "names column and constant"),
        ("{times: 0.7}", "", "does not say where it comes from"),
        ("{column: amount, times: much}", "times", "is not a number"),
        ("{column: amount, other: x}", "other", "goes only with values"),
        ("{column: amount, take: largest}", "take", "goes only with list"),
        ("{list: clusters}", "list", "Did you mean"),
        ("{list: places, round: 2}", "round", "does not apply to a list"),
        ("{column: kind, column: name}", "column", "a second time"),
    ],
)
def test_a_recipe_that_cannot_be_is_told_with_its_line(
    tmp_path: Path, recipe: str, column: str, words: str
) -> None:
    with pytest.raises(InvalidRound) as raised:
        proposals_with(tmp_path, "language", recipe)
    (fault,) = faults(raised)
    assert fault.file == "map.yaml"
    assert fault.column.endswith(column)
    if "Did you mean" in words and column == "list":
        words = "is not a list"
    assert words in f"{fault.what} {fault.remedy}"
    assert fault.row is not None
    line = (tmp_path / "map.yaml").read_text(encoding="utf-8").splitlines()[fault.row - 1]
    assert "language:" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tables: [1, 2", "is not YAML"),
        ("", "is empty"),
        (SETTINGS + "sources: {}\n", "is missing"),
        (SETTINGS + "sources: {}\ntables: {pool: []}\n", "Did you mean pools?"),
        (SETTINGS + "sources: {}\ntables: {donors: {from: list, columns: {name: x}}}\n",
         "is not one of the sources"),
        (SETTINGS + "sources: {a: no.csv}\ntables: {}\n", "fits none of the files"),
        (SETTINGS + "sources: {a: '*.csv'}\ntables: {}\n", "fits several files"),
        (SETTINGS + "sources: {a: one.csv}\ntables: {}\n", "does not mention"),
        (SETTINGS + "sources: {}\nunused: ['*']\ntables: {donors: {rows: [{nmae: x}]}}\n",
         "Did you mean name?"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_in_plain_words(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    given_files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path in given_files:
        path.write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(InvalidRound) as raised:
        import_round(tmp_path / "map.yaml", given_files)
    assert words in str(raised.value)


def test_what_the_round_refuses_is_told_with_the_row_of_the_source(tmp_path: Path) -> None:
    with pytest.raises(InvalidRound) as raised:
        proposals_with(tmp_path, "org_id", "name")
    assert {(f.file, f.row, f.column, f.value) for f in faults(raised)} == {
        ("list.csv as proposals", 2, "org_id", "First"),
        ("list.csv as proposals", 3, "org_id", "Second"),
    }


def example_of_the_reference() -> str:
    """Give the mapping that the reference shows."""
    text = (ROOT / "docs" / "reference" / "import.md").read_text(encoding="utf-8")
    return text.split("```yaml\n")[1].split("```")[0]


def test_the_example_of_the_reference_reads_a_workbook_below_its_title(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(
        example_of_the_reference().replace("sheet: List", "sheet: List, header: 3"),
        encoding="utf-8",
    )
    with xlsxwriter.Workbook(tmp_path / "Applications March.xlsx") as book:
        book.add_worksheet("Notes")
        sheet = book.add_worksheet("List")
        sheet.write_row(0, 0, ["Made-up applications"])
        sheet.write_row(
            2, 0, ["Applicant", "Project title", "Amount", "For whom", "Received", "Withdrawn"]
        )
        sheet.write_row(3, 0, ["A made-up union", "One", 15000, "Women", "03.02.2026", ""])
        sheet.write_row(4, 0, ["A made-up union", "Two", "7 000,50", "", "04.02.2026", "no"])
        sheet.write_row(5, 0, ["Gone", "Three", 1, "Youth", "04.02.2026", "yes"])
    round_ = import_round(tmp_path / "map.yaml", [tmp_path / "Applications March.xlsx"])
    assert cells(round_, "proposal_id") == ["a-made-up-union-1", "a-made-up-union-2"]
    assert cells(round_, "requested") == [Decimal(15000), Decimal("7000.5")]
    assert cells(round_, "minimum") == [Decimal(10500), Decimal("4900.35")]
    assert cells(round_, "groups") == [("women_girls",), ("other",)]
    assert cells(round_, "submitted") == [date(2026, 2, 3), date(2026, 2, 4)]
    assert round_.policy.min_award == Decimal(1000)


def test_numbers_and_days_of_a_workbook_stand_beside_those_written_as_text(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(example_of_the_reference(), encoding="utf-8")
    typed = {"default_date_format": "dd.mm.yyyy"}
    with xlsxwriter.Workbook(tmp_path / "applications.xlsx", typed) as book:
        sheet = book.add_worksheet("List")
        header = ["Applicant", "Project title", "Amount", "For whom", "Received", "Withdrawn"]
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["Union", "One", 7000.75, "", datetime(2026, 2, 4)])
        sheet.write_row(2, 0, ["Union", "Two", "7.000,75", "", datetime(2026, 2, 4, 14, 30)])
        sheet.write_row(3, 0, ["Union", "Three", 7.125, "", "04.02.2026"])
    with pytest.raises(InvalidRound) as raised:
        import_round(tmp_path / "map.yaml", [tmp_path / "applications.xlsx"])
    (refused,) = raised.value.problems  # a cell with a number is never taken for 7125
    assert (refused.row, refused.column, refused.value) == (4, "requested", "7.125")
    mapping = (tmp_path / "map.yaml").read_text(encoding="utf-8")
    rounded = mapping.replace(
        "Amount, decimal_comma: true}", "Amount, decimal_comma: true, round: 2}"
    )
    (tmp_path / "map.yaml").write_text(rounded, encoding="utf-8")
    round_ = import_round(tmp_path / "map.yaml", [tmp_path / "applications.xlsx"])
    assert cells(round_, "requested") == [Decimal("7000.75"), Decimal("7000.75"), Decimal("7.12")]
    assert cells(round_, "submitted") == [date(2026, 2, 4)] * 3


def test_a_csv_with_semicolons_and_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    source = "\ufeff" + LIST.replace(",", ";")
    assert cells(proposals_with(tmp_path, "language", "kind", source=source), "language") == [
        "young",
        None,
    ]
