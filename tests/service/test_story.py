"""The story of a round in the documents is so, and the service starts as the README says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.postgres import Postgres
from tests.service.transcripts import Step, differences, outputs_of, steps_of

ROOT = Path(__file__).parents[2]
STORY = ROOT / "docs" / "reference" / "service-story.md"
README = ROOT / "README.md"
SECONDS = 300.0
"""More than the story takes by far, also on a machine that is busy."""
CURL = (7, 82)
"""The first version of curl that has `--json`."""


Told = list[tuple[Step, str]]
"""Each step of the story with what it printed."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story as it went."""
    return _tell(tmp_path_factory.mktemp("story"))


def _tell(folder: Path, **settings: str) -> Told:
    _check_curl()
    programs = Path(sys.executable).parent
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
    surroundings = kept | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        # Others may be at the usual port.
        "MATCHER_PORT": "0",
    }
    steps = steps_of(STORY)
    outputs = outputs_of(steps, folder, surroundings | settings, SECONDS)
    return list(zip(steps, outputs, strict=True))


def _check_curl() -> None:
    """Leave the story out where there is no curl to tell it with; with CI=true that fails."""
    found = shutil.which("curl")
    said = "" if found is None else subprocess.check_output([found, "--version"], text=True)
    known = re.match(r"curl (\d+)\.(\d+)", said)
    if known is None or (int(known[1]), int(known[2])) < CURL:
        without = f"curl {'.'.join(map(str, CURL))} or newer is not here"
        if os.environ.get("CI"):
            raise pytest.fail.Exception(without)
        raise pytest.skip.Exception(without)


def test_the_story_is_as_it_is_told(told: Told) -> None:
    assert _otherwise(told) == {}


@pytest.mark.slow
def test_the_story_is_the_same_on_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.fresh()
    told = _tell(tmp_path, MATCHER_DATABASE_URL=url)
    postgres.drop(url)
    assert _otherwise(told) == {}


def _otherwise(told: Told) -> dict[str, list[str]]:
    return {step.commands: found for step, out in told if (found := differences(step, out))}


def test_every_answer_in_the_story_is_shown(told: Told) -> None:
    assert [step.commands for step, output in told if output and step.kind is None] == []


def test_the_story_starts_the_service_as_the_readme_does(told: Told) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    (starting,) = [block for block in blocks if "matcher serve" in block]
    command = starting.rpartition("&& ")[2].strip()
    assert told[0][0].commands.startswith(command.removeprefix(".venv/bin/"))


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        ("HTTP/1.1 200 OK\n\n{…}", "HTTP/1.1 201 Created\r\n\r\n{}"),
        ('HTTP/1.1 200 OK\netag: "2"\n\n{…}', 'HTTP/1.1 200 OK\r\netag: "1"\r\n\r\n{}'),
        ('HTTP/1.1 200 OK\n\n{"a": 1}', 'HTTP/1.1 200 OK\r\n\r\n{"a":1,"b":2}'),
        ('HTTP/1.1 200 OK\n\n{"a": "x…", …}', 'HTTP/1.1 200 OK\r\n\r\n{"a":"yx","b":2}'),
        ('HTTP/1.1 200 OK\n\n{"a": [1]}', 'HTTP/1.1 200 OK\r\n\r\n{"a":[1,2]}'),
        ('HTTP/1.1 200 OK\n\n{"a": [1, 2, …]}', 'HTTP/1.1 200 OK\r\n\r\n{"a":[1]}'),
        ('HTTP/1.1 200 OK\n\n{"b": 1, …}', 'HTTP/1.1 200 OK\r\n\r\n{"a":1}'),
    ],
)
def test_an_answer_that_is_otherwise_is_noticed(shown: str, answer: str) -> None:
    assert differences(Step("curl", "http", shown), answer) != []


def test_what_is_left_out_may_be_anything() -> None:
    shown = 'HTTP/1.1 200 OK\netag: "…"\n\n{"a": [{"b": "x…z", …}, …], …}'
    answer = 'HTTP/1.1 200 OK\r\nETag: "4"\r\n\r\n{"a":[{"b":"xyz","c":3},4],"d":null}'
    assert differences(Step("curl", "http", shown), answer) == []
