"""Causes in words: what each difference comes from, and what the parts rest on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matcher.scenarios.causes.causes import Causes
from matcher.scenarios.causes.parts import Measure
from matcher.scenarios.causes.sets import Cause, CauseSet
from matcher.scenarios.causes.tables import shown
from matcher.wording import Said, catalogue_of
from matcher.writing import phrases

ORDER = ("shortfall", "merit", "placed", "funded")
"""In which order measures of the whole are told."""
MOST_SETS = 4
"""So many sets of changes are told of a proposal."""

Listed = Callable[[Sequence[str]], str]
"""Names a few proposals, as others may see them."""


def cause_text(cause: Cause) -> str:
    """Say what a proposal's new outcome comes from; changes by their numbers."""
    say = catalogue_of().say
    sole = [_number(position) for position in cause.sole]
    sets = [_together(found) for found in cause.joint[:MOST_SETS]]
    either = phrases.spoken(sets, "or")
    if sole and sets:
        told = say("cause-mixed", sole=phrases.spoken(sole, "or"), sets=either)
    elif sole:
        name = "cause-sole" if len(sole) == 1 else "cause-each"
        listed = phrases.spoken(sole)
        told = say(name, change=listed) if len(sole) == 1 else say(name, changes=listed)
    elif len(sets) == 1:
        name = "cause-joint" if cause.joint[0].minimal else "cause-found-set"
        told = say(name, changes=sets[0])
    else:
        told = say("cause-joint-or", sets=either)
    differs = cause.of == "funded" and not any(found.with_amounts for found in cause.sets)
    return f"{told} {say('cause-amount-differs')}" if differs else told


def grounds(causes: Causes, listed: Listed) -> list[str]:
    """Say what the causes rest on, and what is not known."""
    return [catalogue_of().text(said) for said in _grounds(causes, listed)]


@dataclass(frozen=True)
class PartRow:
    """A measure with the parts of each change as text, and what no change accounts for."""

    measure: Measure
    parts: tuple[str, ...]
    rest: str
    whole: str


def part_rows(causes: Causes, most_pools: int) -> list[PartRow]:
    """Give the measures that differ, at last the pools whose money changes most."""
    wholes, pools = list[Measure](), list[Measure]()
    for measure, rest in causes.rest.items():
        differs = causes.whole(measure) or rest
        if measure[0] == "pool":
            pools += [measure] if differs else []
        elif differs or any(part.value for part in causes.parts.get(measure, ())):
            wholes.append(measure)
    wholes.sort(key=lambda m: (ORDER.index(m[0]), m[1] is None, m[1]))
    pools.sort(key=lambda m: (-abs(causes.whole(m)), m[1]))
    return [_row(causes, measure) for measure in (*wholes, *pools[:most_pools])]


def _row(causes: Causes, measure: Measure) -> PartRow:
    rest = causes.rest[measure]
    return PartRow(
        measure,
        tuple(_part_text(causes, measure, n) for n in range(len(causes.parts.get(measure, ())))),
        _signed(causes, measure, rest) if rest else "",
        _signed(causes, measure, causes.whole(measure)),
    )


def _grounds(causes: Causes, listed: Listed) -> Iterator[Said]:
    if not causes.changes:
        yield Said("cause-nothing-changed")
    elif causes.exact:
        yield Said("cause-exact", {"solved": causes.solved})
    else:
        yield Said("cause-approximate", {"solved": causes.solved})
    if causes.unsettled:
        names = listed(causes.unsettled)
        yield Said("cause-unsettled", {"count": len(causes.unsettled), "names": names})
        totals = [
            (causes.before.total(name), causes.after.total(name)) for name in causes.unsettled
        ]
        if payers := sum(before == after for before, after in totals):
            yield Said("cause-unsettled-payers", {"count": payers})
    for name in ("unproven", "without_plan"):
        if count := getattr(causes, name):
            yield Said(f"cause-{name.replace('_', '-')}", {"count": count})
    if causes.changes:
        yield Said("cause-parts-told" if causes.exact else "cause-parts-estimated")


def _number(position: int) -> str:
    return str(position + 1)


def _together(found: CauseSet) -> str:
    return " + ".join(_number(position) for position in found.changes)


def _part_text(causes: Causes, measure: Measure, position: int) -> str:
    part = causes.parts[measure][position]
    value = _signed(causes, measure, part.value)
    if part.error is None:
        return value
    error = phrases.decimal_text(
        shown(causes, measure, Fraction(part.error)), _places(causes, measure)
    )
    return catalogue_of().say("cause-part", value=value, error=error)


def _signed(causes: Causes, measure: Measure, value: Fraction) -> str:
    places = 0 if measure[0] == "funded" and value.denominator == 1 else _places(causes, measure)
    text = phrases.decimal_text(abs(shown(causes, measure, value)), places)
    return text if not value else f"{'+' if value > 0 else '−'}{text}"


def _places(causes: Causes, measure: Measure) -> int:
    by_project = measure[0] == "merit" and causes.after.round.policy.value == "per_project"
    return {"shortfall": 4, "funded": 2}.get(measure[0], 2 if by_project else 0)
