"""The tables of a run: as its files have them, filtered, sorted, in pages, and as CSV."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from api.access.roles import Role
from api.http.listing import Paging
from api.results.paging import ordered, page_of
from api.results.tables import as_csv
from matcher.results import RESULT_COLUMNS
from tests.service.conftest import Home
from tests.service.finished_runs import a_document, add_round, add_run
from tests.service.seeding import EXPLAIN, PUBLISHED, QUEUED, RUN, finished


def pages(client: Any, path: str, **params: Any) -> list[dict[str, Any]]:
    """Read all pages of a list, a few items each."""
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    for _ in range(100):
        page = client.get(path, params={**params, "limit": 2, **more})
        assert page.status_code == 200, page.text
        found += page.json()["items"]
        if "next" not in page.json():
            return found
        more = {"cursor": page.json()["next"]}
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("table", RESULT_COLUMNS)
@pytest.mark.parametrize("role", ["coordinator", "auditor"])
def test_a_table_reads_as_its_file_has_it(seeded: Home, table: str, role: Any) -> None:
    content = finished(PUBLISHED)[f"{table}.csv"].decode()
    expected = [
        {column: cell for column, cell in row.items() if cell}
        for row in csv.DictReader(StringIO(content))
    ]
    found = pages(seeded.client(role), f"/runs/{RUN}/{table}")
    texts = [
        {name: _text(cell) for name, cell in row.items() if name in RESULT_COLUMNS[table]}
        for row in found
    ]
    assert texts == expected


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return ";".join(cell) if isinstance(cell, list) else str(cell)


def test_numbers_sort_by_their_worth_and_lists_filter_by_what_they_hold(seeded: Home) -> None:
    client = seeded.client("coordinator")
    rows = pages(client, f"/runs/{RUN}/decisions", sort="-requested")
    asked = [float(row["requested"]) for row in rows]
    assert asked == sorted(asked, reverse=True)
    assert asked[0] == 9000
    assert len({len(row["requested"].partition(".")[0]) for row in rows}) == 1
    some = pages(client, f"/runs/{RUN}/decisions", funders="MARK-P2")
    assert "B1" in {row["proposal_id"] for row in some}
    assert all("MARK-P2" in row["funders"] for row in some)
    none = client.get(f"/runs/{RUN}/decisions", params={"decision": "nothing like it"})
    assert none.json() == {"items": []}


def test_nine_comes_before_ten_and_blanks_come_last() -> None:
    rows = [{"score": score} for score in ("10", "", "9", "9.5")]
    for sort, expected in (("score", "9 9.5 10"), ("-score", "10 9.5 9")):
        found = [row["score"] for _, row in ordered(rows, ["score"], {}, sort)]
        assert " ".join(found).rstrip() == expected
        assert found[-1] == ""


@pytest.mark.parametrize("sort", [None, "score", "-score", "name", "-name"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_have_every_row_once_in_the_order_of_the_whole(sort: str | None, limit: int) -> None:
    rows = [{"score": str(n % 3 or ""), "name": f"n{n % 2}", "at": str(n)} for n in range(7)]
    whole = ordered(rows, ["score", "name"], {}, sort)
    seen, cursor = [], None
    for _ in range(8):
        page, cursor = page_of(whole, Paging(limit, sort, cursor))
        seen += page
        if cursor is None:
            break
    assert seen == [row for _, row in whole]


@pytest.mark.parametrize(
    ("name", "value"),
    [("sort", "nothing"), ("sort", "-"), ("cursor", "%%%"), ("cursor", "WyJhIiwgMV0"),
     ("cursor", "W10"), ("cursor", "MQ"), ("limit", "0"), ("format", "xml")],
)  # fmt: skip
def test_what_cannot_be_used_is_named(seeded: Home, name: str, value: str) -> None:
    answer = seeded.client("coordinator").get(f"/runs/{RUN}/awards", params={name: value})
    if value == "-":
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [name]


def test_as_csv_all_rows_come_at_once_to_be_downloaded(seeded: Home) -> None:
    answer = seeded.client("coordinator").get(
        f"/runs/{RUN}/decisions", params={"format": "csv", "limit": 1, "sort": "-score"}
    )
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == 8
    assert rows[0]["proposal_id"] == "A1"
    assert rows[0]["title"] == "Looms for thirty women"


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_text_becomes_a_formula_and_no_number_a_text(start: str) -> None:
    live = f"{start}cmd|'/C calc'!A0"
    row = {"proposal_id": live, "title": live, "reason": live, "awarded": "-5.00", "score": "-1"}
    [found] = csv.DictReader(StringIO(as_csv("decisions", [row]), newline=""))
    for column in ("proposal_id", "title", "reason"):
        assert found[column] == f"'{live}"
    assert (found["awarded"], found["score"]) == ("-5.00", "-1")


def test_a_formula_in_a_title_is_none_in_a_download(home: Home) -> None:
    document = a_document()
    document["proposals"][0]["title"] = '=HYPERLINK("http://example.org","x")'
    add_round(home, document)
    add_run(home, document, "run_1")
    readers: list[Role] = ["coordinator", "analyst"]
    for role in readers:
        text = home.client(role).get("/runs/run_1/decisions", params={"format": "csv"}).text
        titles = [row["title"] for row in csv.DictReader(StringIO(text))]
        assert titles[0] == '\'=HYPERLINK("http://example.org","x")'


def test_a_run_without_decisions_has_none_to_read(seeded: Home) -> None:
    client = seeded.client("coordinator")
    for run in (QUEUED, EXPLAIN):
        answer = client.get(f"/runs/{run}/awards")
        assert answer.status_code == 409
        assert run in answer.json()["detail"]
    assert client.get("/runs/run_nobody/awards").status_code == 404


def test_results_of_a_round_in_draft_are_not_there_for_analysts(home: Home) -> None:
    document = a_document()
    add_round(home, document, "draft")
    add_run(home, document, "run_1")
    assert home.client("coordinator").get("/runs/run_1/awards").status_code == 200
    answer = home.client("analyst").get("/runs/run_1/awards")
    assert (answer.status_code, answer.json()["detail"]) == (
        404, home.client("analyst").get("/runs/run_2/awards").json()["detail"],
    )  # fmt: skip


@pytest.mark.parametrize("subject", [("donor", "D1"), ("ngo", "O1"), (None, None)])
def test_donors_and_applicants_read_no_tables(seeded: Home, subject: Any) -> None:
    client = seeded.client(*subject)
    for table in (*RESULT_COLUMNS, "explanations/A1", f"comparison?with={RUN}"):
        assert client.get(f"/runs/{RUN}/{table}").status_code in (401, 403)


def test_an_explanation_is_read_from_the_run_or_from_its_explanations(seeded: Home) -> None:
    client = seeded.client("coordinator")
    documents = json.loads(finished(PUBLISHED)["explanations.json"])
    [expected] = [document for document in documents if document["proposal_id"] == "B3"]
    for run in (RUN, EXPLAIN):
        found = client.get(f"/runs/{run}/explanations/B3").json()
        assert found["coordinator"] == expected["coordinator"]
        assert found["applicant"] == expected["applicant"]
    assert client.get(f"/runs/{RUN}/explanations/nobody").status_code == 404
    assert seeded.client("analyst").get(f"/runs/{RUN}/explanations/B3").status_code == 403


def test_where_nobody_asked_for_explanations_the_way_to_them_is_told(home: Home) -> None:
    document = a_document()
    add_round(home, document)
    add_run(home, document, "run_1")
    answer = home.client("coordinator").get("/runs/run_1/explanations/A1")
    assert answer.status_code == 409
    assert "POST /runs/run_1/explanations" in answer.json()["detail"]
