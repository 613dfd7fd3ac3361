"""Settings of a round, checked where they are changed, beside all that is in the round."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.http.problems import FieldProblem, invalid
from api.rounds.assembling import NAME, whole_document, whole_problems
from api.rounds.nouns import TARGETS
from api.store.tables import RoundRow

ABSENT = ("has no rows.", "has no key")
"""How problems begin that say what a round lacks yet."""


def check_settings(round_id: str, settings: Mapping[str, Any]) -> None:
    """Refuse the settings of a round to begin, all that is wrong with them told."""
    _refuse(_own(_errors({"round": {"id": round_id, **settings}})))


def check_new_settings(session: Session, round_: RoundRow, settings: Mapping[str, Any]) -> None:
    """Refuse settings that are wrong, or with which rows of the round no longer can be.

    What is wrong with rows whatever the settings is not told: that keeps no setting from changing.
    """
    before = whole_document(session, round_)
    targets = before["round"][TARGETS]
    errors = _errors(before | {"round": {"id": round_.id, **settings, TARGETS: targets}})
    found = _own(errors)
    if len(found) < len(errors):
        known = _errors(before)
        # Of a round whose settings were wrong already, rows have faults that show only now.
        if not _own(known):
            faulty = {error.field for error in known}
            found += [e for e in errors if not _is_of_settings(e) and e.field not in faulty]
    _refuse(found)


def _errors(document: Mapping[str, Any]) -> list[FieldProblem]:
    found = whole_problems(document)
    return [e for e in found if e.severity == "error" and not e.what.startswith(ABSENT)]


def _is_of_settings(error: FieldProblem) -> bool:
    return error.file == NAME and not (error.column or "").startswith(TARGETS)


def _own(errors: list[FieldProblem]) -> list[FieldProblem]:
    """Give the errors of the settings themselves, fields as they are sent."""
    return [
        error.model_copy(update={"field": error.column or NAME, "file": None, "row": None})
        for error in errors
        if _is_of_settings(error)
    ]


def _refuse(errors: list[FieldProblem]) -> None:
    if errors:
        raise invalid(errors)
