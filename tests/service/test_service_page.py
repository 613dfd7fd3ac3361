"""What the reference of the service says is so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access.roles import ROLES
from api.http.problems import WORDS
from api.schemas.rounds import STATES
from api.schemas.runs import RUN_STATES
from api.settings import Settings
from tests.service.conftest import Home

ROOT = Path(__file__).parents[2]
API, REFERENCE = ROOT / "api", ROOT / "docs" / "reference"
PAGE = (REFERENCE / "service.md").read_text(encoding="utf-8")
STORY = (REFERENCE / "service-story.md").read_text(encoding="utf-8")


def _rows(heading: str) -> list[list[str]]:
    """Give the rows of the first table under a heading, as cells without their quotes."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_setting_stands_in_the_reference_with_its_default() -> None:
    rows = {name: default for name, default, _ in _rows("Settings")}
    assert rows == {
        f"MATCHER_{name.upper()}": "–" if field.default is None else _plain(field.default)
        for name, field in Settings.model_fields.items()
    }


def _plain(default: object) -> str:
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_a_blank_setting_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"MATCHER_{name.upper()}", "")
    assert Settings() == Settings.model_construct()


def test_the_reference_names_all_roles_and_states() -> None:
    assert sorted(row[0] for row in _rows("Who may do what")) == sorted(ROLES)
    assert [row[0] for row in _rows("States of a round")] == list(STATES)
    assert [row[0] for row in _rows("Runs")] == list(RUN_STATES)


def test_the_reference_explains_every_refusal() -> None:
    told = {
        (int(status), kind.strip(" `"))
        for status, kinds, _ in _rows("Refusals")
        for kind in kinds.split(",")
    }
    assert told == {found for file in API.rglob("*.py") for found in _refusals(file)}
    assert {status for status, _ in told} == set(WORDS)


def _refusals(file: Path) -> Iterator[tuple[int, str]]:
    """Give status and kind of each refusal that a module makes."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
            status, kind = node.args[:2]
            assert isinstance(status, ast.Constant) and isinstance(status.value, int)
            assert isinstance(kind, ast.Constant) and isinstance(kind.value, str)
            yield status.value, kind.value


def test_the_documents_name_only_operations_that_are_there(home: Home) -> None:
    paths = home.app.openapi()["paths"]
    known = {
        (method.upper(), re.sub(r"{\w+}", "{}", path)) for path in paths for method in paths[path]
    }
    named = re.findall(r"`(GET|POST|PUT|DELETE) (/[^\s`?]*)", PAGE)
    assert named
    assert [n for n in named if (n[0], re.sub(r"{\w+}", "{}", n[1])) not in known] == []


def test_the_story_comes_by_every_noun(home: Home) -> None:
    nouns = {path.split("/")[1] for path in home.app.openapi()["paths"]}
    asked = set(re.findall(r"\$AT/(\w+)", STORY))
    not_told = {"health", "ready", "metrics", "sessions", "users"}
    assert nouns - not_told == asked


def test_every_group_of_operations_is_described(home: Home) -> None:
    document = home.app.openapi()
    used = {
        tag for methods in document["paths"].values() for o in methods.values() for tag in o["tags"]
    }
    assert used == {tag["name"] for tag in document["tags"]}


def test_whoever_finds_nothing_is_told_where_to_look(home: Home) -> None:
    client = home.client()
    answer = client.get("/")
    assert (answer.status_code, answer.json()["type"]) == (404, "about:blank")
    (named,) = re.findall(r"/\S+", answer.json()["detail"])
    assert "paths" in client.get(named).json()
