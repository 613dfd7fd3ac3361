"""The rule packs that are installed: those that ship, and those in folders that the user names.

Within `instead(packs)` other packs stand in their place: those of a replayed result, or of a
scenario that asks what another law would mean.
"""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from matcher.domain import Round
from matcher.errors import InvalidPack, InvalidRound, Problem
from matcher.regulation.columns import SUBJECTS
from matcher.regulation.loading import load_pack
from matcher.regulation.pack import Fact, Pack

SHIPPED = Path(__file__).parent / "packs"
FOLDERS = "MATCHER_PACKS"
"""The environment variable that names folders of further packs, separated as in PATH."""

_Files = tuple[tuple[str, int], ...]
"""The file of each pack, and when it was changed, in nanoseconds."""
_INSTEAD: ContextVar[Mapping[str, Pack]] = ContextVar(
    "packs that stand instead of installed ones", default=MappingProxyType({})
)


@contextmanager
def instead(packs: Mapping[str, Pack]) -> Iterator[None]:
    """Have packs, by their ids, stand in place of installed ones of the same id, or beside them.

    Blocks within each other add up; the inner one wins. It holds for this thread of execution: a
    thread or process that is started within the block has to enter one of its own. What was judged
    before keeps the law that it was judged by, so build tables and problems within the block.
    Raises ValueError for a pack under an id that is not its own.
    """
    if wrong := [name for name, pack in packs.items() if pack.id != name]:
        raise ValueError(f"packs under other ids than their own: {', '.join(wrong)}")
    token = _INSTEAD.set({**_INSTEAD.get(), **packs} if packs else _INSTEAD.get())
    try:
        yield
    finally:
        _INSTEAD.reset(token)


def standing_in() -> Mapping[str, Pack]:
    """Give the packs that stand in place of installed ones: the same object throughout a block.

    What is remembered of a round's law is of use only while this is the same.
    """
    return _INSTEAD.get()


def pack_files() -> tuple[Path, ...]:
    """Give the files of every installed pack, in order of their names within each folder."""
    return tuple(Path(file) for file, _ in _as_they_lie())


def _as_they_lie() -> _Files:
    """Give each pack's file with when it was changed last.

    It is looked up for every table that is read, so that a pack changed meanwhile counts.
    """
    further = list(filter(None, os.environ.get(FOLDERS, "").split(os.pathsep)))
    for folder in further:
        if not Path(folder).is_dir():
            what = "is no folder of rule packs."
            raise InvalidPack([Problem(folder, None, "", "", what, "Check the path.")])
    files: list[tuple[str, int]] = []
    for folder in [str(SHIPPED), *further]:
        with os.scandir(folder) as entries:
            packs = [entry for entry in entries if entry.name.endswith(".yaml")]
            files += sorted((entry.path, entry.stat().st_mtime_ns) for entry in packs)
    return tuple(files)


def installed() -> Mapping[str, Pack]:
    """Give every installed pack by its id; raises InvalidPack where one cannot be used.

    Within `instead`, the packs that stand in their place.
    """
    return {name: pack for name, (pack, _) in _found().items()} | dict(_INSTEAD.get())


def pack_sources() -> Mapping[str, Path]:
    """Give the file of each installed pack, by its id; one given by `instead` has none."""
    return {name: file for name, (_, file) in _found().items() if name not in _INSTEAD.get()}


def _found() -> Mapping[str, tuple[Pack, Path]]:
    return _loaded(_as_they_lie())


@lru_cache(maxsize=8)
def _loaded(files: _Files) -> Mapping[str, tuple[Pack, Path]]:
    packs: dict[str, tuple[Pack, Path]] = {}
    problems: list[Problem] = []
    for name, _ in files:
        file = Path(name)
        try:
            pack = load_pack(file)
        except InvalidPack as refusal:
            problems.extend(refusal.problems)
            continue
        if pack.id in packs:
            what = "is the id of another installed pack."
            problems.append(Problem(file.name, 1, "id", pack.id, what, "Give it one of its own."))
        packs[pack.id] = pack, file
    if problems:
        raise InvalidPack(problems)
    return packs


def installed_packs() -> tuple[str, ...]:
    """Give the ids of the packs that are installed."""
    return tuple(sorted(installed()))


def declared_facts() -> Mapping[str, Sequence[str]]:
    """Give, for each table, the columns that installed packs declare as facts."""
    return _declared_by(installed().values()) if _INSTEAD.get() else _declared(_as_they_lie())


@lru_cache(maxsize=8)
def _declared(files: _Files) -> Mapping[str, Sequence[str]]:
    return _declared_by([pack for pack, _ in _loaded(files).values()])


def _declared_by(packs: Collection[Pack]) -> Mapping[str, Sequence[str]]:
    facts = [(name, fact) for pack in packs for name, fact in pack.facts.items()]
    declared = {
        table: tuple(sorted({name for name, fact in facts if subject in fact.of}))
        for subject, (table, _) in SUBJECTS.items()
    }
    return MappingProxyType(declared)


def tables_of_fact(name: str) -> Sequence[str]:
    """Give the tables that state a fact which installed packs declare: none for any other name."""
    of = {subject for p in installed().values() if name in p.facts for subject in p.facts[name].of}
    tables = [table for subject, (table, _) in SUBJECTS.items() if subject in of]
    return tables or (["facts"] if of else [])


def find_missing_packs(round_: Round) -> list[Problem]:
    """Find the rule packs that a round asks for and that are not installed."""
    if not round_.rule_packs:
        return []
    here = installed_packs()
    shown = ", ".join(here) or "none"
    what = "is a rule pack that is not here."
    alone = f"Take it out to match by the pools' terms alone (installed: {shown})."
    found = []
    for pack in round_.rule_packs:
        if pack not in here:
            near = get_close_matches(pack, here, 1, 0.6)
            remedy = f"Did you mean {near[0]}? (installed: {shown})" if near else alone
            found.append(Problem("round", None, "rule_packs", pack, what, remedy))
    return found


def packs_of(round_: Round) -> tuple[Pack, ...]:
    """Give the packs that a round names; raises InvalidRound where one is not installed."""
    if missing := find_missing_packs(round_):
        raise InvalidRound(missing)
    return tuple(installed()[name] for name in round_.rule_packs)


def facts_of(packs: Sequence[Pack]) -> Mapping[str, Fact]:
    """Give every fact that packs declare; raises InvalidPack where two declare one differently."""
    facts: dict[str, tuple[str, Fact]] = {}
    problems = []
    for pack in packs:
        for name, fact in pack.facts.items():
            owner, known = facts.setdefault(name, (pack.id, fact))
            if _kind(known) != _kind(fact):
                what = f"is another kind of fact than in the pack {owner}."
                remedy = "Give both the same of, type and values, or another name."
                problems.append(Problem(f"{pack.id}.yaml", None, "facts", name, what, remedy))
    if problems:
        raise InvalidPack(problems)
    return {name: fact for name, (_, fact) in facts.items()}


def _kind(fact: Fact) -> tuple[object, ...]:
    return set(fact.of), fact.type, fact.values


def pack_hash(pack: Pack) -> str:
    """Give SHA-256 of what a pack says, whatever its layout and comments."""
    content = json.dumps(pack.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return sha256(content.encode("utf-8")).hexdigest()
