"""Edits of what somebody has read: ETag and If-Match over whole-number versions."""

from fastapi import Header, Response

from api.http.problems import Refused

IfMatch = Header(None, alias="If-Match", description="The ETag of what was read.")


def set_etag(response: Response, version: int) -> None:
    """Send a version along."""
    response.headers["ETag"] = f'"{version}"'


def check_etag(if_match: str | None, version: int | str) -> None:
    """Refuse an edit of something other than what was read (412), or of what was not read (428)."""
    if if_match is None:
        raise Refused(
            428, "if-match", "If-Match is missing",
            "Read it first and send its ETag as If-Match, so that nobody's change is lost.",
        )  # fmt: skip
    known = [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]
    if "*" not in known and str(version) not in known:
        raise Refused(
            412, "stale", "It has changed since",
            f"It is at version {version} now: read it again, then change it.",
        )  # fmt: skip
