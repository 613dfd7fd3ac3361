"""Read a mapping file: its YAML as text with lines, checked against the language."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from matcher.errors import InvalidRound, Problem
from matcher.reading.importing.language import Mapping

Place = Sequence[str | int]
HELP = "See docs/reference/import.md."


@dataclass(frozen=True)
class MappingFile:
    """A mapping file: its name, its YAML tree (for the lines), and what it says."""

    name: str
    root: yaml.Node
    mapping: Mapping

    def problem(self, place: Place, value: str, what: str, remedy: str) -> Problem:
        """Give a problem at a key of the file, with the line on which it stands."""
        return _problem(self.name, self.root, place, value, what, remedy)


def load_mapping(path: Path) -> MappingFile:
    """Read a mapping file; raises InvalidRound with every problem that it has."""
    name = path.name
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
    except OSError as error:
        raise _invalid(name, f"cannot be read: {error.strerror}.", "Check its name.") from None
    except UnicodeDecodeError:
        raise _invalid(name, "is not UTF-8 text.", "Save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _invalid(name, f"is not YAML: {error.problem}.", "Correct the line.", line) from None
    if root is None:
        raise _invalid(name, "is empty.", HELP)
    repeated: list[Problem] = []
    plain = _plain(name, root, repeated)
    if repeated:
        raise InvalidRound(repeated)
    try:
        return MappingFile(name, root, Mapping.model_validate(plain))
    except ValidationError as error:
        raise InvalidRound([_refusal(name, root, each) for each in error.errors()]) from None


def _invalid(name: str, what: str, remedy: str, line: int | None = None) -> InvalidRound:
    return InvalidRound([Problem(name, line, "", "", what, remedy)])


def _plain(name: str, node: yaml.Node, repeated: list[Problem]) -> Any:
    """Give a node as dicts, lists and texts; a key that stands twice is a problem."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(name, each, repeated) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in found:
                what, remedy = "stands here a second time.", "Keep one of the two."
                line = key.start_mark.line + 1
                repeated.append(Problem(name, line, str(key.value), "", what, remedy))
            found[str(key.value)] = _plain(name, value, repeated)
        return found
    return node.value


def _refusal(name: str, root: yaml.Node, error: Any) -> Problem:
    """Give what pydantic refused as a problem in plain words."""
    kind, context = error["type"], error.get("ctx", {})
    place = list(error["loc"])
    if "remedy" in context:
        what, remedy = context["what"], context["remedy"]
        place += [kind] if kind not in ("cell", "decimal_comma") else []
    elif kind == "missing":
        what, remedy = "is missing.", "Add it."
    else:
        what, remedy = f"is not right: {error['msg'].lower()}.", HELP
    value = error["input"] if isinstance(error["input"], str) else ""
    return _problem(name, root, place, value, what, remedy)


def _problem(
    name: str, root: yaml.Node, place: Place, value: str, what: str, remedy: str
) -> Problem:
    line, node = root.start_mark.line + 1, root
    shown: list[str] = []
    for step in place:
        found = _below(node, step)
        if found is not None:
            line, node = found
        if found is not None or step == place[-1]:
            shown.append(str(step + 1) if isinstance(step, int) else step)
    return Problem(name, line, ".".join(shown), value, what, remedy)


def _below(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    """Give the line and the value of a key, or of an item of a list by its position."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
