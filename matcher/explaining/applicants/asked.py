"""Which facts an applicant is asked for, and so may state: those that a pack asks the party for."""

import re
from collections.abc import Iterable, Mapping

from matcher.regulation.pack import Fact, Pack, Subject

OF_APPLICANT: tuple[Subject, ...] = ("organisation", "proposal")
"""The subjects that are an applicant's own."""
_ASKED = re.compile(r"\b(applicant|recipient|organisation|party)\b|^Its\b")
"""Who a pack asks for a fact, where that is the organisation that the fact is of."""


def is_asked(fact: Fact) -> bool:
    """Say whether a pack asks the organisation itself for a fact."""
    who, _, _ = fact.ask.partition(";")
    return _ASKED.search(who) is not None or "the applicant's" in fact.ask


def facts_asked(packs: Iterable[Pack], subject: Subject) -> Mapping[str, Fact]:
    """Give the facts of a subject that packs ask the applicant for; one asked otherwise is not."""
    declared = [
        (name, fact) for pack in packs for name, fact in pack.facts.items() if subject in fact.of
    ]
    others = {name for name, fact in declared if not is_asked(fact)}
    return {name: fact for name, fact in declared if name not in others}
