"""Funded work as activities of IATI: elements in order, awards as transactions, exact amounts."""

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from matcher.errors import WrongUsage
from matcher.writing.publishing.iati import LANG, MARK, iati_text
from matcher.writing.publishing.iati_publisher import Publisher
from matcher.writing.publishing.identifiers import Identifiers
from tests.unit.published_rounds import a_round, publication

START = "XX-EXAMPLE-1-made_5fup-26"
ACTIVITY = (
    "iati-identifier", "reporting-org", "title", "description", "participating-org",
    "activity-status", "activity-date", "recipient-country", "recipient-region", "location",
    "sector", "tag", "transaction",
)  # fmt: skip
TRANSACTION = (
    "transaction-type", "transaction-date", "value", "description", "provider-org", "receiver-org",
)  # fmt: skip
"""The elements that are written, in the order of the schema of version 2.03."""


def text(registered: bool = False, language: str | None = None, **changes: Any) -> str:
    round_ = a_round(**changes)
    publisher = Publisher("XX-EXAMPLE-1", "Made-up Association", "22", language or "en")
    ids = Identifiers(round_.id, publisher.identifier, registered)
    return iati_text(round_, publication(round_), ids, publisher)


def activities(**changes: Any) -> dict[str, Element]:
    root = ElementTree.fromstring(text(**changes))
    assert (root.tag, root.attrib) == ("iati-activities", {"version": "2.03"})
    return {str(each.findtext("iati-identifier")).removeprefix(f"{START}."): each for each in root}


def told(element: Element | None) -> str:
    assert element is not None
    return str(element.findtext("narrative"))


def parties(activity: Element, role: str) -> list[tuple[str, str | None]]:
    found = activity.findall(f"participating-org[@role='{role}']")
    return [(told(each), each.get("type")) for each in found]


def codes(activity: Element, tag: str) -> list[dict[str, str]]:
    return [dict(each.attrib) for each in activity.findall(tag)]


def test_each_funded_proposal_is_one_activity_with_its_elements_in_the_order_of_the_schema() -> (
    None
):
    found = activities()
    assert list(found) == ["A1", "A2", "A4", "A5", "A7", "A8"]
    for activity in found.values():
        order = [ACTIVITY.index(each.tag) for each in activity]
        assert order == sorted(order)
        assert {*ACTIVITY[:7], "transaction"} <= {each.tag for each in activity}
        for transaction in activity.findall("transaction"):
            assert [each.tag for each in transaction] == list(TRANSACTION)


def test_an_activity_names_who_reports_who_funds_and_who_does_the_work() -> None:
    activity = activities()["A1"]
    reporting = activity.find("reporting-org")
    assert reporting is not None
    assert reporting.attrib == {"ref": "XX-EXAMPLE-1", "type": "22"}
    assert told(reporting) == "Made-up Association"
    assert told(activity.find("title")) == "Reading rooms"
    assert parties(activity, "1") == [("Embassy of Exampleland", "10"), ("name withheld", None)]
    # Of its partners, a person and who withholds its name are not told.
    assert parties(activity, "4") == [
        ("Union of Made-up Readers", "22"),
        ("Made-up Partner House", "80"),
    ]
    # A host does no work.
    assert parties(activities()["A8"], "4") == [("Union of Made-up Readers", "22")]


def test_each_award_is_a_transaction_with_its_exact_amount_payer_and_receiver() -> None:
    first, second = activities()["A1"].findall("transaction")
    assert first.get("ref") == f"{START}.P1.A1"
    value = first.find("value")
    assert value is not None
    assert value.attrib == {"currency": "EUR", "value-date": "2026-03-01"}
    assert value.text == "5047.44"
    assert codes(first, "transaction-type") == [{"code": "2"}]
    assert codes(first, "transaction-date") == [{"iso-date": "2026-03-01"}]
    assert told(first.find("provider-org")) == "Embassy of Exampleland"
    assert told(first.find("receiver-org")) == "Union of Made-up Readers"
    assert (second.findtext("value"), told(second.find("provider-org"))) == (
        "4000.00",
        "name withheld",
    )


def test_a_conditional_award_is_a_pledge_which_says_so() -> None:
    (transaction,) = activities()["A2"].findall("transaction")
    assert codes(transaction, "transaction-type") == [{"code": "12"}]
    assert told(transaction.find("description")).endswith("has promised the money but not "
                                                          "confirmed it yet.")  # fmt: skip


def test_countries_have_their_part_of_the_work_and_regions_are_locations() -> None:
    activity = activities()["A1"]
    assert codes(activity, "recipient-country") == [
        {"code": "AZ", "percentage": "75"},
        {"code": "GE", "percentage": "25"},
    ]
    locations = activity.findall("location")
    assert [each.get("ref") for each in locations] == ["AZ-GA", "AZ-SA", "GE-TB"]
    assert [told(each.find("name")) for each in locations] == ["Gəncə", "Şəki", "Tbilisi"]
    # One country alone needs no part; a country is no location within itself.
    assert codes(activities()["A4"], "recipient-country") == [{"code": "AZ"}]
    assert activities()["A4"].findall("location") == []
    # Work without regions is where its organisation is; nobody tells where a withheld one is.
    assert codes(activities()["A7"], "recipient-country") == [{"code": "AZ"}]
    assert codes(activities()["A2"], "recipient-country") == []


def test_shares_of_three_countries_sum_to_exactly_a_hundred() -> None:
    found = activities(A1={"regions": "AZ;GE;AM"})["A1"]
    assert codes(found, "recipient-country") == [
        {"code": "AM", "percentage": "33.34"},
        {"code": "AZ", "percentage": "33.33"},
        {"code": "GE", "percentage": "33.33"},
    ]


def test_regions_of_the_rounds_own_without_a_country_are_regions_of_the_reporter() -> None:
    own = [
        {"code": "N", "name": "North", "country": "AZ"},
        {"code": "S", "name": "Southern Made-up"},
        {"code": "AZ", "name": "All", "country": "AZ"},
    ]
    regions = {"A1": {"regions": "N;S"}}
    found = activities(round={"regions": own}, **regions)["A1"]
    assert codes(found, "recipient-country") == [{"code": "AZ", "percentage": "50"}]
    (region,) = found.findall("recipient-region")
    assert region.attrib == {"code": "S", "vocabulary": "99", "percentage": "50"}
    assert told(region) == "Southern Made-up"
    assert [each.get("ref") for each in found.findall("location")] == ["N"]


def test_sectors_are_codes_of_the_oecd_by_their_length_or_the_rounds_own() -> None:
    assert codes(activities()["A1"], "sector") == [{"vocabulary": "1", "code": "11220"}]
    assert codes(activities()["A7"], "sector") == [{"vocabulary": "2", "code": "112"}]
    own = [{"code": "11220", "name": "Books"}, {"code": "112", "name": "Schools"}]
    (sector,) = activities(round={"sectors": own})["A1"].findall("sector")
    assert sector.attrib == {"vocabulary": "99", "code": "11220"}
    assert told(sector) == "Books"


def test_goals_are_tags_of_the_list_of_goals() -> None:
    assert codes(activities()["A1"], "tag") == [
        {"vocabulary": "2", "code": "4"},
        {"vocabulary": "2", "code": "10"},
    ]


@pytest.mark.parametrize(
    ("proposal", "status", "days"),
    [
        ("A1", "1", {"1": "2026-05-01", "3": "2026-12-31"}),
        ("A2", "2", {"1": "2026-02-01"}),
        ("A7", "1", {"1": "2026-03-01"}),
        # It states an end alone, before money may be paid: no plan could start after it ends.
        ("A5", "1", {"1": "2026-03-01"}),
    ],
)
def test_days_are_those_of_the_proposal_or_the_first_on_which_money_may_be_paid(
    proposal: str, status: str, days: dict[str, str]
) -> None:
    activity = activities()[proposal]
    assert codes(activity, "activity-status") == [{"code": status}]
    dates = activity.findall("activity-date")
    assert {each.get("type"): each.get("iso-date") for each in dates} == days
    explained = [each.find("narrative") is not None for each in dates]
    assert any(explained) == (proposal in ("A5", "A7"))


def test_a_reference_to_an_organisation_is_a_registered_one_or_none() -> None:
    registered = {
        "round": {
            "donors": [{"donor_id": "XM-EXAMPLE-1", "name": "Registered", "kind": "other"}],
            "pools": [
                {"pool_id": p, "donor_id": "XM-EXAMPLE-1", "name": p, "currency": "AZN",
                 "budget": "90000"}
                for p in ("P1", "P2", "P3", "P4", "P5", "P6", "P7")
            ],
        }
    }  # fmt: skip
    for said, reference in ((True, "XM-EXAMPLE-1"), (False, None)):
        activity = activities(registered=said, **registered)["A7"]
        (funder,) = activity.findall("participating-org[@role='1']")
        (provider,) = activity.findall("transaction/provider-org")
        (receiver,) = activity.findall("transaction/receiver-org")
        assert (funder.get("ref"), provider.get("ref")) == (reference, reference)
        assert receiver.get("ref") is None


def test_english_sentences_are_marked_where_names_are_in_another_language() -> None:
    activity = activities(language="az")["A1"]
    assert activity.get(LANG) == "az"
    languages = {
        tag: activity.findall(f"{tag}/narrative")[0].get(LANG)
        for tag in ("reporting-org", "title", "description", "transaction/description")
    }
    assert languages == {
        "reporting-org": None, "title": None, "description": "en",
        "transaction/description": "en",
    }  # fmt: skip
    assert {each.get(LANG) for each in activities()["A1"].iter("narrative")} == {None}


def test_signs_of_xml_in_titles_stay_as_they_are() -> None:
    title = 'Bread & "roses" <made up>\nfor all'
    assert told(activities(A1={"title": title})["A1"].find("title")) == title


def test_the_file_says_by_what_it_was_written_and_not_when() -> None:
    found = text()
    assert found.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert f"<!-- Written by {MARK} -->" in found
    assert "datetime" not in found
    assert found == text()


def reporter(publisher: Publisher) -> Element:
    round_ = a_round()
    ids = Identifiers(round_.id, publisher.identifier)
    root = ElementTree.fromstring(iati_text(round_, publication(round_), ids, publisher))
    (found,) = {ElementTree.tostring(each) for each in root.iter("reporting-org")}
    return ElementTree.fromstring(found)


def test_who_reports_is_stood_in_for_until_it_is_stated() -> None:
    element = reporter(Publisher(language="az"))
    assert element.attrib == {"ref": "round-made_5fup-26", "type": "90"}
    assert told(element) == "Publisher not stated yet"
    narrative = element.find("narrative")
    assert narrative is not None
    assert narrative.get(LANG) == "en"
    # What is stated stands there, and only the rest is stood in for.
    element = reporter(Publisher("XX-1", None, "22"))
    assert (element.attrib, told(element)) == (
        {"ref": "XX-1", "type": "22"},
        "Publisher not stated yet",
    )
    element = reporter(Publisher(None, "Association"))
    assert (element.get("type"), told(element)) == ("90", "Association")


def test_activities_begin_with_the_reference_of_who_reports_also_where_that_is_stood_in_for() -> (
    None
):
    round_ = a_round()
    text = iati_text(round_, publication(round_), Identifiers(round_.id), Publisher())
    for activity in ElementTree.fromstring(text):
        reporting = activity.find("reporting-org")
        assert reporting is not None
        assert str(activity.findtext("iati-identifier")).startswith(f"{reporting.get('ref')}.")


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (("association", None, None), "--publisher: “association” is no organisation identifier"),
        (("XX-1 2", None, None), "is no organisation identifier of IATI"),
        ((" XX-1", None, None), "is no organisation identifier of IATI"),
        (("XX-1\x01", None, None), "is no organisation identifier of IATI"),
        (("", None, None), "is no organisation identifier of IATI"),
        ((None, " ", None), "--publisher-name: “ ” is no name. Write it on one line, or leave"),
        ((None, "Made\x01up", None), "is no name"),
        ((None, "Made\nup", None), "is no name"),
        ((None, None, "5"), "5” is no type of organisation of IATI. Use 10 gov"),
        ((None, None, ""), "is no type of organisation of IATI"),
        ((None, None, None, "English"), "English is no language in two letters"),
    ],
)
def test_what_is_stated_of_who_reports_is_checked(
    stated: tuple[str | None, str | None, str | None], said: str
) -> None:
    with pytest.raises(WrongUsage, match=said):
        Publisher(*stated)
