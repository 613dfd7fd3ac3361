"""Codes that look alike: written with other capitals, letters of another alphabet, unseen signs."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from immutabledict import immutabledict

ALIKE = str.maketrans("авсеһіјкмнорԛѕтухүԁɡ", "abcehijkmhopqstyxydg")
"""Letters of the Cyrillic script, in small, and the Latin ones that look the same."""
NAMELESS: Mapping[str, str] = immutabledict()


def likeness(text: str) -> str:
    """Give what texts that look alike have in common."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = (sign for sign in plain if unicodedata.category(sign) != "Cf" and not sign.isspace())
    return "".join(seen).translate(ALIKE)


def hint_of(value: str, known: Iterable[str], names: Mapping[str, str] = NAMELESS) -> str:
    """Ask whether the code was meant that a value looks like, or is the name of; "" for none."""
    near = meant(value, known, names)
    if not near:
        return ""
    same = likeness(near) == likeness(value) and near.casefold() != value.casefold()
    seen = "It looks the same and is written in other letters. " if same else ""
    return f"Did you mean {near}? {seen}"


def meant(value: str, known: Iterable[str], names: Mapping[str, str] = NAMELESS) -> str:
    """Give the code that looks like a value, or whose name the value is; nothing for none or many.

    `names` are those of codes.
    """
    like = likeness(value)
    found: Collection[str] = {code for code in known if likeness(code) == like}
    if not found:
        found = {code for code, name in names.items() if likeness(name) == like}
    return next(iter(found)) if len(found) == 1 else ""
