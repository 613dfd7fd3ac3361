"""Changes that repair a round without a plan, of several conflicts or of amounts wanted."""

from tests.unit.test_conflict import explained, pin, plain_round, told


def test_an_amount_that_is_wanted_to_the_last_cent_repairs_the_round() -> None:
    # B0 asks for 60 or nothing, and the board fixed 80.
    round_ = plain_round(pairs=[pin("P1", "B0", "80")])
    found = explained(round_)
    first = found.conflicts[0].relaxations[0]
    assert (first.lever.kind, first.repairs) == ("amount", "round")
    assert first.lever.value(first.steps or 0) == 60
    assert "Change the amount fixed by" in told(round_)


def test_of_a_decision_that_is_given_up_no_amount_is_changed_before() -> None:
    # B0 is withdrawn, so that no amount of its pin will do; P2 has not what is fixed for B1.
    rows = [row.given() for row in plain_round().proposals]
    rows[0]["status"] = "withdrawn"
    rows[1]["minimum"] = "10"
    pairs = [pin("P1", "B0", "80"), pin("P2", "B1", "70")]
    found = explained(plain_round(proposals=rows, pairs=pairs))
    assert found.complete
    kinds = {(change.lever.kind, *change.lever.about.values()) for change in found.changes}
    assert ("given_up", "P1", "B0") in kinds
    assert ("amount", "P1", "B0") not in kinds


def test_a_later_conflict_is_told_with_what_was_changed_before() -> None:
    pairs = [pin(f"P{1 + n // 2}", f"B{n}", "60") for n in range(4)]
    found = explained(plain_round(pairs=pairs))
    first, second = found.conflicts
    change = found.changes[0]
    assert change.steps is not None
    assert second.round == change.lever.changed(first.round, change.steps)
