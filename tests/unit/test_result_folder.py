"""A result folder is whole or not there, is the same bytes every time, and can be read back."""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sample_run import sample_run, without_awards

from matcher.errors import InvalidRound, UnusableFolder
from matcher.results import RESULT_COLUMNS, Run
from matcher.writing import atomic
from matcher.writing.atomic import recover, replaced_file, replaced_folder
from matcher.writing.result_folder import (
    RESULT_FILES,
    check_usable,
    read_awards,
    read_record,
    stale_tables,
    write_result,
)

OLD = {"run.json": "old", "a.csv": "old", "notes.txt": "ours to keep"}
NEW = {"run.json": "new", "b.csv": "new", "notes.txt": "ours to keep"}
OURS = ("run.json", "a.csv", "b.csv")


def fill(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def files_of(folder: Path) -> dict[str, str] | None:
    if not folder.exists():
        return None
    return {path.name: path.read_text() for path in folder.iterdir()}


def replace_folder(out: Path) -> None:
    with replaced_folder(out, "run.json", OURS) as fresh:
        fill(fresh, {"run.json": "new", "b.csv": "new"})


def in_a_child(work: Callable[[], None]) -> int:
    """Run `work` in a process of its own; the exit code."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_before_line(number: int, work: Callable[[], None]) -> bool:
    """Kill a child that does `work` before the nth line it runs of `atomic`; False if it ended."""
    lines = count(1)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != atomic.__file__:
            return None
        if event == "line" and next(lines) == number:
            os._exit(9)
        return trace

    def traced() -> None:
        sys.settrace(trace)
        work()

    return in_a_child(traced) == 9


# Placing files


@pytest.mark.parametrize("exchange", [True, False])
def test_a_run_killed_at_any_line_leaves_the_old_folder_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    out, seen = tmp_path / "result", []
    for number in count(1):
        fill(out, OLD)
        killed = killed_before_line(number, lambda: replace_folder(out))
        if exchange:
            assert files_of(out) in (OLD, NEW), number
        seen.append(files_of(out))
        recover(out)
        assert files_of(out) in (OLD, NEW), number
        assert [path.name for path in tmp_path.iterdir()] == ["result"]
        if not killed:
            break
        for path in out.iterdir():
            path.unlink()
    assert seen[0] == OLD
    assert seen[-1] == NEW
    assert len(seen) > 50
    assert (None in seen) is not exchange, "the instant between two renames is among the lines"


def test_a_first_result_killed_at_any_line_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    out, whole = tmp_path / "deep" / "result", {"run.json": "new", "b.csv": "new"}
    for number in count(1):
        killed = killed_before_line(number, lambda: replace_folder(out))
        assert files_of(out) in (None, whole), number
        if not killed:
            break
        recover(out)
        for path in out.iterdir() if out.exists() else ():
            path.unlink()
        if out.exists():
            out.rmdir()
    assert files_of(out) == whole


def test_a_file_killed_at_any_line_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    out = tmp_path / "result.xlsx"

    def work() -> None:
        with replaced_file(out) as fresh:
            fresh.write_text("new")

    for number in count(1):
        out.write_text("old")
        killed = killed_before_line(number, work)
        assert out.read_text() in ("old", "new")
        recover(out)
        assert [path.name for path in tmp_path.iterdir()] == ["result.xlsx"]
        if not killed:
            break
    assert out.read_text() == "new"


def test_a_writer_killed_at_a_random_moment_leaves_files_of_one_version(tmp_path: Path) -> None:
    out, dice = tmp_path / "result", random.Random(2026)
    names = ["run.json", *(f"{number}.csv" for number in range(8))]

    def write_for_ever() -> None:
        for version in count(1):
            with replaced_folder(out, "run.json", names) as fresh:
                fill(fresh, dict.fromkeys(names, str(version)))

    versions = set()
    for _ in range(30):
        child = os.fork()
        if child == 0:
            try:
                write_for_ever()
            finally:
                os._exit(1)
        time.sleep(dice.uniform(0.002, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = files_of(out)
        if found is not None:
            assert set(found) == set(names)
            assert len(set(found.values())) == 1
            versions.update(found.values())
    assert versions
    recover(out)
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_an_error_or_an_interrupt_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "result"
    fill(out, OLD)
    with pytest.raises(ZeroDivisionError), replaced_folder(out, "run.json", OURS):
        raise ZeroDivisionError
    assert files_of(out) == OLD

    renamed = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        moved = renamed(path, target)
        if target.name == "old":
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(out)
    assert files_of(out) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_an_old_folder_that_is_half_deleted_is_never_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "result"
    fill(out, OLD)

    def killed_while_deleting(folder: Path, **_: Any) -> None:
        next(folder.rglob("a.csv")).unlink()
        os._exit(9)

    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    with monkeypatch.context() as patch:
        patch.setattr(atomic.shutil, "rmtree", killed_while_deleting)
        assert in_a_child(lambda: replace_folder(out)) == 9
    assert files_of(out) == NEW
    out.rename(tmp_path / "moved away")
    recover(out)
    assert files_of(out) is None


def test_a_run_that_is_still_at_work_is_not_cleaned_up(tmp_path: Path) -> None:
    out = tmp_path / "result"
    with replaced_folder(out, "run.json", OURS) as fresh:
        in_a_child(lambda: recover(out))
        fill(fresh, {"run.json": "first"})
        with replaced_folder(out, "run.json", OURS) as other:
            fill(other, {"run.json": "second"})
        assert files_of(out) == {"run.json": "second"}
    assert files_of(out) == {"run.json": "first"}


def test_leftovers_of_another_result_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / ".result.b.abcdefgh.partial"
    other.mkdir()
    fill(other / "old", OLD)
    recover(tmp_path / "result")
    assert files_of(other / "old") == OLD
    recover(tmp_path / "result.b")
    assert files_of(tmp_path / "result.b") == OLD
    assert not other.exists()


def test_a_folder_that_is_no_result_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "photos"
    fill(out, {"cat.jpg": "a cat"})
    with pytest.raises(UnusableFolder, match=r"holds other things and no run\.json"):
        write_result(sample_run(), out)
    with pytest.raises(UnusableFolder, match=r"holds other things"):
        check_usable(out)
    assert files_of(out) == {"cat.jpg": "a cat"}
    file = tmp_path / "file"
    file.write_text("text")
    with pytest.raises(UnusableFolder, match="is a file"):
        write_result(sample_run(), file)
    with pytest.raises(UnusableFolder, match="cannot be written to"):
        check_usable(file / "result")
    assert file.read_text() == "text"
    with pytest.raises(UnusableFolder, match="is a folder"), replaced_file(out):
        pass


def test_a_folder_where_a_disk_is_mounted_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path)
    with pytest.raises(UnusableFolder, match=f"Name a folder inside it, such as {tmp_path}/result"):
        check_usable(tmp_path)


def test_a_link_to_a_result_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    fill(real, OLD)
    link.symlink_to(real)
    replace_folder(link)
    assert link.is_symlink()
    assert files_of(real) == NEW


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
def test_a_run_without_awards_leaves_only_the_record(tmp_path: Path, status: str) -> None:
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


# Reading a claim


def claim(tmp_path: Path, content: str | bytes) -> Any:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "awards.csv").write_bytes(raw)
    return read_awards(tmp_path)


def pairs(found: Any) -> list[tuple[int, str, str, Decimal]]:
    return [(award.row, award.pool_id, award.proposal_id, award.amount) for award in found.awards]


def test_a_written_result_reads_back_as_its_awards(tmp_path: Path) -> None:
    run = sample_run()
    write_result(run, tmp_path / "result")
    found = read_awards(tmp_path / "result")
    assert found.problems == ()
    assert {(a.pool_id, a.proposal_id): a.amount * 100 for a in found.awards} == run.awards


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_claim_saved_by_a_spreadsheet_is_read(
    tmp_path: Path, delimiter: str, ends: str, mark: str
) -> None:
    rows = [
        ["note", "amount", "proposal_id", "pool_id"],
        ["", "", "", ""],
        ['"two\nlines, one; cell"', " 100.50 ", "A 1", "P1"],
        ["", "-3", "A2", "P1"],
    ]
    text = mark + ends.join(delimiter.join(row) for row in rows) + ends
    assert pairs(claim(tmp_path, text)) == [
        (3, "P1", "A 1", Decimal("100.50")),
        (5, "P1", "A2", Decimal(-3)),
    ]


def test_every_row_that_is_no_award_is_a_problem(tmp_path: Path) -> None:
    header = "pool_id,proposal_id,amount\n"
    found = claim(
        tmp_path, header + "P1,A1,5\nP1,A2,1 000\nP1,A3,\n,A4,5\nP2,,5\nP1,A1,6\nP2,A1,7\nP3\n"
    )
    assert pairs(found) == [(2, "P1", "A1", Decimal(5)), (8, "P2", "A1", Decimal(7))]
    told = [(problem.row, problem.column, problem.value) for problem in found.problems]
    assert told == [
        (3, "amount", "1 000"),
        (4, "amount", ""),
        (5, "pool_id", ""),
        (6, "proposal_id", ""),
        (7, "proposal_id", "A1"),
        (9, "proposal_id", ""),
        (9, "amount", ""),
    ]
    assert "is awarded by pool P1 in row 2 already." in str(found.problems[4])
    assert all(problem.remedy for problem in found.problems)


@pytest.mark.parametrize("amount", ["1e3", "١٢", "NaN", "1,5", "0x10", "--1", "+1", "1."])
def test_an_amount_is_digits_with_a_point(tmp_path: Path, amount: str) -> None:
    found = claim(tmp_path, f'pool_id,proposal_id,amount\nP1,A1,"{amount}"\n')
    assert pairs(found) == []
    assert [problem.value for problem in found.problems] == [amount]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"awards\.csv: is not there"),
        (b"", "is empty"),
        (b"pool_id,amount\nP1,5\n", "column proposal_id: is missing"),
        (b"a,b\n1,2\n", "3 problems"),
        (b"pool_id,proposal_id,amount,amount\n", "column amount: stands twice"),
        (b"pool_id,proposal_id,amount\nP\xe9,A,5\n", "is not UTF-8 text"),
    ],
)
def test_a_claim_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    with pytest.raises(InvalidRound, match=words):
        read_awards(tmp_path) if content is None else claim(tmp_path, content)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRound, match="is in a folder that is not there"):
        read_awards(tmp_path / "nowhere")
    with pytest.raises(InvalidRound, match="is in a folder that is not there"):
        read_record(tmp_path / "nowhere")
    (tmp_path / "run.json").write_text('{"a": ')
    with pytest.raises(InvalidRound, match=r"run\.json, row 1: is no JSON"):
        read_record(tmp_path)


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
