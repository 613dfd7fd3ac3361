"""What people hear of a long command where there is no spinner."""

import pytest

from matcher import terminal


def test_how_far_a_long_stage_has_got_is_told_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr(terminal, "monotonic", lambda: now[0])
    with terminal.progress("reading the round") as tell:
        for second in range(25):
            now[0] = float(second)
            tell(f"solving, {second} of 25 steps done")
        tell("writing the result")
    assert capsys.readouterr().err.splitlines() == [
        "reading the round",
        "solving",
        "solving, 10 of 25 steps done",
        "solving, 20 of 25 steps done",
        "writing the result",
    ]
