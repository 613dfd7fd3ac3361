"""What is wrong with the facts that a round states, for the packs that it names."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from matcher.domain import Round
from matcher.errors import Problem
from matcher.law.stated import Stated
from matcher.regulation.columns import PAIR_FACTS, SUBJECTS
from matcher.regulation.library import facts_of, find_missing_packs, packs_of
from matcher.regulation.pack import Fact, Pack
from matcher.regulation.values import BadValue, value_of


def find_fact_problems(round_: Round) -> list[Problem]:
    """Find facts whose value, subject, window or name cannot be right, errors and warnings.

    A problem names its table as `file` and the place of its row, from 0, as `row`. Nothing is
    looked at where a pack of the round is not installed: that is a problem of its own.
    """
    if not round_.rule_packs or find_missing_packs(round_):
        return []
    packs = packs_of(round_)
    facts = facts_of(packs)
    known = (*facts, *PAIR_FACTS)
    return [
        *find_bad_values(round_), *Stated(round_, facts).problems, *_unknown(round_, known),
        *_waived(round_, packs),
    ]  # fmt: skip


def find_bad_values(round_: Round) -> list[Problem]:
    """Find the facts alone whose value cannot be right; the round may have other faults too.

    Rows are looked at one by one. Places are told as by `find_fact_problems`.
    """
    if not round_.rule_packs or find_missing_packs(round_):
        return []
    facts = facts_of(packs_of(round_))

    @cache
    def wrong(name: str, text: str) -> BadValue | None:
        try:
            value_of(facts[name], text)
        except BadValue as bad:
            return bad
        return None

    return [
        Problem(table, index, column, text, bad.what, bad.remedy)
        for table, index, column, name, text in _told(round_, facts)
        if (bad := wrong(name, text)) is not None
    ]


def _told(round_: Round, facts: Mapping[str, Fact]) -> Iterator[tuple[str, int, str, str, str]]:
    """Give each fact with its table, row and column, its name, and the text of its value."""
    for subject, (table, _) in SUBJECTS.items():
        for index, row in enumerate(getattr(round_, table)):
            for name, text in row.facts.items():
                if text and name in facts and subject in facts[name].of:
                    yield table, index, name, name, text
    for index, stated in enumerate(round_.facts):
        if stated.fact in facts and stated.value:
            yield "facts", index, "value", stated.fact, stated.value


def _unknown(round_: Round, known: tuple[str, ...]) -> Iterator[Problem]:
    for index, row in enumerate(round_.facts):
        if row.fact in known:
            continue
        near = get_close_matches(row.fact, known, 1, 0.8)
        if near:
            what, remedy = "is not a fact of the rule packs.", f"Did you mean {near[0]}?"
            yield Problem("facts", index, "fact", row.fact, what, remedy)
        else:
            what = "is not a fact of the rule packs and is ignored."
            remedy = "Nothing to do, if no rule was to be judged by it."
            yield Problem("facts", index, "fact", row.fact, what, remedy, "warning")


def _waived(round_: Round, packs: tuple[Pack, ...]) -> Iterator[Problem]:
    rules = {rule.id for pack in packs for rule in pack.rules}
    rules |= {f"{r.id}/{step.id}" for pack in packs for r in pack.rules for step in r.steps}
    for index, row in enumerate(round_.facts):
        if row.fact in PAIR_FACTS and row.value not in rules:
            near = get_close_matches(row.value, sorted(rules), 1, 0.6)
            what = "is neither a rule of the round's packs nor a step of one, as RULE/step."
            remedy = f"Did you mean {near[0]}?" if near else "Write such as AZ-16 or AZ-05/file."
            yield Problem("facts", index, "value", row.value, what, remedy)
