"""The tables of a result as others may see them: by `visibility` and `confidential_terms`.

What is confidential still counts: its rows stand last, without ids and names. Where a sentence, a
code or a share could tell a term that a pool keeps to itself, less is said.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from api.results.paging import Cells
from api.results.tables import names_of
from matcher.domain import Target
from matcher.explaining.applicants.applicants import STOPS
from matcher.tables.late import STARTS
from matcher.writing.visibility import CONFIDENTIAL_TERM, ShownRound
from matcher.writing.words import HELD, NONE_MAY_FUND, no_pool

IDS: Mapping[str, tuple[str, ...]] = {
    "awards": ("pool_id", "proposal_id"),
    "decisions": ("proposal_id",),
    "pools": ("pool_id",),
    "targets": (),
    "out_of_order": ("pool_id", "funded_instead", "passed_over"),
    "steps": ("pool_id", "proposal_id"),
}
"""The ids in each table that are blank where what they name is confidential."""
AVAILABLE = {"available_from", "available_until"}
"""The columns that the term `available` is made of."""
WITHHELD = "withheld"
STOPPED = "It could not be funded within the rules of the round."


def for_others(table: str, rows: Sequence[Cells], shown: ShownRound) -> list[dict[str, str]]:
    """Give the rows of a table's file as others may see them."""
    told = _Told(shown)
    clean = told.by_table[table]
    found = [{**row, **clean(row), **dict(names_of(table, row, shown))} for row in rows]
    # The place of a row among sorted ids would tell what its own is like.
    hidden = [any(not row[column] for column in IDS[table]) for row in found]
    return [row for row, last in zip(found, hidden, strict=True) if not last] + [
        row for row, last in zip(found, hidden, strict=True) if last
    ]


class _Told:
    """What others are told of each kind of row."""

    def __init__(self, shown: ShownRound) -> None:
        self.shown, self.round = shown, shown.round
        kept = {term for pool in self.round.pools for term in pool.confidential_terms}
        self.kept = kept | ({"available"} if kept & AVAILABLE else set())
        hiding = [re.escape(p.pool_id) for p in self.round.pools if self._hides(p.pool_id)]
        self._hiding = re.compile(rf"(?<![\w-])(?:{'|'.join(hiding) or '(?!)'})(?![\w-])")
        self.targets: Mapping[str, Target] = {target.id: target for target in self.round.targets}
        self.by_table: Mapping[str, Callable[[Cells], dict[str, str]]] = {
            "awards": self.award, "decisions": self.decision, "pools": self.pool,
            "targets": self.target, "out_of_order": self.jump, "steps": self.step,
        }  # fmt: skip

    def award(self, row: Cells) -> dict[str, str]:
        shown, pool, proposal = self.shown, row["pool_id"], row["proposal_id"]
        told = {
            "pool_id": shown.pool_label(pool),
            "donor_id": shown.donor_label(pool),
            "proposal_id": shown.proposal_label(proposal),
            "org_id": shown.organisation_label(proposal),
            "condition": shown.text(row["condition"], proposal),
        }
        if self._hides(pool):
            # That a pair waits for an answer tells what the pool asks for.
            told |= {"verdict": "", "conditional": "", "condition": CONFIDENTIAL_TERM}
        if not told["pool_id"]:
            told["earliest_payment"] = ""
        if not told["pool_id"] or shown.keeps(pool, "currency"):
            told |= {"pool_currency": "", "amount_in_pool_currency": ""}
        return told

    def decision(self, row: Cells) -> dict[str, str]:
        shown, proposal = self.shown, row["proposal_id"]
        payers = [pool for pool in row["funders"].split(";") if pool]
        told = {
            "proposal_id": shown.proposal_label(proposal),
            "org_id": shown.organisation_label(proposal),
            "funders": self._labels(payers),
            "reason": shown.reason(row["reason"], proposal),
            "binding": self._labels(row["binding"].split(";")),
        }
        if any(self._hides(pool) for pool in payers):
            told["conditional"] = ""
        if less := self._less(row):
            told |= {"reason": shown.reason(less, proposal), "binding": ""}
        if not told["proposal_id"]:
            told["binding"] = ""
        return told

    def pool(self, row: Cells) -> dict[str, str]:
        told = {"pool_id": self.shown.pool_label(row["pool_id"])}
        if self.shown.keeps(row["pool_id"], "budget", "hold_back_share"):
            told |= {"budget": "", "left": "", "share_used": ""}
        return told

    def target(self, row: Cells) -> dict[str, str]:
        target = self.targets[row["target_id"]]
        told = {"target_id": self.shown.text(row["target_id"])}
        of_budget = row["bound"].endswith("share") and target.of == "budget"
        pools = [target.pool] if target.pool else self.round.pools_by_id
        if of_budget and any(self.shown.keeps(p, "budget", "hold_back_share") for p in pools):
            # With what is awarded, the share of a budget tells it; of all of them, what is kept.
            told |= {"value": "", "slack": ""}
        return told

    def jump(self, row: Cells) -> dict[str, str]:
        shown = self.shown
        hides = self._hides(row["pool_id"])
        return {
            "pool_id": shown.pool_label(row["pool_id"]),
            "funded_instead": shown.proposal_label(row["funded_instead"]),
            "passed_over": shown.proposal_label(row["passed_over"]),
            "why": CONFIDENTIAL_TERM if hides else shown.text(row["why"], row["passed_over"]),
        }

    def step(self, row: Cells) -> dict[str, str]:
        shown, proposal = self.shown, row["proposal_id"]
        told = {
            "pool_id": shown.pool_label(row["pool_id"]),
            "proposal_id": shown.proposal_label(proposal),
            "step": shown.text(row["step"], proposal),
            "responsible": shown.text(row["responsible"], proposal),
        }
        if told["pool_id"] and told["proposal_id"]:
            return told
        # What the law asks of either side tells what that side is.
        blank = ("responsible", "lead_days", "due", "citation")
        return told | {"step": WITHHELD} | dict.fromkeys(blank, "")

    def _hides(self, pool: str) -> bool:
        """Say whether a pool is confidential or keeps some of its terms so."""
        return not self.shown.pool_label(pool) or self.shown.keeps(pool)

    def _labels(self, names: Iterable[str]) -> str:
        """Give ids and codes, those of confidential pools left out."""
        pools = self.round.pools_by_id
        labels = [self.shown.pool_label(n) if n in pools else self.shown.text(n) for n in names]
        return ";".join(label for label in labels if label)

    def _less(self, row: Cells) -> str:
        """Give what is said instead of a reason that could tell a term which some pool keeps."""
        binding = set(row["binding"].split(";"))
        keeping = bool(binding & self.kept) or self._hiding.search(row["reason"]) is not None
        keeping |= any(self._hides(pool) for pool in binding & self.round.pools_by_id.keys())
        match row["decision"]:
            case "no_matching_pool" if keeping:
                return no_pool(self.round.policy.start_policy)
            case "held_for_review" if keeping:
                return HELD
            case "not_funded" if self.kept & {t for code in binding for t in STOPS.get(code, ())}:
                return STOPPED
            case _ if keeping and STARTS in binding:
                return NONE_MAY_FUND
        return ""
