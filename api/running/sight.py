"""What an analyst may see of runs, and what may be otherwise in the scenarios of one.

A refusal that depends on what is confidential would tell it. So an analyst names rows by ids that
others may see, whether or not there are more of them, and adds none.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from api.access.roles import Principal
from api.http.problems import FieldProblem, invalid
from api.store.tables import RunRow
from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.writing.visibility import ShownRound

TABLES = ("donors", "pools", "organisations", "proposals", "targets")
"""Tables whose rows others may know of; pair terms, facts and reviews are not for them."""
SETTINGS = ("decision_date", "rates", "policy", "call", "packs")
EDITS = ("question", "add", "set", "drop")
TOLD: Mapping[str, str] = {
    "infeasible": "Some constraints cannot hold together; the coordinator sees which.",
    "failed": "It failed; the coordinator sees why.",
}
"""What an analyst is told of an end, whose own words could name what is confidential."""


def shown(run: RunRow, principal: Principal) -> dict[str, Any]:
    """Give a run as it is answered."""
    found = {
        "id": run.id, "round_id": run.round_id, "kind": run.kind, "state": run.state,
        "options": run.options, "of_run": run.of_run, "inputs": run.inputs,
        "progress": run.progress, "detail": run.detail, "attempt": run.attempt,
        "created_at": run.created_at, "created_by": run.created_by, "started_at": run.started_at,
        "ended_at": run.ended_at, "cancel_asked_at": run.cancel_asked_at,
    }  # fmt: skip
    if principal.role == "analyst":
        found["detail"] = TOLD.get(run.state, run.detail)
        if run.created_by != principal.key_id:
            options = {name: value for name, value in run.options.items() if name not in EDITS}
            found |= {"options": options, "created_by": None}
    return found


def check_within_sight(round_: Round, options: Mapping[str, Any]) -> None:
    """Refuse the edits of an analyst that name what others may not see, or anything not there."""
    shown_round = ShownRound(round_)
    visible = _visible(shown_round)
    problems = [
        FieldProblem(
            field=field, value=path[:80], what="is nothing that you may change in a scenario.",
            remedy=f"Name a setting, or a row of {', '.join(TABLES)} by an id in the results or *.",
        )
        for field, path in _paths(options)
        if not _is_within(path, visible, shown_round)
    ]  # fmt: skip
    if options.get("add"):
        remedy = "Ask the coordinator for a scenario with it."
        what = "may not be used by analysts."
        problems.append(FieldProblem(field="add", what=what, remedy=remedy))
    if problems:
        raise invalid(problems)


def in_sight(round_: Round, refusal: InvalidRound) -> InvalidRound:
    """Give a refusal without the names and ids of what is confidential."""
    text = ShownRound(round_).text
    return InvalidRound(
        [
            Problem(p.file, p.row, p.column, p.value, text(p.what), text(p.remedy), p.severity)
            for p in refusal.problems
        ]
    )


def _visible(shown_round: ShownRound) -> Mapping[str, frozenset[str]]:
    """Give, for each table, the ids of its rows that others may see, and the star for all."""
    round_, pool_label = shown_round.round, shown_round.pool_label
    ids = {
        "donors": [donor.donor_id for donor in round_.donors if donor.visibility == "public"],
        "pools": [pool_label(pool.pool_id) for pool in round_.pools],
        "organisations": [o.org_id for o in round_.organisations if o.visibility == "public"],
        "proposals": [shown_round.proposal_label(p.proposal_id) for p in round_.proposals],
        "targets": [
            target.id for target in round_.targets
            if shown_round.text(target.id) == target.id
            and (target.pool is None or pool_label(target.pool))
        ],
    }  # fmt: skip
    return {table: frozenset(filter(None, ids[table])) | {"*"} for table in TABLES}


def _paths(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from (("set", path) for path, _ in options.get("set") or ())
    yield from (("drop", path) for path in options.get("drop") or ())


def _is_within(path: str, visible: Mapping[str, frozenset[str]], shown_round: ShownRound) -> bool:
    table, _, rest = path.partition(".")
    if table not in visible:
        return table in SETTINGS
    for name in visible[table]:
        # Ids may hold dots themselves.
        if rest == name or rest.startswith(f"{name}."):
            column = rest[len(name) + 1 :]
            return table != "pools" or name == "*" or not shown_round.keeps(name, column)
    return False
