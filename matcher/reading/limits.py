"""How much a reader takes in before it refuses: a file may be hostile, or the wrong one."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """The most that is read; beyond it the file is refused and nothing more of it is read."""

    rows: int = 1_000_000
    """Rows of a table."""
    columns: int = 1_000
    """Columns of a table."""
    file_bytes: int = 256 * MIB
    settings_bytes: int = MIB
    """Of `round.yaml`."""
    unpacked_bytes: int = 512 * MIB
    """Of all parts of a workbook together."""
    unpacked_ratio: int = 200
    """Unpacked to packed bytes; held only against workbooks above `ratio_free_bytes`."""
    ratio_free_bytes: int = 50 * MIB
    parts: int = 10_000
    """Files inside a workbook."""
    cells: int = 40_000_000
    """Rows times columns of a sheet, blank ones between included."""
    depth: int = 12
    """Lists and tables inside each other in `round.yaml`, or in the settings of a document."""
