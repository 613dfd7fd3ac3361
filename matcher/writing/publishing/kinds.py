"""Kinds of donors and organisations as the codes of IATI's list OrganisationType.

Where the list has no code that surely holds, as for a diaspora organisation or a person, there is
none. https://iatistandard.org/en/iati-standard/203/codelists/organisationtype/
"""

from collections.abc import Mapping

OTHER = "90"
ORGANISATION_TYPES: Mapping[str, str] = {
    "10": "government",
    "11": "local government",
    "15": "other public sector",
    "21": "international NGO",
    "22": "national NGO",
    "23": "regional NGO",
    "24": "NGO of a partner country",
    "30": "public-private partnership",
    "40": "multilateral",
    "60": "foundation",
    "70": "private sector",
    "71": "private sector of the provider's country",
    "72": "private sector of the recipient country",
    "73": "private sector of a third country",
    "80": "academic, training and research",
    OTHER: "other",
}
"""What an organisation may be, with what the code says."""

TYPE_OF_KIND: Mapping[str, str] = {
    "holding": "70",
    "company": "70",
    "bank": "70",
    "embassy": "10",
    "government": "10",
    "state_body": "15",
    "municipality": "11",
    "foundation": "60",
    "international_ngo": "21",
    "public_union": "22",
    "international_organisation": "40",
    "un_agency": "40",
    "academic": "80",
    "other": OTHER,
}
"""The type of a donor or an organisation of a kind."""
