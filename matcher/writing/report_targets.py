"""The report's targets: what each asks for, what is reached, and by how much it is missed."""

from dataclasses import dataclass
from decimal import Decimal

import pycountry

from matcher.domain import Target
from matcher.money import digits_of
from matcher.results import Run
from matcher.writing import phrases, words
from matcher.writing.report_numbers import Money, rows_of
from matcher.writing.visibility import ShownRound


@dataclass(frozen=True)
class TargetRow:
    """A bound of a target, all in words."""

    name: str
    asks: str
    reached: str
    held: bool
    outcome: str
    hard: bool


def targets(run: Run, shown: ShownRound, money: Money) -> list[TargetRow]:
    """Give the bounds of the targets by id, with what each leaves or misses."""
    by_id = {target.id: target for target in run.round.targets}
    found = []
    for row in rows_of(run, "targets"):
        bound, held = row["bound"], row["held"] == "true"
        found.append(
            TargetRow(
                name=shown.text(row["target_id"]),
                asks=asks(by_id[row["target_id"]], bound, Decimal(row["limit"]), shown, money),
                reached=_bounded(bound, Decimal(row["value"]), money),
                held=held,
                outcome=outcome(bound, Decimal(row["slack"]), held, money),
                hard=row["strictness"] == "hard",
            )
        )
    return found


def outcome(bound: str, slack: Decimal, held: bool, money: Money) -> str:
    """Say whether a bound is held and by how much, such as `missed by 40,000 AZN`."""
    if held and slack == 0:
        return "held exactly"
    if slack == 0:
        return f"missed by less than {_least(bound, money)}"
    by = _bounded(bound, abs(slack), money)
    if words.BOUNDS[bound][1] == "share":
        by = f"{by.removesuffix('%').rstrip()} percentage points"
    return f"held, {by} to spare" if held else f"missed by {by}"


def _least(bound: str, money: Money) -> str:
    """Give the least that a share or an amount is told by in the table of targets."""
    if words.BOUNDS[bound][1] == "share":
        return "0.0001 percentage points"
    return f"{Decimal(1).scaleb(-digits_of(money.currency))}\u00a0{money.currency}"


def asks(target: Target, bound: str, limit: Decimal, shown: ShownRound, money: Money) -> str:
    """Say what a bound asks for, such as `at least 40 % of the money on offer for …`."""
    side, kind = words.BOUNDS[bound]
    payer = "" if target.pool is None else shown.pool(target.pool)
    conditions = _where(target, shown)
    if kind == "count":
        counted = phrases.count(int(limit), "funded proposal")
        whose = f" whose {conditions}" if conditions else ""
        return f"{side} {counted}{whose}{f', paid by {payer}' if payer else ''}"
    whole = "awarded"
    if kind == "share":
        whole = f"of the money {'awarded' if target.of == 'awarded' else 'on offer'}"
    by = f"by {payer}" if payer else ""
    whose = f"for proposals whose {conditions}" if conditions else ""
    return " ".join(
        part for part in (side, _bounded(bound, limit, money), whole, by, whose) if part
    )


def _bounded(bound: str, value: Decimal, money: Money) -> str:
    """Give a share, an amount or a number of proposals, as the bound is stated."""
    kind = words.BOUNDS[bound][1]
    if kind == "share":
        return phrases.percent(value)
    if kind == "amount":
        return f"{money.text(value)}\u00a0{money.currency}"
    return phrases.count(int(value), "proposal")


def _where(target: Target, shown: ShownRound) -> str:
    parts = []
    for key, codes in sorted(target.where.items()):
        name = key.removeprefix("not_")
        named = phrases.spoken((_code(name, code, shown) for code in codes), "or")
        parts.append(f"{words.CONDITIONS[name]} is {'not ' if name != key else ''}{named}")
    return phrases.spoken(parts)


def _code(key: str, code: str, shown: ShownRound) -> str:
    """Give a code of a target's condition in words."""
    round_ = shown.round
    if key == "region":
        return round_.region_vocabulary.names.get(code, code)
    if key == "sector":
        return round_.sector_vocabulary.names.get(code, code)
    if key == "country":
        country = pycountry.countries.get(alpha_2=code)
        return code if country is None else str(country.name)
    if key == "organisation":
        return shown.organisation(code)
    if key == "proposal":
        return shown.title(code)
    return words.plain(code)
