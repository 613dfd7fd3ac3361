"""How a command ends its process."""

import subprocess
import sys


def ended(program: str) -> tuple[int, str]:
    """Run a program in Python, and give its exit code and what it printed."""
    head = "import sys, threading, time\nfrom matcher.solving import leave\n"
    done = subprocess.run(
        [sys.executable, "-c", head + program], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_all_that_was_said_is_out_before_a_process_ends_at_once() -> None:
    code, said = ended("print('a word' * 100_000)\nleave(SystemExit(4))")
    assert code == 4
    assert said == "a word" * 100_000 + "\n"


def test_a_thread_that_has_to_end_is_waited_for() -> None:
    code, said = ended(
        "def last():\n    time.sleep(0.5)\n    print('the last word')\n"
        "threading.Thread(target=last).start()\nleave(SystemExit(4))"
    )
    assert code == 4
    assert said == "the last word\n"


def test_a_process_that_ends_at_once_takes_nothing_apart() -> None:
    code, said = ended(
        "class Kept:\n    def __del__(self):\n        print('taken apart', flush=True)\n"
        "kept = Kept()\nleave(SystemExit(0))"
    )
    assert code == 0
    assert said == ""
