"""The report's pools and awards: what each pays, on what conditions, and what was fixed before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.results import Run
from matcher.writing import phrases
from matcher.writing.report_numbers import Part, rows_of, scores_of, with_commas
from matcher.writing.visibility import CONFIDENTIAL_TERM, ShownRound


@dataclass(frozen=True)
class PoolRow:
    """A pool with its money; None where its budget is confidential."""

    pool_id: str
    name: str
    donor: str
    budget: Decimal | None
    awarded: Decimal
    left: Decimal | None
    share: Decimal | None
    grants: str
    pledged: bool


def pools(run: Run, shown: ShownRound) -> list[PoolRow]:
    """Give the pools by id."""
    found = []
    for row in rows_of(run, "pools"):
        pool_id = row["pool_id"]
        kept = shown.keeps(pool_id, "budget")
        pledged = run.round.pools_by_id[pool_id].certainty == "pledged"
        found.append(
            PoolRow(
                pool_id=shown.pool_label(pool_id),
                name=shown.pool(pool_id),
                donor=shown.donor(pool_id),
                budget=None if kept else Decimal(row["budget"]),
                awarded=Decimal(row["awarded"]),
                left=None if kept else Decimal(row["left"]),
                share=None if kept else Decimal(row["share_used"]),
                grants=row["grants"],
                pledged=pledged and not shown.keeps(pool_id, "certainty"),
            )
        )
    return found


def with_money_left(rows: Sequence[PoolRow]) -> list[PoolRow]:
    """Give the pools that have money left, as far as it may be told, the most first."""
    known = [(left, row) for row in rows if (left := row.left) is not None and left > 0]
    return [row for _, row in sorted(known, key=lambda found: (-found[0], found[1].pool_id))]


@dataclass(frozen=True)
class Award:
    """An award as its pool's list shows it."""

    proposal_id: str
    title: str
    applicant: str
    score: str
    amount: Decimal
    in_pool_currency: str
    notes: str


@dataclass(frozen=True)
class PoolAwards:
    """A pool with awards that are shown, and the sum of all that it makes.

    `currency` is given where it pays in another than the base.
    """

    name: str
    donor: str
    pool_id: str
    currency: str
    total: Decimal
    awards: list[Award]


def awards(run: Run, shown: ShownRound) -> Part[PoolAwards]:
    """Give the awards of each pool that makes any, by pool id and then the highest award.

    Where there are too many, the highest ones are shown.
    """
    given = {row["proposal_id"]: row["score"] for row in rows_of(run, "decisions")}
    scores = scores_of(run)
    terms = {(term.pool_id, term.proposal_id): term for term in run.round.pairs}
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    every = rows_of(run, "awards")
    for row in every:
        totals[row["pool_id"]] += Decimal(row["amount"])
    part = Part.greatest(every, lambda row: Decimal(row["amount"]))
    for row in part.rows:
        groups[row["pool_id"]].append(row)
    found = []
    for pool_id, rows in sorted(groups.items()):
        currency = rows[0]["pool_currency"]
        foreign = currency != run.round.currency
        listed = []
        for row in sorted(rows, key=lambda r: (-Decimal(r["amount"]), r["proposal_id"])):
            proposal_id = row["proposal_id"]
            term = terms.get((pool_id, proposal_id))
            own = term.score if term is not None else None
            listed.append(
                Award(
                    proposal_id=shown.proposal_label(proposal_id),
                    title=shown.title(proposal_id),
                    applicant=shown.applicant(proposal_id),
                    score=scores.text(
                        given[proposal_id] if own is None else phrases.plain_number(own)
                    ),
                    amount=Decimal(row["amount"]),
                    in_pool_currency=with_commas(row["amount_in_pool_currency"]) if foreign else "",
                    notes=phrases.spoken(_notes(run, row, term.status if term else None)),
                )
            )
        found.append(
            PoolAwards(
                name=shown.pool(pool_id),
                donor=shown.donor(pool_id),
                pool_id=shown.pool_label(pool_id),
                currency=currency if foreign else "",
                total=totals[pool_id],
                awards=listed,
            )
        )
    return Part(found, part.more)


def _notes(run: Run, row: Mapping[str, str], status: str | None) -> Iterator[str]:
    if status == "pin":
        yield "fixed by the board"
    if status == "accepted":
        yield "accepted before"
    if row["conditional"] == "true":
        yield "conditional"
    if row["earliest_payment"] > run.round.decision_date.isoformat():
        yield f"payable from {phrases.day(date.fromisoformat(row['earliest_payment']))}"


@dataclass(frozen=True)
class Condition:
    """A condition, what hangs on it in all, and awards that do: title, pool and amount of each."""

    words: str
    total: Decimal
    awards: list[tuple[str, str, Decimal]]


def conditions(run: Run, shown: ShownRound) -> Part[Condition]:
    """Give the conditions of conditional awards, those with the most money first.

    Where there are too many awards, the highest ones are shown.
    """
    hanging = [row for row in rows_of(run, "awards") if row["conditional"] == "true"]
    part = Part.greatest(hanging, lambda row: Decimal(row["amount"]))
    groups: dict[str, list[tuple[str, str, Decimal]]] = defaultdict(list)
    for row in part.rows:
        pool_id, proposal_id = row["pool_id"], row["proposal_id"]
        award = shown.title(proposal_id), shown.pool(pool_id), Decimal(row["amount"])
        groups[_condition(row, shown)].append(award)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in hanging:
        totals[_condition(row, shown)] += Decimal(row["amount"])
    found = [Condition(text, totals[text], listed) for text, listed in groups.items()]
    return Part(sorted(found, key=lambda condition: (-condition.total, condition.words)), part.more)


def _condition(row: Mapping[str, str], shown: ShownRound) -> str:
    kept = shown.keeps(row["pool_id"], "condition", "certainty")
    text = CONFIDENTIAL_TERM if kept else shown.text(row["condition"], row["proposal_id"])
    return phrases.sentence(text)


@dataclass(frozen=True)
class Fixed:
    """What the board, or an earlier acceptance, had settled of a pair; None: nothing awarded."""

    title: str
    pool: str
    accepted: bool
    amount: Decimal | None
    reason: str


def fixed(run: Run, shown: ShownRound) -> Part[Fixed]:
    """Give pins and accepted awards, by pool and proposal id."""
    amounts = {
        (row["pool_id"], row["proposal_id"]): Decimal(row["amount"])
        for row in rows_of(run, "awards")
    }
    found = []
    for term in sorted(run.round.pairs, key=lambda t: (t.pool_id or "", t.proposal_id or "")):
        pool_id, proposal_id = term.pool_id, term.proposal_id
        if term.status in ("pin", "accepted") and pool_id and proposal_id:
            found.append(
                Fixed(
                    title=shown.title(proposal_id),
                    pool=shown.pool(pool_id),
                    accepted=term.status == "accepted",
                    amount=amounts.get((pool_id, proposal_id)),
                    reason=phrases.sentence(shown.reason(term.reason or "", proposal_id)),
                )
            )
    return Part.greatest(found, lambda row: row.amount or Decimal(0))


@dataclass(frozen=True)
class Step:
    """What must be done before an award is paid."""

    title: str
    pool: str
    step: str
    responsible: str
    due: str
    citation: str


def steps(run: Run, shown: ShownRound) -> Part[Step]:
    """Give the steps in the order of their table."""
    part = Part.first(rows_of(run, "steps"))
    found = [
        Step(
            title=shown.title(row["proposal_id"]),
            pool=shown.pool(row["pool_id"]),
            step=shown.text(row["step"], row["proposal_id"]),
            responsible=shown.text(row["responsible"], row["proposal_id"]),
            due=phrases.day(date.fromisoformat(row["due"])) if row["due"] else "",
            citation=row["citation"],
        )
        for row in part.rows
    ]
    return Part(found, part.more)
