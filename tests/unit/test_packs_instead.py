"""Packs that stand in place of installed ones, for as long as a block lasts."""

from threading import Thread

import pytest

from matcher.eligibility import Verdict, eligibility_of
from matcher.errors import InvalidRound
from matcher.regulation.library import (
    declared_facts,
    find_missing_packs,
    installed,
    installed_packs,
    instead,
    pack_hash,
    pack_sources,
    packs_of,
    standing_in,
)
from matcher.verify import verify_awards
from tests.unit.checked_rounds import PA
from tests.unit.checked_rules import a_round, outcome, pack, rule

BARRING = pack([rule("XA-01", outcome("receiver.kind == media"))])
LETTING = pack([rule("XA-01", outcome("receiver.kind == bank"))])


def verdicts() -> tuple[str, set[str]]:
    """Judge a fresh round by the law in place: the table's verdict, and what the checker finds."""
    round_ = a_round(rule_packs=["xa"])
    table = eligibility_of(round_)
    found = verify_awards(round_, {PA: 5000})
    return Verdict(int(table.verdicts[0, 0])).name, {v.constraint for v in found.violations}


def test_a_pack_that_is_not_installed_stands_beside_those_that_are_within_the_block_alone() -> None:
    round_ = a_round(rule_packs=["xa"])
    before = installed_packs()
    with instead({"xa": BARRING}):
        assert installed_packs() == tuple(sorted([*before, "xa"]))
        assert find_missing_packs(round_) == []
        assert packs_of(round_) == (BARRING,)
        assert "is_charity" in declared_facts()["organisations"]
        assert "xa" not in pack_sources()
    assert installed_packs() == before
    assert [problem.value for problem in find_missing_packs(round_)] == ["xa"]
    assert "is_charity" not in declared_facts()["organisations"]
    with pytest.raises(InvalidRound):
        packs_of(round_)


def test_a_pack_of_the_same_id_stands_in_place_of_the_installed_one() -> None:
    other = installed()["az"].model_copy(update={"title": "Another law"})
    kept = installed()["az"]
    with instead({"az": other}):
        assert installed()["az"] is other
        assert pack_hash(packs_of(a_round(rule_packs=["az"]))[0]) == pack_hash(other)
        assert "az" not in pack_sources()
    assert installed()["az"] is kept
    assert pack_sources()["az"].name == "az.yaml"


def test_eligibility_and_the_checker_judge_by_the_pack_in_place() -> None:
    with instead({"xa": BARRING}):
        assert verdicts() == ("ineligible", {"C7"})
    with instead({"xa": LETTING}):
        assert verdicts() == ("eligible", set())


def test_the_inner_of_two_blocks_wins_and_the_outer_one_is_back_after_it_even_after_an_error() -> (
    None
):
    kazakh = installed()["kz"].model_copy(update={"title": "Another law"})
    with instead({"xa": BARRING, "kz": kazakh}):
        with pytest.raises(RuntimeError), instead({"xa": LETTING}):
            assert installed()["xa"] is LETTING
            assert installed()["kz"] is kazakh
            raise RuntimeError
        assert installed()["xa"] is BARRING


def test_what_stands_in_is_one_object_throughout_a_block_and_another_in_the_next() -> None:
    outside = standing_in()
    with instead({"xa": BARRING}):
        first = standing_in()
        assert dict(first) == {"xa": BARRING}
        with instead({}):
            assert standing_in() is first
        assert standing_in() is first
    with instead({"xa": BARRING}):
        assert standing_in() is not first
    assert standing_in() is outside


def test_a_thread_started_within_the_block_has_the_installed_packs() -> None:
    seen: list[bool] = []
    with instead({"xa": BARRING}):
        thread = Thread(target=lambda: seen.append("xa" in installed()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_a_pack_under_an_id_that_is_not_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="xb"), instead({"xb": BARRING}):
        raise AssertionError("never within the block")


def test_the_checker_judges_one_round_by_the_pack_in_place_each_time() -> None:
    round_ = a_round(rule_packs=["xa"])
    with instead({"xa": LETTING}):
        assert verify_awards(round_, {PA: 5000}).holds
    with instead({"xa": BARRING}):
        assert not verify_awards(round_, {PA: 5000}).holds
    with instead({"xa": LETTING}):
        assert verify_awards(round_, {PA: 5000}).holds
