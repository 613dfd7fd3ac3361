"""The awards themselves: whole amounts above 0, between pools and proposals of the round."""

from collections.abc import Iterator
from fractions import Fraction

from matcher.domain import Round
from matcher.money import shown
from matcher.verify.findings import Awards, Violation
from matcher.verify.plan import Plan


def usable(round_: Round, awards: Awards) -> Plan:
    """Keep the awards that can be checked further; `claim_faults` tells of the others."""
    kept = {
        (pool_id, proposal_id): amount
        for (pool_id, proposal_id), amount in awards.items()
        if _is_amount(amount)
        and pool_id in round_.pools_by_id
        and proposal_id in round_.proposals_by_id
    }
    return Plan(round_, kept)


def claim_faults(round_: Round, awards: Awards) -> Iterator[Violation]:
    """Find awards that are no amounts (`amount`), and ids that the round lacks (`unknown`)."""
    for (pool_id, proposal_id), amount in sorted(awards.items(), key=lambda item: item[0]):
        subject = f"pool {pool_id}, proposal {proposal_id}"
        missing = [
            words
            for words, known in (
                (f"pool {pool_id}", pool_id in round_.pools_by_id),
                (f"proposal {proposal_id}", proposal_id in round_.proposals_by_id),
            )
            if not known
        ]
        if missing:
            message = f"The award by {pool_id} to {proposal_id} names {' and '.join(missing)}"
            by = Fraction(len(missing))
            yield Violation("unknown", subject, by, f"{message}, which the round does not have.")
        if not _is_amount(amount):
            whole = type(amount) is int
            by = Fraction(1 - amount if whole else 1)
            text = f"{shown(amount, round_.currency)} {round_.currency}" if whole else repr(amount)
            fault = "is not above 0" if whole else "is not a whole number of minor units"
            message = f"The award of {text} by pool {pool_id} to proposal {proposal_id} {fault}."
            yield Violation("amount", subject, by, message)


def _is_amount(amount: object) -> bool:
    return type(amount) is int and amount > 0
