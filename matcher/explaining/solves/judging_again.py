"""The verdicts of a changed round, where only some pools and proposals can be judged otherwise."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.explaining.missing.stating import narrowed


@dataclass(frozen=True)
class Concerned:
    """The pools and the proposals whose pairs a change can touch."""

    pools: frozenset[str]
    proposals: frozenset[str]


def judged_again(
    known: EligibilityTable, changed: Round, concerned: Concerned | None
) -> EligibilityTable:
    """Judge a changed round: the pairs concerned anew, the others as they are known.

    All are judged where `concerned` is None.
    """
    if concerned is None:
        return eligibility_of(changed)
    part = eligibility_of(narrowed(changed, set(concerned.pools), set(concerned.proposals)))
    cells = np.ix_(
        _places(known.pool_ids, part.pool_ids), _places(known.proposal_ids, part.proposal_ids)
    )
    failed, unknown, law = known.failed.copy(), known.unknown.copy(), known.law
    failed[cells], unknown[cells] = part.failed, part.unknown
    if law is not None and part.law is not None:
        verdicts, leads = law.verdicts.copy(), law.leads.copy()
        verdicts[cells], leads[cells] = part.law.verdicts, part.law.leads
        law = replace(law, verdicts=verdicts, leads=leads)
    return replace(known, failed=failed, unknown=unknown, law=law)


def _places(all_: Collection[str], some: Collection[str]) -> list[int]:
    place = {name: at for at, name in enumerate(all_)}
    return [place[name] for name in some]
