"""Codes that look alike: written with other capitals, letters of another alphabet, unseen signs."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, lru_cache

from immutabledict import immutabledict

ALIKE = str.maketrans("авсеһіјкмнорԛѕтухүԁɡ", "abcehijkmhopqstyxydg")
"""Letters of the Cyrillic script, in small, and the Latin ones that look the same."""
NAMELESS: Mapping[str, str] = immutabledict()


KEPT = 2**14
"""So many texts are not looked at anew: all codes of regions and sectors, and their names."""


@lru_cache(KEPT)
def likeness(text: str) -> str:
    """Give what texts that look alike have in common."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = (sign for sign in plain if unicodedata.category(sign) != "Cf" and not sign.isspace())
    return "".join(seen).translate(ALIKE)


class Lookalikes:
    """Codes that are known, to find the one that a value looks like; `names` are those of codes.

    What they look like is worked out once: where a table was filled in by another list, each of
    its thousands of rows holds a value that is not known.
    """

    def __init__(self, known: Iterable[str] = (), names: Mapping[str, str] = NAMELESS) -> None:
        self._known, self._names = known, names

    @cached_property
    def _by_code(self) -> Mapping[str, Collection[str]]:
        return _grouped((code, code) for code in self._known)

    @cached_property
    def _by_name(self) -> Mapping[str, Collection[str]]:
        return _grouped(self._names.items())

    def meant(self, value: str) -> str:
        """Give the code that looks like a value, or whose name it is; "" for none or many."""
        like = likeness(value)
        found = self._by_code.get(like) or self._by_name.get(like, ())
        return next(iter(found)) if len(found) == 1 else ""

    def hint_of(self, value: str) -> str:
        """Ask whether the code was meant that a value looks like, or is the name of."""
        near = self.meant(value)
        if not near:
            return ""
        same = likeness(near) == likeness(value) and near.casefold() != value.casefold()
        seen = "It looks the same and is written in other letters. " if same else ""
        return f"Did you mean {near}? {seen}"


def _grouped(texts: Iterable[tuple[str, str]]) -> Mapping[str, Collection[str]]:
    """Give codes by what they, or their names, look like."""
    found: dict[str, set[str]] = {}
    for code, text in texts:
        found.setdefault(likeness(text), set()).add(code)
    return found
