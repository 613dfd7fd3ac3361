"""What a version of the decisions tells each applicant of a proposal and each donor of a pool."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.http.problems import not_found
from api.results.explained import explained_letter, explaining
from api.results.kept import letters_of_run, parsed, round_of, settings_of, shown_round
from api.results.left import why_left
from api.results.paging import Cells
from api.results.publications import Version
from api.results.reading import rows_of
from api.results.tables import read_rows
from matcher.writing.visibility import ShownRound


class Told:
    """What one version tells; `runs` says whether the run is named, as to the coordinator."""

    def __init__(self, session: Session, version: Version, runs: bool) -> None:
        self.session, self.version, self.run, self.runs = session, version, version.run, runs

    def decision(self, proposal_id: str) -> Cells:
        """Give the row of decisions.csv of a proposal; raises Refused (404) where it has none."""
        found = parsed(self.session, self.run.id, "decisions.csv", "by proposal", _by_proposal)
        if proposal_id not in found:
            raise not_found("decision")
        return found[proposal_id]

    def applicant(self, decision: Cells) -> dict[str, Any]:
        """Give what the applicant of a proposal is told, from its row of decisions.csv."""
        name = decision["proposal_id"]
        return self._of_version() | {
            "proposal_id": name,
            "decision": decision["decision"],
            "requested": decision["requested"],
            "awarded": decision["awarded"],
            "currency": self._settings["currency"],
            "letter": self._letter(name),
        }

    def pool(self, pool_id: str) -> dict[str, Any]:
        """Give what the donor of a pool is told; raises Refused (404) where the run has no such."""
        round_ = round_of(self.session, self.run)
        money = {row["pool_id"]: row for row in rows_of(self.session, self.run.id, "pools")}
        if pool_id not in money:
            raise not_found("pool")
        pool, row = round_.pools_by_id[pool_id], money[pool_id]
        shown = shown_round(self.session, self.run)
        awards = [
            award
            for award in rows_of(self.session, self.run.id, "awards")
            if award["pool_id"] == pool_id
        ]
        # Confidential ones stand last: their place among sorted ids would tell theirs.
        awards.sort(key=lambda award: not shown.proposal_label(award["proposal_id"]))
        steps = self._steps(pool_id)
        return self._of_version() | {
            "pool_id": pool_id,
            "name": pool.name,
            "donor_id": pool.donor_id,
            "currency": round_.currency,
            "pool_currency": pool.currency,
            **{name: row[name] for name in ("budget", "awarded", "left", "share_used")},
            "grants": int(row["grants"]),
            "why_left": why_left(round_, pool, row),
            "awards": [_award(award, shown, steps) for award in awards],
        }

    def lacking(self) -> str | None:
        """Say that letters tell no changes yet, though the round is to tell them; else None."""
        if not self._tells_changes or explaining(self.session, self.run) is not None:
            return None
        return (
            "The round tells applicants what would have changed the decision (policy.feedback), "
            "and nobody has found that out yet: ask for it by "
            f"POST /runs/{self.run.id}/explanations, and publish when it is done."
        )

    def _letter(self, proposal_id: str) -> str:
        if self._tells_changes:
            published = self.version.publication
            until = None if published is None else published.published_at
            # What was found out after the publication is for the next version to tell.
            changes = explained_letter(self.session, self.run, proposal_id, until)
            if changes is not None:
                return changes
        letter = letters_of_run(self.session, self.run.id).get(proposal_id)
        if letter is None:
            raise not_found("decision")
        return letter

    def _steps(self, pool_id: str) -> Mapping[str, list[Cells]]:
        found: dict[str, list[Cells]] = defaultdict(list)
        for row in rows_of(self.session, self.run.id, "steps"):
            if row["pool_id"] == pool_id:
                found[row["proposal_id"]].append(row)
        return found

    @property
    def _tells_changes(self) -> bool:
        feedback: str = self._settings.get("policy", {}).get("feedback", "reason")
        return feedback == "reason_and_change"

    @property
    def _settings(self) -> Mapping[str, Any]:
        return settings_of(self.session, self.run)

    def _of_version(self) -> dict[str, Any]:
        published = self.version.publication
        found: dict[str, Any] = {"run_id": self.run.id} if self.runs else {}
        if published is not None:
            found |= {"version": published.number, "published_at": published.published_at}
        return found


def _award(row: Cells, shown: ShownRound, steps: Mapping[str, list[Cells]]) -> dict[str, Any]:
    name = row["proposal_id"]
    told = {
        "title": shown.title(name),
        "applicant": shown.applicant(name),
        "amount": row["amount"],
        "amount_in_pool_currency": row["amount_in_pool_currency"],
        "conditional": row["conditional"] == "true",
        "earliest_payment": row["earliest_payment"],
        "steps": [_step(step, shown) for step in steps.get(name, ())],
    }
    if label := shown.proposal_label(name):
        told["proposal_id"] = label
    if row["condition"]:
        told["condition"] = shown.text(row["condition"], name)
    return told


def _step(row: Cells, shown: ShownRound) -> dict[str, str]:
    name = row["proposal_id"]
    texts = {column: shown.text(row[column], name) for column in ("step", "responsible")}
    found = texts | {column: row[column] for column in ("due", "citation")}
    return {column: text for column, text in found.items() if text}


def _by_proposal(content: bytes) -> dict[str, dict[str, str]]:
    return {row["proposal_id"]: row for row in read_rows(content)}
