"""Words that say what kind of body a name belongs to, and tell no two names apart."""

from collections.abc import Mapping, Sequence

from matcher.screening.letters import plain, small_letters

COMPANY, UNION, FUND, ANY = "company", "union", "fund", ""
"""Families of legal forms: a name may change its form within one, hardly to another. `ANY` is
what a union or a fund may call itself."""

_FORMS: Mapping[str, Sequence[str]] = {
    COMPANY: (
        "MMC", "ASC", "QSC", "ATSC", "Məhdud Məsuliyyətli Cəmiyyət",
        "Məhdud Məsuliyyətli Cəmiyyəti", "Açıq Səhmdar Cəmiyyət", "Açıq Səhmdar Cəmiyyəti",
        "Qapalı Səhmdar Cəmiyyət", "Qapalı Səhmdar Cəmiyyəti", "Səhmdar Cəmiyyəti",
        "ООО", "ОАО", "ЗАО", "ПАО", "АО", "ММС", "ИП", "ТОО",
        "Общество с ограниченной ответственностью", "Открытое акционерное общество",
        "Закрытое акционерное общество", "Публичное акционерное общество", "Акционерное общество",
        "LLC", "Ltd", "Limited", "JSC", "OJSC", "CJSC", "PJSC", "PLC", "LLP", "Inc", "Corp",
        "Limited Liability Company", "Open Joint Stock Company", "Closed Joint Stock Company",
        "Public Joint Stock Company", "Joint Stock Company", "Incorporated", "Corporation",
        "GmbH", "AG", "SA", "SARL", "SRL", "SpA", "BV", "NV", "AŞ",
    ),
    UNION: (
        "İctimai Birlik", "İctimai Birliyi", "İctimai Birliyinin", "Иҹтимаи Бирлији", "İB",
        "Общественное объединение", "Общественная организация", "Public Union",
        "Public Association", "e.V.",
    ),
    FUND: ("Fond", "Fondu", "Foundation", "Fund", "Фонд", "Фонду"),
    ANY: (
        "QHT", "Qeyri-Hökumət Təşkilatı", "НПО", "НКО", "АНО", "Неправительственная организация",
        "Некоммерческая организация", "Автономная некоммерческая организация", "NGO", "NPO",
        "Non-Governmental Organisation", "Non-Governmental Organization",
        "Non-Profit Organisation", "Non-Profit Organization",
    ),
}  # fmt: skip
_FILLING = (
    "the",
    "of",
    "and",
    "və",
    "oğlu",
    "oglu",
    "ogly",
    "оглы",
    "qızı",
    "gizi",
    "kyzy",
    "кызы",
)


def _phrases() -> dict[tuple[str, ...], str]:
    found = {}
    for family, forms in _FORMS.items():
        for form in forms:
            words = tuple(plain(word) for word in words_of(form))
            found[words] = family
            if len(words) == 1 and form.isupper() and len(form) > 2:
                found[tuple(words[0])] = family  # L.L.C.
    return found


def words_of(name: str) -> list[str]:
    """Split a name into words of small letters."""
    letters = "".join(c if c.isalnum() or c == "'" else " " for c in small_letters(name))
    return [word for part in letters.split() if (word := part.strip("'"))]


_PHRASES = _phrases()
_LONGEST = max(map(len, _PHRASES))
_STARTS = {words[0] for words in _PHRASES}
_FILLERS = {plain(small_letters(word)) for word in _FILLING}


def without_forms(words: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Give words of small letters without legal forms, and the families that these are of.

    A form of one word is left out at the ends of a name alone. A name of nothing but such words
    keeps them all.
    """
    ascii_words = [plain(word) for word in words]
    kept: list[str] = []
    families: set[str] = set()
    place, last = 0, len(words) - 1
    while place <= last:
        found = _phrase_at(ascii_words, place)
        if found and (len(found) > 1 or place in (0, last)):
            families |= {_PHRASES[found]} - {ANY}
            place += len(found)
            continue
        if ascii_words[place] not in _FILLERS:
            kept.append(words[place])
        place += 1
    return (kept, frozenset(families)) if kept else (list(words), frozenset())


def _phrase_at(words: Sequence[str], place: int) -> tuple[str, ...]:
    if words[place] in _STARTS:
        for length in range(_LONGEST, 0, -1):
            phrase = tuple(words[place : place + length])
            if phrase in _PHRASES:
                return phrase
    return ()
