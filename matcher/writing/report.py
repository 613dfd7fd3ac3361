"""The report: a round at a glance on a page, then its details; one HTML file that prints on A4.

It holds neither scripts nor links to other files, neither timings nor memory, and is the same byte
for byte for the same run. It may be shared: names, titles and free text are as `visibility` allows
(`matcher.writing.visibility`); the result's tables, which hold ids, are the coordinator's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from matcher.allocation.rows import bounds_of
from matcher.results import Figures, Level, Run
from matcher.writing import phrases, report_awards, report_reasons, report_targets, words
from matcher.writing.report_numbers import Money, Part, money_of
from matcher.writing.visibility import ShownRound

FIRST_PAGE = 11
"""So many bounds of targets and pools together find room on the first page."""
FEWEST_POOLS = 3


def render_report(run: Run, awards_digest: str) -> str:
    """Give the report of a run with awards as HTML; `awards_digest` says what it was made from."""
    if run.figures is None:
        raise ValueError("a run without awards has no report")
    shown, money = ShownRound(run.round), money_of(run)
    targets, pools = report_targets.targets(run, shown, money), report_awards.pools(run, shown)
    left = FIRST_PAGE - len(targets)
    room = left if left >= FEWEST_POOLS else 0
    gap = Fraction(str(run.record["options"]["gap"]))
    return _template().render(
        run=run,
        round=run.round,
        record=run.record,
        figures=run.figures,
        digest=awards_digest,
        money=money,
        words=words,
        phrases=phrases,
        title=shown.text(run.round.title or run.round.id),
        standing=standing_of(run),
        headline=headline(run, run.figures, money),
        comparison=comparison(run, run.figures, money),
        decisions=report_reasons.decisions(run.figures.decisions),
        targets=targets,
        pools=pools,
        most_paying=Part.greatest(pools, lambda pool: pool.awarded),
        room=room,
        with_money_left=report_awards.with_money_left(pools),
        awards=report_awards.awards(run, shown),
        conditions=report_awards.conditions(run, shown),
        fixed=report_awards.fixed(run, shown),
        jumps=report_reasons.jumps(run, shown, money),
        proposals=report_reasons.proposals(run, shown, money),
        steps=report_awards.steps(run, shown),
        warnings=Part.first(report_reasons.warnings(run, shown)),
        proofs=[_proof(run, level) for level in run.levels],
        asked_gap=f"within {phrases.percent_up(gap)}" if gap else "exactly",
        seconds=f"{run.record['options']['time_limit']:g}",
    )


def standing_of(run: Run) -> str:
    """Say what is claimed of a run in one sentence."""
    rule = run.record["options"]["rule"]
    return words.standing(run.status, rule, run.record["stop_reason"], words.gaps_of(run.levels))


@dataclass(frozen=True)
class Headline:
    """A figure that people read first, in words; `share` of a whole, where it has one."""

    label: str
    figure: str
    note: str
    share: Fraction | None = None


def headline(run: Run, figures: Figures, money: Money) -> list[Headline]:
    """Give money placed, average score and queue-jumps, in this order."""
    currency = run.round.currency
    share = Fraction(figures.placed, figures.budget) if figures.budget else Fraction(0)
    paid = phrases.count(figures.funded + figures.partially_funded, "proposal")
    average = figures.average_score
    top = phrases.plain_number(run.round.policy.score_max)
    return [
        Headline(
            "Money placed",
            f"{money.alone(figures.placed)}\u00a0{currency}",
            f"{phrases.percent(share)} of the {money.alone(figures.budget)} on offer",
            share,
        ),
        Headline(
            "Average score",
            "none" if average is None else phrases.decimal_text(average, 1),
            f"of {top}, over the {paid} with money" if average is not None else "nothing is funded",
        ),
        Headline(
            "Queue-jumps",
            phrases.grouped(figures.queue_jumps),
            f"proposal{'' if figures.queue_jumps == 1 else 's'} passed over by a lower-scored one"
            if figures.queue_jumps
            else "no proposal is passed over by a lower-scored one",
        ),
    ]


@dataclass(frozen=True)
class Comparison:
    """The run beside the ranked list: a sentence, and rows of name, this plan, ranked list."""

    sentence: str
    rows: list[tuple[str, str, str]]


def comparison(run: Run, figures: Figures, money: Money) -> Comparison | None:
    """Hold the run against what the ranked list would have done; None where nobody knows that."""
    baseline = figures.baseline
    if baseline is None:
        return None
    currency, merit = run.round.currency, words.MERIT[run.round.policy.value]
    gain = "" if figures.gain is None else f", {gain_text(run, figures.gain)}"
    jumps = phrases.grouped(figures.queue_jumps), phrases.grouped(baseline.queue_jumps)
    funded = figures.funded + figures.partially_funded
    return Comparison(
        f"{merit}{gain}".capitalize(),
        [
            (merit.capitalize(), merit_text(run, figures.merit), merit_text(run, baseline.merit)),
            (
                f"Money placed, {currency}",
                money.minor(figures.placed),
                money.minor(baseline.placed),
            ),
            ("Proposals with money", phrases.grouped(funded), phrases.grouped(baseline.funded)),
            ("Queue-jumps", *jumps),
        ],
    )


def gain_text(run: Run, gain: Fraction) -> str:
    """Say where merit lies against the ranked list, which leaves floors and soft targets aside."""
    floors = any(
        target.strictness == "soft" or any(side > 0 for _, side in bounds_of(target))
        for target in run.round.targets
    )
    return words.gain(gain, floors)


def merit_text(run: Run, merit: Fraction) -> str:
    """Give merit as a number; projects by score need decimals, money by score does not."""
    return phrases.decimal_text(merit, 0 if run.round.policy.value == "per_amount" else 2)


@dataclass(frozen=True)
class Proof:
    """A level with what was reached, what is proven and why it stopped, in words."""

    name: str
    reached: str
    bound: str
    gap: str
    stopped: str


def _proof(run: Run, level: Level) -> Proof:
    tiers = any(other.level == "L2" and other.key is not None for other in run.levels)
    places = 4 if level.level == "L1" else 0
    if level.level == "L2" and run.round.policy.value == "per_project":
        places = 2
    if level.gap is None:
        gap = "not known"
    elif level.gap == 0:
        gap = "none"
    else:
        gap = phrases.percent_up(level.gap)
    return Proof(
        words.level(
            level.level, level.key, words.MERIT[run.round.policy.value], tiers
        ).capitalize(),
        phrases.decimal_text(level.value, places),
        "not known" if level.bound is None else phrases.decimal_text(level.bound, places),
        gap,
        words.stop(level.why),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("matcher", "writing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    return environment.get_template("report.html.j2")


def _width(share: Fraction | Decimal) -> str:
    """Give a share as per cent for a bar, at most all of it."""
    return phrases.decimal_text(min(Fraction(share), Fraction(1)) * 100, 2)


def _tenths(share: Decimal) -> str:
    """Give a share in per cent with a decimal, so that a column of them lines up."""
    return phrases.percent(share, "always")


_FILTERS: Mapping[str, Any] = {"tenths": _tenths, "width": _width}
