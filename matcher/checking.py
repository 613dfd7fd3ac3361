"""Holding a result folder against its round: the awards alone are the claim."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher import money
from matcher.domain import Round
from matcher.errors import VerificationFailed
from matcher.pipeline import tables_for
from matcher.pipeline.nearness import near_from, nearness_of
from matcher.pipeline.rules import not_enforced_by
from matcher.regulation.library import pack_hash, packs_of
from matcher.verify import Awards, Nearness, Verification, changed_proposals, verify_awards
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.result_folder import RECORD, missing_files, read_awards, stale_tables

OTHER_ROUND = "round_hash"
"""What findings call it that a result is of another round."""
PLANNED = ("optimal", "feasible")
"""What run.json states of a result with awards."""


@dataclass(frozen=True)
class FolderCheck:
    """What is wrong with a folder: of its awards (which fail it), and of its other files.

    Those are `stale` that no longer agree with the awards, `missing` that a result has and that
    are not there. `other_law` are sentences on rule packs that were others when the result was
    judged: the awards are held against those installed.
    """

    findings: tuple[dict[str, str], ...]
    reported: tuple[str, ...]
    stale: tuple[str, ...]
    other_law: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Say whether the awards hold."""
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "verified": self.holds,
            "findings": list(self.findings),
            "not_enforced": list(self.reported),
            "stale": list(self.stale),
            "missing": list(self.missing),
            "other_law": list(self.other_law),
        }

    def in_words(self) -> list[str]:
        """Give the lines that people read."""
        many = "1 finding" if len(self.findings) == 1 else f"{len(self.findings)} findings"
        verdict = (
            "The awards hold: every constraint was checked independently."
            if self.holds
            else f"The awards do NOT hold: {many}."
        )
        return [
            verdict,
            *(f"  {found['constraint']}: {found['message']}" for found in self.findings),
            *(f"  not enforced by the rule: {message}" for message in self.reported),
            *(f"  {name} no longer agrees with the awards" for name in self.stale),
            *(f"  {sentence}" for sentence in _told_missing(self.missing)),
            *(f"  {sentence}" for sentence in self.other_law),
        ]


@dataclass(frozen=True)
class Claim:
    """What is wrong with the awards of a folder, in words; `stale` where run.json is of others."""

    findings: tuple[str, ...] = ()
    stale: bool = False


def check_folder(round_: Round, folder: Path) -> FolderCheck:
    """Check the awards of a result folder against the round, and its other files against them.

    Awards alone are a claim that can be checked, so that files which are missing fail none. Raises
    InvalidRound where the folder or its awards cannot be read.
    """
    held = _held(round_, folder)
    findings, record, checked = held.findings, held.record, held.checked
    missing = tuple(missing_files(folder))
    stale: tuple[str, ...] = ()
    if not findings:
        stale = tuple(stale_tables(tables_for(round_, held.awards), folder))
        if RECORD not in missing and _is_stale(round_, held):
            stale += (RECORD,)
    reported = tuple(violation.message for violation in checked.not_enforced)
    law = tuple(_other_law(round_, record))
    return FolderCheck(tuple(findings), reported, stale, law, missing)


def awards_that_hold(round_: Round, folder: Path) -> Awards:
    """Give the awards of a result folder, in base minor units, where they hold for the round.

    Raises VerificationFailed where the result is another round's or breaks a constraint, and
    InvalidRound where the folder or its awards cannot be read.
    """
    held = _held(round_, folder)
    if held.findings:
        raise VerificationFailed([f"{at['constraint']}: {at['message']}" for at in held.findings])
    return held.awards


@dataclass(frozen=True)
class _Held:
    """Awards held against their round, with what is wrong of them, and what run.json states."""

    awards: Awards
    findings: Sequence[dict[str, str]]
    record: dict[str, Any]
    nearness: Nearness | None
    left_out: Sequence[str]
    checked: Verification


def _held(round_: Round, folder: Path) -> _Held:
    awards, findings = claimed_awards(round_, folder)
    record = _record(folder)
    if record.get("round_hash") not in (None, round_.content_hash):
        findings.append(
            {
                "constraint": OTHER_ROUND,
                "subject": "run.json",
                "message": "The result is of another round, or of another version of this one.",
            }
        )
    nearness, unclear = _nearness(round_, record)
    findings += unclear
    left_out = not_enforced_by(_rule(round_, record))
    checked = verify_awards(round_, awards, left_out, nearness)
    findings += [_finding(violation) for violation in checked.violations]
    return _Held(awards, findings, record, nearness, left_out, checked)


def check_claim(round_: Round, folder: Path) -> Claim:
    """Check the awards of a result folder against the round, and no other file but run.json.

    Raises InvalidRound where the folder or its awards cannot be read.
    """
    held = _held(round_, folder)
    broken = [found for found in held.findings if found["constraint"] != OTHER_ROUND]
    stale = not broken and _states_otherwise(round_, held)
    return Claim(tuple(finding["message"] for finding in broken), stale)


def claimed_awards(round_: Round, folder: Path) -> tuple[Awards, list[dict[str, str]]]:
    """Give the awards that a folder claims, in base minor units, and what is wrong with its rows.

    Raises InvalidRound where the folder or its awards cannot be read.
    """
    claim = read_awards(folder)
    findings = [
        {
            "constraint": problem.file,
            "subject": f"row {problem.row}",
            "message": str(problem).removeprefix(f"{problem.file}, "),
        }
        for problem in claim.problems
    ]
    awards, unreadable = _in_minor_units(round_, claim)
    return awards, findings + unreadable


def _told_missing(missing: Sequence[str]) -> Iterator[str]:
    """Tell which files of a result are not there, how to mend that, and what it leaves open."""
    say = catalogue_of().say
    if missing:
        yield say("verify-missing", count=len(missing), files=phrases.spoken(missing))
    if RECORD in missing:
        yield say("verify-no-record", file=RECORD)


def _other_law(round_: Round, record: dict[str, Any]) -> Iterator[str]:
    """Tell each rule pack that run.json does not name as it is installed, where it names any."""
    stated = record.get("rule_packs")
    if not isinstance(stated, list):
        return
    then = {pack.get("id"): pack.get("hash") for pack in stated if isinstance(pack, dict)}
    say = catalogue_of().say
    for pack in packs_of(round_):
        here, recorded = pack_hash(pack), then.get(pack.id)
        if recorded is None:
            yield say("verify-law-unstated", pack=pack.id, here=here[:12])
        elif recorded != here:
            yield say("verify-other-law", pack=pack.id, then=str(recorded)[:12], here=here[:12])


def _finding(violation: Any) -> dict[str, str]:
    return {
        "constraint": violation.constraint,
        "subject": violation.subject,
        "message": violation.message,
    }


def _record(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _in_minor_units(round_: Round, claim: Any) -> tuple[Awards, list[dict[str, str]]]:
    awards: dict[tuple[str, str], int] = {}
    findings = []
    for award in claim.awards:
        try:
            awards[award.pool_id, award.proposal_id] = money.minor(award.amount, round_.currency)
        except ValueError as refusal:
            pair = f"pool {award.pool_id}, proposal {award.proposal_id}"
            findings.append({"constraint": "amount", "subject": pair, "message": f"{refusal}."})
    return awards, findings


def _rule(round_: Round, record: dict[str, Any]) -> str:
    """Give the rule that run.json says the awards were made by, else the round's."""
    options = record.get("options")
    stated = options.get("rule") if isinstance(options, dict) else None
    return stated if isinstance(stated, str) else round_.policy.rule


def _nearness(
    round_: Round, record: dict[str, Any]
) -> tuple[Nearness | None, list[dict[str, str]]]:
    """Give the earlier result that run.json says is stayed near, and what is wrong with it."""
    options = record.get("options")
    entry = options.get("stay_near") if isinstance(options, dict) else None
    if entry is None:
        return None, []
    try:
        return nearness_of(near_from(entry, round_.currency)), []
    except ValueError as refusal:
        message = catalogue_of().say("near-unreadable", why=str(refusal))
        return None, [{"constraint": "near", "subject": "run.json", "message": message}]


def _is_stale(round_: Round, held: _Held) -> bool:
    """Say whether run.json states another round or none, or something else than holds."""
    record, of_it = held.record, (round_.id, round_.content_hash, True)
    stated = record.get("round_id"), record.get("round_hash"), record.get("verified")
    if stated != of_it or record.get("status") not in PLANNED:
        return True
    return _states_otherwise(round_, held)


def _states_otherwise(round_: Round, held: _Held) -> bool:
    """Say whether run.json states other levels, changes or constraints than hold of the awards.

    What a result leaves out is its rule's to say: awards are not excused by what run.json states.
    """
    record, levels = held.record, held.record.get("levels")
    stated = {
        (level.get("level"), level.get("priority", level.get("tier"))): level.get("value")
        for level in (levels if isinstance(levels, list) else ())
        if isinstance(level, dict)
    }
    found = {(level.level, level.key): float(level.value) for level in held.checked.levels}
    if held.nearness is not None:
        changed = list(changed_proposals(round_, held.nearness.awards, held.awards))
        if record.get("changed") != changed:
            return True
    return stated != found or record.get("not_enforced", []) != list(held.left_out)
