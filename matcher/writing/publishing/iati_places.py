"""Where an activity of IATI is done: recipient countries and regions, and locations.

Countries come with what part of the work is done there. A region of the round's own vocabulary that
names no country is a recipient region of the reporter's own list. Regions within a known country
are locations besides.
"""

from collections import defaultdict
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from matcher.vocabularies import countries
from matcher.writing import phrases
from matcher.writing.publishing.places import Place, percentages
from matcher.writing.publishing.published import Work

OWN_REGIONS = "99"
_COUNTRY, _REGION = "recipient-country", "recipient-region"


def add_places(activity: Element, work: Work) -> None:
    """Add the elements that say where the work is done; none where it is not known.

    Work without regions is where its organisation is, as terms on countries take it.
    """
    shares: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    names: dict[str, str] = {}
    for place in work.places:
        tag, code = (_COUNTRY, place.country) if place.country else (_REGION, place.code)
        shares[tag, code] += place.share
        names[place.code] = place.name
    if not work.places and is_placed(work):
        shares[_COUNTRY, str(work.recipient.country)] = Fraction(1)
    parts = percentages({f"{tag} {code}": share for (tag, code), share in shares.items()})
    for tag, code in sorted(shares):
        attributes = {"code": code}
        if tag == _REGION:
            attributes["vocabulary"] = OWN_REGIONS
        if len(shares) > 1:
            attributes["percentage"] = phrases.plain_number(parts[f"{tag} {code}"])
        element = SubElement(activity, tag, attributes)
        if tag == _REGION:
            SubElement(element, "narrative").text = names[code]
    for place in work.places:
        if place.country and place.country != place.code:
            _add_location(activity, place)


def is_placed(work: Work) -> bool:
    """Say whether it is known where work is done."""
    return bool(work.places) or work.recipient.country in countries()


def _add_location(activity: Element, place: Place) -> None:
    location = SubElement(activity, "location", ref=place.code)
    SubElement(SubElement(location, "name"), "narrative").text = place.name
