"""What a coordinator hears about a finished plan. All data is made up."""

from matcher import Options, match
from matcher.domain import Round
from tests.unit.made_up import header


def test_money_that_a_share_of_awards_keeps_unspent_is_told_with_its_currency() -> None:
    round_ = Round.model_validate(
        {
            **header(),
            "policy": {"grant_step": "10"},
            "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
            "pools": [
                {"pool_id": "P", "donor_id": "D", "name": "Villages", "currency": "AZN",
                 "budget": "5000"}
            ],
            "organisations": [{"org_id": "O1", "name": "One"}, {"org_id": "O2", "name": "Two"}],
            "proposals": [
                {"proposal_id": "B1", "org_id": "O1", "title": "Small", "currency": "AZN",
                 "requested": "1000", "score": "60", "groups": "women_girls"},
                {"proposal_id": "B2", "org_id": "O2", "title": "Large", "currency": "AZN",
                 "requested": "4000", "minimum": "10", "score": "80"},
            ],
            "targets": [
                {"id": "women", "where": {"group": ["women_girls"]}, "min_share": "0.5",
                 "of": "awarded", "strictness": "hard"}
            ],
        }
    )  # fmt: skip
    (note,) = match(round_, Options(gap=0)).record["warnings"]
    assert note.endswith("money that could have been placed may stay unspent (3,000 AZN is left).")
