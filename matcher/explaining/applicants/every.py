"""The letters to all applicants of a result, from its tables alone: nothing is solved."""

from collections.abc import Iterable, Mapping

from matcher.domain import Round
from matcher.explaining.applicants.applicants import Letters
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Awards, judged_of


def letters_to_all(
    round_: Round,
    awards: Awards,
    decisions: Iterable[Mapping[str, str]],
    language: str = "en",
) -> dict[str, str]:
    """Give the letter of each proposal, from the awards and the rows of decisions.csv.

    What would change a decision is not told, for that takes solving: see explain_every.
    Raises InvalidRound (a rule pack that is not here).
    """
    judged = judged_of(round_, awards)
    letters = Letters(judged, Held.of(judged.problem, judged.eligibility), language)
    return {row["proposal_id"]: " ".join(letters.of(row, None)) for row in decisions}
