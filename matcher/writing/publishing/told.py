"""What is said of a publication: how much stands in it, what is left out and what it lacks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.publishing.iati_places import is_placed
from matcher.writing.publishing.iati_publisher import types
from matcher.writing.publishing.identifiers import Identifiers
from matcher.writing.publishing.published import Publication

NAMED = 5
"""So many proposals are named that lack something."""


def document_of(
    publication: Publication, target: Path, ids: Identifiers, stand_ins: Mapping[str, str]
) -> dict[str, Any]:
    """Give what was written, in plain values: counts are of awards, but `activities` of work.

    `identifiers` is what all of them begin with; `not_stated` are options to state before the file
    is published, each with what stands in its place.
    """
    grants = publication.grants
    return {
        "written": str(target),
        "identifiers": ids.start,
        "activities": len(publication.works),
        "grants": len(grants),
        "conditional": sum(grant.condition is not None for grant, _ in grants),
        "left_out": {
            "donor_or_pool": publication.without_payer,
            "proposal_or_applicant": publication.without_work,
        },
        "withheld": {
            "donor": sum(not grant.funder.is_named for grant, _ in grants),
            "applicant": sum(not work.recipient.is_named and not work.person for _, work in grants),
            "person": sum(work.person for _, work in grants),
        },
        "not_stated": dict(stand_ins),
    }


def missing(publication: Publication) -> dict[str, list[str]]:
    """Give the proposals that state no sector, or no place, which the rules of IATI ask for."""
    works = publication.works
    return {
        "sector": [work.proposal_id for work in works if work.sector is None],
        "place": [work.proposal_id for work in works if not is_placed(work)],
    }


def sentences_of(form: str, document: Mapping[str, Any]) -> list[str]:
    """Give the sentences on what was written, left out and withheld.

    Beside what `document_of` gives, the document says whether it is of a `what_if`, and for IATI
    what is `missing`.
    """
    say, path = catalogue_of().say, document["written"]
    if document["grants"]:
        counts = {"grants": document["grants"], "works": document["activities"]}
        lines = [say(f"publish-written-{form}", path=path, **counts)]
    else:
        lines = [say("publish-nothing", path=path)]
    lines += [say("publish-what-if")] if document["what_if"] else []
    counted = {
        "publish-without-payer": document["left_out"]["donor_or_pool"],
        "publish-without-work": document["left_out"]["proposal_or_applicant"],
        "publish-no-funder": document["withheld"]["donor"],
        "publish-no-recipient": document["withheld"]["applicant"],
        "publish-person": document["withheld"]["person"],
        "publish-conditional": document["conditional"],
    }
    lines += [say(name, count=count) for name, count in counted.items() if count]
    lines += [
        say(f"publish-no-{what}", count=len(names), names=phrases.few(names, NAMED))
        for what, names in document.get("missing", {}).items()
        if names
    ]
    return lines + [
        say(f"publish-{form}-{option}", instead=instead, types=types())
        for option, instead in document["not_stated"].items()
    ]
