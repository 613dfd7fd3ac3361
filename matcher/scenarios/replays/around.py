"""What is different about where, and from what, a result was recorded and replayed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from matcher.domain import Round
from matcher.regulation.library import pack_hash
from matcher.regulation.pack import Pack
from matcher.results import Options
from matcher.scenarios.bundles.bundle import Bundle
from matcher.scenarios.bundles.surroundings import Surroundings

SHORT = 12
"""So many figures of a hash are shown."""


@dataclass(frozen=True)
class Circumstance:
    """Something that is not as it was; `then` and `now` are None where there is none.

    A `version` is of Python or a package, the `program` and the `platform` those of the making of
    the bundle, an `input` the hash of the round or of a pack as read here, or the number of
    warnings of reading that the recorded run gave in other words, and an `option` one that the
    replay was given anew.
    """

    kind: Literal["version", "program", "platform", "input", "option"]
    name: str
    then: str | None
    now: str | None


def circumstances(
    bundle: Bundle, round_: Round, packs: Mapping[str, Pack], options: Options, here: Surroundings
) -> tuple[Circumstance, ...]:
    """Give all that is different about this replay, options first and versions last."""
    return (
        *_options(bundle, options),
        *_inputs(bundle, round_, packs),
        *_platform(bundle.manifest.made_by, here),
        *_versions(bundle, here),
    )


def other_round(around: Iterable[Circumstance]) -> Circumstance | None:
    """Give that the round is not the one that was run, where no other version reads it otherwise.

    None where it is that one, or where the program or what lies under it was another.
    """
    every = list(around)
    if any(each.kind in ("version", "program") for each in every):
        return None
    return next((each for each in every if (each.kind, each.name) == ("input", "round")), None)


def _options(bundle: Bundle, options: Options) -> Iterator[Circumstance]:
    limit = bundle.record.options.time_limit
    if options.seconds != limit:
        yield Circumstance("option", "time_limit", f"{limit:g}", f"{options.seconds:g}")


def _inputs(bundle: Bundle, round_: Round, packs: Mapping[str, Pack]) -> Iterator[Circumstance]:
    manifest, record = bundle.manifest, bundle.record
    if record.round_hash != round_.content_hash:
        then, now = record.round_hash[:SHORT], round_.content_hash[:SHORT]
        yield Circumstance("input", "round", then, now)
    for listed in manifest.packs:
        now = pack_hash(packs[listed.id])
        if listed.hash != now:
            yield Circumstance("input", f"pack {listed.id}", listed.hash[:SHORT], now[:SHORT])
    if manifest.earlier == "lost":
        yield Circumstance("input", "earlier result", record.options.warm_start, None)
    said = manifest.reading_warnings
    if list(record.warnings[: len(said)]) != said:
        missing = sum(warning not in record.warnings for warning in said)
        yield Circumstance("input", "warnings of reading", None, str(missing))


def _platform(then: Surroundings, now: Surroundings) -> Iterator[Circumstance]:
    if then.platform != now.platform:
        yield Circumstance("platform", "", then.platform, now.platform)
    if then.program != now.program:
        yield Circumstance("program", "", then.program[:SHORT], now.program[:SHORT])


def _versions(bundle: Bundle, here: Surroundings) -> Iterator[Circumstance]:
    """Compare versions; run.json knows those of the run, the manifest further packages."""
    then = bundle.manifest.made_by.versions | bundle.record.versions
    for name in sorted({*then, *here.versions}):
        before, now = then.get(name), here.versions.get(name)
        if before != now:
            yield Circumstance("version", name, before, now)
