"""Whatever stands in a file, reading it gives a round or problems in words, never another error."""

import io
import json
import re
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matcher.domain.tables import TABLES
from matcher.errors import InvalidRound
from matcher.reading import Limits, load_round, read_round
from matcher.reading.headers import columns_of
from matcher.writing.round_forms import write_round

TINY = Path(__file__).parents[2] / "fixtures" / "golden" / "tiny"
LIMITS = Limits(rows=50)

AS_USUAL = settings.get_current_profile_name() == "same"
hostile = settings(
    deadline=None,
    max_examples=75 if AS_USUAL else 150,
    suppress_health_check=list(HealthCheck),
)

# XXX looks like a currency and is none: ISO 4217 keeps it for "no currency".
FRAGMENTS = [
    "", " ", ",", ";", "\t", '"', "'", "\n", "\r", "\r\n", ":", ": ", "- ", "[", "]", "{", "}",
    "&a", "*a", "!x", "%YAML 1.1", "---", "...", "|", ">", "#", "?", "0", "-1", "1e5", "1,5",
    "15 000,00", "NaN", "null", "true", "\ufeff", "\0", "\x85", "\u2028", "\ud7ff", "\uffff", "é",
    "1" * 40, "\\",
    "2026-03-01", "2026-13-01", "AZN", "XXX", "D1", "P1", "A1", "A1:P1", "P1:A1", "A1;A2;A1",
    "AZ-BA:0.5", "AZ-BA:0,5", "AZ-BA:1;AZ-BA:1", "#REF!", "EXAMPLE-1", "id", "policy", "targets",
    "where", "rates", "score_weights", "<<", "=", "~",
]  # fmt: skip
scraps = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=30).map("".join)
# Any decimal number as Python writes it; the strategy of that name takes ten times as long.
decimals = st.builds(
    lambda sign, digits, exponent: str(Decimal((sign, tuple(map(int, str(digits))), exponent))),
    st.integers(0, 1),
    st.integers(0, 10**40),
    st.integers(-40, 400) | st.sampled_from(["F", "n", "N"]),
)
cells = st.sampled_from(FRAGMENTS) | st.text(max_size=8) | decimals


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """Give a good text with a few places overwritten."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + draw(scraps) + text[end:]
    return text


def survives(path: Path) -> None:
    """Read a round that may be anything; what is refused is told in words and can be printed."""
    try:
        read_round(path, limits=LIMITS)
    except InvalidRound as refusal:
        assert any(problem.severity == "error" for problem in refusal.problems)
        for problem in refusal.problems:
            assert problem.what and problem.remedy
            str(problem).encode()
            json.dumps(problem.as_dict())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in TINY.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", ["round.yaml", "proposals.csv", "pairs.csv"])
@hostile
@given(content=st.binary(max_size=200) | scraps.map(lambda text: text.encode("utf-8", "ignore")))
def test_any_bytes_in_a_file_of_a_folder(folder: Path, name: str, content: bytes) -> None:
    original = (TINY / name).read_bytes()
    (folder / name).write_bytes(content)
    survives(folder)
    (folder / name).write_bytes(original + content)
    survives(folder)
    (folder / name).write_bytes(original)


@pytest.mark.parametrize("name", ["round.yaml", "pools.csv", "proposals.csv"])
@hostile
@given(data=st.data())
def test_a_file_of_a_folder_that_was_spoilt(folder: Path, name: str, data: st.DataObject) -> None:
    original = (TINY / name).read_text(encoding="utf-8")
    text = data.draw(spoilt(original))
    (folder / name).write_bytes(text.encode("utf-8", "ignore"))
    survives(folder)
    (folder / name).write_text(original, encoding="utf-8")


@pytest.mark.parametrize("table", TABLES)
@hostile
@given(data=st.data())
def test_any_cells_below_the_right_headers(folder: Path, table: str, data: st.DataObject) -> None:
    columns = [*columns_of(table), *(["score_need"] if table == "proposals" else [])]
    rows = data.draw(st.lists(st.lists(cells, min_size=len(columns), max_size=len(columns))))
    text = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (columns, *rows)
    )
    path = folder / f"{table}.csv"
    original = path.read_bytes() if path.exists() else None
    path.write_bytes(text.encode("utf-8", "ignore"))
    survives(folder)
    if original is None:
        path.unlink()
    else:
        path.write_bytes(original)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | cells,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(cells, inner, max_size=3),
    max_leaves=8,
)


@hostile
@given(data=st.data())
def test_any_values_in_a_document(tmp_path: Path, data: st.DataObject) -> None:
    document = load_round(TINY).document()
    table = data.draw(st.sampled_from([*document, "facts", "regions"]))
    spoil = data.draw(values)
    if table == "round":
        document["round"][data.draw(st.sampled_from(list(document["round"])))] = spoil
    elif isinstance(spoil, list) or table not in document:
        document[table] = spoil
    else:
        row = document[table][0]
        row[data.draw(st.sampled_from(columns_of(table)))] = spoil
    text = json.dumps(document, ensure_ascii=data.draw(st.booleans()))
    path = tmp_path / "round.json"
    path.write_bytes(text.encode("utf-8", "ignore"))
    survives(path)


@hostile
@given(data=st.data())
def test_a_document_that_was_spoilt(tmp_path: Path, data: st.DataObject) -> None:
    text = data.draw(spoilt(json.dumps(load_round(TINY).document())))
    path = tmp_path / "round.json"
    path.write_bytes(text.encode("utf-8", "ignore"))
    survives(path)


@hostile
@given(content=st.binary(max_size=300), form=st.sampled_from(["xlsx", "json"]))
def test_any_bytes_as_a_workbook_or_a_document(tmp_path: Path, content: bytes, form: str) -> None:
    path = tmp_path / f"round.{form}"
    path.write_bytes(content)
    survives(path)


SPOILS = [
    b"", b"\0", b"<", b">", b'"', b"&", b"&#0;", b"99999999999999999999", b"-1", b'r=""', b't="e"',
    b't="s"', b't="d"', b"XFD1048576", b"A0", b"1A", b"<!--", b"<![CDATA[", b"\xff", b's="99999"',
    b"<c/>", b"<row/>", b"1e400", b"nan", b'uniqueCount="99999999999"',
]  # fmt: skip


@cache
def good_parts() -> dict[str, bytes]:
    """Give the parts of the tiny round's workbook that hold its sheets and texts."""
    with TemporaryDirectory() as folder:
        write_round(load_round(TINY), Path(folder, "round.xlsx"))
        with zipfile.ZipFile(Path(folder, "round.xlsx")) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@settings(hostile, max_examples=200 if AS_USUAL else 400)
@given(data=st.data())
def test_a_workbook_whose_parts_were_spoilt(tmp_path: Path, data: st.DataObject) -> None:
    parts = good_parts()
    spoilt_parts = dict(parts)
    names = [name for name in parts if not name.startswith("docProps")]
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(names))
        part = spoilt_parts[name]
        if data.draw(st.booleans()):
            start = data.draw(st.integers(0, len(part)))
            end = data.draw(st.integers(start, min(len(part), start + 30)))
        else:
            quoted = list(re.finditer(rb'(?<=")[^"]*(?=")', part))
            assume(quoted)
            start, end = data.draw(st.sampled_from(quoted)).span()
        spoilt_parts[name] = part[:start] + data.draw(st.sampled_from(SPOILS)) + part[end:]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in spoilt_parts.items():
            archive.writestr(name, part)
    path = tmp_path / "round.xlsx"
    path.write_bytes(content.getvalue())
    survives(path)
