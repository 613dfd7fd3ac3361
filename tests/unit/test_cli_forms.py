"""The command line: rounds, templates and results written in other forms."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.reading.importing import import_round
from tests.unit.test_cli import TINY, Invocation, run, tree

__all__ = ["run"]


def test_a_round_keeps_its_hash_through_folder_workbook_and_json(
    run: type[Invocation], tmp_path: Path
) -> None:
    hashes, path = set(), TINY
    for name in ("round.xlsx", "round.json", "folder"):
        done = run("convert", path, "--out", tmp_path / name, "--json")
        assert done.code == 0
        hashes.add(done.document["round_hash"])
        path = tmp_path / name
    hashes.add(run("check", TINY, "--json").document["round_hash"])
    assert len(hashes) == 1


def test_template_and_export_write_a_workbook(run: type[Invocation], tmp_path: Path) -> None:
    assert run("template", tmp_path / "empty.xlsx").code == 0
    run("match", TINY, "--out", tmp_path / "result")
    assert run("export", tmp_path / "result", "--format", "xlsx").code == 0
    assert (tmp_path / "result.xlsx").stat().st_size > 5000
    assert (tmp_path / "empty.xlsx").stat().st_size > 5000
    assert run("export", tmp_path / "result", "--format", "pdf").code == 2
    assert run("export", tmp_path / "result", "--out", tmp_path / "result.csv").code == 2
    assert not (tmp_path / "result.csv").exists()


@pytest.mark.parametrize("name", ["template.xlsx", "round.xlsx", "round.json", "round"])
def test_a_file_is_no_folder_and_what_is_written_below_one_is_refused_in_a_sentence(
    run: type[Invocation], tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    out = tmp_path / "file" / name
    done = run("template", out) if "template" in name else run("convert", TINY, "--out", out)
    assert done.code == 2
    assert "cannot be written to. Choose another place." in done.err
    assert tree(tmp_path) == {"file": b"mine"}


def test_a_template_never_takes_the_place_of_a_workbook_that_was_filled_in(
    run: type[Invocation], tmp_path: Path
) -> None:
    filled = tmp_path / "round.xlsx"
    assert run("convert", TINY, "--out", filled).code == 0
    before = filled.read_bytes()
    done = run("template", filled)
    assert done.code == 2
    assert "is there already, perhaps filled in. Choose another name." in done.err
    assert filled.read_bytes() == before


@pytest.mark.parametrize("name", ["round.xlsx", "round.json", "round"])
def test_a_round_takes_the_place_of_another_only_where_that_is_said(
    run: type[Invocation], tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    assert run("convert", TINY, "--out", out).code == 0
    if out.is_dir():
        (out / "pairs.csv").write_text("pool_id,proposal_id,status\nP1,A1,prefer\n")
    else:
        out.write_bytes(b"another round, filled in")
    before = tree(tmp_path)
    done = run("convert", TINY, "--out", out)
    assert done.code == 2
    assert "is there already. Name another place, or add --replace." in done.err
    assert tree(tmp_path) == before
    assert run("convert", TINY, "--out", out, "--replace").code == 0
    assert run("check", out).code == 0
    assert tree(tmp_path) != before


def test_what_is_left_out_of_a_converted_round_is_told(
    run: type[Invocation], tmp_path: Path
) -> None:
    assert run("convert", TINY, "--out", tmp_path / "round").code == 0
    pools = tmp_path / "round" / "pools.csv"
    first, *rows = pools.read_text().splitlines()
    pools.write_text("\n".join([f"{first},Remarks", *(f"{row},mine" for row in rows)]) + "\n")
    told = run("check", tmp_path / "round").err
    assert "Remarks" in told
    done = run("convert", tmp_path / "round", "--out", tmp_path / "round.json")
    assert done.err.endswith(told.removeprefix("reading the round\n"))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("round.txt",), "is no name of a workbook. Let it end in .xlsx."),
        (("round.xlsx", "--pack", "no-such-pack"), "is a rule pack that is not here. Installed:"),
    ],
)
def test_a_template_that_cannot_be_is_wrong_usage_and_writes_nothing(
    run: type[Invocation], tmp_path: Path, asked: tuple[str, ...], words: str
) -> None:
    name, *options = asked
    done = run("template", tmp_path / name, *options)
    assert done.code == 2
    assert words in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_export_never_takes_the_place_of_the_workbook_of_its_round(
    run: type[Invocation], tmp_path: Path
) -> None:
    run("convert", TINY, "--out", tmp_path / "spring.xlsx")
    before = (tmp_path / "spring.xlsx").read_bytes()
    run("match", tmp_path / "spring.xlsx", "--out", tmp_path / "spring")
    refused = run("export", tmp_path / "spring")
    assert refused.code == 2
    assert "is no workbook of a result, so it is left alone. Name another with" in refused.err
    assert (tmp_path / "spring.xlsx").read_bytes() == before
    for _ in "once", "again":
        done = run("export", tmp_path / "spring", "--out", tmp_path / "decided.xlsx")
        assert done.code == 0


def test_import_builds_a_round_that_can_be_checked(run: type[Invocation], tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("who;asks\nFirst;100\nSecond;200\n", encoding="utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        """
round: {id: made-up, currency: AZN, decision_date: 2026-03-01}
sources: {asked: list.csv}
tables:
  donors: {rows: [{donor_id: D, name: Made-up donor, kind: other}]}
  pools: {rows: [{pool_id: P, donor_id: D, name: Pool, currency: AZN, budget: "250"}]}
  organisations: {from: asked, columns: {org_id: {slug: who}, name: who}}
  proposals:
    from: asked
    columns:
      proposal_id: {slug: who}
      org_id: {slug: who}
      title: who
      currency: {constant: AZN}
      requested: asks
      score: {constant: "50"}
""",
        encoding="utf-8",
    )
    out = tmp_path / "round"
    assert run("import", "--mapping", mapping, tmp_path / "list.csv", "--out", out).code == 0
    before = tree(out)
    again = run("import", "--mapping", mapping, tmp_path / "list.csv", "--out", out)
    assert (again.code, tree(out)) == (2, before)
    over = run("import", "--mapping", mapping, tmp_path / "list.csv", "--out", out, "--replace")
    assert (over.code, tree(out)) == (0, before)
    built = import_round(mapping, [tmp_path / "list.csv"])
    assert run("check", out, "--json").document["round_hash"] == built.content_hash


@pytest.mark.parametrize("encoding", ["ascii", "cp1251"])
def test_where_output_has_another_encoding_a_sign_stands_for_what_it_cannot_show(
    tmp_path: Path, encoding: str
) -> None:
    command = [sys.executable, "-m", "matcher", "match", str(TINY), "--out", str(tmp_path / "r")]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Report: " in done.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_is_no_reason_to_fail(tmp_path: Path, closed: str) -> None:
    command = f"{sys.executable} -m matcher match {TINY} --out {tmp_path / 'r'} {closed}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r" / "report.html").is_file()


def test_what_the_system_refuses_is_told_in_a_sentence(
    run: type[Invocation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr("matcher.cli.write_result", full)
    done = run("match", TINY, "--out", tmp_path / "result")
    assert (done.code, done.out) == (1, "")
    said = "The system refuses it: No space left on device (/somewhere)."
    assert done.err.splitlines()[-1] == said


def test_a_link_that_leads_nowhere_is_refused_in_a_sentence(
    run: type[Invocation], tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    done = run("match", TINY, "--out", one)
    assert done.code == 2
    assert "leads nowhere. Choose another place." in done.err
