"""What people hear of a long command where there is no spinner."""

import pytest

from matcher import terminal
from matcher.solving import Progress

MISSING = "missing least of the targets of priority 1"


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


@pytest.mark.parametrize(
    ("level", "value", "bound", "told"),
    [
        ("L2", 1234567.8, 1234690.0, "most score-weighted money: 1,234,568, proved within 0.01%"),
        ("L4", 1258.0, 0.0, "fewest grants: 1,258, not proved yet how near the best"),
        ("L1", 0.25, 0.2, f"{MISSING}: 0.2500, proved within 25.00%"),
        ("L1", 0.0, 0.0, f"{MISSING}: 0, proved within 0.00%"),
    ],
)  # fmt: skip
def test_progress_tells_small_shortfalls_with_decimals_and_no_proof_where_there_is_none(
    level: str, value: float, bound: float, told: str
) -> None:
    assert Progress(level, 1 if level == "L1" else None, value, bound).in_words() == told
