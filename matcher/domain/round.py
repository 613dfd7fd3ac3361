"""A round: settings and tables together, valid by construction, with its content hash."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Self

from immutabledict import immutabledict
from pydantic import Field, PlainValidator, model_validator

from matcher.domain import fields as f
from matcher.domain.consistency import find_problems
from matcher.domain.policy import Call, Policy, Target
from matcher.domain.tables import (
    TABLES,
    Code,
    Commitment,
    Contributor,
    Donor,
    Fact,
    Organisation,
    PairTerm,
    Partner,
    Pool,
    Proposal,
    Review,
    Row,
)
from matcher.errors import InvalidRound
from matcher.vocabularies import (
    Vocabulary,
    builtin_regions,
    builtin_sectors,
    vocabulary_of,
)


def _rates(value: Any) -> immutabledict[str, Decimal]:
    return immutabledict({code: f.read_rate(rate) for code, rate in dict(value).items()})


def cell(value: Any) -> str | list[str]:
    """Give a typed value as the text of a cell, or as a list of texts; decimals normalised."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value or Decimal(0), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [
            part if isinstance(part, str) else part[0] if part[1] is None
            else f"{part[0]}:{cell(part[1])}"
            for part in value
        ]  # fmt: skip
    return str(value)


def row_cells(row: Row) -> dict[str, str | list[str]]:
    """Give a row as column → cell, facts and criteria as columns, only what was given."""
    cells: dict[str, str | list[str]] = {}
    for name, value in row.given().items():
        if name == "criteria":
            cells |= {f"score_{key}": cell(score) for key, score in value.items()}
        elif name == "facts":
            cells |= dict(value)
        else:
            cells[name] = cell(value)
    return cells


class Round(Row):
    """Everything that one allocation round is decided on; amounts as in ROUND_FORMAT.md.

    Building one checks every row and every reference; `InvalidRound` lists all that is wrong.
    """

    id: f.Identifier
    currency: f.Text
    decision_date: f.DecisionDate
    title: f.Text | None = None
    call: Call = Call()
    rule_packs: f.Codes = ()
    rates: Annotated[immutabledict[str, Decimal], PlainValidator(_rates)] = immutabledict()
    policy: Policy = Policy()
    targets: tuple[Target, ...] = ()
    donors: tuple[Donor, ...] = Field(default=())
    pools: tuple[Pool, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    pairs: tuple[PairTerm, ...] = ()
    reviews: tuple[Review, ...] = ()
    partners: tuple[Partner, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    facts: tuple[Fact, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    regions: tuple[Code, ...] = ()
    sectors: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        errors = [p for p in find_problems(self) if p.severity == "error"]
        if errors:
            raise InvalidRound(errors)
        return self

    def rate(self, currency: str) -> Decimal:
        """Give what one unit of a currency is worth in the base currency."""
        return Decimal(1) if currency == self.currency else self.rates[currency]

    @cached_property
    def region_vocabulary(self) -> Vocabulary:
        """Give the round's own regions, or the built-in ones where it names none."""
        if not self.regions:
            return builtin_regions()
        return vocabulary_of((r.code, r.name, r.parent, r.country) for r in self.regions)

    @cached_property
    def sector_vocabulary(self) -> Vocabulary:
        """Give the round's own sectors, or the built-in ones where it names none."""
        if not self.sectors:
            return builtin_sectors()
        return vocabulary_of((r.code, r.name, r.parent, r.country) for r in self.sectors)

    @cached_property
    def donors_by_id(self) -> Mapping[str, Donor]:
        """Find a donor by its id."""
        return {donor.donor_id: donor for donor in self.donors}

    @cached_property
    def pools_by_id(self) -> Mapping[str, Pool]:
        """Find a pool by its id."""
        return {pool.pool_id: pool for pool in self.pools}

    @cached_property
    def organisations_by_id(self) -> Mapping[str, Organisation]:
        """Find an organisation by its id."""
        return {organisation.org_id: organisation for organisation in self.organisations}

    @cached_property
    def proposals_by_id(self) -> Mapping[str, Proposal]:
        """Find a proposal by its id."""
        return {proposal.proposal_id: proposal for proposal in self.proposals}

    def document(self) -> dict[str, Any]:
        """Give the canonical document: the JSON form of ROUND_FORMAT.md, rows sorted, as text."""
        settings: dict[str, Any] = {
            name: cell(value)
            for name, value in self.given().items()
            if name in ("id", "title", "currency", "decision_date", "rule_packs")
        }
        settings["call"] = row_cells(self.call)
        settings["rates"] = {code: cell(rate) for code, rate in self.rates.items()}
        policy = row_cells(self.policy)
        if self.policy.score_weights:
            weights = self.policy.score_weights.items()
            settings["policy"] = policy | {"score_weights": {k: cell(v) for k, v in weights}}
        else:
            settings["policy"] = policy
        settings["targets"] = _sorted(
            row_cells(target)
            | ({"where": {k: list(v) for k, v in target.where.items()}} if target.where else {})
            for target in self.targets
        )
        document: dict[str, Any] = {
            "round": {name: value for name, value in settings.items() if value not in ({}, [])}
        }
        for table in TABLES:
            rows = _sorted(row_cells(row) for row in getattr(self, table))
            if rows:
                document[table] = rows
        return document

    @cached_property
    def content_hash(self) -> str:
        """Give SHA-256 of the canonical JSON: the same for every form and order of the round."""
        return sha256(canonical(self.document()).encode("utf-8")).hexdigest()


def canonical(value: Any) -> str:
    """Give JSON with sorted keys and no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sorted(rows: Any) -> list[dict[str, Any]]:
    return sorted(rows, key=canonical)
