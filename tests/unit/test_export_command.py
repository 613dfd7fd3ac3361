"""`matcher export` of open data: what it asks for, refuses, says and leaves alone."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.pipeline import award_rows_for
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.published_rounds import AWARDS, a_round
from tests.unit.test_cli import TINY, Invocation, changed, run, tree

__all__ = ["run"]

REPORTER = (
    "--publisher", "XX-EXAMPLE-1", "--publisher-name", "Made-up Association",
    "--publisher-type", "22",
)  # fmt: skip
FORMATS: list[tuple[str, tuple[str, ...]]] = [("360giving", ()), ("iati", REPORTER), ("iati", ())]


def with_awards(folder: Path, round_: Round, awards: dict[tuple[str, str], int]) -> Path:
    """Write a round and a result of it that holds given awards; give the result's folder."""
    write_round(round_, folder / "round")
    result = folder / "result"
    result.mkdir()
    rows = award_rows_for(round_, awards)
    header = "pool_id,proposal_id,amount"
    lines = [f"{row['pool_id']},{row['proposal_id']},{row['amount']}" for row in rows]
    (result / "awards.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    stated = {"round_id": round_.id, "round_hash": round_.content_hash, "status": "feasible"}
    (result / "run.json").write_text(json.dumps(stated), encoding="utf-8")
    return result


@pytest.fixture
def result(run: type[Invocation], tmp_path: Path) -> Path:
    """Give a result of the tiny round, with the round where it can be found."""
    run("convert", TINY, "--out", tmp_path / "round")
    assert run("match", tmp_path / "round", "--out", tmp_path / "result").code == 0
    return tmp_path / "result"


def export(run: type[Invocation], folder: Path, form: str, *more: object) -> Any:
    return run("export", folder, "--format", form, *more)


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_a_result_is_published_beside_it_by_its_round_around_it(
    run: type[Invocation], result: Path, form: str, who: tuple[str, ...]
) -> None:
    done = export(run, result, form, *who)
    assert done.code == 0, done.err
    assert f"is a result of the round {result.parent / 'round'}, by its hash." in done.err
    ending = "360giving.json" if form == "360giving" else "iati.xml"
    out = result.with_name(f"result.{ending}")
    assert f"lies at {out}: " in done.out
    text = out.read_text(encoding="utf-8")
    if form == "iati":
        found = ElementTree.fromstring(text).findall("iati-activity/transaction/value")
        amounts = sorted(str(value.text) for value in found)
    else:
        amounts = sorted(f"{each['amountAwarded']:.2f}" for each in json.loads(text)["grants"])
    awards = (result / "awards.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert amounts == sorted(row.split(",")[6] for row in awards)


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_the_same_result_gives_the_same_bytes_also_over_an_earlier_publication(
    run: type[Invocation], result: Path, form: str, who: tuple[str, ...]
) -> None:
    out = result.parent / ("out.xml" if form == "iati" else "out.json")
    texts = []
    for _ in "once", "again":
        assert export(run, result, form, *who, "--out", out).code == 0
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_no_file_that_was_not_written_in_the_format_is_overwritten(
    run: type[Invocation], result: Path, form: str, who: tuple[str, ...]
) -> None:
    ending = ".xml" if form == "iati" else ".json"
    mine = result.parent / f"mine{ending}"
    mine.write_text('{"grants": []}', encoding="utf-8")
    before = tree(result.parent)
    done = export(run, result, form, *who, "--out", mine)
    assert done.code == 2
    assert "was not written by `matcher export` in this format, so it is left alone." in done.err
    assert tree(result.parent) == before


def test_a_record_of_a_result_is_no_earlier_publication(
    run: type[Invocation], result: Path
) -> None:
    before = tree(result)
    assert export(run, result, "360giving", "--out", result / "run.json").code == 2
    assert tree(result) == before


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_awards_that_do_not_hold_are_not_published(
    run: type[Invocation], result: Path, form: str, who: tuple[str, ...]
) -> None:
    awards = result / "awards.csv"
    edited = awards.read_text(encoding="utf-8").replace("9000.00", "90000.00")
    assert edited != awards.read_text(encoding="utf-8")
    awards.write_text(edited, encoding="utf-8")
    before = tree(result.parent)
    done = export(run, result, form, *who)
    assert done.code == 6
    assert "the awards fail verification" in done.err
    assert tree(result.parent) == before


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_a_result_of_another_round_is_not_published(
    run: type[Invocation], result: Path, tmp_path: Path, form: str, who: tuple[str, ...]
) -> None:
    (tmp_path / "other").mkdir()
    other = changed(tmp_path / "other", "proposals.csv", ("Evening school", "Morning school"))
    before = tree(tmp_path)
    done = export(run, result, form, *who, "--round", other)
    assert done.code == 6
    assert "another round, or of another version of this one" in done.err
    assert tree(tmp_path) == before


def test_a_round_that_is_not_around_is_asked_for(
    run: type[Invocation], result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "round").rename(tmp_path / ".gone")
    monkeypatch.chdir(tmp_path)
    done = export(run, result, "360giving")
    assert done.code == 3
    assert "Name the round with --round, or put it beside the result." in done.err
    assert "bundle" not in done.err
    assert export(run, result, "360giving", "--round", tmp_path / ".gone").code == 0


def test_what_else_was_edited_in_a_result_is_not_published(
    run: type[Invocation], result: Path
) -> None:
    assert export(run, result, "360giving").code == 0
    before = result.with_name("result.360giving.json").read_bytes()
    awards = result / "awards.csv"
    header, *rows = awards.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    for row in cells:
        row[6], row[8], row[9] = "1.00", "true", "made up afterwards"
    edited = "\n".join([header, *(",".join(row) for row in cells)])
    awards.write_text(f"{edited}\n", encoding="utf-8")
    assert export(run, result, "360giving").code == 0
    assert result.with_name("result.360giving.json").read_bytes() == before


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_what_is_left_out_or_withheld_is_told_with_its_reason(
    run: type[Invocation], tmp_path: Path, form: str, who: tuple[str, ...]
) -> None:
    folder = with_awards(tmp_path, a_round(), AWARDS)
    done = export(run, folder, form, *who)
    assert done.code == 0, done.err
    for sentence in (
        "2 awards are left out, for their donor or pool is confidential.",
        "2 awards are left out, for their proposal or applicant is confidential.",
        "3 awards do not name their donor, who withholds the name.",
        "2 awards do not name their applicant, whose name is withheld.",
        "One award goes to a person, whom a publication never names.",
        "3 awards are conditional, and are published as that.",
    ):
        assert sentence in done.out.splitlines()
    document = export(run, folder, form, *who, "--json").document
    assert document["left_out"] == {"donor_or_pool": 2, "proposal_or_applicant": 2}
    assert document["withheld"] == {"donor": 3, "applicant": 2, "person": 1}
    assert (document["activities"], document["grants"], document["conditional"]) == (6, 8, 3)


def test_what_the_rules_of_iati_ask_for_and_the_round_does_not_state_is_told(
    run: type[Invocation], tmp_path: Path
) -> None:
    folder = with_awards(tmp_path, a_round(), AWARDS)
    said = export(run, folder, "iati", *REPORTER).out
    assert (
        "4 activities name no sector, which the rules of IATI ask for: A2, A4, A5 and A8." in said
    )
    assert "2 activities name no country or region, which the rules of IATI ask for: A2 and" in said
    document = export(run, folder, "iati", *REPORTER, "--json").document
    assert document["missing"] == {"sector": ["A2", "A4", "A5", "A8"], "place": ["A2", "A5"]}
    assert "ask for" not in export(run, folder, "360giving").out


@pytest.mark.parametrize(("form", "who"), FORMATS)
def test_a_result_without_awards_gives_an_empty_file_and_says_so(
    run: type[Invocation], tmp_path: Path, form: str, who: tuple[str, ...]
) -> None:
    folder = with_awards(tmp_path, a_round(), {})
    done = export(run, folder, form, *who)
    assert done.code == 0, done.err
    assert "Nothing of this result is to be published:" in done.out
    assert "so do not publish the file." in done.out
    (out,) = tmp_path.glob("result.*")
    text = out.read_text(encoding="utf-8")
    if form == "iati":
        assert list(ElementTree.fromstring(text)) == []
    else:
        assert json.loads(text)["grants"] == []


def test_a_result_without_a_plan_has_nothing_to_publish(
    run: type[Invocation], tmp_path: Path
) -> None:
    target = {"id": "t", "min_amount": "9000000"}
    round_ = a_round(round={"targets": [target]})
    write_round(round_, tmp_path / "round")
    write_result(match(round_, Options()), tmp_path / "result")
    done = export(run, tmp_path / "result", "360giving")
    assert done.code == 3
    assert "says that there is no plan" in done.err


def test_a_prefix_is_asked_for_until_there_is_one(run: type[Invocation], result: Path) -> None:
    told = "Identifiers begin with round-tiny. Before you publish, have 360Giving give you a prefix"
    assert told in export(run, result, "360giving").out
    assert told not in export(run, result, "360giving", "--publisher", "360G-example").out
    text = result.with_name("result.360giving.json").read_text(encoding="utf-8")
    assert '"id": "360G-example-tiny.P1.A1"' in text
    document = export(run, result, "360giving", "--json").document
    assert document["not_stated"] == {"publisher": "round-tiny"}


def test_who_reports_to_iati_is_asked_for_until_it_is_stated(
    run: type[Invocation], result: Path
) -> None:
    asked = {
        "publisher": "so the file says round-tiny, which is no identifier of any register.",
        "publisher-name": "The name of who publishes is “Publisher not stated yet”.",
        "publisher-type": "is not stated, so the file says 90, other.",
    }
    done = export(run, result, "iati")
    assert done.code == 0, done.err
    assert "Before you publish, add --publisher-type with what you are: 10 government, " in done.out
    assert [words in done.out for words in asked.values()] == [True, True, True]
    instead = {
        "publisher": "round-tiny",
        "publisher-name": "Publisher not stated yet",
        "publisher-type": "90",
    }
    assert export(run, result, "iati", "--json").document["not_stated"] == instead
    for at in range(0, len(REPORTER), 2):
        option, value = REPORTER[at : at + 2]
        said = export(run, result, "iati", option, value).out
        missing = {name for name, words in asked.items() if words in said}
        assert missing == set(asked) - {option.removeprefix("--")}
    done = export(run, result, "iati", *REPORTER)
    assert "Before you publish" not in done.out
    assert export(run, result, "iati", *REPORTER, "--json").document["not_stated"] == {}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--format", "pdf"), "There is no format pdf; use xlsx, 360giving, iati."),
        (("--format", "iati", "--publisher", "me"), "“me” is no organisation identifier of IATI."),
        (("--format", "iati", "--publisher-name", ""), "--publisher-name: “” is no name."),
        (("--format", "iati", "--publisher-type", "5"), "“5” is no type of organisation of IATI."),
        (("--format", "iati", "--language", ""), "is no language in two letters"),
        (("--format", "360giving", "--publisher", "me"), "“me” is no prefix of 360Giving."),
        (("--format", "360giving", "--publisher", ""), "--publisher: “” is no prefix of 360Giving"),
        (("--format", "360giving", "--publisher-name", " "), "--publisher-name: “ ” is no name."),
        (("--format", "360giving", "--out", "x.xml"), "Let it end in .json."),
        (("--format", "iati", *REPORTER, "--out", "x.json"), "Let it end in .xml."),
        (("--format", "360giving", "--language", "az"), "--language: for --format iati alone."),
        (("--publisher", "360G-x"), "--publisher: for --format 360giving and iati alone."),
    ],
)
def test_what_cannot_be_asked_for_is_wrong_usage_and_writes_nothing(
    run: type[Invocation], result: Path, asked: tuple[str, ...], said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(result.parent)
    before = tree(result.parent)
    done = run("export", result, *asked)
    assert done.code == 2
    # The words stand in a box that breaks lines.
    assert said.replace(" ", "") in "".join(done.err.replace("│", "").split())
    assert tree(result.parent) == before


def test_a_file_is_no_result_folder(run: type[Invocation], result: Path) -> None:
    done = export(run, result / "awards.csv", "360giving", "--round", TINY)
    assert done.code == 2
    said = " ".join(done.err.replace("│", "").split())
    assert "is a file. Name a result folder; a bundle holds one: unpack it first." in said


@pytest.mark.parametrize("form", ["360giving", "iati"])
def test_the_result_of_a_bundle_is_published_once_it_is_unpacked(
    run: type[Invocation], result: Path, tmp_path: Path, form: str
) -> None:
    bundle = tmp_path / "one.bundle.zip"
    assert run("bundle", tmp_path / "round", result, "--out", bundle).code == 0
    assert export(run, bundle, form).code == 2
    with ZipFile(bundle) as held:
        held.extractall(tmp_path / "unpacked")
    assert export(run, result, form).code == 0
    done = export(run, tmp_path / "unpacked" / "result", form)
    assert done.code == 0, done.err
    assert "what-if" not in done.out
    (ours,), (theirs,) = tmp_path.glob("result.*"), (tmp_path / "unpacked").glob("result.*")
    assert ours.read_bytes() == theirs.read_bytes()


def test_a_publication_of_a_what_if_is_told_as_one(
    run: type[Invocation], result: Path, tmp_path: Path
) -> None:
    asked = ("whatif", tmp_path / "round", "--set", "pools.P1.budget=+10%")
    assert run(*asked, "--out", tmp_path / "asked").code == 0
    said = "This is the result of a what-if, for which the round was changed."
    for folder, is_what_if in (
        (tmp_path / "asked" / "set", True),
        (tmp_path / "asked" / "set" / "result", True),
        (tmp_path / "asked" / "base", False),
        (result, False),
    ):
        done = export(run, folder, "360giving")
        assert done.code == 0, done.err
        assert (said in done.out) is is_what_if
        document = export(run, folder, "360giving", "--json").document
        assert document["what_if"] is is_what_if
