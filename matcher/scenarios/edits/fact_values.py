"""What a fact counts as where a scenario changes it by what stands there."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from matcher.domain.fields import read_date, read_number
from matcher.regulation.library import installed

READERS: Mapping[str, Callable[[str], Any]] = {
    "date": read_date,
    "number": read_number,
    "amount": read_number,
}
"""How facts of the types are read that can be more or less; no other can."""


def counted(fact: str, text: str) -> Any:
    """Give the value of a fact as a number or a date, or as the text that it is.

    The types count that installed rule packs declare; a fact of none of them is what it looks like.
    """
    declared = [pack.facts[fact].type for pack in installed().values() if fact in pack.facts]
    for kind in declared or READERS:
        try:
            return READERS[kind](text)
        except (KeyError, PydanticCustomError):
            continue  # it is no such value
    return text
