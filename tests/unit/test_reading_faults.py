"""All faults of a row are told, whichever cell is refused, and none that only follows."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from matcher.domain.policy import Call, Policy
from matcher.domain.tables import Row
from matcher.reading import read_round
from matcher.reading.assemble import MODELS
from matcher.reading.refusals import MAPPINGS, build
from matcher.screening.entries import Entry
from tests.unit.test_reading_invalid import (
    TINY,
    YAML,
    problems_of,
    with_rows,
)


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        (
            "pairs",
            "pool_id,proposal_id,status,amount,score\nP1,A3,prefer,-5,101\nP9,A3,,x,\n",
            [(2, "amount"), (2, "score"), (3, "amount"), (3, "pool_id"), (3, "status")],
        ),
        (
            "pairs",
            "pool_id,proposal_id,status,reason\nP1,A1,pin,\nP1,A1,forbid,\n",
            [(2, "reason"), (3, "pool_id")],
        ),
        (
            "pairs",
            "pool_id,donor_id,proposal_id,org_id,status,amount,reason\n"
            "P1,D9,A9,,pin,x,\nP1,,,,accepted,,\n,D1,,O9,maybe,,\n",
            [
                (2, "amount"), (2, "donor_id"), (2, "pool_id"), (2, "proposal_id"), (2, "reason"),
                (2, "status"), (3, "amount"), (3, "proposal_id"), (4, "org_id"), (4, "status"),
            ],
        ),
        (
            "partners",
            "proposal_id,org_id,role,share\nA1,O9,partner,1.5\nA1,O2,host,2\nA1,O2,host,\n",
            [(2, "org_id"), (2, "share"), (3, "share"), (4, "proposal_id")],
        ),
        (
            "reviews",
            "proposal_id,reviewer_id,score,recused\nA9,R1,101,maybe\nA1,R1,x,\nA1,R1,5,\n",
            [(2, "proposal_id"), (2, "recused"), (2, "score"), (3, "score"), (4, "proposal_id")],
        ),
        (
            "sectors",
            "code,name,parent\n1,One,2\n2,,3\n3,Three,2\n4,Four,4\n",
            [(3, "name"), (3, "parent"), (4, "parent"), (5, "parent")],
        ),
        (
            "facts",
            "subject,fact,value,valid_from,valid_to,checked_on\n"
            "X9,a_fact,yes,2026-03-01,2026-02-01,today\n",
            [(2, "checked_on"), (2, "subject"), (2, "valid_to")],
        ),
        (
            "commitments",
            "commitment_id,org_id,amount,currency,decided\nC1,O9,-1,USD,2026-02-30\n",
            [(2, "amount"), (2, "currency"), (2, "decided"), (2, "org_id")],
        ),
        (
            "contributors",
            "pool_id,donor_id,amount,currency\nP9,D9,-1,USD\n",
            [(2, "amount"), (2, "currency"), (2, "donor_id"), (2, "pool_id")],
        ),
    ],
)  # fmt: skip
def test_a_row_tells_all_its_faults_whichever_cell_is_refused(
    tmp_path: Path, table: str, text: str, told: Sequence[tuple[int, str]]
) -> None:
    problems = [p for p in problems_of(with_rows(tmp_path, table, text)) if p.severity == "error"]
    assert [(p.file, p.row, p.column) for p in problems] == [(f"{table}.csv", *t) for t in told]


def test_a_way_of_writing_is_told_once_for_its_column_with_how_often_it_is_there(
    tmp_path: Path,
) -> None:
    folder = with_rows(
        tmp_path,
        "pools",
        "pool_id,donor_id,name,currency,budget,hold_back_share,available_from,groups\n"
        'P1,D1,First,AZN,"1 000,5",10%,01.03.2026,"youth, children"\n'
        'P2,D1,Second,AZN,"2 000",5 %,3/1/26,youth\n'
        'P3,D1,Third,AZN,"3,000",0.1,soon,"youth, work"\n',
    )
    told = {
        (p.row, p.column): f"{p.what} {p.remedy}"
        for p in problems_of(folder)
        if p.file == "pools.csv"
    }
    assert list(told) == [
        (2, "available_from"), (2, "budget"), (2, "groups"), (2, "hold_back_share"),
        (4, "available_from"), (4, "groups"),
    ]  # fmt: skip
    assert "in another order, as is 1 more cell of this column. Write" in told[2, "available_from"]
    assert "as are 2 more cells of this column." in told[2, "budget"]
    assert told[2, "groups"].endswith("Put semicolons between the items, as in youth;children.")
    assert (
        "with a percent sign, as is 1 more cell of this column. Write a share as in 0.4"
        in (told[2, "hold_back_share"])
    )
    assert told[4, "available_from"].startswith("is not a date.")
    assert told[4, "groups"].startswith("is not a known code.")


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ("mof_opinion", "It is a fact of one pool and one proposal: state it in facts, for "),
        ("instrument", "It is a fact that stands in pools: write the column there."),
        ("sanctions_hit", "It is a fact that stands in donors or organisations: write "),
        ("Our own notes", "Nothing to do, if nothing was to be read from it."),
    ],
)
def test_a_fact_in_a_table_where_it_is_not_read_is_told_with_the_table_where_it_is(
    column: str, remedy: str, tmp_path: Path
) -> None:
    lines = (TINY / "proposals.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{lines[0]},{column}", *(f"{line},pending" for line in lines[1:])]
    found = read_round(with_rows(tmp_path, "proposals", "\n".join(rows)))
    (told,) = [problem for problem in found.warnings if problem.column == column]
    assert told.what == "is not a column of proposals and is ignored."
    assert told.remedy.startswith(remedy)


def test_facts_that_cannot_be_right_are_told_beside_every_other_fault(tmp_path: Path) -> None:
    folder = with_rows(
        tmp_path,
        "organisations",
        "org_id,name,kind,annual_budget,extract_date,founders,staff\n"
        "O1,Made-up Library Union,public_union,90000,20/02/2026,martian,few\n"
        "O2,Made-up School Foundation,foundation,x,2026-01-19,foreign_resident,3\n",
    )
    facts = "subject,fact,value\nO1,aml_policy,perhaps\nO9,aml_policy,true\n"
    (folder / "facts.csv").write_text(facts, encoding="utf-8")
    with (folder / "round.yaml").open("a", encoding="utf-8") as settings:
        settings.write("\nrule_packs: [az]\n")
    told = {(p.file, p.row, p.column) for p in problems_of(folder) if p.severity == "error"}
    assert told == {
        ("facts.csv", 2, "value"), ("facts.csv", 3, "subject"),
        ("organisations.csv", 2, "extract_date"), ("organisations.csv", 2, "founders"),
        ("organisations.csv", 2, "staff"), ("organisations.csv", 3, "annual_budget"),
    }  # fmt: skip


def test_rows_of_which_a_name_is_refused_are_not_taken_to_stand_twice(tmp_path: Path) -> None:
    text = "proposal_id,org_id,role\nA1,O1,partner\nA1,O1,chair\nA1,O1,boss\n"
    problems = problems_of(with_rows(tmp_path, "partners", text))
    assert [(p.row, p.column) for p in problems] == [(3, "role"), (4, "role")]


def with_settings(folder: Path, *pairs: tuple[str, str]) -> Path:
    """Copy the tiny round with some text of its settings replaced."""
    text = (TINY / YAML).read_text(encoding="utf-8")
    with_rows(folder, "donors", (TINY / "donors.csv").read_text(encoding="utf-8"))
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (folder / YAML).write_text(text, encoding="utf-8")
    return folder


def test_a_target_tells_all_its_faults_whichever_bound_is_refused(tmp_path: Path) -> None:
    broken = (
        "pool: P9, where: {group: [boys]}, min_amount: 10, max_amount: 1, min_count: 2, "
        "max_count: 1, strictness: soft, of: awarded}"
    )
    old = "where: {not_region: [AZ-BA]}, min_share: 0.40}"
    problems = problems_of(with_settings(tmp_path, (old, broken)))
    assert [(p.file, p.row, p.column) for p in problems] == [
        (YAML, 13, "targets.max_amount"),
        (YAML, 13, "targets.max_count"),
        (YAML, 13, "targets.of"),
        (YAML, 13, "targets.pool"),
        (YAML, 13, "targets.where.group"),
    ]


def test_weights_of_which_one_is_refused_are_not_told_to_miss_their_sum(tmp_path: Path) -> None:
    (problem,) = problems_of(with_settings(tmp_path, ("need: 0.6", "need: most")))
    assert (problem.row, problem.column) == (8, "policy.score_weights.need")


@pytest.mark.parametrize("model", [*MODELS.values(), Policy, Call, Entry])
@pytest.mark.parametrize("cell", ["", "\0"])
def test_a_row_of_any_kind_is_checked_further_whichever_cells_are_refused(
    model: type[Row], cell: str
) -> None:
    names = [name for name in model.model_fields if name not in MAPPINGS]
    row, refusals = build(model, {name: cell for name in names if cell})
    missing = {name for name in names if model.model_fields[name].is_required()}
    assert isinstance(row, model)
    assert {refusal.column for refusal in refusals} >= (set(names) if cell else missing)


IDENTIFIERS: Mapping[str, Sequence[str]] = {
    "donors": ("donor_id",),
    "pools": ("pool_id", "donor_id"),
    "organisations": ("org_id",),
    "proposals": ("proposal_id", "org_id"),
    "pairs": ("pool_id", "donor_id", "proposal_id", "org_id"),
    "reviews": ("proposal_id", "reviewer_id"),
    "partners": ("proposal_id", "org_id"),
    "contributors": ("pool_id", "donor_id"),
    "facts": ("subject",),
    "commitments": ("commitment_id", "org_id", "pool_id", "proposal_id"),
    "regions": ("code",),
    "sectors": ("code",),
    "targets": ("id", "pool"),
}


@pytest.mark.parametrize("table", MODELS)
@pytest.mark.parametrize("identifier", ["P;1", "P\n1", "P\r\n1", "P\u20281"])
def test_no_id_holds_what_stands_between_the_ids_of_a_list(table: str, identifier: str) -> None:
    for column in IDENTIFIERS[table]:
        _, refusals = build(MODELS[table], {column: identifier})
        told = [refusal.what for refusal in refusals if refusal.column == column]
        assert told == ["is an id with a semicolon or a line break."]


def test_a_time_zone_is_taken_as_it_is_where_the_machine_knows_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr("matcher.domain.fields.ZoneInfo", unknown)
    monkeypatch.setattr("matcher.domain.fields.available_timezones", set[str])
    assert Call.model_validate({"time_zone": "Asia/Baku"}).time_zone == "Asia/Baku"


def test_a_text_in_utf_16_is_told_as_that(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "round")
    pools = tmp_path / "round" / "pools.csv"
    pools.write_bytes(pools.read_text("utf-8").encode("utf-16"))
    [problem] = problems_of(tmp_path / "round")
    assert problem.file == "pools.csv"
    assert problem.what == 'is text in UTF-16, as Excel\'s "Unicode Text" is.'
    assert problem.remedy.startswith("Save it as CSV UTF-8")


def test_a_quoted_cell_may_follow_a_space(tmp_path: Path) -> None:
    folder = with_rows(tmp_path, "donors", (TINY / "donors.csv").read_text("utf-8"))
    first, *rows = (TINY / "pools.csv").read_text("utf-8").splitlines()
    name = first.split(",").index("name")
    for at, row in enumerate(rows):
        cells = row.split(",")
        cells[name] = ' "One, and two"'
        rows[at] = ",".join(cells)
    (folder / "pools.csv").write_text("\n".join([first, *rows]) + "\n", "utf-8")
    assert {pool.name for pool in read_round(folder).round.pools} == {"One, and two"}
