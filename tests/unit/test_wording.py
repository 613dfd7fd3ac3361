"""The catalogues of messages: each message once, and every one that the program says is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from matcher.wording import catalogue_of

ROOT = Path(__file__).parents[2] / "matcher"
NAME = re.compile(r"^([a-z][A-Za-z0-9_-]*) =", re.MULTILINE)


def names() -> Counter[str]:
    files = sorted((ROOT / "wording" / "en").glob("*.ftl"))
    return Counter(name for file in files for name in NAME.findall(file.read_text("utf-8")))


def test_no_message_is_defined_twice() -> None:
    assert names()
    assert [name for name, count in names().items() if count > 1] == []


def test_every_message_that_is_said_by_its_name_is_in_the_catalogue() -> None:
    said: set[str] = set()
    for file in sorted((ROOT / "explaining").glob("*.py")):
        said |= set(
            re.findall(r'(?:say|Said)\(\s*"([a-z][A-Za-z0-9_-]*)"', file.read_text("utf-8"))
        )
    assert said
    assert said - set(names()) == set()


def test_a_message_that_is_missing_or_lacks_a_value_is_refused() -> None:
    with pytest.raises(LookupError):
        catalogue_of().say("no-such-message")
    with pytest.raises(ValueError, match="change-found"):
        catalogue_of().say("change-found")


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue_of("xx")
