"""Two results side by side: tables, words, the folder, the page and the command."""

import csv
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.scenarios.comparing.comparison import BY_COLUMNS, TABLES, Comparison, compared
from matcher.scenarios.comparing.inputs import difference_text
from matcher.scenarios.comparing.page import render_page
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.comparing.words import ComparisonWords
from matcher.scenarios.comparing.written import FILES, write_comparison
from matcher.scenarios.edits.differences import Difference
from matcher.scenarios.edits.naming import Cell
from matcher.tables.words import truth
from matcher.writing.visibility import ShownRound
from tests.unit.made_up import header

EXACT = Options(gap=0, seconds=60, workers=1)


def a_round(**parts: Any) -> Round:
    """Give two pools and four proposals, one of two regions, one of two groups."""
    base: dict[str, Any] = {
        **header(),
        "title": "Made-up spring round",
        "rates": {"USD": "1.7"},
        "donors": [
            {"donor_id": "D1", "name": "Made-up fund", "kind": "foundation"},
            {"donor_id": "D2", "name": "Made-up embassy", "kind": "embassy"},
        ],
        "pools": [
            {"pool_id": "P1", "donor_id": "D1", "name": "Works", "currency": "AZN",
             "budget": "100"},
            {"pool_id": "P2", "donor_id": "D2", "name": "Schools", "currency": "AZN",
             "budget": "60", "sectors": ["11110"]},
        ],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(3)],
        "proposals": [
            {"proposal_id": "B0", "org_id": "O0", "title": "Bridges", "currency": "AZN",
             "requested": "60", "score": "80", "regions": ["AZ-BA:0.3", "AZ-GA:0.7"],
             "groups": ["youth", "women_girls"], "sector": "15160"},
            {"proposal_id": "B1", "org_id": "O1", "title": "Readers", "currency": "AZN",
             "requested": "50", "minimum": "10", "score": "70", "sector": "11110"},
            {"proposal_id": "B2", "org_id": "O2", "title": "Gardens", "currency": "AZN",
             "requested": "50", "minimum": "20", "score": "60", "sector": "15160"},
            {"proposal_id": "B3", "org_id": "O0", "title": "Choirs", "currency": "AZN",
             "requested": "40", "score": "50", "sector": "15160"},
        ],
        "targets": [
            {"id": "half", "where": {"sector": ["15160"]}, "min_share": "0.7",
             "strictness": "soft"},
            {"id": "of-awards", "where": {"sector": ["11110"]}, "max_share": "0.9",
             "of": "awarded"},
            {"id": "few", "where": {"group": ["youth"]}, "max_amount": "80", "pool": "P1"},
            {"id": "some", "where": {"not_region": ["AZ-BA"]}, "min_count": 1},
        ],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def with_budget(budget: str, **parts: Any) -> Round:
    pools = [dict(pool.given()) for pool in a_round().pools]
    pools[0]["budget"] = budget
    return a_round(pools=pools, **parts)


def side_of(round_: Round) -> Side:
    return Side.of_run(match(round_, EXACT))


def a_comparison() -> Comparison:
    return compared(side_of(a_round()), side_of(with_budget("40")))


def rows_by(frame: Any, key: str) -> Mapping[str, Any]:
    return {getattr(row, key): row for row in frame.itertuples()}


def test_each_proposal_is_funded_before_after_in_both_or_in_neither() -> None:
    comparison = a_comparison()
    found = rows_by(comparison.proposals, "proposal_id")
    before, after = comparison.sides
    for name, row in found.items():
        assert row.amount_before == Decimal(before.total(name)) / 100
        assert row.amount_after == Decimal(after.total(name)) / 100
        assert row.difference == row.amount_after - row.amount_before
        assert row.funded == {
            (True, True): "both", (True, False): "base", (False, True): "compare",
            (False, False): "neither",
        }[name in before.by_proposal, name in after.by_proposal]  # fmt: skip
    # The best use of 100 and 60 is B0 and B1, what is left of P1 for B2; with 40, B3 or B2 alone.
    assert found["B0"].funded == "base" and found["B0"].change == "out"
    assert found["B0"].funders_before == "P1 60.00" and found["B0"].funders_after == ""


def test_money_by_anything_sums_to_what_is_placed_but_for_groups_counted_in_full() -> None:
    comparison = a_comparison()
    placed = sum(comparison.before.awards.values())
    for by in ("pool", "donor", "organisation", "region", "sector"):
        frame = comparison.money_by(by)
        assert list(frame.columns) == list(BY_COLUMNS)
        assert sum(frame["awarded_before"]) == Decimal(placed) / 100
    regions = rows_by(comparison.money_by("region"), "id")
    assert regions["AZ-BA"].awarded_before == Decimal("18.00")
    assert regions["AZ-GA"].awarded_before == Decimal("42.00")
    groups = rows_by(comparison.money_by("group"), "id")
    assert groups["youth"].awarded_before == groups["women_girls"].awarded_before == Decimal(60)
    assert groups["youth"].difference == Decimal(-60)


def test_targets_stand_as_in_the_targets_of_each_result() -> None:
    runs = [match(a_round(), EXACT), match(with_budget("40"), EXACT)]
    frame = compared(*(Side.of_run(run) for run in runs)).targets
    for run, when in zip(runs, ("before", "after"), strict=True):
        told = {(row.target_id, row.bound): row for row in run.tables["targets"].itertuples()}
        assert len(frame) == len(told) == 4
        for row in frame.itertuples():
            cell = told[row.target_id, row.bound]
            assert truth(getattr(row, f"held_{when}")) == cell.held
            for name in ("limit", "value"):
                value = getattr(row, f"{name}_{when}")
                assert abs(Fraction(value) - Fraction(getattr(cell, name))) < Fraction(1, 10_000)


def test_totals_are_what_the_levels_and_figures_of_the_runs_say() -> None:
    runs = [match(a_round(), EXACT), match(with_budget("40"), EXACT)]
    comparison = compared(*(Side.of_run(run) for run in runs))
    found = {(total.figure, total.key): total for total in comparison.totals_exact}
    for run, when in zip(runs, ("before", "after"), strict=True):
        assert run.figures is not None
        told = {
            ("merit", None): run.figures.merit, ("placed", None): run.figures.placed,
            ("on_offer", None): run.figures.budget, ("average_score", None):
            run.figures.average_score,
            ("funded", None): run.figures.funded + run.figures.partially_funded,
        }  # fmt: skip
        for key, value in told.items():
            assert getattr(found[key], when) == value
        shortfall = next(level for level in run.levels if level.level == "L1")
        assert getattr(found["shortfall", 1], when) == shortfall.value


def test_what_only_one_round_has_is_said() -> None:
    proposals = [row.given() for row in a_round().proposals[1:]]
    new = {**proposals[0], "proposal_id": "B9", "title": "Wells", "score": "99"}
    comparison = compared(side_of(a_round()), side_of(a_round(proposals=[*proposals, new])))
    found = rows_by(comparison.proposals, "proposal_id")
    assert (found["B0"].rounds, found["B0"].amount_after) == ("base", None)
    assert (found["B9"].rounds, found["B9"].amount_before) == ("compare", None)
    assert found["B0"].difference == -found["B0"].amount_before
    said = ComparisonWords(comparison).sentences()
    assert "One proposal is in the earlier round only: B0." in said
    assert "One proposal is in the later round only: B9." in said


def test_amounts_in_different_currencies_stand_side_by_side() -> None:
    dollars = a_round(currency="USD", rates={"AZN": "0.5"})
    comparison = compared(side_of(a_round()), side_of(dollars))
    assert all(difference is None for difference in comparison.pools["difference"])
    both = comparison.proposals[comparison.proposals["funded"] == "both"]
    assert len(both) and set(both["change"]) == {"other_currency"}
    assert any("different currencies, AZN and USD" in s for s in
               ComparisonWords(comparison).sentences())  # fmt: skip
    render_page(comparison)


def test_a_round_without_a_plan_is_compared_as_one_without_awards() -> None:
    impossible = a_round(targets=[{"id": "too-much", "min_amount": "1000"}])
    comparison = compared(side_of(a_round()), side_of(impossible))
    assert comparison.after.status == "infeasible" and not comparison.after.has_awards
    assert set(comparison.changes.values()) <= {"out", "none"}
    said = ComparisonWords(comparison).sentences()
    assert said[0] == "The later round ended without awards (infeasible)."
    render_page(comparison)


def test_the_same_result_twice_has_no_difference() -> None:
    comparison = compared(side_of(a_round()), side_of(a_round()))
    assert set(comparison.changes.values()) <= {"same", "none"}
    assert not any(comparison.table("pools")["difference"])
    assert "The same proposals get money." in ComparisonWords(comparison).sentences()


def test_who_gains_and_who_loses_stand_with_the_most_first() -> None:
    comparison = a_comparison()
    losing = comparison.losing()
    assert next(iter(losing["id"])) == "O0"
    assert all(by < 0 for by in losing["difference"])
    assert all(by > 0 for by in comparison.gaining()["difference"])


def test_a_folder_holds_every_table_and_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    comparison = a_comparison()
    write_comparison(comparison, tmp_path / "out")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == set(FILES) - {"changes.csv", "causes.csv", "parts.csv"}
    for name in TABLES:
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(comparison.table(name))
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img)|https?://", page)
    first = (tmp_path / "out" / "comparison.json").read_bytes()
    write_comparison(comparison, tmp_path / "out")
    assert (tmp_path / "out" / "comparison.json").read_bytes() == first
    assert sum(json.loads(first)["changes"].values()) == 4


def test_differences_stay_on_the_screen_of_a_phone() -> None:
    page = render_page(a_comparison())
    phone = page.split("@media (max-width: 45rem) {")[1].split("@page")[0]
    assert ".narrow { min-width: 0; }" in phone
    for table in page.split("<table")[1:]:
        told = table.split("</thead>")[0]
        assert "Difference" not in told or re.match(r' class="(figures )?narrow"', told)


def test_the_page_and_the_words_keep_what_is_confidential() -> None:
    proposals = [row.given() for row in a_round().proposals]
    proposals[0] = {**proposals[0], "visibility": "confidential", "title": "Hidden work"}
    pools = [dict(pool.given()) for pool in a_round().pools]
    pools[0] = {**pools[0], "confidential_terms": ["budget"]}
    before = a_round(proposals=proposals, pools=pools)
    pools[0] = {**pools[0], "budget": "40.01"}
    after = a_round(proposals=[{**proposals[0], "score": "81"}, *proposals[1:]], pools=pools)
    page = render_page(compared(side_of(before), side_of(after)))
    assert "Hidden work" not in page and "B0" not in page and "P1.budget" not in page
    assert "something confidential" in page


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (("proposals", "B1", "refuses_donors"), ["D2"], None),
        (("pools", "P1", "not_with"), None, ["D2"]),
        (("pools", "P1", "donor_id"), "D1", "D2"),
        (("proposals", "B1", "requires"), None, ["B2", "B0"]),
        (("proposals", "B1", "alternatives"), ["B0"], ["B2"]),
        (("targets", "T", "where.proposal"), ["B1"], ["B0", "B1"]),
        (("targets", "T", "where.not_organisation"), ["O1"], ["O2"]),
        (("targets", "T", "pool"), "P1", "P2"),
        (("commitments", "C1", "org_id"), "O1", "O2"),
        (("proposals", "B3", "org_id"), "O0", "O1"),
        (("proposals", "B1", "status_reason"), None, "The same work as B0."),
        (("pools", "P1", "condition"), "As Hidden Heirs wish.", None),
        (("title",), "Spring", "Spring of Hidden Heirs"),
    ],
)
def test_a_difference_whose_values_tell_what_is_withheld_is_confidential(
    path: tuple[str, ...], before: Cell | None, after: Cell | None
) -> None:
    round_ = a_round(
        donors=[{"donor_id": "D1", "name": "Open", "kind": "other"},
                {"donor_id": "D2", "name": "Hidden Heirs", "kind": "other",
                 "visibility": "confidential"}],
        pools=[dict(a_round().pools[n].given()) | {"donor_id": f"D{n + 1}"} for n in (0, 1)],
        organisations=[{"org_id": f"O{n}", "name": f"Union {n}",
                        "visibility": "name_withheld" if n == 2 else "public"} for n in range(3)],
        proposals=[dict(row.given()) | {"visibility": visibility} for row, visibility in
                   zip(a_round().proposals, ("confidential", "public", "public", "name_withheld"),
                       strict=False)],
    )  # fmt: skip
    shown = ShownRound(round_)
    assert difference_text([shown], Difference(path, before, after)) == "something confidential"
    open_ = ShownRound(a_round())
    assert "confidential" not in difference_text([open_], Difference(path, before, after))


def test_a_number_that_is_like_a_confidential_id_is_told() -> None:
    proposals = [dict(row.given()) for row in a_round().proposals]
    proposals[0] |= {"proposal_id": "80", "visibility": "confidential"}
    shown = ShownRound(a_round(proposals=proposals))
    told = difference_text([shown], Difference(("pools", "P1", "budget"), "80", "100"))
    assert told == "pools.P1.budget: 80 → 100"


def test_amounts_by_organisation_do_not_tell_whose_an_unnamed_proposal_is() -> None:
    proposals = [row.given() for row in a_round().proposals]
    proposals[0] = {**proposals[0], "visibility": "name_withheld"}
    proposals[3] = {**proposals[3], "org_id": "O1"}
    before = a_round(proposals=proposals)
    pools = [dict(pool.given()) for pool in a_round().pools]
    pools[0]["budget"] = "30"
    comparison = compared(side_of(before), side_of(a_round(proposals=proposals, pools=pools)))
    assert rows_by(comparison.table("organisations"), "id")["O0"].difference
    page = render_page(comparison)
    assert "Union 0" not in page and "name withheld" in page and "Union 2" in page


def test_amounts_have_as_many_decimals_as_their_currency() -> None:
    pools = [dict(pool.given()) | {"currency": "KWD"} for pool in a_round().pools]
    proposals = [dict(row.given()) | {"currency": "KWD"} for row in a_round().proposals]
    kuwait = {"currency": "KWD", "rates": {}, "targets": [], "proposals": proposals}
    pools[0]["budget"] = "100.125"
    before = a_round(pools=pools, **kuwait)
    after = a_round(pools=[pools[0] | {"budget": "40.001"}, pools[1]], **kuwait)
    page = render_page(compared(side_of(before), side_of(after)))
    assert "160.125" in page and "100.001" in page and "−60.124" in page


def test_a_name_from_right_to_left_leaves_ids_and_amounts_where_they_are() -> None:
    organisations = [{"org_id": f"O{n}", "name": f"اتحاد {n}"} for n in range(3)]
    sides = [with_budget(budget, organisations=organisations) for budget in ("100", "40")]
    page = render_page(compared(*(side_of(round_) for round_ in sides)))
    assert re.search(r"<bdi>اتحاد \d</bdi> · <bdi>B\d</bdi> · <bdi>P\d [\d.]+", page)


def test_merit_by_money_and_merit_by_project_stand_side_by_side() -> None:
    after = side_of(a_round(policy={"value": "per_project"}))
    comparison = compared(side_of(a_round()), after)
    row = rows_by(comparison.totals, "figure")["merit"]
    assert (row.before, row.after) == (10700, 200) and row.difference is None
    page = render_page(comparison)
    assert "Score-weighted money → score-weighted projects" in page
