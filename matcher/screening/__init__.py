"""Screen the parties of a round against lists and registers given as files.

`screen_round` is what the command line calls; `rows_for` and `screen` are for programs.
docs/reference/screening.md says what the lists look like and how names are compared.
"""

from matcher.screening.entries import Entry, Lists
from matcher.screening.fact_rows import Screening, rows_for, screen_round
from matcher.screening.findings import DEFAULT_THRESHOLD, Finding, screen
from matcher.screening.list_files import InvalidList, read_lists
from matcher.screening.parties import Party, parties_of

__all__ = [
    "DEFAULT_THRESHOLD",
    "Entry",
    "Finding",
    "InvalidList",
    "Lists",
    "Party",
    "Screening",
    "parties_of",
    "read_lists",
    "rows_for",
    "screen",
    "screen_round",
]
