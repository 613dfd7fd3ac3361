"""What the tables of the results say of entries of the history."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.chosen import chosen
from benchmarks.drawing import draw_charts
from benchmarks.tables import against, aims, exponent, growth, quality

OURS = {
    "verified": True,
    "seconds": 2.0,
    "gap": 1e-4,
    "peak_memory_mib": 200.0,
    "merit": 100.0,
    "bound": 100.01,
    "round_hash": "same",
    "trace": [[1.0, 1e-3], [2.0, 1e-4]],
}
PEER = {
    "limit": 120.0,
    "ended": "time_limit",
    "seconds": 120.0,
    "verified": True,
    "merit": 99.0,
    "bound": 100.1,
    "gap": 0.011,
    "trace": [[5.0, 0.5], [119.0, 0.011]],
}


def entry(**changed: Any) -> dict[str, Any]:
    """Give an entry of `national` at S with what is changed in ours."""
    family, size, seed = (
        changed.pop(name, value)
        for name, value in (("family", "national"), ("size", "S"), ("seed", 1))
    )
    return {
        "commit": changed.pop("commit", "a" * 40),
        "date": "2026-01-01",
        "quick": changed.pop("quick", False),
        "machine": {"pace": pace} if (pace := changed.pop("pace", None)) else {},
        "instance": f"{family}-{size}-{seed}",
        "family": family,
        "size": size,
        "seed": seed,
        "pairs": changed.pop("pairs", 4_000),
        "peers": changed.pop("peers", {}),
        "ours": OURS | changed,
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "never in 120 s (1.1 %)"),
        ({"trace": [[5.0, 0.5], [40.0, 9e-5]]}, "40.0 s, × 20"),
        ({"gap": None, "trace": []}, "never in 120 s (a level has no bound)"),
        ({"merit": None, "verified": None, "trace": []}, "no plan in 120 s"),
        ({"verified": False}, "its plan breaks rules"),
        ({"ended": "did not stop"}, "did not stop"),
        ({"ended": "rule", "bound": None, "gap": None, "seconds": 0.5}, "0.5 s, merit -1.0 %"),
    ],
)
def test_a_peer_is_told_by_when_it_proves_the_same_gap(changed: dict[str, Any], said: str) -> None:
    header, (row,) = against([entry(peers={"highs": PEER | changed})])
    assert dict(zip(header, row, strict=True))["HiGHS"] == said


def test_an_optimum_counts_as_proven_where_a_peer_is_within_a_millionth() -> None:
    peer = PEER | {"trace": [[30.0, 9.9e-7]], "gap": 9.9e-7}
    _, (row,) = against([entry(gap=0.0, peers={"cbc": peer})])
    assert row[-1] == "30.0 s, × 15"


def test_the_aims_are_counted_round_by_round_and_the_worst_family_is_named() -> None:
    entries = [
        entry(seed=1),
        entry(seed=2, seconds=5.5),
        entry(seed=3, gap=3e-4),
        entry(family="scattered", seconds=4.0, verified=False),
        entry(family="per_project", seconds=3.0, gap=None),
    ]
    header, (row,) = aims(entries)
    told = dict(zip(header, row, strict=True))
    assert told["within the aim"] == "1 of 5"
    assert told["slowest family"] == "scattered 4.0"
    assert told["widest family"] == "per_project –"


def test_growth_has_the_exponent_that_fits() -> None:
    assert exponent([10, 100, 1000], [3, 30, 300]) == pytest.approx(1.0)
    assert exponent([10, 100], [2, 2 * 10**1.5]) == pytest.approx(1.5)
    assert exponent([10, 11], [1, 2]) is None
    larger = entry(size="M", pairs=40_000, seconds=20.0, peak_memory_mib=200.0)
    header, (row,) = growth([entry(), larger])
    told = dict(zip(header, row, strict=True))
    assert (told["seconds grow as"], told["MiB grow as"]) == ("pairs^1.00", "pairs^0.00")


def test_seconds_to_a_common_gap_leave_out_rounds_that_never_proved_it() -> None:
    slower = entry(size="M", pairs=400_000, trace=[[10.0, 0.5], [100.0, 1e-3]])
    never = entry(size="L", pairs=900_000, trace=[[7.0, 0.5]])
    header, (row,) = growth([entry(), slower, never])
    told = dict(zip(header, row, strict=True))
    assert (told["seconds to 0.2 %"], told["grow as"]) == ("1.0 – 100.0", "pairs^1.00")


def test_a_round_not_measured_since_is_shown_with_its_commit() -> None:
    older = entry(seed=2, commit="b" * 40)
    entries = chosen([older, entry(commit="c" * 40), entry()])
    header, rows = quality(entries)
    commits = {row[0]: row[header.index("commit")] for row in rows}
    assert commits == {
        "national-S-1": f"`{entry()['commit'][:10]}`",
        "national-S-2": "`bbbbbbbbbb`",
    }
    assert "commit" not in quality([entry()])[0]


def test_the_last_time_is_shown_with_peers_measured_earlier_on_the_same_round() -> None:
    earlier = entry(commit="b" * 40, peers={"highs": PEER, "cbc": PEER})
    other = entry(commit="c" * 40, peers={"cp_sat": PEER}, round_hash="other")
    hasty = entry(quick=True, peers={"highs": PEER | {"limit": 10.0}})
    now = entry(seconds=1.0, peers={"cbc": PEER | {"limit": 60.0}})
    (shown,) = chosen([earlier, other, entry(), now, hasty])
    assert shown["ours"]["seconds"] == 1.0
    limits = {peer: told["limit"] for peer, told in shown["peers"].items()}
    assert limits == {"highs": 120.0, "cbc": 60.0}


def test_a_slow_hour_is_shown_where_there_is_no_other_alone() -> None:
    usual, slow = entry(pace=0.33, seconds=2.0), entry(pace=0.5, seconds=3.0)
    unknown, other = entry(seconds=4.0), entry(pace=0.5, seed=2, seconds=5.0)
    shown = chosen([unknown, usual, slow, other])
    assert [one["ours"]["seconds"] for one in shown] == [2.0, 5.0]


@pytest.mark.parametrize(
    ("changed", "seconds"),
    [
        ({"seconds": 2.05, "gap": 9e-5}, 2.05),
        ({"seconds": 2.05, "gap": 1e-4}, 2.0),
        ({"seconds": 2.2, "gap": 9e-5}, 2.0),
        ({"seconds": 1.0, "gap": None}, 2.0),
        ({"seconds": 1.0, "gap": 9e-5, "verified": False}, 2.0),
    ],
)
def test_a_slow_hour_is_shown_that_came_nearer_in_the_same_time(
    changed: dict[str, Any], seconds: float
) -> None:
    (shown,) = chosen([entry(pace=0.33), entry(pace=0.5, **changed)])
    assert shown["ours"]["seconds"] == seconds


def test_a_peer_is_held_against_what_was_measured_of_ours_beside_it() -> None:
    proving = PEER | {"trace": [[40.0, 9e-5]]}
    beside = entry(pace=0.5, seconds=4.0, peers={"highs": proving})
    _, (row,) = against(chosen([entry(pace=0.33, seconds=2.0), beside]))
    assert row == ["national-S-1", "0.01 %", "4.0", "1.0", "40.0 s, × 10"]


def test_the_same_entries_give_the_same_charts_byte_for_byte(tmp_path: Path) -> None:
    closed = {"trace": [[1.5, 0.1], [1.9, 1e-4]]}
    small = entry(peers={"highs": PEER, "cbc": PEER | {"verified": None, "trace": []}}, **closed)
    entries = [small, entry(size="M", pairs=40_000, seconds=20.0, **closed)]
    drawn = []
    for name in ("first", "second"):
        assert draw_charts(entries, tmp_path / name) == ["closing", "growth"]
        drawn.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {f"{c}.{f}" for c in ("closing", "growth") for f in ("svg", "png")}
    assert draw_charts([entry(family="demonstration")], tmp_path / "none") == []
