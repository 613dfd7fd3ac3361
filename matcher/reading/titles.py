"""The titles of the 360Giving Data Standard: which stand for a column here, and all the others.

Source: the titles in `360-giving-schema.json` (https://standard.threesixtygiving.org).
"""

from collections.abc import Mapping

ALIASES: Mapping[str, Mapping[str, str]] = {
    "donors": {
        "Funding Org:Identifier": "donor_id",
        "Funding Org:Name": "name",
        "Funding Org:Country": "country",
    },
    "pools": {
        "Grant Programme:Code": "pool_id",
        "Grant Programme:Title": "name",
        "Funding Org:Identifier": "donor_id",
        "Currency": "currency",
    },
    "organisations": {
        "Recipient Org:Identifier": "org_id",
        "Recipient Org:Name": "name",
        "Recipient Org:Country": "country",
    },
    "proposals": {
        "Identifier": "proposal_id",
        "Recipient Org:Identifier": "org_id",
        "Title": "title",
        "Currency": "currency",
        "Amount Applied For": "requested",
        "Planned Dates:Start Date": "starts",
        "Planned Dates:End Date": "ends",
        "Beneficiary Location:Geographic Code": "regions",
    },
    "partners": {
        "Identifier": "proposal_id",
        "Recipient Org:Identifier": "org_id",
    },
    "contributors": {
        "Grant Programme:Code": "pool_id",
        "Funding Org:Identifier": "donor_id",
        "Currency": "currency",
    },
    "commitments": {
        "Identifier": "commitment_id",
        "Recipient Org:Identifier": "org_id",
        "Amount Awarded": "amount",
        "Currency": "currency",
        "Award Date": "decided",
        "Grant Programme:Code": "pool_id",
    },
}
"""Table → title → the column that it stands for (docs/reference/headers.md)."""

_ORGANISATION = (
    "Identifier", "Name", "Department", "Contact Name", "Charity Number", "Company Number",
    "Street Address", "City", "County", "Country", "Postal Code", "Phone Number",
    "Alternate Name", "Email", "Description", "Organisation Type", "Web Address", "Last Modified",
)  # fmt: skip
_CLASSIFICATION = ("Vocabulary", "Code", "Title", "Description", "URL", "Last Modified")
_EVENT = ("Title", "Start Date", "End Date", "Duration (months)", "Description", "Last Modified")
_PARTS: Mapping[str, tuple[str, ...]] = {
    "Recipient Org": _ORGANISATION,
    "Funding Org": _ORGANISATION,
    "Recipient Ind": ("Identifier", "Name"),
    "Planned Dates": _EVENT,
    "Actual Dates": _EVENT,
    "Grant Programme": ("Code", "Title", "Description", "URL", "Last Modified"),
    "Beneficiary Location": (
        "Identifier", "Name", "Country Code", "Latitude", "Longitude", "Description",
        "Geographic Code", "Geographic Code Type", "Last Modified",
    ),
    "Funding Type": _CLASSIFICATION,
    "Classifications": _CLASSIFICATION,
    "Related Document": (
        "Identifier", "Title", "Web Address", "Description", "Document Type", "Last Modified",
    ),
}  # fmt: skip

TITLES = frozenset(
    {
        "Identifier", "Title", "Description", "Currency", "Amount Applied For", "Amount Awarded",
        "Amount Disbursed", "Award Date", "URL", "From An Open Call?", "Related Activity",
        "Last Modified", "Data Source", "For Regrant Type", "Location Scope",
    }
    | {f"{part}:{title}" for part, titles in _PARTS.items() for title in titles}
)  # fmt: skip
"""Every title of the standard: none of them is a misspelling, whether it is read or not."""
