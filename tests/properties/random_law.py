"""Random small rounds and random rule packs: windows, waivers, chains and blanks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from matcher.domain import Round
from matcher.regulation.pack import Pack

TODAY = date(2026, 3, 1)
COUNTRIES = ("AZ", "GE", "DE", "")
DONOR_KINDS = ("embassy", "company", "foundation", "state_body", "individual", "pooled_fund")
KINDS = ("public_union", "media", "company", "individual", "foundation", "initiative_group", "")
STATUSES = ("registered", "unregistered", "pending", "")
Cells = dict[str, Any]

MADE_UP_FACTS: Mapping[str, Cells] = {
    "plain": {"of": ["donor", "organisation"], "type": "truth"},
    "colour": {"of": ["pool"], "type": "choice", "values": ["red", "green", "blue"]},
    "flags": {"of": ["proposal"], "type": "choices", "values": ["polls", "media", "sport"]},
    "number": {"of": ["organisation", "pool"], "type": "number"},
    "sum": {"of": ["proposal"], "type": "amount"},
    "since": {"of": ["organisation", "donor"], "type": "date"},
    "done": {"of": ["grant"], "type": "truth", "unless_stated": "false"},
    "opinion": {"of": ["grant"], "type": "choice", "values": ["good", "bad"]},
    "filed_on": {"of": ["grant"], "type": "date", "unless_stated": "none"},
    "abroad": {
        "of": ["donor", "organisation"],
        "type": "truth",
        "derived": [
            {"when": "self.kind in [embassy, media]", "value": "true"},
            {"when": "self.country == AZ", "value": "false"},
            {"when": "self.country != AZ", "value": "true"},
        ],
    },
    "old": {
        "of": ["organisation"],
        "type": "truth",
        "unless_stated": "false",
        "derived": [{"when": "days_since(self.since) > 400", "value": "true"}],
    },
}
LEAVES = {
    "contribution": (
        "giver.plain", "receiver.abroad", "giver.country == AZ", "giver.kind in [embassy, company]",
        "pool.colour == red", "days_since(giver.since) >= 30", "donor.country != giver.country",
        "any(contributor.plain)",
    ),
    "grant": (
        "giver.abroad", "receiver.plain", "receiver.country == giver.country", "receiver.old",
        "pool.colour in [red, blue]", "pool.colour != none", "proposal.flags == media",
        "proposal.flags not in [polls, sport]", "receiver.number > pool.number",
        "receiver.number >= 2", "money(proposal.requested, EUR) > 500", "proposal.months > 6",
        "money(grant.amount, USD) <= 300", "grant.amount == 1000", "grant.amount != 400",
        "grant.done", "grant.opinion == bad", "days_since(grant.filed_on) > 15",
        "grant.awards_this_year >= 1", "organisation.awards_this_year > 0",
        "receiver.since > today",
        "proposal.starts < today", "any(partner.plain)", "all(contributor.country == AZ)",
        "all(partner.registration_status == registered)", "proposal.sum < 700",
        "proposal.countries == AZ", "organisation.registration_status == registered",
        'receiver.since >= "2025-06-01"', "proposal.groups in [youth, disability]",
        "pool.max_grant < 900", "proposal.requested > pool.min_grant", "pool.contributors > 1",
    ),
    "subgrant": (
        "receiver.plain", "giver.abroad", "receiver.country != AZ", "receiver.number < 2",
        "proposal.flags == polls", "pool.colour == green", "donor.abroad",
        "organisation.kind == media", "giver.country != receiver.country", "proposal.partners > 1",
    ),
}  # fmt: skip
VERDICTS = ("ineligible", "needs_review", "eligible_with_steps", "eligible_with_steps", "eligible")


def a_pack(dice: Random) -> Pack:
    """Give a made-up pack of some rules with random conditions, dates, steps and confidences."""
    words = {"meaning": "made up", "ask": "nobody"}
    links = [dice.choice(["grant", "grant", "contribution", "subgrant"])]
    links += [dice.choice(["grant", "grant", *links]) for _ in range(dice.randint(1, 5))]
    rules = [rule for number in range(len(links)) for rule in _versions(number, links, dice)]
    return Pack.model_validate(
        {
            "id": "made-up",
            "title": "Made up",
            "about": "Made up.",
            "last_checked": "2026-01-01",
            "sources": {"act": {"title": "Made-up act", "found_at": "nowhere"}},
            "facts": {name: fact | words for name, fact in MADE_UP_FACTS.items()},
            "rules": rules,
        }
    )


def _versions(number: int, links_of: Sequence[str], dice: Random) -> list[Cells]:
    links = [links_of[number]]
    before = [f"R{other}/s0" for other in range(number) if links_of[other] == links[0]]
    change = TODAY + timedelta(dice.randrange(-5, 60))
    whole = _rule(number, links[0], before, dice) | {"links": links}
    chance = dice.random()
    if chance < 0.5:
        return [whole | {"effective": dice.choice(["2020-01-01", "unknown", str(change)])}]
    later = _rule(number, links[0], before, dice) | {"links": links, "effective": str(change)}
    return [whole | {"effective": "2020-01-01", "ends": str(change - timedelta(1))}, later]


def _rule(number: int, link: str, others: Sequence[str], dice: Random) -> Cells:
    ids = [f"s{place}" for place in range(dice.randint(1, 3))]
    steps = [
        {
            "id": name,
            "do": "Do it",
            "by": "donor",
            "days": _days(dice),
            "after": ids[:place]
            if dice.random() < 0.6
            else dice.sample(others, min(1, len(others))),
            "timing": dice.choice(["before_payment"] * 5 + ["after_payment"]),
        }
        for place, name in enumerate(ids)
    ]
    if any(step["timing"] == "after_payment" for step in steps[:-1]):
        steps = [step | {"timing": "before_payment"} for step in steps]
    outcomes = []
    for _ in range(dice.randint(1, 3)):
        verdict = dice.choice(VERDICTS)
        asked = dice.sample(ids, dice.randint(1, len(ids))) if verdict.endswith("steps") else []
        outcomes.append(
            {
                "when": condition(link, dice),
                "verdict": verdict,
                "because": "Because.",
                "cite": {"source": "act", "confidence": dice.choice(["T", "T", "S", "M"])},
                "steps": asked,
            }
        )
    text = {"title": "Made up", "text": "Made up.", "jurisdiction": "XA", "applies_to": "all"}
    return text | {
        "id": f"R{number}", "severity": "block", "outcomes": outcomes, "steps": steps,
    }  # fmt: skip


def _days(dice: Random) -> Cells:
    least = dice.randint(0, 10)
    most = least + dice.randint(0, 20)
    return {
        "minimum": {"days": least, "plan": "made up"},
        "planned": {"days": dice.randint(least, most), "plan": "made up"},
        "p90": {"days": most, "plan": "made up"},
    }


def condition(link: str, dice: Random, depth: int = 2) -> str:
    """Give a random condition that a rule of a link may have."""
    chance = dice.random()
    if depth == 0 or chance < 0.35:
        return dice.choice(LEAVES[link])
    if chance < 0.5:
        return f"not ({condition(link, dice, depth - 1)})"
    word = dice.choice([" and ", " or "])
    return word.join(f"({condition(link, dice, depth - 1)})" for _ in range(2))


def a_round(
    dice: Random, packs: Sequence[str], facts: Mapping[str, Any], rules: Sequence[str]
) -> Round:
    """Give a random round that names packs, with facts in columns and rows, some of them blank."""
    donors = [_donor(n, dice) for n in range(4)]
    organisations = [_organisation(n, dice) for n in range(5)]
    pools = [_pool(n, dice) for n in range(4)]
    proposals = [_proposal(n, dice) for n in range(5)]
    for subject, rows in (("donor", donors), ("organisation", organisations), ("pool", pools),
                          ("proposal", proposals)):  # fmt: skip
        for row in rows:
            row["facts"] = {
                name: answer(fact, dice)
                for name, fact in facts.items()
                if subject in fact["of"] and dice.random() < 0.4
            }
    return Round.model_validate(
        {
            "id": "made-up", "currency": "AZN", "decision_date": str(TODAY),
            "rates": {"EUR": "2.0", "USD": "1.7"}, "rule_packs": list(packs), "donors": donors,
            "organisations": organisations, "pools": pools, "proposals": proposals,
            "contributors": _contributors(dice), "partners": _partners(dice),
            "commitments": _commitments(dice), "facts": _statements(dice, facts, rules),
        }
    )  # fmt: skip


def _blanked(row: Cells) -> Cells:
    return {name: value for name, value in row.items() if value != ""}


def _donor(n: int, dice: Random) -> Cells:
    kind, country = dice.choice(DONOR_KINDS), dice.choice(COUNTRIES)
    return _blanked({"donor_id": f"D{n}", "name": f"Donor {n}", "kind": kind, "country": country})


def _organisation(n: int, dice: Random) -> Cells:
    return _blanked(
        {
            "org_id": f"O{n}", "name": f"Organisation {n}", "kind": dice.choice(KINDS),
            "country": dice.choice(COUNTRIES), "registration_status": dice.choice(STATUSES),
            "registered_on": dice.choice(["", "2010-01-01", "2025-06-01"]),
        }
    )  # fmt: skip


def _pool(n: int, dice: Random) -> Cells:
    return _blanked(
        {
            "pool_id": f"P{n}", "donor_id": f"D{dice.randrange(4)}", "name": f"Pool {n}",
            "currency": dice.choice(["AZN", "EUR"]), "budget": dice.choice(["100", "1000", "5000"]),
            "max_grant": dice.choice(["", "", "90", "400", "1000"]),
            "min_grant": dice.choice(["", "", "10", "50"]),
        }
    )  # fmt: skip


def _proposal(n: int, dice: Random) -> Cells:
    return _blanked(
        {
            "proposal_id": f"B{n}", "org_id": f"O{dice.randrange(5)}", "title": f"Work {n}",
            "currency": dice.choice(["AZN", "USD", "EUR"]), "score": "50",
            "requested": dice.choice(["200", "400", "1000", "3000"]), "minimum": "0",
            "regions": dice.choice(["", "AZ-BA", "AZ-GA", "AZ-GA;AZ-BA"]),
            "groups": dice.choice(["", "youth", "youth;disability", "children"]),
            "starts": (starts := dice.choice(["", "2026-02-01", "2026-03-01", "2026-04-15"])),
            "ends": dice.choice(["", "2026-10-31", "2026-12-15"]) if starts else "",
        }
    )  # fmt: skip


def _contributors(dice: Random) -> list[Cells]:
    pairs = {(f"P{dice.randrange(4)}", f"D{dice.randrange(4)}") for _ in range(dice.randrange(6))}
    return [
        {"pool_id": pool, "donor_id": donor, "amount": "10", "currency": "AZN"}
        for pool, donor in sorted(pairs)
    ]


def _partners(dice: Random) -> list[Cells]:
    rows = {
        (f"B{dice.randrange(5)}", f"O{dice.randrange(5)}", dice.choice(["partner", "host", "lead"]))
        for _ in range(dice.randrange(7))
    }
    return [{"proposal_id": b, "org_id": o, "role": role} for b, o, role in sorted(rows)]


def _commitments(dice: Random) -> list[Cells]:
    return [
        _blanked(
            {
                "commitment_id": f"C{n}",
                "org_id": f"O{dice.randrange(5)}",
                "amount": "5",
                "currency": "AZN",
                "decided": dice.choice(["2026-01-10", "2025-11-01"]),
                "pool_id": dice.choice(["", f"P{dice.randrange(4)}", "P99"]),
            }
        )
        for n in range(dice.randrange(4))
    ]


def answer(fact: Mapping[str, Any], dice: Random) -> str:
    """Give a random answer to what a fact asks, now and then that there is none."""
    kind = fact["type"]
    if dice.random() < 0.07:
        return "none"
    if kind == "truth":
        return dice.choice(["true", "false", "yes", "no"])
    if kind == "choice":
        values: list[str] = list(fact["values"])
        return dice.choice(values)
    if kind == "choices":
        return ";".join(dice.sample(list(fact["values"]), dice.randint(1, 2)))
    if kind == "date":
        return str(TODAY + timedelta(dice.choice([-800, -366, -91, -90, -31, -16, -15, 0, 1, 40])))
    if kind == "text":
        return "words"
    told, most = dice.choice(["0", "1", "2", "2.5", "500", "60001"]), fact.get("most")
    return told if most is None else str(min(Decimal(told), most))


def _statements(dice: Random, facts: Mapping[str, Any], rules: Sequence[str]) -> list[Cells]:
    ids = {"donor": "D", "organisation": "O", "pool": "P", "proposal": "B"}
    found: dict[tuple[str, str, str], Cells] = {}
    for _ in range(dice.randrange(40)):
        name = dice.choice(sorted(facts))
        subject = dice.choice(facts[name]["of"])
        who = f"P{dice.randrange(4)}:B{dice.randrange(5)}"
        if subject != "grant":
            who = f"{ids[subject]}{dice.randrange(4)}"
        checked = dice.choice(["", "2026-01-01", "2026-02-01"])
        row = {"subject": who, "fact": name, "value": answer(facts[name], dice)}
        found[who, name, checked] = row | {"checked_on": checked} | _window(dice)
    for number in range(dice.randrange(4)):
        who = f"P{dice.randrange(4)}:B{dice.randrange(5)}"
        row = {
            "subject": who,
            "fact": dice.choice(["waiver", "determination"]),
            "value": dice.choice(list(rules)),
            "source": "made up",
            "checked_by": "nobody",
        }
        found[who, "waiver", str(number)] = row | _window(dice)
    return [_blanked(row) for row in found.values()]


def _window(dice: Random) -> Cells:
    chance = dice.random()
    begins = TODAY + timedelta(dice.randrange(-20, 25))
    ends = begins + timedelta(dice.randrange(40))
    if chance < 0.4:
        return {}
    return {"valid_from": str(begins) if chance < 0.8 else "", "valid_to": str(ends)}
