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
