"""What a round states: facts with their windows and provenance, waivers, links of the chain."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain import Fact as FactRow
from matcher.domain import Round
from matcher.errors import Problem
from matcher.law.statements import Statement, Statements
from matcher.regulation.columns import COLUMNS, PAIR_FACTS, SUBJECTS
from matcher.regulation.conditions import parsed, references
from matcher.regulation.pack import Fact
from matcher.regulation.values import BadValue, value_of

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Links:
    """Entries of a link of the chain: whose (pool or proposal), its giver and its receiver."""

    owner: Rows
    giver: Rows
    receiver: Rows


class Stated:
    """Everything stated in a round for the facts of its packs; rows of each subject by id.

    A value that cannot be right states nothing; that it stands there is not told here.
    """

    def __init__(self, round_: Round, facts: Mapping[str, Fact]) -> None:
        self.round, self.facts = round_, facts
        self.rows: dict[str, list[Any]] = {}
        self.ids: dict[str, list[str]] = {}
        self.at: dict[str, dict[str, int]] = {}
        for subject, (table, key) in SUBJECTS.items():
            rows = sorted(getattr(round_, table), key=attrgetter(key))
            self.rows[subject] = rows
            self.ids[subject] = [getattr(row, key) for row in rows]
            self.at[subject] = {name: place for place, name in enumerate(self.ids[subject])}
        self.problems: list[Problem] = []
        self._timeless: dict[tuple[str, str], bool] = {}
        self._typed: dict[tuple[str, str], Any] = {}
        self._of_rows: dict[tuple[str, str], Statements] = {}
        self._of_pairs: dict[str, Statements] = {}
        self._read_columns()
        self._read_facts()
        self._contradictions()

    def of_rows(self, subject: str, name: str) -> Statements:
        """Give the statements of a fact by the row of its subject."""
        return self._of_rows.setdefault((subject, name), Statements())

    def of_pairs(self, name: str) -> Statements:
        """Give the statements of a fact of grants, by `pair_key`."""
        return self._of_pairs.setdefault(name, Statements())

    def pair_key(self, pools: Any, proposals: Any) -> Any:
        """Give a number for each pair of the rows of a pool and a proposal."""
        return pools * len(self.ids["proposal"]) + proposals

    def pair_id(self, key: int) -> str:
        """Give a pair as facts.csv writes it."""
        pool, proposal = divmod(key, len(self.ids["proposal"]))
        return f"{self.ids['pool'][pool]}:{self.ids['proposal'][proposal]}"

    def is_timeless(self, subject: str, name: str) -> bool:
        """Say whether a fact or column is the same on every day."""
        key = subject, name
        if key not in self._timeless:
            self._timeless[key] = self._same_every_day(subject, name)
        return self._timeless[key]

    def _same_every_day(self, subject: str, name: str) -> bool:
        fact = self.facts.get(name)
        if fact is None or name in COLUMNS.get(subject, {}):
            return name != "awards_this_year"
        seen = [r for clause in fact.derived for r in references(parsed(clause.when))]
        texts = " ".join(clause.when for clause in fact.derived)
        dated = "today" in texts or "days_since" in texts
        windowed = self.of_rows(subject, name).windowed
        return not (windowed or dated) and all(self.is_timeless(subject, r.name) for r in seen)

    def pairs_stated(self) -> set[int]:
        """Give the pairs of which anything is stated singly."""
        return {key for known in self._of_pairs.values() for key in known.keys}

    def pairs_awarded(self) -> set[int]:
        """Give the pairs of a pool and an organisation that it gave an earlier award."""
        at, owner = self.at, self.organisation_of_proposal
        return {
            int(self.pair_key(at["pool"][row.pool_id], proposal))
            for row in self.round.commitments
            if row.pool_id in at["pool"]
            for proposal in np.flatnonzero(owner == at["organisation"][row.org_id]).tolist()
        }

    def waived(self, day: date) -> Mapping[str, NDArray[np.int64]]:
        """Give the pairs for which a rule, or `RULE/step`, does not count on a day."""
        found: dict[str, list[int]] = defaultdict(list)
        for name in PAIR_FACTS:
            known = self.of_pairs(name)
            for key, statement in zip(known.keys, known.statements, strict=True):
                if statement.holds_on(day):
                    found[statement.value].append(key)
        return {rule: np.array(keys, np.int64) for rule, keys in found.items()}

    @cached_property
    def _every(self) -> Mapping[str, Rows]:
        return {subject: np.arange(len(ids)) for subject, ids in self.ids.items()}

    def every(self, subject: str) -> Rows:
        """Give every row of a subject."""
        return self._every[subject]

    @cached_property
    def donor_of_pool(self) -> Rows:
        """The donor of each pool."""
        at = self.at["donor"]
        return np.array([at[pool.donor_id] for pool in self.rows["pool"]], np.intp)

    @cached_property
    def organisation_of_proposal(self) -> Rows:
        """The organisation of each proposal."""
        at = self.at["organisation"]
        return np.array([at[row.org_id] for row in self.rows["proposal"]], np.intp)

    @cached_property
    def receiver_of_proposal(self) -> Rows:
        """Who gets the grant: the host, first by id, else the proposal's own organisation."""
        hosts: dict[str, str] = {}
        for partner in self.round.partners:
            if partner.role == "host":
                known = hosts.get(partner.proposal_id, partner.org_id)
                hosts[partner.proposal_id] = min(known, partner.org_id)
        at, own = self.at["organisation"], self.organisation_of_proposal.copy()
        for proposal_id, host in hosts.items():
            own[self.at["proposal"][proposal_id]] = at[host]
        return own

    @cached_property
    def contributions(self) -> Links:
        """Contributor to the pool's donor, by pool."""
        at, pools = self.at["donor"], self.at["pool"]
        entries = sorted({(pools[c.pool_id], at[c.donor_id]) for c in self.round.contributors})
        owner = np.array([pool for pool, _ in entries], np.intp)
        giver = np.array([donor for _, donor in entries], np.intp)
        return Links(owner, giver, self.donor_of_pool[owner])

    @cached_property
    def subgrants(self) -> Links:
        """Receiver of the grant to each partner, by proposal."""
        at, proposals = self.at["organisation"], self.at["proposal"]
        entries = sorted(
            {
                (proposals[partner.proposal_id], at[partner.org_id])
                for partner in self.round.partners
                if partner.role == "partner"
            }
        )
        owner = np.array([proposal for proposal, _ in entries], np.intp)
        receiver = np.array([partner for _, partner in entries], np.intp)
        return Links(owner, self.receiver_of_proposal[owner], receiver)

    def _read_columns(self) -> None:
        for subject, rows in self.rows.items():
            names = {name for name, fact in self.facts.items() if subject in fact.of}
            spoken: dict[tuple[str, str], tuple[Statements, Statement] | None] = {}
            for place, row in enumerate(rows):
                for cell in row.facts.items():
                    name, text = cell
                    if name not in names or not text:
                        continue
                    if cell not in spoken:
                        value = self._value(name, text)
                        known_as = self.of_rows(subject, name), Statement(value, None)
                        spoken[cell] = None if isinstance(value, BadValue) else known_as
                    if said := spoken[cell]:
                        known, statement = said
                        known.add(place, statement)

    def _read_facts(self) -> None:
        for index, row in enumerate(self.round.facts):
            if row.fact in PAIR_FACTS:
                self._read_waiver(index, row)
            elif (fact := self.facts.get(row.fact)) is not None:
                value = self._value(row.fact, row.value)
                if not isinstance(value, BadValue):
                    self._place(index, row, fact, Statement(value, row))

    def _place(self, index: int, row: FactRow, fact: Fact, statement: Statement) -> None:
        single = fact.of == ("grant",)
        if single and (pair := self._pair(row.subject)) is not None:
            self.of_pairs(row.fact).add(pair, statement)
            return
        placed = False
        for subject in fact.of:
            at = self.at.get(subject, {}).get(row.subject)
            if at is not None:
                self.of_rows(subject, row.fact).add(at, statement)
                placed = True
        if not placed:
            kinds = "pair pool:proposal" if single else " or ".join(fact.of)
            what = f"is no {kinds}, of which {row.fact} is a fact."
            remedy = f"Write the id of a {kinds}."
            self.problems.append(Problem("facts", index, "subject", row.subject, what, remedy))

    def _contradictions(self) -> None:
        """Find rows that say different things of the same days with the same weight."""
        facts = [self._of_rows[key] for key in self._of_rows]
        facts += [known for name, known in self._of_pairs.items() if name not in PAIR_FACTS]
        index = {id(row): place for place, row in enumerate(self.round.facts)}
        for known in facts:
            for rows in known.rows_by_key():
                for place, later in enumerate(rows[1:], start=1):
                    if any(_contradict(earlier, later) for earlier in rows[:place]) and later.row:
                        row = later.row
                        what = f"contradicts a row on {row.fact} of {row.subject}, for some days."
                        remedy = "Give the row that counts a later checked_on, or end a window."
                        at = index[id(row)]
                        self.problems.append(Problem("facts", at, "value", row.value, what, remedy))

    def _read_waiver(self, index: int, row: FactRow) -> None:
        pair = self._pair(row.subject)
        if pair is None:
            what = f"is no pair of this round, and a {row.fact} is of one pair."
            remedy = "Write pool:proposal, as in P07:B080."
            self.problems.append(Problem("facts", index, "subject", row.subject, what, remedy))
        for column, given in (("source", row.source), ("checked_by", row.checked_by)):
            if given is None:
                what = f"is missing from a {row.fact}."
                remedy = "Write where it is documented and who decided it."
                self.problems.append(Problem("facts", index, column, "", what, remedy))
        if pair is not None:
            self.of_pairs(row.fact).add(pair, Statement(row.value, row))

    def _pair(self, subject: str) -> int | None:
        pool, _, proposal = subject.partition(":")
        found = self.at["pool"].get(pool), self.at["proposal"].get(proposal)
        if found[0] is None or found[1] is None:
            return None
        return int(self.pair_key(found[0], found[1]))

    def usual(self, name: str) -> Any:
        """Give what a fact is where nothing is stated, None where that is not known."""
        text = self.facts[name].unless_stated
        return None if text is None else self._value(name, text)

    def _value(self, name: str, text: str) -> Any:
        """Give the value that a text states, or what is wrong with it; each text is read once."""
        key = name, text
        if key not in self._typed:
            try:
                self._typed[key] = value_of(self.facts[name], text)
            except BadValue as bad:
                self._typed[key] = bad
        return self._typed[key]


def _contradict(one: Statement, other: Statement) -> bool:
    same_days = max(one.begins, other.begins) <= min(one.ends, other.ends)
    return same_days and one.weight == other.weight and one.value != other.value
