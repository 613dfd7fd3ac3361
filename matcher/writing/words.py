"""The one place where codes become words for people: decisions, statuses, levels, constraints.

People who run rounds never see C5 or L2 (PROBLEM.md); they see what stands here.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from matcher.results import Level
from matcher.writing.phrases import percent, percent_down, percent_up

Tone = Literal["paid", "waiting", "closed"]

DECISIONS: Mapping[str, tuple[str, Tone]] = {
    "funded": ("funded in full", "paid"),
    "partially_funded": ("funded in part", "paid"),
    "reserve_list": ("reserve list", "waiting"),
    "held_for_review": ("held for review", "waiting"),
    "not_funded": ("not funded", "closed"),
    "below_threshold": ("below the threshold", "closed"),
    "not_scored": ("not scored", "closed"),
    "no_matching_pool": ("no matching pool", "closed"),
    "ineligible": ("ineligible", "closed"),
    "deferred": ("deferred", "closed"),
    "withdrawn": ("withdrawn", "closed"),
    "disqualified": ("disqualified", "closed"),
}
"""Each decision of PROBLEM.md in words, in the order in which people read them, with its tone."""

NO_POOL = "No pool's terms cover it."
NONE_MAY_FUND = "No pool may fund it as it stands."
HELD = "Held until it states what the pools that might fund it ask for."
"""What is told instead of a reason that could tell a term which a pool keeps to itself."""

CONSTRAINTS: Mapping[str, str] = {
    "C1": "a pool awards no more than its budget",
    "C2": "a proposal gets nothing, or between its minimum and its request",
    "C3": "every grant lies between the smallest and the largest of its pool",
    "C4": "a pool makes no more than its number of grants",
    "C5": "a pool pays no more than its largest share of a project",
    "C6": "a proposal has no more funders than it may have",
    "C7": "an award is made only where terms, law and status of a proposal allow it",
    "C8": "an organisation gets no more than its cap",
    "C9": "at most one of several alternatives is funded",
    "C10": "a proposal is funded only with those that it requires",
    "C11": "targets that must hold are held",
    "C11 floors": "the floors of targets that must hold are reached",
    "C11 caps": "the caps of targets that must hold are kept",
    "C12": "decisions of the board and accepted awards stand",
    "C13": "pools that do not fund together do not fund the same proposal",
    "step": "every award is a multiple of the grant step",
    "L1": "targets that are wished for come before merit",
}
"""What each constraint of PROBLEM.md asks, and the level that comes before merit, as a clause."""

STOPS: Mapping[str, str] = {
    "gap": "what was asked for is proven",
    "proven": "proven as asked",
    "rule": "the end of the list",
    "work_limit": "the limit of work for this level",
    "time_limit": "the time limit",
    "interrupted": "an interrupt (Ctrl-C)",
}
"""Why a run, or one of its levels, stopped."""

RULES: Mapping[str, str] = {
    "max_merit": "best use of the money by score",
    "ranked_list": "the ranked list",
}

MERIT: Mapping[str, str] = {
    "per_amount": "score-weighted money",
    "per_project": "score-weighted projects",
}
"""What merit is called by each `value` of the policy."""

BOUNDS: Mapping[str, tuple[str, Literal["share", "amount", "count"]]] = {
    f"{side}_{kind}": (words, kind)
    for kind in ("share", "amount", "count")
    for side, words in (("min", "at least"), ("max", "at most"))
}
"""The bounds of targets in words, and what each is stated in."""

CONDITIONS: Mapping[str, str] = {
    "region": "region",
    "sector": "sector",
    "group": "group",
    "sdg": "development goal",
    "priority_area": "priority area",
    "applicant_kind": "kind of applicant",
    "organisation": "organisation",
    "country": "country",
    "proposal": "proposal",
    "tier": "tier",
}

CODES: Mapping[str, str] = {
    "women_girls": "women and girls",
    "idps": "internally displaced people",
    "disability": "people with disabilities",
    "lgbt": "LGBT people",
    "un_agency": "UN agency",
    "international_ngo": "international NGO",
}
"""Codes whose words are not their own with spaces."""


def plain(code: str) -> str:
    """Give any other code as words: `older_people` → older people."""
    return CODES.get(code, code.replace("_", " "))


def decision(code: str) -> str:
    """Give a decision in words."""
    return DECISIONS[code][0] if code in DECISIONS else plain(code)


def tone(code: str) -> Tone:
    """Say whether a decision pays, leaves the proposal waiting, or closes it."""
    return DECISIONS[code][1] if code in DECISIONS else "closed"


def in_reading_order(decisions: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give the decisions that occur with their counts, in the order in which people read them."""
    known = [code for code in DECISIONS if decisions.get(code)]
    return [(code, decisions[code]) for code in (*known, *sorted(set(decisions) - set(DECISIONS)))]


def stop(reason: str) -> str:
    """Give why something stopped in words."""
    return STOPS.get(reason, plain(reason))


def level(name: str, key: int | None, merit: str, tiers: bool) -> str:
    """Name a level: its `key` is a priority or tier, `tiers` says if any exist."""
    if name == "L1":
        return f"shortfall of wished-for targets, priority {key}"
    if name == "L2" and tiers:
        return f"{merit}, {'without a tier' if key is None else f'tier {key}'}"
    return {"L2": merit, "L3": "preferred payers", "L4": "number of grants"}[name]


def standing(
    status: str, rule: str, stop_reason: str, gaps: Iterable[tuple[str, Fraction | None]]
) -> str:
    """Say in one sentence what is claimed of a run; `gaps` has each level's name and gap.

    Gaps are rounded up, so that nothing is claimed that is not proven. Best means: soft targets
    first, then merit; who pays and the number of grants may end with gaps of their own.
    """
    if status == "infeasible":
        return "No plan can keep every constraint."
    if status == "no_solution":
        return f"No plan was found before {stop(stop_reason)}."
    if rule == "ranked_list":
        return "Made by going down the ranked list; nothing is claimed about the best."
    known = list(gaps)
    targets = [gap for name, gap in known if name == "L1"]
    merit = [gap for name, gap in known if name == "L2"]
    if status == "optimal" and not any((*targets, *merit)):
        return "Proven best: no other plan within the rules does better."
    early = stop_reason in ("time_limit", "interrupted")
    cause = f"Stopped by {stop(stop_reason)}. " if early and status != "optimal" else ""
    if any(gap is None for gap in (*targets, *merit)):
        return f"{cause}How far it is from the best is not known."
    if any(targets):
        return f"{cause}It is not proven that wished-for targets are missed by as little as can be."
    widest = max((gap for gap in merit if gap is not None), default=Fraction(0))
    return f"{cause}Proved within {percent_up(widest)} of the best."


def gaps_of(levels: Iterable[Level]) -> list[tuple[str, Fraction | None]]:
    """Give the name and gap of each level, for `standing`."""
    return [(found.level, found.gap) for found in levels]


def gain(share: Fraction, targets: bool = True) -> str:
    """Say where merit lies against the ranked list, such as `7.3 % above the ranked list`.

    `targets` says whether the round has any that the ranked list does not reach for.
    """
    if share == 0:
        return "the same as the ranked list"
    if share > 0:
        above = percent_down(share) if share >= Fraction(1, 1000) else percent(share)
        return f"{above} above the ranked list"
    reason = ", which does not reach for targets" if targets else ""
    return f"{percent_up(-share)} below the ranked list{reason}"


def no_pool(start_policy: str) -> str:
    """Say that no pool matches, without what pools keep to themselves.

    Under `strict` a pool may match but for the start of the work: which it is would tell whether
    its terms cover the proposal.
    """
    return NONE_MAY_FUND if start_policy == "strict" else NO_POOL
