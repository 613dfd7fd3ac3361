"""Which differences may be ties: proposals that some of the best plans fund, and others do not."""

from collections.abc import Iterable

from matcher.explaining.solves.base import Tell, base_of
from matcher.explaining.ties.ties import ties
from matcher.regulation.library import instead
from matcher.results import Options
from matcher.scenarios.comparing.sides import Side


def may_be_ties(
    before: Side, after: Side, asked: Iterable[str], options: Options, tell: Tell
) -> tuple[str, ...]:
    """Give the proposals asked for that only some of the best plans of either round fund, by id.

    A proposal is left out where it was not settled in the time. Raises as solving does.
    """
    names, found = set(asked), set[str]()
    for side in (before, after):
        if not side.has_awards:
            continue
        with instead(side.packs):
            base = base_of(side.round, side.awards, options, tell)
            if base is not None:
                found |= names.intersection(ties(base, tell).names("some"))
    return tuple(sorted(found))
