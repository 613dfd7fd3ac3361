"""Ties in plain sentences (wording/en/ties.ftl), and as plain values."""

from collections.abc import Iterator
from typing import Any

from matcher.explaining.solves.base import Base
from matcher.explaining.ties.ties import Ties
from matcher.wording.catalogue import LANGUAGE, Said, catalogue_of
from matcher.writing import phrases

MOST_NAMED = 40
"""So many proposals are named in a sentence."""


def sentences_of_ties(base: Base, found: Ties, language: str = LANGUAGE) -> list[str]:
    """Give the ties of a round in the sentences of a language."""
    catalogue = catalogue_of(language)
    return [catalogue.text(said) for said in said_of_ties(base, found)]


def said_of_ties(base: Base, found: Ties) -> Iterator[Said]:
    """Say who is funded in every best plan, and who in some only."""
    some, unknown = found.names("some"), found.names("unknown")
    if not some and not unknown:
        yield Said("ties-none", {"funded": len(found.names("all"))})
    else:
        yield from _named("ties-all", found.names("all"))
        yield from _named("ties-some-funded", tuple(n for n in some if n in base.funded))
        yield from _named("ties-some-waiting", tuple(n for n in some if n not in base.funded))
        yield from _named("ties-unknown", unknown)
    if not found.proven:
        yield Said("ties-not-proven")


def _named(message: str, names: tuple[str, ...]) -> Iterator[Said]:
    if names:
        yield Said(message, {"count": len(names), "named": phrases.few(names, MOST_NAMED)})


def document_of_ties(found: Ties) -> dict[str, Any]:
    """Give ties as plain values: in which of the best plans each proposal is funded."""
    return {
        "proven": found.proven,
        "plans_found": len(found.plans),
        "funded_in": dict(sorted(found.funded.items())),
    }
