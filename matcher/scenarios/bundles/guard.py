"""What a rule pack out of a bundle may not be: it comes from somebody else, and may be hostile.

A pack that is installed is its user's own. One in a bundle is looked over event by event before it
is read as a whole, for aliases that multiply what they stand for, and for lists in lists in lists,
which end the process and not the reading.
"""

from pathlib import Path

import yaml

from matcher.errors import Problem
from matcher.reading.limits import Limits
from matcher.regulation.loading import load_pack
from matcher.regulation.pack import Pack
from matcher.scenarios.bundles.archive import InvalidBundle, refusal
from matcher.scenarios.bundles.manifest import PackMember

DEPTH = 32
LONGEST = 20_000
"""Characters of one text."""
REMEDY = "Ask for a bundle of packs that pass `matcher rules check`."
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def pack_problem(name: str, content: bytes, limits: Limits) -> Problem | None:
    """Tell a pack that must not be read; what is merely wrong in it is left to the reader."""
    if len(content) > limits.settings_bytes:
        return refusal(name, f"is larger than {limits.settings_bytes:,} bytes.", REMEDY)
    depth = 0
    try:
        for event in yaml.parse(content.decode(), Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent):
                return refusal(name, "holds aliases, which no pack needs.", REMEDY)
            elif isinstance(event, yaml.ScalarEvent) and len(event.value) > LONGEST:
                return refusal(name, f"holds a text of over {LONGEST:,} characters.", REMEDY)
            if depth > DEPTH:
                return refusal(name, f"holds over {DEPTH} lists inside each other.", REMEDY)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    return None


def load_bundled(path: Path, listed: PackMember) -> Pack:
    """Read a pack that was looked over.

    Raises InvalidPack with its mistakes, InvalidBundle for conditions that are too deep, and for a
    pack of another id than the manifest says.
    """
    try:
        pack = load_pack(path)
    except (RecursionError, MemoryError):  # the two ways in which Python's parser gives up
        what = "holds a condition that is nested too deeply."
        raise InvalidBundle([refusal(listed.name, what, REMEDY)]) from None
    if pack.id != listed.id:
        what = f"is not the pack that it is said to be: its id is {pack.id}."
        raise InvalidBundle([refusal(listed.name, what)])
    return pack
