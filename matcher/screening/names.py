"""The normal forms of a name: what two spellings of it have in common."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from matcher.screening.legal_forms import without_forms, words_of
from matcher.screening.letters import TYPED, readings_of, spelled

FEW = 3
"""Up to so many words are compared in every order."""

_ROUGH = str.maketrans({"e": "a", "k": "g"})
_ROUGH_H = re.compile("(?<![cs])h")


@dataclass(frozen=True)
class Form:
    """A name in plain Latin letters, without its legal form: its words as they were written.

    `families` are those of the legal forms that were left out. `chief` is the form by the first
    of the readings, `typed` the one without marks; `bare` says that the name has none itself.
    """

    words: tuple[str, ...]
    families: frozenset[str]
    chief: bool
    typed: bool
    bare: bool

    @cached_property
    def text(self) -> str:
        """Give the words in the order of the alphabet: equal for names that are the same."""
        return " ".join(sorted(self.words))

    @cached_property
    def rough(self) -> tuple[str, ...]:
        """Give the words with a for e and g for k and h, which every convention writes otherwise.

        Likeness is judged by these. Such words being equal makes no two names the same.
        """
        return tuple(_ROUGH_H.sub("g", word.translate(_ROUGH)) for word in self.words)


def forms_of(name: str) -> tuple[Form, ...]:
    """Give the normal forms of a name, one for each way to read it; none without a letter."""
    words, families = without_forms(words_of(name))
    found: dict[tuple[str, ...], Form] = {}
    joined = " ".join(words)
    for reading in readings_of(joined):
        spelling = tuple(word for part in words if (word := spelled(part, reading)))
        if spelling:
            kind = (not found, reading is TYPED, joined.isascii())
            found.setdefault(spelling, Form(spelling, families, *kind))
    return tuple(found.values())


def meet(first: Form, second: Form) -> bool:
    """Say whether two forms make their names the same.

    A form without the marks of its name counts beside a name that has none: Sahin is Şahin, but
    where somebody has written Səs, it is not Şəş.
    """
    allowed = (second.bare or not first.typed) and (first.bare or not second.typed)
    return allowed and first.text == second.text


def could_be_one(first: Form, second: Form) -> bool:
    """Say whether legal forms allow two names to be one body's: unless each has one of its own."""
    return not first.families or not second.families or bool(first.families & second.families)


def two_orders(words: tuple[str, ...]) -> set[str]:
    """Give words as they were written and in the order of the alphabet."""
    return {" ".join(words), " ".join(sorted(words))}


def all_orders(words: tuple[str, ...]) -> set[str]:
    """Give up to three words in every order; of more `two_orders`."""
    if len(words) > FEW:
        return two_orders(words)
    return {" ".join(order) for order in permutations(words)}
