"""What the terminal says of eligibility: the matrix, one row of it with reasons, one pair whole."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.domain import Round
from matcher.eligibility import EligibilityTable, Verdict
from matcher.law.known import UNKNOWN
from matcher.law.tracing import Finding, PairTrace, cited, trace
from matcher.regulation.pack import Pack
from matcher.regulation.waiting import ORDER
from matcher.writing import phrases

SIGNS: dict[str, tuple[str, str, str]] = {
    "eligible": ("●", "green", "may be funded"),
    "eligible_with_steps": ("◐", "cyan", "may be funded, with steps to take"),
    "needs_review": ("?", "yellow", "held: a fact is missing, or a person has to decide"),
    "ineligible": ("·", "dim", "may not be funded"),
}
"""Each verdict with its sign, style and meaning, the mildest first."""
LINKS = {"contribution": "contribution", "grant": "grant", "subgrant": "grant to the partner"}
NOT_LEGAL_ADVICE = "Nothing here is legal advice."


def print_matrix(
    round_: Round,
    table: EligibilityTable,
    pools: Sequence[str],
    proposals: Sequence[str],
    console: Console,
) -> None:
    """Print the verdicts of chosen pools and proposals, with reasons where only one is chosen."""
    rows = [table.pool_ids.index(pool) for pool in pools]
    columns = [table.proposal_ids.index(proposal) for proposal in proposals]
    verdicts = table.verdicts[np.ix_(rows, columns)]
    if 1 in verdicts.shape:
        _print_reasons(round_, table, rows, columns, console)
    elif len(proposals[0]) + 2 * len(pools) + 2 <= console.width:
        _print_signs(verdicts, pools, proposals, console)
    else:
        _print_counts(verdicts, pools, console)
    counts = Counter(verdicts.ravel().tolist())
    legend = Table.grid(padding=(0, 2, 0, 0))
    for verdict in Verdict:
        sign, style, meaning = SIGNS[verdict.name]
        legend.add_row(Text(sign, style), f"{counts[verdict.value]:,}", meaning)
    console.print()
    console.print(legend)
    if table.law is not None:
        console.print(Text(NOT_LEGAL_ADVICE, "dim"))


def _print_signs(
    verdicts: np.ndarray, pools: Sequence[str], proposals: Sequence[str], console: Console
) -> None:
    width = max(map(len, proposals))
    for place in range(max(map(len, pools))):
        letters = " ".join(pool[place : place + 1] or " " for pool in pools)
        console.print(Text(f"{'':{width}}  {letters}", "dim"), soft_wrap=True)
    for column, proposal in enumerate(proposals):
        line = Text(f"{proposal:{width}}  ")
        for verdict in verdicts[:, column].tolist():
            sign, style, _ = SIGNS[Verdict(verdict).name]
            line.append(f"{sign} ", style)
        console.print(line, soft_wrap=True)


def _print_counts(verdicts: np.ndarray, pools: Sequence[str], console: Console) -> None:
    shown = Table("pool", *(v.name.replace("_", " ") for v in Verdict), box=SIMPLE_HEAD)
    for row, pool in enumerate(pools):
        counts = Counter(verdicts[row].tolist())
        shown.add_row(pool, *(f"{counts[verdict.value]:,}" for verdict in Verdict))
    console.print(shown)


def _print_reasons(
    round_: Round,
    table: EligibilityTable,
    rows: Sequence[int],
    columns: Sequence[int],
    console: Console,
) -> None:
    one_proposal = len(columns) == 1
    shown = Table("", "pool" if one_proposal else "proposal", "from", "why", box=SIMPLE_HEAD)
    for pool in rows:
        for proposal in columns:
            verdict = Verdict(int(table.verdicts[pool, proposal]))
            sign, style, _ = SIGNS[verdict.name]
            name = table.pool_ids[pool] if one_proposal else table.proposal_ids[proposal]
            title = (
                round_.pools_by_id[name].name
                if one_proposal
                else round_.proposals_by_id[name].title
            )
            days = int(table.law.leads[pool, proposal]) if table.law else 0
            fundable = verdict < Verdict.ineligible
            lead = f"{days} days" if days and fundable else "at once" if fundable else ""
            reasons = Text("; ".join(reasons_of(table, pool, proposal)), style)
            shown.add_row(Text(sign, style), Text(f"{name} {title}"), lead, reasons)
    console.print(shown)


def reasons_of(table: EligibilityTable, pool: int, proposal: int) -> Iterator[str]:
    """Say why a pair has its verdict: terms that fail, rules that bite, facts that are missing."""
    failing, blank = table.failing(pool, proposal), table.unanswered(pool, proposal)
    if failing:
        yield f"outside the terms: {', '.join(failing)}"
        return
    if blank:
        yield f"the proposal does not say: {', '.join(blank)}"
    if table.law is None or not table.law.verdicts[pool, proposal]:
        return
    traced = trace(table.law.law, pool, proposal)
    biting = [f for f in traced.findings if f.verdict == traced.verdict]
    yield from dict.fromkeys(
        f"{f.clause.rule.id}: {f.clause.outcome.because}" for f in biting if f.truth != UNKNOWN
    )
    if traced.verdict == "needs_review" and traced.missing:
        facts = [f"{fact.name} of {fact.id}" for fact in traced.missing]
        yield f"unknown: {', '.join(facts)}"


def print_pair(
    round_: Round,
    table: EligibilityTable,
    pool: str,
    proposal: str,
    traced: PairTrace | None,
    console: Console,
) -> None:
    """Print everything about one pair: terms, rules with facts and citations, steps with dates."""
    row, column = table.pool_ids.index(pool), table.proposal_ids.index(proposal)
    verdict = Verdict(int(table.verdicts[row, column])).name
    sign, style, meaning = SIGNS[verdict]
    title = round_.proposals_by_id[proposal].title
    console.print(Text(f"{pool} {round_.pools_by_id[pool].name} → {proposal} {title}", "bold"))
    console.print(Text(f"{sign} {verdict}: {meaning}", style))
    for words, terms in (
        ("outside the pool's terms", table.failing(row, column)),
        ("not said by the proposal", table.unanswered(row, column)),
    ):
        if terms:
            console.print(f"  {words}: {', '.join(terms)}", highlight=False)
    if traced is None or table.law is None:
        return
    packs = {rule.id: pack for pack in table.law.law.packs for rule in pack.rules}
    for name, waiver in traced.waived_steps:
        said = f"{waiver.fact} of {name} by {waiver.checked_by}: {waiver.source}"
        console.print(Text(f"  {said}", "magenta"), soft_wrap=True)
    first = [found for found in traced.findings if found.day == round_.decision_date]
    second = [found for found in traced.findings if found.day != round_.decision_date]
    _print_day("On the day of the decision", first, packs, console)
    known = {_said(found) for found in first}
    if changed := [found for found in second if found.truth and _said(found) not in known]:
        day = phrases.day(changed[0].day)
        _print_day(f"On {day}, when it is planned to be paid, besides", changed, packs, console)
    elif second:
        console.print()
        console.print(f"The same holds on {phrases.day(second[0].day)}, when it is to be paid.")
    _print_steps(traced, packs, console)
    console.print()
    console.print(Text(NOT_LEGAL_ADVICE, "dim"))


def _said(found: Finding) -> tuple[object, ...]:
    outcome = found.clause.outcome
    return outcome, found.link, found.giver, found.receiver, found.truth, found.seen


def _print_day(
    title: str, findings: Sequence[Finding], packs: Mapping[str, Pack], console: Console
) -> None:
    """Print the rules that say anything, each once with its outcomes and the facts it looked at."""
    console.print()
    console.print(Text(title, "bold"))
    rules: dict[tuple[str, str, str], list[Finding]] = {}
    for found in findings:
        if found.truth or found.waived:
            key = found.clause.rule.id, found.link, f"{found.giver} to {found.receiver}"
            rules.setdefault(key, []).append(found)
    for (rule, link, ends), outcomes in rules.items():
        head = Text.assemble(
            (f"{rule} ", "bold"), outcomes[0].clause.rule.title,
            (f"  {LINKS[link]}, {ends}", "dim"),
        )  # fmt: skip
        console.print(Padding(head, (1, 0, 0, 2)))
        for found in outcomes:
            console.print(Padding(_outcome(found, packs[rule]), (0, 0, 0, 4)))
        grid = Table.grid(padding=(0, 2, 0, 0))
        for seen in dict.fromkeys(seen for found in outcomes for seen in found.seen):
            origin = "" if seen.origin == "the round" else seen.origin
            grid.add_row(
                Text(f"{seen.word} = {seen.value}", "yellow" if seen.value == "unknown" else "dim"),
                Text(f"{seen.fact.id}{f', {origin}' if origin else ''}", "dim"),
            )
        console.print(Padding(grid, (0, 0, 0, 6)))


def _outcome(found: Finding, pack: Pack) -> Text:
    sign, style, _ = SIGNS[found.verdict]
    outcome = found.clause.outcome
    if found.waived is not None and found.waived.row is not None:
        row = found.waived.row
        said = f"does not count: {row.fact} by {row.checked_by}, {row.source}"
        return Text(said, "magenta")
    if found.truth == UNKNOWN and found.verdict != "eligible":
        missing = ", ".join(f"{fact.name} of {fact.id}" for fact in found.missing)
        told = f"{sign} cannot be told while unknown: {missing}"
    else:
        told = f"{sign} {outcome.because}"
    cites = f"  {cited(pack, outcome.cite)}"
    return Text.assemble((told, style), (cites, "dim"))


def _print_steps(traced: PairTrace, packs: Mapping[str, Pack], console: Console) -> None:
    if not traced.steps:
        return
    console.print()
    payment = phrases.day(traced.earliest_payment)
    console.print(Text(f"Steps: earliest payment {payment}, as planned", "bold"))
    shown = Table("", "step", "by", "days", "due", "rests on", box=SIMPLE_HEAD)
    ordered = sorted(traced.steps, key=lambda s: (s.due, ORDER.index(s.key.link)))
    for step in ordered:
        days = step.step.days
        told = f"{days.minimum.days}/{days.planned.days}/{days.p90.days}"
        late = " after payment" if step.step.timing == "after_payment" else ""
        rests = cited(packs[step.key.rule], step.citations)
        shown.add_row(
            "◆" if step.critical else "", f"{step.step.do}{late}", step.step.by, told,
            phrases.day(step.due), f"{step.key.rule}: {rests}",
        )  # fmt: skip
    console.print(shown)
    note = "Days at least/planned/in nine cases of ten; ◆ the payment waits for it."
    console.print(Text(note, "dim"))
