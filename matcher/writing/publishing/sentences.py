"""Sentences that stand in published data."""

from matcher.domain import Round
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.publishing.published import Grant, Publication, Work


def of_round(round_: Round, publication: Publication, mark: str) -> str:
    """Say what a file holds, and by what it was written."""
    return catalogue_of().say("published-round", mark=mark, **_round(round_, publication))


def of_work(round_: Round, publication: Publication, work: Work) -> str:
    """Say in which round work is funded."""
    values = _round(round_, publication)
    return catalogue_of().say("published-work", title=work.title, **values)


def of_grant(round_: Round, publication: Publication, work: Work, grant: Grant) -> str:
    """Say what is funded from which pool, and that it is conditional where it is."""
    said = of_work(round_, publication, work)
    if grant.pool is not None:
        values = _round(round_, publication)
        say = catalogue_of().say
        said = say("published-grant", title=work.title, pool=grant.pool, **values)
    return " ".join(filter(None, [said, of_condition(grant)]))


def of_condition(grant: Grant) -> str:
    """Say how an award is conditional; nothing where it is not."""
    return catalogue_of().say(f"published-{grant.condition}") if grant.condition else ""


def _round(round_: Round, publication: Publication) -> dict[str, str]:
    return {"round": publication.title, "day": phrases.day(round_.decision_date)}
