"""The parts of a workbook, unpacked within limits, so that a hostile file cannot fill the memory.

What the reader of sheets gets is a copy in memory that holds no more than was declared and checked.
"""

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from matcher.reading.gathering import Unreadable
from matcher.reading.limits import Limits

DAMAGED = (
    BadZipFile,  # a broken structure
    zlib.error,  # data that does not unpack
    EOFError,  # data that ends early
    OSError,  # offsets before the file's beginning
    NotImplementedError,  # a way of packing that zipfile does not know
    ValueError,  # sizes and names that cannot be
)
"""What reading a corrupt zip raises, whatever part of it is."""
NEEDED = re.compile(r"(\[Content_Types\]\.xml|(_rels|xl)/.*\.(xml|rels))")
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""What files of Excel before 2007 start with, and those that a password protects."""

_ERROR_CELL = re.compile(rb"""(<(?:[^<>\s:]*:)?c\b[^<>]*?[\s"']t\s*=\s*)(["'])e\2""")
_UNSAVED_CELL = re.compile(
    rb"""<([^<>\s:/]*:)?c\b((?:(?!\st\s*=)[^<>])*+)(?<!/)>\s*+"""
    rb"""(<(?:\1)?f\b[^<>]*(?:(?<=/)>|>([^<>]*)</(?:\1)?f>))\s*+"""
    rb"""(?:<(?:\1)?v\s*+/>|<(?:\1)?v>\s*+</(?:\1)?v>)?\s*+</(?:\1)?c>"""
)
UNSAVED = "#UNSAVED!"
"""What the text starts with that takes the place of a formula's value which no file holds."""
_SHARED_TEXTS = re.compile(rb"""<(?:[^<>\s:]*:)?sst(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_ROW_NUMBER = re.compile(rb"""[\s"']r\s*=\s*["'][A-Za-z]*(\d+)""")
_COLUMN_LETTERS = re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]+)""")
_ROW = re.compile(rb"""<(?:[^<>\s:]*:)?row[\s/>]""")
_ROW_END = re.compile(rb"""</(?:[^<>\s:]*:)?row""")


def unpack(content: bytes, file: str, limits: Limits) -> BytesIO:
    """Give a workbook's parts that hold data as an archive in memory; raises Unreadable.

    A cell whose formula gives an error (`#REF!`) becomes a cell with that text, since the reader
    of sheets would show it as blank, and so does one whose formula has no value yet, as programs
    write it (`UNSAVED` and the formula). How many texts a workbook announces is taken out: nobody
    needs it, and the reader of sheets would set that much memory aside.
    """
    if content.startswith(OLD_OR_LOCKED):
        what = "is protected by a password, or saved by an Excel before 2007."
        raise Unreadable(file, what, "Take the password off, and save it as .xlsx.")
    copy = BytesIO()
    try:
        with ZipFile(BytesIO(content)) as archive, ZipFile(copy, "w") as clean:
            for part in _parts(archive, file, limits):
                clean.writestr(part.filename, _checked(archive.read(part), file, limits))
    except DAMAGED as error:
        what = f"is no workbook, or a damaged one: {error}."
        raise Unreadable(file, what, "Open it in Excel and save it as .xlsx again.") from None
    copy.seek(0)
    return copy


def _parts(archive: ZipFile, file: str, limits: Limits) -> list[ZipInfo]:
    every = archive.infolist()
    total = sum(part.file_size for part in every)
    packed = sum(part.compress_size for part in every)
    swollen = total > limits.ratio_free_bytes and total > limits.unpacked_ratio * packed
    if len(every) > limits.parts or total > limits.unpacked_bytes or swollen:
        what = f"unpacks to {total:,} bytes in {len(every):,} parts, which no round needs."
        raise Unreadable(file, what, "Check that it is the right file.")
    if any(part.flag_bits & 1 for part in every):
        what, remedy = "is protected by a password.", "Take the password off and save it again."
        raise Unreadable(file, what, remedy)
    last = {part.filename: part for part in every if NEEDED.fullmatch(part.filename)}
    return list(last.values())


def _checked(content: bytes, file: str, limits: Limits) -> bytes:
    if b"<!DOCTYPE" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        what, remedy = "is no plain workbook.", "Open it in Excel and save it as .xlsx again."
        raise Unreadable(file, what, remedy)
    if b"sst" in content:
        content = _SHARED_TEXTS.sub(lambda tag: tag[0].replace(b"uniqueCount", b"_"), content)
    if b"sheetData" not in content:
        return content
    rows, columns = _extent(content)
    if rows * columns > limits.cells:
        what = f"has a sheet that reaches over {rows:,} rows and {columns:,} columns."
        raise Unreadable(file, what, "Delete what stands far to the right or far below.")
    if b'"e"' in content or b"'e'" in content:
        content = _ERROR_CELL.sub(rb"\1\2str\2", content)
    if b"f>" in content or b"<f" in content or b":f" in content:
        content = _UNSAVED_CELL.sub(_with_its_formula, content)
    return content


def _with_its_formula(cell: re.Match[bytes]) -> bytes:
    prefix, attributes, formula, text = (part or b"" for part in cell.groups())
    value = b"%s%s" % (UNSAVED.encode(), b"=" + text if text else b"")
    return b'<%sc%s t="str">%s<%sv>%s</%sv></%sc>' % (
        prefix, attributes, formula, prefix, value, prefix, prefix,
    )  # fmt: skip


def _extent(sheet: bytes) -> tuple[int, int]:
    """Give how many rows and columns a sheet reaches over, whether its cells say where they stand.

    Counted as well as read, since a cell without a reference stands right of the one before it.
    """
    rows = max((int(digits[:9]) for digits in set(_ROW_NUMBER.findall(sheet))), default=0)
    columns = max(map(_number, set(_COLUMN_LETTERS.findall(sheet))), default=0)
    counted = len(_ROW.findall(sheet))
    longest = max(part.count(b"<c") + part.count(b":c") for part in _ROW_END.split(sheet))
    return max(rows, counted), max(columns, longest)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:7]:
        number = number * 26 + letter - 64
    return number
