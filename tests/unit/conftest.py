"""What several modules of tests look at."""

import pytest

from tests.unit.sample_reports import seen
from tests.unit.sample_run import sample_run


@pytest.fixture(scope="session")
def text() -> str:
    """Give the report of the made-up sample run as people see it."""
    return seen(sample_run())
