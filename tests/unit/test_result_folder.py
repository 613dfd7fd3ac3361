"""A result folder has the files of the format, the same bytes always, and tells what is stale."""

import json
from pathlib import Path

import pytest

from matcher.results import RESULT_COLUMNS, Run, RunStatus
from matcher.writing.result_folder import (
    RESULT_FILES,
    read_record,
    stale_tables,
    write_result,
)
from tests.unit.sample_run import sample_run, without_awards

# Writing a result


def test_a_result_has_the_files_of_the_format_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "result"
    out.mkdir()
    write_result(sample_run(), out)
    assert {path.name for path in out.iterdir()} == set(RESULT_FILES)
    for name, columns in RESULT_COLUMNS.items():
        text = (out / f"{name}.csv").read_bytes().decode("utf-8")
        assert text.splitlines()[0] == ",".join(columns)
        assert "\r" not in text
        assert text.endswith("\n")
    pools = (out / "pools.csv").read_text().splitlines()
    assert pools[1] == "P1,180000.00,132000.00,48000.00,3,0.733333"
    decisions = (out / "decisions.csv").read_text()
    assert ',"Eligible at P1, P4 and P5, whose money' in decisions, (
        "only what needs quotes has them"
    )


def test_the_record_keeps_its_order_and_adds_the_seconds_of_writing(tmp_path: Path) -> None:
    run = sample_run()
    write_result(run, tmp_path / "result", {"read": 1.0, "solve": 2.5})
    text = (tmp_path / "result" / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert list(record) == list(run.record)
    assert list(record["timings"]) == ["read", "solve", "write", "total"]
    assert record["timings"]["write"] > 0
    assert record["timings"]["total"] == 3.5 + record["timings"]["write"]
    assert "Ələddin" in text
    assert text.startswith('{\n  "round_id": "az-sample",\n')
    assert text.endswith("\n}\n")
    assert run.record["timings"] == {"read": 0.25, "solve": 1.5}, "the run is as it was"


def test_the_same_run_writes_the_same_bytes_but_for_timings(tmp_path: Path) -> None:
    write_result(sample_run(), tmp_path / "a")
    write_result(sample_run(), tmp_path / "b")
    for name in RESULT_FILES:
        first, second = (tmp_path / "a" / name).read_bytes(), (tmp_path / "b" / name).read_bytes()
        if name == "run.json":
            left, right = json.loads(first), json.loads(second)
            assert left | {"timings": 0} == right | {"timings": 0}
        else:
            assert first == second


@pytest.mark.parametrize("status", ["infeasible", "no_solution"])
def test_a_run_without_awards_leaves_only_the_record(tmp_path: Path, status: RunStatus) -> None:
    out = tmp_path / "result"
    write_result(sample_run(), out)
    conflict = [{"constraint": "C12", "subject": "pool P2, proposal A07"}]
    write_result(without_awards(status, conflict=conflict), out)
    assert [path.name for path in out.iterdir()] == ["run.json"]
    assert read_record(out)["status"] == status
    assert read_record(out)["conflict"] == conflict


def test_what_people_put_beside_a_result_stays(tmp_path: Path) -> None:
    out = tmp_path / "result"
    write_result(sample_run(), out)
    (out / "minutes.txt").write_text("of the board")
    (out / "annex").mkdir()
    (out / "annex" / "map.txt").write_text("a map")
    write_result(without_awards("infeasible"), out)
    assert {path.name for path in out.iterdir()} == {"run.json", "minutes.txt", "annex"}
    assert (out / "annex" / "map.txt").read_text() == "a map"


# Stale files


@pytest.fixture
def written(tmp_path: Path) -> tuple[Run, Path]:
    run = sample_run()
    write_result(run, tmp_path / "result")
    return run, tmp_path / "result"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_fresh_result_is_not_stale(written: tuple[Run, Path]) -> None:
    run, folder = written
    assert stale_tables(run.tables, folder) == []


def test_another_way_of_writing_the_same_is_not_stale(written: tuple[Run, Path]) -> None:
    run, folder = written
    path = folder / "awards.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    shuffled = [header, *reversed(rows), ""]
    text = "\ufeff" + "\r\n".join(shuffled).replace(",", "\t").replace(".00\t", "\t")
    path.write_bytes(text.replace("false", "FALSE").encode())
    edit(folder / "pools.csv", "share_used\n", "share_used,Notes\n")
    assert stale_tables(run.tables, folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("decisions.csv", "reserve_list", "funded"),
        ("pools.csv", "48000.00", "48000.01"),
        ("pools.csv", "share_used", "share"),
        ("steps.csv", "made-up rule", "another rule"),
        ("targets.csv", "true", "false"),
        ("awards.csv", ",D1,", ",D2,"),
        ("awards.csv", "P1,D1", "01,D1"),
        ("out_of_order.csv", "A17", "A16"),
        ("report.html", 'name="awards" content="', 'name="awards" content="0'),
    ],
)
def test_a_file_that_says_something_else_is_stale(
    written: tuple[Run, Path], name: str, old: str, new: str
) -> None:
    run, folder = written
    edit(folder / name, old, new)
    assert stale_tables(run.tables, folder) == [name]


def test_a_row_too_many_or_too_few_is_stale(written: tuple[Run, Path]) -> None:
    run, folder = written
    lines = (folder / "pools.csv").read_text().splitlines()
    (folder / "pools.csv").write_text("\n".join([*lines, lines[-1]]))
    (folder / "targets.csv").write_text((folder / "targets.csv").read_text().split("\n", 1)[0])
    assert stale_tables(run.tables, folder) == ["pools.csv", "targets.csv"]


def test_files_that_are_not_there_are_not_stale(written: tuple[Run, Path]) -> None:
    run, folder = written
    for name in ("decisions.csv", "report.html", "run.json"):
        (folder / name).unlink()
    assert stale_tables(run.tables, folder) == []


def test_the_report_is_stale_once_the_awards_are_others(written: tuple[Run, Path]) -> None:
    run, folder = written
    awards = run.tables["awards"].copy()
    awards.loc[0, "amount"] = "41999.00"
    found = stale_tables({**run.tables, "awards": awards}, folder)
    assert found == ["awards.csv", "report.html"]
