"""Two runs side by side, in full or as others may see them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.asides import aside
from api.results.kept import file_of, round_of
from api.results.reading import SEE_ALL
from api.store.tables import RunRow
from matcher.scenarios.comparing.comparison import TABLES, Comparison, compared
from matcher.scenarios.comparing.document import document
from matcher.scenarios.comparing.inputs import is_hidden
from matcher.scenarios.comparing.sides import Side, read_side
from matcher.scenarios.comparing.words import ComparisonWords
from matcher.scenarios.edits.differences import Difference, differences
from matcher.scenarios.edits.naming import HEAD
from matcher.writing.result_folder import RECORD
from matcher.writing.visibility import CONFIDENTIAL, NAME_WITHHELD, ShownRound

Plain = dict[str, Any]
TOLD = (*HEAD, "policy", "call", "rates", "targets", "pools", "proposals", "pairs")
"""The tables whose changes others are told cell by cell."""
UNTOLD = "something that is confidential"
OF_BUDGET = ("budget", "hold_back_share")


def comparison_for(
    session: Session, before: RunRow, after: RunRow, principal: Principal
) -> Mapping[str, Any]:
    """Compare two runs, and tell what their asker may see of it.

    Raises InvalidRound where a run is not of the round that it is kept with.
    """
    comparison = compared(_side(session, before), _side(session, after))
    found = document(comparison)
    return found if principal.role in SEE_ALL else _Told(comparison).document(found)


def _side(session: Session, run: RunRow) -> Side:
    with aside() as folder:
        for file in ("awards.csv", RECORD):
            (folder / file).write_bytes(file_of(session, run.id, file))
        side, _ = read_side(round_of(session, run), folder)
    return side


class _Told:
    """What others are told of a comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison, self.words = comparison, ComparisonWords(comparison)
        self.rounds = self.words.rounds

    def document(self, found: Mapping[str, Any]) -> Plain:
        """Give a comparison's document without what is withheld; hidden rows stand last."""
        tell = {
            "proposals": self.proposal, "pools": self.pool, "donors": self.donor,
            "organisations": self.organisation, "targets": self.target, "totals": self.total,
        }  # fmt: skip
        told = dict(found)
        for table in TABLES:
            if table in tell:
                rows = [{**row, **tell[table](row)} for row in found[table]]
                told[table] = sorted(rows, key=lambda row: next(iter(row.values())) is None)
        changed = differences(*(side.round for side in self.comparison.sides))
        told["input"] = list(self._changes(changed))
        return told

    def proposal(self, row: Mapping[str, Any]) -> Plain:
        name = row["proposal_id"]
        rounds = [s for s in self.rounds if name in s.round.proposals_by_id]
        label = all(shown.proposal_label(name) for shown in rounds)
        org_id = all(shown.organisation_label(name) for shown in rounds)
        return {
            "proposal_id": name if label else None,
            "title": self.words.title(name) if label else CONFIDENTIAL["proposal"],
            "org_id": row["org_id"] if org_id else None,
            "funders_before": self._funders(row["funders_before"]),
            "funders_after": self._funders(row["funders_after"]),
        }

    def pool(self, row: Mapping[str, Any]) -> Plain:
        name = row["id"]
        label = self._is_open_pool(name)
        told: Plain = {"id": name if label else None, "name": CONFIDENTIAL["pool"]}
        if label:
            names = {s.pool(name) for s in self.rounds if name in s.round.pools_by_id}
            told["name"] = NAME_WITHHELD if NAME_WITHHELD in names else row["name"]
            told["name"] = self._clean(told["name"])
        if self._keeps(name, *OF_BUDGET):
            told |= {"budget_before": None, "budget_after": None}
        return told

    def donor(self, row: Mapping[str, Any]) -> Plain:
        seen = {
            shown.round.donors_by_id[row["id"]].visibility
            for shown in self.rounds
            if row["id"] in shown.round.donors_by_id
        }
        if "confidential" in seen:
            return {"id": None, "name": CONFIDENTIAL["donor"]}
        return {"id": row["id"], "name": row["name"] if seen == {"public"} else NAME_WITHHELD}

    def organisation(self, row: Mapping[str, Any]) -> Plain:
        # Beside amounts, the id of one that is not named would tell what it applied for.
        named = self.words.organisation(row["id"])
        hidden = [s for s in self.rounds if row["id"] in s.round.organisations_by_id]
        seen = {shown.round.organisations_by_id[row["id"]].visibility for shown in hidden}
        if "confidential" in seen:
            return {"id": None, "name": CONFIDENTIAL["organisation"]}
        if seen != {"public"} or named != row["name"]:
            return {"id": None, "name": NAME_WITHHELD}
        return {"id": row["id"], "name": named}

    def total(self, row: Mapping[str, Any]) -> Plain:
        if row["figure"] != "on_offer" or not self._keeps_budget(None):
            return {}
        # All budgets together, less those that are told, would be what a pool keeps.
        return dict.fromkeys(("before", "after", "difference"))

    def target(self, row: Mapping[str, Any]) -> Plain:
        told: Plain = {"target_id": self._clean(row["target_id"])}
        of_pools = {
            target.pool
            for shown in self.rounds
            for target in shown.round.targets
            if target.id == row["target_id"] and target.of == "budget"
        }
        if row["kind"] == "share" and any(self._keeps_budget(pool) for pool in of_pools):
            told |= {"value_before": None, "value_after": None}
        return told

    def _changes(self, changed: tuple[Difference, ...]) -> Iterator[Plain]:
        """Tell what was changed; of other tables that they were, of rows that they are there."""
        for difference in changed:
            table, *rest = difference.path
            if table not in TOLD:
                yield {"path": table}
            elif self._is_withheld(difference):
                yield {"path": f"{table}: {UNTOLD}"}
            else:
                named = rest[0].split("/") if rest else []
                yield {
                    "path": self._clean(".".join([table, *rest])),
                    "before": self._cell(difference.before, named),
                    "after": self._cell(difference.after, named),
                }

    def _is_withheld(self, difference: Difference) -> bool:
        if any(is_hidden(shown, difference) for shown in self.rounds):
            return True
        table, *rest = difference.path
        if (table, rest[-1:]) != ("proposals", ["org_id"]):
            return False
        rounds = [s for s in self.rounds if rest[0] in s.round.proposals_by_id]
        return not all(shown.organisation_label(rest[0]) for shown in rounds)

    def _cell(self, value: Any, named: Sequence[str]) -> Any:
        """Give what stood in a cell of a row, which is named after what it is about."""
        if value is None or isinstance(value, Mapping):
            return None if value is None else "a row"
        return self._clean(value if isinstance(value, str) else ";".join(value), named)

    def _clean(self, text: str, named: Sequence[str] = ()) -> str:
        for shown in self.rounds:
            for name in (None, *named):
                if name is None or name in shown.round.proposals_by_id:
                    text = shown.text(text, name)
        return text

    def _funders(self, text: str) -> str:
        """Give who pays how much with the ids of confidential pools left out."""
        told = []
        for paid in filter(None, text.split("; ")):
            pool, _, amount = paid.rpartition(" ")
            told.append(f"{pool if self._is_open_pool(pool) else CONFIDENTIAL['pool']} {amount}")
        return "; ".join(told)

    def _is_open_pool(self, pool_id: str) -> bool:
        return all(shown.pool_label(pool_id) for shown in self._with_pool(pool_id))

    def _keeps(self, pool_id: str, *terms: str) -> bool:
        return any(shown.keeps(pool_id, *terms) for shown in self._with_pool(pool_id))

    def _keeps_budget(self, pool_id: str | None) -> bool:
        """Say whether a pool keeps its budget to itself; without one, whether any does."""
        if pool_id is not None:
            return self._keeps(pool_id, *OF_BUDGET)
        pools = {name for shown in self.rounds for name in shown.round.pools_by_id}
        return any(self._keeps(name, *OF_BUDGET) for name in pools)

    def _with_pool(self, pool_id: str) -> Iterator[ShownRound]:
        yield from (shown for shown in self.rounds if pool_id in shown.round.pools_by_id)
