"""What keeps a claim alive, what it hears, and when it gives up."""

from collections.abc import Iterator
from time import monotonic

import pytest
from sqlalchemy.exc import OperationalError

from api.running import queue
from api.running.heartbeat import Heartbeat, Hold
from api.store import Store
from api.store.tables import RunRow
from tests.service.conftest import Home
from tests.service.running import queued, run_of, until, worked_out_here

LEASE = 0.8


@pytest.fixture
def store(home: Home) -> Store:
    queued(home.service.store, "a")
    return home.service.store


@pytest.fixture
def hold(store: Store) -> Hold:
    with store.writing() as session:
        claim = queue.claim(session, "w1", LEASE, queue.time_of(session))
    assert claim is not None
    return Hold(claim)


@pytest.fixture
def heartbeat(store: Store, hold: Hold) -> Iterator[Heartbeat]:
    found = Heartbeat(store, "w1", LEASE)
    found.hold = hold
    found.start()
    yield found
    found.stop()


def test_a_claim_outlives_its_lease_and_tells_how_the_run_gets_on(
    store: Store, hold: Hold, heartbeat: Heartbeat
) -> None:
    first = run_of(store, "a").lease_until
    hold.progress = {"stage": "solving", "incumbent": 12.5}
    begun = monotonic()
    until(lambda: run_of(store, "a").progress == hold.progress)
    until(lambda: monotonic() - begun > 1.5 * LEASE)
    with store.reading() as session:
        assert not queue.anything_to_do(session, queue.time_of(session))
    assert str(run_of(store, "a").lease_until) > str(first)
    assert not hold.lost


def test_it_hears_that_somebody_cancels_and_that_another_has_the_run(
    store: Store, hold: Hold, heartbeat: Heartbeat
) -> None:
    with store.writing() as session:
        queue.cancel(session.get_one(RunRow, "a"), queue.time_of(session))
    until(lambda: hold.cancelled, 2)
    assert not hold.lost
    with store.writing() as session:
        session.get_one(RunRow, "a").attempt += 1
    until(lambda: hold.lost, 2)


def test_a_claim_of_which_nobody_can_be_told_for_a_whole_lease_is_given_up(
    store: Store, hold: Hold, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("", {}, Exception("the server is away"))

    monkeypatch.setattr(store, "writing", away)
    monkeypatch.setattr(store, "reading", away)
    begun = monotonic()
    until(lambda: hold.lost, 5 * LEASE)
    assert monotonic() - begun > LEASE / 2
    assert heartbeat.is_alive()


def test_a_run_whose_inputs_cannot_be_read_fails_with_words(home: Home) -> None:
    queued(home.service.store, "a")
    assert worked_out_here(home, "a") == {}
    run = run_of(home.service.store, "a")
    assert run.state == "failed"
    assert run.detail is not None and "has no key round" in run.detail
