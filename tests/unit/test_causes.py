"""How differences are taken together as changes, which need each other, and what is approximate."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from matcher import Options
from matcher.domain import Round
from matcher.regulation.library import installed
from matcher.regulation.pack import Pack
from matcher.scenarios.causes.causes import Causes, causes_of
from matcher.scenarios.causes.changes import MOST, Change, changes_between
from matcher.scenarios.causes.coalitions import Unanswered, one_at_a_time
from matcher.scenarios.causes.solving import Way, side_by_side
from matcher.scenarios.causes.tables import causes_table, changes_table, parts_table
from matcher.scenarios.causes.ties import may_be_ties
from matcher.scenarios.causes.words import cause_text, grounds, part_rows
from matcher.scenarios.comparing.inputs import change_text
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.edits.overrides import changed
from matcher.scenarios.edits.scenario import Edit, Scenario
from matcher.scenarios.running import Answer
from matcher.writing.visibility import ShownRound
from tests.unit.made_up import header

EXACT = Options(gap=0, seconds=60, workers=1)
WAY = Way(EXACT)


def a_round(**parts: Any) -> Round:
    """Give one pool of 100 and five proposals of which it pays two."""
    base: dict[str, Any] = {
        **header(),
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [{"pool_id": "P1", "donor_id": "D", "name": "Works", "currency": "AZN",
                   "budget": "100"}],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(5)],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
             "requested": "50", "score": str(90 - 10 * n)}
            for n in range(5)
        ],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def rows(round_: Round, table: str) -> list[dict[str, Any]]:
    return [dict(row.given()) for row in getattr(round_, table)]


def side(round_: Round, packs: Mapping[str, Pack] | None = None) -> Side:
    return Side.of_answer(round_, WAY.solve(round_, packs or {}), packs)


def causes(before: Round, after: Round, **options: Any) -> Causes:
    return causes_of(side(before), side(after), one_at_a_time(WAY.solve), **options)


def plain(round_: Round) -> Side:
    """Give a side that was not solved, to look at its changes."""
    return Side(round_, {})


def names(before: Round, after: Round) -> list[str]:
    return [change.name for change in changes_between(plain(before), plain(after))[0]]


def test_two_edits_that_only_together_let_a_proposal_in_are_a_joint_cause() -> None:
    # B2 (70) enters only where B0 is gone and the threshold no longer bars it.
    before = a_round(policy={"score_threshold": "75"})
    proposals = rows(before, "proposals")
    proposals[0]["status"] = "withdrawn"
    after = a_round(policy={"score_threshold": "65"}, proposals=proposals)
    found = causes(before, after)
    told = {cause.proposal_id: cause for cause in found.found}
    threshold = names(before, after).index("policy.score_threshold")
    assert told["B0"].sole == (1 - threshold,) and not told["B0"].joint
    assert not told["B2"].sole
    assert [known.changes for known in told["B2"].joint] == [(0, 1)]
    assert cause_text(told["B2"]) == "Changes 1 + 2, only together."
    assert found.exact and found.solved == 4 and found.unproven == 0
    merit = found.parts["merit", None]
    # 90 and 80 at 50 each before, 80 and 70 after; without B0 alone 80 is left.
    assert [part.value for part in merit] == ([1750, -2750] if threshold == 0 else [-2750, 1750])


def test_merit_that_counts_otherwise_at_both_ends_is_divided_among_no_change() -> None:
    pools = [{**rows(a_round(), "pools")[0], "budget": "80"}]
    after = a_round(policy={"value": "per_project"}, pools=pools)
    found = causes(a_round(), after)
    assert {"placed", "funded", "pool"} <= {measure for measure, _ in found.parts}
    assert "merit" not in {measure for measure, _ in (*found.parts, *found.rest)}
    alike = causes(a_round(policy={"value": "per_project"}), after)
    assert alike.whole(("merit", None)) == sum(p.value for p in alike.parts["merit", None]) < 0


def test_a_proposal_added_with_its_organisation_is_one_change() -> None:
    before = a_round()
    organisations = [*rows(before, "organisations"), {"org_id": "O9", "name": "New union"}]
    new = {**rows(before, "proposals")[0], "proposal_id": "B9", "org_id": "O9", "score": "99"}
    after = a_round(organisations=organisations, proposals=[*rows(before, "proposals"), new])
    found = causes(before, after)
    assert [change.name for change in found.changes] == ["organisations.O9"]
    assert {d.dotted for d in found.changes[0].differences} == {"organisations.O9", "proposals.B9"}
    assert {cause.proposal_id: cause.sole for cause in found.found} == {"B1": (0,), "B9": (0,)}


def test_changes_that_make_no_round_alone_are_joined_with_what_they_need() -> None:
    before = a_round()
    proposals = rows(before, "proposals")
    pools = rows(before, "pools")
    proposals[0]["currency"] = "USD"
    pools[0]["budget"] = "80"
    after = a_round(rates={"USD": "1.7"}, proposals=proposals, pools=pools)
    found = causes(before, after)
    # A currency without a rate is no round; the rate alone is one, and changes nothing.
    joined = next(change for change in found.changes if "B0.currency" in change.name)
    assert {d.dotted for d in joined.differences} == {"rates.USD", "proposals.B0.currency"}
    assert len(found.changes) == 2


def test_names_and_what_may_be_shown_are_no_causes() -> None:
    before = a_round()
    proposals = rows(before, "proposals")
    proposals[0] |= {"title": "Another title", "visibility": "confidential"}
    found = causes(before, a_round(id="other", proposals=proposals))
    assert not found.changes and len(found.idle) == 3 and not found.found
    assert grounds(found, ", ".join)[0].startswith("The rounds do not differ in anything")


def test_marks_of_a_proposal_are_one_change_and_a_currency_goes_with_its_amounts() -> None:
    before = a_round(rates={"USD": "1.7"})
    proposals, pools = rows(before, "proposals"), rows(before, "pools")
    proposals[0] |= {"criteria": {"need": "80"}, "score": "81"}
    pools[0] |= {"currency": "USD", "budget": "70", "max_grants": 3}
    after = a_round(rates={"USD": "1.7"}, proposals=proposals, pools=pools)
    assert sorted(names(before, after)) == [
        "pools.P1.currency", "pools.P1.max_grants", "proposals.B0.score",
    ]  # fmt: skip


def test_three_cells_that_change_by_the_same_factor_are_one_change() -> None:
    before = a_round()
    proposals = rows(before, "proposals")
    for row in proposals[:3]:
        row["requested"] = "55"
    proposals[3]["requested"] = "70"
    after = a_round(proposals=proposals)
    # There are few: each cell is told by itself.
    assert len(names(before, after)) == 4
    pools = [{**rows(before, "pools")[0], "pool_id": f"P{n}"} for n in range(MOST + 1)]
    more = [{**pool, "budget": "110"} for pool in pools[:-1]] + [{**pools[-1], "budget": "150"}]
    assert names(a_round(pools=pools), a_round(pools=more)) == [
        "pools.*.budget", f"pools.P{MOST}.budget"
    ]  # fmt: skip


def test_each_edit_of_a_scenario_is_a_change_and_edits_of_one_cell_are_one() -> None:
    pools = [{**rows(a_round(), "pools")[0], "pool_id": f"P{n}"} for n in range(4)]
    before = a_round(pools=pools)
    edits = (
        Edit("set", "pools.*.budget", "+10%"),
        Edit("set", "policy.score_threshold", "60"),
        Edit("set", "pools.P1.budget", "x2"),
        Edit("drop", "proposals.B4"),
    )
    scenario = Scenario("asked", "", edits)
    after = changed(before, scenario).round
    found, _ = changes_between(plain(before), plain(after), scenario)
    assert [change.name for change in found] == [
        "pools.*.budget + pools.P1.budget", "policy.score_threshold", "proposals.B4",
    ]  # fmt: skip
    assert [len(change.differences) for change in found] == [4, 1, 1]


def many_changes() -> tuple[Round, Round]:
    """Give rounds that differ in the scores of nine proposals."""
    base = a_round()
    organisations = [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(9)]
    proposals = [
        {**rows(base, "proposals")[0], "proposal_id": f"B{n}", "org_id": f"O{n}",
         "requested": "30", "score": str(50 + 3 * n)}
        for n in range(9)
    ]  # fmt: skip
    others = [{**row, "score": str(74 - 2 * n)} for n, row in enumerate(proposals)]
    return (
        a_round(organisations=organisations, proposals=proposals),
        a_round(organisations=organisations, proposals=others),
    )


def test_with_many_changes_parts_are_estimates_that_sum_to_the_whole() -> None:
    before, after = many_changes()
    found = causes(before, after, solves=60)
    assert not found.exact and len(found.changes) == 9
    assert 9 < found.solved <= 60
    for measure, parts in found.parts.items():
        assert sum(part.value for part in parts) + found.rest[measure] == found.whole(measure)
    assert any(part.error for part in found.parts["merit", None])
    assert found == causes(before, after, solves=60)
    assert "estimates" in " ".join(grounds(found, ", ".join))


def test_with_many_changes_every_set_found_does_give_the_outcome() -> None:
    before, after = many_changes()
    found = causes(before, after, solves=100)
    sides = {}

    def made(chosen: Sequence[int]) -> Side:
        key = frozenset(chosen)
        if key not in sides:
            scores = {d.path[1]: d.after for n in key for d in found.changes[n].differences}
            proposals = [
                row | ({"score": scores[row["proposal_id"]]} if row["proposal_id"] in scores
                       else {})
                for row in rows(before, "proposals")
            ]  # fmt: skip
            sides[key] = side(a_round(organisations=rows(before, "organisations"),
                                      proposals=proposals))  # fmt: skip
        return sides[key]

    assert found.found
    for cause in found.found:
        wanted = cause.proposal_id in found.after.by_proposal
        for known in cause.sets:
            assert (cause.proposal_id in made(known.changes).by_proposal) == wanted
            if known.minimal:
                for size in range(len(known.changes)):
                    for fewer in combinations(known.changes, size):
                        assert (cause.proposal_id in made(fewer).by_proposal) != wanted


def test_a_result_that_its_own_round_does_not_give_is_left_without_a_cause() -> None:
    before = a_round()
    pools = [{**rows(before, "pools")[0], "budget": "150"}]
    after = side(a_round(pools=pools))
    # Somebody has given B4 what B2 would get.
    awards = {("P1", "B4" if name == "B2" else name): units
              for (_, name), units in after.awards.items()}  # fmt: skip
    found = causes_of(side(before), Side(after.round, awards), one_at_a_time(WAY.solve))
    assert found.unsettled == ("B4",) and not found.found
    assert found.rest["merit", None] == -1000
    whole = found.whole(("merit", None))
    assert sum(p.value for p in found.parts["merit", None]) + found.rest["merit", None] == whole
    told = " ".join(grounds(found, ", ".join))
    assert "B4" in told and "only the payers" not in told


def test_equally_good_proposals_may_be_ties() -> None:
    proposals = rows(a_round(), "proposals")
    proposals[2]["score"] = proposals[1]["score"]
    before = side(a_round(proposals=proposals))
    proposals[0]["score"] = "95"
    after = side(a_round(proposals=proposals))
    found = may_be_ties(before, after, ["B0", "B1", "B2"], EXACT, lambda _words: None)
    assert found == ("B1", "B2")


def test_a_changed_rule_pack_is_one_change() -> None:
    name, pack = next(iter(sorted(installed().items())))
    other = pack.model_copy(update={"title": f"{pack.title}, as it might be"})
    before, after = Side(a_round(), {}), Side(a_round(), {}, packs={name: other})
    found, _ = changes_between(before, after)
    assert [(change.name, change.packs) for change in found] == [(f"packs.{name}", (name,))]


def test_what_is_not_solved_in_the_time_is_no_cause_and_no_conflict() -> None:
    def slow(round_: Round, _packs: Mapping[str, Pack]) -> Answer:
        return Answer("no_solution", "time_limit", round_.content_hash, (), {}, False)

    before, after = a_round(), a_round(policy={"score_threshold": "60"})
    with pytest.raises(Unanswered, match="--time-limit"):
        causes_of(side(before), side(after), one_at_a_time(slow))


def test_combinations_without_a_plan_are_counted_and_award_nothing() -> None:
    before = a_round()
    target = {"id": "most", "min_amount": "200"}
    pools = [{**rows(before, "pools")[0], "budget": "200"}]
    found = causes(before, a_round(targets=[target], pools=pools))
    assert found.without_plan == 1
    assert sum(part.value for part in found.parts["placed", None]) == 10_000


def test_tables_and_words_tell_every_change_cause_and_part() -> None:
    before = a_round()
    proposals = rows(before, "proposals")
    proposals[0]["status"] = "withdrawn"
    pools = [{**rows(before, "pools")[0], "budget": "150"}]
    found = causes(before, a_round(proposals=proposals, pools=pools))
    assert list(changes_table(found)["number"]) == [1, 2]
    table = causes_table(found)
    assert {row.proposal_id for row in table.itertuples()} == {c.proposal_id for c in found.found}
    parts = parts_table(found)
    placed = parts[parts["measure"] == "placed"]
    assert sum(placed["part"]) == 50
    assert {row.measure[0] for row in part_rows(found, 3)} >= {"merit", "placed", "pool"}


def test_workers_of_their_own_find_the_same_causes(tmp_path: Path) -> None:
    before = a_round()
    proposals = rows(before, "proposals")
    proposals[0]["status"] = "withdrawn"
    after = a_round(proposals=proposals, policy={"score_threshold": "65"})
    journal, told = tmp_path / "solves.jsonl", list[str]()
    solve_all = side_by_side(Way(Options(gap=0, seconds=60)), journal, 2, told.append)
    found = causes_of(side(before), side(after), solve_all)
    assert found == causes(before, after)
    lines = journal.read_bytes()
    assert causes_of(side(before), side(after), solve_all) == found
    assert journal.read_bytes() == lines


def test_a_change_is_told_by_its_cells_its_row_or_an_example() -> None:
    before = a_round()
    proposals = rows(before, "proposals")
    for row in proposals:
        row["requested"] = "55"
    organisations = [*rows(before, "organisations"), {"org_id": "O9", "name": "New union"}]
    new = {**proposals[0], "proposal_id": "B9", "org_id": "O9"}
    after = a_round(organisations=organisations, proposals=[*proposals, new])
    shown = [ShownRound(before), ShownRound(after)]
    found, _ = changes_between(plain(before), plain(after))
    told = [change_text(shown, change) for change in found]
    assert "proposals.B0.requested: 50 → 55" in told
    assert "organisations.O9 is new, together with proposals.B9" in told
    cells = [change for change in found if change.name.endswith("requested")]
    together = Change(
        "proposals.*.requested", tuple(d for change in cells for d in change.differences)
    )
    assert change_text(shown, together) == (
        "proposals.*.requested: 5 cells, such as proposals.B0.requested: 50 → 55"
    )


def test_another_law_is_a_cause_like_any_other_change() -> None:
    name, pack = next(iter(sorted(installed().items())))
    other = pack.model_copy(update={"title": f"{pack.title}, as it might be"})

    def lawful(round_: Round, packs: Mapping[str, Pack]) -> Answer:
        """Fund B0 under the other law alone, and B1 where the pool has more besides."""
        awards = {("P1", "B0"): 5000} if name in packs else {}
        if name in packs and round_.pools[0].budget > 100:
            awards["P1", "B1"] = 5000
        return Answer("optimal", "proven", round_.content_hash, (), awards, True)

    before, later = a_round(), a_round(pools=[{**rows(a_round(), "pools")[0], "budget": "200"}])
    first, second = (
        Side.of_answer(round_, lawful(round_, packs), packs)
        for round_, packs in ((before, {}), (later, {name: other}))
    )
    found = causes_of(first, second, one_at_a_time(lawful))
    assert [change.name for change in found.changes] == ["pools.P1.budget", f"packs.{name}"]
    told = {cause.proposal_id: cause for cause in found.found}
    assert told["B0"].sole == (1,) and not told["B0"].joint
    assert not told["B1"].sole and [s.changes for s in told["B1"].joint] == [(0, 1)]
    assert [part.value for part in found.parts["funded", None]] == [Fraction(1, 2), Fraction(3, 2)]
    # The other way about, the law that is installed is the change.
    back = causes_of(second, first, one_at_a_time(lawful))
    assert {c.proposal_id: set(c.sole) for c in back.found} == {"B0": {1}, "B1": {0, 1}}
