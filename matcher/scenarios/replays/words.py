"""A replay in plain sentences, as messages with their values (wording/en/replaying.ftl)."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from matcher.scenarios.replays.around import Circumstance, other_round
from matcher.scenarios.replays.replaying import Replay
from matcher.scenarios.replays.weighing import Broken, Name
from matcher.scenarios.replays.words_of_files import harmless, said_of_differences
from matcher.wording.catalogue import LANGUAGE, Said, catalogue_of
from matcher.writing import phrases, words

PLACES = 6
STOPPED = ("time_limit", "interrupted")
MERIT = ("L1", "L2")
"""The levels that targets and merit are."""


def sentences_of_replay(replay: Replay, language: str = LANGUAGE) -> list[str]:
    """Give a replay in the sentences of a language, the most important first.

    A bundle comes from somebody else: its texts are shown without what would steer a terminal.
    """
    catalogue = catalogue_of(language)
    return [
        harmless(said if isinstance(said, str) else catalogue.text(said))
        for said in said_of_replay(replay, language)
    ]


def said_of_replay(replay: Replay, language: str = LANGUAGE) -> Iterator[Said | str]:
    """Say how a replay ended, whether that matters, what may have caused it, and what differs.

    What the verifier found is a sentence of its own words.
    """
    yield _verdict(replay)
    yield from _excuses(replay)
    yield from _verified(replay, language)
    yield from _worth(replay, language)
    if replay.apart and not replay.around and replay.promised:
        yield Said("replay-around-nothing")
    told = other_round(replay.around)
    for circumstance in replay.around:
        if circumstance is not told:
            yield from _around(circumstance)
    for _, group in groupby(replay.apart, key=lambda each: each.file):
        yield from said_of_differences(list(group))


def _verdict(replay: Replay) -> Said:
    verdict = replay.verdict
    if verdict == "same":
        return Said("replay-same", {"files": len(replay.bundle.result())})
    if verdict == "not_promised" and not replay.answers:
        return Said("replay-no-answer")
    if verdict == "same_awards" and replay.recorded.awards is None:
        return Said("replay-same-without-awards")
    return Said(f"replay-{verdict.replace('_', '-')}")


def _excuses(replay: Replay) -> Iterator[Said]:
    record = replay.bundle.record
    if not record.reproducible:
        yield _stopped("replay-recorded", record.stop_reason)
    if replay.stopped:
        yield _stopped("replay", replay.run.record["stop_reason"])
    if replay.bundle.manifest.earlier == "lost":
        yield Said("replay-start-lost")


def _stopped(message: str, reason: str) -> Said:
    """Say what ended a run; where it ended as it should, what came after its awards was cut."""
    if reason in STOPPED:
        return Said(f"{message}-stopped", {"reason": words.stop(reason)})
    return Said(f"{message}-cut")


def _verified(replay: Replay, language: str) -> Iterator[Said | str]:
    recorded, replayed = replay.recorded, replay.replayed
    overstated = any(each.kind == "recorded_overstated" for each in replay.weighed.broken)
    if recorded.awards is None:
        yield Said("replay-recorded-none", {"status": words.plain(recorded.status)})
    elif recorded.findings:
        yield Said("replay-recorded-fails", {"findings": len(recorded.findings)})
        yield from recorded.findings
    elif not overstated:
        yield Said("replay-recorded-holds")
    for broken in replay.weighed.broken:
        if broken.kind != "recorded_fails":
            yield _broken(replay, broken, language)
    if replayed.awards is None:
        yield Said("replay-replayed-none", {"status": words.plain(replayed.status)})
    else:
        yield Said("replay-replayed-holds")


def _broken(replay: Replay, broken: Broken, language: str) -> Said:
    message, name = f"replay-{broken.kind.replace('_', '-')}", broken.level
    if other := other_round(replay.around) if broken.kind == "another_round" else None:
        return Said(message, {"then": other.then or "", "now": other.now or ""})
    if name is None:
        return Said(message)
    recorded, replayed = replay.recorded, replay.replayed
    level = level_text(name, language)
    if broken.kind == "recorded_overstated":
        stated = _number(Fraction(recorded.stated[name]))
        reached = _number(recorded.values[name])
        return Said(message, {"level": level, "reached": reached, "stated": stated})
    claiming = replayed if broken.kind == "replayed_bound" else recorded
    beyond = replayed if broken.kind == "recorded_bound" else recorded
    bound, reached = Fraction(claiming.bounds[name] or 0), _number(beyond.values[name])
    return Said(message, {"level": level, "reached": reached, "bound": _number(bound)})


def _worth(replay: Replay, language: str) -> Iterator[Said]:
    weighed, recorded, replayed = replay.weighed, replay.recorded, replay.replayed
    if recorded.awards is None or replayed.awards is None or weighed.same_awards:
        return
    if recorded.findings or weighed.broken:
        return
    if weighed.first is None:
        yield Said("replay-worth-same")
        return
    values = {
        "level": level_text(weighed.first, language),
        "recorded": _number(recorded.values[weighed.first]),
        "replayed": _number(replayed.values[weighed.first]),
    }
    if weighed.first[0] not in MERIT:
        yield Said("replay-worth-lower-levels", values)
        return
    better, claiming = "recorded", replayed
    if weighed.replay_is_better:
        better, claiming = "replayed", recorded
    ending = "-rule" if claiming.bounds.get(weighed.first) is None else ""
    yield Said(f"replay-worth-{better}-better{ending}", values)


def level_text(name: Name, language: str = LANGUAGE) -> str:
    """Name a level as people know it."""
    level, key = name
    catalogue = catalogue_of(language)
    if level == "L1":
        return catalogue.say("replay-level-L1", key=key or 0)
    if level == "L2" and key is not None:
        return catalogue.say("replay-level-L2-tier", key=key)
    return catalogue.say(f"replay-level-{level}")


def _number(value: Fraction) -> str:
    text = phrases.decimal_text(value, PLACES)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _around(each: Circumstance) -> Iterator[Said]:
    values = {"name": each.name, "then": each.then or "", "now": each.now or ""}
    if each.kind == "version":
        ending = "-new" if each.then is None else "-gone" if each.now is None else ""
        yield Said(f"replay-around-version{ending}", values)
    elif each.kind == "input" and each.name == "warnings of reading":
        yield Said("replay-around-warnings", {"now": int(each.now or 0)})
    elif each.kind != "input" or each.now is not None:
        yield Said(f"replay-around-{each.kind}", values)
