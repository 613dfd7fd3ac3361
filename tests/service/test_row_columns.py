"""What may be sent of a row: every column of its table."""

import pytest

from api.rounds.nouns import TARGETS
from api.schemas.rows import kept_model, sent_model
from matcher.domain.policy import CONDITIONS
from matcher.writing.columns import MODELS, known_columns


@pytest.mark.parametrize("table", sorted(set(MODELS) - {"round", "call", "policy"}))
def test_every_column_of_a_table_may_be_sent_and_is_answered(table: str) -> None:
    columns = set(known_columns(table))
    if table == TARGETS:
        # Conditions stand together in `where`.
        columns = columns - set(CONDITIONS) | {"where"}
    for model in (sent_model(table, "Sent"), kept_model(table, "Kept")):
        assert columns <= set(model.model_fields)
