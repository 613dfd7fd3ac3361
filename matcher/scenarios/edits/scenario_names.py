"""Which names scenarios may not have, as each has a folder of its name among other files."""

LONGEST = 200
"""So many bytes a name may have: most systems take 255, and grids add a number."""
TAKEN = frozenset(
    (
        "answers.jsonl",
        "bands.csv",
        "curve.csv",
        "donors.csv",
        "frontier.csv",
        "groups.csv",
        "organisations.csv",
        "overview.csv",
        "pools.csv",
        "proposals.csv",
        "regions.csv",
        "scenarios.json",
        "targets.csv",
        "whatif.html",
    )
)
"""The files that what-ifs and sweeps write beside the folders of scenarios."""


def is_taken(name: str) -> bool:
    """Say whether a file has the name; some systems take capitals for small letters."""
    return name.casefold() in TAKEN


def is_too_long(name: str) -> bool:
    """Say whether no folder could have the name."""
    return len(name.encode(errors="replace")) > LONGEST
