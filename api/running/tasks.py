"""What the process of a run does: match a round, match it otherwise, explain what came out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from api.results.letters import LETTERS, letters_of
from api.running.inputs import read_inputs
from api.running.job import BASE, BASE_INPUTS, EARLIER, INPUTS, Job
from api.running.scenario import changed_by
from matcher.explaining.every import explain_every
from matcher.explaining.solves.base import base_of
from matcher.explaining.solves.proof import proof_of
from matcher.explaining.written import explanation_rows, write_explanations
from matcher.pipeline import Clock, match
from matcher.regulation.library import instead
from matcher.results import Options, Run
from matcher.scenarios.bundles.bundle import bundle_of, write_bundle
from matcher.scenarios.near import near_result
from matcher.scenarios.running import started
from matcher.solving import Report
from matcher.warm_start import earlier_result
from matcher.writing.conflict_words import conflict_words
from matcher.writing.result_folder import write_result
from matcher.writing.visibility import ShownRound

Tell = Callable[[str], None]
BUNDLE = "bundle.zip"
NOTHING_FOUND = "No plan was found in the time. Ask again with a longer time_limit."


@dataclass(frozen=True)
class End:
    """How a run ended, and why where that is no matter of course."""

    state: str
    detail: str | None = None


def do(job: Job, tell: Tell, watch: Report) -> End:
    """Work out a run and leave its files in the folder for them; raises as `match` does."""
    return TASKS[job.kind](job, tell, watch)


def _match(job: Job, tell: Tell, watch: Report) -> End:
    options = _options(job)
    clock = Clock(options.seconds)
    with clock.stage("read"):
        found = read_inputs((job.folder / INPUTS).read_bytes())
        warm, near = (_place(job, option) for option in EARLIER)
        earlier = None if warm is None else earlier_result(found.round, warm)
        if near is not None:
            price = job.options.get("price_per_change")
            worth = None if price is None else Decimal(price)
            most = job.options.get("at_most_changes")
            options = replace(options, stay_near=near_result(found.round, near, most, worth))
    awards = None
    if earlier is not None:
        options, awards = replace(options, warm_start=earlier.digest), earlier.awards
    run = match(found.round, options, found.warnings, tell, clock, watch, awards)
    tell("writing the result")
    write_result(run, job.out, clock.timings)
    warnings = [str(warning) for warning in found.warnings]
    write_bundle(bundle_of(run.round, job.out, warnings, warm), job.out / BUNDLE)
    return _ended(job, run)


def _scenario(job: Job, tell: Tell, watch: Report) -> End:
    base = read_inputs((job.folder / BASE_INPUTS).read_bytes()).round
    changed = changed_by(base, job.options)
    awards = earlier_result(base, job.folder / BASE).awards
    start = started(base, _options(job), awards)
    clock = Clock(start.options.seconds)
    with instead(changed.packs):
        run = match(changed.round, start.options, (), tell, clock, watch, awards)
        tell("writing the result")
        write_result(run, job.out, clock.timings)
        write_bundle(bundle_of(run.round, job.out, (), job.folder / BASE), job.out / BUNDLE)
        return _ended(job, run)


def _explain(job: Job, tell: Tell, _watch: Report) -> End:
    round_ = read_inputs((job.folder / INPUTS).read_bytes()).round
    folder = job.folder / BASE
    awards = dict(earlier_result(round_, folder).awards)
    base = base_of(round_, awards, _options(job), tell, proof_of(round_, folder))
    if base is None:
        return End("no_solution", NOTHING_FOUND)
    rows = list(explanation_rows(base, explain_every(base, tell)))
    tell("writing the explanations")
    write_explanations(base, rows, job.out)
    return End("done")


TASKS: Mapping[str, Callable[[Job, Tell, Report], End]] = {
    "match": _match, "scenario": _scenario, "explain": _explain,
}  # fmt: skip


def _options(job: Job) -> Options:
    asked = job.options
    return Options(
        rule=asked.get("rule"), seconds=asked.get("time_limit", 600.0),
        gap=asked.get("gap", 1e-6), workers=job.threads, seed=asked.get("seed", 0),
        baseline=asked.get("baseline", False),
    )  # fmt: skip


def _place(job: Job, option: str) -> Path | None:
    return job.folder / EARLIER[option] if job.options.get(option) is not None else None


def _ended(job: Job, run: Run) -> End:
    if run.status == "infeasible":
        shown = ShownRound(run.round)
        told = [conflict_words(part, shown) for part in run.record["conflict"]]
        return End("infeasible", " ".join(["These cannot hold together:", *told]))
    if run.status == "no_solution":
        return End("no_solution", NOTHING_FOUND)
    letters = letters_of(run.round, job.out)
    text = json.dumps(letters, ensure_ascii=False, indent=2, sort_keys=True)
    (job.out / LETTERS).write_text(f"{text}\n", encoding="utf-8")
    return End("done")
