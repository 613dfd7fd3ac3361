"""How long the law takes over a whole country's round, with all rule packs and many facts.

    python -m benchmarks.regulation FOLDER [--seed N]

The facts are made up: as many combinations of them as are asked for, for organisations and pools,
with statements in `facts.csv`, a share of the pools fed from abroad, and single opinions and
waivers.
"""

import gc
import json
import resource
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from immutabledict import immutabledict

from matcher.domain import Contributor, Fact, Round
from matcher.law.judging import VERDICTS
from matcher.law.table import judge_all
from matcher.law.tracing import trace
from matcher.reading import read_round
from matcher.regulation.library import facts_of, installed
from matcher.regulation.pack import Fact as Declared

app = typer.Typer(add_completion=False, help=__doc__)
SUBJECTS = {"donors": "donor", "pools": "pool", "organisations": "organisation",
            "proposals": "proposal"}  # fmt: skip
KEYS = {"donors": "donor_id", "pools": "pool_id", "organisations": "org_id",
        "proposals": "proposal_id"}  # fmt: skip
LIKELY = {
    "sanctions_hit": ["clear"] * 60 + ["near", "hit"],
    "instrument": ["grant"] * 8 + ["sub_grant", "donation", "service_contract"],
    "activity_flags": ["none"] * 20 + ["media", "polls", "election_observation"],
    "funding_programmes": ["other"] * 6 + ["us_government", "eu_call", "un_small_grants"],
    "legal_basis_in_az": ["true"] * 9 + ["false"],
    "ru_undesirable": ["false"],
}
"""Answers of facts that would bar nearly everything if all answers were as likely."""


def with_facts(round_: Round, seed: int, organisations: int, pools: int, rows: int) -> Round:
    """Give a round with made-up facts, contributors and single statements for every pack."""
    dice = Random(f"law:{seed}")
    facts = facts_of(list(installed().values()))
    today = round_.decision_date
    tables: dict[str, list[Any]] = {}
    for table, kinds in (("donors", 400), ("pools", pools), ("organisations", organisations),
                         ("proposals", 300)):  # fmt: skip
        names = [name for name, fact in facts.items() if SUBJECTS[table] in fact.of]
        drawn = [_drawn(facts, names, dice, today) for _ in range(kinds)]
        tables[table] = [
            row.model_copy(update={"facts": drawn[dice.randrange(kinds)]})
            for row in getattr(round_, table)
        ]
    donors = [row.donor_id for row in round_.donors]
    fed = [pool for pool in round_.pools if dice.random() < 1 / 3]
    contributors = tuple(
        Contributor(pool_id=pool.pool_id, donor_id=donor, amount="1000", currency=pool.currency)
        for pool in fed
        for donor in dice.sample(donors, 2)
    )
    abroad = {row.donor_id for row in contributors}
    tables["donors"] = [
        row.model_copy(update={"country": dice.choice(["DE", "US", "NO"])})
        if row.donor_id in abroad
        else row
        for row in tables["donors"]
    ]
    return round_.model_copy(
        update={
            **{table: tuple(found) for table, found in tables.items()},
            "contributors": contributors,
            "facts": tuple(_statements(round_, facts, rows, dice)),
            "rule_packs": tuple(sorted(installed())),
        }
    )


def _answer(name: str, fact: Declared, dice: Random, today: date) -> str:
    if name in LIKELY:
        return dice.choice(LIKELY[name])
    if fact.type in ("choice", "choices"):
        return dice.choice(fact.values)
    if fact.type == "date":
        return str(today - timedelta(dice.randrange(-200, 400)))
    if fact.type in ("number", "amount"):
        return str(dice.randrange(0, 5))
    return dice.choice(["true", "false"]) if fact.type == "truth" else "text"


def _drawn(
    facts: Mapping[str, Declared], names: Sequence[str], dice: Random, today: date
) -> Mapping[str, str]:
    return immutabledict(
        {n: _answer(n, facts[n], dice, today) for n in names if dice.random() < 0.9}
    )


def _statements(
    round_: Round, facts: Mapping[str, Declared], rows: int, dice: Random
) -> list[Fact]:
    today = round_.decision_date
    found: dict[tuple[str, str], Fact] = {}
    subjects = {
        table: [getattr(row, KEYS[table]) for row in getattr(round_, table)] for table in KEYS
    }
    of = {table: [n for n, f in facts.items() if SUBJECTS[table] in f.of] for table in KEYS}
    pairs = rows // 20
    while len(found) < rows - pairs:
        table = dice.choice(["organisations", "organisations", "proposals", "donors", "pools"])
        key = dice.choice(subjects[table]), dice.choice(of[table])
        begins = today - timedelta(dice.randrange(400))
        found[key] = Fact(
            subject=key[0], fact=key[1], value=_answer(key[1], facts[key[1]], dice, today),
            valid_from=str(begins), valid_to=str(today + timedelta(dice.randrange(400))),
            source="made up", checked_on=str(today), checked_by="nobody",
        )  # fmt: skip
    while len(found) < rows:
        pair = f"{dice.choice(subjects['pools'])}:{dice.choice(subjects['proposals'])}"
        name, value = dice.choice([("mof_opinion", "positive"), ("waiver", "AZ-03"),
                                   ("registered", "true")])  # fmt: skip
        found[pair, name] = Fact(
            subject=pair, fact=name, value=value, source="made up", checked_by="nobody"
        )
    return list(found.values())


@app.command()
def measure(
    folder: Annotated[Path, typer.Argument(help="A round folder.")],
    seed: int = 1,
    organisations: Annotated[int, typer.Option(help="Combinations of facts.")] = 5_000,
    pools: Annotated[int, typer.Option(help="Combinations of facts.")] = 200,
    rows: Annotated[int, typer.Option(help="Rows of facts.csv.")] = 50_000,
    repeats: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Print seconds, memory and verdicts as JSON; seconds are the median of some runs."""
    round_ = with_facts(read_round(folder, False).round, seed, organisations, pools, rows)
    before, seconds, table = _peak(), [], None
    for _ in range(repeats):
        # What the run before has left is let go, as it is not there for a user's run.
        table = None
        gc.collect()
        start = time.perf_counter()
        table = judge_all(round_)
        seconds.append(time.perf_counter() - start)
    if table is None:
        raise typer.BadParameter("There is nothing to measure without a run.")
    dice, traced = Random(seed), []
    for _ in range(20):
        pair = dice.randrange(len(round_.pools)), dice.randrange(len(round_.proposals))
        start = time.perf_counter()
        trace(table.law, *pair)
        traced.append(time.perf_counter() - start)
    counts = np.bincount(table.verdicts.ravel(), minlength=4).tolist()
    typer.echo(
        json.dumps(
            {
                "pools": len(round_.pools),
                "proposals": len(round_.proposals),
                "rules": len({c.rule.id for c in table.law.clauses}),
                "facts": len(round_.facts),
                "seconds": round(median(seconds), 2),
                "peak_mib": round(_peak()),
                "peak_mib_before": round(before),
                "trace_milliseconds": round(1000 * median(traced), 1),
                "payment_days": len(np.unique(table.leads)),
                "verdicts": dict(zip(VERDICTS, counts, strict=True)),
            },
            indent=2,
        )
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    app()
