"""Replaying a bundle: the same round by the same packs and options, held against what was recorded.

A replay never touches what is installed: the packs of the bundle stand in place of the installed
ones for as long as it takes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pandas as pd

from matcher.errors import InvalidPack, InvalidRound
from matcher.pipeline import Clock, match
from matcher.reading import read_round
from matcher.regulation.library import instead
from matcher.regulation.pack import Pack
from matcher.results import Run
from matcher.scenarios.bundles.bundle import Bundle
from matcher.scenarios.bundles.guard import load_bundled
from matcher.scenarios.bundles.manifest import ROUND
from matcher.scenarios.bundles.surroundings import surroundings
from matcher.scenarios.replays.around import Circumstance, circumstances, other_round
from matcher.scenarios.replays.files import Apart, apart
from matcher.scenarios.replays.sides import recorded_side, replayed_side
from matcher.scenarios.replays.weighing import Broken, Side, Weighed, weigh
from matcher.warm_start import earlier_result
from matcher.writing.result_folder import RESULT_FILES, check_usable, write_result

Verdict = Literal["same", "same_awards", "not_promised", "other_awards", "claim_broken"]
"""How a replay ended.

`same`: byte for byte. `same_awards`: other bytes, but who gets what is the same. `not_promised`:
other awards, where the recorded run, or the replay, was stopped by the clock or started elsewhere.
`other_awards`: other awards, which ought to have been the same. `claim_broken`: something that the
recorded result, or the replay, claims does not stand."""


@dataclass(frozen=True)
class Replay:
    """A replay held against what was recorded.

    `weighed` compares awards and levels; `apart` is what differs in the files, `around` what is
    different about where it ran.
    """

    bundle: Bundle
    run: Run
    recorded: Side
    replayed: Side
    weighed: Weighed
    apart: tuple[Apart, ...]
    around: tuple[Circumstance, ...]

    @property
    def stopped(self) -> bool:
        """Say whether the clock or an interrupt took part in the replay."""
        return not self.run.record["reproducible"]

    @property
    def promised(self) -> bool:
        """Say whether the replay had to give the recorded awards."""
        lost = self.bundle.manifest.earlier == "lost"
        return self.bundle.record.reproducible and not lost and not self.stopped

    @property
    def verdict(self) -> Verdict:
        """Give how the replay ended."""
        if self.weighed.broken:
            return "claim_broken"
        if not self.apart:
            return "same"
        statuses = self.recorded.status, self.replayed.status
        ended_alike = self.recorded.awards is not None or statuses[0] == statuses[1]
        if self.weighed.same_awards and ended_alike:
            return "same_awards"
        return "other_awards" if self.promised else "not_promised"

    @property
    def answers(self) -> bool:
        """Say whether the replay came to an end that says anything of recorded awards."""
        return self.recorded.awards is None or self.replayed.status != "no_solution"

    def table(self) -> pd.DataFrame:
        """Give what differs in the files as a table, a row for each difference."""
        columns = ["file", "row", "column", "recorded", "replayed"]
        return pd.DataFrame([vars(each) for each in self.apart], columns=columns, dtype=object)


def replay(
    bundle: Bundle,
    seconds: float | None = None,
    out: Path | None = None,
    tell: Callable[[str], None] | None = None,
    clock: Clock | None = None,
) -> Replay:
    """Run a bundle's round again as it was run, and hold the result against the recorded one.

    `seconds` is a time limit in place of the recorded one, on a slower machine; `out` is where the
    replayed result is written. Raises InvalidRound or InvalidPack where this version refuses the
    round or a pack, UnusableFolder where no result may be written to `out`, and VerificationFailed.
    """
    if out is not None:
        check_usable(out)
    say = tell or (lambda _words: None)
    limit = seconds if seconds is not None else bundle.record.options.time_limit
    clock = clock or Clock(limit)
    with TemporaryDirectory(prefix="matcher-replay-") as name:
        aside = Path(name)
        with clock.stage("read"), _naming_members(aside):
            say("reading the bundle")
            packs = _laid_out(bundle, aside)
        with instead(packs):
            with clock.stage("read"), _naming_members(aside):
                round_ = read_round(aside / ROUND).round
                here = bundle.manifest.earlier == "here"
                earlier = earlier_result(round_, aside / "earlier").awards if here else None
            options = replace(bundle.record.run_options(round_.currency), seconds=limit)
            run = match(round_, options, (), say, clock, None, earlier)
            said = [*bundle.manifest.reading_warnings, *run.record["warnings"]]
            run = replace(run, record={**run.record, "warnings": said})
            if out is not None:
                say("writing the result")
                write_result(run, out, clock.timings)
            say("comparing with what was recorded")
            files = _written(run, bundle, aside / "replayed")
            with _naming_members(aside):
                recorded = recorded_side(bundle.record, round_, run, aside / "result")
        replayed = replayed_side(run)
    around = circumstances(bundle, round_, packs, options, surroundings())
    weighed = weigh(recorded, replayed)
    if other_round(around) is not None:
        weighed = replace(weighed, broken=(Broken("another_round"), *weighed.broken))
    return Replay(
        bundle,
        run,
        recorded,
        replayed,
        weighed,
        apart(bundle.result(), files),
        around,
    )


def _laid_out(bundle: Bundle, aside: Path) -> Mapping[str, Pack]:
    """Write the members to an empty folder of our own, and give the packs among them."""
    for member, content in bundle.members.items():
        path = aside / member
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    packs = [load_bundled(aside / listed.name, listed) for listed in bundle.manifest.packs]
    return {pack.id: pack for pack in packs}


@contextmanager
def _naming_members(aside: Path) -> Iterator[None]:
    """Have problems name members of the bundle, not files of a folder that is about to go."""
    try:
        yield
    except (InvalidRound, InvalidPack) as refusal:
        problems = [replace(p, file=p.file.replace(f"{aside}/", "")) for p in refusal.problems]
        raise type(refusal)(problems) from None


def _written(run: Run, bundle: Bundle, folder: Path) -> Mapping[str, bytes]:
    """Give the files of the replayed result, as the recorded versions and limit would have them.

    The report names both; that they are others here is told apart (`Circumstance`).
    """
    limit = bundle.record.options.time_limit
    record = dict(run.record)
    record["options"] = {**record["options"], "time_limit": limit}
    record["versions"] = dict(bundle.record.versions)
    write_result(replace(run, record=record), folder)
    names = [name for name in RESULT_FILES if (folder / name).is_file()]
    return {name: (folder / name).read_bytes() for name in names}
