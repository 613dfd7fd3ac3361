"""Rows that are written while the round goes on at the same time."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from api.rounds.rows import check_row
from tests.service.conftest import Home
from tests.service.finished_runs import a_document, add_round

SPRING = "/rounds/spring"
DONOR = {"donor_id": "D1", "name": "Another name", "kind": "company"}


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_no_row_is_written_to_a_round_that_went_to_review_meanwhile(
    any_home: Home, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_round(any_home, a_document(), "matching")
    client = any_home.client("coordinator")
    threads = ThreadPoolExecutor(1)
    moves: list[Future[Any]] = []
    first: list[bool] = []

    def checked_while_it_moves(*given: Any) -> None:
        moves.append(
            threads.submit(
                any_home.client("coordinator").post, f"{SPRING}/state", json={"to": "review"},
                headers={"If-Match": "*"},
            )
        )  # fmt: skip
        wait(moves, timeout=1)
        first.append(moves[0].done())
        check_row(*given)

    monkeypatch.setattr("api.routes.rows.check_row", checked_while_it_moves)
    path, sent = f"{SPRING}/donors", DONOR | {"donor_id": "D9"}
    if method == "PUT":
        path, sent = f"{path}/D1", DONOR
    written = client.request(method, path, json=sent, headers={"If-Match": "*"})
    assert moves[0].result().status_code == 200
    threads.shutdown()
    # Either the row was there before, or it is refused.
    assert (written.status_code, first) in ((201, [False]), (200, [False]), (409, [True]))
