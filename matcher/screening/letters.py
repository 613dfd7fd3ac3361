"""How a word is spelled out in plain Latin letters, so that its usual spellings meet.

Azerbaijani in its Latin and its old Cyrillic letters, Russian, and the English ways of writing
both come to one form: x, kh, х → h; q, g, gh, ğ, г → g; c, dj, zh, ж, дж → j; ç, ч → ch; ş, щ → sh;
w → v; y, ы, ı, й → i; ya, yo, yu after a consonant → a, o, u; doubled letters are one.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "'", "ы": "i", "ь": "'", "э": "e", "ю": "yu", "я": "ya",
    "ғ": "g", "ә": "ə", "ј": "y", "ҝ": "g", "ө": "o", "ү": "u", "һ": "h", "ҹ": "dzh",
    "ґ": "g", "є": "e", "і": "i", "ї": "yi",
}  # fmt: skip
_MARKED = {"ç": "ch", "ş": "sh", "č": "ch", "š": "sh", "ž": "zh", "ǝ": "ə"}

_DIGRAPHS = {
    "shch": "sh", "sch": "sh", "tch": "ch", "ch": "ch", "sh": "sh", "dzh": "j", "dj": "j",
    "zh": "j", "kh": "h", "gh": "g", "ph": "f", "ck": "k", "w": "v",
}  # fmt: skip

_MIXED_CYRILLIC, _MIXED_LATIN = "аеорсухкмтвһніјѕә", "aeopcyxkmtbhhijsə"
"""Letters that look alike in the two alphabets, the small or the capital ones."""
_TO_LATIN = str.maketrans(_MIXED_CYRILLIC, _MIXED_LATIN)
_TO_CYRILLIC = {
    ord(latin): cyrillic
    for latin, cyrillic in reversed(list(zip(_MIXED_LATIN, _MIXED_CYRILLIC, strict=True)))
}
_HAS_CYRILLIC, _HAS_LATIN = re.compile("[Ѐ-ӿ]"), re.compile("[a-zəğşçöü]")
_ONLY_CYRILLIC = re.compile(f"[^\\W\\da-zəğşçöü{_MIXED_CYRILLIC}]")
_AZERBAIJANI = re.compile("[əğş]")

_SOFT = re.compile("['’ʼʹʻʿ`´′‘]")
_AFTER_SOFT = re.compile("'(?=[aeou])")
_SOFTENED = re.compile("(?<=[bcdfghjklmnprstvz])y(?=[aou])")
_LEADING_YE = re.compile("(?:^|(?<=[aeiou]))y(?=e)")
_DOUBLED = re.compile(r"([a-z])\1+")


@dataclass(frozen=True, eq=False)
class Reading:
    """One convention of spelling: what the letters that conventions differ on stand for."""

    letters: Mapping[int, str]
    schwa: str
    digraphs: Mapping[str, str]
    pattern: re.Pattern[str]


def _reading(schwa: str, letters: dict[str, str], sounds: dict[str, str]) -> Reading:
    digraphs = _DIGRAPHS | sounds
    pattern = re.compile("|".join(sorted(digraphs, key=len, reverse=True)))
    return Reading(str.maketrans(_CYRILLIC | _MARKED | letters), schwa, digraphs, pattern)


_AS_IN_BAKU = {"c": "j", "x": "h"}
SPOKEN = _reading("a", {}, _AS_IN_BAKU)
"""As it sounds in Azerbaijani: ə is a, c is j, x is h."""
_OTHER = _reading("e", {"г": "h", "ё": "e"}, {**_AS_IN_BAKU, "j": "y"})
_ABROAD = _reading("e", {"г": "h", "ё": "e"}, {"c": "k", "x": "ks", "j": "y"})
TYPED = _reading("e", {"ç": "c", "ş": "s", "č": "c", "š": "s", "ž": "z"}, _AS_IN_BAKU)


def readings_of(name: str) -> tuple[Reading, ...]:
    """Give the conventions by which a name (of small letters) may be spelled, the chief one first.

    The second takes ə and ё for e, г for h (Гасан, Həsən) and j for y, and, in a name without a
    letter that Azerbaijani has and English lacks, c for k and x for ks. The third (`TYPED`) leaves
    out the marks, as people do who type Əli Şahin as Eli Sahin.
    """
    return (SPOKEN, _OTHER if _AZERBAIJANI.search(name) else _ABROAD, TYPED)


def small_letters(name: str) -> str:
    """Give a name in small letters: I, İ and ı are one letter; every apostrophe is the same."""
    plain = unicodedata.normalize("NFKC", name).replace("İ", "i").casefold().replace("ı", "i")
    return _SOFT.sub("'", plain.replace("\u0307", ""))


@lru_cache(maxsize=2**16)
def plain(word: str) -> str:
    """Give a word of small letters in ASCII, its letters one by one, by no convention."""
    return word if word.isascii() else anyascii(word).lower()


@lru_cache(maxsize=2**17)
def spelled(word: str, reading: Reading) -> str:
    """Give the normal spelling of a word of small letters; blank where it has no sound."""
    if not word.isascii():
        word = _in_one_script(word).translate(reading.letters).replace("ə", reading.schwa)
        word = plain(word)
    word = reading.pattern.sub(lambda found: reading.digraphs[found[0]], word.replace("q", "g"))
    word = _AFTER_SOFT.sub("y", word).replace("'", "")
    word = _LEADING_YE.sub("", _SOFTENED.sub("", word)).replace("y", "i")
    return _DOUBLED.sub(r"\1", word)


def _in_one_script(word: str) -> str:
    """Give a word without letters of the other alphabet that only look as if they belonged."""
    if _HAS_CYRILLIC.search(word) and _HAS_LATIN.search(word):
        return word.translate(_TO_CYRILLIC if _ONLY_CYRILLIC.search(word) else _TO_LATIN)
    return word
