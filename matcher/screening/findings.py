"""Screen parties against lists: what each one matches, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from matcher.screening.entries import Entry, Lists, plain_id
from matcher.screening.matching import Manner, match_names
from matcher.screening.ownership import Holding, owned_by_half
from matcher.screening.parties import Party

Value = Literal["clear", "near", "hit"]
VALUES: tuple[Value, ...] = ("clear", "near", "hit")
"""What a screening may come to, the gravest last."""
DEFAULT_THRESHOLD = 88
"""The likeness from which two names are near; measured in docs/reference/screening.md."""


@dataclass(frozen=True)
class Finding:
    """One entry of a list that a party is, or may be, and why.

    `asked` is the name that matched, the party's or its owner's, `known` the entry's name, alias
    or id; `asked_form` and `known_form` are their normal forms and `score` their likeness, 0 to
    100 (blank and 100 for an id). `entry_owned` is the percentage of an entry that counts only
    because listed owners hold so much of it; `owned` what the owner who matched, and others who
    did, hold of the party together.
    """

    party_id: str
    value: Value
    manner: Manner | Literal["same id"]
    entry: Entry
    asked: str
    known: str
    asked_form: str
    known_form: str
    score: int
    entry_owned: Decimal | None = None
    owned: Decimal | None = None


def screen(
    parties: Sequence[Party], lists: Lists, threshold: int = DEFAULT_THRESHOLD
) -> list[Finding]:
    """Give what the parties match, in order of the parties, each party's gravest finding first.

    `lists` are the entries of one day (`Lists.on`). A party without a finding is clear. A name
    that is not equal is near from the likeness `threshold` on, 0 to 100. An owner may be a name or
    the id of another of the parties, whose own owners then count too.
    """
    shares = _counting(lists)
    active = Lists([entry for entry in lists.entries if _key(entry) in shares])
    screened = [*parties, *_owners(parties)]
    own: list[list[Finding]] = [[] for _ in screened]
    for at, finding in (*_by_id(screened, active), *_by_name(screened, active, threshold)):
        own[at].append(replace(finding, entry_owned=shares[_key(finding.entry)]))
    own = [_best(found) for found in own]
    _through_owners(parties, screened, own)
    return [f for found in own[: len(parties)] for f in sorted(found, key=_gravest)]


def _key(entry: Entry) -> tuple[str, str]:
    return entry.list, entry.entry_id


def _counting(lists: Lists) -> dict[tuple[str, str], Decimal | None]:
    """Give the entries that count: those listed, and with their percentage those so owned."""
    entries = lists.entries
    holdings: dict[int, list[Holding[int]]] = {
        place: [(lists.owner(owner, entry.list), share) for owner, share in entry.owned_by]
        for place, entry in enumerate(entries)
        if entry.owned_by
    }
    listed = [place for place, entry in enumerate(entries) if entry.listed]
    owned = owned_by_half(holdings, listed)
    return {_key(entries[place]): owned.get(place) for place in (*listed, *owned)}


def _owners(parties: Sequence[Party]) -> list[Party]:
    """Give the owners who are no parties themselves, each once."""
    ids = {party.party_id for party in parties}
    names = {owner for party in parties for owner, _ in party.owners}
    return [Party(name, name) for name in sorted(names - ids)]


def _by_id(screened: Sequence[Party], lists: Lists) -> Iterator[tuple[int, Finding]]:
    """Find parties that have an id of an entry; one without a kind is of any kind."""
    known: defaultdict[tuple[str, str], list[tuple[Entry, str]]] = defaultdict(list)
    for entry in lists.entries:
        for written in entry.ids:
            kind, _, number = written.rpartition(":")
            known[kind.strip().casefold(), plain_id(number)].append((entry, written))
    for at, party in enumerate(screened if known else ()):
        for kind, number in party.ids:
            value = plain_id(number)
            for key in ((kind.casefold(), value), ("", value)):
                for entry, written in known.get(key, ()):
                    names = (party.name, written, "", "")
                    yield at, Finding(party.party_id, "hit", "same id", entry, *names, 100)


def _by_name(
    screened: Sequence[Party], lists: Lists, threshold: int
) -> Iterator[tuple[int, Finding]]:
    for match in match_names([party.name for party in screened], lists, threshold):
        party, spelling = screened[match.asked], match.spelling
        value: Value = "hit" if match.exact else "near"
        entry = lists.entries[spelling.entry]
        names = (party.name, spelling.name, match.asked_form, match.known_form)
        found = Finding(party.party_id, value, match.manner, entry, *names, match.score)
        yield match.asked, found


def _best(found: Iterable[Finding]) -> list[Finding]:
    """Give the gravest finding for each entry."""
    best = {_key(finding.entry): finding for finding in sorted(found, key=_gravest, reverse=True)}
    return list(best.values())


def _gravest(finding: Finding) -> tuple[int, int, tuple[str, str]]:
    return -VALUES.index(finding.value), -finding.score, _key(finding.entry)


def _through_owners(
    parties: Sequence[Party], screened: Sequence[Party], own: list[list[Finding]]
) -> None:
    """Add to the parties' findings what their owners match who hold half of them and more.

    Owners that are hits make a hit; together with those that are near they make it near.
    """
    at = {party.party_id: place for place, party in reversed(list(enumerate(screened)))}
    holdings: dict[int, list[Holding[int]]] = {
        place: [(frozenset({at[owner]}), share) for owner, share in party.owners]
        for place, party in enumerate(parties)
        if party.owners
    }
    values: tuple[Value, ...] = ("hit", "near")
    for value in values:
        grave = VALUES[VALUES.index(value) :]
        found = {place for place, known in enumerate(own) if any(f.value in grave for f in known)}
        # An owner stands before what it owns, so its own findings are complete by then.
        for place, share in owned_by_half(holdings, found).items():
            party_id = parties[place].party_id
            for owner, _ in parties[place].owners:
                for finding in sorted(own[at[owner]], key=_gravest)[:1]:
                    if finding.value in grave:
                        through = replace(finding, party_id=party_id, value=value, owned=share)
                        own[place].append(through)
