"""`matcher bundle` and `matcher replay`: a result as one file, and whether it comes out again."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.checking import Claim, check_claim
from matcher.pipeline import Clock, hearing_interrupts
from matcher.regulation.library import instead
from matcher.regulation.loading import load_pack
from matcher.scenarios.bundles.bundle import (
    SUFFIX,
    Bundle,
    bundle_of,
    check_place,
    read_bundle,
    write_bundle,
)
from matcher.scenarios.replays.document import document_of_replay
from matcher.scenarios.replays.replaying import Verdict, replay
from matcher.scenarios.replays.words import sentences_of_replay
from matcher.terminal import Json, RoundPath, finite, print_json, progress, read, say
from matcher.wording import Said, catalogue_of

DONE, UNEXPECTED, NO_SOLUTION, UNVERIFIED = 0, 1, 5, 6
ENDS: Mapping[Verdict, int] = {
    "same": DONE,
    "same_awards": DONE,
    "not_promised": DONE,
    "other_awards": UNEXPECTED,
    "claim_broken": UNVERIFIED,
}
"""The exit code of each way in which a replay ends (docs/reference/replaying.md)."""


def bundle_(
    round_: RoundPath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder of the round.")],
    out: Annotated[
        Path | None, typer.Option("--out", help=f"Where to write; DIR{SUFFIX} if not given.")
    ] = None,
    warm_start: Annotated[
        Path | None,
        typer.Option("--warm-start", help="The earlier result that the run started from."),
    ] = None,
    packs: Annotated[
        list[Path] | None,
        typer.Option(
            "--pack",
            metavar="FILE",
            help="A rule pack in place of the installed one; may stand repeatedly.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Save a result as one file with all that it was made from, so that it can be replayed."""
    place = folder.resolve()
    target = out or place.with_name(f"{place.name}{SUFFIX}")
    check_place(target)
    named = {pack.id: pack for pack in map(load_pack, packs or ())}
    with instead(named), progress("reading the round") as tell:
        found = read(round_, False)
        tell("making the bundle")
        warnings = [str(warning) for warning in found.warnings]
        made = bundle_of(found.round, folder, warnings, warm_start)
        claim = check_claim(found.round, folder) if made.record.has_awards else Claim()
        write_bundle(made, target)
    if as_json:
        print_json(_bundle_document(made, target) | asdict(claim))
        return
    for said in _bundle_said(made, target, claim):
        say(catalogue_of().text(said))


def replay_(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A file of `matcher bundle`.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the replayed result.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, callback=finite, help="Seconds, in place of the recorded limit."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run a bundle again, and say whether the same comes out, what differs and if it matters."""
    bundle = read_bundle(path)
    limit = time_limit or bundle.record.options.time_limit
    clock = Clock(limit)
    with hearing_interrupts(clock), progress("reading the bundle") as tell:
        found = replay(bundle, time_limit, out, tell, clock)
    if as_json:
        print_json(document_of_replay(found))
    else:
        for sentence in sentences_of_replay(found):
            say(sentence)
    unanswered = found.verdict == "not_promised" and not found.answers
    raise typer.Exit(NO_SOLUTION if unanswered else ENDS[found.verdict])


def _bundle_said(made: Bundle, out: Path, claim: Claim) -> list[Said]:
    values: Mapping[str, str | int] = {
        "out": str(out),
        "members": len(made.members) + 1,
        "size": f"{-(-out.stat().st_size // 1024):,} KiB",
        "packs": len(made.manifest.packs),
    }
    said = [Said("bundle-written", values)]
    if claim.findings:
        said.append(Said("bundle-broken", {"count": len(claim.findings)}))
    elif claim.stale:
        said.append(Said("bundle-stale"))
    if made.manifest.earlier == "lost":
        said.append(Said("bundle-start-lost"))
    if not _same_warnings(made):
        said.append(Said("bundle-other-words"))
    if not made.record.reproducible:
        said.append(Said("bundle-not-reproducible"))
    return said


def _bundle_document(made: Bundle, out: Path) -> dict[str, Any]:
    return {
        "written": str(out),
        "bytes": out.stat().st_size,
        "round_hash": made.manifest.round_hash,
        "rule_packs": [{"id": pack.id, "hash": pack.hash} for pack in made.manifest.packs],
        "members": sorted(made.members),
        "earlier": made.manifest.earlier,
        "reproducible": made.record.reproducible,
        "same_warnings": _same_warnings(made),
    }


def _same_warnings(made: Bundle) -> bool:
    """Say whether the run warned, as it read the round, of what reading it warns of now."""
    said = made.manifest.reading_warnings
    return list(made.record.warnings[: len(said)]) == said
