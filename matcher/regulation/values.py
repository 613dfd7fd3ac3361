"""Values of facts: read from text by the type that the fact declares, exact and comparable."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic_core import PydanticCustomError

from matcher.domain.fields import items, read_date, read_number, read_truth
from matcher.regulation.columns import whole
from matcher.regulation.conditions import NONE
from matcher.regulation.pack import Fact


class BadValue(Exception):
    """A text that is no value of its fact: what is wrong, and how to mend it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def value_of(fact: Fact, text: str) -> Any:
    """Read a stated text: bool, str, Fraction, date or a tuple of codes; `none` is itself.

    Raises BadValue.
    """
    strange = [word for word in items(text) if word not in (*fact.values, NONE)]
    if fact.values and strange:
        named = "" if strange[0] == text else f"{strange[0]} "
        what = f"{named}is none of its values."
        raise BadValue(what, f"Write {_spoken(fact.values)}, or none.")
    if fact.type in ("number", "amount") and text.endswith("%"):
        remedy = f"Write it without the sign, in the unit that the fact has: {fact.meaning.strip()}"
        raise BadValue("is written with a percent sign.", remedy)
    value = typed_text(fact.type, text, fact.values)
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        _check_range(fact, value)
    return value


def _check_range(fact: Fact, value: int | Fraction) -> None:
    for end, word, passed in (
        (fact.least, "less", fact.least is not None and value < fact.least),
        (fact.most, "more", fact.most is not None and value > fact.most),
    ):
        if passed:
            remedy = f"Write it in the unit that the fact has: {fact.meaning.strip()}"
            raise BadValue(f"is {word} than {end}, and cannot be.", remedy)


def typed_text(kind: str, text: str, values: Sequence[str] = ()) -> Any:
    """Read a text as a value of a type; raises BadValue."""
    if text == NONE and not (kind == "choices" and NONE in values):
        return () if kind == "choices" else NONE
    if kind == "choices":
        return items(text)
    if kind in ("choice", "text"):
        return text
    try:
        return _READERS[kind](text)
    except PydanticCustomError as refusal:
        context = refusal.context or {}
        raise BadValue(context["what"], context["remedy"]) from None


def _spoken(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


_READERS: Mapping[str, Callable[[str], Any]] = {
    "truth": read_truth,
    "date": read_date,
    "number": lambda text: whole(Fraction(read_number(text))),
    "amount": lambda text: whole(Fraction(read_number(text))),
}


def shown(value: Any) -> str:
    """Give a value as a person would write it, a fraction to what decides it beside a limit."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(value) or NONE
    if isinstance(value, Fraction) and value.denominator != 1:
        whole_, _, decimals = f"{Decimal(value.numerator) / value.denominator:.8f}".partition(".")
        return f"{whole_}.{decimals.rstrip('0').ljust(2, '0')}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
