"""The same bytes from fresh processes, whatever else the machine is doing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data.test_ocha import FILES, MAPPING, YEAR

ROOT = Path(__file__).parents[1]
FREE = ("timings", "peak_memory_mib")
"""What of run.json may differ."""
ROUNDS = ROOT / "fixtures"


def matched(round_: Path, out: Path, hash_seed: str, *options: str) -> dict[str, bytes]:
    """Run the command in a process of its own and give the files it wrote, less what may vary."""
    command = [sys.executable, "-m", "matcher", "match", str(round_), "--out", str(out), *options]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    record = json.loads(files["run.json"])
    assert record["reproducible"] is True
    files["run.json"] = json.dumps({k: v for k, v in record.items() if k not in FREE}).encode()
    return files


def same_under_load(round_: Path, tmp_path: Path) -> None:
    first = matched(round_, tmp_path / "first", "1")
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        second = matched(round_, tmp_path / "second", "2")
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.parametrize("name", ["tiny", "divisible", "all-or-nothing", "minimum", "tiers"])
def test_golden_rounds_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    round_ = ROUNDS / "golden" / name
    first = matched(round_, tmp_path / "first", "1")
    assert first == matched(round_, tmp_path / "second", "2")


@pytest.mark.slow
def test_the_demonstration_round_gives_the_same_bytes_under_load(tmp_path: Path) -> None:
    same_under_load(ROUNDS / "rounds" / "baku-spring", tmp_path)


# The pooled funds' data is not part of the repository: MATCHER_REAL_DATA names the folder it is in.
@pytest.mark.slow
@pytest.mark.skipif(not YEAR.is_dir(), reason="the pooled funds' data is not here")
def test_the_pooled_funds_give_the_same_bytes_under_load(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "matcher", "import", "--mapping", str(MAPPING)]
    command += [*map(str, FILES), "--out", str(tmp_path / "ocha")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    same_under_load(tmp_path / "ocha", tmp_path)
