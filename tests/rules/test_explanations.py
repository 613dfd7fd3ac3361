"""The explanations shown in the documents are those that come out."""

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.test_cli import Invocation

ROOT = Path(__file__).parents[2]
SHOWN = (ROOT / "docs" / "reference" / "explanations.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```text\n\$ matcher ([^\n]*)\n\n(.*?)```", re.DOTALL)
RESULTS = {
    "baku-result": ("fixtures/rounds/baku-spring", 0),
    "tight-result": ("fixtures/rounds/tight-corner.json", 4),
}
QUICK = "tight-corner"


def shown() -> list[tuple[str, str]]:
    return BLOCK.findall(SHOWN)


def told(command: str, results: Path) -> str:
    words = shlex.split(command)
    for name, (round_, code) in RESULTS.items():
        if name in words:
            made = Invocation("match", ROOT / round_, "--out", results / name)
            assert made.code == code
    places = {"baku-result": results, "tight-result": results, "fixtures": ROOT}
    found = Invocation(
        *(
            places[word.partition("/")[0]] / word if word.partition("/")[0] in places else word
            for word in words
        )
    )
    assert found.code == 0
    return found.out


def plain(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.fixture(autouse=True)
def _as_wide_as_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    Invocation.monkeypatch, Invocation.capsys = monkeypatch, capsys


def test_ten_explanations_are_shown() -> None:
    assert len(shown()) >= 10


def test_the_conflict_shown_is_the_one_that_comes_out(tmp_path: Path) -> None:
    (command, text), *more = [entry for entry in shown() if QUICK in entry[0]]
    assert not more
    assert plain(told(command, tmp_path)) == plain(text)


@pytest.mark.slow
@pytest.mark.parametrize("entry", [entry for entry in shown() if QUICK not in entry[0]])
def test_the_explanations_shown_are_those_that_come_out(
    entry: tuple[str, str], tmp_path: Path
) -> None:
    command, text = entry
    assert plain(told(command, tmp_path)) == plain(text)
