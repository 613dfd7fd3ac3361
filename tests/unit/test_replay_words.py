"""What is said of a replay, whatever it came to."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from matcher import match
from matcher.scenarios.bundles.bundle import bundle_of
from matcher.scenarios.replays.document import document_of_replay
from matcher.scenarios.replays.files import Apart
from matcher.scenarios.replays.replaying import Replay, replay
from matcher.scenarios.replays.weighing import Name, Side, weigh
from matcher.scenarios.replays.words import level_text, sentences_of_replay
from matcher.scenarios.replays.words_of_files import MOST_TOLD
from matcher.writing.result_folder import write_result
from tests.unit.checked_rounds import build, pool, proposal

MERIT: Name = ("L2", None)
OTHER = Apart("awards.csv", "P, A", "amount", "1", "2")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """Give a replay that came out the same."""
    round_ = build([pool("P", "100")], [proposal("A")])
    out = tmp_path_factory.mktemp("words") / "result"
    write_result(match(round_), out)
    return replay(bundle_of(round_, out))


def side(name: Name, value: str, bound: float | None, awards: Any = None, **more: Any) -> Side:
    values = {name: Fraction(value)}
    stated = {name: float(Fraction(value))}
    return Side("optimal", awards or {("P", value): 1}, values, stated, {name: bound}, **more)


def without(status: Any) -> Side:
    return Side(status, None, {}, {}, {})


def spoken(found: Replay, recorded: Side, replayed: Side) -> str:
    weighed = weigh(recorded, replayed)
    other = replace(found, recorded=recorded, replayed=replayed, weighed=weighed, apart=(OTHER,))
    assert document_of_replay(other)["verdict"] == other.verdict
    return "\n".join(sentences_of_replay(other))


@pytest.mark.parametrize(
    ("recorded", "replayed", "said"),
    [
        (side(MERIT, "90", 95.0), side(MERIT, "92", 94.0),
         "The replay is better in merit: recorded 90, now 92. That lies within what the record "
         "left unproven."),
        (side(MERIT, "92.5", 95.0), side(MERIT, "92", 94.0),
         "The recorded awards are better in merit: 92.5, now 92. That lies within what the replay "
         "left unproven."),
        (side(MERIT, "92", None), side(MERIT, "90", None),
         "The recorded awards are better in merit: 92, now 90. The rule proves no bound for it."),
        (side(MERIT, "90", None), side(MERIT, "92", None),
         "The replay is better in merit: recorded 90, now 92. The rule proves no bound for it."),
        (side(("L4", None), "5", 3.0), side(("L4", None), "4", 3.0),
         "Targets and merit are the same to the last unit; the two differ in the number of grants: "
         "recorded 5, now 4."),
        (side(MERIT, "9", 9.0, {("P", "A"): 1}), side(MERIT, "9", 9.0, {("P", "B"): 1}),
         "Both are worth the same in every objective."),
        (side(MERIT, "93", 95.0), side(MERIT, "92", 92.0),
         "The recorded awards reach more than the replay says is possible, in merit: 93, where "
         "the replay holds 92 to be the best there is."),
        (side(("L1", 2), "1/8", 0.0), side(("L1", 2), "1/4", 0.25),
         "in the shortfall of targets of priority 2: 0.125, where the replay holds 0.25"),
        (side(MERIT, "90", 95.0), without("infeasible"),
         "The replay says that no awards are possible, and those recorded hold."),
        (without("infeasible"), side(MERIT, "90", 95.0),
         "The record says that no awards are possible, and the replay found some."),
        (without("infeasible"), without("infeasible"), "Both runs ended the same way"),
        (without("no_solution"), without("infeasible"), "ended without awards (no solution)"),
        (side(MERIT, "9", 9.0, findings=("Pool P pays too much.", "And it pays twice.")),
         side(MERIT, "9", 9.0), "do NOT hold, for 2 reasons:\nPool P pays too much.\nAnd it"),
    ],
)  # fmt: skip
def test_each_outcome_is_said_with_its_figures(
    found: Replay, recorded: Side, replayed: Side, said: str
) -> None:
    assert said in spoken(found, recorded, replayed)


def test_levels_are_named_as_people_know_them() -> None:
    names: list[Name] = [("L1", 1), ("L2", None), ("L2", 3), ("L3", None), ("L4", None)]
    assert [level_text(name) for name in names] == [
        "the shortfall of targets of priority 1", "merit", "the merit of tier 3",
        "preferred payers", "the number of grants",
    ]  # fmt: skip


def test_the_first_differences_of_a_file_are_told_and_the_others_counted(found: Replay) -> None:
    many = tuple(Apart("pools.csv", f"P{n:02}", "left", "1", "2") for n in range(MOST_TOLD + 2))
    said = "\n".join(sentences_of_replay(replace(found, apart=many)))
    assert "P07, left" in said
    assert "P08" not in said
    assert "pools.csv: 2 more differences" in said
    assert "one more" in "\n".join(sentences_of_replay(replace(found, apart=many[:-1])))


def test_what_would_steer_a_terminal_is_not_printed(found: Replay) -> None:
    steering = Apart("report.html", "line 1", "", "\x1b[2J\u202e", "x" * 1000)
    said = "\n".join(sentences_of_replay(replace(found, apart=(steering,))))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "x" * 161 not in said
    findings = replace(found.recorded, findings=("\x1b]0;x\x07",))
    assert "\x1b" not in spoken(found, findings, found.replayed)


def test_files_that_are_missing_or_differ_only_in_their_bytes_are_told(found: Replay) -> None:
    apart = (
        Apart("awards.csv", "", "", "9 bytes", None),
        Apart("pools.csv", "", "", None, "9 bytes"),
        Apart("steps.csv", "", "", "9 bytes", "8 bytes"),
        Apart("run.json", "", "seed", None, "0"),
        Apart("run.json", "", "changed", "[]", None),
    )
    assert sentences_of_replay(replace(found, apart=apart))[-5:] == [
        "awards.csv is recorded and was not written now.",
        "pools.csv was written now and is not recorded.",
        "steps.csv says the same in other bytes (9 bytes, now 8 bytes).",
        "run.json, seed: not recorded, and there now.",
        "run.json, changed: recorded, and not there now.",
    ]


def test_nothing_of_a_machine_is_in_a_bundle_but_its_platform(found: Replay) -> None:
    text = found.bundle.manifest.model_dump_json()
    assert str(Path.cwd()) not in text
    assert str(Path.home()) not in text
