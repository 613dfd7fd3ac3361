"""`python -m benchmarks.screening`: how many spellings of listed names a screening finds.

All names are made up of syllables drawn by lot; that one is somebody's would be chance. Each is
written in Azerbaijani, Russian or English letters by tables of this module's own, which share
nothing with those of `matcher.screening`, and then damaged. Tables are printed as Markdown.
"""

import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from matcher.screening import DEFAULT_THRESHOLD, Entry, Lists, Party, matching, screen
from matcher.screening.names import all_orders, forms_of, two_orders

LISTED, VARIANTS, OTHERS = 5_000, 2_000, 2_000
THRESHOLDS = (80, 82, 84, 85, 86, 88, 90, 92, 95)
GIVEN, SURNAMES, ROOTS = 600, 2_000, 2_500
"""How many given names, surnames and names of bodies there are to draw from."""

_CONSONANTS = list("bcçdfgğhxjkqlmnprsştvyz")
_OFTEN = (4, 3, 2, 5, 3, 4, 1, 5, 3, 1, 3, 5, 8, 8, 8, 1, 9, 6, 4, 6, 5, 4, 4)
_VOWELS = list("aəeıioöuü")
_COMMON = (9, 10, 4, 3, 8, 3, 2, 4, 4)
_GENERIC = (
    "Gənclər", "Qadınlar", "Uşaqlar", "İnkişaf", "Dəstək", "Maarifçilik", "Sosial", "Mədəniyyət",
    "Ekoloji", "Hüquqi", "Təşəbbüslər", "Mərkəzi", "Təşkilatı", "Cəmiyyəti", "Regional", "Yardım",
    "Elm", "Təhsil", "Kənd", "Layihələr",
)  # fmt: skip
_FORMS = {
    "union": {"az": "İctimai Birliyi", "ru": "Общественное объединение", "en": "Public Union"},
    "company": {"az": "MMC", "ru": "ООО", "en": "LLC"},
    "fund": {"az": "Fondu", "ru": "Фонд", "en": "Foundation"},
}
_RUSSIAN = {
    "a": "а", "b": "б", "ç": "ч", "d": "д", "e": "е", "f": "ф", "g": "г", "ğ": "г", "x": "х",
    "ı": "ы", "i": "и", "j": "ж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п",
    "r": "р", "s": "с", "ş": "ш", "t": "т", "u": "у", "v": "в", "z": "з", "c": "дж", "y": "й",
}  # fmt: skip
_ENGLISH = {letter: letter for letter in "abdefghijklmnoprstuvyz"} | {"ö": "o", "ü": "u"}
_PLAIN = str.maketrans("əçşğıöüƏÇŞĞİÖÜ", "ecsgiouECSGIOU")
ALPHABETS = ("az", "ru", "en")


@dataclass(frozen=True)
class Name:
    """A made-up name in Azerbaijani letters: words, whether a person's, its legal form."""

    words: tuple[str, ...]
    person: bool
    form: str | None = None


def _word(dice: Random, syllables: int) -> str:
    sounds = []
    for _ in range(syllables):
        sounds += dice.choices(_CONSONANTS, _OFTEN) + dice.choices(_VOWELS, _COMMON)
    ends = dice.choices(["", "l", "n", "r", "z", "m", "d", "ş"], [4, 1, 2, 2, 1, 1, 1, 1])
    word = "".join(sounds + ends)
    return word[1:] if word[0] in "ğy" or dice.random() < 0.12 else word


def _title(word: str) -> str:
    return ("İ" if word[0] == "i" else word[0].upper()) + word[1:]


def _ends(stem: str) -> Sequence[str]:
    return ("yev", "yev", "zadə", "lı") if stem[-1] in _VOWELS else ("ov", "ov", "zadə", "li")


class Names:
    """Draws made-up names, the common ones more often, never the same twice."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.drawn = dice, set[tuple[str, ...]]()
        self.given = [_title(_word(dice, dice.choice((2, 2, 3)))) for _ in range(GIVEN)]
        stems = [_title(_word(dice, dice.choice((1, 2, 2, 3)))) for _ in range(SURNAMES)]
        self.surnames = [stem + dice.choice(_ends(stem)) for stem in stems]
        self.roots = [_title(_word(dice, dice.choice((2, 2, 3)))) for _ in range(ROOTS)]

    def __iter__(self) -> Iterator[Name]:
        """Draw on and on."""
        while True:
            name = self._person() if self.dice.random() < 0.5 else self._body()
            if name.words not in self.drawn:
                self.drawn.add(name.words)
                yield name

    def _pick(self, words: Sequence[str]) -> str:
        return words[int(len(words) * self.dice.random() ** 1.6)]

    def _person(self) -> Name:
        words = [self._pick(self.given), self._pick(self.surnames)]
        if self.dice.random() < 0.4:
            words.append(self._pick(self.given))
        return Name(tuple(words), person=True)

    def _body(self) -> Name:
        words = [self._pick(self.roots) for _ in range(self.dice.choice((1, 1, 2)))]
        words += self.dice.sample(_GENERIC, self.dice.choice((1, 2, 2, 3)))
        return Name(tuple(words), False, self.dice.choice(list(_FORMS)))


def russian(word: str, dice: Random) -> str:
    """Write a word in Russian letters as one clerk may and another may not."""
    schwa = dice.choices(("а", "е", None), (6, 2, 2))[0]
    table = _RUSSIAN | {
        "h": dice.choice(("г", "г", "х")),
        "q": dice.choice(("г", "г", "к")),
        "ö": dice.choice(("ё", "е", "о")),
        "ü": dice.choice(("ю", "ю", "у")),
    }
    low = word.replace("İ", "i").replace("I", "ı").lower()
    for pair, letter in (("ya", "я"), ("yə", "я"), ("yu", "ю"), ("yo", "ё"), ("ye", "е")):
        low = low.replace(pair, letter)
    letters = []
    for place, letter in enumerate(low):
        if letter == "ə":
            soft = place > 0 and low[place - 1] in "kglm"
            letters.append(schwa or dice.choice("ая" if soft else "ае"))
        elif letter == "e" and place == 0:
            letters.append("Э")
        else:
            letters.append(table.get(letter, letter))
    text = "".join(letters)
    return text[0].upper() + text[1:]


def english(word: str, dice: Random) -> str:
    """Write a word in English letters: by one of the usual conventions, or with marks left out."""
    if dice.random() < 0.2:
        return word.translate(_PLAIN)
    schwa = dice.choices(("a", "e", None), (6, 2, 2))[0]
    table = _ENGLISH | {
        "x": dice.choice(("kh", "kh", "kh", "x", "h")),
        "q": dice.choice(("g", "g", "g", "q", "k")),
        "ğ": dice.choice(("gh", "gh", "g")),
        "c": dice.choices(("j", "dj", "dzh", "c"), (7, 1, 1, 1))[0],
        "ç": "ch",
        "ş": "sh",
        "j": dice.choice(("zh", "j")),
        "ı": dice.choice(("i", "i", "y")),
    }
    low = word.replace("İ", "i").replace("I", "ı").lower()
    text = "".join(
        (schwa or dice.choice("ae")) if letter == "ə" else table[letter] for letter in low
    )
    return text[0].upper() + text[1:]


WRITERS: dict[str, Callable[[str, Random], str]] = {
    "az": lambda word, _: word,
    "ru": russian,
    "en": english,
}
SHORT = {"az": "aəbceiou", "ru": "абвеиоу", "en": "abceiou"}


def misspelt(words: list[str], alphabet: str, dice: Random) -> list[str]:
    """Put one slip of the pen into the longest word, a second one into a long name."""
    for _ in range(2 if sum(map(len, words)) > 24 else 1):
        at = dice.choices(range(len(words)), [len(word) for word in words])[0]
        word = words[at]
        place = dice.randrange(len(word))
        other = dice.choice(SHORT[alphabet])
        slips = (
            word[:place] + word[place + 1 :],
            word[:place] + other + word[place:],
            word[:place] + other + word[place + 1 :],
            word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
        )
        words = [*words[:at], dice.choice(slips) or word, *words[at + 1 :]]
    return words


DAMAGES = (
    "spelling alone", "misspelt", "swapped words", "legal form dropped", "legal form put first",
    "initials", "fewer names", "misspelt and swapped",
)  # fmt: skip


def write(name: Name, alphabet: str, damage: str, dice: Random) -> str:
    """Write a name in an alphabet, damaged; a damage that cannot befall it leaves it whole."""
    words = [WRITERS[alphabet](word, dice) for word in name.words]
    if name.person:
        if damage == "initials":
            words = [word[0] + "." if at != 1 else word for at, word in enumerate(words)]
        elif damage == "fewer names" and len(words) == 3:
            words = words[:2]
    if damage.startswith("misspelt"):
        words = misspelt(words, alphabet, dice)
    if damage.endswith("swapped words") or damage.endswith("and swapped"):
        words = words[1:] + words[:1]
    if name.form and damage != "legal form dropped":
        form = _FORMS[name.form][alphabet]
        first = (damage == "legal form put first") != (alphabet == "ru")
        words = [form, *words] if first else [*words, form]
    return " ".join(words)


def damage_of(name: Name, dice: Random) -> str:
    """Draw a damage that can befall the name."""
    barred = ("legal",) if name.person else ("initials", "fewer")
    return dice.choice([d for d in DAMAGES if not d.startswith(barred)])


def lists_of(names: Sequence[Name], dice: Random) -> Lists:
    """Make a list of names, each in one alphabet that is drawn, without aliases."""
    return Lists([
        Entry.model_validate({
            "list": "Made-up list", "list_date": date(2026, 1, 5), "entry_id": str(number),
            "name": write(name, dice.choice(ALPHABETS), "spelling alone", dice),
            "kind": "person" if name.person else "organisation",
        })
        for number, name in enumerate(names)
    ])  # fmt: skip


Kinds = dict[tuple[str, str], Counter[str]]


@dataclass(frozen=True)
class Sample:
    """A list, variants of its names (with the entry, alphabet and damage), and other names."""

    lists: Lists
    variants: Sequence[tuple[str, str, str, str]]
    others: Sequence[tuple[str, str]]


def draw(seed: int = 1, listed: int = LISTED, many: int = VARIANTS, others: int = OTHERS) -> Sample:
    """Draw a sample, the same for the same arguments."""
    dice = Random(seed)
    names = iter(Names(dice))
    known = list(islice(names, listed))
    lists = lists_of(known, dice)
    variants, strangers = [], []
    for place in dice.sample(range(listed), many):
        alphabet, damage = dice.choice(ALPHABETS), damage_of(known[place], dice)
        written = write(known[place], alphabet, damage, dice)
        variants.append((written, str(place), alphabet, damage))
    for name in islice(names, others):
        damage = damage_of(name, dice)
        strangers.append((write(name, dice.choice(ALPHABETS), damage, dice), damage))
    return Sample(lists, variants, strangers)


def parties(names: Sequence[str]) -> list[Party]:
    """Make parties of names, numbered."""
    return [Party(str(number), name) for number, name in enumerate(names)]


def measured(sample: Sample, threshold: int) -> tuple[Counter[str], Kinds]:
    """Count what variants and other names come out as; the variants by alphabet and damage too."""
    totals: Counter[str] = Counter()
    by_kind: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for finding in screen(parties([row[0] for row in sample.variants]), sample.lists, threshold):
        found[finding.party_id][finding.entry.entry_id] = finding.value
    for number, (_, entry, alphabet, damage) in enumerate(sample.variants):
        value = found[str(number)].get(entry, "clear")
        totals[f"variant {value}"] += 1
        totals["variant, wrong hit"] += any(
            other != entry and v == "hit" for other, v in found[str(number)].items()
        )
        by_kind["alphabet", alphabet][value] += 1
        by_kind["damage", damage][value] += 1
    worst: dict[str, str] = {}
    for finding in screen(parties([row[0] for row in sample.others]), sample.lists, threshold):
        worst.setdefault(finding.party_id, finding.value)
    for number, (_, damage) in enumerate(sample.others):
        value = worst.get(str(number), "clear")
        totals[f"other {value}"] += 1
        by_kind["other", "initials" if damage == "initials" else "in full"][value] += 1
    return totals, by_kind


app = typer.Typer(add_completion=False)
Seed = Annotated[int, typer.Option(help="Another seed, other names.")]


@app.command()
def recall(
    seed: Seed = 1,
    listed: int = LISTED,
    word: Annotated[int, typer.Option(help="The least likeness of a word.")] = matching.WORD,
) -> None:
    """Print how much is found and how much is to be reviewed for nothing, by threshold."""
    matching.WORD = word
    sample = draw(seed, listed)
    typer.echo("| threshold | found | as a hit | wrong hits | false reviews |")
    typer.echo("|---|---|---|---|---|")
    for threshold in THRESHOLDS:
        totals, _ = measured(sample, threshold)
        many, others = len(sample.variants), len(sample.others)
        found = totals["variant hit"] + totals["variant near"]
        wrong = totals["variant, wrong hit"] + totals["other hit"]
        typer.echo(
            f"| {threshold} | {found / many:.1%} | {totals['variant hit'] / many:.1%} | "
            f"{wrong} of {many + others:,} | {totals['other near'] / others:.1%} |"
        )


@app.command()
def kinds(threshold: int = DEFAULT_THRESHOLD, seed: Seed = 1, listed: int = LISTED) -> None:
    """Print what is found by alphabet and by damage, at one threshold."""
    _, by_kind = measured(draw(seed, listed), threshold)
    typer.echo("| | names | hit | near | clear |\n|---|---|---|---|---|")
    for (kind, value), counts in sorted(by_kind.items()):
        shares = " | ".join(f"{counts[v] / counts.total():.1%}" for v in ("hit", "near", "clear"))
        typer.echo(f"| {kind}: {value} | {counts.total()} | {shares} |")


Orders = Callable[[tuple[str, ...]], set[str]]
SCORERS: dict[str, tuple[Any, Orders]] = {
    "ratio, words in order of the alphabet": (fuzz.ratio, lambda words: {" ".join(sorted(words))}),
    "ratio, the better of that and as written": (fuzz.ratio, two_orders),
    "ratio, up to three words in every order": (fuzz.ratio, all_orders),
    "token_set_ratio": (fuzz.token_set_ratio, two_orders),
    "WRatio": (fuzz.WRatio, two_orders),
    "Jaro-Winkler, every order": (JaroWinkler.normalized_similarity, all_orders),
}
UNFAIR = ("initials", "fewer names")
"""What no scorer is meant for."""


@app.command()
def scorers(seed: Seed = 1, listed: int = 1_000) -> None:
    """Print what other scorers of rapidfuzz find of rough forms at the same false reviews."""
    sample = draw(seed, listed, listed * 4 // 5, listed * 4 // 5)
    variants = [row for row in sample.variants if row[3] not in UNFAIR]
    strangers = [name for name, damage in sample.others if damage not in UNFAIR]
    known = [entry.name for entry in sample.lists.entries]
    typer.echo("| scorer | found at 2 % of false reviews | at 5 % | seconds |\n|---|---|---|---|")
    for label, (scorer, orders) in SCORERS.items():
        start = time.perf_counter()
        scores = _best([row[0] for row in variants], known, scorer, orders)
        own = scores[np.arange(len(variants)), [int(row[1]) for row in variants]]
        others = _best(strangers, known, scorer, orders).max(axis=1)
        shares = [(own > np.quantile(others, 1 - false)).mean() for false in (0.02, 0.05)]
        found = " | ".join(f"{share:.1%}" for share in shares)
        typer.echo(f"| {label} | {found} | {time.perf_counter() - start:.1f} |")


def _best(
    names: Sequence[str], known: Sequence[str], scorer: Any, orders: Orders
) -> NDArray[np.float32]:
    """Give the best score of each name with each known one."""
    asked = [(at, t) for at, name in enumerate(names) for t in orders(forms_of(name)[0].rough)]
    choices = [
        (at, text) for at, name in enumerate(known)
        for text in sorted(two_orders(forms_of(name)[0].rough))
    ]  # fmt: skip
    scores = process.cdist([text for _, text in asked], [t for _, t in choices], scorer=scorer)
    starts = np.flatnonzero(np.diff([-1, *(at for at, _ in choices)]))
    best = np.zeros((len(names), len(known)), np.float32)
    np.maximum.at(best, [at for at, _ in asked], np.maximum.reduceat(scores, starts, axis=1))
    return best


@app.command()
def speed(
    seed: Seed = 1,
    asked: int = 10_500,
    listed: int = 20_000,
    threshold: int = DEFAULT_THRESHOLD,
) -> None:
    """Print how long screening takes, and the most memory that the process has held."""
    sample = draw(seed, listed, min(asked, listed), max(0, asked - listed))
    names = [row[0] for row in sample.variants] + [row[0] for row in sample.others]
    before = _peak()
    start = time.perf_counter()
    found = screen(parties(names), sample.lists, threshold)
    took = time.perf_counter() - start
    typer.echo(
        f"{len(names):,} names against {listed:,} entries: {took:.1f} s, {len(found):,} findings, "
        f"peak {_peak():.0f} MiB ({before:.0f} MiB before)."
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    app()
