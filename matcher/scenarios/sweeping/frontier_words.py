"""How far a target can be pushed and what that costs, in sentences for a coordinator."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from matcher import money
from matcher.domain import Round
from matcher.explaining.amounts import amount_text, merit_text, merit_unit
from matcher.scenarios.running import Answer
from matcher.scenarios.sweeping.bands import WITH_PLAN
from matcher.scenarios.sweeping.frontier import Furthest
from matcher.wording import catalogue_of
from matcher.writing import phrases


def frontier_sentences(
    round_: Round,
    target_id: str,
    bound: str,
    found: Furthest,
    answers: Sequence[Answer] = (),
    language: str = "en",
) -> Iterator[str]:
    """Say how far a bound goes, and what the last answer on the way costs against the first."""
    say = catalogue_of(language).say
    if found.value is None or found.limit is None:
        yield say("frontier-unknown", target=target_id)
        return
    kind = "floor" if bound.startswith("min") else "cap"
    values = {"target": target_id, "value": _written(round_, bound, found.value, language)}
    if found.value == found.limit:
        yield say(f"frontier-{kind}", **values)
    else:
        limit = _written(round_, bound, found.limit, language)
        yield say(f"frontier-{kind}-between", limit=limit, **values)
    merits = [answer.merit for answer in answers if answer.status in WITH_PLAN]
    if len(merits) > 1:
        lost = merits[0] - merits[-1]
        if lost > 0:
            cost, share = merit_text(lost), phrases.percent(lost / merits[0])
            yield say("frontier-costs", cost=cost, merit=merit_unit(round_), share=share)
        else:
            yield say("frontier-free")


def _written(round_: Round, bound: str, value: Decimal, language: str) -> str:
    if bound.endswith("share"):
        return phrases.percent(value)
    if bound.endswith("amount"):
        return amount_text(round_, money.minor(value, round_.currency))
    return catalogue_of(language).say("frontier-count", count=int(value))
