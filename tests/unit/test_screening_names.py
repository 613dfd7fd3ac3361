"""The spellings of one name meet in one normal form, and those of two names do not."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matcher.screening.names import could_be_one, forms_of, meet

LATIN = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"
OLD_CYRILLIC = "абҹчдеәфҝғһхыижкглмноөпрсштуүвјз"
"""Azerbaijani in Latin letters and, letter by letter, in those of 1958 to 1991."""


def texts(name: str) -> set[str]:
    return {form.text for form in forms_of(name)}


def same(first: str, second: str) -> bool:
    return any(meet(one, other) for one in forms_of(first) for other in forms_of(second))


def in_old_cyrillic(name: str) -> str:
    return name.translate(str.maketrans(LATIN, OLD_CYRILLIC))


def in_capitals(name: str) -> str:
    return name.replace("i", "İ").replace("ı", "I").upper()


WORDS = st.text(LATIN, min_size=2, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(NAMES)
def test_a_name_in_old_cyrillic_letters_is_the_same_name(name: str) -> None:
    # Of Latin letters, ch and ck may be one sound, as in English: such words are left out.
    assume("ch" not in name and "ck" not in name)
    assert same(name, in_old_cyrillic(name))
    assert same(in_old_cyrillic(name).upper(), in_capitals(name))


@given(NAMES)
def test_capitals_count_for_nothing_also_with_dotted_and_dotless_i(name: str) -> None:
    assert texts(in_capitals(name)) == texts(name)
    assert texts(name.replace("i", "i\u0307")) == texts(name)


@given(st.permutations(["Bülbülzadə", "Çaydan", "Samovar", "Əzgil"]))
def test_the_order_of_words_counts_for_nothing(words: list[str]) -> None:
    assert texts(" ".join(words)) == texts("Bülbülzadə Çaydan Samovar Əzgil")


SPELLINGS = [
    ("Əliyev Vüqar", "Алиев Вюгар", "Vugar Aliyev", "Eliyev Vuqar"),
    ("Hüseynov Heydər", "Гусейнов Гейдар", "Heydar Huseynov", "Huseynov Heyder"),
    ("Cavanşir Xudafərin", "Джаваншир Худафарин", "Javanshir Khudafarin", "Cavansir Xudaferin"),
    ("Kəmran Kazımov", "Кямран Кязимов", "Kamran Kazimov", "Kyamran Kyazymov"),
    ("Ülviyyə Gülnarə", "Ульвия Гюльнара", "Ulviyya Gulnara", "Ulviyye Gulnare"),
    ("Çingiz Bağırov", "Чингиз Багиров", "Chingiz Baghirov", "Cingiz Bagirov"),
    ("Jalə Jukova", "Жаля Жукова", "Zhala Zhukova", "Jala Jukova"),
    ("Yuliya Şerbakova", "Юлия Щербакова", "Yulia Shcherbakova", "Julia Scherbakova"),
]


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_azerbaijani_russian_and_english_spellings_of_a_name_meet(
    spellings: tuple[str, ...],
) -> None:
    azerbaijani, *others = spellings
    assert [other for other in others if not same(azerbaijani, other)] == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ümid İctimai Birliyi", "Общественное объединение «Умид»"),
        ("Ümid İctimai Birliyi", "Umid NGO"),
        ("«Samovar» MMC", "ООО Самовар"),
        ("Samovar L.L.C.", "Samovar Məhdud Məsuliyyətli Cəmiyyəti"),
        ("Samovar Açıq Səhmdar Cəmiyyəti", "OJSC Samovar"),
        ("Çaydan Fondu", "Chaydan Foundation"),
        ("The House of Teapots", "House Teapots"),
        ("Məs'ud Çaydan", "Məsʼud Çaydan"),
        ("Соловьёв", "Solovyov"),
        ("Соловьёв", "Solovyev"),
        ("Алексеев", "Alekseyev"),
        ("Иҹтимаи Бирлији Чајдан", "Çaydan İctimai Birliyi"),
        ("Çaydan qızı Aygün", "Айгюн Чайдан кызы"),
        ("Әлиjев", "Əliyev"),
        ("\u0410liyev", "Aliyev"),
    ],
)
def test_legal_forms_marks_and_letters_that_only_look_alike_count_for_nothing(
    first: str, second: str
) -> None:
    assert same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Yavid Çaydan", "Cavid Çaydan"),
        ("Çaydan 5", "Çaydan 6"),
        ("Çaydan 100", "Çaydan 10"),
        ("Samovar", "Samovarlar"),
        ("Şərab", "Sərab"),
        ("Bank Ümid", "Ümid"),
    ],
)
def test_different_names_do_not_meet(first: str, second: str) -> None:
    assert not same(first, second)


def test_a_name_of_nothing_but_legal_forms_keeps_them() -> None:
    assert texts("İctimai Birliyi") & texts("Ictimai Birliyi")
    assert not same("İctimai Birliyi", "MMC")
    assert texts("the and") != set()


@pytest.mark.parametrize("name", ["", "—", " « » ", "...", "'"])
def test_what_holds_no_letter_has_no_form(name: str) -> None:
    assert forms_of(name) == ()


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("Ümid MMC", "Ümid", True),
        ("Ümid MMC", "OJSC Umid", True),
        ("Ümid MMC", "Ümid İctimai Birliyi", False),
        ("Ümid Fondu", "Ümid İctimai Birliyi", False),
        ("Ümid Fondu", "Ümid QHT", True),
    ],
)
def test_a_legal_form_of_another_family_tells_two_bodies_apart(
    first: str, second: str, one: bool
) -> None:
    assert same(first, second)
    assert could_be_one(forms_of(first)[0], forms_of(second)[0]) is one
