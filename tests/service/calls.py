"""How each operation of the service is called so that it succeeds, and what nobody else may touch.

The tests of who may do what are made of the OpenAPI document and of this table: an operation that
is in one of them only fails them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from httpx2 import Response
from sqlalchemy import update

from api.rounds.nouns import NOUNS
from api.store.tables import RoundRow
from matcher.reading import read_document
from tests.service.association import document_of
from tests.service.conftest import Home
from tests.service.seeding import DRAFT, PUBLISHED, ROUNDS, Person

Names = Mapping[str, str]
UNKNOWN = "nothing-is-called-so"


@dataclass(frozen=True)
class Call:
    """A request that succeeds for every role that the operation is for.

    `path` names the objects in the path, `own` what differs for a role that sees its own only, and
    `others` what it must not even hear of. `state` is the state that the round has to be in.
    """

    path: Names = field(default_factory=dict)
    own: Mapping[str, Names] = field(default_factory=dict)
    others: Mapping[str, tuple[Names, ...]] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Names = field(default_factory=dict)
    body: Any = None
    bodies: Mapping[Person, Any] = field(default_factory=dict)
    """Where it depends on who asks."""
    content: bytes | None = None
    state: str | None = None
    before: Callable[[Home], None] | None = None
    in_session: bool = False
    """Only who has logged in with a password may do it."""

    def otherwise(self, **changes: Any) -> Self:
        """Give the call with some things changed."""
        return replace(self, **changes)

    def names(self, person: Person) -> Names:
        """Give what stands in the path for somebody: their own things."""
        return {**self.path, **self.own.get(person[0], {})}

    def hidden(self, person: Person) -> list[Names]:
        """Give what stands in the path for things that somebody must not hear of."""
        others = self.others.get(person[0], ())
        hidden: list[Names] = [{**self.names(person), **other} for other in others]
        if "round_id" in self.path and person[0] not in ("coordinator", "auditor"):
            hidden.append({**self.names(person), "round_id": DRAFT})
        return hidden


def prepare(home: Home, call: Call) -> None:
    """Bring about what has to be so before a call."""
    if call.state is not None:
        with home.service.store.writing() as session:
            here = RoundRow.id == call.path["round_id"]
            session.execute(update(RoundRow).where(here).values(state=call.state))
    if call.before is not None:
        call.before(home)


def ask(
    home: Home, operation: str, call: Call, person: Person | None, names: Names | None = None
) -> Response:
    """Send a call as somebody, about their own things or those that are named."""
    assert home.keys is not None
    method, _, template = operation.partition(" ")
    given = (call.names(person) if person else call.path) if names is None else names
    path = template.format(**{name: of_home(value, home) for name, value in given.items()})
    client = home.client()
    headers = dict(call.headers)
    if person is not None:
        held = home.keys.sessions if call.in_session else home.keys.secrets
        headers["Authorization"] = f"Bearer {held[person]}"
    if method in ("PUT", "DELETE", "POST"):
        headers["If-Match"] = "*"
    return client.request(
        method, path, params=dict(call.query), headers=headers, content=call.content,
        json=call.bodies.get(person, call.body) if person else call.body,
    )  # fmt: skip


def of_home(value: str, home: Home) -> str:
    """Give what a name stands for: `key:ngo:O1` for the id of a key, all else for itself."""
    assert home.keys is not None
    kind, _, who = value.partition(":")
    if kind != "key":
        return value
    role, _, subject = who.partition(":")
    return next(id_ for person, id_ in home.keys.ids.items() if person == (role, subject or None))


def row_ids(noun: str, round_id: str = PUBLISHED) -> list[str]:
    """Give the ids of a table's rows, as the service names them."""
    _, title, packs = ROUNDS[round_id]
    document = read_document(document_of(round_id, title, packs), "round").round.document()
    rows = document["round"]["targets"] if noun == "targets" else document[noun]
    return [NOUNS[noun].id_of(row) for row in rows]
