"""One side of a comparison: a round with what came of it, in memory or from a result folder."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from matcher import money
from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.regulation.pack import Pack
from matcher.results import Level, Run
from matcher.scenarios.running import Answer
from matcher.scores import scores_of
from matcher.verify import levels_of
from matcher.writing.result_folder import read_awards, read_record

Awards = Mapping[tuple[str, str], int]
"""Base minor units by (pool id, proposal id)."""

WITH_AWARDS = ("optimal", "feasible")
"""How a run ends that gives awards."""


@dataclass(frozen=True)
class Side:
    """A round and its awards, none where no plan was found; `status` is how its run ended.

    `proven` says that shortfalls and merit are the best there are, without any gap. `packs` are
    rule packs that stand in place of those installed.
    """

    round: Round
    awards: Awards
    status: str = "feasible"
    proven: bool = False
    packs: Mapping[str, Pack] = field(default_factory=dict)

    @classmethod
    def of_run(cls, run: Run, packs: Mapping[str, Pack] | None = None) -> "Side":
        """Take a finished run."""
        return cls(run.round, run.awards, run.status, _proven(run.levels), packs or {})

    @classmethod
    def of_answer(
        cls, round_: Round, answer: Answer, packs: Mapping[str, Pack] | None = None
    ) -> "Side":
        """Take the answer to a scenario, whose round is given."""
        return cls(round_, answer.awards, answer.status, _proven(answer.levels), packs or {})

    @property
    def has_awards(self) -> bool:
        """Whether the run ended with awards; it may have ended with none to make."""
        return self.status in WITH_AWARDS

    @cached_property
    def by_proposal(self) -> Mapping[str, Mapping[str, int]]:
        """What each funded proposal gets, by pool, in base minor units."""
        return _grouped((proposal, pool, units) for (pool, proposal), units in self.awards.items())

    @cached_property
    def by_pool(self) -> Mapping[str, Mapping[str, int]]:
        """What each pool that pays gives, by proposal, in base minor units."""
        return _grouped((pool, proposal, units) for (pool, proposal), units in self.awards.items())

    @cached_property
    def levels(self) -> Mapping[tuple[str, int | None], Fraction]:
        """Shortfall by priority (L1) and merit by tier (L2), exact, as the verifier has them."""
        return {
            (level.level, level.key): level.value
            for level in levels_of(self.round, self.awards)
            if level.level in ("L1", "L2")
        }

    @cached_property
    def scores(self) -> Mapping[str, int | None]:
        """The score of each proposal, in ten-thousandths."""
        return scores_of(self.round)

    def total(self, proposal_id: str) -> int:
        """Give what a proposal gets, in base minor units."""
        return sum(self.by_proposal.get(proposal_id, {}).values())


def one_currency(before: Side, after: Side) -> bool:
    """Say whether amounts of both are in the same currency, so that they can be compared."""
    return before.round.currency == after.round.currency


def one_merit(before: Side, after: Side) -> bool:
    """Say whether merit of both counts the same: projects, or money in the same currency."""
    values = {side.round.policy.value for side in (before, after)}
    return values == {"per_project"} or (len(values) == 1 and one_currency(before, after))


def read_side(
    round_: Round, folder: Path, packs: Mapping[str, Pack] | None = None
) -> tuple[Side, dict[str, Any]]:
    """Read a result folder of a round, with its record as plain values.

    Raises InvalidRound where it cannot be read, is of another round, or names what the round does
    not have.
    """
    record = read_record(folder)
    stated = record.get("round_hash")
    if stated != round_.content_hash:
        what = "is the result of another round, or of another version of this one."
        raise InvalidRound([_problem(folder, what, "Name the round that it was made from.")])
    status = str(record.get("status"))
    awards: dict[tuple[str, str], int] = {}
    if status in WITH_AWARDS:
        claim = read_awards(folder)
        problems = list(claim.problems)
        for award in claim.awards:
            pair = award.pool_id, award.proposal_id
            if pair[0] not in round_.pools_by_id or pair[1] not in round_.proposals_by_id:
                what = "is awarded, and the round has no such pool or proposal."
                problems.append(_problem(folder / "awards.csv", what, "Correct it.", award.row))
                continue
            try:
                awards[pair] = money.minor(award.amount, round_.currency)
            except ValueError as refusal:
                what = f"cannot be paid: {refusal}."
                problems.append(_problem(folder / "awards.csv", what, "Correct it.", award.row))
        if problems:
            raise InvalidRound(problems)
    counted = [level for level in _levels(record) if level.get("level") in ("L1", "L2")]
    proven = status == "optimal" and all(level.get("gap") == 0 for level in counted)
    return Side(round_, awards, status, proven, packs or {}), record


def _levels(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    levels = record.get("levels")
    return [level for level in levels if isinstance(level, dict)] if levels else []


def _proven(levels: Iterable[Level]) -> bool:
    """Say whether there are counted levels and none of them has a gap."""
    counted = [level for level in levels if level.level in ("L1", "L2")]
    return bool(counted) and all(level.gap == 0 for level in counted)


def _grouped(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for owner, other, units in sorted(rows):
        found[owner][other] = units
    return dict(found)


def _problem(path: Path, what: str, remedy: str, row: int | None = None) -> Problem:
    return Problem(str(path), row, "", "", what, remedy)
