"""The programs of a service as processes: started, killed without a word, weighed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil

from benchmarks.service.places import Place

MIB = 2**20
COMPLAINTS = ("warning", "error", "critical")
READY_WITHIN = 60.0
STOPS_WITHIN = 30.0


class Program:
    """One program: `matcher serve` or `matcher worker`."""

    def __init__(self, name: str, arguments: list[str], place: Place, **others: str) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "matcher", *arguments]
        self._surroundings = {**place.environment, **others}
        self.log = place.folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> psutil.Process:
        """The process that was started last."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    @property
    def is_running(self) -> bool:
        """Say whether it is running."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, in a session of its own."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._surroundings, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self, with_all: bool = False) -> None:
        """End it by SIGKILL, alone or with all that it has started."""
        if not self.is_running:
            return
        victims = [self.process, *(self.process.children(recursive=True) if with_all else ())]
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        self._wait()

    def pause(self) -> None:
        """Stop it and all that it has started where they are, as a frozen machine does."""
        for process in [self.process, *self.process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        for process in [*self.process.children(recursive=True), self.process]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)

    def stop(self) -> float:
        """Ask it to end; gives the seconds that it took, raises TimeoutExpired if it does not."""
        begun = time.monotonic()
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            self._wait()
        return time.monotonic() - begun

    def complaints(self) -> Counter[str]:
        """Count the warnings and errors in its log, by what they are."""
        found: Counter[str] = Counter()
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                told = json.loads(line)
                if isinstance(told, dict) and told.get("level") in COMPLAINTS:
                    found[f"{self.name}: {told.get('event')}"] += 1
        return found

    def _wait(self) -> None:
        assert self._process is not None
        self._process.wait(STOPS_WITHIN)


class Server(Program):
    """`matcher serve` on a port of this machine that stays the same when it is started again."""

    def __init__(self, place: Place, workers: int | None = None) -> None:
        port = _free_port()
        others = {} if workers is None else {"MATCHER_WORKERS": str(workers)}
        super().__init__("serve", ["serve", "--port", str(port)], place, **others)
        self.url = f"http://127.0.0.1:{port}"

    def crew(self) -> list[psutil.Process]:
        """Give the workers that it has started and that are running."""
        found = []
        for process in self.process.children() if self.is_running else ():
            with suppress(psutil.Error):
                if "api.running.worker" in process.cmdline():
                    found.append(process)
        return found

    def await_ready(self) -> float:
        """Wait until it can serve; gives the seconds that it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < READY_WITHIN:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"{self.url}/ready", timeout=5).status_code == 200:
                    return time.monotonic() - begun
            if not self.is_running:
                raise RuntimeError(f"the server ended: {_end_of(self.log)}")
            time.sleep(0.05)
        raise RuntimeError(f"the server is not ready in {READY_WITHIN} s: {_end_of(self.log)}")


def worker(place: Place, name: str) -> Program:
    """Give `matcher worker`, not started yet."""
    return Program(name, ["worker"], place)


def seconds_of(processes: list[psutil.Process], whole: bool = True) -> float:
    """Give the seconds of CPU of processes, `whole` with all that they started and waited for."""
    total = 0.0
    for process in _trees(processes) if whole else processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            total += times.children_user + times.children_system if whole else 0.0
    return total


def memory_of(processes: list[psutil.Process], whole: bool = True) -> float:
    """Give the MiB that processes hold, what they share with others by part."""
    total = 0
    for process in _trees(processes) if whole else processes:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += process.memory_full_info().pss
    return total / MIB


def _trees(processes: list[psutil.Process]) -> list[psutil.Process]:
    found = list(processes)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found += process.children(recursive=True)
    return found


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _end_of(log: Path) -> str:
    return os.fsdecode(log.read_bytes()[-2000:]) if log.exists() else ""
