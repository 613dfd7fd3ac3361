"""The canonical document of a round as runs keep it."""

import json
import zlib

from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.reading import ReadRound, read_document


def packed_inputs(round_: Round) -> bytes:
    """Give the canonical document of a round as it is kept."""
    return zlib.compress(canonical(round_.document()).encode(), 6)


def read_inputs(content: bytes) -> ReadRound:
    """Read a round from its canonical document as it is kept."""
    return read_document(json.loads(zlib.decompress(content)), "round")
