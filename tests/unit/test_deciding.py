"""A varied round is decided as a whole run decides it, as far as who is funded."""

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from matcher import Options, match
from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.errors import VerificationFailed
from matcher.scenarios.many.crew import Crew, crew_of
from matcher.scenarios.many.executing import Document, Journal, execute
from matcher.scenarios.running import Answer, Start, started
from matcher.scenarios.sweeping import deciding
from matcher.scenarios.sweeping.bands import bands_of
from matcher.scenarios.sweeping.deciding import decided
from matcher.scenarios.sweeping.draws import Draws, NothingToVary, Variation
from matcher.scenarios.sweeping.tasks import answer_draw, draw_tasks
from matcher.workers.shared import Shared
from tests.unit.test_explain import EXACT, a_richer_round

BOTH = Variation(budgets=Decimal("0.2"), points=Decimal(4))


def start_of(round_: Round, options: Options = EXACT) -> Start:
    return started(round_, options, dict(match(round_, options).awards))


@pytest.mark.parametrize("seed", range(6))
def test_targets_and_merit_come_out_as_in_a_whole_run(seed: int) -> None:
    start = start_of(a_richer_round(seed))
    for number in range(3):
        drawn = Draws(start.round, BOTH, seed).drawn(number)
        found, run = decided(start, drawn), match(drawn, EXACT)
        assert found.status == run.status == "optimal"
        assert found.round_hash == run.round.content_hash
        counted = [level for level in run.levels if level.level in ("L1", "L2")]
        shown = [(level.level, level.key, level.value, level.bound) for level in found.levels]
        assert shown == [(level.level, level.key, level.value, level.bound) for level in counted]
        assert Answer.of(found.document()) == found


def test_a_variation_without_a_plan_says_so() -> None:
    start = start_of(a_richer_round(0))
    given = {name: getattr(start.round, name) for name in start.round.model_fields_set}
    target = {"id": "all", "where": {"proposal": ["B0"]}, "min_amount": "1000000"}
    found = decided(start, Round.model_validate(given | {"targets": [target]}))
    assert (found.status, found.awards) == ("infeasible", {})


def test_another_rule_decides_a_variation_as_it_decides_any_round() -> None:
    listed = Options(rule="ranked_list", gap=0, seconds=60)
    start = start_of(a_richer_round(2), listed)
    drawn = Draws(start.round, BOTH).drawn(0)
    assert dict(decided(start, drawn).awards) == dict(match(drawn, listed).awards)


def test_awards_that_the_verifier_refuses_do_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    start = start_of(a_richer_round(1))
    poorer = [row.model_copy(update={"budget": Decimal(10)}) for row in start.round.pools]
    given = {name: getattr(start.round, name) for name in start.round.model_fields_set}
    changed = Round.model_validate(given | {"pools": poorer})
    monkeypatch.setattr(deciding, "problem_of", lambda _round, held: problem_of(start.round, held))
    with pytest.raises(VerificationFailed):
        decided(start, changed)


def drawn_by(crew: Crew, start: Start, journal: Path) -> dict[str, Document]:
    tasks = draw_tasks(start, crew.shared, BOTH, 1, range(6))
    return execute(tasks, answer_draw, Journal(journal), crew.make_executor, lambda _words: None)


def test_draws_are_the_same_from_another_process_and_from_here(tmp_path: Path) -> None:
    start = start_of(a_richer_round(3))
    with crew_of(Shared.of(start), 1) as crew:
        far = drawn_by(crew, start, tmp_path / "far.jsonl")
    here = {
        f"draw {number}": decided(start, Draws(start.round, BOTH, 1).drawn(number)).document()
        for number in range(6)
    }
    assert canonical(far) == canonical(here)
    bands = [bands_of(start.round, map(Answer.of, answers.values())) for answers in (far, here)]
    assert bands[0].draws == 6
    assert bands[0] == bands[1]


def test_the_keys_of_draws_differ_with_all_that_decides_them() -> None:
    start, other = start_of(a_richer_round(3)), start_of(a_richer_round(4))
    make = partial(draw_tasks, shared=Shared.of(start))
    fewer = Variation(points=Decimal(3))
    keys = [
        make(start, variation=BOTH, seed=1, numbers=[0, 1]),
        make(start, variation=BOTH, seed=2, numbers=[0]),
        make(start, variation=fewer, seed=1, numbers=[0]),
        make(other, variation=BOTH, seed=1, numbers=[0]),
    ]
    assert len({task.key for tasks in keys for task in tasks}) == 5
    with pytest.raises(NothingToVary):
        make(start, variation=Variation(reviewers=True), seed=1, numbers=[0])
