"""Two who publish at once, and requests that name nothing there can be."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from api.store.tables import Publication
from tests.service.conftest import Home
from tests.service.finished_runs import a_document, add_round, add_run
from tests.service.seeding import PUBLISHED, RUN

SPRING = "/rounds/spring"


def test_of_two_who_publish_at_once_one_does(any_home: Home) -> None:
    add_round(any_home, a_document())
    add_run(any_home, a_document(), "run_1")
    client = any_home.client("coordinator")
    tag = {"If-Match": client.get(SPRING).headers["ETag"]}
    sent = {"to": "approved", "run_id": "run_1"}
    tag = {"If-Match": client.post(f"{SPRING}/state", json=sent, headers=tag).headers["ETag"]}
    together = Barrier(4)

    def publish(_number: int) -> int:
        own = any_home.client("coordinator")
        together.wait(timeout=10)
        return int(own.post(f"{SPRING}/publications", json={}, headers=tag).status_code)

    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(publish, range(4)))
    assert statuses == [201, 412, 412, 412]
    with any_home.service.store.reading() as session:
        assert [found.number for found in session.query(Publication)] == [1]


@pytest.mark.parametrize("name", ["%00", "%C3%28", "a%2Fb", "x" * 300, "\u0131\u0130"])
def test_what_cannot_be_is_not_there(any_seeded: Home, name: str) -> None:
    client = any_seeded.client("coordinator")
    base = f"/rounds/{PUBLISHED}"
    for path in (
        f"/runs/{name}/awards", f"/runs/{RUN}/explanations/{name}",
        f"/runs/{RUN}/comparison?with={name}",
        f"{base}/proposals/{name}/decision", f"{base}/pools/{name}/awards",
        f"{base}/preview?run_id={name}", f"/rounds/{name}/publications",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in (400, 404, 422), (path, answer.text)
    filtered = client.get(f"/runs/{RUN}/decisions?proposal_id={name}&decision=%00")
    assert filtered.json().get("items", []) == []
    for number in ("0", "-1", "9" * 30, "x"):
        assert client.get(f"{base}/publications/{number}").status_code in (404, 422)
        assert client.get(f"{base}/pools/P1/awards?version={number}").status_code in (404, 422)
