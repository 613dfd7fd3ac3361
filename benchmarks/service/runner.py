"""Somebody who starts runs under strain, cancels a few, and asks for some a second time."""

import random
import time
from itertools import count
from threading import Event

from benchmarks.service.asking import Asker, told
from benchmarks.service.ledger import Ledger

ENDED = ("done", "infeasible", "no_solution", "failed", "cancelled")
LOOK = 0.5


class Runner:
    """Keeps so many runs of one round going, each of another seed, all told in a ledger."""

    def __init__(
        self, asker: Asker, ledger: Ledger, number: int, key: str, round_id: str, at_once: int
    ) -> None:
        self._asker, self._ledger = asker, ledger
        self._key, self._round, self._at_once = key, round_id, at_once
        self._dice = random.Random(number)
        self._names = (f"runner {number} request {n}" for n in count(1))
        self._open: set[str] = set()

    def run(self, stopping: Event) -> None:
        """Go on until told to stop, which comes between two requests."""
        for seed in count(1):
            while len(self._open) >= self._at_once and not stopping.wait(LOOK):
                self._open = {run for run in self._open if not self.has_ended(run)}
            if stopping.is_set():
                return
            self._story(seed, stopping)

    def has_ended(self, run_id: str) -> bool:
        """Say whether a run has ended."""
        answer = self._asker.ask("GET", f"/runs/{run_id}", self._key)
        return told(answer, 200)["state"] in ENDED

    def await_all(self, seconds: float) -> list[str]:
        """Wait until all runs have ended; gives those that have not."""
        until = time.monotonic() + seconds
        left = list(self._ledger.runs)
        while left and time.monotonic() < until:
            left = [run for run in left if not self.has_ended(run)]
            time.sleep(LOOK)
        return left

    def _story(self, seed: int, stopping: Event) -> None:
        run_id = self._start(seed)
        if self._dice.random() < 0.2:
            stopping.wait(self._dice.uniform(0, 3))
            self._cancel(run_id)
        elif self._dice.random() < 0.2 and self._start(seed) != run_id:
            self._ledger.fault(f"the run {run_id}, asked for again, was not the one that exists")

    def _start(self, seed: int) -> str:
        once = next(self._names)
        body = {"seed": seed, "time_limit": 20}
        answer = self._asker.ask("POST", f"/rounds/{self._round}/runs", self._key, body, once)
        run_id: str = told(answer, 202, 200)["id"]
        self._ledger.accept(once)
        with self._ledger.lock:
            if run_id not in self._ledger.runs:
                self._ledger.runs[run_id] = False
                self._ledger.entries["run.ask", run_id] += 1
        self._open.add(run_id)
        return run_id

    def _cancel(self, run_id: str) -> None:
        once = next(self._names)
        answer = self._asker.ask("POST", f"/runs/{run_id}/cancellation", self._key, once=once)
        if answer.status_code == 409:
            return  # it was faster
        told(answer, 202)
        self._ledger.accept(once)
        with self._ledger.lock:
            self._ledger.runs[run_id] = True
            self._ledger.entries["run.cancel", run_id] += 1
