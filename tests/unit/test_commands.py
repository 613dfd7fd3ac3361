"""Commands are loaded when they are asked for, and help knows them all."""

import subprocess
import sys

import pytest

from matcher.commands import LATER, ORDER
from tests.unit.test_cli import TINY, Invocation, run

__all__ = ["run"]


def test_a_command_waits_for_nothing_that_others_need() -> None:
    code = (
        "import sys\n"
        "from matcher.cli import app\n"
        f"app(['check', {str(TINY)!r}], standalone_mode=False)\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "matcher.pipeline" in loaded
    others = {f"matcher.{place.split('.')[0]}" for place in LATER.values()}
    assert others & loaded == set()
    assert {
        "matcher.scenarios.whatif",
        "matcher.screening",
        "matcher.explaining.why",
    } & loaded == set()


def test_help_lists_commands_as_a_round_goes_on(run: type[Invocation]) -> None:
    told = run("--help").out
    places = [told.index(f" {name} ") for name in ORDER]
    assert places == sorted(places)
    assert told.index(" serve ") > places[-1]


@pytest.mark.parametrize(("typed", "meant"), [("explian", "explain"), ("verfy", "verify")])
def test_a_command_that_is_misspelt_is_guessed(
    run: type[Invocation], typed: str, meant: str
) -> None:
    refused = run(typed)
    assert refused.code == 2
    assert f"Did you mean '{meant}'" in refused.err


@pytest.mark.parametrize("name", LATER)
def test_what_is_loaded_later_tells_how_it_is_used(run: type[Invocation], name: str) -> None:
    told = run(name, "--help")
    assert told.code == 0
    assert f" {name} " in told.out.split("\n", 3)[1]
