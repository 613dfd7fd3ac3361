"""What every made-up round of these tests says at its head."""

from typing import Any


def header() -> dict[str, Any]:
    """Give the settings that a round has to have."""
    return {"id": "made-up", "currency": "AZN", "decision_date": "2026-03-01"}
