"""What applicants may say of themselves and of their proposals; the rest is for others to say."""

from collections.abc import Mapping
from typing import Any

from api.http.problems import FieldProblem, invalid
from api.schemas.rows import Sent
from api.store.tables import RoundRow
from matcher.explaining.applicants.asked import facts_asked
from matcher.regulation.library import installed
from matcher.regulation.pack import Fact, Subject
from matcher.writing.columns import known_columns

NOT_APPLICANTS = ("score", "tier", "status", "status_reason", "submitted")
"""The columns of a proposal that others fill in; criteria, which are scores, are too."""
CRITERIA = "criteria"
OF_ROUND = {
    "proposals": frozenset(known_columns("proposals")) - frozenset(NOT_APPLICANTS),
    "organisations": frozenset(known_columns("organisations")),
}
"""The columns that an applicant fills in, by table."""
SUBJECT: Mapping[str, Subject] = {"proposals": "proposal", "organisations": "organisation"}


def askable(table: str, round_: RoundRow | None) -> Mapping[str, Fact]:
    """Give the facts that an applicant may state: those that the packs of a round ask it for.

    Without a round, those of any pack that is installed.
    """
    packs = installed()
    named = packs if round_ is None else round_.settings.get("rule_packs", [])
    return facts_asked([packs[name] for name in named if name in packs], SUBJECT[table])


def check_own(table: str, sent: Sent, round_: RoundRow | None) -> None:
    """Refuse what is not an applicant's to say: every field is named."""
    given = {name for name in sent.model_fields_set if getattr(sent, name) is not None}
    problems = []
    for name in NOT_APPLICANTS:
        if name in given:
            problems.append(_not_yours(name, str(getattr(sent, name))))
    for name, value in (getattr(sent, CRITERIA, None) or {}).items():
        problems.append(_not_yours(f"{CRITERIA}.{name}", value))
    allowed = askable(table, round_)
    may = ", ".join(sorted(allowed)) or "none"
    for name, value in (getattr(sent, "facts", None) or {}).items():
        if name not in allowed:
            what = "is no fact that the applicant is asked for."
            remedy = f"Leave it out; you may state: {may}."
            problems.append(
                FieldProblem(field=f"facts.{name}", value=value[:80], what=what, remedy=remedy)
            )
    if problems:
        raise invalid(problems)


def own_cells(table: str, cells: Mapping[str, Any], round_: RoundRow | None) -> dict[str, Any]:
    """Give those cells of a row that are the applicant's to say."""
    own = OF_ROUND[table] | set(askable(table, round_))
    return {name: value for name, value in cells.items() if name in own}


def _not_yours(field: str, value: str) -> FieldProblem:
    what, remedy = "is not for the applicant to say.", "Leave it out."
    return FieldProblem(field=field, value=value[:80], what=what, remedy=remedy)
