"""One proposal beside its round: what is wrong with it, and how it stands with every pool.

Few rows of a round matter for that, whatever else is in it: the donors and pools, the proposal and
its organisation, and what is stated of them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from api.applying.applicants import own_cells
from api.http.problems import FieldProblem, field_problems
from api.rounds.assembling import NAME, Cells, document_of
from api.store.tables import RoundRow, Row
from matcher.domain import Round
from matcher.domain.fields import items
from matcher.domain.round import canonical
from matcher.errors import InvalidRound
from matcher.explaining.applicants.precheck import Precheck, precheck_of
from matcher.reading import read_document
from matcher.regulation.library import installed, packs_of
from matcher.regulation.pack import Pack

CALL = ("donors", "pools", "contributors", "regions", "sectors")
"""The tables that every proposal of a round is checked beside."""
OWN = ("facts", "commitments", "partners")
"""The tables in which something may stand about one proposal or its organisation."""
NAMING = ("proposal_id", "org_id", "title", "name", "visibility")
"""Columns of a proposal and its organisation on which no precheck depends."""
MOST_KEPT = 512
_kept: dict[tuple[object, ...], tuple["Examined", tuple[Pack, ...]]] = {}
_ONE_AT_A_TIME = Lock()
"""Threads of Python compute one at a time: several at once would each take as long as all of them,
and let whoever only reads wait for each."""
Read = tuple[str, str]
"""A row as it is stored: its table and its JSON."""


@dataclass(frozen=True)
class Beside:
    """A proposal and its organisation, as cells, with the rows of the round that matter to them.

    `call` are the donors and pools with what is stated of them, `own` what is stated of the
    proposal and its organisation, `others` proposals that it requires.
    """

    round: RoundRow
    organisation: Cells
    proposal: Cells
    sees_all: bool
    call: tuple[Read, ...]
    own: tuple[Read, ...]
    others: tuple[Read, ...]

    @cached_property
    def hidden_donors(self) -> list[str]:
        """Give the confidential donors that the proposal names, though its applicant may not."""
        refused = set(items(self.proposal.get("refuses_donors", ())))
        if self.sees_all or not refused:
            return []
        donors = [row for table, row in _parsed(self.call) if table == "donors"]
        hidden = {row["donor_id"] for row in donors if row.get("visibility") == "confidential"}
        return sorted(refused & hidden)

    @cached_property
    def digest(self) -> str:
        """Give a digest of all that is looked at: what has the same comes to the same."""
        parts = [self.round.settings, self.organisation, self.proposal]
        rows = [self.call, self.own, self.others]
        return sha256(canonical([*parts, *rows]).encode()).hexdigest()

    @property
    def told_apart_by(self) -> str:
        """Give a digest of what a precheck looks at: names and titles are not among it."""
        organisation = {k: v for k, v in self.organisation.items() if k not in NAMING}
        proposal = {k: v for k, v in self.proposal.items() if k not in NAMING}
        rows = [self.call, self.own, self.others]
        return sha256(
            canonical([self.round.settings, organisation, proposal, *rows]).encode()
        ).hexdigest()

    @cached_property
    def document(self) -> dict[str, Any]:
        """Give the document of a round with this proposal alone; it and its organisation first."""
        given = [("organisations", self.organisation), ("proposals", self.proposal)]
        rows = [*given, *_parsed(self.call), *_parsed(self.own), *_parsed(self.others)]
        return document_of(self.round, rows)


@dataclass(frozen=True)
class Examined:
    """What was found: problems with fields as they are sent, and the precheck if there can be one.

    There is none where the round itself cannot be judged as it stands.
    """

    problems: tuple[FieldProblem, ...]
    precheck: Precheck | None
    digest: str

    @property
    def errors(self) -> list[FieldProblem]:
        """Give the problems that keep a proposal out."""
        return [problem for problem in self.problems if problem.severity == "error"]


def beside(
    session: Session, round_: RoundRow, organisation: Cells, proposal: Cells, sees_all: bool
) -> Beside:
    """Read what a proposal is checked beside.

    Who does not see all may name none but the organisation's own proposals, and is told of nothing
    that others say of it.
    """
    if not sees_all:
        organisation = own_cells("organisations", organisation, round_)
        proposal = own_cells("proposals", proposal, round_)
    of_round = Row.round_id == round_.id
    small = select(Row.id).where(of_round, Row.noun.in_(("donors", "pools")))
    call = _read(session, of_round, Row.noun.in_(CALL))
    call += _read(session, of_round, Row.noun == "facts", Row.owner.in_(small))
    names = (proposal["proposal_id"], organisation["org_id"])
    own = _read(session, of_round, Row.noun.in_(OWN), Row.owner.in_(names))
    partners = {row["org_id"] for table, row in _parsed(own) if table == "partners"}
    own += _organisations(session, round_, partners - {organisation["org_id"]})
    others: tuple[Read, ...] = ()
    if proposal.get("requires"):
        theirs = _requirable(names, proposal["requires"], sees_all)
        others = _read(session, of_round, *theirs)
        owners = {row["org_id"] for _, row in _parsed(others)}
        others += _organisations(session, round_, owners - {organisation["org_id"], *partners})
    return Beside(round_, organisation, proposal, sees_all, call, own, others)


def _requirable(names: tuple[str, str], required: Any, sees_all: bool) -> list[Any]:
    listed = required.split(";") if isinstance(required, str) else required
    mine = Row.owner == names[1] if not sees_all else Row.id.in_(listed)
    return [Row.noun == "proposals", Row.id != names[0], mine]


def _organisations(session: Session, round_: RoundRow, ids: Iterable[str]) -> tuple[Read, ...]:
    named = sorted(ids)
    if not named:
        return ()
    return _read(session, Row.round_id == round_.id, Row.noun == "organisations", Row.id.in_(named))


def _read(session: Session, *where: Any) -> tuple[Read, ...]:
    # Texts are told apart faster than they are parsed; most of them were parsed before.
    # They are sorted here: asked for in order, SQLite would look through a whole table for them.
    query = select(Row.noun, cast(Row.data, Text)).where(*where)
    return tuple(sorted((noun, data) for noun, data in session.execute(query)))


@lru_cache(maxsize=64)
def _parsed(rows: tuple[Read, ...]) -> Sequence[tuple[str, Cells]]:
    return [(table, json.loads(text)) for table, text in rows]


def examined(found: Beside) -> Examined:
    """Find what is wrong with a proposal, and else how it stands with every pool.

    An applicant that has submitted reads soon what came of it: that is kept for a while.
    """
    packs = tuple(installed().values())
    by = (found.digest, found.sees_all, *map(id, packs))
    if (kept := _kept.get(by)) is not None:
        return kept[0]
    with _ONE_AT_A_TIME:
        made = _examined(found)
        # The packs stay with it, so that nothing else takes their ids.
        _kept[by] = made, packs
        if len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return made


def _examined(found: Beside) -> Examined:
    hidden = [_unknown(name) for name in found.hidden_donors]
    try:
        read = read_document(found.document, NAME)
    except InvalidRound as refusal:
        own = [_mended(problem, found) for problem in _own(refusal)]
        return Examined((*hidden, *own), None, found.digest)
    problems = _own(InvalidRound(read.warnings))
    proposal = str(found.proposal["proposal_id"])
    packs = packs_of(read.round)
    asked = _Asked(found.told_apart_by, tuple(map(id, packs)), packs, read.round, proposal)
    return Examined((*hidden, *problems), _prechecked(asked), found.digest)


@dataclass(frozen=True)
class _Asked:
    """A precheck to work out; one that is told apart by nothing from another comes to the same."""

    by: str
    by_packs: tuple[int, ...]
    packs: tuple[Pack, ...] = field(compare=False)
    round: Round = field(compare=False)
    proposal_id: str = field(compare=False)


@lru_cache(maxsize=MOST_KEPT)
def _prechecked(asked: _Asked) -> Precheck:
    return precheck_of(asked.round, asked.proposal_id)


def _unknown(donor: str) -> FieldProblem:
    """Say of a confidential donor what is said of one that is not there."""
    what, remedy = "is not in donors.", "Correct it, or add what it names."
    return FieldProblem(field="refuses_donors", value=donor, what=what, remedy=remedy)


def _mended(problem: FieldProblem, found: Beside) -> FieldProblem:
    """Give a problem with a remedy that who asks can follow: rates are the coordinator's."""
    if found.sees_all or problem.field != "currency" or problem.what != "has no rate in the round.":
        return problem
    settings = found.round.settings
    taken = ", ".join([settings["currency"], *sorted(settings.get("rates", {}))])
    return problem.model_copy(update={"remedy": f"Ask in one of: {taken}."})


def _own(refusal: InvalidRound) -> Iterable[FieldProblem]:
    """Give the problems of the proposal and its organisation, the fields as they are sent."""
    fields: Mapping[str, str] = {"proposals": "", "organisations": "organisation."}
    for problem in field_problems(refusal):
        table = (problem.file or "").removeprefix(f"{NAME}, ")
        if table in fields and problem.row == 1:
            yield FieldProblem(
                field=f"{fields[table]}{problem.column or ''}", value=problem.value,
                what=problem.what, remedy=problem.remedy, severity=problem.severity,
            )  # fmt: skip
