"""An applicant under strain: registers, submits, amends, withdraws, and repeats what is cut off."""

import random
from itertools import count
from threading import Event
from typing import Any

from benchmarks.service.asking import Asker, told
from benchmarks.service.ledger import Ledger, Told

OF_ONE_ORGANISATION = 12
"""So many proposals, then another organisation is registered."""


class Applicant:
    """One after the other, many organisations with their proposals, all told in a ledger."""

    def __init__(
        self, asker: Asker, ledger: Ledger, number: int, coordinator: str, round_id: str
    ) -> None:
        self._asker, self._ledger = asker, ledger
        self._coordinator, self._round = coordinator, round_id
        self._dice = random.Random(number)
        self._names = (f"applicant {number} request {n}" for n in count(1))

    def run(self, stopping: Event, pause: float) -> None:
        """Go on until told to stop, which comes between two requests."""
        while not stopping.is_set():
            org_id, key = self._register()
            for _ in range(OF_ONE_ORGANISATION):
                if stopping.wait(self._dice.uniform(0, 2 * pause)):
                    return
                self._story(org_id, key, stopping, pause)

    def _register(self) -> tuple[str, str]:
        name = f"Made-up union of {next(self._names)}"
        once = next(self._names)
        body = {"name": name, "country": "AZ", "kind": "public_union"}
        answer = self._asker.ask("POST", "/organisations", body=body, once=once)
        if answer.status_code == 409:
            # It is done, and the key was in the answer that was cut off.
            return self._key_anew(name, once)
        registered = told(answer, 201)
        org_id = registered["organisation"]["org_id"]
        self._registered(name, org_id, once)
        return org_id, registered["key"]

    def _key_anew(self, name: str, once: str) -> tuple[str, str]:
        found = self._asker.ask("GET", f"/organisations?name={name}", key=self._coordinator)
        (organisation,) = told(found, 200)["items"]
        self._registered(name, organisation["org_id"], once)
        while True:
            again = next(self._names)
            body = {"role": "ngo", "subject": organisation["org_id"], "label": "lost"}
            made = self._asker.ask("POST", "/keys", self._coordinator, body, again)
            self._ledger.accept(again)
            self._ledger.note("key.add", "")
            if made.status_code != 409:
                return organisation["org_id"], told(made, 201)["secret"]

    def _registered(self, name: str, org_id: str, once: str) -> None:
        self._ledger.accept(once)
        self._ledger.note("organisations.register", org_id)
        with self._ledger.lock:
            self._ledger.names[name] = org_id

    def _story(self, org_id: str, key: str, stopping: Event, pause: float) -> None:
        proposal_id = self._submit(org_id, key)
        for _ in range(self._dice.choice((0, 1, 1, 2))):
            if stopping.wait(self._dice.uniform(0, 2 * pause)):
                return
            self._amend(proposal_id, key)
        if self._dice.random() < 0.25:
            self._withdraw(proposal_id, key)

    def _submit(self, org_id: str, key: str) -> str:
        once = next(self._names)
        body = self._body(once)
        answer = self._asker.ask("POST", f"/rounds/{self._round}/proposals", key, body, once)
        proposal = told(answer, 201)["proposal"]
        proposal_id: str = proposal["proposal_id"]
        self._ledger.accept(once)
        self._ledger.note("proposals.add", proposal_id)
        with self._ledger.lock:
            if proposal_id in self._ledger.proposals:
                self._ledger.faults.append(f"two proposals are called {proposal_id}")
            self._ledger.proposals[proposal_id] = Told(org_id, once, proposal["version"])
            # With its first proposal an organisation comes into the round.
            self._ledger.entries["organisations.add", org_id] = 1
        return proposal_id

    def _amend(self, proposal_id: str, key: str) -> None:
        """Replace a proposal; where the answer was cut off, look whether it was done."""
        path = f"/rounds/{self._round}/proposals/{proposal_id}"
        title = next(self._names)
        known = self._ledger.proposals[proposal_id]
        answer = self._asker.ask("PUT", path, key, self._body(title), etag=f'"{known.version}"')
        if answer.status_code == 412:
            kept = told(self._asker.ask("GET", path, key), 200)
        else:
            kept = told(answer, 200)["proposal"]
        if kept["title"] != title or kept["version"] != known.version + 1:
            self._ledger.fault(f"{proposal_id} is not as it was amended: {kept}")
        self._ledger.note("proposals.change", proposal_id)
        known.title, known.version = kept["title"], kept["version"]

    def _withdraw(self, proposal_id: str, key: str) -> None:
        once = next(self._names)
        path = f"/rounds/{self._round}/proposals/{proposal_id}/withdrawal"
        answer = self._asker.ask("POST", path, key, {"reason": "Another funds it."}, once)
        kept = told(answer, 200)
        known = self._ledger.proposals[proposal_id]
        self._ledger.accept(once)
        self._ledger.note("proposals.withdraw", proposal_id)
        known.version, known.withdrawn = kept["version"], True

    def _body(self, title: str) -> dict[str, Any]:
        requested = str(100 * self._dice.randint(20, 90))
        return {"title": title, "currency": "AZN", "requested": requested, "sector": "11230"}
