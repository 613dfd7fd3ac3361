"""Replays: the same byte for byte, or what differs, what may have caused it, and if it matters."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matcher import Options, load_round, match
from matcher.domain import Round
from matcher.errors import InvalidRound, UnusableFolder
from matcher.pipeline import Clock
from matcher.reading import read_round
from matcher.regulation.library import instead
from matcher.results import Run
from matcher.scenarios.bundles.bundle import Bundle, bundle_of, read_bundle, write_bundle
from matcher.scenarios.bundles.checks import awards_digest
from matcher.scenarios.bundles.surroundings import Surroundings, surroundings
from matcher.scenarios.near import near_result
from matcher.scenarios.replays import replaying
from matcher.scenarios.replays.around import Circumstance
from matcher.scenarios.replays.document import document_of_replay
from matcher.scenarios.replays.files import FREE, Apart
from matcher.scenarios.replays.replaying import Replay, replay
from matcher.scenarios.replays.weighing import Broken
from matcher.scenarios.replays.words import sentences_of_replay
from matcher.warm_start import earlier_result
from matcher.writing.result_folder import write_result
from tests.unit.checked_rounds import build, pool, proposal
from tests.unit.checked_rules import a_round, outcome, pack, rule
from tests.unit.made_bundles import THREE, c_for_b, edited, members_of, remade, tampered_with

TINY = Path(__file__).parents[2] / "fixtures" / "golden" / "tiny"
DEMONSTRATION = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the result folder of THREE, for reading only."""
    out = tmp_path_factory.mktemp("three") / "result"
    write_result(match(THREE), out)
    return out


Tampered = Callable[..., Bundle]


@pytest.fixture
def tampered(three: Path, tmp_path: Path) -> Tampered:
    """Give a maker of bundles of the result of THREE with keys of run.json, or files, changed."""

    def make(files: Mapping[str, Callable[[str], str]] | None = None, **record: Any) -> Bundle:
        return tampered_with(three, tmp_path / "tampered", files or {}, **record)

    return make


def levels(three: Path, value: float, bound: float | None) -> list[dict[str, Any]]:
    """Give the levels of run.json with another merit."""
    stated = json.loads((three / "run.json").read_text(encoding="utf-8"))["levels"]
    changed = {"value": value, "bound": bound, "gap": None}
    return [level | changed if level["level"] == "L2" else level for level in stated]


def merit_of(found: Replay) -> tuple[float, float]:
    (level,) = [each for each in document_of_replay(found)["levels"] if each["level"] == "L2"]
    return level["recorded"], level["replayed"]


def spoken(found: Replay) -> str:
    return "\n".join(sentences_of_replay(found))


def test_a_result_comes_out_again_byte_for_byte(tmp_path: Path) -> None:
    round_ = load_round(TINY)
    options = Options(seed=3, gap=0.0, workers=1, brief=True)
    write_result(match(round_, options), tmp_path / "result")
    write_bundle(bundle_of(round_, tmp_path / "result"), tmp_path / "tiny.zip")
    found = replay(read_bundle(tmp_path / "tiny.zip"), out=tmp_path / "again")
    assert (found.verdict, found.apart, found.around) == ("same", (), ())
    assert "The same, byte for byte: all 8 files" in spoken(found)
    for path in (tmp_path / "result").iterdir():
        again = (tmp_path / "again" / path.name).read_bytes()
        if path.name == "run.json":
            then, now = (json.loads(text) for text in (path.read_bytes(), again))
            assert {k: then[k] for k in then if k not in FREE} == {
                k: now[k] for k in now if k not in FREE
            }
        else:
            assert again == path.read_bytes()


def test_what_reading_warned_of_is_in_the_replay_in_the_same_words(tmp_path: Path) -> None:
    """The files that it names are those of the folder, while the bundle holds one document."""
    found = read_round(DEMONSTRATION)
    assert len(found.warnings) > 0
    short = build([pool("P")], [proposal("A")])
    write_result(match(short, warnings=found.warnings), tmp_path / "result")
    warnings = [str(warning) for warning in found.warnings]
    assert replay(bundle_of(short, tmp_path / "result", warnings)).verdict == "same"
    write_result(match(short), tmp_path / "from-python")
    assert replay(bundle_of(short, tmp_path / "from-python", warnings)).verdict == "same"
    other = replay(bundle_of(short, tmp_path / "result", [*warnings, "one more"]))
    assert other.around == (Circumstance("input", "warnings of reading", None, "1"),)
    assert ("run.json", "warnings: one more") in {(e.file, e.column) for e in other.apart}


def test_a_bundle_is_judged_by_its_own_packs_whatever_is_installed(tmp_path: Path) -> None:
    law = pack([rule("XA-01", outcome("receiver.kind == bank"))])
    with instead({"xa": law}):
        judged = a_round({"facts": {"is_charity": "true"}}, rule_packs=["xa"])
        write_result(match(judged), tmp_path / "result")
        write_bundle(bundle_of(judged, tmp_path / "result"), tmp_path / "x.zip")
    barring = pack([rule("XA-01", outcome("receiver.kind == media"))])
    bundle = read_bundle(tmp_path / "x.zip")
    assert replay(bundle).verdict == "same"
    with instead({"xa": barring}):
        assert replay(bundle).verdict == "same"


def test_a_run_that_started_from_an_earlier_result_is_replayed_from_it(
    three: Path, tmp_path: Path
) -> None:
    earlier = earlier_result(THREE, three)
    run = match(THREE, Options(warm_start=earlier.digest), earlier=earlier.awards)
    write_result(run, tmp_path / "warm")
    found = replay(bundle_of(THREE, tmp_path / "warm", earlier=three))
    assert (found.verdict, found.around) == ("same", ())
    by_awards = Options(warm_start=awards_digest(earlier.awards))
    write_result(match(THREE, by_awards, earlier=earlier.awards), tmp_path / "from-python")
    assert replay(bundle_of(THREE, tmp_path / "from-python", earlier=three)).verdict == "same"
    lost = replay(bundle_of(THREE, tmp_path / "warm"))
    assert not lost.promised
    assert "which are not in the bundle" in spoken(lost)


def test_a_run_that_stayed_near_an_earlier_result_is_replayed_near_it(
    three: Path, tmp_path: Path
) -> None:
    """With B gone C would enter; with no change but what cannot be avoided it does not."""
    rows = [proposal("A"), proposal("B", score="9", status="withdrawn"), proposal("C", score="8")]
    later = build([pool("P", "100")], rows)
    near = near_result(later, three, at_most=1)
    run = match(later, Options(stay_near=near))
    assert set(run.awards) == {("P", "A")}
    write_result(run, tmp_path / "near")
    write_bundle(bundle_of(later, tmp_path / "near"), tmp_path / "near.zip")
    found = replay(read_bundle(tmp_path / "near.zip"))
    assert (found.verdict, found.around) == ("same", ())
    folder = edited(tmp_path / "near", tmp_path / "more")
    awards = (folder / "awards.csv").read_text(encoding="utf-8")
    (row,) = [line for line in awards.splitlines() if line.startswith("P,")]
    (folder / "awards.csv").write_text(f"{awards}{row.replace(',A,', ',C,')}\n", encoding="utf-8")
    broken = replay(bundle_of(later, folder))
    assert [each.kind for each in broken.weighed.broken] == ["recorded_fails"]


def test_a_round_without_a_plan_is_replayed_to_the_same_conflict(tmp_path: Path) -> None:
    pinned = {"pool_id": "P", "proposal_id": "A", "status": "pin", "amount": "60", "reason": "So."}
    bound = build([pool("P", "50")], [proposal("A", "80")], pairs=[pinned])
    run = match(bound)
    assert run.status == "infeasible"
    write_result(run, tmp_path / "result")
    found = replay(bundle_of(bound, tmp_path / "result"))
    assert (found.verdict, set(found.bundle.result())) == ("same", {"run.json"})
    assert "ended without awards" in spoken(found)


def test_a_cell_edited_after_the_run_is_told_and_does_not_matter(tampered: Tampered) -> None:
    found = replay(tampered({"decisions.csv": lambda text: text.replace("B,O", "B,Q")}))
    assert found.verdict == "same_awards"
    assert found.apart == (Apart("decisions.csv", "B", "org_id", "Q", "O"),)
    said = spoken(found)
    assert "decisions.csv, B, org_id: recorded “Q”, now “O”." in said
    assert "may have been edited after the run" in said
    assert found.table().to_dict("records") == [vars(found.apart[0])]


def test_recorded_awards_that_break_a_constraint_are_told_with_what_they_break(
    tampered: Tampered,
) -> None:
    found = replay(tampered({"awards.csv": lambda text: text.replace("50.00", "60.00")}))
    assert found.verdict == "claim_broken"
    assert [each.kind for each in found.weighed.broken] == ["recorded_fails"]
    assert "do NOT hold" in spoken(found)
    assert any("P" in finding for finding in found.recorded.findings)


def test_recorded_awards_worth_less_than_the_record_says_are_told(tampered: Tampered) -> None:
    """C in the place of B: the record still says 950, and they are worth 900."""
    found = replay(tampered({"awards.csv": c_for_b}))
    assert found.verdict == "claim_broken"
    assert [(b.kind, b.level) for b in found.weighed.broken] == [
        ("recorded_overstated", ("L2", None))
    ]
    assert merit_of(found) == (900, 950)
    assert "worth less than the record says, in merit: 900, not 950" in spoken(found)


def test_a_proof_that_the_replay_goes_beyond_is_told(tampered: Tampered, three: Path) -> None:
    """The record claims that 900 is the best there is; the replay reaches 950."""
    found = replay(tampered({"awards.csv": c_for_b}, levels=levels(three, 900, 900)))
    assert found.verdict == "claim_broken"
    assert [each.kind for each in found.weighed.broken] == ["recorded_bound"]
    assert "950, where the record holds 900 to be the best there is" in spoken(found)


def test_a_recorded_bound_below_what_both_plans_reach_is_a_broken_claim(
    tampered: Tampered, three: Path
) -> None:
    """The very awards and their merit of 950, with 900 stated as the best there is."""
    found = replay(tampered(levels=levels(three, 950, 900)))
    assert found.weighed.same_awards and found.verdict == "claim_broken"
    assert [(b.kind, b.level) for b in found.weighed.broken] == [
        ("recorded_own_bound", ("L2", None))
    ]
    said = spoken(found)
    assert "The recorded awards themselves reach more than the record says is possible" in said
    assert "950, where the record holds 900 to be the best there is" in said


def test_other_awards_matter_where_the_recorded_ones_had_to_be_the_same(
    tampered: Tampered, three: Path
) -> None:
    found = replay(tampered({"awards.csv": c_for_b}, levels=levels(three, 900, 960)))
    assert found.verdict == "other_awards"
    assert (found.weighed.first, found.weighed.replay_is_better) == (("L2", None), True)
    said = spoken(found)
    assert "The replay is better in merit: recorded 900, now 950" in said
    assert "The recorded awards hold" in said
    assert "awards.csv, P, B: “P, D, B" in said
    assert "awards.csv, P, C: recorded “P, D, C" in said


def test_other_awards_of_a_run_that_the_clock_stopped_may_be_and_are_verified(
    tampered: Tampered, three: Path
) -> None:
    found = replay(
        tampered(
            {"awards.csv": c_for_b},
            levels=levels(three, 900, 960),
            reproducible=False,
            status="feasible",
            stop_reason="time_limit",
        )
    )
    assert found.verdict == "not_promised"
    said = spoken(found)
    assert "ended by the time limit" in said
    assert "The recorded awards hold" in said


def test_a_run_that_was_cut_only_beside_its_awards_is_told_so(tampered: Tampered) -> None:
    found = replay(tampered({"steps.csv": lambda text: text + "\n"}, reproducible=False))
    assert found.verdict == "same_awards"
    assert "cut short what the recorded run works out beside its awards" in spoken(found)


def test_a_record_of_no_possible_awards_is_refuted_by_awards(tampered: Tampered) -> None:
    found = replay(tampered(status="infeasible", levels=[]))
    assert [each.kind for each in found.weighed.broken] == ["recorded_infeasible"]
    assert found.verdict == "claim_broken"


def test_a_replay_that_is_interrupted_judges_the_recorded_awards_all_the_same(three: Path) -> None:
    found = replay(bundle_of(THREE, three), clock=Clock(600.0, interrupted=True))
    assert found.stopped
    assert not found.promised
    assert found.verdict in ("not_promised", "same_awards")
    assert "The recorded awards hold" in spoken(found)


def test_a_replay_that_the_clock_stopped_is_told_to_need_more_time(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = {"reproducible": False, "stop_reason": "time_limit", "status": "no_solution"}

    def stopped(*arguments: Any) -> Run:
        run = match(*arguments)
        record = {**run.record, **stop, "levels": []}
        return replace(run, status="no_solution", levels=(), tables={}, record=record,
                       figures=None, awards={})  # fmt: skip

    monkeypatch.setattr(replaying, "match", stopped)
    found = replay(bundle_of(THREE, three))
    assert (found.verdict, found.answers) == ("not_promised", False)
    said = spoken(found)
    assert said.startswith("The replay ended before it had any awards, so that it says nothing")
    assert "The replay was ended by the time limit. With more time, by --time-limit" in said
    assert "The replay ended without awards (no solution)" in said
    assert "awards.csv is recorded and was not written now." in said


def test_another_place_is_told_and_the_report_is_compared_all_the_same(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report names the versions of the run, so it is held against the recorded ones."""
    here = surroundings()
    elsewhere = Surroundings(
        platform="Plan9 mips",
        versions={**here.versions, "highspy": "0.1", "abacus": "2"},
        program="0" * 64,
    )
    del elsewhere.versions["rich"]
    bundle = bundle_of(THREE, three)
    monkeypatch.setattr(replaying, "surroundings", lambda: elsewhere)
    found = replay(bundle)
    assert found.verdict == "same"
    assert {(each.kind, each.name) for each in found.around} == {
        ("platform", ""), ("program", ""), ("version", "highspy"), ("version", "abacus"),
        ("version", "rich"),
    }  # fmt: skip
    said = spoken(found)
    assert f"highspy was {here.versions['highspy']}, and is 0.1 here." in said
    assert f"The bundle was made on {here.platform}; this is Plan9 mips." in said
    assert "abacus is 2 here" in said
    assert f"rich was {here.versions['rich']}, and is not here" in said


def test_versions_of_the_run_are_those_of_its_record(tampered: Tampered, three: Path) -> None:
    then = json.loads((three / "run.json").read_text(encoding="utf-8"))["versions"]
    report = {"report.html": lambda text: text.replace(then["highspy"], "1.0")}
    found = replay(tampered(report, versions=then | {"highspy": "1.0"}))
    assert found.verdict == "same"
    assert found.around == (Circumstance("version", "highspy", "1.0", then["highspy"]),)


def test_another_time_limit_is_told_and_is_no_difference_of_the_result(three: Path) -> None:
    found = replay(bundle_of(THREE, three), seconds=1200.0)
    assert found.verdict == "same"
    assert found.around == (Circumstance("option", "time_limit", "600", "1200"),)
    assert "The time limit was 600 seconds, and 1200 for the replay." in spoken(found)


def test_a_forged_round_is_refused_or_told_to_be_another(three: Path, tmp_path: Path) -> None:
    write_bundle(bundle_of(THREE, three), tmp_path / "x.zip")
    members = members_of(tmp_path / "x.zip")
    broken = members | {"round.json": b'{"round": {}}'}
    with pytest.raises(InvalidRound) as refusal:
        replay(read_bundle(remade(tmp_path / "y.zip", broken)))
    assert {p.file.split(",")[0] for p in refusal.value.problems} == {"round.json"}
    richer = members | {"round.json": members["round.json"].replace(b'"100"', b'"150"')}
    found = replay(read_bundle(remade(tmp_path / "z.zip", richer)))
    assert [(each.kind, each.name) for each in found.around] == [("input", "round")]
    assert "round has another hash" in spoken(found)
    assert (found.verdict, found.weighed.broken[0]) == ("claim_broken", Broken("another_round"))
    assert "the round in the bundle is not that one" in spoken(found)
    assert "as this version reads it" not in spoken(found)
    made_by = json.loads(members["manifest.json"])["made_by"] | {"program": "0" * 64}
    found = replay(read_bundle(remade(tmp_path / "v.zip", richer, made_by=made_by)))
    assert "round has another hash as this version reads it" in spoken(found)
    assert Broken("another_round") not in found.weighed.broken
    unread = members | {"result/awards.csv": b"pool_id\n"}
    with pytest.raises(InvalidRound) as refusal:
        replay(read_bundle(remade(tmp_path / "u.zip", unread)))
    assert {problem.file for problem in refusal.value.problems} == {"result/awards.csv"}


def test_nothing_runs_where_the_result_may_not_be_written(three: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UnusableFolder):
        replay(bundle_of(THREE, three), out=tmp_path)


@pytest.mark.slow
def test_the_demonstration_round_comes_out_again_byte_for_byte(tmp_path: Path) -> None:
    found = read_round(DEMONSTRATION)
    run = match(found.round, Options(), found.warnings)
    write_result(run, tmp_path / "result")
    warnings = [str(warning) for warning in found.warnings]
    write_bundle(bundle_of(found.round, tmp_path / "result", warnings), tmp_path / "x.zip")
    again = replay(read_bundle(tmp_path / "x.zip"))
    assert (again.verdict, again.apart, again.around) == ("same", (), ())


def test_the_round_of_these_tests_is_as_its_words_say() -> None:
    assert isinstance(THREE, Round)
    assert match(THREE).awards == {("P", "A"): 5000, ("P", "B"): 5000}
