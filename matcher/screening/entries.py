"""Lists of names to screen against: their entries (columns: docs/reference/screening.md)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from matcher.domain import fields as f
from matcher.domain.fields import refuse
from matcher.domain.tables import Row, ordered
from matcher.screening.names import Form, forms_of, meet

Shares = tuple[tuple[str, Decimal], ...]
"""Owners, each an id or a name, with their percentage."""


def shares_of(value: Any) -> Shares:
    """Read `L-12:60;Some Name:12.5`; refuses shares that no owners can have."""
    if isinstance(value, tuple) and all(isinstance(part, tuple) for part in value):
        return value
    found: list[tuple[str, Decimal]] = []
    for item in f.items(value):
        owner, colon, share = item.rpartition(":")
        if not colon or not owner.strip():
            raise refuse(f"does not say how much {item} owns.", "Write owner:percentage.")
        found.append((owner.strip(), _percentage(share)))
    if len({owner for owner, _ in found}) < len(found):
        raise refuse("names an owner twice.", "Name each owner once.")
    if sum(share for _, share in found) > 100:
        raise refuse("has shares that sum to more than 100.", "Correct the percentages.")
    return tuple(found)


def _percentage(text: str) -> Decimal:
    number = f.read_rate(text.strip().removesuffix("%").strip())
    if number > 100:
        raise refuse(f"has a share of {number} %.", "Write a percentage of at most 100.")
    return number


def plain_id(value: str) -> str:
    """Give an id as it is compared: capitals, spaces and signs do not count."""
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def _ids(value: Any) -> tuple[str, ...]:
    found = f.items(value)
    for item in found:
        kind, colon, number = item.rpartition(":")
        if colon and not (kind.strip() and plain_id(number)):
            raise refuse(f"has an id, {item}, that lacks its kind or value.", "Write kind:value.")
        if not colon and (len(plain_id(item)) < 5 or not any(map(str.isdigit, item))):
            what = f"has an id, {item}, that is too plain to tell bodies apart."
            raise refuse(what, "Write kind:value, as in uei:ABC123.")
    return found


def _name(value: Any) -> str:
    text = f.items([value])
    if not text or not forms_of(text[0]):
        raise refuse("is no name: it holds neither letter nor digit.", "Write the name.")
    return text[0]


class Entry(Row):
    """A row of a list: a body or person on it, or, not `listed`, one whose owners are known."""

    key: ClassVar[str | None] = "entry_id"
    list: f.Text
    list_date: f.Date
    entry_id: f.Identifier
    name: Annotated[str, PlainValidator(_name)]
    aliases: f.Codes = ()
    ids: Annotated[tuple[str, ...], PlainValidator(_ids)] = ()
    kind: Annotated[str, f.choice(Literal["person", "organisation"])] | None = None
    owned_by: Annotated[Shares, PlainValidator(shares_of)] = ()
    listed: f.Truth = True
    valid_from: f.Date | None = None
    valid_to: f.Date | None = None
    note: f.Text | None = None

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find days that are out of order and a row that says nothing."""
        yield from ordered(self, "valid_from", "valid_to")
        if not self.listed and not self.owned_by:
            what = "is not listed, and nobody owns it: the row says nothing."
            yield refuse(what, "Name its owners, or delete the row.", "owned_by")

    def holds_on(self, day: date) -> bool:
        """Say whether the day lies in the entry's window."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Spelling(NamedTuple):
    """A name or alias of an entry (by its place among the entries) in one of its normal forms."""

    entry: int
    name: str
    form: Form


@dataclass(frozen=True)
class Lists:
    """The entries of all lists that are screened against together."""

    entries: Sequence[Entry]

    def on(self, day: date) -> "Lists":
        """Give the entries that hold on a day."""
        return Lists([entry for entry in self.entries if entry.holds_on(day)])

    @cached_property
    def dates(self) -> Mapping[str, date]:
        """Give each list with the day of its version, by name."""
        return {entry.list: entry.list_date for entry in sorted(self.entries, key=_by_list)}

    @cached_property
    def spellings(self) -> Sequence[Spelling]:
        """Give every normal form of every name and alias."""
        return [
            Spelling(place, name, form)
            for place, entry in enumerate(self.entries)
            for name in (entry.name, *entry.aliases)
            for form in forms_of(name)
        ]

    @cached_property
    def _by_text(self) -> Mapping[str, Sequence[Spelling]]:
        found: defaultdict[str, list[Spelling]] = defaultdict(list)
        for spelling in self.spellings:
            found[spelling.form.text].append(spelling)
        return found

    @cached_property
    def by_id(self) -> Mapping[str, Sequence[int]]:
        """Find entries by their own id, or by `LIST/ID`."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self.entries):
            found[entry.entry_id].append(place)
            found[f"{entry.list}/{entry.entry_id}"].append(place)
        return found

    def owner(self, written: str, list_: str) -> frozenset[int]:
        """Give the entries that an owner may be: one of the same list, of any, or of that name."""
        for key in (f"{list_}/{written}", written):
            if key in self.by_id:
                return frozenset(self.by_id[key])
        return self.named(written)

    def named(self, name: str) -> frozenset[int]:
        """Give the entries that have a name or alias of the same normal form."""
        return frozenset(s.entry for form in forms_of(name) for s in self.same_as(form))

    def same_as(self, form: Form) -> list[Spelling]:
        """Give the names and aliases that are the same as a name of this form."""
        return [s for s in self._by_text.get(form.text, ()) if meet(form, s.form)]


def _by_list(entry: Entry) -> str:
    return entry.list
