"""Every rule of every pack as one Markdown page that a lawyer can read without programming."""

from collections.abc import Iterable, Iterator

from matcher.regulation.pack import Citation, Duration, Outcome, Pack, Rule, Source, Step
from matcher.writing import phrases

HEAD = """# The rules

What the rule packs that ship hold: every rule with its text, dates, outcomes, steps, sources, how
well each was verified, and what was not found. Written from the packs by `matcher rules page`:
change those, not this.

**This is not legal advice.** It is what was found in public sources by the day named with each
pack. Confidence: **T** the sentence was read in the act's text, a translation or an official
notice; **S** a secondary source (press, law firm, association); **M** not verified. A rule of
confidence M, or without a date, can at most ask a person to decide. Days named as a plan are
planning values, not law.
"""
VERDICTS = {
    "ineligible": "Not allowed",
    "needs_review": "A person has to decide",
    "eligible_with_steps": "Allowed after these steps",
    "eligible": "For information",
}
LINKS = {
    "contribution": "money from a contributor into a pool",
    "grant": "a grant from a pool to an organisation",
    "subgrant": "a grant from an organisation to its partner",
}
PARTIES = {
    "donor": "the donor", "recipient": "the recipient", "association": "the association",
    "authority": "the authority", "applicant": "the applicant",
}  # fmt: skip


def rules_page(packs: Iterable[Pack]) -> str:
    """Give the page for packs, by their ids."""
    ordered = sorted(packs, key=lambda pack: pack.id)
    parts = [HEAD, *(part for pack in ordered for part in _pack(pack))]
    return "\n".join(parts) + "\n"


def _pack(pack: Pack) -> Iterator[str]:
    yield f"\n## {pack.title} (`{pack.id}`)\n"
    yield f"{pack.about} Sources last checked on {pack.last_checked}.\n"
    for rule in pack.rules:
        yield from _rule(pack, rule)
    if pack.not_found:
        yield f"\n### What was not found: {pack.title}\n"
        yield from (f"- {sentence}" for sentence in pack.not_found)
    yield f"\n### Sources: {pack.title}\n"
    yield from (f"- {source.title}. Found at: {source.found_at}." for source in _sources(pack))
    yield f"\n### What has to be known: {pack.title}\n"
    yield "| fact | of | what it says | who is asked |\n|---|---|---|---|"
    for name, fact in sorted(pack.facts.items()):
        yield f"| `{name}` | {', '.join(fact.of)} | {_cell(fact.meaning)} | {_cell(fact.ask)} |"


def _sources(pack: Pack) -> list[Source]:
    return sorted(pack.sources.values(), key=lambda source: source.title)


def _rule(pack: Pack, rule: Rule) -> Iterator[str]:
    yield f"\n### {rule.id} {rule.title}\n"
    yield f"{rule.text}\n"
    yield f"- Applies to: {rule.applies_to} ({'; '.join(LINKS[link] for link in rule.links)})."
    yield f"- In force: {_window(rule)}."
    yield f"- Severity: {rule.severity}."
    for outcome in rule.outcomes:
        yield from _outcome(pack, rule, outcome)
    for step in rule.steps:
        yield from _step(pack, step)
    if rule.notes:
        yield from (f"- Note: {note}" for note in rule.notes)


def _window(rule: Rule) -> str:
    begins = "date not found" if rule.effective is None else f"from {rule.effective}"
    ends = f" to {rule.ends}" if rule.ends else ""
    known = [("adopted", rule.adopted), ("published", rule.published)]
    dates = "".join(f", {word} {day}" for word, day in known if day)
    repeal = f", ended by {rule.repealed_by}" if rule.repealed_by else ""
    return f"{begins}{ends}{dates}{repeal}"


def _outcome(pack: Pack, rule: Rule, outcome: Outcome) -> Iterator[str]:
    verdict = rule.verdict_of(outcome)
    yield f"- **{VERDICTS[verdict]}:** {outcome.because}"
    if verdict != outcome.verdict:
        said = VERDICTS[outcome.verdict].lower()
        yield f"  - As found it would say “{said}”; but it is not verified, or has no date."
    yield f"  - When: `{' '.join(outcome.when.split())}`"
    yield f"  - Source: {_cited(pack, outcome.cite)}."
    if outcome.steps:
        yield f"  - Steps: {', '.join(outcome.steps)}."


def _step(pack: Pack, step: Step) -> Iterator[str]:
    late = " after the payment" if step.timing == "after_payment" else ""
    waits = f", after {', '.join(step.after)}" if step.after else ""
    yield f"- Step **{step.id}**{late}, by {PARTIES[step.by]}{waits}: {step.do}."
    days = step.days
    for word, duration in (("at least", days.minimum), ("planned", days.planned),
                           ("in nine cases of ten", days.p90)):  # fmt: skip
        told = phrases.count(duration.days, "day")
        yield f"  - {word} {told}: {_why(pack, duration)}."


def _why(pack: Pack, duration: Duration) -> str:
    return _cited(pack, duration.cite) if duration.cite else f"a plan, {duration.plan}"


def _cited(pack: Pack, citations: Iterable[Citation]) -> str:
    return "; ".join(
        pack.sources[cite.source].title
        + (f", {cite.article}" if cite.article else "")
        + f" ({cite.confidence})"
        for cite in citations
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
