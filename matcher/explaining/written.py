"""`explanations.csv` and `explanations.json`: every proposal's reasons, for both of their readers.

They lie in the result folder beside the decisions that they explain, and go when it is replaced.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from matcher.explaining.applicants.applicants import Letters
from matcher.explaining.document import document_of
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Base
from matcher.explaining.why import Explanation
from matcher.explaining.words import Sentences
from matcher.pipeline.matching import tables_for
from matcher.writing.atomic import replaced_file
from matcher.writing.result_folder import EXPLANATIONS

COLUMNS = ("proposal_id", "org_id", "decision", "reason", "coordinator", "applicant")


def explanation_rows(
    base: Base, explanations: Sequence[Explanation], language: str = "en"
) -> Iterator[tuple[dict[str, str], Explanation]]:
    """Give a row of explanations.csv for each explanation, with what it was made of."""
    decisions = decisions_of(base)
    sentences = Sentences(base, language)
    letters = Letters(base, Held.of(base.problem, base.eligibility), language)
    for explanation in explanations:
        decision = decisions[explanation.proposal_id]
        row = {name: decision[name] for name in COLUMNS[:4]}
        row["coordinator"] = " ".join([decision["reason"], *sentences.of(explanation)])
        row["applicant"] = " ".join(letters.of(decision, explanation))
        yield row, explanation


def decisions_of(base: Base) -> Mapping[str, Mapping[str, str]]:
    """Give the rows of decisions.csv of the plan that is explained, by proposal."""
    frame = tables_for(base.round, base.awards)["decisions"]
    rows = (dict(zip(frame.columns, cells, strict=True)) for cells in frame.to_numpy().tolist())
    return {row["proposal_id"]: row for row in rows}


def documents_of(
    base: Base, rows: Sequence[tuple[dict[str, str], Explanation]]
) -> list[dict[str, Any]]:
    """Give explanations with their words as plain values."""
    return [{**document_of(base.round, found), **row} for row, found in rows]


def write_explanations(
    base: Base, rows: Sequence[tuple[dict[str, str], Explanation]], folder: Path
) -> None:
    """Write both files into a result folder, each whole or not at all.

    Raises UnusableFolder where the folder cannot be written to.
    """
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row, _ in rows)
    plain = json.dumps(documents_of(base, rows), ensure_ascii=False, indent=2, allow_nan=False)
    for name, content in zip(EXPLANATIONS, (text.getvalue(), f"{plain}\n"), strict=True):
        with replaced_file(folder / name) as path:
            path.write_text(content, encoding="utf-8", newline="\n")
