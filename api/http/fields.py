"""What the framework found wrong with a field, in plain words, and how to mend it."""

from collections.abc import Mapping
from typing import Any

DECIMAL = r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$"
CURRENCY = "^[A-Z]{3}$"
IDENTIFIER = r"^[^/\x00-\x1f]+$"
EMAIL = r"^[^@\s]+@[^@\s]+$"
PATTERNS: Mapping[str, tuple[str, str]] = {
    DECIMAL: (
        "is no decimal.",
        'Write digits, a point for decimals and nothing between thousands, as in "15000.00".',
    ),
    CURRENCY: ("is no code of a currency.", "Write three capital letters, as in AZN."),
    IDENTIFIER: ("cannot stand in an address.", "Leave out slashes and control characters."),
    EMAIL: ("is no email address.", "Write one such as leyla@example.org."),
}
WORDS: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": ("is not a field that may be sent here.", "Leave it out."),
    "json_invalid": ("is not JSON.", "Correct it; a comma too many or too few is usual."),
    "timezone_aware": ("has no offset from UTC.", "Write it as in 2027-01-01T00:00:00Z."),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        ("is no day.", "Write it as in 2026-03-01."),
    ),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
        ("is no time.", "Write it as in 2026-03-01T09:30:00Z."),
    ),
    **dict.fromkeys(
        ("dict_type", "model_attributes_type", "model_type"),
        ("is no JSON object.", 'Write one, in braces, as in {"name": "…"}.'),
    ),
}
"""By the framework's types of errors."""


def words_of(error: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Say what is wrong and how to mend it, from an error of the framework."""
    kind, value = str(error["type"]), error.get("input")
    told = WORDS.get(kind) or PATTERNS.get(str(error.get("ctx", {}).get("pattern")))
    if told is not None:
        return told
    if kind == "missing":
        empty = "Send JSON; {} where there is nothing to say."
        return "is missing.", empty if name == "body" else f"Give {name}."
    if kind == "list_type":
        return "is no list.", f'Write one, in brackets, as in ["{_short(value) or "…"}"].'
    if kind == "string_type" and _short(value) and not isinstance(value, bool):
        return "is no text.", f'Write it in quotes: "{_short(value)}".'
    message = str(error["msg"]).removeprefix("Value error, ")
    what = message[:1].lower() + message[1:].removesuffix(".") + "."
    return what, str(error.get("ctx", {}).get("remedy", "")) or f"Correct {name}."


def _short(value: Any) -> str:
    return str(value)[:80] if isinstance(value, str | int | float) else ""
