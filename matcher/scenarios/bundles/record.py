"""run.json of a recorded result: as it was written, and what a replay needs of it, checked."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from matcher.errors import Problem
from matcher.pipeline import RULES
from matcher.pipeline.nearness import near_from
from matcher.results import Options, RunStatus
from matcher.scenarios.bundles.archive import InvalidBundle, refusal
from matcher.scenarios.bundles.manifest import RUN, Digest

MOST_WORKERS = 1_024
"""More threads than this no run was ever given; a file that asks for them is no record of one."""

Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class JudgedBy(_Part):
    """A rule pack that the result was judged by."""

    id: str
    hash: Digest


class StatedLevel(_Part):
    """An objective level as run.json states it, in numbers."""

    level: Literal["L1", "L2", "L3", "L4"]
    priority: int | None = None
    tier: int | None = None
    value: Number
    bound: Number | None

    @property
    def name(self) -> tuple[str, int | None]:
        """Give the level with its priority or tier."""
        return self.level, self.priority if self.level == "L1" else self.tier


class StatedOptions(_Part):
    """The options that are known here; others are refused unless they were not used."""

    rule: str
    time_limit: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    gap: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)]
    baseline: bool = False
    brief: bool = False
    warm_start: str | None = None
    stay_near: dict[str, Any] | None = None


class Record(_Part):
    """What run.json says; `content` is all of it, as plain values."""

    round_id: str
    round_hash: Digest
    rule_packs: tuple[JudgedBy, ...]
    options: StatedOptions
    seed: Annotated[int, Field(ge=0)]
    versions: dict[str, str]
    status: RunStatus
    stop_reason: str
    levels: tuple[StatedLevel, ...]
    reproducible: bool
    warnings: tuple[str, ...]
    content: Annotated[dict[str, Any], Field(exclude=True)] = {}

    @property
    def has_awards(self) -> bool:
        """Say whether the run ended with awards."""
        return self.status in ("optimal", "feasible")

    def run_options(self, currency: str) -> Options:
        """Give the options of the run as `match` takes them, amounts in the round's currency.

        Raises InvalidBundle where the result that was to be stayed near cannot be read.
        """
        stated, near = self.options, None
        if stated.stay_near is not None:
            try:
                near = near_from(stated.stay_near, currency)
            except ValueError as error:
                what = f"cannot be read: {error}."
                remedy = "Write the result again."
                problem = Problem(RUN, None, "options.stay_near", "", what, remedy)
                raise InvalidBundle([problem]) from None
        return Options(
            rule=stated.rule,
            seconds=stated.time_limit,
            gap=stated.gap,
            workers=stated.workers,
            seed=self.seed,
            baseline=stated.baseline,
            brief=stated.brief,
            warm_start=stated.warm_start,
            stay_near=near,
        )


def record_in(text: bytes, name: str = RUN) -> Record:
    """Read run.json; raises InvalidBundle where it is none, or asks for what is not known here."""
    try:
        content = from_json(text, allow_inf_nan=False)
        record = Record.model_validate(content)
    except ValidationError as error:
        raise InvalidBundle([_problem(name, each) for each in error.errors()]) from None
    except ValueError as error:
        what = f"is not JSON: {error}."
        raise InvalidBundle([refusal(name, what)]) from None
    if problems := _unknown(record, name):
        raise InvalidBundle(problems)
    return record.model_copy(update={"content": content})


def _problem(name: str, error: Any) -> Problem:
    place = ".".join(str(part) for part in error["loc"])
    what = f"is not as `matcher match` writes it: {error['msg']}."
    return Problem(name, None, place, "", what, "Write the result again.")


def _unknown(record: Record, name: str) -> Sequence[Problem]:
    """Find a rule and options that this version does not have, and that the run made use of."""
    remedy = "Use the version of donor-matcher that the result was made by."
    used = {key for key, value in (record.options.model_extra or {}).items() if value}
    problems = [
        Problem(name, None, f"options.{key}", "", "is no option that can be replayed here.", remedy)
        for key in sorted(used)
    ]
    rule = record.options.rule
    if rule not in RULES:
        what = "is no allocation rule that is here."
        problems.append(Problem(name, None, "options.rule", rule, what, remedy))
    return problems
