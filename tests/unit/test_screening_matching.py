"""Who is found on a list, how, and who is not. All names are made up."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from matcher.screening import Entry, Finding, Lists, Party, screen
from matcher.screening.matching import match_names
from matcher.screening.names import all_orders, forms_of, two_orders


def entry(entry_id: str, name: str, **cells: Any) -> Entry:
    base = {"list": "L", "list_date": date(2026, 1, 5), "entry_id": entry_id, "name": name}
    return Entry.model_validate(base | cells)


def found(name: str, *entries: Entry, threshold: int = 88, **parts: Any) -> list[Finding]:
    return screen([Party("P", name, **parts)], Lists(entries), threshold)


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(f.value, f.manner, f.entry.entry_id) for f in findings]


TEAPOT = entry("E1", "Bülbülzadə Çaydan", kind="person", aliases="Соловьёв Самовар")
HOUSE = entry("E2", "Çaydanlar Evi İctimai Birliyi", kind="organisation", ids="uei:AB-12;X 12345")


@pytest.mark.parametrize(
    ("name", "value", "manner"),
    [
        ("Чайдон Бюльбюльзаде", "near", "like"),
        ("Чайдан Бюльбюльзада", "hit", "same name"),
        ("Samovar Solovyov", "hit", "same name"),
        ("Bulbulzade Caydan", "hit", "same name"),
        ("Bülbülzadə Çaydın", "near", "like"),
        ("Ç. Bülbülzadə", "near", "words agree"),
        ("Bulbulzada Ch.", "near", "words agree"),
        ("Çaydan Bülbülzadə Samovar oğlu", "near", "words agree"),
        ("Чайданлар Еви", "hit", "same name"),
        ("Çaydanlar Evi MMC", "near", "other legal form"),
        ("Çaydanlır Evi", "near", "like"),
    ],
)
def test_a_spelling_of_a_listed_name_is_found(name: str, value: str, manner: str) -> None:
    findings = found(name, TEAPOT, HOUSE)
    assert [(f.value, f.manner) for f in findings] == [(value, manner)]


@pytest.mark.parametrize(
    "name",
    [
        "Bülbülzadə Kəpənək",
        "S. Bülbülzadə",
        "Kəpənəklər Evi",
        "Çaydan",
        "Ç. Evi İctimai Birliyi",
        "—",
    ],
)
def test_a_name_that_only_shares_words_is_not_found(name: str) -> None:
    assert found(name, TEAPOT, HOUSE) == []


def test_names_alike_in_their_common_words_alone_are_not_found() -> None:
    # 91 of 100 alike as a whole; Gul and Nar are not.
    known = entry("E1", "Gul Regional Maarifçilik Təşəbbüsləri")
    assert found("Nar Regional Maarifçilik Təşəbbüsləri", known) == []
    assert told(found("Gül Regional Maarifçilik Təşəbbüsü", known)) == [("near", "like", "E1")]


def test_a_finding_says_which_name_which_forms_and_how_like_they_are() -> None:
    (finding,) = found("Çaydın Bülbülzadə", TEAPOT)
    assert finding.entry is TEAPOT
    assert (finding.asked, finding.known) == ("Çaydın Bülbülzadə", "Bülbülzadə Çaydan")
    assert (finding.asked_form, finding.known_form) == ("bulbulzada chaidin", "bulbulzada chaidan")
    # Of 18 letters and a space each, 17 are in common: 2 × 17 / 36 = 94.4 %.
    assert finding.score == 94


@pytest.mark.parametrize(
    ("kind", "number", "is_found"),
    [
        ("uei", "ab12", True),
        ("UEI", " AB 12 ", True),
        ("lei", "AB-12", False),
        ("uei", "AB-123", False),
        ("voen", "x-12345", True),
        ("org_id", "X12345", True),
    ],
)
def test_an_id_of_the_same_kind_is_a_hit_and_one_without_a_kind_is_of_any(
    kind: str, number: str, is_found: bool
) -> None:
    findings = found("Somebody Else", HOUSE, ids=((kind, number),))
    assert told(findings) == ([("hit", "same id", "E2")] if is_found else [])


def test_every_entry_that_is_found_is_told_the_gravest_first() -> None:
    entries = (entry("E1", "Kəpənək Samovor"), entry("E2", "Самовар Капанак"))
    assert told(found("Kəpənək Samovar", *entries)) == [
        ("hit", "same name", "E2"),
        ("near", "like", "E1"),
    ]


@pytest.mark.parametrize(
    ("shares", "value"),
    [
        ({"E1": "49.99"}, None),
        ({"E1": "50"}, "hit"),
        ({"E1": "50.01"}, "hit"),
        ({"E1": "25", "E2": "25"}, "hit"),
        ({"E1": "25", "E2": "24.99"}, None),
    ],
)
def test_a_body_on_no_list_is_a_hit_when_listed_owners_hold_half_of_it(
    shares: dict[str, str], value: str | None
) -> None:
    owners = ";".join(f"{owner}:{share}" for owner, share in shares.items())
    owned = entry("E3", "Şəkərbura Holdinq", owned_by=owners, listed="no")
    findings = found("Шекербора Холдинг", TEAPOT, HOUSE, owned)
    assert [f.value for f in findings] == ([] if value is None else ["near"])
    findings = found("Şəkərbura Holdinq MMC", TEAPOT, HOUSE, owned)
    assert [f.value for f in findings] == ([] if value is None else [value])
    if findings:
        assert findings[0].entry_owned == sum(p for _, p in owned.owned_by)


def test_a_listed_body_is_a_hit_whoever_owns_it_and_a_chain_reaches_through_unlisted_ones() -> None:
    listed = entry("E3", "Şəkərbura", owned_by="E1:10")
    assert found("Şəkərbura", TEAPOT, listed)[0].entry_owned is None
    middle = entry("E4", "Kəpənək", owned_by="E1:50", listed="no")
    end = entry("E5", "Samovarlar", owned_by="E4:50", listed="no")
    assert told(found("Samovarlar", TEAPOT, middle, end)) == [("hit", "same name", "E5")]
    assert found("Samovarlar", middle, end) == []


def party(party_id: str, name: str, **owners: str) -> Party:
    shares = tuple((owner.replace("_", " "), Decimal(part)) for owner, part in owners.items())
    return Party(party_id, name, owners=shares)


@pytest.mark.parametrize(
    ("owners", "value"),
    [
        ({"Caydan_Bulbulzade": "50"}, "hit"),
        ({"Caydan_Bulbulzade": "49.99"}, None),
        ({"Chaydin_Bulbulzada": "50"}, "near"),
        ({"Caydan_Bulbulzade": "30", "Çaydanlar_Evi": "20"}, "hit"),
        ({"Caydan_Bulbulzade": "30", "Çaydanlır_Evi": "20"}, "near"),
        ({"Kəpənək": "100"}, None),
    ],
)
def test_a_party_is_what_owners_of_half_of_it_are(
    owners: dict[str, str], value: str | None
) -> None:
    findings = screen([party("P", "Innocent Kettle", **owners)], Lists((TEAPOT, HOUSE)))
    assert {f.value for f in findings} == ({value} if value else set())
    assert all(f.party_id == "P" and f.owned is not None and f.owned >= 50 for f in findings)


def test_an_owner_may_be_another_party_with_owners_of_its_own() -> None:
    first = party("A", "Innocent Kettle", B="60")
    second = party("B", "Quiet Kettle", Caydan_Bulbulzade="50")
    circle = party("C", "Round Kettle", C="100")
    findings = screen([first, second, circle], Lists((TEAPOT,)))
    assert [(f.party_id, f.value, str(f.owned)) for f in findings] == [
        ("A", "hit", "60"),
        ("B", "hit", "50"),
    ]


def test_an_owner_that_is_only_near_is_not_told_as_what_makes_a_hit() -> None:
    owners = {"Caydan_Bulbulzade": "50", "Çaydanlır_Evi": "50"}
    findings = screen([party("P", "Innocent Kettle", **owners)], Lists((TEAPOT, HOUSE)))
    assert [(f.value, f.entry.entry_id) for f in findings] == [("hit", "E1")]


SYLLABLES = ["bül", "zan", "çay", "dar", "sam", "ov", "kə", "pə", "şir", "lu"]
NAMES = st.lists(
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map("".join),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(max_examples=60)
@given(st.lists(NAMES, min_size=1, max_size=12), st.lists(NAMES, min_size=1, max_size=12))
def test_comparing_by_blocks_and_lengths_loses_no_pair(asked: list[str], listed: list[str]) -> None:
    threshold = 80
    lists = Lists([entry(str(number), name) for number, name in enumerate(listed)])
    matches = {(m.asked, m.spelling.entry) for m in match_names(asked, lists, threshold)}
    for at, name in enumerate(asked):
        for place, known in enumerate(listed):
            pairs = (
                (a, b)
                for a in all_orders(forms_of(name)[0].rough)
                for b in two_orders(forms_of(known)[0].rough)
            )
            like = any(fuzz.ratio(a, b) >= threshold and _no_word_unlike(a, b) for a, b in pairs)
            if like:
                assert (at, place) in matches


def _no_word_unlike(first: str, second: str) -> bool:
    shorter, longer = sorted((first.split(), second.split()), key=len)
    return all(max(fuzz.ratio(word, other) for other in longer) >= 65 for word in shorter)


@given(st.lists(NAMES, min_size=1, max_size=6), st.permutations(range(6)))
def test_the_order_of_entries_and_parties_counts_for_nothing(
    names: list[str], order: list[int]
) -> None:
    entries = [entry(str(number), name) for number, name in enumerate(names)]
    shuffled = [entries[place] for place in order if place < len(entries)]
    parties = [Party(name, name) for name in sorted(set(names))]
    first = screen(parties, Lists(entries))
    second = screen(parties[::-1], Lists(shuffled))
    assert sorted(first, key=repr) == sorted(second, key=repr)


def test_of_very_many_like_names_the_likest_are_kept() -> None:
    entries = [entry(str(number), f"Bülbülzadə Çaydan {number:03}") for number in range(200)]
    findings = found("Bülbülzadə Çaydan 007", *entries)
    assert findings[0].entry.entry_id == "7"
    assert findings[0].value == "hit"
    assert len(findings) < 200
