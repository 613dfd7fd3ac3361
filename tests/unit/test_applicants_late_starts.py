"""What an applicant hears of a start that is too soon under `start_policy: strict`."""

from pathlib import Path
from typing import Any

import pytest

from matcher.regulation.library import FOLDERS
from tests.unit.test_applicants_law import letter
from tests.unit.test_law import EXAMPLE, far_pool, strict


@pytest.fixture(autouse=True)
def examplia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xa.yaml").write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.setenv(FOLDERS, str(tmp_path))


def test_an_applicant_is_told_that_its_work_starts_too_soon_and_which_start_would_do() -> None:
    told, _ = letter(strict(pools=far_pool()), "B1")
    assert told == (
        "Your proposal fits what donors in this round want to fund, but your work starts too soon. "
        "In this round all that is needed before a payment has to be done before the work starts. "
        "That takes until 2026-03-11, and your work starts on 2026-03-05; a start on 2026-03-11 "
        "or later would not stand in the way."
    )


def test_another_donor_for_which_work_starts_too_soon_is_told_beside_what_is_open() -> None:
    told, _ = letter(strict(), "B3")
    assert told.startswith("Your proposal is on hold: something about it is still open.")
    assert "another donor whose money is meant for a proposal like yours" in told


@pytest.mark.parametrize(
    "hides",
    [{"visibility": "confidential"}, {"visibility": "name_withheld"},
     {"confidential_terms": "min_grant"}],
)  # fmt: skip
def test_that_a_pool_which_hides_something_only_misses_the_start_is_not_told(
    hides: dict[str, Any],
) -> None:
    told, reason = letter(strict(pools=far_pool(**hides)), "B1")
    assert "2026-03-11" in reason
    assert told.startswith("No donor in this round can fund your proposal as it stands.")
    assert "2026-03-11" not in told and "want to fund" not in told
