"""What no single row shows: references, codes, currencies, amounts and dates across a round.

A problem found here names its table as `file` and the position in it, from 0, as `row`; whoever
read the round puts the real file and line in their place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from immutabledict import immutabledict

from matcher.domain.criteria import find_criteria_problems
from matcher.domain.fields import SDGS, DonorKind, Group, OrganisationKind, grouped, is_grouped
from matcher.domain.lookalikes import NAMELESS, Lookalikes
from matcher.domain.policy import WHERE_KEYS
from matcher.domain.tables import TABLES
from matcher.domain.warnings import find_warnings
from matcher.errors import Problem
from matcher.money import LARGEST_AMOUNT, minor_digits
from matcher.vocabularies import countries

if TYPE_CHECKING:
    from matcher.domain.round import Round

Known = Mapping[str, Collection[str]]
NOTHING_KNOWN = Lookalikes()
THOUSANDTHS = 3
"""The decimals of a few currencies, such as the dinar of Kuwait."""

REFERENCES = (
    ("pools", "donor_id", "donors"),
    ("proposals", "org_id", "organisations"),
    ("proposals", "requires", "proposals"),
    ("proposals", "refuses_donors", "donors"),
    ("pairs", "pool_id", "pools"),
    ("pairs", "donor_id", "donors"),
    ("pairs", "proposal_id", "proposals"),
    ("pairs", "org_id", "organisations"),
    ("reviews", "proposal_id", "proposals"),
    ("partners", "proposal_id", "proposals"),
    ("partners", "org_id", "organisations"),
    ("contributors", "pool_id", "pools"),
    ("contributors", "donor_id", "donors"),
    ("commitments", "org_id", "organisations"),
    ("targets", "pool", "pools"),
)
AMOUNTS = (
    ("pools", ("budget", "min_grant", "max_grant"), "currency"),
    ("proposals", ("requested", "minimum", "own_contribution", "other_funding"), "currency"),
    ("commitments", ("amount",), "currency"),
    ("contributors", ("amount",), "currency"),
    ("pairs", ("amount",), None),
    ("organisations", ("annual_budget",), None),
    ("targets", ("min_amount", "max_amount"), None),
)
UNIQUE = (
    *((table, (model.key,)) for table, model in TABLES.items() if model.key),
    ("targets", ("id",)),
    ("pairs", ("pool_id", "donor_id", "proposal_id", "org_id")),
    ("reviews", ("proposal_id", "reviewer_id", "criterion")),
    ("partners", ("proposal_id", "org_id", "role")),
)
"""The columns that no two rows of a table have in common."""


def find_problems(
    round_: Round,
    known: Known = immutabledict(),
    unnamed: Collection[tuple[str, int]] = frozenset(),
) -> list[Problem]:
    """Find everything wrong between the rows of a round, errors and warnings.

    `known` holds, for each table, ids that stand in rows which were refused already, so that a
    reference to them is not reported a second time; `unnamed` the rows, by table and position,
    of which it is not known whether they stand twice.
    """
    ids = {
        table: {getattr(row, model.key) for row in getattr(round_, table)}
        | set(known.get(table, ()))
        for table, model in TABLES.items()
        if model.key
    }
    found = [
        *_repeated(round_, unnamed),
        *_dangling(round_, ids),
        *_codes(round_, ids),
        *_currencies(round_),
        *_amounts(round_),
        *_scores(round_),
        *(p for p in find_criteria_problems(round_) if p.severity == "error"),
        *_dependence(round_),
        *_circular_parents(round_),
        *find_warnings(round_),
    ]
    return sorted(found, key=lambda p: (p.file, -1 if p.row is None else p.row, p.column))


def _values(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, tuple) else () if value is None else (value,):
        yield item[0] if isinstance(item, tuple) else item


def _repeated(round_: Round, unnamed: Collection[tuple[str, int]]) -> Iterator[Problem]:
    for table, columns in UNIQUE:
        first: dict[tuple[Any, ...], int] = {}
        for index, row in enumerate(getattr(round_, table)):
            if (table, index) in unnamed:
                continue
            key = tuple(getattr(row, column) for column in columns)
            if key in first:
                shown = ", ".join(str(part) for part in key if part is not None)
                what = "stands here a second time."
                remedy = f"Keep one of the rows for {shown}."
                yield Problem(table, index, columns[0], shown, what, remedy)
            first.setdefault(key, index)


def _dangling(round_: Round, ids: Known) -> Iterator[Problem]:
    for table, column, target in REFERENCES:
        there = Lookalikes(ids[target])
        for index, row in enumerate(getattr(round_, table)):
            for value in _values(getattr(row, column)):
                if value not in ids[target]:
                    yield _unknown(table, index, column, value, f"in {target}", there)
    donor_kinds = set(_allowed(DonorKind))
    alike = Lookalikes({*ids["donors"], *donor_kinds})
    for index, giver in enumerate(round_.pools):
        for value in giver.not_with:
            if value not in ids["donors"] and value not in donor_kinds:
                where = "in donors or a kind of donor"
                yield _unknown("pools", index, "not_with", value, where, alike)
    subjects = {*ids["donors"], *ids["pools"], *ids["organisations"], *ids["proposals"]}
    alike = Lookalikes(subjects)
    for index, fact in enumerate(round_.facts):
        pool, colon, proposal = fact.subject.partition(":")
        pair = bool(colon) and pool in ids["pools"] and proposal in ids["proposals"]
        if fact.subject not in subjects and not pair:
            yield _unknown("facts", index, "subject", fact.subject, "in any table", alike)


def _unknown(
    table: str, index: int | None, column: str, value: str, where: str,
    known: Lookalikes = NOTHING_KNOWN,
) -> Problem:  # fmt: skip
    """Tell a value that is not known, and which known one it looks like, if one alone."""
    remedy = f"{known.hint_of(value)}Correct it, or add what it names."
    return Problem(table, index, column, value, f"is not {where}.", remedy)


def _allowed(literal: Any) -> tuple[str, ...]:
    return tuple(literal.__args__)


def _codes(round_: Round, ids: Known) -> Iterator[Problem]:
    regions, sectors = round_.region_vocabulary, round_.sector_vocabulary
    region_words = "a region of regions.csv" if round_.regions else "an ISO 3166 region"
    sector_words = "a sector of sectors.csv" if round_.sectors else "a DAC sector code"
    checks: tuple[tuple[str, tuple[str, ...], Any, str], ...] = (
        ("pools", ("regions", "not_regions"), regions, region_words),
        ("pools", ("sectors", "not_sectors"), sectors, sector_words),
        ("pools", ("countries", "applicant_countries"), countries(), "an ISO 3166-1 country"),
        ("pools", ("confidential_terms",), set(TABLES["pools"].model_fields), "a column of pools"),
        ("donors", ("country",), countries(), "an ISO 3166-1 country"),
        ("organisations", ("country",), countries(), "an ISO 3166-1 country"),
        ("organisations", ("region",), regions, region_words),
        ("proposals", ("regions",), regions, region_words),
        ("proposals", ("sector",), sectors, sector_words),
        ("regions", ("parent",), regions, "in regions.csv"),
        ("regions", ("country",), countries(), "an ISO 3166-1 country"),
        ("sectors", ("parent",), sectors, "in sectors.csv"),
    )
    for table, columns, allowed, words in checks:
        alike = _alike(allowed)
        for index, row in enumerate(getattr(round_, table)):
            for column in columns:
                for value in _values(getattr(row, column)):
                    if value not in allowed:
                        yield _unknown(table, index, column, value, words, alike)
    conditions: dict[str, tuple[Any, str]] = {
        "region": (regions, region_words),
        "sector": (sectors, sector_words),
        "group": (_allowed(Group), f"one of {', '.join(_allowed(Group))}"),
        "sdg": (SDGS, "a goal from 1 to 17"),
        "priority_area": (("1", "2", "3", "4"), "a priority area from 1 to 4"),
        "applicant_kind": (_allowed(OrganisationKind), "a kind of organisation"),
        "organisation": (ids["organisations"], "in organisations"),
        "country": (countries(), "an ISO 3166-1 country"),
        "proposal": (ids["proposals"], "in proposals"),
    }
    for index, target in enumerate(round_.targets):
        for key, codes in target.where.items():
            plain = key.removeprefix("not_")
            for code in codes:
                if plain == "tier":
                    if not code.isascii() or not code.isdigit() or code.startswith("0"):
                        yield _unknown("targets", index, f"where.{key}", code, "a tier (1, 2, …)")
                elif plain in WHERE_KEYS and code not in conditions[plain][0]:
                    allowed, words = conditions[plain]
                    column = f"where.{key}"
                    yield _unknown("targets", index, column, code, words, _alike(allowed))


def _alike(allowed: Any) -> Lookalikes:
    """Give codes, or those of a vocabulary with their names, to find what a value looks like."""
    names = getattr(allowed, "names", NAMELESS)
    return Lookalikes(names or allowed, names)


def _currencies(round_: Round) -> Iterator[Problem]:
    def check(
        table: str, index: int | None, column: str, code: str, rated: bool
    ) -> Iterable[Problem]:
        if minor_digits(code) is None:
            where, there = "a currency of ISO 4217", (code.upper(),)
            known = there if minor_digits(code.upper()) is not None else ()
            yield _unknown(table, index, column, code, where, Lookalikes(known))
        elif rated and code != round_.currency and code not in round_.rates:
            remedy = f"Add rates.{code}: what 1 {code} is worth in {round_.currency}."
            yield Problem(table, index, column, code, "has no rate in the round.", remedy)

    yield from check("round", None, "currency", round_.currency, False)
    for code, rate in round_.rates.items():
        yield from check("round", None, f"rates.{code}", code, False)
        if code == round_.currency and rate != 1:
            what, remedy = "is the base currency.", "Leave its rate out."
            yield Problem("round", None, f"rates.{code}", str(rate), what, remedy)
    for table in ("pools", "proposals", "commitments", "contributors"):
        for index, row in enumerate(getattr(round_, table)):
            yield from check(table, index, "currency", row.currency, True)


def _amounts(round_: Round) -> Iterator[Problem]:
    base = minor_digits(round_.currency) or 0

    def check(
        table: str, index: int | None, column: str, value: Decimal, code: str
    ) -> Iterable[Problem]:
        digits = minor_digits(code)
        if digits is None:
            return
        if is_grouped(value) and digits != THOUSANDTHS:
            yield Problem(table, index, column, f"{value:f}", *grouped(value))
        elif len(format(value, "f").partition(".")[2].rstrip("0")) > digits:
            what = f"has more decimals than {code} has."
            remedy = f"Round it to {digits} decimals."
            yield Problem(table, index, column, f"{value:f}", what, remedy)
        elif value.scaleb(digits) > LARGEST_AMOUNT:
            remedy = f"Amounts are at most {LARGEST_AMOUNT} minor units."
            yield Problem(table, index, column, f"{value:f}", "is too large.", remedy)
        elif (rate := round_.rates.get(code)) and (value * rate).scaleb(base) > LARGEST_AMOUNT:
            what = f"is too large in {round_.currency}, at {rate:f} for 1 {code}."
            remedy = f"Check rates.{code}: amounts are at most {LARGEST_AMOUNT} minor units."
            yield Problem(table, index, column, f"{value:f}", what, remedy)

    for table, columns, currency in AMOUNTS:
        for index, row in enumerate(getattr(round_, table)):
            code = getattr(row, currency) if currency else round_.currency
            for column in columns:
                if (value := getattr(row, column)) is not None:
                    yield from check(table, index, column, value, code)
    policy = round_.policy
    for column in ("grant_step", "min_award", "max_amount_per_organisation"):
        if (value := getattr(policy, column)) is not None:
            yield from check("round", None, f"policy.{column}", value, round_.currency)
    step = policy.grant_step
    for index, term in enumerate(round_.pairs):
        if (
            step
            and term.amount is not None
            and term.status in ("pin", "accepted")
            and term.amount % step
        ):
            what = f"is not a multiple of the grant step {step}."
            remedy = "Round it to the step, or change policy.grant_step."
            yield Problem("pairs", index, "amount", str(term.amount), what, remedy)


def _scores(round_: Round) -> Iterator[Problem]:
    top = round_.policy.score_max
    cells = [
        *(("proposals", i, "score", p.score) for i, p in enumerate(round_.proposals)),
        *(
            ("proposals", i, f"score_{name}", score)
            for i, p in enumerate(round_.proposals)
            for name, score in p.criteria.items()
        ),
        *(("pairs", i, "score", t.score) for i, t in enumerate(round_.pairs)),
        *(("reviews", i, "score", r.score) for i, r in enumerate(round_.reviews)),
        ("round", None, "policy.score_threshold", round_.policy.score_threshold),
    ]
    for table, index, column, score in cells:
        if score is not None and score > top:
            what = f"is above the highest score {top}."
            remedy = "Correct it, or set policy.score_max."
            yield Problem(table, index, column, str(score), what, remedy)


def _dependence(round_: Round) -> Iterator[Problem]:
    requires = {proposal.proposal_id: set(proposal.requires) for proposal in round_.proposals}
    labels = {proposal.proposal_id: set(proposal.alternatives) for proposal in round_.proposals}
    unsettled = _unsettled(requires)
    for index, proposal in enumerate(round_.proposals):
        shown = ";".join(proposal.requires)
        if proposal.proposal_id in proposal.requires:
            what, remedy = "requires itself.", "Take its own id out."
            yield Problem("proposals", index, "requires", shown, what, remedy)
        elif _reaches_itself(proposal.proposal_id, requires, unsettled):
            what, remedy = "stands in a circle of requirements.", "Break the circle."
            yield Problem("proposals", index, "requires", shown, what, remedy)
        for needed in proposal.requires:
            if labels[proposal.proposal_id] & labels.get(needed, set()):
                what = f"requires {needed}, of which it is an alternative."
                remedy = "Both can never be funded: take one of the two out."
                yield Problem("proposals", index, "requires", shown, what, remedy)


def _circular_parents(round_: Round) -> Iterator[Problem]:
    for table in ("regions", "sectors"):
        codes = getattr(round_, table)
        parents = {row.code: {row.parent} - {None} for row in codes}
        unsettled = _unsettled(parents)
        for index, row in enumerate(codes):
            if _reaches_itself(row.code, parents, unsettled):
                what, remedy = "lies within itself.", "Break the circle of parents."
                yield Problem(table, index, "parent", row.parent, what, remedy)


def _unsettled(needs: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
    """Leave out what leads to no circle."""
    unsettled = dict(needs)
    while free := [
        name for name, needed in unsettled.items() if unsettled.keys().isdisjoint(needed)
    ]:
        for name in free:
            del unsettled[name]
    return unsettled


def _reaches_itself(
    start: str, requires: Mapping[str, set[str]], among: Mapping[str, set[str]]
) -> bool:
    reached, frontier = set[str](), [start] if start in among else []
    while frontier:
        frontier = [n for i in frontier for n in requires.get(i, ()) if n not in reached]
        reached.update(frontier)
    return start in reached
