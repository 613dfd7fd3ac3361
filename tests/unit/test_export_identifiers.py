"""Identifiers of published data: stable, of one thing alone, and never invented for a register."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from matcher.writing.publishing.identifiers import Identifiers
from matcher.writing.publishing.places import percentages

IDS = Identifiers("r 1", "360G-x")
AWKWARD = ["P", "P.", "P.1", "P-1", "P_1", "P_2e", "P 1", "Ə", "p", "P/1", "_"]


def test_identifiers_say_publisher_round_and_thing() -> None:
    assert IDS.start == "360G-x-r_201"
    assert IDS.grant("P1", "B-7") == "360G-x-r_201.P1.B-7"
    assert IDS.work("B_7") == "360G-x-r_201.B_5f7"
    assert IDS.party("donor", "Ə") == "360G-x-r_201.donor._c6_8f"
    assert Identifiers("r1").grant("P1", "B7") == "round-r1.P1.B7"


def test_no_two_awards_have_one_identifier() -> None:
    pairs = [(pool, proposal) for pool in AWKWARD for proposal in AWKWARD]
    assert len({IDS.grant(*pair) for pair in pairs}) == len(pairs)


@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), unique=True, max_size=6))
def test_no_two_pairs_of_any_ids_have_one_identifier(pairs: list[tuple[str, str]]) -> None:
    for one, other in combinations(pairs, 2):
        assert IDS.grant(*one) != IDS.grant(*other)


def test_no_sign_that_a_standard_bars_is_in_an_identifier() -> None:
    barred = set("/&|? \\\n\tƏ")
    assert barred & set("".join(AWKWARD))
    assert not barred & set("".join(IDS.grant(one, one) for one in [*AWKWARD, *barred]))


def test_an_id_is_a_registers_where_that_is_said_and_it_has_the_form_of_one() -> None:
    registered = Identifiers("r", "360G-x", registered=True)
    for known in ("GB-CHC-1234567", "XM-DAC-47134", "360G-funder-12"):
        assert registered.party("donor", known) == known
        assert Identifiers("r", "360G-x").known(known) is None
    for own in ("O017", "gb-chc-1", "GB-CHC", "GB-CHC-1 2", "CBPF-AFG-25"):
        assert registered.known(own) is None
        assert registered.party("donor", own).startswith("360G-x-r.donor.")


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_percentages_sum_to_exactly_a_hundred_and_are_off_by_less_than_a_hundredth(
    parts: list[int],
) -> None:
    shares = {f"c{at}": Fraction(part, sum(parts)) for at, part in enumerate(parts)}
    found = percentages(shares)
    assert sum(found.values()) == 100
    for name, share in shares.items():
        assert abs(Fraction(found[name]) - share * 100) < Fraction(1, 100)


def test_what_rounding_leaves_over_goes_to_who_lost_most_by_it() -> None:
    shares = {"a": Fraction(1, 3), "b": Fraction(2, 3)}
    assert {name: str(part) for name, part in percentages(shares).items()} == {
        "a": "33.33",
        "b": "66.67",
    }
