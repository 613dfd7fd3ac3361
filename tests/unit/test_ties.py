"""Ties of small rounds whose best plans are worked out by hand, and how they are told."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.missing.stating import with_row
from matcher.explaining.solves.base import Base, base_of
from matcher.explaining.ties.ties import ties
from matcher.explaining.ties.words import document_of_ties, sentences_of_ties

EXACT = Options(gap=0, seconds=60, workers=1)


def quiet(_said: str) -> None:
    """Tell nothing."""


def based(budget: str, *proposals: tuple[str, str, str], **parts: Any) -> Base:
    """Give a round of one pool and proposals (id, request, score), with its best plan."""
    rows = [
        {"proposal_id": name, "org_id": "O", "title": f"Work {name}", "currency": "AZN",
         "requested": asked, "score": score}
        for name, asked, score in proposals
    ]  # fmt: skip
    round_: dict[str, Any] = {
        "id": "made-up", "currency": "AZN", "decision_date": "2026-03-01",
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [
            {"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN", "budget": budget}
        ],
        "organisations": [{"org_id": "O", "name": "Union"}],
        "proposals": rows,
    }  # fmt: skip
    made = Round.model_validate(round_ | parts)
    found = base_of(made, dict(match(made, EXACT).awards), EXACT, quiet)
    assert found is not None
    return found


def three_alike() -> Base:
    """Give a pool of 100: A of 60 at 90 is in every best plan, then B or C of 40 at 70, never D.

    A and one of B and C make 5,400 + 2,800; D of 40 at 60 in their place makes 400 less.
    """
    return based("100", ("A", "60", "90"), ("B", "40", "70"), ("C", "40", "70"), ("D", "40", "60"))


def test_one_of_two_alike_is_funded_in_some_of_the_best_plans() -> None:
    base = three_alike()
    found = ties(base, quiet)
    assert found.funded == {"A": "all", "B": "some", "C": "some", "D": "none"}
    assert found.proven
    paid = sorted(sorted(proposal for _, proposal in plan) for plan in found.plans)
    assert paid == [["A", "B"], ["A", "C"]]


def test_without_ties_every_best_plan_funds_the_same() -> None:
    base = based("100", ("A", "60", "90"), ("B", "40", "70"), ("C", "40", "60"))
    found = ties(base, quiet)
    assert found.funded == {"A": "all", "B": "all", "C": "none"}
    assert sentences_of_ties(base, found) == [
        "There is no other choice as good: every best plan funds the 2 proposals that are funded "
        "here."
    ]


def test_a_proposal_that_gains_nothing_either_way_is_funded_in_some() -> None:
    found = ties(based("100", ("A", "60", "90"), ("Z", "40", "0")), quiet)
    assert found.funded == {"A": "all", "Z": "some"}


def test_ties_of_targets_are_ties_only_where_merit_is_the_same() -> None:
    target = {"id": "T", "where": {"proposal": ["B"]}, "min_count": 1, "strictness": "soft"}
    base = based("100", ("A", "100", "90"), ("B", "40", "70"), ("C", "60", "50"), targets=[target])
    assert ties(base, quiet).funded == {"A": "none", "B": "all", "C": "all"}


def test_a_plan_that_is_not_proven_best_says_so_and_claims_of_every_best_plan_still_hold() -> None:
    base = three_alike()
    bounds = (*base.worth.bounds[:-1], base.worth.bounds[-1] + Fraction(1))
    loose = replace(base, worth=replace(base.worth, bounds=bounds))
    found = ties(loose, quiet)
    assert not found.proven
    assert found.funded == {"A": "all", "B": "some", "C": "some", "D": "none"}
    assert sentences_of_ties(loose, found)[-1].startswith("The plan is not proven to be the best")


def test_a_level_that_is_not_proven_leaves_open_what_worse_plans_of_later_levels_do() -> None:
    """The first tier may yet be better by some plan, so that D, of the second, may be in it."""
    base = based("100", ("A", "60", "90"), ("B", "40", "70"), ("D", "40", "60"))
    round_ = base.round
    for row in base.round.proposals:
        tier = 1 if row.proposal_id == "A" else 2
        round_ = with_row(round_, "proposal", row.model_copy(update={"tier": tier}))
    tiered = base_of(round_, base.awards, EXACT, quiet)
    assert tiered is not None
    first, second = tiered.worth.bounds
    loose = replace(tiered, worth=replace(tiered.worth, bounds=(first + 1, second)))
    assert ties(tiered, quiet).funded == {"A": "all", "B": "all", "D": "none"}
    assert ties(loose, quiet).funded == {"A": "all", "B": "unknown", "D": "unknown"}


def test_what_time_ran_out_for_is_unknown() -> None:
    base = replace(three_alike(), deadline=0.0)
    found = ties(base, quiet)
    assert set(found.funded.values()) == {"unknown"}
    assert sentences_of_ties(base, found) == [
        "Of 4 proposals it is not known whether all best plans treat them alike: A, B, C and D."
    ]


def test_ties_are_told_in_sentences_and_as_plain_values() -> None:
    base = three_alike()
    found = ties(base, quiet)
    here = next(iter(base.funded - {"A"}))
    other = "C" if here == "B" else "B"
    assert sentences_of_ties(base, found) == [
        "One proposal is funded in every best plan: A.",
        f"One proposal is funded here that another plan as good does not fund: {here}.",
        f"One proposal is not funded here that another plan as good funds: {other}.",
    ]
    assert document_of_ties(found) == {
        "proven": True,
        "plans_found": 2,
        "funded_in": {"A": "all", "B": "some", "C": "some", "D": "none"},
    }
