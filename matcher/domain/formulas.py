"""Texts that a spreadsheet takes for formulas where it opens them as CSV (OWASP, CSV injection).

Files of rounds and results hold texts to the letter, for programs to read: whoever writes such a
text is told of it instead.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

COLUMNS: Mapping[str, Collection[str]] = {
    "donors": ("donor_id", "name"),
    "pools": ("pool_id", "name", "condition"),
    "organisations": ("org_id", "name"),
    "proposals": ("proposal_id", "title", "status_reason"),
    "pairs": ("reason",),
    "targets": ("id",),
}
"""The columns whose texts results, comparisons and rounds handed on have in cells; ids are looked
at where they are given, not where they are referred to."""

WHAT = "begins as a formula does: a spreadsheet that opens the CSV files would work it out."
REMEDY = "Leave out the sign in front, or begin with a word."

_FORMULA = re.compile(r"\s*([=@＝＠]|[+\-＋－](?![\d\s().,/+\-–%]*$))")
"""Signs in front of figures alone are numbers and telephone numbers. What is blank in front of a
text does not keep every spreadsheet from taking it for a formula."""


def is_formula(text: str) -> bool:
    """Say whether a text begins as a formula does, and is no number and no telephone number."""
    return _FORMULA.match(text) is not None


def formulas_of(table: str, cell_of: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the column and the text of each cell of a row that a spreadsheet would work out."""
    for column in COLUMNS.get(table, ()):
        text = cell_of.get(column)
        if isinstance(text, str) and is_formula(text):
            yield column, text
