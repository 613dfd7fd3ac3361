"""The catalogues of messages: each message once, and every one that the program says is there."""

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from fluent.syntax import FluentParser, ast

from matcher.eligibility import TERMS
from matcher.explaining.levers import levers
from matcher.tables.blocking import WORDS
from matcher.wording import catalogue_of
from matcher.writing import words

ROOT = Path(__file__).parents[2] / "matcher"
NAME = re.compile(r"^([a-z][A-Za-z0-9_-]*) =", re.MULTILINE)


def names() -> Counter[str]:
    files = sorted((ROOT / "wording" / "en").glob("*.ftl"))
    return Counter(name for file in files for name in NAME.findall(file.read_text("utf-8")))


def test_no_message_is_defined_twice() -> None:
    assert names()
    assert [name for name, count in names().items() if count > 1] == []


def test_every_file_is_read_whole_and_names_no_message_of_another() -> None:
    files = sorted((ROOT / "wording" / "en").glob("*.ftl"))
    assert files
    for file in files:
        body = FluentParser().parse(file.read_text("utf-8")).body
        assert not [entry.content for entry in body if isinstance(entry, ast.Junk)]
        assert {entry.id.name for entry in body if isinstance(entry, ast.Message)} == set(
            NAME.findall(file.read_text("utf-8"))
        )
        # A file is read in when one of its messages is said: one that it names must be in it too.
        assert not re.findall(r"\{ *-?[a-z][A-Za-z0-9_-]* *\}", file.read_text("utf-8"))


def test_every_message_that_is_said_by_its_name_is_in_the_catalogue() -> None:
    said: set[str] = set()
    for folder in ("explaining", "tables"):
        for file in sorted((ROOT / folder).glob("*.py")):
            said |= set(
                re.findall(r'\b(?:say|Said)\(\s*"([a-z][A-Za-z0-9_-]*)"', file.read_text("utf-8"))
            )
    assert "decided-funded" in said
    assert "why-funded" in said
    assert said - set(names()) == set()


def test_why_a_jump_stands_is_in_the_catalogue_cause_by_cause() -> None:
    causes = set(re.findall(r'"(jump-[a-z-]+)"', (ROOT / "tables" / "why.py").read_text("utf-8")))
    limits = {name for name in names() if re.fullmatch(r"jump-C\d+", name)}
    assert limits
    assert causes | limits == {name for name in names() if name.startswith("jump-")}


@pytest.mark.parametrize("reader", ["applicant", "coordinator"])
def test_every_term_of_a_pool_has_words_that_hold_no_code(reader: str) -> None:
    for term in TERMS:
        words = catalogue_of().say(f"term-{term}", reader=reader)
        assert "_" not in words
        assert ("your" in words or "you" in words) <= (reader == "applicant")


def test_every_lever_and_every_bound_of_a_target_has_its_words() -> None:
    kinds = set(get_args(levers.Kind)) - {"refusal"}
    for prefix in ("lever", "idle"):
        assert {name for name in names() if name.startswith(f"{prefix}-")} == {
            f"{prefix}-{kind}" for kind in kinds
        }
    assert {f"bound-{bound}" for bound in words.BOUNDS} <= set(names())


def test_every_constraint_that_may_stop_a_proposal_has_its_words() -> None:
    assert len({catalogue_of().say(message) for message in WORDS.values()}) == len(WORDS)


def test_a_message_that_is_missing_or_lacks_a_value_is_refused() -> None:
    with pytest.raises(LookupError):
        catalogue_of().say("no-such-message")
    with pytest.raises(ValueError, match="change-found"):
        catalogue_of().say("change-found")


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue_of("xx")
