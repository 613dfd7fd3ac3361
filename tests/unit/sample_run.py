"""A made-up round of 6 pools and 25 proposals with a finished run, every table of it filled.

No solver takes part: the awards are written down here, and what can be added up is added up from
them. All names are made up.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pandas as pd

from matcher.domain import Round
from matcher.money import shown
from matcher.results import RESULT_COLUMNS, Baseline, Figures, Level, Options, Run, RunStatus

DONORS = [
    {"donor_id": "D1", "name": "Khazar Example Holding", "kind": "holding"},
    {"donor_id": "D2", "name": "Embassy of Exampleland", "kind": "embassy"},
    {"donor_id": "D3", "name": "Sample Foundation", "kind": "foundation"},
    {
        "donor_id": "D4",
        "name": "Ələddin Xəyali",
        "kind": "individual",
        "visibility": "name_withheld",
    },
    {"donor_id": "D5", "name": "Invented Bank", "kind": "bank", "visibility": "confidential"},
]
POOLS = [
    {"pool_id": "P1", "donor_id": "D1", "name": "Regions first", "currency": "AZN",
     "budget": "180000"},
    {"pool_id": "P2", "donor_id": "D2", "name": "Small grants of the Embassy of Exampleland",
     "currency": "EUR", "budget": "45000", "max_grant": "15000", "min_grant": "2000"},
    {"pool_id": "P3", "donor_id": "D3", "name": "Open call", "currency": "USD", "budget": "60000",
     "certainty": "pledged", "condition": "the foundation's council approves it in April"},
    {"pool_id": "P4", "donor_id": "D4", "name": "Gift of Ələddin Xəyali for schools",
     "currency": "AZN", "budget": "40000"},
    {"pool_id": "P5", "donor_id": "D5", "name": "Quiet line", "currency": "AZN",
     "budget": "70000"},
    {"pool_id": "P6", "donor_id": "D1", "name": "Skills & work", "currency": "AZN",
     "budget": "90000", "confidential_terms": "budget;min_grant"},
]  # fmt: skip
ORGANISATIONS = [
    {"org_id": f"O{number:02}", "name": name}
    for number, name in enumerate(
        (
            "Sheki Weavers (made up)", "Green Mughan (made up)", "Open Door Union (made up)",
            "Youth Forum <Ganja> (made up)", "Mountain School Fund (made up)",
            "Lankaran Growers (made up)", "Safe Road (made up)", "Araz Readers (made up)",
            "Hidden Shelter", "Lerik Longevity Club (made up)",
        ),
        1,
    )
]  # fmt: skip
ORGANISATIONS[8]["visibility"] = "name_withheld"

# id, organisation, title, request, score, decision, {pool: award}
PROPOSALS: list[tuple[str, str, str, int, str, str, dict[str, int]]] = [
    ("A01", "O01", "Looms for thirty women in Sheki", 42000, "91.5", "funded", {"P1": 42000}),
    ("A02", "O02", "Water-saving fields in Saatly", 60000, "88", "funded",
     {"P1": 40000, "P3": 20000}),
    ("A03", "O03", "Ramps and lifts for four libraries", 18500, "86.25", "funded", {"P2": 18500}),
    ("A04", "O04", "Debate clubs in twelve schools", 24000, "85", "funded", {"P4": 24000}),
    ("A05", "O05", "A winter road to the school of Xinaliq", 75000, "84", "partially_funded",
     {"P1": 50000, "P5": 10000}),
    ("A06", "O06", "Tea and citrus cooperative", 38000, "82", "funded", {"P5": 38000}),
    ("A07", "O07", "Crossing guards for Sumqayit", 12000, "81.75", "funded", {"P2": 12000}),
    ("A08", "O08", "Bookmobile for Nakhchivan villages", 30000, "80", "funded", {"P3": 30000}),
    ("A09", "O09", "Rooms for families on the move", 22000, "79.5", "funded", {"P5": 22000}),
    ("A10", "O10", "Memory archive of the Talysh hills", 16000, "78", "funded", {"P2": 16000}),
    ("A11", "O01", "Dye garden", 9000, "77", "funded", {"P4": 9000}),
    ("A12", "O02", "Soil laboratory on wheels", 55000, "76.5", "partially_funded", {"P6": 33000}),
    ("A13", "O03", "Sign-language evening courses", 14000, "75", "funded", {"P6": 14000}),
    ("A14", "O04", "Repair cafés", 11000, "74", "funded", {"P6": 11000}),
    ("A15", "O05", "Telescope for a mountain school", 26000, "73", "reserve_list", {}),
    ("A16", "O06", "Cold store for mandarins", 48000, "72", "reserve_list", {}),
    ("A17", "O07", "Night-bus shelters", 21000, "70", "funded", {"P3": 21000}),
    ("A18", "O08", "Reading circles in <b>prisons</b>", 17500, "69", "held_for_review", {}),
    ("A19", "O10", "Beekeeping above 1,500 m", 13000, "66", "not_funded", {}),
    ("A20", "O10", "Second beekeeping school", 12500, "64", "not_funded", {}),
    ("A21", "O06", "Sailing regatta", 90000, "58", "no_matching_pool", {}),
    ("A22", "O07", "Car-wash franchise", 65000, "41", "below_threshold", {}),
    ("A23", "O08", "Untitled draft", 5000, "", "not_scored", {}),
    ("A24", "O09", "A shelter that nobody should find", 20000, "71", "withdrawn", {}),
    ("A25", "O03", "Choir journey", 8000, "60", "ineligible", {}),
]  # fmt: skip
HIDDEN = {"A24": "confidential", "A19": "name_withheld"}

REASONS = {
    "A15": "Eligible at P1, P4 and P5, whose money and grants went to work that counts for as much "
    "or more.",
    "A16": "Eligible at P1, whose money and grants went to work that counts for as much or more.",
    "A18": "Held until it states what P6 ask for: regions.",
    "A19": "Lerik Longevity Club (made up) has reached what it may be awarded.",
    "A20": "An alternative to it is funded.",
    "A21": "No pool's terms cover it; the nearest, P6, fails on sectors.",
    "A22": "Scored 41, below the threshold of 50.",
    "A23": "No score, and no review that counts.",
    "A24": "Hidden Shelter withdrew A shelter that nobody should find.",
    "A25": "The law bars it at every pool whose terms cover it.",
}
PIN = {"pool_id": "P2", "proposal_id": "A07", "status": "pin",
       "reason": "the board promised it to the city on 12 February"}  # fmt: skip
ACCEPTED = {"pool_id": "P4", "proposal_id": "A11", "status": "accepted", "amount": "9000"}
TARGETS = [
    {"id": "outside-baku", "where": {"not_region": ["AZ-BA"]}, "min_share": "0.40"},
    {"id": "schools", "pool": "P4", "where": {"group": ["children", "youth"]}, "min_count": "1"},
    {"id": "women-girls", "where": {"group": ["women_girls"]}, "min_amount": "80000",
     "strictness": "soft"},
]  # fmt: skip
WARNINGS = [
    "round.yaml, column policy.min_award: is not given. Set policy.min_award.",
    "organisations.csv, row 2, column annual_budget: is blank. Fill in annual_budget.",
    "organisations.csv, row 5, column annual_budget: is blank. Fill in annual_budget.",
    'pools.csv, row 7, column min_grant: "4321" is above max_grant. Correct one.',
    "The money of Ələddin Xəyali is not on the account yet.",
]
BUDGETS = {"P1": 180000, "P2": 89154, "P3": 102000, "P4": 40000, "P5": 70000, "P6": 90000}
RATES = {"USD": "1.7000", "EUR": "1.9812"}


def sample_round() -> Round:
    """Give the made-up round."""
    proposals = [
        {"proposal_id": i, "org_id": org, "title": title, "currency": "AZN",
         "requested": str(asked), "visibility": HIDDEN.get(i, "public")}
        | ({"score": score} if score else {})
        for i, org, title, asked, score, _, _ in PROPOSALS
    ]  # fmt: skip
    return Round.model_validate(
        {
            "id": "az-sample",
            "title": "Spring sample round (made up)",
            "currency": "AZN",
            "decision_date": "2026-03-01",
            "rates": RATES,
            "policy": {"score_threshold": "50"},
            "targets": TARGETS,
            "donors": DONORS,
            "pools": POOLS,
            "organisations": ORGANISATIONS,
            "proposals": proposals,
            "pairs": [PIN, ACCEPTED],
        }
    )


def _amount(major: int) -> str:
    return shown(major * 100, "AZN")


def _share(part: int, whole: int) -> str:
    return format(part / whole, ".6f")


def _tables() -> dict[str, list[dict[str, Any]]]:
    pools = {pool["pool_id"]: pool for pool in POOLS}
    awards, decisions = [], []
    for i, org, _, asked, score, decision, paid in PROPOSALS:
        total = sum(paid.values())
        conditional = "P3" in paid
        for pool_id, amount in paid.items():
            pool = pools[pool_id]
            rate = Fraction(RATES.get(str(pool["currency"]), "1"))
            awards.append(
                {
                    "pool_id": pool_id,
                    "donor_id": pool["donor_id"],
                    "proposal_id": i,
                    "org_id": org,
                    "amount": _amount(amount),
                    "pool_currency": pool["currency"],
                    "amount_in_pool_currency": shown(int(amount * 100 / rate), "AZN"),
                    "verdict": "eligible_with_steps" if i == "A06" else "eligible",
                    "conditional": "true" if pool_id == "P3" else "false",
                    "condition": pool.get("condition", ""),
                    "earliest_payment": "2026-04-15" if i == "A06" else "2026-03-01",
                }
            )
        payers = " and ".join(paid)
        reason = f"Funded in full by {payers}." if decision == "funded" else REASONS.get(i, "")
        if decision == "partially_funded":
            reason = f"Funded with {_amount(total)} of {_amount(asked)} AZN asked, by {payers}."
        decisions.append(
            {
                "proposal_id": i,
                "org_id": org,
                "decision": decision,
                "requested": _amount(asked),
                "awarded": _amount(total),
                "share_of_request": _share(total, asked),
                "score": score,
                "funders": ";".join(paid),
                "conditional": "true" if conditional else "false",
                "reason": reason,
                "binding": ";".join(paid) or "C1",
            }
        )
    rows = []
    for pool_id, budget in BUDGETS.items():
        given = [paid[pool_id] for *_, paid in PROPOSALS if pool_id in paid]
        rows.append(
            {
                "pool_id": pool_id,
                "budget": _amount(budget),
                "awarded": _amount(sum(given)),
                "left": _amount(budget - sum(given)),
                "grants": str(len(given)),
                "share_used": _share(sum(given), budget),
            }
        )
    order = {
        "pool_id": "P3", "funded_instead": "A17", "passed_over": "A05",
        "score_funded_instead": "70", "score_passed_over": "84",
        "why": "the pool's largest share of a project stands in the way",
        "cost_of_correcting": "at most 210000.00",
    }  # fmt: skip
    other = order | {
        "pool_id": "P6", "funded_instead": "A14", "passed_over": "A12",
        "score_funded_instead": "74", "score_passed_over": "76.5",
        "why": "it has the pool's largest grant already",
        "cost_of_correcting": "not possible with its pools' other awards alone",
    }  # fmt: skip
    return {
        "awards": sorted(awards, key=lambda row: (row["pool_id"], row["proposal_id"])),
        "decisions": decisions,
        "pools": rows,
        "targets": [
            {"target_id": "outside-baku", "bound": "min_share", "limit": "0.400000",
             "value": "0.431250", "slack": "0.031250", "strictness": "hard", "held": "true"},
            {"target_id": "schools", "bound": "min_count", "limit": "1", "value": "1",
             "slack": "0", "strictness": "hard", "held": "true"},
            {"target_id": "women-girls", "bound": "min_amount", "limit": "80000.00",
             "value": "51000.00", "slack": "-29000.00", "strictness": "soft", "held": "false"},
        ],
        "out_of_order": [order, other],
        "steps": [
            {"pool_id": "P5", "proposal_id": "A06", "step": "Register the grant agreement",
             "responsible": "applicant", "lead_days": "15", "due": "2026-03-16",
             "citation": "a made-up rule, article 3"},
        ],
    }  # fmt: skip


def sample_run(**changes: Any) -> Run:
    """Give the finished run; `changes` replace its fields."""
    round_ = sample_round()
    rows = _tables()
    tables = {
        name: pd.DataFrame(rows[name], columns=list(columns), dtype=object)
        for name, columns in RESULT_COLUMNS.items()
    }
    paid = [(score, paid) for *_, score, _, paid in PROPOSALS if paid]
    scores = [Fraction(score) for score, _ in paid]
    merit = sum((Fraction(score) * sum(p.values()) for score, p in paid), Fraction())
    baseline = Baseline("ranked_list", merit * 100 / 107, 38_000_000, 13, 0)
    counts = Counter(decision for *_, decision, _ in PROPOSALS)
    figures = Figures(
        budget=sum(BUDGETS.values()) * 100,
        requested=sum(p[3] for p in PROPOSALS if p[5] != "withdrawn") * 100,
        placed=sum(sum(p.values()) for _, p in paid) * 100,
        submitted=24,
        funded=counts["funded"],
        partially_funded=counts["partially_funded"],
        average_score=sum(scores, Fraction()) / len(scores),
        merit=merit,
        queue_jumps=2,
        conditional_awards=sum(row["conditional"] == "true" for row in rows["awards"]),
        decisions=dict(counts),
        baseline=baseline,
    )
    levels = (
        Level("L1", 1, Fraction(29, 80), Fraction(29, 80), "proven"),
        Level("L2", None, merit, merit * Fraction(100_009, 100_000), "proven"),
        Level("L3", None, Fraction(0), Fraction(0), "proven"),
        Level("L4", None, Fraction(len(rows["awards"])), Fraction(15), "work_limit"),
    )
    run = Run(
        round=round_,
        options=Options(gap=1e-4),
        status="optimal",
        levels=levels,
        tables=tables,
        record=_record(round_, levels),
        figures=figures,
        awards={(p, i): amount * 100 for i, *_, paid in PROPOSALS for p, amount in paid.items()},
    )
    return replace(run, **changes)


def without_awards(status: RunStatus, **more: Any) -> Run:
    """Give a run that ended without a plan."""
    run = sample_run()
    kept = {"status": status, "levels": [], "baseline": None, "verified": False, **more}
    record = dict(run.record) | kept
    return replace(run, status=status, levels=(), tables={}, record=record, figures=None, awards={})


def _record(round_: Round, levels: tuple[Level, ...]) -> Mapping[str, Any]:
    keys = {"L1": "priority", "L2": "tier"}
    return {
        "round_id": round_.id,
        "round_hash": round_.content_hash,
        "rule_packs": [],
        "options": {"rule": "max_merit", "time_limit": 600.0, "gap": 1e-4, "workers": 2},
        "seed": 0,
        "versions": {"donor-matcher": "0.0.0"},
        "status": "optimal",
        "stop_reason": "gap",
        "levels": [
            {
                "level": level.level,
                **({keys[level.level]: level.key} if level.key else {}),
                "value": float(level.value),
                "bound": None if level.bound is None else float(level.bound),
                "gap": None if level.gap is None else float(level.gap),
                "stopped_by": level.why,
            }
            for level in levels
        ],
        "not_enforced": [],
        "timings": {"read": 0.25, "solve": 1.5},
        "peak_memory_mib": 321.5,
        "verified": True,
        "reproducible": True,
        "warnings": WARNINGS,
        "baseline": {"rule": "ranked_list", "merit": 1.0, "placed": "380000.00", "funded": 13,
                     "queue_jumps": 0, "gain": 0.07},
    }  # fmt: skip
