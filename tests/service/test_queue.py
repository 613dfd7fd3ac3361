"""The queue of runs: each claimed by one, ended once, on either database."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from api.audit import verify
from api.running import queue
from api.running.asking import new_run
from api.running.queue import Claim
from api.store import Store
from api.store.tables import Entry, RunFile, RunInputs
from tests.service.conftest import Home
from tests.service.running import queued, run_of, until

NOW = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=21)


@pytest.fixture
def store(any_home: Home) -> Store:
    return any_home.service.store


def claimed(store: Store, worker: str = "w1", now: datetime = NOW) -> Claim | None:
    with store.writing() as session:
        return queue.claim(session, worker, 20.0, now)


def finished(store: Store, claim: Claim, state: str = "done", content: bytes = b"1") -> bool:
    with store.writing() as session:
        return queue.finish(session, claim, state, NOW, files={"run.json": content})


def contents(store: Store) -> list[bytes]:
    with store.reading() as session:
        return list(session.scalars(select(RunFile.content)))


def test_runs_are_claimed_oldest_first_and_each_once(store: Store) -> None:
    queued(store, "a", "b")
    found = [claimed(store), claimed(store, "w2"), claimed(store, "w3")]
    assert found == [Claim("a", 1, "w1"), Claim("b", 1, "w2"), None]


def test_of_many_who_claim_at_once_one_gets_each_run(store: Store) -> None:
    names = [f"run{number}" for number in range(6)]
    queued(store, *names)
    start, got = Barrier(4), list[Claim]()

    def take(worker: str) -> None:
        start.wait(10)
        while (claim := claimed(store, worker)) is not None:
            got.append(claim)

    threads = [Thread(target=take, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # Whoever came too late for one may have looked away once, but no run is left or taken twice.
    while (claim := claimed(store, "w9")) is not None:
        got.append(claim)
    assert sorted(claim.run_id for claim in got) == names
    assert {claim.attempt for claim in got} == {1}


def test_a_run_whose_worker_has_fallen_silent_is_taken_over(store: Store) -> None:
    queued(store, "a")
    first = claimed(store)
    assert claimed(store, "w2", NOW + timedelta(seconds=19)) is None
    assert claimed(store, "w2", LATER) == Claim("a", 2, "w2")
    assert first is not None
    with store.writing() as session:
        assert not queue.extend(session, first, 20.0, LATER, {})
        assert queue.standing(session, first) == (False, False)
        assert not queue.release(session, first)


def test_of_a_worker_that_comes_back_too_late_nothing_is_kept(store: Store) -> None:
    queued(store, "a")
    first, second = claimed(store), claimed(store, "w2", LATER)
    assert first is not None and second is not None
    assert not finished(store, first, content=b"of the first")
    assert finished(store, second, content=b"of the second")
    assert not finished(store, second, content=b"of the second again")
    assert contents(store) == [b"of the second"]
    with store.reading() as session:
        ends = session.scalars(select(Entry).where(Entry.action == "run.end")).all()
        assert [(entry.object, entry.actor) for entry in ends] == [("a", "w2")]
        assert verify(session).faults == ()


def test_a_worker_that_is_paused_in_a_transaction_does_not_keep_its_run(
    postgres_home: Home,
) -> None:
    store = postgres_home.service.store
    queued(store, "a")
    claim = claimed(store)
    assert claim is not None
    paused = Store(postgres_home.service.settings.url, silence=0.5)
    session = paused.session(writes=True)
    assert queue.extend(session, claim, 1.0, NOW, {})
    # Whoever looks meanwhile is not kept waiting, and gets it as soon as the database lets go.
    assert claimed(store, "w2", LATER) is None
    found = until(lambda: claimed(store, "w2", LATER), 5)
    assert found == Claim("a", 2, "w2")
    with pytest.raises(DBAPIError):
        session.commit()
    session.close()
    paused.close()


def test_a_lease_that_is_extended_is_not_taken_over(store: Store) -> None:
    queued(store, "a")
    claim = claimed(store)
    assert claim is not None
    with store.writing() as session:
        assert queue.extend(session, claim, 20.0, LATER - timedelta(seconds=2), {"stage": "x"})
    assert claimed(store, "w2", LATER) is None
    assert run_of(store, "a").progress == {"stage": "x"}


def test_a_run_that_is_put_back_is_the_next_to_be_claimed(store: Store) -> None:
    queued(store, "a", "b")
    claim = claimed(store)
    assert claim is not None
    with store.writing() as session:
        assert queue.release(session, claim)
    assert claimed(store, "w2") == Claim("a", 2, "w2")


def test_a_run_that_keeps_ending_its_workers_is_given_up_with_words(store: Store) -> None:
    queued(store, "a")
    now = NOW
    for number in range(queue.MOST_LOST):
        assert claimed(store, f"w{number}", now) == Claim("a", number + 1, f"w{number}")
        now += timedelta(seconds=21)
    assert claimed(store, "w9", now) is None
    run = run_of(store, "a")
    assert (run.state, run.detail) == ("failed", queue.TOO_OFTEN)


def test_cancelled_while_it_waits_a_run_is_never_claimed(store: Store) -> None:
    queued(store, "a")
    with store.writing() as session:
        run = session.get_one(type(run_of(store, "a")), "a", with_for_update=True)
        assert queue.cancel(run, NOW)
    assert claimed(store) is None
    assert run_of(store, "a").state == "cancelled"


def test_cancelled_while_its_worker_is_dead_a_run_ends_with_the_lease(store: Store) -> None:
    queued(store, "a")
    claim = claimed(store)
    with store.writing() as session:
        run = session.get_one(type(run_of(store, "a")), "a", with_for_update=True)
        assert queue.cancel(run, NOW)
    assert claim is not None
    with store.reading() as session:
        assert queue.standing(session, claim) == (True, True)
    assert claimed(store, "w2", LATER) is None
    assert run_of(store, "a").state == "cancelled"


@pytest.mark.parametrize(("end", "free"), [("done", False), ("infeasible", False),
                                           ("failed", True), ("cancelled", True)])  # fmt: skip
def test_the_same_again_is_the_run_that_exists_unless_that_came_to_nothing(
    store: Store, end: str, free: bool
) -> None:
    queued(store, "a")
    claim = claimed(store)
    assert claim is not None
    finished(store, claim, end)
    with store.writing() as session:
        again = new_run("tiny", "match", {}, "identity of a", "key", "1")
        kept, is_new = queue.add(session, again, RunInputs(hash="inputs", content=b""))
    assert (is_new, kept.id == "a") == (free, not free)


def test_the_same_asked_for_at_once_is_one_run(store: Store) -> None:
    queued(store)
    start, got = Barrier(4), list[tuple[str, bool]]()

    def ask(number: int) -> None:
        run = new_run("tiny", "match", {}, "identity", f"key{number}", "1")
        start.wait(10)
        with store.writing() as session:
            kept, is_new = queue.add(session, run, RunInputs(hash="h", content=b""))
        got.append((kept.id, is_new))

    threads = [Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({run_id for run_id, _ in got}) == 1
    assert sorted(is_new for _, is_new in got) == [False, False, False, True]


def test_the_time_of_leases_is_that_of_the_database(store: Store) -> None:
    with store.reading() as session:
        found = queue.time_of(session)
    assert abs((found - datetime.now(UTC)).total_seconds()) < 5
    assert found.tzinfo is UTC
