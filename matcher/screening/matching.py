"""Which names are those on a list: the same normal form, words that agree, or a like one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matcher.screening.entries import Lists, Spelling
from matcher.screening.names import Form, all_orders, could_be_one, forms_of, two_orders

Manner = Literal["same name", "other legal form", "words agree", "like"]
ROWS, MOST = 256, 50
"""How many names are compared at a time, and how many like ones are kept of each."""

WORD = 65
"""The least likeness of a word, 0 to 100; measured in docs/reference/screening.md."""

_PERSON = "person"
_INITIAL = 2
"""Words of at most so many letters may be an initial: Ch. and Yu. have two."""

Words = tuple[str, ...]
Named = TypeVar("Named")


@dataclass(frozen=True)
class Match:
    """A name (by its place among those asked for) and one on a list that it may be.

    `asked_form` and `known_form` are what was compared, and `score` how like they are, 0 to 100.
    """

    asked: int
    spelling: Spelling
    manner: Manner
    asked_form: str
    known_form: str
    score: int

    @property
    def exact(self) -> bool:
        """Say whether nothing is left to doubt but whether a namesake is meant."""
        return self.manner == "same name"


def match_names(names: Sequence[str], lists: Lists, threshold: int) -> list[Match]:
    """Give every match of every name, the best for each name and entry, in order of both.

    `threshold` is the score, 0 to 100, from which two forms are like.
    """
    asked = [(place, form) for place, name in enumerate(names) for form in forms_of(name)]
    best: dict[tuple[int, int], Match] = {}
    for match in (*_same(asked, lists), *_like(asked, lists, threshold), *_agreeing(asked, lists)):
        key = (match.asked, match.spelling.entry)
        known = best.get(key)
        if known is None or (match.exact, match.score) > (known.exact, known.score):
            best[key] = match
    return [best[key] for key in sorted(best)]


def _same(asked: Iterable[tuple[int, Form]], lists: Lists) -> Iterator[Match]:
    for place, form in asked:
        for spelling in lists.same_as(form):
            same = could_be_one(form, spelling.form)
            manner: Manner = "same name" if same else "other legal form"
            yield Match(place, spelling, manner, form.text, form.text, 100)


def _agreeing(asked: Iterable[tuple[int, Form]], lists: Lists) -> Iterator[Match]:
    """Find persons named with fewer words or with initials: V. Əliyev, Əliyev Vüqar Rəhim oğlu."""
    known: defaultdict[tuple[str, str], list[Spelling]] = defaultdict(list)
    for spelling in lists.spellings:
        if spelling.form.chief and lists.entries[spelling.entry].kind == _PERSON:
            for key in _keys(spelling.form.rough):
                known[key].append(spelling)
    for place, form in asked if known else ():
        if form.chief:
            keys = _keys(form.rough)
            for spelling in {id(s): s for key in keys for s in known.get(key, ())}.values():
                if _agree(form.rough, spelling.form.rough):
                    forms = (" ".join(sorted(form.rough)), " ".join(sorted(spelling.form.rough)))
                    yield Match(place, spelling, "words agree", *forms, int(fuzz.ratio(*forms)))


def _keys(words: Words) -> set[tuple[str, str]]:
    """Give each whole word with the first letter of each other word."""
    return {
        (word, other[0])
        for place, word in enumerate(words)
        if len(word) > _INITIAL
        for at, other in enumerate(words)
        if at != place
    }


def _agree(first: Words, second: Words) -> bool:
    """Say whether each word of the shorter name is one of the longer's, or its initial."""
    shorter, longer = sorted((first, second), key=len)
    rest, left = list(longer), []
    for word in shorter:
        if len(word) > _INITIAL and word in rest:
            rest.remove(word)
        else:
            left.append(word)
    for word in left:
        other = next((other for other in rest if _is_initial(word, other)), None)
        if other is None:
            return False
        rest.remove(other)
    return len(left) < len(shorter)


def _is_initial(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    return len(shorter) <= _INITIAL and longer.startswith(shorter)


def _like(asked: Iterable[tuple[int, Form]], lists: Lists, threshold: int) -> Iterator[Match]:
    """Find like forms, whatever the order of their words, in which no word is quite unlike."""
    queries = _by_text(((place, form.rough) for place, form in asked if form.chief), all_orders)
    known = ((s, s.form.rough) for s in lists.spellings if s.form.chief)
    choices = _by_text(known, two_orders)
    by_length = sorted(queries, key=len), sorted(choices, key=len)
    for query, choice, score in _alike(*by_length, threshold):
        if _every_word_is_like(query, choice):
            for place in queries[query]:
                for spelling in choices[choice]:
                    yield Match(place, spelling, "like", query, choice, score)


def _every_word_is_like(first: str, second: str) -> bool:
    """Say whether each word of the shorter name has a like one, however like the rest may be.

    Else names that share their common words, as those of associations do, would all be like.
    """
    shorter, longer = sorted((first.split(), second.split()), key=len)
    return all(
        process.extractOne(word, longer, scorer=fuzz.ratio, score_cutoff=WORD) for word in shorter
    )


def _by_text(
    named: Iterable[tuple[Named, Words]], orders: Callable[[Words], set[str]]
) -> dict[str, list[Named]]:
    found: defaultdict[str, list[Named]] = defaultdict(list)
    for who, words in named:
        for text in sorted(orders(words)):
            found[text].append(who)
    return found


def _alike(
    queries: Sequence[str], choices: Sequence[str], threshold: int
) -> Iterator[tuple[str, str, int]]:
    """Give the pairs of texts that are like, by blocks; both are given in order of their length.

    The likeness is twice the longest common subsequence by the sum of the lengths. So a text that
    is too short or too long for the threshold needs no comparing.
    """
    lengths = np.array([len(choice) for choice in choices])
    reach = threshold / (200 - threshold)
    for start in range(0, len(queries), ROWS):
        block = queries[start : start + ROWS]
        low = int(np.searchsorted(lengths, len(block[0]) * reach - 1e-9))
        high = int(np.searchsorted(lengths, len(block[-1]) / reach + 1e-9, side="right"))
        scores: NDArray[np.uint8] = process.cdist(
            block,
            choices[low:high],
            scorer=fuzz.ratio,
            score_cutoff=threshold,
            dtype=np.uint8,
            workers=-1,
        )
        for row, place in zip(*_kept(scores), strict=True):
            yield block[row], choices[low + place], int(scores[row, place])


def _kept(scores: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the places of the scores above 0, of each row at most the `MOST` highest."""
    crowded = np.flatnonzero(np.count_nonzero(scores, axis=1) > MOST)
    for row in crowded:
        scores[row, np.argsort(scores[row], kind="stable")[:-MOST]] = 0
    rows, places = np.nonzero(scores)
    return rows, places
