"""The page of all scenarios: what it claims, what it keeps to itself, and in which money."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from matcher.results import Level
from matcher.scenarios.overview import told_gap
from matcher.writing.phrases import exact_percent
from tests.properties.built import made_up_round
from tests.unit.test_whatif import matcher, overview


def page_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, document: dict[str, Any], *settings: str
) -> str:
    """Give the page of a round beside itself with other settings."""
    (folder / "round.json").write_text(json.dumps(document), encoding="utf-8")
    asked = [part for setting in settings for part in ("--set", setting)]
    assert matcher(monkeypatch, "whatif", folder / "round.json", *asked,
                   "--gap", "0", "--out", folder / "out") == 0  # fmt: skip
    return (folder / "out" / "whatif.html").read_text(encoding="utf-8")


def two_pools(**first: Any) -> dict[str, Any]:
    proposals = [{"proposal_id": "B1", "org_id": "O1", "requested": "900", "score": "80"}]
    pools = [{"pool_id": "P1", "budget": "1234", **first}, {"pool_id": "P2", "budget": "1000"}]
    return made_up_round(pools, proposals, rates={"JPY": "0.011"})


def test_a_gap_too_small_for_its_column_is_not_told_as_none() -> None:
    def merit(value: int, bound: int) -> Level:
        return Level("L2", None, Fraction(value), Fraction(bound), "proven")

    assert told_gap([merit(10**9 - 1, 10**9)]) == Decimal("0.000001")
    assert told_gap([merit(999_994_702, 10**9)]) == Decimal("0.000006"), "5.298 millionths"
    assert told_gap([merit(9, 9)]) == 0
    assert told_gap([Level("L2", None, Fraction(9), None, "time_limit")]) is None


def test_of_a_change_that_others_may_not_see_the_page_says_only_that_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = two_pools(confidential_terms="budget")
    document["proposals"][0]["visibility"] = "confidential"
    page = page_of(tmp_path, monkeypatch, document, "pools.P1.budget=4321",
                   "proposals.B1.score=71", "pools.P2.budget=987")  # fmt: skip

    said = page.partition("What is otherwise")[2].partition("</div>")[0]
    assert said.count("something confidential") == 1 and "1,000 → 987" in said
    assert not any(kept in said for kept in ("P1", "B1", "1,234", "4,321", "71"))


def test_an_amount_in_other_money_than_the_page_says_in_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = two_pools(currency="JPY", budget="500000")
    page = page_of(tmp_path, monkeypatch, document, "pools.P1.budget=x2", "pools.P2.budget=987")

    assert "500,000 → 1,000,000\u00a0JPY" in page
    assert "1,000 → 987</td>" in page


def test_what_counts_otherwise_than_in_the_base_is_not_set_off_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_project = ["policy.value=per_project"]
    in_yen = ["currency=JPY", "rates.JPY=", "rates.AZN=90.9"]
    for number, (settings, told) in enumerate(((by_project, ("", "0.00")), (in_yen, ("", "")))):
        folder = tmp_path / str(number)
        folder.mkdir()
        page_of(folder, monkeypatch, two_pools(), *settings)
        row = overview(folder / "out")["set"]
        assert (row["merit_change"], row["placed_change"]) == told
        assert row["merit"] and row["placed"]


def test_merit_by_project_has_decimals_on_the_page_and_on_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = two_pools()
    document["round"]["policy"] = {"value": "per_project"}
    page = page_of(tmp_path, monkeypatch, document, "proposals.B1.score=79.6")

    assert "merit 80.00" in page and ">−0.40</td>" in page
    assert "-0.40" in capsys.readouterr().out


def test_of_a_target_that_is_added_the_page_says_what_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "round.json").write_text(json.dumps(two_pools()), encoding="utf-8")
    target = "{id: T, where.not_region: [AZ-BA], max_share: 0.25, strictness: hard}"
    asked = tmp_path / "asked.yaml"
    asked.write_text(f"scenarios: {{a: {{add: {{targets: {target}}}}}}}", encoding="utf-8")
    assert matcher(monkeypatch, "whatif", tmp_path / "round.json", asked,
                   "--out", tmp_path / "out") == 0  # fmt: skip
    page = (tmp_path / "out" / "whatif.html").read_text(encoding="utf-8")
    said = page.partition("What is otherwise")[2].partition("</div>")[0]
    assert "added: max_share 0.25, strictness hard, where.not_region AZ-BA" in said


def test_a_share_that_was_asked_for_is_told_as_exactly() -> None:
    assert exact_percent(Decimal("0.9999")) == "99.99\u00a0%"
    assert exact_percent(Decimal("0.20")) == "20\u00a0%"
    assert exact_percent(Decimal("1")) == "100\u00a0%"
