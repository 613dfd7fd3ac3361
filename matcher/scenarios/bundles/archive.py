"""Members packed as one file, the same bytes each time, and unpacked within limits.

Nothing is ever unpacked to a path that an archive names: members are read into memory, and only
under the names that a bundle has.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from matcher.errors import InvalidRound, Problem
from matcher.reading.gathering import Unreadable, read_bytes
from matcher.reading.limits import Limits
from matcher.reading.unpacking import DAMAGED
from matcher.scenarios.bundles.manifest import MANIFEST, NAMES

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest day of a zip: members have no date of their own."""
MOST_MEMBERS = 1_000
AGAIN = "Have it sent again, or make it anew with `matcher bundle`."


class InvalidBundle(InvalidRound):
    """A bundle, and so the round in it, cannot be made or used: every problem, by its members."""

    def __str__(self) -> str:
        count = len(self.problems)
        shown = "\n".join(str(problem) for problem in self.problems)
        return f"{count} problem{'s' if count != 1 else ''} with the bundle\n{shown}"


def refusal(member: str, what: str, remedy: str = AGAIN, value: str = "") -> Problem:
    """Give a problem with a member, or with the bundle as a whole."""
    return Problem(member, None, "", value, what, remedy)


def packed(members: Mapping[str, bytes]) -> bytes:
    """Pack members, in order of their names: the same members give the same bytes."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name in sorted(members):
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # as on Unix everywhere, and so are its permissions
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, members[name], compresslevel=9)
    return content.getvalue()


def is_bundle(path: Path) -> bool:
    """Say whether a file is a bundle by the names in it, also one whose members are damaged."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except (*DAMAGED, OSError):
        return False
    return MANIFEST in names and all(map(NAMES.fullmatch, names))


def unpacked(path: Path, limits: Limits = Limits()) -> dict[str, bytes]:
    """Read the members of a bundle into memory; raises InvalidBundle with all that is wrong."""
    try:
        content = read_bytes(path, limits.file_bytes)
    except Unreadable as unreadable:
        raise InvalidBundle([unreadable.problem]) from None
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if problems := _entry_problems(path.name, entries, limits):
                raise InvalidBundle(problems)
            return _read(archive, entries)
    except DAMAGED as error:
        what = f"is no bundle, or a damaged one: {error}."
        raise InvalidBundle([refusal(path.name, what)]) from None


def _entry_problems(file: str, entries: Sequence[ZipInfo], limits: Limits) -> list[Problem]:
    total = sum(entry.file_size for entry in entries)
    small = sum(entry.compress_size for entry in entries)
    swollen = total > limits.ratio_free_bytes and total > limits.unpacked_ratio * small
    if len(entries) > MOST_MEMBERS or total > limits.unpacked_bytes or swollen:
        what = f"unpacks to {total:,} bytes in {len(entries):,} members, which no bundle needs."
        return [refusal(file, what, "Check that it is the right file.")]
    problems, seen = list[Problem](), set[str]()
    for entry in entries:
        name = entry.orig_filename
        if not NAMES.fullmatch(name):
            shown = name[:80].encode("ascii", "backslashreplace").decode()
            shown = "".join(mark if mark.isprintable() else "?" for mark in shown)
            problems.append(refusal(file, "holds a member that no bundle has.", value=shown))
        elif name in seen:
            problems.append(refusal(name, "stands twice in the bundle."))
        elif entry.flag_bits & 1 or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            problems.append(refusal(name, "is packed or locked in a way that no bundle is."))
        seen.add(name)
    return problems


def _read(archive: ZipFile, entries: Sequence[ZipInfo]) -> dict[str, bytes]:
    members, problems = dict[str, bytes](), list[Problem]()
    for entry in entries:
        try:
            members[entry.orig_filename] = archive.read(entry)
        except DAMAGED:
            problems.append(refusal(entry.orig_filename, "is damaged and cannot be unpacked."))
    if problems:
        raise InvalidBundle(problems)
    return members
