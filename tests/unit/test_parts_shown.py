"""The parts of changes on a terminal: beside each other while they fit, and never cut."""

from io import StringIO

import pytest
from rich.console import Console

from matcher.scenarios.causes.words import PartRow
from matcher.scenarios.comparing.parts_shown import print_parts


def figures(changes: int, rest: str = "") -> tuple[list[str], list[PartRow]]:
    """Give two figures and three pools, all of whose amounts are different."""
    names = ["Score-weighted money", "Money placed", *(f"P{n} The made-up pool" for n in range(3))]
    return names, [
        PartRow(
            ("pool", name),
            tuple(f"−{at + 1}{change:02},345,678" for change in range(changes)),
            rest,
            f"+{at + 1},000,000,000",
        )
        for at, name in enumerate(names)
    ]


def shown(width: int, names: list[str], rows: list[PartRow]) -> str:
    text = StringIO()
    print_parts(Console(file=text, width=width), names, rows)
    return text.getvalue()


@pytest.mark.parametrize("changes", [1, 5, 9, 12])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_every_amount_is_whole_however_many_changes_there_are(changes: int, width: int) -> None:
    names, rows = figures(changes, "−77")
    lines = shown(width, names, rows)
    words = lines.split()
    assert "…" not in lines and max(map(len, lines.splitlines())) <= width
    for row in rows:
        assert all(words.count(amount) == 1 for amount in (row.whole, *row.parts))


def test_changes_that_fit_stand_beside_each_other() -> None:
    lines = shown(80, *figures(2)).splitlines()
    assert lines[0].split() == ["Difference", "Change", "1", "Change", "2"]
    assert lines[2].split()[:2] == ["Money", "placed"] and len(lines) == 6


def test_changes_that_do_not_fit_stand_below_each_other_in_blocks_of_figures() -> None:
    names, rows = figures(9, "+1")
    lines = [line.split() for line in shown(80, names, rows).splitlines()]
    blocks = [line for line in lines if line[:1] == ["Difference"]]
    assert len(blocks) == 2
    assert sum(line[:2] == ["Change", "9"] for line in lines) == 2
    assert ["Change", "9", *(row.parts[8] for row in rows[:3])] in [line[:5] for line in lines]
