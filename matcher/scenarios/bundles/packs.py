"""The rule packs that go into a bundle, as their files have them."""

from collections.abc import Iterator

import yaml

from matcher.domain import Round
from matcher.regulation.columns import SUBJECTS
from matcher.regulation.library import installed, pack_sources, packs_of
from matcher.regulation.pack import Pack


def judging_packs(round_: Round) -> tuple[Pack, ...]:
    """Give the packs that judge a round, by id; raises InvalidRound for one that is not here."""
    return tuple(sorted(packs_of(round_), key=lambda pack: pack.id))


def declaring_packs(round_: Round) -> tuple[Pack, ...]:
    """Give further packs without which the round would lose columns as it is read.

    A column for a fact is known by the packs that are installed, whether or not the round names
    them; what is not known is not read.
    """
    found: dict[str, Pack] = {}
    known = [*judging_packs(round_)]
    for table, name in sorted(_fact_columns(round_)):
        if any(_declares(pack, table, name) for pack in (*known, *found.values())):
            continue
        declaring = (p for _, p in sorted(installed().items()) if _declares(p, table, name))
        if pack := next(declaring, None):
            found[pack.id] = pack
    return tuple(found[id_] for id_ in sorted(found))


def _fact_columns(round_: Round) -> set[tuple[str, str]]:
    return {
        (table, name)
        for table, _ in SUBJECTS.values()
        for row in getattr(round_, table)
        for name in getattr(row, "facts", ())
    }


def _declares(pack: Pack, table: str, name: str) -> bool:
    fact = pack.facts.get(name)
    return fact is not None and any(SUBJECTS.get(of, ("",))[0] == table for of in fact.of)


def pack_text(pack: Pack) -> bytes:
    """Give the file of an installed pack as it is; one that has none is written out as YAML."""
    source = pack_sources().get(pack.id)
    if source is not None:
        return source.read_bytes()
    content = _without_none(pack.model_dump(mode="json"))
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    return str(text).encode()


def _without_none(value: object) -> object:
    """Leave out what is not given; a rule whose date is not known says so."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in _dated(value)}
    return [_without_none(item) for item in value] if isinstance(value, list) else value


def _dated(table: dict[str, object]) -> Iterator[tuple[str, object]]:
    for key, item in table.items():
        if item is not None:
            yield key, item
        elif key == "effective":
            yield key, "unknown"
