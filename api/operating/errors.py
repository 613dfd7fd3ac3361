"""What keeps the commands of the service from their work, in a sentence."""

from matcher.errors import MatcherError

USAGE, BAD_INPUT = 2, 3
"""Exit codes: asked for wrongly, or what is there cannot be used."""


class Unusable(MatcherError):
    """Something that a command needs cannot be used; says what, and how to mend it."""

    def __init__(self, sentence: str, code: int = BAD_INPUT) -> None:
        super().__init__(sentence)
        self.code = code
