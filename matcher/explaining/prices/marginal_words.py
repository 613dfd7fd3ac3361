"""What money in a pool is worth, in sentences."""

from collections.abc import Iterator
from fractions import Fraction

from matcher import money
from matcher.explaining.amounts import amount_text, merit_text, merit_unit
from matcher.explaining.prices.marginal import MarginalValue
from matcher.explaining.prices.marginal_steps import Piece, Rate, Step
from matcher.explaining.prices.words import shortfall_text
from matcher.explaining.solves.base import Base
from matcher.wording.catalogue import Said
from matcher.writing import phrases


def told_value(base: Base, value: MarginalValue) -> Iterator[Said]:
    """Tell what more and less money in a pool does, how far that holds, and what moves with it."""
    ends = {"pool": value.pool_id, "budget": amount_text(base.round, value.budget)}
    yield Said("marginal-pool", ends | {"left": amount_text(base.round, value.left)})
    if not value.usable and not value.targets:
        yield Said("marginal-empty", {"pool": value.pool_id})
        return
    if value.enough:
        yield Said("marginal-enough")
    else:
        yield from _side(base, [step for step in value.steps if step.change > 0], value.up)
        if value.enough is False:
            yield Said("marginal-not-enough")
    less = [step for step in value.steps if step.change < 0]
    yield from _side(base, less[::-1], value.down)
    yield from _pieces(base, value)
    if value.targets:
        targets = phrases.spoken(value.targets)
        yield Said("marginal-targets", {"number": len(value.targets), "targets": targets})
    if any(step.effect is not None and not step.effect.exact for step in value.steps):
        yield Said("marginal-gap")


def told_step(base: Base, step: Step) -> Iterator[Said]:
    """Tell what one step does."""
    side = "more" if step.change > 0 else "less"
    values = {"step": amount_text(base.round, abs(step.change)), "unit": merit_unit(base.round)}
    effect = step.effect
    if effect is None or effect.impossible:
        outcome = "unknown" if effect is None else "impossible"
        yield Said(f"marginal-{side}-{outcome}", {"step": values["step"]})
        return
    sign = 1 if step.change > 0 else -1
    merit, (low, high) = effect.merit * sign, sorted(sign * end for end in effect.merit_range)
    texts = {"low": merit_text(abs(low)), "high": merit_text(abs(high))}
    rates = {"lowrate": _rate(base, low, step), "highrate": _rate(base, high, step)}
    currency = {"currency": base.round.currency}
    if low == high == 0:
        yield Said(f"marginal-{side}-nothing", {"step": values["step"]})
    elif effect.exact and merit > 0:
        rate = {"merit": merit_text(merit), "rate": _rate(base, merit, step)}
        yield Said(f"marginal-{side}", values | rate | currency)
    elif effect.exact:
        message = "marginal-more-lost" if side == "more" else "marginal-less-gained"
        if any(moved.change * sign > 0 for moved in effect.shortfalls):
            message += "-first"
        yield Said(message, values | {"merit": merit_text(-merit)})
    elif low > 0:
        yield Said(f"marginal-{side}-between", values | texts | rates | currency)
    elif effect.nothing and low < 0 < high:
        most = {"high": merit_text(max(high, -low))}
        yield Said(f"marginal-{side}-same", values | most)
    elif low == 0:
        yield Said(f"marginal-{side}-at-most", values | {"high": texts["high"]})
    else:
        # The gains of less money are the losses told above, turned back.
        ends = texts if side == "more" else {"low": texts["high"], "high": texts["low"]}
        yield Said("marginal-either", values | ends)
    for moved in effect.shortfalls:
        if moved.change:
            message = "marginal-missed-less" if moved.change > 0 else "marginal-missed-more"
            change = shortfall_text(moved.change)
            yield Said(message, {"priority": moved.key or 0, "change": change})


def _side(base: Base, steps: list[Step], rate: Rate | None) -> Iterator[Said]:
    """Tell the smallest step of a side, and how far its value holds."""
    if not steps:
        return
    first = steps[0] if rate is None else next(step for step in steps if step.change == rate.step)
    yield from told_step(base, first)
    if rate is None or rate.reach == rate.step or rate.low < 0 < rate.high:
        return
    side = "more" if rate.step > 0 else "less"
    reach = {"reach": amount_text(base.round, abs(rate.reach))}
    if rate.breaks is None:
        yield Said(f"marginal-holds-{side}", reach)
    else:
        yield Said(
            f"marginal-bends-{side}", reach | {"breaks": amount_text(base.round, abs(rate.breaks))}
        )


def _pieces(base: Base, value: MarginalValue) -> Iterator[Said]:
    pieces = value.pieces
    if len(pieces) == 1:
        yield _piece(base, "marginal-one-value", pieces[0])
        return
    if pieces:
        yield Said("marginal-no-one-value")
    for piece in pieces:
        end = "-lost" if piece.rate < 0 else "" if piece.rate else "-nothing"
        yield _piece(base, f"marginal-piece{end}", piece)


def _piece(base: Base, message: str, piece: Piece) -> Said:
    rate = piece.rate * 10 ** money.digits_of(base.round.currency)
    values = {
        "low": amount_text(base.round, piece.low),
        "high": amount_text(base.round, piece.high),
        "rate": merit_text(abs(rate) if message.endswith("lost") else rate),
        "unit": merit_unit(base.round),
        "currency": base.round.currency,
    }
    return Said(message, values)


def _rate(base: Base, merit: Fraction, step: Step) -> str:
    return merit_text(merit * 10 ** money.digits_of(base.round.currency) / abs(step.change))
