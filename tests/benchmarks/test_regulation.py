"""The measurement of the law draws what it says it draws, the same every time."""

from pathlib import Path

from benchmarks.instances import draw
from benchmarks.instances.shapes import FAMILIES, SIZES
from benchmarks.regulation import with_facts
from matcher.domain import Round
from matcher.law.judging import VERDICTS
from matcher.law.table import judge_all
from matcher.reading import read_round


def drawn(folder: Path) -> Round:
    draw(FAMILIES["national"], SIZES["tiny"], 1, "tiny").write(folder)
    return with_facts(read_round(folder, False).round, 1, 20, 5, 300)


def test_the_drawn_facts_bring_every_verdict_but_pairs_without_steps_are_rare(
    tmp_path: Path,
) -> None:
    table = judge_all(drawn(tmp_path / "round"))
    assert {VERDICTS[v] for v in table.verdicts.ravel()} >= {"ineligible", "needs_review"}


def test_the_facts_are_the_same_every_time(tmp_path: Path) -> None:
    rounds = [drawn(tmp_path / name) for name in ("one", "two")]
    assert rounds[0].facts == rounds[1].facts
    assert [o.facts for o in rounds[0].organisations] == [o.facts for o in rounds[1].organisations]
    assert len(rounds[0].facts) == 300
    assert rounds[0].contributors
