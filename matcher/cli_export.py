"""`matcher export`: a result as one workbook, or as open data for everybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from matcher.checking import awards_that_hold
from matcher.domain import Round
from matcher.pipeline import award_rows_for
from matcher.regulation.library import instead
from matcher.scenarios.comparing.found import source_of
from matcher.terminal import Json, done, people, print_json, progress, read, say
from matcher.wording import catalogue_of
from matcher.writing.publishing import giving, iati
from matcher.writing.publishing.choosing import published
from matcher.writing.publishing.iati_publisher import ENGLISH, Publisher, check_name
from matcher.writing.publishing.identifiers import Identifiers
from matcher.writing.publishing.published import Publication
from matcher.writing.publishing.told import document_of, missing, sentences_of
from matcher.writing.publishing.written import check_replaceable, write_publication
from matcher.writing.result_workbook import write_workbook

XLSX, GIVING, IATI = "xlsx", "360giving", "iati"
ENDINGS: Mapping[str, str] = {XLSX: ".xlsx", GIVING: ".360giving.json", IATI: ".iati.xml"}
"""What the name of a file in a format ends in where none is given."""
MARKS: Mapping[str, str] = {GIVING: giving.MARK, IATI: iati.MARK}
Text = str | None


def export_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder.")],
    form: Annotated[
        str, typer.Option("--format", metavar="|".join(ENDINGS), help="What to write.")
    ] = XLSX,
    out: Annotated[Path | None, typer.Option("--out", help="Beside DIR if not given.")] = None,
    round_: Annotated[
        Path | None,
        typer.Option("--round", metavar="ROUND", help="The round of DIR, else looked for."),
    ] = None,
    publisher: Annotated[
        Text,
        typer.Option(metavar="ID", help="Your prefix of 360Giving, or your identifier at IATI."),
    ] = None,
    publisher_name: Annotated[Text, typer.Option(metavar="NAME", help="Who publishes.")] = None,
    publisher_type: Annotated[
        Text, typer.Option(metavar="CODE", help="What you are, in IATI's codes, as 22.")
    ] = None,
    language: Annotated[
        Text, typer.Option(metavar="CODE", help="IATI: that of names and titles, else en.")
    ] = None,
    registered_ids: Annotated[
        bool,
        typer.Option(
            "--registered-ids", help="Donors and organisations go by ids of public registers."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a result as one workbook, or what it awards as open data."""
    if form not in ENDINGS:
        raise typer.BadParameter(f"There is no format {form}; use {', '.join(ENDINGS)}.")
    of_open_data: dict[str, object] = {
        "--round": round_, "--publisher": publisher, "--publisher-name": publisher_name,
        "--registered-ids": registered_ids or None,
    }  # fmt: skip
    of_iati: dict[str, object] = {"--publisher-type": publisher_type, "--language": language}
    if form == XLSX:
        _refuse(of_open_data | of_iati, f"{GIVING} and {IATI}")
    if form == GIVING:
        _refuse(of_iati, IATI)
    target = _target(folder, form, out)
    if form == XLSX:
        write_workbook(folder, target)
        done(f"The workbook lies at {target}.", {"written": str(target)}, as_json)
        return
    render = _renderer(form, publisher, publisher_name, publisher_type, language)
    check_replaceable(target, MARKS[form])
    with progress("reading the round") as tell:
        found = _read(folder, round_, tell)
        ids = Identifiers(found.round.id, publisher, registered_ids)
        tell("writing the publication")
        text, stand_ins = render(found, ids)
        write_publication(text, target, MARKS[form])
    document = document_of(found.publication, target, ids, stand_ins)
    document["what_if"] = found.is_changed
    if form == IATI:
        document["missing"] = missing(found.publication)
    if as_json:
        print_json(document)
        return
    for line in sentences_of(form, document):
        say(line)


@dataclass(frozen=True)
class _Found:
    """A round with what is published of the result; `is_changed` where a what-if changed it."""

    round: Round
    publication: Publication
    is_changed: bool


Rendered = tuple[str, Mapping[str, str]]
"""The text of a file, and what stands in it for what is not stated of who publishes it."""
Render = Callable[[_Found, Identifiers], Rendered]


def _refuse(options: Mapping[str, object], owner: str) -> None:
    """Raise BadParameter where an option was given that means nothing in the format asked for."""
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise typer.BadParameter(f"{', '.join(given)}: for --format {owner} alone.")


def _target(folder: Path, form: str, out: Path | None) -> Path:
    """Give where to write, by default beside the folder."""
    ending = Path(f"_{ENDINGS[form]}").suffix
    if out is None:
        beside = folder if folder.name not in ("", "..") else folder.resolve()
        if form == XLSX:
            return beside.with_suffix(ending)
        return beside.with_name(f"{beside.name}{ENDINGS[form]}")
    if out.suffix.lower() != ending:
        kind = "workbook" if form == XLSX else f"file of {form}"
        raise typer.BadParameter(f"{out} is no name of a {kind}. Let it end in {ending}.")
    return out


def _renderer(form: str, publisher: Text, name: Text, kind: Text, language: Text) -> Render:
    """Give what renders a publication; raises WrongUsage where who publishes is not well stated."""
    if form == IATI:
        reporter = Publisher(publisher, name, kind, ENGLISH if language is None else language)

        def in_iati(found: _Found, ids: Identifiers) -> Rendered:
            text = iati.iati_text(found.round, found.publication, ids, reporter)
            return text, reporter.stand_ins(ids)

        return in_iati
    giving.check_prefix(publisher)
    check_name(name)

    def in_giving(found: _Found, ids: Identifiers) -> Rendered:
        text = giving.giving_text(found.round, found.publication, ids, name)
        return text, giving.stand_ins(ids)

    return in_giving


def _read(folder: Path, round_: Path | None, tell: Callable[[str], None]) -> _Found:
    """Read the round of a result and what it awards.

    Raises InvalidRound where one cannot be read or the round is not found, and VerificationFailed
    where the awards do not hold for it.
    """
    if folder.is_file():
        raise typer.BadParameter(
            f"{folder} is a file. Name a result folder; a bundle holds one: unpack it first."
        )
    remedy = catalogue_of().say("publish-no-round-remedy")
    source = source_of(folder, round_, remedy, around=True)
    if source.is_near:
        told = {"result": str(folder), "round": str(source.round)}
        people.print(
            catalogue_of().say("compare-near", **told),
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
    with instead(source.packs):
        found = read(source.round, False).round
        tell("verifying the awards")
        awards = awards_that_hold(found, source.folder)
        # The awards are the claim: what else stands in the folder may have been edited.
        publication = published(found, award_rows_for(found, awards))
    return _Found(found, publication, source.is_changed)
