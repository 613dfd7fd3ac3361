"""What two results of one round come to, level by level, and whether what either claims stands.

Levels are compared in their order: the first at which two plans differ decides which is better. A
bound proven at that level, with the earlier ones held at the same values, has to allow both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from matcher.results import RunStatus

Name = tuple[str, int | None]
"""A level with its priority or tier."""
LEAST_IS_BEST = ("L1", "L4")

BrokenKind = Literal[
    "recorded_fails", "recorded_overstated", "recorded_own_bound", "recorded_bound",
    "recorded_infeasible", "replayed_bound", "replayed_infeasible", "another_round",
]  # fmt: skip
"""What does not stand: the recorded awards break constraints; they are worth less than run.json
says; they reach more than it says is possible; the replay does; it found awards where there were to
be none; and the two latter the other way round; the recorded result is not of the round that lies
beside it."""


@dataclass(frozen=True)
class Side:
    """One of the two results.

    `awards` in base minor units, None without any; `values` are exact, as the verifier finds them;
    `stated` and `bounds` are the numbers of run.json. `findings` say what awards break.
    """

    status: RunStatus
    awards: Mapping[tuple[str, str], int] | None
    values: Mapping[Name, Fraction]
    stated: Mapping[Name, float]
    bounds: Mapping[Name, float | None]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """A claim that does not stand, and the level where that shows."""

    kind: BrokenKind
    level: Name | None = None


@dataclass(frozen=True)
class Weighed:
    """What comparing the two sides shows; `first` is the first level at which they differ."""

    same_awards: bool
    first: Name | None
    replay_is_better: bool
    broken: tuple[Broken, ...]


def weigh(recorded: Side, replayed: Side) -> Weighed:
    """Compare a recorded result with its replay, both of the same round."""
    broken: list[Broken] = []
    if recorded.findings:
        broken.append(Broken("recorded_fails"))
    elif overstated := _overstated(recorded):
        broken.append(Broken("recorded_overstated", overstated))
    if (beyond := _beyond_itself(recorded)) and not recorded.findings:
        broken.append(Broken("recorded_own_bound", beyond))
    first, better = None, False
    if recorded.awards is not None and replayed.awards is not None:
        if not recorded.findings:
            first = _first_apart(recorded, replayed)
        if first is not None:
            better = _beats(first, replayed.values[first], recorded.values[first])
            broken += _refuted(first, recorded, replayed, better)
    elif recorded.status == "infeasible" and replayed.awards is not None:
        broken.append(Broken("recorded_infeasible"))
    elif replayed.status == "infeasible" and recorded.awards is not None and not recorded.findings:
        broken.append(Broken("replayed_infeasible"))
    return Weighed(recorded.awards == replayed.awards, first, better, tuple(broken))


def _overstated(side: Side) -> Name | None:
    """Give the first level at which awards are worth something else than is stated, if less."""
    if side.awards is None:
        return None
    for name, value in side.values.items():
        stated, reached = side.stated.get(name), float(value)
        if stated is not None and stated != reached:
            return name if _beats(name, stated, reached) else None
    return None


def _beyond_itself(side: Side) -> Name | None:
    """Give the first level at which awards are beyond the bound that is stated with them.

    Values are rounded to numbers as the bounds were, which keeps their order.
    """
    for name, value in side.values.items():
        bound = side.bounds.get(name)
        if bound is not None and _beats(name, float(value), bound):
            return name
    return None


def _first_apart(recorded: Side, replayed: Side) -> Name | None:
    names: Sequence[Name] = [*replayed.values]
    return next((n for n in names if recorded.values.get(n) != replayed.values[n]), None)


def _refuted(first: Name, recorded: Side, replayed: Side, better: bool) -> list[Broken]:
    """Give the claim that is refuted: a bound that the other side is beyond.

    Values are rounded to numbers as the bounds were, which keeps their order.
    """
    claiming, reached = (recorded, replayed) if better else (replayed, recorded)
    bound, value = claiming.bounds.get(first), float(reached.values[first])
    if bound is None or not _beats(first, value, bound):
        return []
    return [Broken("recorded_bound" if better else "replayed_bound", first)]


def _beats(name: Name, one: float | Fraction, other: float | Fraction) -> bool:
    return one < other if name[0] in LEAST_IS_BEST else one > other
