"""Whole rounds that cannot be used: every problem is told, and hostile ones harm nobody."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from fastapi.testclient import TestClient
from httpx2 import Response

from api.http.middleware.bodies import JSON, XLSX
from api.http.problems import Refused
from api.rounds.apart import APART, Apart
from api.rounds.forms import read_form
from api.schemas.documents import EXAMPLE
from matcher.errors import InvalidRound, Problem
from matcher.reading import Limits, read_round
from matcher.writing.round_forms import write_round
from tests.service.conftest import Home
from tests.unit.test_round_forms import made_up

INVALID = Path("fixtures/invalid")
IMPORTS = {"PYTHONPATH": str(Path(__file__).parents[2])}
ONLY_AS_A_FOLDER = {
    "bad-yaml", "windows-1251", "yaml-alias", "yaml-key-twice", "nul-byte", "row-too-long",
    "header-twice", "header-beside-alias", "unclosed-quote", "misspelt-file", "unknown-column",
}  # fmt: skip
"""Fixtures whose fault is one of CSV or YAML, or a warning in the other forms."""
AS_FOLDERS = sorted(
    path.name for path in INVALID.iterdir() if path.is_dir() and path.name not in ONLY_AS_A_FOLDER
)


def as_document(folder: Path) -> bytes:
    """Give the files of a folder as one JSON document, whatever stands in them."""
    document: dict[str, Any] = {}
    for file in sorted(folder.glob("*.csv")):
        document[file.stem] = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    settings = (folder / "round.yaml").read_text(encoding="utf-8")
    return json.dumps({"round": yaml.load(settings, yaml.BaseLoader), **document}).encode()


def told(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRound) as refusal:
        read_round(path)
    return refusal.value.problems


def plain(problems: tuple[Problem, ...]) -> list[tuple[Any, ...]]:
    return [(p.file, p.row, p.column, p.value, p.what, p.remedy, p.severity) for p in problems]


def errors_of(response: Response) -> list[tuple[Any, ...]]:
    assert response.status_code == 422, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    names = ("file", "row", "column", "value", "what", "remedy", "severity")
    return [
        tuple(error.get(name) or ("" if name == "column" else None) if name in ("row", "column")
              else error[name] for name in names)
        for error in response.json()["errors"]
    ]  # fmt: skip


def send(client: TestClient, content: bytes, kind: str = JSON) -> Response:
    return client.post("/rounds/uploads", content=content, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "name",
    [
        *(p.name for p in sorted(INVALID.glob("*.json"))),
        *AS_FOLDERS[::4],
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for number, name in enumerate(AS_FOLDERS)
            if number % 4
        ),
    ],
)
def test_an_invalid_round_is_refused_with_the_problems_that_check_tells(
    home: Home, tmp_path: Path, name: str
) -> None:
    given = INVALID / name
    sent = tmp_path / "round.json"
    sent.write_bytes(as_document(given) if given.is_dir() else given.read_bytes())
    refused = send(home.client("coordinator"), sent.read_bytes())
    assert errors_of(refused) == plain(told(sent))
    assert home.client("coordinator").get("/rounds").json()["items"] == []


def test_an_invalid_workbook_is_refused_with_sheets_and_rows(home: Home, tmp_path: Path) -> None:
    sent = tmp_path / "round.xlsx"
    write_round(made_up(), sent)
    with zipfile.ZipFile(sent) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = parts["xl/sharedStrings.xml"].decode().replace("<t>bank</t>", "<t>banc</t>")
    parts["xl/sharedStrings.xml"] = texts.encode()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    refused = errors_of(send(home.client("coordinator"), sent.read_bytes(), XLSX))
    assert refused == plain(told(sent))
    assert ("round.xlsx, sheet donors", 3, "kind", "banc") in [error[:4] for error in refused]


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_round_with_everything_in_it_comes_back_the_same(
    home: Home, tmp_path: Path, form: str
) -> None:
    sent = tmp_path / f"round.{form}"
    write_round(made_up(), sent)
    client = home.client("coordinator")
    answer = send(client, sent.read_bytes(), XLSX if form == "xlsx" else JSON)
    assert answer.status_code == 201, answer.text
    assert answer.json()["content_hash"] == made_up().content_hash
    back = client.get("/rounds/2026-01/document").content
    (tmp_path / "back.json").write_bytes(back)
    assert read_round(tmp_path / "back.json").round.content_hash == made_up().content_hash


@pytest.mark.parametrize("role", ["ngo", "donor", "analyst", "auditor", None])
def test_only_coordinators_send_whole_rounds(home: Home, role: Any) -> None:
    client = home.client(role, "X1" if role in ("ngo", "donor") else None)
    refused = send(client, json.dumps(EXAMPLE).encode())
    assert refused.status_code == (401 if role is None else 403)


def test_a_zip_bomb_is_refused(home: Home) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(300 * 2**20))
    refused = send(home.client("coordinator"), content.getvalue(), XLSX)
    assert refused.status_code == 422
    assert "which no round needs" in refused.json()["errors"][0]["what"]


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"", b"{", b"[" * 200_000, b'{"round": 1e999}'])
@pytest.mark.parametrize("kind", [JSON, XLSX])
def test_what_is_no_round_is_refused(home: Home, content: bytes, kind: str) -> None:
    assert send(home.client("coordinator"), content, kind).status_code == 422


def test_a_table_with_more_rows_than_are_taken_is_refused(few_rows: Home) -> None:
    donors = [{"donor_id": f"D{n}", "name": "A", "kind": "bank"} for n in range(4)]
    refused = send(
        few_rows.client("coordinator"), json.dumps(EXAMPLE | {"donors": donors}).encode()
    )
    assert "rows" in refused.json()["errors"][0]["what"]


@pytest.fixture
def few_rows(home: Home) -> Iterator[Home]:
    settings = home.service.settings
    object.__setattr__(home.service, "settings", settings.model_copy(update={"rows": 3}))
    yield home


def _sleeps() -> bytes:
    import time

    time.sleep(60)
    return b""


def _dies() -> bytes:
    import os

    os._exit(1)


def _eats() -> bytes:
    return bytes(2**32)


@pytest.mark.parametrize(
    "harms",
    [
        [(_eats, 60, "memory"), (_dies, 60, "memory")],
        pytest.param([(_sleeps, 0.2, "0.2 seconds")], marks=pytest.mark.slow),
    ],
)
def test_a_process_that_dies_hangs_or_takes_all_memory_harms_no_other_round(harms: Any) -> None:
    apart = Apart()
    content = json.dumps(EXAMPLE).encode()
    try:
        for function, seconds, words in harms:
            with pytest.raises(Refused) as refusal:
                apart.ask(seconds, 512, function)
            assert words in refusal.value.errors[0].what
        assert json.loads(apart.ask(60, 512, read_form, content, "json", Limits()))["document"]
    finally:
        apart.close()


def test_a_failure_of_the_process_is_no_problem_of_who_asked(home: Home) -> None:
    with pytest.raises(RuntimeError, match="AttributeError"):
        APART.ask(60, 256, read_form, b"{}", "json", None)


LEFT_ALONE = """
import time
from api.rounds.apart import APART
from api.rounds.forms import read_form
if __name__ == "__main__":
    try:
        APART.ask(60, 512, read_form, b"", "json", None)
    except RuntimeError:
        print(APART._process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
def test_the_process_ends_when_the_service_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "service.py"
    script.write_text(LEFT_ALONE)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=os.environ | IMPORTS
    ) as service:
        assert service.stdout is not None
        apart = psutil.Process(int(service.stdout.readline()))
        service.kill()
    apart.wait(timeout=20)
