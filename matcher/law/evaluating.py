"""The truth of conditions on one day, array-wise, in three values.

False is 0, unknown 1 and true 2, so that `and` is the least, `or` the greatest and `not` what is
left of 2 (Kleene's strong logic). A fact is judged once for each of its distinct values, then
looked up for every row, pair or link that a frame lays out.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from matcher.law.comparing import Values, all_compared, answers
from matcher.law.known import (
    FALSE,
    TRUE,
    UNKNOWN,
    Column,
    Frame,
    Known,
    Truth,
    factorised,
    looked_up,
)
from matcher.regulation.columns import largest_grants
from matcher.regulation.conditions import (
    Compare,
    Joined,
    Node,
    Not,
    Operator,
    Quantified,
    Reference,
    Word,
)


@dataclass
class Day(Known):
    """What is known of a round on a day, and the truth of conditions then."""

    of_contributions: dict[int, Truth] = field(default_factory=dict)
    """What was found of each outcome over the contributions of every pool."""
    _tests: dict[tuple[str, str], Truth] = field(default_factory=dict)
    _otherwise: dict[int, np.int8] = field(default_factory=dict)
    """The truth of each comparison of a grant's fact, by identity, where nothing is stated."""

    def truth(self, node: Node, frame: Frame) -> Truth:
        """Give the truth of a condition over a frame."""
        if isinstance(node, Joined):
            found = self.truth(node.parts[0], frame)
            join = np.maximum if node.any_ else np.minimum
            for part in node.parts[1:]:
                found = join(found, self.truth(part, frame))
            return found
        if isinstance(node, Not):
            return TRUE - self.truth(node.part, frame)
        if isinstance(node, Quantified):
            owner = "pool" if node.root == "contributor" else "proposal"
            return self.quantified(node)[frame.roots[owner][1]]
        if isinstance(node.right, Reference):
            return self._two(node, node.right, frame)
        if node.left.root == "grant":
            return self._grant(node, frame)
        subject, rows = frame.roots[node.left.root]
        return self.test(subject, node)[rows]

    def quantified(self, node: Quantified) -> Truth:
        """Give any() or all() for every pool, or every proposal."""
        if node.root == "contributor":
            links, subject, owner = self.stated.contributions, "donor", "pool"
            rows = links.giver
        else:
            links, subject, owner = self.stated.subgrants, "organisation", "proposal"
            rows = links.receiver
        truth = self.truth(node.part, Frame({node.root: (subject, rows)}))
        found = np.full(len(self.stated.ids[owner]), FALSE if node.any_ else TRUE, np.int8)
        (np.maximum if node.any_ else np.minimum).at(found, links.owner, truth)
        return found

    def test(self, subject: str, node: Compare) -> Truth:
        """Give the truth of a comparison with words for every row of a subject."""
        key = subject, node.test
        found = self._tests.get(key)
        if found is None:
            found = self.shared.tests.get(key)
        if found is None:
            if isinstance(node.right, Reference):
                raise AssertionError("a comparison of two facts is no test of one")
            column, kind = self.seen(subject, node.left)
            found = looked_up(column, node.operator, node.right, kind, self.day)
            timeless = not node.dated and self.stated.is_timeless(subject, node.left.name)
            (self.shared.tests if timeless else self._tests)[key] = found
        return found

    def _two(self, node: Compare, right: Reference, frame: Frame) -> Truth:
        """Hold two facts against each other, once for each pair of their distinct values."""
        (subject, rows), (other, others) = frame.roots[node.left.root], frame.roots[right.root]
        one, two = self.seen(subject, node.left)[0], self.seen(other, right)[0]
        # Columns are told apart by identity, for hashing thousands of values takes longer; what is
        # kept beside the table keeps their identities from being used again.
        key = node.operator, id(one.values), id(two.values)
        known = self.shared.tables.get(key)
        if known is None:
            table = np.full((len(one.values) + 1, len(two.values) + 1), UNKNOWN, np.int8)
            same = all_compared(node.operator, one.values, two.values)
            table[:-1, :-1] = np.where(same, TRUE, FALSE)
            self.shared.tables[key] = known = (table, one.values, two.values)
        table = known[0]
        return table[one.codes[rows], two.codes[others]]

    def _grant(self, node: Compare, frame: Frame) -> Truth:
        """Judge a fact of single grants."""
        name = node.left.name
        if name == "amount":
            return self._amount(node, frame)
        if isinstance(node.right, Reference):
            raise AssertionError("a fact of a grant is compared with words alone")
        fact = self.stated.facts.get(name)
        kind = "number" if fact is None or node.left.days_since else fact.type
        words = node.right

        def judged(values: tuple[Any, ...]) -> Truth:
            if node.left.days_since:
                values = tuple(self._days_since(value) for value in values)
            held = answers(Values(values), node.operator, words, kind, self.day)
            return np.where(held, TRUE, FALSE).astype(np.int8)

        otherwise = self._otherwise.get(id(node))
        if otherwise is None:
            usual = Fraction(0) if fact is None else self.stated.usual(name)
            otherwise = np.int8(UNKNOWN) if usual is None else judged((usual,))[0]
            self._otherwise[id(node)] = otherwise
        if frame.pairs is None:
            return np.array(otherwise, np.int8)
        keys, codes, values = self.of_pairs(name)
        found = np.full(len(frame.pairs[0]), otherwise, np.int8)
        if len(keys):
            asked = self.stated.pair_key(*frame.pairs)
            place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
            there = keys[place] == asked
            found[there] = judged(values)[codes[place[there]]]
        return found

    def largest_grants(self) -> Column:
        """Give the most that each pool may award."""
        key = "pool", "largest grant"
        if key not in self.shared.columns:
            caps = largest_grants(self.stated.round, self.stated.rows["pool"])
            self.shared.columns[key] = factorised(caps)
        return self.shared.columns[key]

    def amount_sides(self, node: Compare) -> list[tuple[Truth, Truth]]:
        """Give, for every pool and every proposal, whether its side of an amount passes a test.

        The most that a pool may award is the smaller of what both allow. One entry for `<` and the
        like; two, for at least and for equal, where the amount is to be met exactly; none where the
        round has no rate for the currency.
        """
        if node not in self.shared.amounts:
            self.shared.amounts[node] = self._amount_sides(node)
        return self.shared.amounts[node]

    def _amount_sides(self, node: Compare) -> list[tuple[Truth, Truth]]:
        rate = Fraction(1) if node.left.currency is None else self.rate(node.left.currency)
        if rate is None:
            return []
        if isinstance(node.right, Reference):
            raise AssertionError("the amount of a grant is compared with numbers alone")
        sides = (self.largest_grants(), self.column("proposal", "requested"))
        # The words are brought to the base currency, rather than thousands of amounts from it.
        words = tuple(
            Word(word.value * rate) if isinstance(word.value, Fraction) else word
            for word in node.right
        )
        signs: tuple[Operator, ...] = (node.operator,)
        if node.operator in ("==", "!="):
            signs = (">=", "==")
        return [
            (
                looked_up(sides[0], sign, words, "amount", self.day),
                looked_up(sides[1], sign, words, "amount", self.day),
            )
            for sign in signs
        ]

    def _amount(self, node: Compare, frame: Frame) -> Truth:
        """Judge the most that a pool may award to a proposal."""
        pools, proposals = frame.roots["pool"][1], frame.roots["proposal"][1]
        sides = [(one[pools], two[proposals]) for one, two in self.amount_sides(node)]
        if not sides:
            return np.array(UNKNOWN, np.int8)
        if node.operator in (">", ">="):
            return np.minimum(*sides[0])
        if node.operator in ("<", "<="):
            return np.maximum(*sides[0])
        same = np.minimum(np.minimum(*sides[0]), np.maximum(*sides[1]))
        return same if node.operator == "==" else TRUE - same
