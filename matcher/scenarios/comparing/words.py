"""A comparison in words, with names as others may see them (matcher.writing.visibility)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from matcher.money import digits_of, major
from matcher.scenarios.comparing.comparison import Comparison, Total
from matcher.wording import Said, catalogue_of
from matcher.writing import phrases, words
from matcher.writing.visibility import CONFIDENTIAL, NAME_WITHHELD, ShownRound

NAMED = 6
"""So many names stand in a sentence."""
MINUS = "\u2212"


class ComparisonWords:
    """Says what a comparison shows; `names` are shown as the later round has them, else as before.

    Ids, and the names of pools and applicants, as `visibility` allows.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.rounds = [ShownRound(side.round) for side in comparison.sides]

    def title(self, proposal_id: str) -> str:
        """Give the title of a proposal."""
        shown = self._with("proposals_by_id", proposal_id)
        return shown.title(proposal_id)

    def proposal(self, proposal_id: str) -> str:
        """Give a proposal's id and title; without the id where it is confidential."""
        shown = self._with("proposals_by_id", proposal_id)
        label = shown.proposal_label(proposal_id)
        return f"{label} {shown.title(proposal_id)}".strip()

    def applicant(self, proposal_id: str) -> str:
        """Give the name of a proposal's organisation."""
        return self._with("proposals_by_id", proposal_id).applicant(proposal_id)

    def pool(self, pool_id: str) -> str:
        """Give a pool's id and name; without the id where it is confidential."""
        shown = self._with("pools_by_id", pool_id)
        return f"{shown.pool_label(pool_id)} {shown.pool(pool_id)}".strip()

    def organisation(self, org_id: str) -> str:
        """Give the name of an organisation, unless it is to stay unknown what it applied for."""
        if org_id in self._unnamed:
            return NAME_WITHHELD
        return self._with("organisations_by_id", org_id).organisation(org_id)

    @cached_property
    def _unnamed(self) -> frozenset[str]:
        """Applicants of proposals that do not name theirs: amounts would tell whose they are."""
        return frozenset(
            proposal.org_id
            for shown in self.rounds
            for proposal in shown.round.proposals
            if shown.applicant(proposal.proposal_id) != shown.organisation(proposal.org_id)
        )

    def payers(self, proposal_id: str, later: bool) -> str:
        """Give who pays a proposal on one side: `P07 40,000 and P08 5,000`; nothing for none."""
        side, shown = self.comparison.sides[later], self.rounds[later]
        paid = side.by_proposal.get(proposal_id, {})
        return phrases.spoken(
            f"{shown.pool_label(pool) or CONFIDENTIAL['pool']} {self.minor(units, later)}"
            for pool, units in paid.items()
        )

    @cached_property
    def whole(self) -> bool:
        """Whether all amounts of both sides are without decimals."""
        proposals, pools = self.comparison.proposals, self.comparison.pools
        amounts: list[Decimal | None] = [
            *proposals["amount_before"], *proposals["amount_after"],
            *pools["budget_before"], *pools["budget_after"],
        ]  # fmt: skip
        return all(value is None or value % 1 == 0 for value in amounts)

    def amount(self, value: Decimal | None, signed: bool = False) -> str:
        """Give an amount in major units, with a sign where it is a difference."""
        if value is None:
            return catalogue_of().say("compare-none")
        places = 0 if self.whole else self._digits()
        text = phrases.decimal_text(abs(value) if signed else value, places)
        return f"{_sign(value)}{text}" if signed else text

    def minor(self, units: int, later: bool) -> str:
        """Give minor units of a side's currency as an amount."""
        return self.amount(major(units, self.comparison.sides[later].round.currency))

    def label(self, total: Total) -> str:
        """Name a figure."""
        counted = dict.fromkeys(words.MERIT[s.round.policy.value] for s in self.comparison.sides)
        if total.figure in ("merit", "shortfall"):
            level = "L2" if total.figure == "merit" else "L1"
            tiers = sum(other.figure == "merit" for other in self.comparison.totals_exact) > 1
            name = words.level(level, total.key, " → ".join(counted), tiers)
            return phrases.sentence(name).removesuffix(".")
        return catalogue_of().say(f"compare-figure-{total.figure.replace('_', '-')}")

    def figure(self, kind: str, value: Decimal | int | None, signed: bool = False) -> str:
        """Give a figure of the whole as text."""
        if value is None:
            return catalogue_of().say("compare-none")
        if kind == "money":
            return self.amount(Decimal(value), signed)
        places = {"count": 0, "score": 1, "shortfall": 4}.get(kind, self._merit_places())
        number = Decimal(value)
        text = phrases.decimal_text(abs(number) if signed else number, places)
        return f"{_sign(value)}{text}" if signed else text

    def bound(self, kind: str, value: Decimal | int | None) -> str:
        """Give the limit or the value of a target's bound as text."""
        if value is None:
            return catalogue_of().say("compare-none")
        if kind == "share":
            return phrases.percent(Decimal(value))
        return self.amount(value) if isinstance(value, Decimal) else phrases.grouped(value)

    def outcome(self, before: bool | None, after: bool | None) -> str:
        """Say whether a bound is held."""
        say = catalogue_of().say
        if before is None or after is None:
            held = say("compare-held" if before or after else "compare-missed")
            return f"{held}, {say('compare-new' if before is None else 'compare-gone')}"
        if before == after:
            return say("compare-held-both" if before else "compare-missed-both")
        return say("compare-now-held" if after else "compare-now-missed")

    def sentences(self) -> list[str]:
        """Say what is most of note, in a few sentences."""
        return [catalogue_of().text(said) for said in self._said()]

    def _with(self, table: str, identifier: str) -> ShownRound:
        """Give the round that has a row: the later one if both do."""
        later = self.rounds[1]
        return later if identifier in getattr(later.round, table) else self.rounds[0]

    def _digits(self) -> int:
        return max(digits_of(side.round.currency) for side in self.comparison.sides)

    def _merit_places(self) -> int:
        return 0 if self.comparison.after.round.policy.value == "per_amount" else 2

    def _said(self) -> Iterator[Said]:
        comparison = self.comparison
        for side, when in zip(comparison.sides, ("before", "after"), strict=True):
            if not side.has_awards:
                yield Said(f"compare-no-plan-{when}", {"status": words.plain(side.status)})
        counts = Counter(comparison.changes.values())
        yield Said("compare-proposals", {"in": counts["in"], "out": counts["out"]})
        if comparison.one_currency:
            changed = counts["more"] + counts["less"] + counts["other_payers"]
            if changed or counts["same"]:
                yield Said("compare-amounts", {"changed": changed})
            yield self._placed()
        else:
            currencies = [side.round.currency for side in comparison.sides]
            yield Said("compare-currencies", {"before": currencies[0], "after": currencies[1]})
        for rounds, message in (("base", "compare-only-before"), ("compare", "compare-only-after")):
            frame = comparison.proposals
            names = list(frame.loc[frame["rounds"] == rounds, "proposal_id"])
            if names:
                yield Said(message, {"count": len(names), "names": self.listed(names)})
        open_ = [side.has_awards and not side.proven for side in comparison.sides]
        if any(open_):
            which = "both" if all(open_) else "before" if open_[0] else "after"
            yield Said("compare-not-proven", {"side": which})

    def listed(self, proposals: Sequence[str]) -> str:
        """Give proposals by id, or as confidential ones, a few of them."""
        labels = [
            self._with("proposals_by_id", name).proposal_label(name) or CONFIDENTIAL["proposal"]
            for name in proposals
        ]
        return phrases.few(labels, NAMED)

    def _placed(self) -> Said:
        sums = [sum(side.awards.values()) for side in self.comparison.sides]
        by = sums[1] - sums[0]
        if not by:
            return Said("compare-placed-same")
        amount = f"{self.minor(abs(by), True)}\u00a0{self.comparison.after.round.currency}"
        return Said("compare-placed-more" if by > 0 else "compare-placed-less", {"amount": amount})


def _sign(value: Decimal | int) -> str:
    return "+" if value > 0 else MINUS if value < 0 else ""


TONES: Mapping[str, str] = {"+": "paid", MINUS: "missed"}
"""How a difference is coloured, by its sign."""
