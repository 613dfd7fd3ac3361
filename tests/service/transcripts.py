"""Pages of the documents with commands and what they answer, to run and to compare.

A page has fenced blocks: `sh` with commands, after it `http` or `text` with the answer. In an
answer `…` stands for what is left out: any text, the other lines, the other fields of an object,
the rest of a list. All else has to be there as it stands.
"""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]…]|[^"{}\[\]…]+')
LEFT_OUT = "…"
MARK = "\x1e"
"""What stands between the outputs of two blocks of commands."""


@dataclass(frozen=True)
class Step:
    """A block of commands, and the answer that is shown after it: its kind and text."""

    commands: str
    kind: str | None
    shown: str


def steps_of(page: Path) -> list[Step]:
    """Read the steps of a page in their order."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    steps = []
    for place, (kind, text) in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else ("sh", "")
        if kind == "sh":
            steps.append(Step(text, *((None, "") if after[0] == "sh" else after)))
    assert len(steps) + sum(step.kind is not None for step in steps) == len(blocks)
    return steps


def outputs_of(
    steps: list[Step], folder: Path, surroundings: Mapping[str, str], seconds: float
) -> list[str]:
    """Run the commands of all steps in one shell, and give what each step printed."""
    parts = [f"printf '{MARK}'\n{step.commands}" for step in steps]
    shell = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", "".join(parts)], cwd=folder, env=dict(surroundings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        printed, said = shell.communicate(timeout=seconds)
    finally:
        # What the page has started ends with it, also where it did not come to its end.
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
    outputs = printed.split(MARK)[1:]
    assert shell.returncode == 0, f"{outputs[-1:]}\n{said}"
    return outputs


def differences(step: Step, output: str) -> list[str]:
    """Give what a step printed otherwise than is shown."""
    if step.kind == "http":
        return list(_http(step.shown, output))
    return [] if _matches(step.shown, output) else [f"printed: {output}"]


def _http(shown: str, output: str) -> Iterator[str]:
    status, headers, body = _parts(shown)
    its_status, its_headers, its_body = _parts(output)
    if its_status != status:
        yield f"{its_status}, not {status}: {its_body}"
        return
    for name, value in headers.items():
        if not _matches(value, its_headers.get(name, "")):
            yield f"{name}: {its_headers.get(name)}, not {value}"
    if body.strip():
        yield from _json(_read(body), json.loads(its_body), "body")


def _parts(answer: str) -> tuple[str, dict[str, str], str]:
    head, _, body = answer.replace("\r", "").partition("\n\n")
    status, *lines = head.splitlines()
    named = (line.partition(": ") for line in lines)
    return status, {name.lower(): value for name, _, value in named}, body


def _read(text: str) -> Any:
    """Read JSON in which `…` stands for the rest of an object or of a list."""
    inside, parts = [], []
    for token in TOKEN.findall(text):
        if token in "{[":
            inside.append(token)
        elif token in "}]":
            inside.pop()
        elif token == LEFT_OUT:
            token = '"…": true' if inside[-1] == "{" else '"…"'
        parts.append(token)
    return json.loads("".join(parts))


def _json(shown: Any, found: Any, place: str) -> Iterator[str]:
    if isinstance(shown, dict) and isinstance(found, dict):
        for name in shown.keys() - found.keys() - {LEFT_OUT}:
            yield f"{place}.{name} is not there, but {sorted(found)}"
        if LEFT_OUT not in shown and (more := found.keys() - shown.keys()):
            yield f"{place} has also {sorted(more)}"
        for name in shown.keys() & found.keys():
            yield from _json(shown[name], found[name], f"{place}.{name}")
    elif isinstance(shown, list) and isinstance(found, list):
        rest = shown[-1:] == [LEFT_OUT]
        known = shown[:-1] if rest else shown
        if len(found) < len(known) or (not rest and len(found) > len(known)):
            yield f"{place} has {len(found)} items"
        for number, (one, its) in enumerate(zip(known, found, strict=False)):
            yield from _json(one, its, f"{place}[{number}]")
    elif isinstance(shown, str) and isinstance(found, str):
        if not _matches(shown, found):
            yield f"{place} is {found!r}, not {shown!r}"
    elif shown != found:
        yield f"{place} is {found!r}, not {shown!r}"


def _matches(shown: str, found: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.split(LEFT_OUT))
    return re.fullmatch(pattern, found, re.DOTALL) is not None
