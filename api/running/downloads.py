"""Files of runs as they are downloaded: of a kind that is told, and nothing in them comes alive."""

import csv
from collections.abc import Mapping
from io import StringIO

from api.results.tables import LIVE
from matcher.writing.result_folder import COLUMN_KINDS

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}


def media_type_of(name: str) -> str:
    """Give the media type of a file by its name."""
    return MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def downloaded(name: str, content: bytes) -> bytes:
    """Give a file as it is sent: a spreadsheet finds no formulas in it.

    A text that it would take for one gets an apostrophe before it. Where there is none, and in
    bundles always, the bytes are those that the run has written.
    """
    if not name.endswith(".csv"):
        return content
    header, *rows = csv.reader(StringIO(content.decode(), newline=""))
    texts = [COLUMN_KINDS.get(column, "text") == "text" for column in header]
    if not any(
        is_text and cell.startswith(LIVE)
        for row in rows
        for is_text, cell in zip(texts, row, strict=True)
    ):
        return content
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = zip(texts, row, strict=True)
        writer.writerow(f"'{c}" if is_text and c.startswith(LIVE) else c for is_text, c in cells)
    return text.getvalue().encode()
