"""Random tiny rounds: made-up documents, valid by ROUND_FORMAT.md, that exercise every constraint.

Every choice is an integer drawn from a range whose low end is the simplest. `measure.py` says how
often each constraint matters; the chances in `rows.py` and `header.py` were tuned with it.
"""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from .dice import DONOR_KINDS, Integers, Json, Setting
from .header import header
from .rows import commitments, link_proposals, organisation, pairs, pool, proposal, score_proposals


def tiny_rounds() -> st.SearchStrategy[Json]:
    """Random tiny rounds as JSON documents, for property tests.

    They are drawn from seeds, at a tenth of the price; with `--hypothesis-profile=full` or
    `=random` every choice is drawn by Hypothesis, which shrinks a failing round to few rows with
    few columns.
    """
    if settings.get_current_profile_name() == "same":
        return st.integers(0, 2**63).map(lambda seed: random_round(Random(seed)))
    return _drawn_rounds()


@st.composite
def _drawn_rounds(draw: st.DrawFn) -> Json:
    return random_round(lambda low, high: draw(st.integers(low, high)))


def random_round(source: Integers) -> Json:
    """A random tiny round as a JSON document, from a Random or from integers drawn in a range.

    One to three pools, one to four proposals, and requests of at most six grant steps.
    """
    at = Setting(source)
    organisations = [organisation(at, k + 1) for k in range(1 + at.chance(70) + at.chance(25))]
    donors = [
        {"donor_id": f"D{k + 1}", "name": f"Made-up donor {k + 1}", "kind": at.choice(DONOR_KINDS)}
        for k in range(at.integer(1, 3))
    ]
    envelopes = 1 + at.chance(95) + at.chance(60)
    applications = 1 + at.chance(97) + at.chance(90) + at.chance(75)
    most = 5 if envelopes * applications > 8 else 6
    requests = [max(at.integer(1, most), at.integer(1, most)) for _ in range(applications)]
    proposals = [
        proposal(at, k + 1, units, organisations, donors) for k, units in enumerate(requests)
    ]
    link_proposals(at, proposals)
    pools = [
        pool(at, k + 1, _budget(at, sum(requests), envelopes), donors) for k in range(envelopes)
    ]
    document: Json = {
        "donors": donors,
        "pools": pools,
        "organisations": organisations,
        "proposals": proposals,
        "pairs": pairs(at, pools, proposals, requests, donors),
        "reviews": score_proposals(at, proposals),
        "commitments": commitments(at, organisations),
    }
    given = {table: rows for table, rows in document.items() if rows}
    return {"round": header(at, given), **given}


def _budget(at: Setting, asked: int, pools: int) -> int:
    """Units for one of so many pools, which in all hold from 60 % to 160 % of what is asked."""
    return max(1, asked * at.choice((5, 4, 6, 7, 3, 8)) // (5 * pools) + at.chance(50))
