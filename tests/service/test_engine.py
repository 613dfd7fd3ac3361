"""The database under a service: SQLite and PostgreSQL alike."""

from tests.service.conftest import Home
from tests.service.seeding import contents
from tests.service.test_round_rows import DONOR, POOL, ROUND


def test_a_round_is_kept_in_either_database(any_home: Home) -> None:
    client = any_home.client("coordinator")
    assert client.post("/rounds", json=ROUND).status_code == 201
    assert client.post("/rounds/spring/donors", json=DONOR).status_code == 201
    assert client.post("/rounds/spring/pools", json=POOL).status_code == 201
    assert client.get("/rounds/spring/pools/P1").json()["budget"] == "1000.00"


def test_a_seeded_service_is_put_back_to_how_it_was(any_seeded: Home) -> None:
    store = any_seeded.service.store
    before = contents(store)
    client = any_seeded.client("coordinator")
    assert client.post("/rounds", json=ROUND).status_code == 409
    assert client.post("/rounds", json=ROUND | {"id": "another"}).status_code == 201
    assert contents(store) != before
    any_seeded.renew()
    assert contents(store) == before
