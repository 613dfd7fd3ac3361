"""How a round without a plan is told: in words, without what is withheld, and as a document."""

import json

import pytest

from matcher.domain import Round
from matcher.explaining.relaxing.words import document
from matcher.writing.conflict_words import conflict_words
from matcher.writing.visibility import ShownRound
from tests.unit.test_conflict import explained, over_budget, pin, plain_round, told


def test_the_words_name_what_exceeds_what_and_by_how_much_to_change_it() -> None:
    text = told(over_budget())
    for words in (
        "These 3 cannot hold together:",
        "The award fixed for Work 0 of 60.00 AZN and the award fixed for Work 1 of 60.00 AZN "
        "exceed the 100.00 AZN that pool P1 (Villages) has to award.",
        "Without any one of them, the others can hold together.",
        "- Raise the budget of pool P1 (Villages) from 100 AZN to 120 AZN (20 %).",
        "- Change the amount fixed by pool P1 (Villages) for B0 Work 0 from 60 AZN to 40 AZN "
        "(33.3 %).",
        "- Give up the award fixed by pool P1 (Villages) for B1 Work 1.",
        "With this change the round has a plan, which was found and checked:",
    ):
        assert words in text


def test_a_confidential_pool_is_not_named_and_a_confidential_term_not_told() -> None:
    def with_first(**cells: str) -> Round:
        first, second = (
            {"pool_id": f"P{n}", "donor_id": "D", "name": name, "currency": "AZN", "budget": budget}
            for n, name, budget in ((1, "Villages", "100"), (2, "Towns", "60"))
        )
        pairs = [pin("P1", "B0", "60"), pin("P1", "B1", "60")]
        return plain_round(pools=[first | cells, second], pairs=pairs)

    text = told(with_first(visibility="confidential"))
    assert "Villages" not in text and "P1" not in text
    text = told(with_first(confidential_terms="budget"))
    assert "Change a term that pool P1 (Villages) keeps confidential." in text
    assert "120 AZN" not in text and "exceed" not in text


def test_what_is_withheld_says_itself_what_it_is() -> None:
    pool = {"pool_id": "P1", "donor_id": "D", "name": "Villages", "currency": "AZN",
            "budget": "100", "visibility": "confidential"}  # fmt: skip
    round_ = plain_round(pools=[pool], pairs=[pin("P1", "B0", "60")])
    first, *others = round_.proposals
    hidden = first.model_copy(update={"visibility": "confidential"})
    shown = ShownRound(round_.model_copy(update={"proposals": (hidden, *others)}))
    fixed = conflict_words({"constraint": "C12", "subject": "pool P1, proposal B0"}, shown)
    assert fixed == (
        "The board fixed 60.00 AZN by confidential pool for confidential proposal: withheld."
    )
    asked = conflict_words({"constraint": "C2", "subject": "proposal B0"}, shown)
    assert asked.startswith("A confidential proposal: ")


def test_the_document_is_plain_json_with_costs_as_shares() -> None:
    round_ = over_budget()
    found = json.loads(json.dumps(document(round_, explained(round_))))
    (conflict,) = found["conflicts"]
    assert conflict["minimal"] is True
    assert conflict["relaxations"][0] | {"now": "100"} == {
        "constraint": "C1", "subject": "pool P1", "change": "budget", "pool_id": "P1",
        "bound": None, "currency": "AZN", "now": "100", "then": "120.00", "step": "0.01",
        "cost": 0.2, "least": "120.00", "repairs": "round", "exact": True,
    }  # fmt: skip
    assert found["complete"] is True


def test_what_settles_a_conflict_is_told_where_the_round_was_not_settled_in_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("relaxing", "search"):
        monkeypatch.setattr(f"matcher.explaining.relaxing.{module}.SMALL", 0)
    monkeypatch.setattr(
        "matcher.explaining.relaxing.search.Asking.has_plan", lambda _self, _round: "unknown"
    )
    text = told(over_budget())
    assert (
        "Each of these changes settles this conflict; whether the round needs others besides was "
        "not settled in the time:\n"
        "- Raise the budget of pool P1 (Villages) from 100 AZN to 120 AZN (20 %)."
    ) in text
    assert "whether the round has a plan with them is not known" in text


ALWAYS = (
    "It stands against what always holds: an award goes only where terms, law and the proposal's "
    "status allow it, and no proposal gets more than it asks for."
)


def one_sector_each(**cells: str) -> dict[str, list[dict[str, str]]]:
    """Give plenty of money for two proposals of 60, and none for the other two."""
    pool = {"pool_id": "P1", "donor_id": "D", "name": "Villages", "currency": "AZN",
            "budget": "1000", "sectors": "111", **cells}  # fmt: skip
    proposals = [
        {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
         "requested": "60", "score": "70", "sector": "11110" if n < 2 else "12220"}
        for n in range(4)
    ]  # fmt: skip
    return {"pools": [pool], "proposals": proposals}


@pytest.mark.parametrize(
    ("target", "figures"),
    [
        ({"min_amount": "150"}, "It asks for 150 AZN; whatever the budgets, 120 AZN at most"),
        ({"min_share": "0.5"}, "It asks for 500 AZN; whatever the budgets, 120 AZN at most"),
        ({"min_count": 3}, "It asks for 3 proposals; whatever the budgets, 2 proposals at most"),
        ({"min_count": 3, "pool": "P1"}, "It asks for 3 proposals; whatever the budgets, 2 pr"),
    ],
)
def test_a_floor_alone_in_conflict_is_told_with_what_is_possible_at_most(
    target: dict[str, str], figures: str
) -> None:
    # Two proposals of 60 are inside the pool's terms, whose 1,000 would be enough for all.
    round_ = plain_round(**one_sector_each(), targets=[{"id": "all", **target}])
    text = told(round_)
    assert "This cannot hold:\n- Target all asks for at least" in text
    assert f"{ALWAYS} {figures}" in text
    assert document(round_, explained(round_))["conflicts"][0]["against"].startswith(ALWAYS)


def test_a_fixed_award_above_its_request_is_told_with_the_request() -> None:
    text = told(plain_round(pairs=[pin("P1", "B0", "70")]))
    assert (
        "It stands against what always holds: no proposal gets more than it asks for. It fixes "
        "70 AZN; 60 AZN at most is possible."
    ) in text


def test_several_members_are_told_without_what_always_holds() -> None:
    round_ = over_budget()
    assert "always holds" not in told(round_)
    assert document(round_, explained(round_))["conflicts"][0]["against"] is None


def test_figures_that_would_tell_a_budget_or_a_request_that_is_kept_are_left_out() -> None:
    kept = one_sector_each(confidential_terms="budget")
    text = told(plain_round(**kept, targets=[{"id": "all", "min_share": "0.5"}]))
    assert ALWAYS in text and "500 AZN" not in text
    first, *others = one_sector_each()["proposals"]
    hidden = [first | {"visibility": "confidential"}, *others]
    only = {"id": "one", "where": {"proposal": ["B0"]}, "min_amount": "70"}
    text = told(plain_round(**one_sector_each() | {"proposals": hidden}, targets=[only]))
    assert f"{ALWAYS}\n" in text
