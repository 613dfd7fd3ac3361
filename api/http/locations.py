"""Where things are found: paths for the header Location."""

from urllib.parse import quote


def path_of(*parts: object) -> str:
    """Give the path of something, each part percent-encoded: ids may hold any letter."""
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)
