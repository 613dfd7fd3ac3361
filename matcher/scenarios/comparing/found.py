"""What is named on the command line as a result: a folder, a scenario's folder, or a bundle."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matcher.checking import Claim, check_claim
from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.pipeline import find_missing
from matcher.reading import read_round
from matcher.regulation.library import installed, instead, pack_hash, packs_of
from matcher.regulation.loading import load_pack
from matcher.regulation.pack import Pack
from matcher.scenarios.bundles import manifest as bundle_manifest
from matcher.scenarios.bundles.bundle import read_bundle
from matcher.scenarios.comparing.nearby import round_near
from matcher.scenarios.comparing.sides import Side, read_side
from matcher.scenarios.edits.in_packs import changed_packs
from matcher.scenarios.edits.scenario import Edit
from matcher.scenarios.holding import CHANGES, RESULT, ROUND
from matcher.wording import catalogue_of
from matcher.writing.result_folder import RECORD, read_record

IN_PACKS = "packs."


@dataclass(frozen=True)
class Found:
    """A result with its round; `record` is what its run.json says.

    `claim` is what is wrong with its awards; `near` is the round where none was given and one was
    found around the result.
    """

    path: Path
    side: Side
    record: Mapping[str, Any]
    claim: Claim = field(default_factory=Claim)
    near: Path | None = None


def find_results(*asked: tuple[Path, Path | None, str]) -> list[Found]:
    """Read results, each as `find_result` does, their rounds looked for around them.

    Raises InvalidRound with what is wrong with any.
    """
    found, problems = [], list[Problem]()
    for path, round_, option in asked:
        try:
            found.append(find_result(path, round_, option, around=True))
        except InvalidRound as refusal:
            problems += refusal.problems
    if problems:
        raise InvalidRound(problems)
    return found


def find_result(path: Path, round_: Path | None, option: str, around: bool = False) -> Found:
    """Read a result: a bundle, a folder of `matcher match`, or one of a scenario.

    The round is that of the bundle, the one given, or the one that lies beside the result, as
    `matcher whatif` leaves it, else one `around` it; `option` is what names it on the command line.
    Raises InvalidRound, InvalidBundle, InvalidPack.
    """
    if path.is_file():
        return _in_bundle(path)
    remedy = catalogue_of().say("compare-no-round-remedy", option=option)
    source = source_of(path, round_, remedy, around)
    read = _read(source.round, source.folder, source.packs)
    return Found(path, *read, source.round if source.is_near else None)


@dataclass(frozen=True)
class Source:
    """A result folder with where its round lies; `is_near` where it was found around the result.

    `packs` are rule packs that stand in place of those installed, as a scenario changed them.
    """

    folder: Path
    round: Path
    packs: Mapping[str, Pack] = field(default_factory=dict)
    is_near: bool = False

    @property
    def is_changed(self) -> bool:
        """Say whether it is a result of a scenario that changed its round."""
        around = self.folder.resolve().parent
        return (around / ROUND).is_file() and (around / CHANGES).is_file()


def source_of(path: Path, round_: Path | None, remedy: str, around: bool = False) -> Source:
    """Give a result folder, or that of a scenario, with its round as `find_result` finds it.

    `remedy` says what to do where there is no round. Raises InvalidRound, InvalidPack.
    """
    folder = path
    if not (folder / RECORD).is_file() and (folder / RESULT / RECORD).is_file():
        folder = folder / RESULT
    if round_ is not None:
        return Source(folder, round_)
    beside = folder.parent / ROUND
    if beside.is_file():
        packs = _changed_packs(read_round(beside).round, folder.parent / CHANGES)
        return Source(folder, beside, packs)
    near = _near(folder) if around else None
    if near is not None:
        return Source(folder, near, is_near=True)
    what = catalogue_of().say("compare-no-round")
    raise InvalidRound([Problem(str(path), None, "", "", what, remedy)])


def _near(folder: Path) -> Path | None:
    record = read_record(folder)
    return round_near(folder, str(record.get("round_id")), str(record.get("round_hash")))


def other_law(found: Found) -> Iterator[str]:
    """Tell each rule pack of which another version judged a result than judges it here."""
    stated = found.record.get("rule_packs")
    then = {
        pack.get("id"): str(pack.get("hash")) for pack in stated or () if isinstance(pack, dict)
    }
    with instead(found.side.packs):
        packs = packs_of(found.side.round)
    for pack in packs:
        here, recorded = pack_hash(pack), then.get(pack.id)
        if recorded is not None and recorded != here:
            yield catalogue_of().say(
                "compare-other-law",
                path=str(found.path), pack=pack.id, then=recorded[:12], here=here[:12],
            )  # fmt: skip


def broken_claim(found: Found) -> Iterator[str]:
    """Tell of awards that were edited, where they break constraints or are worth something else."""
    say, path = catalogue_of().say, str(found.path)
    if broken := found.claim.findings:
        command = "replay" if found.path.is_file() else "verify"
        yield say("compare-broken", path=path, count=len(broken), command=command)
    elif found.claim.stale:
        yield say("compare-stale", path=path)


def _read(
    round_: Path, folder: Path, packs: Mapping[str, Pack]
) -> tuple[Side, Mapping[str, Any], Claim]:
    with instead(packs):
        read = read_round(round_, look=find_missing).round
        side, record = read_side(read, folder, packs)
        claim = check_claim(read, folder) if side.has_awards else Claim()
    return side, record, claim


def _in_bundle(path: Path) -> Found:
    bundle = read_bundle(path)
    with TemporaryDirectory(prefix="matcher-compare-") as name:
        aside = Path(name)
        for member, content in bundle.members.items():
            place = aside / member
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        packs = {listed.id: load_pack(aside / listed.name) for listed in bundle.manifest.packs}
        here = installed()
        # A pack that is the installed one is no change of the law against a folder's result.
        others = {
            name: pack
            for name, pack in packs.items()
            if name not in here or pack_hash(here[name]) != pack_hash(pack)
        }
        result = aside / bundle_manifest.RESULT
        return Found(path, *_read(aside / bundle_manifest.ROUND, result, others))


def _changed_packs(round_: Round, changes: Path) -> Mapping[str, Pack]:
    """Give the rule packs as a scenario changed them, from its list of changes."""
    if not changes.is_file():
        return {}
    try:
        listed = json.loads(changes.read_text(encoding="utf-8"))
        edits = [
            Edit("set", str(change["path"]), change["after"] or "", str(changes))
            for change in listed
            if str(change["path"]).startswith(IN_PACKS)
        ]
    except (ValueError, KeyError, TypeError):
        what, remedy = "is no list of changes.", "Run the scenario again."
        raise InvalidRound([Problem(str(changes), None, "", "", what, remedy)]) from None
    packs, _ = changed_packs(round_, edits)
    return packs
