"""What differs between two rounds, put into the one, gives the other."""

from random import Random

from matcher import Round
from matcher.scenarios.edits.differences import differences, with_differences
from tests import oracle
from tests.properties.built import round_of

PAIRS = 150


def rounds(name: str) -> tuple[Round, Round]:
    """Give two random rounds; of one head, so that nothing but what they hold differs."""
    found = [oracle.random_round(Random(f"{name} {which}").randint) for which in "ab"]
    return round_of(found[0]), round_of(found[1])


def test_all_differences_put_in_give_the_other_round() -> None:
    many = 0
    for number in range(PAIRS):
        before, after = rounds(f"differences {number}")
        found = differences(before, after)
        many += len(found)

        assert with_differences(before, found).content_hash == after.content_hash
        assert bool(found) == (before.content_hash != after.content_hash)

    assert many > 10 * PAIRS


def test_differences_the_other_way_round_take_everything_back() -> None:
    for number in range(PAIRS):
        before, after = rounds(f"back {number}")

        assert with_differences(after, differences(after, before)).content_hash == (
            before.content_hash
        )
        assert [change.path for change in differences(after, before)] == [
            change.path for change in differences(before, after)
        ]
