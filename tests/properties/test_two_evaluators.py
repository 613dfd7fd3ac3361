"""The two evaluators of rule packs, written apart from each other, say the same of every pair."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from matcher.domain import Round
from matcher.law import classes
from matcher.law.judging import VERDICTS
from matcher.law.table import judge_all
from matcher.regulation import library
from matcher.regulation.pack import Pack
from matcher.verify.regulation import judged
from tests.properties.random_law import a_pack, a_round

WAYS = {"by classes": 0, "one by one": classes.FEW}
"""Up to how many pairs the law is judged one by one."""
ROUNDS = 500
"""Each has 20 pairs: with the packs that ship 20,000 cases; two fifths are run each time."""
every_part = pytest.mark.parametrize(
    "part", [0, 1, *(pytest.param(part, marks=pytest.mark.slow) for part in (2, 3, 4))]
)


def of_made_up(seed: int, monkeypatch: pytest.MonkeyPatch) -> Round:
    dice = Random(f"made up {seed}")
    pack = a_pack(dice)
    monkeypatch.setattr(library, "installed", lambda: {"made-up": pack})
    facts = {name: fact.model_dump() for name, fact in pack.facts.items()}
    return a_round(dice, ["made-up"], facts, _waivable([pack]))


def of_shipped(seed: int) -> Round:
    dice = Random(f"shipped {seed}")
    names = dice.sample(sorted(library.installed()), dice.randint(1, 7))
    packs = [library.installed()[name] for name in names]
    facts = {n: f.model_dump() for n, f in library.facts_of(packs).items()}
    return a_round(dice, names, facts, _waivable(packs))


def _waivable(packs: list[Pack]) -> list[str]:
    rules = [rule for pack in packs for rule in pack.rules]
    return [r.id for r in rules] + [f"{r.id}/{step.id}" for r in rules for step in r.steps]


def differences(round_: Round, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give what either way of the one evaluator says otherwise than the other evaluator."""
    tables = {}
    for way, few in WAYS.items():
        monkeypatch.setattr(classes, "FEW", few)
        tables[way] = judge_all(round_)
    stated = next(iter(tables.values())).law.stated
    found = []
    for p, pool in enumerate(stated.rows["pool"]):
        for j, proposal in enumerate(stated.rows["proposal"]):
            theirs = judged(round_, pool, proposal)
            for way, table in tables.items():
                ours = VERDICTS[int(table.verdicts[p, j])]
                paid = round_.decision_date + timedelta(int(table.leads[p, j]))
                same_day = ours == "ineligible" or paid == theirs.earliest_payment
                if (ours != theirs.verdict) or not same_day:
                    pair = pool.pool_id, proposal.proposal_id
                    told = pair, ours, paid, theirs.verdict, theirs.earliest_payment
                    found.append((way, *told))
    return found


@every_part
def test_both_evaluators_agree_on_made_up_packs(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(part * ROUNDS // 5, (part + 1) * ROUNDS // 5):
        assert differences(of_made_up(seed, monkeypatch), monkeypatch) == [], seed


@every_part
def test_both_evaluators_agree_on_the_packs_that_ship(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(part * ROUNDS // 5, (part + 1) * ROUNDS // 5):
        assert differences(of_shipped(seed), monkeypatch) == [], seed


def test_the_random_cases_meet_every_verdict_windows_waivers_and_chains() -> None:
    rounds = [of_shipped(seed) for seed in range(60)]
    verdicts = {VERDICTS[v] for round_ in rounds for v in judge_all(round_).verdicts.ravel()}
    assert verdicts == set(VERDICTS)
    assert any(row.fact == "waiver" for round_ in rounds for row in round_.facts)
    assert any(row.valid_to for round_ in rounds for row in round_.facts)
    assert any(round_.contributors for round_ in rounds)
    assert any(round_.partners for round_ in rounds)
