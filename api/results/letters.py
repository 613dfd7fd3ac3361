"""What each applicant is told of its proposal: written with a run, kept with its files."""

from pathlib import Path

from matcher.domain import Round
from matcher.explaining.applicants.every import letters_to_all
from matcher.warm_start import earlier_result
from matcher.writing.result_folder import read_table

LETTERS = "letters.json"
"""The file of a run that has them: the text by proposal."""


def letters_of(round_: Round, folder: Path) -> dict[str, str]:
    """Write the letter to each proposal of a result folder with awards; solves nothing.

    Raises InvalidRound where the folder cannot be read, or a rule pack is not here.
    """
    awards = earlier_result(round_, folder).awards
    return letters_to_all(round_, awards, read_table(folder / "decisions.csv").rows)
