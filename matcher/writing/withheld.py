"""Words and phrases left out of texts, of which there may be thousands."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

Secret = tuple[str, bool, str]
"""Words that no text may hold, whether their case matters, and what stands instead."""


class Withheld:
    """Leaves secrets out of texts wherever they stand as whole words, the longest one first.

    However many there are, only those are looked for whose rarest word is in the text.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._ordered = sorted(set(secrets), key=lambda secret: (-len(secret[0]), secret))
        known = [_words_of(words) for words, _, _ in self._ordered]
        often = Counter(word for words in known for word in words)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(known):
            rarest = min(words, key=lambda word: (often[word], word), default="")
            self._by_word[rarest].append(place)

    def left_out_of(self, text: str) -> str:
        """Give a text with what stands instead in the place of each secret."""
        words = {"", *_words_of(text)}
        places = sorted(place for word in words for place in self._by_word.get(word, ()))
        if not places:
            return text
        search, instead = _search_for(tuple(self._ordered[place] for place in places))
        return search.sub(lambda found: instead[(found.lastindex or 1) - 1], text)


def _words_of(text: str) -> frozenset[str]:
    """Give the words of a text so that those alike but for their case are the same.

    Searching without regard to case takes every i for the same, with and without its dot.
    """
    return frozenset(
        word.replace("\u0130", "i").replace("\u0131", "i").casefold()
        for word in _WORD.findall(text)
    )


_WORD = re.compile(r"[\w-]+")


@lru_cache(maxsize=1024)
def _search_for(ordered: tuple[Secret, ...]) -> tuple[re.Pattern[str], list[str]]:
    """Build a search for whole words in their order, and what stands for each of its groups."""
    parts = [f"({'' if cased else '(?i:'}{re.escape(words)}{'' if cased else ')'})"
             for words, cased, _ in ordered]  # fmt: skip
    pattern = rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])"
    return re.compile(pattern), [instead for _, _, instead in ordered]
