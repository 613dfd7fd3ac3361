"""A year of the UN's pooled funds, where the data is (see fixtures/mappings/README.md)."""

import os
from collections import Counter
from pathlib import Path

import pytest

from matcher import Options, Round, Run, load_round, match
from matcher.reading.importing import import_round
from matcher.verify import verify_awards
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "fixtures" / "mappings" / "ocha-pooled-funds.yaml"
DATA = Path(os.environ.get("MATCHER_REAL_DATA", ROOT.parent / "shared" / "data"))
YEAR = DATA / "ocha-pooled-funds" / "2025"
FILES = [YEAR / f"{name}.csv" for name in ("proposals", "donor_contributions", "pools")]
MASKED = ("International NGO", "National NGO", "UN Agency", "Others")

pytestmark = pytest.mark.skipif(  # the data is others' and not part of the repository
    not YEAR.is_dir(), reason="name the folder of the pooled funds' data by MATCHER_REAL_DATA"
)


@pytest.fixture(scope="module")
def round_() -> Round:
    return import_round(MAPPING, FILES)


@pytest.fixture(scope="module")
def run(round_: Round) -> Run:
    return match(round_, Options(gap=1e-4))


def test_every_contribution_is_a_pool_and_every_project_a_proposal(round_: Round) -> None:
    assert (len(round_.pools), len(round_.proposals)) == (274, 1436)
    assert sum(pool.budget == 0 for pool in round_.pools) == 2


def test_masked_names_are_never_merged_into_one_organisation(round_: Round) -> None:
    masked = {o.org_id for o in round_.organisations if o.name in MASKED}
    proposals = Counter(p.org_id for p in round_.proposals if p.org_id in masked)
    assert len(proposals) == 230
    assert set(proposals.values()) == {1}


def test_the_round_keeps_its_hash_as_a_folder(round_: Round, tmp_path: Path) -> None:
    write_round(round_, tmp_path / "ocha")
    assert load_round(tmp_path / "ocha").content_hash == round_.content_hash


def test_it_is_decided_within_a_ten_thousandth_of_the_best(run: Run) -> None:
    assert run.status == "optimal"
    (merit,) = (level for level in run.levels if level.level == "L2")
    assert merit.gap is not None
    assert merit.gap <= 1e-4


def test_the_awards_are_verified_and_the_policy_binds(round_: Round, run: Run) -> None:
    assert verify_awards(round_, run.awards).holds
    (target,) = run.tables["targets"].to_dict("records")
    assert target["held"] == "true"
    assert float(target["slack"]) < 0.001
    by_organisation = Counter[str]()
    for (_, proposal_id), amount in run.awards.items():
        by_organisation[round_.proposals_by_id[proposal_id].org_id] += amount
    assert max(by_organisation.values()) == 850_000_000


def test_the_result_is_written_whole(run: Run, tmp_path: Path) -> None:
    write_result(run, tmp_path / "result")
    assert {"awards.csv", "report.html", "run.json"} <= {
        path.name for path in (tmp_path / "result").iterdir()
    }
