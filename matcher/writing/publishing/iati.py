"""Funded work as activities of IATI 2.03 (XML), elements in the order of its schema.

One activity for each funded proposal: it has the place, the sector, the dates and who does it, and
its funders share it. Each award is a transaction. What elements and codes mean:
https://iatistandard.org/en/iati-standard/203/activity-standard/.
"""

from datetime import date
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from matcher.domain import Round
from matcher.wording import catalogue_of
from matcher.writing.publishing import sentences
from matcher.writing.publishing.iati_places import add_places
from matcher.writing.publishing.iati_publisher import ENGLISH, IDENTIFIER, KIND, NAME, Publisher
from matcher.writing.publishing.identifiers import Identifiers
from matcher.writing.publishing.kinds import TYPE_OF_KIND
from matcher.writing.publishing.published import Grant, Party, Publication, Work

MARK = "matcher export (iati)"
"""What tells a file as one written here."""
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FUNDING, IMPLEMENTING = "1", "4"
COMMITMENT, PLEDGE = "2", "12"
PIPELINE, IMPLEMENTATION = "1", "2"
PLANNED_START, PLANNED_END = "1", "3"
DAC_5, DAC_3, OWN_SECTORS, SDG = "1", "2", "99", "2"


def iati_text(
    round_: Round, publication: Publication, ids: Identifiers, publisher: Publisher
) -> str:
    """Give the text of the XML file; the same arguments give the same text.

    No time of generation stands in it: the round states none, and the clock says something else
    each time.
    """
    root = Element("iati-activities", version="2.03")
    for work in publication.works:
        _Activity(round_, publication, ids, publisher, work).add_to(root)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- Written by {MARK} -->\n{text}\n'


class _Activity:
    """One activity under construction."""

    def __init__(
        self, round_: Round, publication: Publication, ids: Identifiers, publisher: Publisher,
        work: Work,
    ) -> None:  # fmt: skip
        self.round, self.publication, self.ids = round_, publication, ids
        self.publisher, self.work = publisher, work
        self.element = Element("iati-activity", {LANG: publisher.language})

    def add_to(self, root: Element) -> None:
        """Add the activity with all its elements, in the order of the schema."""
        activity, work = self.element, self.work
        root.append(activity)
        SubElement(activity, "iati-identifier").text = self.ids.work(work.proposal_id)
        self._reporter()
        self._told(SubElement(activity, "title"), work.title)
        about = sentences.of_work(self.round, self.publication, work)
        self._told(SubElement(activity, "description"), about, ENGLISH)
        self._participants()
        self._dates()
        add_places(activity, work)
        self._sector()
        for goal in work.sdgs:
            SubElement(activity, "tag", vocabulary=SDG, code=goal)
        for grant in work.grants:
            self._transaction(grant)

    def _reporter(self) -> None:
        instead, stated = self.publisher.stand_ins(self.ids), self.publisher
        reference, kind = stated.identifier or instead[IDENTIFIER], stated.kind or instead[KIND]
        element = SubElement(self.element, "reporting-org", ref=reference, type=kind)
        language = None if stated.name else ENGLISH
        self._told(element, stated.name or instead[NAME], language)

    def _participants(self) -> None:
        funders = dict.fromkeys(grant.funder for grant in self.work.grants)
        doing = [self.work.recipient, *self.work.partners]
        for role, parties in ((FUNDING, funders), (IMPLEMENTING, doing)):
            for party in parties:
                attributes = {"role": role} | self._party(party)
                element = SubElement(self.element, "participating-org", attributes)
                self._name(element, party)

    def _dates(self) -> None:
        """Add status and planned days; the schema asks for a day where the proposal states none.

        Then the first day on which money may be paid is the planned start, as the code list has it.
        """
        work, decided = self.work, self.round.decision_date
        starts = work.starts or min(grant.earliest_payment for grant in work.grants)
        status = IMPLEMENTATION if starts <= decided and work.starts else PIPELINE
        SubElement(self.element, "activity-status", code=status)
        element = self._day(PLANNED_START, starts)
        if work.starts is None:
            self._told(element, catalogue_of().say("published-start"), ENGLISH)
        if work.ends is not None and work.ends >= starts:
            self._day(PLANNED_END, work.ends)

    def _day(self, kind: str, day: date) -> Element:
        attributes = {"iso-date": day.isoformat(), "type": kind}
        return SubElement(self.element, "activity-date", attributes)

    def _sector(self) -> None:
        code = self.work.sector
        if code is None:
            return
        if self.round.sectors:
            element = SubElement(self.element, "sector", vocabulary=OWN_SECTORS, code=code)
            self._told(element, self.round.sector_vocabulary.names.get(code, code))
        else:
            vocabulary = DAC_3 if len(code) == len("111") else DAC_5
            SubElement(self.element, "sector", vocabulary=vocabulary, code=code)

    def _transaction(self, grant: Grant) -> None:
        """Add an award: a commitment, or where it is conditional a pledge, which binds nobody."""
        day = self.round.decision_date.isoformat()
        element = SubElement(
            self.element, "transaction", ref=self.ids.grant(grant.pool_id, grant.proposal_id)
        )
        SubElement(element, "transaction-type", code=PLEDGE if grant.condition else COMMITMENT)
        SubElement(element, "transaction-date", {"iso-date": day})
        value = {"currency": grant.currency, "value-date": day}
        SubElement(element, "value", value).text = grant.amount
        about = sentences.of_grant(self.round, self.publication, self.work, grant)
        self._told(SubElement(element, "description"), about, ENGLISH)
        for name, party in (("provider-org", grant.funder), ("receiver-org", self.work.recipient)):
            self._name(SubElement(element, name, self._party(party)), party)

    def _party(self, party: Party) -> dict[str, str]:
        """Give reference and type; a reference is a registered identifier, or is left out."""
        found = {}
        if party.identifier is not None and (known := self.ids.known(party.identifier)):
            found["ref"] = known
        if (kind := TYPE_OF_KIND.get(party.kind or "")) is not None:
            found["type"] = kind
        return found

    def _name(self, element: Element, party: Party) -> None:
        person = self.work.person and party is self.work.recipient
        name = catalogue_of().say("published-person") if person else party.name
        self._told(element, name, self.publisher.language if party.is_named else ENGLISH)

    def _told(self, element: Element, text: str, language: str | None = None) -> None:
        """Add a narrative, with its language where it is another than the activity's."""
        narrative = SubElement(element, "narrative")
        narrative.text = text
        if language not in (None, self.publisher.language):
            narrative.set(LANG, str(language))
