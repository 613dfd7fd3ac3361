"""What several do at the same moment: one wins, nobody is lost, on either database."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from httpx2 import Response

from api.audit import verify
from tests.service.conftest import Home
from tests.service.test_round_rows import DONOR, POOL, ROUND

SO_MANY = 6


def at_once(ask: Callable[[int], Response]) -> list[Response]:
    """Ask so many times at the same moment; gives the answers."""
    ready = Barrier(SO_MANY)

    def one(number: int) -> Response:
        ready.wait(timeout=30)
        return ask(number)

    with ThreadPoolExecutor(SO_MANY) as pool:
        return list(pool.map(one, range(SO_MANY)))


def codes(answers: list[Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_of_those_that_add_the_same_or_change_the_same_at_once_one_succeeds(any_home: Home) -> None:
    clients = [any_home.client("coordinator") for _ in range(SO_MANY)]
    clients[0].post("/rounds", json=ROUND)
    donors, headers = "/rounds/spring/donors", {"If-Match": '"1"'}
    added = at_once(lambda number: clients[number].post(donors, json=DONOR))
    assert codes(added) == {201: 1, 409: SO_MANY - 1}
    changed = at_once(
        lambda number: clients[number].put(
            f"{donors}/D1", json=DONOR | {"name": f"Donor {number}"}, headers=headers
        )
    )
    assert codes(changed) == {200: 1, 412: SO_MANY - 1}
    removed = at_once(
        lambda number: clients[number].delete(f"{donors}/D1", headers={"If-Match": "*"})
    )
    assert codes(removed) == {204: 1, 404: SO_MANY - 1}
    with any_home.service.store.reading() as session:
        found = verify(session)
    assert (found.entries, found.faults) == (4, ())


def test_what_several_add_at_once_is_all_there_and_in_the_audit_log(any_home: Home) -> None:
    clients = [any_home.client("coordinator") for _ in range(SO_MANY)]
    clients[0].post("/rounds", json=ROUND)
    clients[0].post("/rounds/spring/donors", json=DONOR)
    pools = "/rounds/spring/pools"
    added = at_once(
        lambda number: clients[number].post(pools, json=POOL | {"pool_id": f"P{number}"})
    )
    assert codes(added) == {201: SO_MANY}
    assert len(clients[0].get(pools).json()["items"]) == SO_MANY
    with any_home.service.store.reading() as session:
        found = verify(session)
    assert (found.entries, found.faults) == (2 + SO_MANY, ())


def test_the_same_idempotency_key_at_once_does_it_once(any_home: Home) -> None:
    clients = [any_home.client("coordinator") for _ in range(SO_MANY)]
    body, headers = ROUND | {"id": "once"}, {"Idempotency-Key": "the same"}
    answers = at_once(lambda number: clients[number].post("/rounds", json=body, headers=headers))
    assert set(codes(answers)) <= {201, 409}
    assert codes(answers)[201] >= 1
    again = clients[0].post("/rounds", json=body, headers=headers)
    assert again.status_code == 201
    with any_home.service.store.reading() as session:
        assert verify(session).entries == 1
