"""Sweeps asked from Python: many draws of a round, or steps along a budget or a target."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from matcher.domain import Round
from matcher.results import Options, Run
from matcher.scenarios.asking.asking import OPTIONS
from matcher.scenarios.asking.crew import SweepHere, kept_in, silent
from matcher.scenarios.many.executing import Tell
from matcher.scenarios.running import Answer, started
from matcher.scenarios.sweeping.bands import Bands, band_table, bands_of
from matcher.scenarios.sweeping.draws import Draws, Variation
from matcher.scenarios.sweeping.frontier import (
    LEAST,
    MOST,
    STEPS,
    Furthest,
    budget_points,
    furthest,
    target_points,
)
from matcher.scenarios.sweeping.frontier import curve as curve_of
from matcher.scenarios.sweeping.frontier_words import frontier_sentences
from matcher.scenarios.sweeping.prices import Price
from matcher.scenarios.sweeping.sweeps import DRAW_GAP
from matcher.scenarios.sweeping.words import band_sentences, choice_sentences, draw_sentences
from matcher.scenarios.whatif import base_answer

Number = Decimal | float | str
"""A number; floats are taken as they are written."""


@dataclass(frozen=True)
class Swept:
    """Draws of a round and what came of them; `prices` are those of the choices left open."""

    draws: Draws
    answers: tuple[Answer, ...]
    prices: tuple[Price, ...] = ()

    @cached_property
    def bands(self) -> Bands:
        """How often each proposal is funded."""
        return bands_of(self.draws.round, self.answers)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each proposal; `choice` says what the other choice costs, where priced."""
        table = band_table(self.draws.round, self.bands)
        if self.prices:
            said = choice_sentences(self.draws.round, self.bands, self.prices)
            told = {price.proposal_id: text for price, text in zip(self.prices, said, strict=True)}
            table["choice"] = [told.get(name, "") for name in table["proposal_id"]]
        return table

    @property
    def sentences(self) -> list[str]:
        """What varies, how many proposals are in each band, and what each open choice costs."""
        return [
            *draw_sentences(self.draws),
            *band_sentences(self.bands),
            *choice_sentences(self.draws.round, self.bands, self.prices),
        ]


@dataclass(frozen=True)
class Frontier:
    """A bound of a target pushed as far as it goes; `points` is a row for each step."""

    furthest: Furthest
    points: pd.DataFrame
    sentences: Sequence[str]


def sweep(
    round_: Round,
    options: Options | None = None,
    *,
    budgets: Number = 0,
    points: Number = 0,
    reviewers: bool = False,
    draws: int = 500,
    seed: int = 0,
    prices: bool = True,
    base: Run | None = None,
    out: str | Path | None = None,
    cluster: str | None = None,
    tell: Tell = silent,
) -> Swept:
    """Decide on so many draws of a round, and price the choices that they leave open.

    What varies is told by Variation: `budgets` by a share, scores by `points` or as their
    `reviewers` do. `base`, `out`, `cluster` and workers are as for `what_if`; in `out` answers are
    kept as they come, so that a sweep goes on where it was interrupted. Without `options` draws end
    at DRAW_GAP, the base and prices at the gap of OPTIONS. Raises NothingToVary, NoBase,
    UnusableFolder, and as `match` does.
    """
    gap = DRAW_GAP if options is None else options.gap
    variation = Variation(_decimal(budgets), _decimal(points), reviewers)
    made = Draws(round_, variation, seed)
    with _sweeping(round_, options or OPTIONS, base, out, cluster, tell) as sweeping:
        swept = Swept(made, sweeping.within(gap).draws(variation, seed, draws))
        if not prices:
            return swept
        left_open = [row.proposal_id for row in swept.bands.named("your decision")]
        return Swept(made, swept.answers, sweeping.prices(left_open))


def curve(
    round_: Round,
    pool: str | None = None,
    options: Options = OPTIONS,
    *,
    least: Number = LEAST,
    most: Number = MOST,
    steps: int = STEPS,
    base: Run | None = None,
    out: str | Path | None = None,
    cluster: str | None = None,
    tell: Tell = silent,
) -> pd.DataFrame:
    """Give what merit can be had for less and for more money, of a pool or of all.

    Budgets go from `least` to `most` times what they are; columns as for frontier.curve, the rest
    as for `sweep`. Raises KeyError for a pool that is not there.
    """
    stepped = budget_points(round_, pool, _decimal(least), _decimal(most), steps)
    with _sweeping(round_, options, base, out, cluster, tell) as sweeping:
        return curve_of(stepped, sweeping.points(stepped), round_.currency)


def frontier(
    round_: Round,
    target: str,
    bound: str,
    options: Options = OPTIONS,
    *,
    steps: int = STEPS,
    base: Run | None = None,
    out: str | Path | None = None,
    cluster: str | None = None,
    tell: Tell = silent,
) -> Frontier:
    """Push a bound of a target, such as `min_share`, from nothing as far as any plan goes.

    The rest is as for `sweep`. Raises KeyError for a target or a bound that is not there.
    """
    with _sweeping(round_, options, base, out, cluster, tell) as sweeping:
        found = furthest(round_, target, bound, sweeping.solve)
        stepped = target_points(round_, target, bound, found.value, steps)
        answers = sweeping.points(stepped)
    said = frontier_sentences(round_, target, bound, found, answers)
    return Frontier(found, curve_of(stepped, answers, round_.currency), tuple(said))


@contextmanager
def _sweeping(
    round_: Round, options: Options, base: Run | None, out: str | Path | None, cluster: str | None,
    tell: Tell,
) -> Iterator[SweepHere]:  # fmt: skip
    """Solve the round, and give what answers variations of it."""
    with kept_in(None if out is None else Path(out)) as journal:
        earlier = None if base is None else base.awards
        solved = base_answer(round_, options, journal, tell, earlier)
        start = started(round_, options, solved.awards)
        yield SweepHere(start, journal, tell, options.workers, cluster)


def _decimal(number: Number) -> Decimal:
    return Decimal(repr(number) if isinstance(number, float) else number)
