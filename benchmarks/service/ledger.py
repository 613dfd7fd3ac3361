"""What clients have been told is done: the measure of what must be there in the end."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

COUNTED = ("key.add",)
"""Actions of which the answer, which names the object, may have been cut off for good."""


@dataclass
class Told:
    """A proposal as its applicant last heard that it is kept."""

    org_id: str
    title: str
    version: int
    withdrawn: bool = False


@dataclass
class Ledger:
    """Everything that was accepted, written down by many threads.

    `names` are the organisations that have registered, by name, with their ids. `runs` are those
    that were asked for; True where cancelling was accepted, too. `entries` are the entries that the
    audit log must have, by action and object, of those in `COUNTED` only how many. `once` are the
    Idempotency-Keys of what was accepted.
    """

    proposals: dict[str, Told] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    runs: dict[str, bool] = field(default_factory=dict)
    entries: Counter[tuple[str, str]] = field(default_factory=Counter)
    once: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def note(self, action: str, object_: str) -> None:
        """Have the audit log owe one more entry."""
        with self.lock:
            self.entries[action, object_] += 1

    def accept(self, once: str) -> None:
        """Have an Idempotency-Key's answer owed."""
        with self.lock:
            self.once.add(once)

    def fault(self, words: str) -> None:
        """Write down what must not be."""
        with self.lock:
            self.faults.append(words)
