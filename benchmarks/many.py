"""Many scenarios of a round in one `matcher whatif`, against as many runs of `matcher match`.

Half of the scenarios change at least three pools, or a target; the others a pool, some scores or
what organisations may have. Of the separate runs only every so many are made, which the figure
says: their median stands for the rest.
"""

import json
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import yaml

from benchmarks.process import run_apart
from matcher.domain import Round
from matcher.reading import load_round

CHANGES = ("-20%", "-10%", "-5%", "+5%", "+10%", "+20%", "x2", "x0.5")
GRACE = 600.0


def many_scenarios(round_: Round, count: int, seed: int) -> dict[str, Any]:
    """Give the content of a scenario file: so many scenarios of a round, the same for a seed."""
    random = Random(seed)
    pools = [pool.pool_id for pool in round_.pools]
    proposals = [row.proposal_id for row in round_.proposals]
    caps = [target for target in round_.targets if target.max_share is not None]

    def edits(number: int) -> dict[str, str]:
        if number % 8 == 7 and caps:
            target, more = random.choice(caps), random.randint(5, 60)
            return {f"targets.{target.id}.max_share": f"+0.{more:03}"}
        if number % 2:
            some = random.sample(pools, random.choice((3, 4, 5)))
            return {f"pools.{pool}.budget": random.choice(CHANGES) for pool in some}
        if number % 4:
            return {f"pools.{random.choice(pools)}.budget": random.choice(CHANGES)}
        return {f"proposals.{one}.score": str(random.randint(40, 100))
                for one in random.sample(proposals, 5)}  # fmt: skip

    return {"scenarios": {f"s{number:03}": {"set": edits(number)} for number in range(count)}}


def measure_many(
    folder: Path, where: Path, count: int, gap: float, every: int, seed: int = 1
) -> dict[str, Any]:
    """Measure both ways in `where`; seconds are wall time of whole commands, from outside."""
    where.mkdir(parents=True, exist_ok=True)
    scenarios, out = where / "scenarios.yaml", where / "what-if"
    content = many_scenarios(load_round(folder), count, seed)
    scenarios.write_text(yaml.safe_dump(content), encoding="utf-8")
    limits = ["--gap", gap, "--workers", 2, "--json"]
    done = run_apart("matcher", "whatif", folder, scenarios, "--out", out, *limits,
                     seconds=GRACE * count)  # fmt: skip
    listed = json.loads((out / "scenarios.json").read_text(encoding="utf-8"))["scenarios"]
    together = [_record(out / row["name"] / "result") for row in listed]
    alone: list[tuple[float, float, float]] = []
    for row in listed[::every]:
        name = row["name"]
        run = run_apart("matcher", "match", out / name / "round.json", "--out", where / name,
                        *limits, seconds=GRACE)  # fmt: skip
        alone.append((run.seconds, _gap(_record(where / name)), _gap(together[len(alone) * every])))
    separate = median(seconds for seconds, _, _ in alone)
    return {
        "scenarios": count,
        "seconds": round(done.seconds, 1),
        "peak_memory_mib": done.peak_memory_mib,
        "separate_seconds": [round(seconds, 1) for seconds, _, _ in alone],
        "separate_median": round(separate, 1),
        "ratio": round(done.seconds / (separate * count), 3),
        "verified": sum(bool(record.get("verified")) for record in together),
        "within_gap": sum(_gap(record) <= gap for record in together),
        "statuses": {s: sum(r["status"] == s for r in together)
                     for s in sorted({r["status"] for r in together})},
        "worst_gap": max(_gap(record) for record in together),
        "gaps_alone_and_together": [[a, b] for _, a, b in alone],
    }  # fmt: skip


def _record(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return record


def _gap(record: dict[str, Any]) -> float:
    gaps = [level["gap"] for level in record["levels"] if level["level"] in ("L1", "L2")]
    return max((float("inf") if gap is None else gap for gap in gaps), default=float("inf"))
