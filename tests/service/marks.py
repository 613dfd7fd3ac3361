"""What somebody was told, and whether they may know it."""

from httpx2 import Response

from tests.service.association import MARKS
from tests.service.seeding import Person

SEE_ALL = ("coordinator", "auditor")


def marks_in(answer: Response, person: Person | None) -> list[str]:
    """Find what somebody was told that they may not know, and did not say themselves."""
    if person is not None and person[0] in SEE_ALL:
        return []
    told = f"{answer.text} {dict(answer.headers)}"
    asked = f"{answer.request.url} {answer.request.content.decode(errors='replace')}"
    return [
        mark
        for mark, who in MARKS.items()
        if person not in who and mark in told and mark not in asked
    ]


def said(person: Person | None, answer: Response) -> str:
    """Tell in full what was asked and answered."""
    asked = answer.request
    sent = asked.content.decode(errors="replace")[:500]
    return f"\n{person} {asked.method} {asked.url} {sent}\n-> {answer.status_code} {answer.text}"
