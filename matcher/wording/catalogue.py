"""A catalogue: messages in Fluent's format (projectfluent.org), with the values put in.

Numbers that words depend on (one pool, two pools) are given as integers; amounts, names and lists
come as text, so that they look the same in every language and table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

LANGUAGE = "en"
"""What is spoken where nothing else is asked for."""
_NAME = re.compile(r"^-?([A-Za-z][A-Za-z0-9_-]*) *=", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """Something said: the name of a message, and the values in it by name."""

    message: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """The messages of one language; a file is read in when one of its messages is first said.

    `texts` are the files, `home` says which of them holds a message. Messages name none of another
    file.
    """

    bundle: FluentBundle
    texts: Mapping[str, str]
    home: Mapping[str, str]

    def text(self, said: Said) -> str:
        """Give the words of what is said.

        Raises KeyError where the language lacks the message, ValueError where a value is missing.
        """
        if not self.bundle.has_message(said.message):
            self.bundle.add_resource(FluentResource(self.texts[self.home[said.message]]))
        message = self.bundle.get_message(said.message)
        if message.value is None:
            raise KeyError(said.message)
        text, errors = self.bundle.format_pattern(message.value, dict(said.values))
        if errors:
            raise ValueError(f"{said.message}: {errors[0]}")
        return str(text)

    def say(self, message: str, **values: str | int) -> str:
        """Give the words of a message with its values."""
        return self.text(Said(message, values))


@cache
def catalogue_of(language: str = LANGUAGE) -> Catalogue:
    """Read the catalogue of a language, every `.ftl` file of its folder.

    Raises FileNotFoundError where the language is not spoken here.
    """
    # Values stand in English sentences as they are: no invisible marks of direction around them.
    bundle = FluentBundle([language], use_isolating=False)
    folder = files("matcher.wording") / language
    texts = {
        file.name: file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".ftl")
    }
    home = {name: file for file, text in texts.items() for name in _NAME.findall(text)}
    return Catalogue(bundle, texts, home)
