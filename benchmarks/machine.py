"""What a measurement was taken of and on: commit, versions, machine."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.cases import ROOT
from benchmarks.pace import pace

PACKAGES = ("donor-matcher", "highspy", "numpy", "ortools", "pandas", "pulp")


def commit(*measured: str) -> str:
    """Give the commit that is checked out, with a `+` where what is measured differs from it."""
    paths = measured or ("matcher", "benchmarks/*.py")
    head = _git("rev-parse", "HEAD").strip()
    return head + ("+" if _git("status", "--porcelain", "--", *paths) else "")


def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that solve."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def machine() -> dict[str, Any]:
    """Say what the machine is, how busy and how fast at the moment.

    `load` should be near 0 before a measurement; `pace` as in benchmarks.pace.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1024**3, 1),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 2),
        "pace": round(pace(), 3),
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout
