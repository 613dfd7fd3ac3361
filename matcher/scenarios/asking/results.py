"""Results compared, explained by their causes, saved and replayed, asked from Python."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from matcher.results import Options, Run
from matcher.scenarios.asking.asking import OPTIONS
from matcher.scenarios.asking.crew import silent
from matcher.scenarios.bundles.bundle import Bundle, bundle_of, read_bundle, write_bundle
from matcher.scenarios.causes.causes import Causes, causes_of
from matcher.scenarios.causes.coalitions import one_at_a_time
from matcher.scenarios.causes.solving import Way, side_by_side
from matcher.scenarios.causes.tables import causes_table, changes_table, parts_table
from matcher.scenarios.causes.ways import Made, made_like
from matcher.scenarios.comparing.comparison import Comparison, compared
from matcher.scenarios.comparing.found import Found, find_result
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.many.executing import Tell
from matcher.scenarios.replays.replaying import Replay
from matcher.scenarios.replays.replaying import replay as replay_bundle
from matcher.scenarios.whatif import ANSWERS
from matcher.writing.result_folder import write_result

Result = Run | Side | str | Path
"""A run, one side of a comparison, a folder with a result, or a bundle."""
IN_MEMORY = Path("a run in memory")


@dataclass(frozen=True)
class Because:
    """What caused the differences between two results, and that as tables."""

    found: Causes

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The changes of the input, by number."""
        return changes_table(self.found)

    @cached_property
    def causes(self) -> pd.DataFrame:
        """What the new outcome of each proposal comes from, changes by number."""
        return causes_table(self.found)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """The part of each change in what differs; 0 is what none accounts for."""
        return parts_table(self.found)


def compare(
    before: Result,
    after: Result,
    *,
    round_before: str | Path | None = None,
    round_after: str | Path | None = None,
) -> Comparison:
    """Compare two results, of the same round or of any two.

    A folder of `matcher match` needs its round named; one of a scenario and a bundle have theirs.
    Raises InvalidRound, InvalidBundle, InvalidPack.
    """
    one = _found(before, round_before, "round_before")
    other = _found(after, round_after, "round_after")
    return compared(one.side, other.side)


def causes(
    before: Result,
    after: Result,
    options: Options | None = None,
    *,
    round_before: str | Path | None = None,
    round_after: str | Path | None = None,
    workers: int = 1,
    tell: Tell = silent,
) -> Because:
    """Find which change of the input caused which difference, by solving with some of them made.

    The rounds in between are solved as the results were made, or by `options` where those are
    given or a result does not tell (a Side). With `workers` above 1, processes are started.
    Raises InvalidRound and whatever solving raises.
    """
    one = _found(before, round_before, "round_before")
    other = _found(after, round_after, "round_after")
    if options is None and one.record and other.record:
        made = made_like(one, other, False, None)
    else:
        made = Made(Way(options or OPTIONS), False)
    sides = one.side, other.side
    if workers == 1:
        solve_all = one_at_a_time(made.way.solve)
        return Because(causes_of(*sides, solve_all, ends_known=made.ends_known))
    with TemporaryDirectory(prefix="matcher-causes-") as aside:
        beside = side_by_side(made.way, Path(aside) / ANSWERS, workers, tell)
        known = made.ends_known and made.way.options.workers == 1
        return Because(causes_of(*sides, beside, ends_known=known))


def bundle(run: Run, out: str | Path) -> Path:
    """Save a run as one file that can be replayed; gives its path.

    Raises InvalidBundle, and UnusableFolder where a folder stands at `out`.
    """
    with TemporaryDirectory(prefix="matcher-bundled-") as aside:
        folder = Path(aside) / "result"
        write_result(run, folder)
        write_bundle(bundle_of(run.round, folder), Path(out))
    return Path(out)


def replay(
    bundle: Bundle | str | Path,
    *,
    seconds: float | None = None,
    out: str | Path | None = None,
    tell: Tell = silent,
) -> Replay:
    """Run a bundle again: `.verdict` says whether the same comes out, `.table()` what differs.

    `seconds` is a time limit in place of the recorded one, `out` where the result is written.
    Raises InvalidBundle and what replaying.replay raises.
    """
    read = bundle if isinstance(bundle, Bundle) else read_bundle(Path(bundle))
    return replay_bundle(read, seconds, None if out is None else Path(out), tell)


def _found(result: Result, round_: str | Path | None, option: str) -> Found:
    if isinstance(result, Run):
        return Found(IN_MEMORY, Side.of_run(result), result.record)
    if isinstance(result, Side):
        return Found(IN_MEMORY, result, {})
    return find_result(Path(result), None if round_ is None else Path(round_), option)
