"""What no single key of a rule pack shows: citations, steps, conditions, versions that overlap."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import CycleError

from matcher.domain.tables import TABLES
from matcher.regulation.columns import CODES, COLUMNS, PAIR_FACTS, SUBJECTS
from matcher.regulation.conditions import (
    NONE,
    Compare,
    Joined,
    NoCondition,
    Node,
    Quantified,
    Reference,
    parsed,
)
from matcher.regulation.marked_yaml import Marked, Place
from matcher.regulation.pack import Citation, Fact, Link, Outcome, Pack, Rule, Step
from matcher.regulation.values import BadValue, value_of
from matcher.regulation.waiting import in_order
from matcher.regulation.words import wanted

STANDS_FOR: Mapping[Link, Mapping[str, str]] = {
    "contribution": {
        "giver": "donor", "receiver": "donor", "donor": "donor", "pool": "pool",
        "contributor": "donor",
    },
    "grant": {
        "giver": "donor", "receiver": "organisation", "donor": "donor", "pool": "pool",
        "organisation": "organisation", "proposal": "proposal", "grant": "grant",
        "contributor": "donor", "partner": "organisation",
    },
    "subgrant": {
        "giver": "organisation", "receiver": "organisation", "donor": "donor", "pool": "pool",
        "organisation": "organisation", "proposal": "proposal", "contributor": "donor",
        "partner": "organisation",
    },
}  # fmt: skip
"""What each word of a condition stands for, by the link that is judged."""


def find_faults(pack: Pack, marked: Marked) -> None:
    """Note everything in a pack that cannot be used, each with its place."""
    _Faults(pack, marked).find()


class _Faults:
    def __init__(self, pack: Pack, marked: Marked) -> None:
        self.pack, self.marked = pack, marked

    def find(self) -> None:
        for name, fact in self.pack.facts.items():
            self._fact(name, fact, ("facts", name))
        for at, rule in enumerate(self.pack.rules):
            self._rule(rule, ("rules", at))
        self._versions()
        self._waiting()

    def _fact(self, name: str, fact: Fact, place: Place) -> None:
        tell = self.marked.tell
        known = {column for s in fact.of if s in SUBJECTS for column in _columns(s)}
        if name in (*PAIR_FACTS, *known):
            tell(place, name, "is a name that rounds have already.", "Call the fact otherwise.")
        if (fact.type in ("choice", "choices")) != bool(fact.values):
            what = "has values that do not go with its type."
            tell(place, name, what, "Give values to a choice, and to nothing else.")
        ends = [end for end in (fact.least, fact.most) if end is not None]
        if ends and (fact.type not in ("number", "amount") or sorted(ends) != ends):
            what = "has ends that do not go with its type, or with each other."
            tell(place, name, what, "Give least and most to numbers alone, the smaller first.")
        if "grant" in fact.of and len(fact.of) > 1:
            tell(
                (*place, "of"), "", "is of grants and of others.", "Make it a fact of grant alone."
            )
        texts = [("unless_stated", fact.unless_stated), *((d.when, d.value) for d in fact.derived)]
        for where, text in texts:
            if text is not None:
                try:
                    value_of(fact, text)
                except BadValue as bad:
                    tell((*place, "derived"), text, f"{where}: {bad.what}", bad.remedy)
        for at, clause in enumerate(fact.derived):
            for subject in fact.of:
                self._condition(clause.when, {"self": subject}, (*place, "derived", at, "when"))

    def _rule(self, rule: Rule, place: Place) -> None:
        if rule.effective and rule.ends and rule.ends < rule.effective:
            what = f"ends before it holds ({rule.effective})."
            self.marked.tell((*place, "ends"), str(rule.ends), what, "Correct one of the dates.")
        for at, outcome in enumerate(rule.outcomes):
            self._outcome(rule, outcome, (*place, "outcomes", at))
        named = [step for outcome in rule.outcomes for step in outcome.steps]
        for at, step in enumerate(rule.steps):
            where = (*place, "steps", at)
            self._step(step, where)
            if step.id not in named:
                what = "is a step that no outcome asks for."
                self.marked.tell(where, step.id, what, "Name it in an outcome, or take it out.")

    def _outcome(self, rule: Rule, outcome: Outcome, place: Place) -> None:
        self._citations(outcome.cite, (*place, "cite"))
        known = {step.id for step in rule.steps}
        for name in outcome.steps:
            if name not in known:
                what = f"is no step of {rule.id}."
                self.marked.tell((*place, "steps"), name, what, "Write it under steps.")
        if outcome.verdict == "eligible_with_steps" and not outcome.steps:
            what = "asks for steps and names none."
            self.marked.tell(place, "", what, "Name the steps, or choose another verdict.")
        if outcome.verdict in ("eligible", "ineligible") and outcome.steps:
            what = f"names steps, but says {outcome.verdict}."
            self.marked.tell(place, "", what, "Take them out, or choose another verdict.")
        for link in rule.links:
            self._condition(outcome.when, STANDS_FOR[link], (*place, "when"))
            if link != "grant" and "grant." in outcome.when:
                what = "names the grant in a rule that is not of grants alone."
                self.marked.tell((*place, "when"), "", what, "Keep links: [grant], or split it.")

    def _step(self, step: Step, place: Place) -> None:
        days = (step.days.minimum.days, step.days.planned.days, step.days.p90.days)
        if sorted(days) != list(days):
            what = f"has days that do not rise: {days}."
            self.marked.tell(place, step.id, what, "Write minimum ≤ planned ≤ p90.")
        for name in ("minimum", "planned", "p90"):
            duration = getattr(step.days, name)
            self._citations(duration.cite, (*place, "days", name, "cite"))
            if bool(duration.cite) == bool(duration.plan):
                what = f"has days for {name} without one source."
                self.marked.tell((*place, "days", name), "", what, "Give either cite or plan.")

    def _citations(self, citations: Iterable[Citation], place: Place) -> None:
        for cite in citations:
            if cite.source not in self.pack.sources:
                what = "is a source that the pack does not list."
                self.marked.tell(place, cite.source, what, "Write it under sources.")

    def _condition(self, text: str, stands_for: Mapping[str, str], place: Place) -> None:
        try:
            self._node(parsed(text), stands_for)
        except NoCondition as wrong:
            told = any(p.row == self.marked.line(place) for p in self.marked.problems)
            if not told:
                remedy = "See “Conditions” in the reference of rule packs."
                self.marked.tell(place, text, f"{wrong}.", remedy)

    def _node(self, node: Node, stands_for: Mapping[str, str]) -> None:
        if isinstance(node, Joined):
            for part in node.parts:
                self._node(part, stands_for)
        elif isinstance(node, Compare):
            self._compare(node, stands_for)
        elif isinstance(node, Quantified):
            if node.root not in stands_for:
                raise NoCondition(f"asks of {node.root}s, which this link does not have")
            self._node(node.part, {node.root: stands_for[node.root]})
        else:
            self._node(node.part, stands_for)

    def _compare(self, node: Compare, stands_for: Mapping[str, str]) -> None:
        kind, fact = self._seen(node.left, stands_for)
        if isinstance(node.right, Reference):
            other, _ = self._seen(node.right, stands_for)
            if "grant" in (node.left.root, node.right.root):
                raise NoCondition("compares a fact of the grant with another fact")
            if kind.removesuffix("s") != other.removesuffix("s"):
                raise NoCondition(f"compares a {kind} with a {other}")
            return
        wanted(node.operator, node.right, kind, date(2000, 1, 1))
        codes = CODES.get(node.left.name, ()) if fact is None else fact.values
        for word in node.right if codes else ():
            if str(word.value) not in (*codes, NONE):
                raise NoCondition(f"names {word.value}, which is no value of {node.left}")

    def _seen(self, reference: Reference, stands_for: Mapping[str, str]) -> tuple[str, Fact | None]:
        subject = stands_for.get(reference.root)
        if subject is None:
            raise NoCondition(f"names {reference.root}, which does not go with this link")
        fact = self.pack.facts.get(reference.name)
        kind = COLUMNS.get(subject, {}).get(reference.name)
        if kind is None and (fact is None or subject not in fact.of):
            raise NoCondition(
                f"names {reference}, but {reference.name} is no declared fact of a {subject}"
            )
        kind = kind or (fact.type if fact else "text")
        if reference.days_since and kind != "date":
            raise NoCondition(f"counts days since {reference.name}, which is no date")
        if reference.currency and kind != "amount":
            raise NoCondition(f"takes {reference.name}, which is no amount, as money")
        return ("number" if reference.days_since else str(kind)), fact

    def _versions(self) -> None:
        windows: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
        for at, rule in enumerate(self.pack.rules):
            begins, ends = rule.effective or date.min, rule.ends or date.max
            for first, last, _ in windows[rule.id]:
                if begins <= last and first <= ends:
                    what = "has a version that holds on some of the same days."
                    remedy = "End one the day before the other is effective."
                    self.marked.tell(("rules", at), rule.id, what, remedy)
            windows[rule.id].append((begins, ends, at))

    def _waiting(self) -> None:
        known = {(rule.id, step.id) for rule in self.pack.rules for step in rule.steps}
        links = {rule.id: set(rule.links) for rule in self.pack.rules}
        for at, rule in enumerate(self.pack.rules):
            for place, step in enumerate(rule.steps):
                for name in step.after:
                    other, _, its = name.rpartition("/")
                    owner = other or rule.id
                    where = ("rules", at, "steps", place, "after")
                    if owner in links and (owner, its) not in known:
                        self.marked.tell(where, name, "is no step of a rule here.", "Correct it.")
                    elif links.get(owner, set(rule.links)).isdisjoint(rule.links):
                        what = "is a step of a rule for other links, which cannot be waited for."
                        self.marked.tell(where, name, what, "Take it out.")
        try:
            in_order(self.pack.rules)
        except CycleError as cycle:
            names = " after ".join(f"{key.rule}/{key.step}" for key in cycle.args[1])
            self.marked.tell(("rules",), "", f"has steps that wait for each other: {names}.", "")


def _columns(subject: str) -> set[str]:
    table, _ = SUBJECTS[subject]
    return set(TABLES[table].model_fields) | set(COLUMNS[subject])
