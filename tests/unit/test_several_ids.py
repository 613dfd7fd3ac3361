"""Several ids where an option takes one: how they are given is said, and an id may hold a comma."""

from pathlib import Path

import pytest

from matcher.terminal import each_by_itself
from tests.unit.test_cli import TINY, Invocation, run

__all__ = ["run"]


def test_a_list_of_ids_is_refused_with_how_several_are_given(
    run: type[Invocation], tmp_path: Path
) -> None:
    for option, listed, told in (
        ("--withdraw", "A1,A2", "--withdraw A1 --withdraw A2"),
        ("--withdraw", "A1; A2", "--withdraw A1 --withdraw A2"),
        ("--drop", "P1,P2", "--drop P1 --drop P2"),
    ):
        refused = run("explain", TINY, tmp_path, option, listed)
        assert refused.code == 3
        said = f"Several are given each by an option of its own: {told}"
        assert said in " ".join(refused.err.split())


@pytest.mark.parametrize(
    "asked",
    [("explain", TINY, ".", "A1,A2"), ("explain", TINY, ".", "--pool", "P1,P2"),
     ("eligibility", TINY, "--proposal", "A1,A2"), ("eligibility", TINY, "--pool", "P1,P2")],
)  # fmt: skip
def test_where_one_alone_can_be_asked_of_a_list_is_told_that(
    run: type[Invocation], asked: tuple[object, ...]
) -> None:
    refused = run(*asked)
    assert refused.code == 3
    assert "Ask of one at a time." in " ".join(refused.err.split())


def test_a_list_of_packs_is_refused_with_how_several_are_given(
    run: type[Invocation], tmp_path: Path
) -> None:
    refused = run("template", tmp_path / "round.xlsx", "--pack", "az,ge")
    assert refused.code == 2
    assert "--pack az --pack ge" in " ".join(refused.err.replace("\u2502", " ").split())
    assert not (tmp_path / "round.xlsx").exists()


def test_what_holds_a_comma_and_is_no_list_of_known_ids_is_not_taken_for_one() -> None:
    assert each_by_itself("--withdraw", "A,B", {"A", "C"}) is None
    assert each_by_itself("--withdraw", "A", {"A"}) is None


def test_the_help_of_options_that_take_several_says_so(run: type[Invocation]) -> None:
    for command, times in (("explain", 2), ("template", 1), ("whatif", 1), ("bundle", 1)):
        shown = run(command, "--help").out.replace("\u2502", " ")
        assert " ".join(shown.split()).count("repeatedly") == times, command
