"""A result saved as one file: the round, its packs, the options and what came of them, with hashes.

A bundle is a zip with a manifest (docs/reference/replaying.md). The same result gives the same
bytes. Its hashes tell what has been damaged or edited since it was made; they are no signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from pydantic import ValidationError

from matcher.domain import Round
from matcher.errors import UnusableFolder
from matcher.reading.limits import Limits
from matcher.regulation.library import pack_hash
from matcher.scenarios.bundles.archive import (
    InvalidBundle,
    is_bundle,
    packed,
    refusal,
    unpacked,
)
from matcher.scenarios.bundles.checks import (
    altered_members,
    another_round,
    another_start,
    contradictions,
    manifest_problem,
    other_packs,
)
from matcher.scenarios.bundles.guard import pack_problem
from matcher.scenarios.bundles.manifest import (
    EARLIER,
    MANIFEST,
    RESULT,
    ROUND,
    RUN,
    SCHEMA,
    Manifest,
    Member,
    PackMember,
)
from matcher.scenarios.bundles.packs import declaring_packs, judging_packs, pack_text
from matcher.scenarios.bundles.record import Record, record_in
from matcher.scenarios.bundles.surroundings import surroundings
from matcher.warm_start import earlier_result
from matcher.wording import catalogue_of
from matcher.writing.atomic import check_file, replaced_file
from matcher.writing.result_folder import RECORD, RESULT_FILES
from matcher.writing.round_forms import write_round

SUFFIX = ".bundle.zip"


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory: its manifest, what run.json says, and each member's bytes by name."""

    manifest: Manifest
    record: Record
    members: Mapping[str, bytes]

    def result(self) -> Mapping[str, bytes]:
        """Give the files of the recorded result by their names in a result folder."""
        return {
            name.removeprefix(RESULT): content
            for name, content in self.members.items()
            if name.startswith(RESULT)
        }


def bundle_of(
    round_: Round,
    folder: Path,
    reading_warnings: Sequence[str] = (),
    earlier: Path | None = None,
) -> Bundle:
    """Make a bundle of a result folder and the round that it is of.

    `reading_warnings` are what reading the round warns of. `earlier` is the folder of the result
    that the run started from; where a run started from one and it is not given, the bundle says
    that it is lost. Raises InvalidBundle where the folder is no result, lacks a file, is of another
    round or was judged by other packs than those installed; InvalidRound for a pack that is not
    here.
    """
    record = record_in(_read(folder, RECORD), RECORD)
    packs = judging_packs(round_)
    problems = [*another_round(record, round_), *other_packs(record, packs)]
    files = RESULT_FILES if record.has_awards else (RECORD,)
    members = {RESULT + name: _read(folder, name) for name in files if (folder / name).is_file()}
    problems += [
        refusal(name, "is not there.", "Name a folder that `matcher match` has written.")
        for name in files
        if RESULT + name not in members
    ]
    if earlier is not None:
        members[EARLIER] = _read(earlier, "awards.csv")
        problems += another_start(record, earlier_result(round_, earlier))
    if problems:
        raise InvalidBundle(problems)
    record.run_options(round_.currency)  # refuses options that no replay could be run with
    members[ROUND] = _round_text(round_)
    start: Literal["here", "lost"] | None = None
    if record.options.warm_start is not None:
        start = "lost" if earlier is None else "here"
    listed = []
    for pack in (*packs, *declaring_packs(round_)):
        entry = PackMember(id=pack.id, hash=pack_hash(pack), judged=pack in packs)
        members[entry.name] = pack_text(pack)
        listed.append(entry)
    manifest = Manifest(
        bundle=SCHEMA,
        round_id=round_.id,
        round_hash=round_.content_hash,
        packs=listed,
        earlier=start,
        reading_warnings=_told_by(record, reading_warnings),
        made_by=surroundings(),
        members={name: _member(members[name]) for name in sorted(members)},
    )
    return Bundle(manifest, record, members)


def check_place(out: Path) -> None:
    """Raise UnusableFolder unless a bundle may be written to `out`: nothing is there, or one is."""
    check_file(out)
    if out.exists() and not is_bundle(out):
        raise UnusableFolder(catalogue_of().say("bundle-other-file", out=str(out)))


def write_bundle(bundle: Bundle, out: Path) -> None:
    """Write a bundle whole or not at all; raises UnusableFolder as `check_place`."""
    check_place(out)
    manifest = f"{bundle.manifest.model_dump_json(indent=2)}\n".encode()
    with replaced_file(out) as fresh:
        fresh.write_bytes(packed({**bundle.members, MANIFEST: manifest}))


def read_bundle(path: Path, limits: Limits = Limits()) -> Bundle:
    """Read a bundle and hold each member against the manifest.

    Raises InvalidBundle with every member that is missing, damaged, edited or does not belong.
    """
    members = unpacked(path, limits)
    text = members.pop(MANIFEST, None)
    if text is None:
        remedy = "Name a file that `matcher bundle` has written."
        raise InvalidBundle([refusal(path.name, f"is no bundle: it has no {MANIFEST}.", remedy)])
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise InvalidBundle([manifest_problem(each) for each in error.errors()]) from None
    if problems := list(altered_members(manifest, members)):
        raise InvalidBundle(problems)
    looked_over = (pack_problem(p.name, members[p.name], limits) for p in manifest.packs)
    if problems := [problem for problem in looked_over if problem is not None]:
        raise InvalidBundle(problems)
    record = record_in(members[RUN])
    if problems := list(contradictions(manifest, record)):
        raise InvalidBundle(problems)
    return Bundle(manifest, record, members)


def _told_by(record: Record, reading_warnings: Sequence[str]) -> list[str]:
    """Give the warnings of reading, none where the run tells none of them: it read no files."""
    told = any(warning in record.warnings for warning in reading_warnings)
    return list(reading_warnings) if told else []


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        remedy = "Name a folder that `matcher match` has written."
        what = f"cannot be read: {error.strerror}."
        raise InvalidBundle([refusal(str(folder / name), what, remedy)]) from None


def _round_text(round_: Round) -> bytes:
    with TemporaryDirectory(prefix="matcher-bundle-") as aside:
        path = Path(aside, ROUND)
        write_round(round_, path)
        return path.read_bytes()


def _member(content: bytes) -> Member:
    return Member(bytes=len(content), sha256=sha256(content).hexdigest())
