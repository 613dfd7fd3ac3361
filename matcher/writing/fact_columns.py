"""The columns of facts in the template: what each asks, whom, and which answers it takes."""

from collections.abc import Mapping
from typing import Any

from matcher.regulation.columns import SUBJECTS
from matcher.regulation.pack import Fact
from matcher.writing.columns import ColumnType

TYPES: Mapping[str, ColumnType] = {
    "truth": "text", "choice": "text", "choices": "list", "number": "number", "amount": "amount",
    "date": "date", "text": "text",
}  # fmt: skip
"""The types of facts as types of columns; a truth is a word, since `none` is an answer too."""
LONGEST = 255
"""Characters that Excel lets a drop-down of its own words have."""


def facts_for(table: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Give the facts that have a column in a table, by name."""
    subject = next((s for s, (name, _) in SUBJECTS.items() if name == table), None)
    return {name: fact for name, fact in sorted(facts.items()) if subject in fact.of}


def words_of(fact: Fact) -> tuple[str, ...]:
    """Give the answers that a fact takes, where they can be listed."""
    if fact.type == "truth":
        return ("true", "false")
    return (*fact.values, "none") if fact.values else ()


def note_of(fact: Fact) -> str:
    """Say what a fact means and who is asked."""
    words = f" One of: {', '.join(words_of(fact))}." if fact.type in ("choice", "choices") else ""
    example = words_of(fact)[0] if words_of(fact) else "2026-03-01" if fact.type == "date" else "1"
    return f"{fact.meaning}{words} Asked of: {fact.ask} Example: {example}"


def check_of(fact: Fact) -> dict[str, Any]:
    """Give the drop-down of a fact, none where its answers cannot be listed in a cell."""
    words = words_of(fact)
    if fact.type == "choices" or not words or len(",".join(words)) > LONGEST:
        return {}
    return {
        "validate": "list",
        "source": list(words),
        "error_title": "Not in the list",
        "error_message": f"Write one of: {', '.join(words)}."[:LONGEST],
        "error_type": "stop",
    }
