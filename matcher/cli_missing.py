"""`matcher eligibility --missing`: what missing facts are worth, as a table or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher import money
from matcher.domain import Round
from matcher.explaining.missing.missing_facts import FactValue
from matcher.writing import phrases, words


def print_missing(round_: Round, values: Sequence[FactValue], console: Console) -> None:
    """Print missing facts, the most valuable first: what to ask, whom, and what it would unlock."""
    if not values:
        console.print("No fact that could be asked for stands in the way of any pair.")
        return
    shown = Table("", "fact", "if it is", "opens", "merit", "money", "ask", box=SIMPLE_HEAD)
    for number, value in enumerate(values, start=1):
        answer = " or ".join(dict.fromkeys((value.value, *value.alike)).keys()) or "–"
        shown.add_row(
            str(number),
            f"{value.fact.name} of {value.fact.id}",
            answer,
            f"{value.pairs_opened} of {value.pairs_held}",
            Text(_merit(round_, value)),
            Text(_money(round_, value)),
            Text(_ask(value)),
        )
    console.print(shown)
    merit = words.MERIT[round_.policy.value]
    note = (
        f"Merit: {merit} gained if this answer alone became known; opens: pairs that it makes "
        "fundable, of those that wait for it. Each gain was found by solving the round again; the "
        "order is that of the round's objective: soft targets by priority, then merit by tier."
    )
    console.print(Text(note, "dim"))


def _merit(round_: Round, value: FactValue) -> str:
    if value.merit is None:
        return "not tried"
    places = 0 if round_.policy.value == "per_amount" else 2
    text = phrases.decimal_text(value.merit, places)
    if not value.exact and value.low is not None and value.high is not None:
        text += (
            f" ({phrases.decimal_text(value.low, places)} to "
            f"{phrases.decimal_text(value.high, places)})"
        )
    less = [
        f"targets of priority {key}: {abs(float(gain)):.3f} {'nearer' if gain < 0 else 'farther'}"
        for key, gain in value.shortfalls
        if gain
    ]
    return "\n".join([text, *less])


def _money(round_: Round, value: FactValue) -> str:
    if value.money is None:
        return ""
    amount = Decimal(money.shown(abs(value.money), round_.currency))
    sign = "-" if value.money < 0 else ""
    return f"{sign}{phrases.grouped(amount, 2)} {round_.currency}"


def _ask(value: FactValue) -> str:
    if value.beside:
        others = ", ".join(f"{fact.name} of {fact.id}" for fact in value.beside)
        return f"{value.ask} Not enough alone: together with {others}."
    return value.ask


def missing_document(round_: Round, value: FactValue) -> dict[str, Any]:
    """Give the value of a missing fact as plain values; money and merit as text."""
    gained = (value.merit, value.low, value.high)
    merit, low, high = (None if number is None else float(number) for number in gained)
    return {
        **asdict(value.fact),
        "meaning": value.meaning,
        "ask": value.ask,
        "value": value.value,
        "alike": list(value.alike),
        "pairs_held": value.pairs_held,
        "pairs_opened": value.pairs_opened,
        "merit": merit,
        "merit_low": low,
        "merit_high": high,
        "shortfalls": [
            {"priority": key, "change": float(change)} for key, change in value.shortfalls
        ],
        "money": None
        if value.money is None
        else {"units": value.money, "currency": round_.currency},
        "exact": value.exact,
        "beside": [asdict(fact) for fact in value.beside],
    }
