"""What is wrong with a bundle: with the result that it is made of, or with what lies in it."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from matcher.domain import Round
from matcher.errors import Problem
from matcher.regulation.library import pack_hash
from matcher.regulation.pack import Pack
from matcher.scenarios.bundles.archive import AGAIN, refusal
from matcher.scenarios.bundles.manifest import MANIFEST, RUN, SCHEMA, Manifest
from matcher.scenarios.bundles.record import Record
from matcher.verify import Awards
from matcher.warm_start import Earlier
from matcher.writing.result_folder import RECORD

OTHER_LAW = "Name the file of that version with --pack, or run the round again."


def another_round(record: Record, round_: Round) -> Iterator[Problem]:
    """Tell a result of another round, or of another version of this one."""
    if record.round_hash != round_.content_hash:
        what = f"is the hash of another round; this one's begins with {round_.content_hash[:12]}."
        remedy = "Name the round, as it was, that the result was made from."
        yield Problem(RECORD, None, "round_hash", record.round_hash[:12], what, remedy)


def other_packs(record: Record, packs: Sequence[Pack]) -> Iterator[Problem]:
    """Tell each pack that judged the result and is not the one installed."""
    recorded = {pack.id: pack.hash for pack in record.rule_packs}
    here = {pack.id: pack_hash(pack) for pack in packs}
    for name in sorted({*recorded, *here}):
        if recorded.get(name) != here.get(name):
            then, now = _short(recorded.get(name)), _short(here.get(name))
            what = f"was {then} when the result was judged, and is {now} here."
            yield Problem(RECORD, None, "rule_packs", name, what, OTHER_LAW)


def another_start(record: Record, earlier: Earlier) -> Iterator[Problem]:
    """Tell an earlier result that the run did not start from."""
    started = record.options.warm_start
    if started is None:
        what = "is none: the run started from no earlier result."
        yield Problem(RECORD, None, "options.warm_start", "", what, "Leave --warm-start out.")
    elif started not in (earlier.digest, awards_digest(earlier.awards)):
        what = "is the hash of other awards than those of the earlier result named."
        remedy = "Name the earlier result as it was, or leave --warm-start out."
        yield Problem(RECORD, None, "options.warm_start", started[:19], what, remedy)


def awards_digest(awards: Awards) -> str:
    """Give the hash by which a run names awards that it started from and that lie in no file."""
    return f"sha256:{sha256(repr(sorted(awards.items())).encode()).hexdigest()}"


def manifest_problem(error: Any) -> Problem:
    """Tell what is wrong with the manifest."""
    place = ".".join(str(part) for part in error["loc"])
    if place == "bundle":
        what = f"is not {SCHEMA}, the form of bundles that is known here."
        remedy = "Use the version of donor-matcher that made it."
        return Problem(MANIFEST, None, place, str(error["input"])[:20], what, remedy)
    return Problem(MANIFEST, None, place, "", f"is not right: {error['msg']}.", AGAIN)


def altered_members(manifest: Manifest, members: Mapping[str, bytes]) -> Iterator[Problem]:
    """Tell each member that is missing, does not belong, or is not as it was packed."""
    for name in sorted({*manifest.members, *members}):
        content, stated = members.get(name), manifest.members.get(name)
        if stated is None:
            yield refusal(name, "is in the bundle, but not in its manifest.")
        elif content is None:
            yield refusal(name, "is in the manifest, but not in the bundle.")
        elif len(content) != stated.bytes or sha256(content).hexdigest() != stated.sha256:
            yield refusal(name, "has been changed since the bundle was made: its hash is another.")
    for name in sorted({*manifest.needed()} - {*manifest.members}):
        yield refusal(name, "is missing from the manifest.")


def contradictions(manifest: Manifest, record: Record) -> Iterator[Problem]:
    """Tell where manifest and run.json contradict each other."""
    judged = {pack.id: pack.hash for pack in manifest.packs if pack.judged}
    pairs: Mapping[str, tuple[object, object]] = {
        "round_id": (manifest.round_id, record.round_id),
        "round_hash": (manifest.round_hash, record.round_hash),
        "packs": (judged, {pack.id: pack.hash for pack in record.rule_packs}),
        "earlier": (manifest.earlier is None, record.options.warm_start is None),
    }
    for name, (one, other) in pairs.items():
        if one != other:
            yield Problem(MANIFEST, None, name, "", f"contradicts {RUN}.", AGAIN)


def _short(digest: str | None) -> str:
    return "none" if digest is None else digest[:12]
