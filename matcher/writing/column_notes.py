"""What each column of a round holds, for people who fill it in: table → column → text.

One place for the notes in the template and in the reference. Whether a column is required, its
unit by type and the words it may hold are not repeated here: `columns` and the model know them.
Each text ends in an example, which the model accepts.
"""

from collections.abc import Mapping

_VISIBILITY = (
    "Who may see it: public, name_withheld (the name is left out of texts for others) or "
    "confidential (left out wholly). Blank is public. Example: public"
)
_CURRENCY = "Currency code by ISO 4217; every other than the round's own needs a row in rates."
_GROUPS = (
    "women_girls, youth, children, older_people, disability, idps, refugees, ethnic_minority, "
    "religious_minority, lgbt, rural_poor or other"
)

NOTES: Mapping[str, Mapping[str, str]] = {
    "round": {
        "id": "Short name of the round, used in every result. Example: az-2026-spring",
        "title": "Title of the round as people know it. Example: Spring 2026 allocation round",
        "currency": "Base currency of the round (ISO 4217): all awards are in it. Example: AZN",
        "decision_date": "The day as of which rules are evaluated. Example: 2026-03-01",
        "call.opens": "First day on which proposals could be handed in. Example: 2026-01-05",
        "call.closes": "Last day on which proposals could be handed in. Example: 2026-02-05",
        "call.time_zone": "Time zone of the call, by its IANA name. Example: Asia/Baku",
        "rule_packs": "Packs of rules that apply besides the pools' terms, separated by "
        "semicolons. Blank = the terms of the pools alone. Example: donor-compliance",
        "policy.rule": "The allocation rule. Blank is max_merit. Example: max_merit",
        "policy.value": "per_amount: each unit of money goes to the best-scored work. per_project: "
        "each project counts by its score whatever it costs. Example: per_amount",
        "policy.score_max": "The highest score there is. Blank is 100. Example: 100",
        "policy.score_threshold": "Proposals below this score get nothing; equal passes. "
        "Example: 50",
        "policy.grant_step": "Every award is a multiple of it, in base currency. Example: 100",
        "policy.min_award": "The smallest award by any pool, in base currency. Without it "
        "proposals may be paid in very small parts. Example: 1000",
        "policy.max_funders_per_proposal": "The most pools that share one proposal. Example: 3",
        "policy.max_proposals_per_organisation": "The most proposals of one organisation that are "
        "funded, earlier commitments of the same year counted in. Example: 2",
        "policy.max_amount_per_organisation": "The most money for one organisation in base "
        "currency, earlier commitments of the same year counted in. Example: 150000",
        "policy.max_award_to_budget": "The most money for one organisation as a multiple of its "
        "annual budget. Example: 1.0",
        "policy.needs_review": "What happens where a fact is unknown: hold (not funded yet) or "
        "conditional (funded on a stated condition). Blank is hold. Example: hold",
        "policy.start_policy": "strict: all planned steps must be done before a proposal starts. "
        "Blank is flexible. Example: flexible",
        "policy.feedback": "What applicants are told: reason, or reason_and_change (also what "
        "would have changed the decision). Blank is reason. Example: reason",
    },
    "rates": {
        "currency": "A currency other than the base currency (ISO 4217). Example: USD",
        "rate": "What one unit of it is worth in the base currency. Example: 1.7000",
    },
    "targets": {
        "id": "Short name of the target. Example: outside-baku",
        "pool": "The pool within which it holds. Blank = the whole round. Example: P07",
        "region": "Counts money for these regions. Example: AZ-BA",
        "not_region": "Counts money outside these regions. Example: AZ-BA",
        "sector": "Counts proposals in these sectors. Example: 112",
        "not_sector": "Counts proposals outside these sectors. Example: 112",
        "group": f"Counts proposals for these groups ({_GROUPS}). Example: women_girls;youth",
        "not_group": "Counts proposals for none of these groups. Example: other",
        "sdg": "Counts proposals with these goals, 1 to 17. Example: 5",
        "not_sdg": "Counts proposals with none of these goals. Example: 17",
        "priority_area": "Counts proposals in these UNSDCF priority areas, 1 to 4. Example: 1",
        "not_priority_area": "Counts proposals outside these areas. Example: 4",
        "applicant_kind": "Counts proposals of these kinds of organisation. Example: public_union",
        "not_applicant_kind": "Counts proposals of all other kinds. Example: state_body",
        "organisation": "Counts proposals of these organisations (org_id). Example: ORG-1",
        "not_organisation": "Counts proposals of all other organisations. Example: ORG-1",
        "country": "Counts proposals in these countries (ISO 3166-1). Example: AZ",
        "not_country": "Counts proposals outside these countries. Example: AZ",
        "proposal": "Counts these proposals (proposal_id). Example: APP-7",
        "not_proposal": "Counts all other proposals. Example: APP-7",
        "tier": "Counts proposals of these tiers. Example: 1",
        "not_tier": "Counts proposals of all other tiers. Example: 2",
        "min_share": "At least this share of the money, from 0 to 1. Example: 0.4",
        "max_share": "At most this share of the money, from 0 to 1. Example: 0.6",
        "min_amount": "At least this much money, in base currency. Example: 200000",
        "max_amount": "At most this much money, in base currency. Example: 500000",
        "min_count": "At least so many funded proposals. Example: 5",
        "max_count": "At most so many funded proposals. Example: 20",
        "of": "What a share is of: budget (all money on offer) or awarded (hard targets only). "
        "Blank is budget. Example: budget",
        "strictness": "hard: must hold. soft: missed as little as can be. Blank is hard. "
        "Example: hard",
        "priority": "Order among soft targets, 1 first. Blank is 1. Example: 1",
        "weight": "Weight among soft targets of one priority. Blank is 1. Example: 1",
    },
    "donors": {
        "donor_id": "Short name of the donor; each once. Example: D01",
        "name": "Name of the donor. Example: A made-up foundation",
        "kind": "What kind of donor it is. Example: foundation",
        "country": "Home country (ISO 3166-1, two letters). Example: AZ",
        "visibility": _VISIBILITY,
    },
    "pools": {
        "pool_id": "Short name of the pool (one envelope of money); each once. Example: P01",
        "donor_id": "Whose money it is: an id of the sheet donors. Example: D01",
        "name": "Name of the pool. Example: Youth window",
        "currency": f"{_CURRENCY} Example: AZN",
        "budget": "All money of the pool, in its own currency. Example: 250000",
        "certainty": "confirmed, or pledged (awards are then conditional). Blank is confirmed. "
        "Example: confirmed",
        "condition": "Condition that the donor ties to the money. Example: After audit report",
        "hold_back_share": "Share of the budget kept aside, from 0 to 1. Example: 0.05",
        "min_grant": "Smallest single grant, in the pool's currency. Example: 5000",
        "max_grant": "Largest single grant, in the pool's currency. Example: 50000",
        "max_grants": "The most grants it makes. Example: 10",
        "max_project_share": "The largest share of a project's funding that it pays, more than 0 "
        "up to 1. Example: 0.8",
        "sole_funder": "yes: it funds a proposal alone. Example: no",
        "not_with": "Donors (ids) or kinds of donor beside whom it does not fund a proposal. "
        "Example: holding;D02",
        "sectors": "Only these sectors; a short code covers the longer ones below it. "
        "Example: 112;15160",
        "not_sectors": "None of these sectors. Example: 160",
        "regions": "Only work wholly inside these regions. Example: AZ-ER-BAKU;AZ-GA",
        "not_regions": "No work that touches these regions. Example: AZ-BA",
        "groups": f"Only work for one of these groups: {_GROUPS}. Example: youth;idps",
        "sdgs": "Only work for one of these goals, 1 to 17. Example: 4;5",
        "priority_areas": "Only work in one of these UNSDCF priority areas, 1 to 4. Example: 1",
        "applicant_kinds": "Only these kinds of organisation. Example: public_union;foundation",
        "countries": "Only work in these countries (ISO 3166-1). Example: AZ",
        "applicant_countries": "Only organisations of these countries. Example: AZ",
        "available_from": "First day on which it may commit money. Example: 2026-01-01",
        "available_until": "Last day on which it may commit money. Example: 2026-12-31",
        "pay_by": "Last day on which it can pay. Example: 2026-12-15",
        "visibility": _VISIBILITY,
        "confidential_terms": "Names of columns in this sheet that applicants must not learn of. "
        "Example: not_with;max_grant",
    },
    "organisations": {
        "org_id": "Short name of the organisation; each once. Example: ORG-1",
        "name": "Name of the organisation. Example: A made-up union",
        "country": "Where it is registered (ISO 3166-1, two letters). Example: AZ",
        "kind": "What kind of organisation it is. Example: public_union",
        "registration_status": "registered, pending or unregistered. Example: registered",
        "registered_on": "Day of its registration. Example: 2015-06-30",
        "region": "Where it sits. Example: AZ-GA",
        "staff": "How many people it employs. Example: 12",
        "annual_budget": "Its yearly budget, in base currency. Example: 180000",
        "visibility": _VISIBILITY,
    },
    "proposals": {
        "proposal_id": "Short name of the proposal; each once. Example: APP-7",
        "org_id": "Who applies: an id of the sheet organisations. Example: ORG-1",
        "title": "Title of the proposal. Example: Evening school for young mothers",
        "currency": f"{_CURRENCY} Example: AZN",
        "requested": "Money asked for, in the proposal's currency. Example: 30000",
        "minimum": "The smallest sum it can work with. Blank = all or nothing; 0 = any sum. "
        "Example: 21000",
        "own_contribution": "Money that the applicant brings, in the proposal's currency. "
        "Example: 2500",
        "other_funding": "Money confirmed from outside the round. Example: 1000",
        "sector": "Purpose code (OECD DAC/CRS), or a code of the sheet sectors. Example: 11230",
        "regions": "Where the work is, alone or with shares that sum to 1. "
        "Example: AZ-GA:0.6;AZ-BA:0.4",
        "groups": f"Whom it serves: {_GROUPS}. Example: women_girls;youth",
        "sdgs": "Goals it serves, 1 to 17. Example: 4;5",
        "priority_areas": "UNSDCF priority areas it serves, 1 to 4. Example: 1",
        "submitted": "Day on which it was handed in. Example: 2026-02-03",
        "starts": "First day of the work. Example: 2026-05-01",
        "ends": "Last day of the work. Example: 2027-04-30",
        "score": "Score from 0 to the highest score, at most 4 decimals. For scores by criterion "
        "leave it blank, add columns named score_need, score_quality, … and give their weights in "
        "the sheet round as policy.score_weights.need, … Example: 78.5",
        "tier": "1 is decided on first, then 2, …; blank comes last. Example: 1",
        "max_funders": "The most pools that may share it. Example: 2",
        "alternatives": "A label shared by proposals of which at most one is funded. "
        "Example: same-school",
        "requires": "Ids of proposals that must be funded too. Example: APP-3",
        "accepts_donor_kinds": "The only kinds of donor it takes money from. Example: embassy;bank",
        "refuses_donors": "Ids of donors it takes no money from. Example: D02",
        "status": "submitted, withdrawn, disqualified or deferred. Blank is submitted. "
        "Example: submitted",
        "status_reason": "Why it has this status. Example: Handed in twice",
        "language": "Language of the proposal. Example: az",
        "visibility": _VISIBILITY,
    },
    "pairs": {
        "pool_id": "The pool meant; or give donor_id. Example: P01",
        "donor_id": "The donor meant, for all its pools (declined, forbid and conflict only). "
        "Example: D01",
        "proposal_id": "The proposal meant; or give org_id. Example: APP-7",
        "org_id": "The organisation meant, for all its proposals (declined, forbid and conflict "
        "only). Example: ORG-1",
        "status": "pin (the board decided on it), accepted, declined, forbid, conflict or prefer. "
        "Example: pin",
        "amount": "Money of a pin or of an accepted award, in base currency. Example: 15000",
        "score": "The pool's own score of the proposal. Example: 82",
        "payer_preference": "The higher, the rather this pool pays for it. Example: 1.5",
        "reason": "Who decided it and why; a pin needs one. Example: Board minutes of 3 March",
    },
    "reviews": {
        "proposal_id": "The proposal scored. Example: APP-7",
        "reviewer_id": "Who scored it. Example: R3",
        "score": "The score, from 0 to the highest score. Example: 80",
        "criterion": "What was scored. Blank = the proposal as a whole. Example: need",
        "recused": "yes: the reviewer stood back; the row never counts. Example: no",
        "on": "Day of the review. Example: 2026-02-20",
    },
    "partners": {
        "proposal_id": "The proposal. Example: APP-7",
        "org_id": "An organisation that takes part. Example: ORG-2",
        "role": "lead, partner or host. Example: partner",
        "share": "Its share of the money, from 0 to 1. Example: 0.3",
    },
    "contributors": {
        "pool_id": "The pooled fund. Example: P01",
        "donor_id": "Who feeds it. Example: D01",
        "amount": "How much, in the currency beside. Example: 100000",
        "currency": f"{_CURRENCY} Example: EUR",
        "earmark": "What the money is tied to. Example: Schools only",
    },
    "facts": {
        "subject": "Id of a donor, pool, organisation or proposal, or pool:proposal. "
        "Example: ORG-1",
        "fact": "Name of the fact. Example: audited",
        "value": "Its value. Example: true",
        "valid_from": "First day on which it holds. Example: 2026-01-01",
        "valid_to": "Last day on which it holds. Example: 2026-12-31",
        "source": "Where it is known from. Example: Audit report 2025",
        "checked_on": "Day on which somebody checked it. Example: 2026-02-10",
        "checked_by": "Who checked it. Example: Grants officer",
    },
    "commitments": {
        "commitment_id": "Short name of the earlier award; each once. Example: C01",
        "org_id": "Who got it. Example: ORG-1",
        "amount": "How much, in the currency beside. Example: 40000",
        "currency": f"{_CURRENCY} Example: AZN",
        "decided": "Day on which it was awarded. Example: 2026-01-15",
        "pool_id": "The pool that paid it. Example: P01",
        "proposal_id": "The proposal that it was for. Example: APP-1",
        "status": "How it stands. Every row counts in the caps: delete what is void. "
        "Example: running",
    },
    "regions": {
        "code": "Code of a region of your own. With any row here the built-in regions are not "
        "used. Example: NORTH",
        "name": "Name of the region. Example: Northern districts",
        "parent": "Code of the larger region above it. Example: COUNTRY",
        "country": "Its country (ISO 3166-1). Example: AZ",
    },
    "sectors": {
        "code": "Code of a sector of your own. With any row here the built-in sectors are not "
        "used. Example: WATER",
        "name": "Name of the sector. Example: Water and sanitation",
        "parent": "Code of the broader sector above it. Example: SERVICES",
        "country": "Not used for sectors; leave it blank. Example: AZ",
    },
}
