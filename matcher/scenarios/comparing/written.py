"""A folder with a comparison: tables as CSV, everything as JSON, and a page to read and print."""

import json
from pathlib import Path
from typing import Any

from matcher.scenarios.causes.causes import Causes
from matcher.scenarios.causes.tables import causes_table, changes_table, parts_table
from matcher.scenarios.comparing.comparison import TABLES, Comparison
from matcher.scenarios.comparing.document import csv_text, document, records
from matcher.scenarios.comparing.page import render_page
from matcher.writing import atomic

RECORD, PAGE = "comparison.json", "comparison.html"
OF_CAUSES = ("changes", "causes", "parts")
FILES = (RECORD, PAGE, *(f"{name}.csv" for name in (*TABLES, *OF_CAUSES)))


def full_document(comparison: Comparison, causes: Causes | None = None) -> dict[str, Any]:
    """Give a comparison, and its causes, as plain values."""
    found = document(comparison)
    if causes is None:
        return found
    return found | {
        "causes": {
            "exact": causes.exact,
            "solved": causes.solved,
            "unproven": causes.unproven,
            "without_plan": causes.without_plan,
            "unsettled": list(causes.unsettled),
            "changes": records(changes_table(causes)),
            "found": records(causes_table(causes)),
            "parts": records(parts_table(causes)),
        }
    }


def check_usable(out: Path) -> None:
    """Raise UnusableFolder unless a comparison may be written to `out`: absent, empty, or one."""
    atomic.check_usable(out, RECORD)


def write_comparison(comparison: Comparison, out: Path, causes: Causes | None = None) -> None:
    """Write a comparison's folder, in place of an older one, whole or not at all.

    Raises UnusableFolder where something other than a comparison lies at `out`.
    """
    tables = {name: comparison.table(name) for name in TABLES}
    if causes is not None:
        tables |= {
            "changes": changes_table(causes),
            "causes": causes_table(causes),
            "parts": parts_table(causes),
        }
    with atomic.replaced_folder(out, RECORD, FILES) as folder:
        for name, frame in tables.items():
            (folder / f"{name}.csv").write_bytes(csv_text(frame))
        page = render_page(comparison, causes)
        (folder / PAGE).write_text(page, encoding="utf-8", newline="\n")
        text = json.dumps(full_document(comparison, causes), ensure_ascii=False, indent=2)
        (folder / RECORD).write_text(f"{text}\n", encoding="utf-8", newline="\n")
