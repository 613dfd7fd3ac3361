"""Ctrl-C and the clock: what they cut, and what they never do. Signals are real ones."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from matcher import Run
from matcher.allocation.wish import Correction, Wish
from matcher.pipeline import Clock, hearing_interrupts, match, since_start
from matcher.pipeline import matching as stages
from matcher.results import Options
from matcher.scenarios import whatif
from matcher.scenarios.asking.crew import kept_in
from matcher.scenarios.many.executing import Stopped
from matcher.scenarios.running import check_whole
from matcher.solving.correction import cost_of_funding
from tests.properties.built import made_up_round, round_of

ROOT = Path(__file__).parents[2]
DEMONSTRATION = ROOT / "fixtures" / "rounds" / "baku-spring"
PASSED_OVER = made_up_round(
    [{"pool_id": "P", "budget": "100"}],
    [
        {"proposal_id": name, "score": score, "requested": requested}
        for name, score, requested in (("B", "90", "60"), ("C", "80", "50"), ("D", "80", "50"))
    ],
    policy={"grant_step": "1"},
)
"""C and D are funded, and B, scored higher, is passed over."""


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def matched(clock: Clock, tell: Callable[[str], None]) -> Run:
    with hearing_interrupts(clock):
        return match(round_of(PASSED_OVER), Options(), tell=tell, clock=clock)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Collect the wishes for which a cost is looked for."""
    wishes: list[object] = []

    def asking(wish: Wish, seconds: float) -> Correction:
        wishes.append(wish)
        return cost_of_funding(wish, seconds)

    monkeypatch.setattr(stages, "cost_of_funding", asking)
    yield wishes


def test_a_run_that_nobody_interrupts_is_reproducible_and_compared(asked: list[object]) -> None:
    run = matched(Clock(600), lambda _words: None)
    assert run.record["reproducible"] is True
    assert run.record["baseline"] is not None
    assert len(asked) == 1
    assert set(run.tables["out_of_order"]["cost_of_correcting"]) == {"at most 2600.00"}


@pytest.mark.parametrize("moment", ["verifying", "going down the ranked list", "writing reasons"])
def test_an_interrupt_after_the_solve_cuts_what_can_be_cut_and_nothing_else(
    moment: str,
) -> None:
    clock = Clock(600)
    run = matched(clock, lambda words: press_ctrl_c() if words.startswith(moment) else None)
    whole = matched(Clock(600), lambda _words: None)
    assert clock.interrupted
    assert run.record["verified"] is True
    assert run.awards == whole.awards
    assert run.tables["decisions"].equals(whole.tables["decisions"])
    # The list is gone down beside the solve, and may have come to its end by then.
    assert run.record["baseline"] == whole.record["baseline"] or moment != "writing reasons"
    assert run.record["reproducible"] is False
    assert set(run.tables["out_of_order"]["cost_of_correcting"]) == {""}


def test_the_clock_cuts_as_an_interrupt_does() -> None:
    clock = Clock(600)

    def tell(words: str) -> None:
        if words == "verifying":
            clock.limit = 0.0

    run = matched(clock, tell)
    assert run.record["verified"] is True
    assert run.record["reproducible"] is False


def test_an_interrupt_breaks_off_a_solve_once_and_is_only_noted_afterwards() -> None:
    clock = Clock(600)
    with hearing_interrupts(clock):
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()
        assert clock.left() == 0
        press_ctrl_c()
    late = Clock(600, breaking=False)
    with hearing_interrupts(late):
        press_ctrl_c()
    assert late.interrupted


def test_time_is_kept_for_what_follows_in_proportion_to_what_came_before() -> None:
    clock = Clock(100)
    assert 94 < clock.left() <= 95
    clock.timings.update(read=10.0, eligibility=5.0)
    assert 69 < clock.left() <= 70


def test_ctrl_c_in_a_solve_leaves_the_verified_plan_known_by_then(tmp_path: Path) -> None:
    command: list[str | Path] = [
        sys.executable, "-m", "matcher", "match", DEMONSTRATION, "--out", tmp_path / "out"
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    # Merit is looked at last, when the targets have led to a plan already.
    for line in process.stderr:
        if line.startswith("most score-weighted money"):
            break
    process.send_signal(signal.SIGINT)
    pressed = monotonic()
    assert process.wait(timeout=60) == 0
    assert monotonic() - pressed < 5
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (record["status"], record["stop_reason"]) == ("feasible", "interrupted")
    assert (record["verified"], record["reproducible"]) == (True, False)


def test_the_time_limit_holds_for_the_whole_command(tmp_path: Path) -> None:
    limit = 3.0
    command: list[str | Path] = [
        sys.executable, "-m", "matcher", "match", DEMONSTRATION, "--out", tmp_path / "out"
    ]  # fmt: skip
    command += ["--time-limit", str(limit)]
    totals = []
    for _ in range(3):  # what else the machine does is not the command's doing
        assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode in (0, 5)
        record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
        assert record["stop_reason"] == "time_limit"
        totals.append(record["timings"]["total"])
        if totals[-1] <= 1.05 * limit + 1:
            break
    assert min(totals) <= 1.05 * limit + 1


@pytest.mark.parametrize("seconds", [0.5, 0.8])
def test_ctrl_c_while_the_program_is_loaded_ends_it_at_once_and_in_silence(
    tmp_path: Path, seconds: float
) -> None:
    command = [sys.executable, "-m", "matcher", "match", "nowhere", "--out", str(tmp_path / "r")]
    # As from a terminal: who runs the tests may ignore it.
    program = "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program += f"os.execv({sys.executable!r}, {command!r})"
    started = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    sleep(seconds)
    started.send_signal(signal.SIGINT)
    said, _ = started.communicate(timeout=60)
    assert started.returncode != 0
    assert b"Traceback" not in said


def test_a_base_that_an_interrupt_ended_is_compared_with_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: object) -> Run:
        run = match(*given)  # type: ignore[arg-type] # as they are given
        return replace(run, record={**run.record, "stop_reason": "interrupted"})

    monkeypatch.setattr(whatif, "match", interrupted)
    with kept_in(tmp_path) as journal, pytest.raises(Stopped, match="before the base was solved"):
        whatif.base_answer(round_of(PASSED_OVER), Options(), journal, lambda _words: None)
    assert journal.answers() == {}


def test_a_scenario_that_an_interrupt_ended_is_no_answer() -> None:
    check_whole("gap")
    check_whole("time_limit")
    with pytest.raises(KeyboardInterrupt):
        check_whole("interrupted")


def test_the_time_that_loading_took_is_part_of_the_limit() -> None:
    first = since_start()
    sleep(0.05)
    assert 0 < first < since_start()
