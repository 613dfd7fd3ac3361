"""YAML as plain lists, tables and texts, with the line on which each of them stands."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from matcher.errors import Problem

Place = tuple[str | int, ...]
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The same loader in C where PyYAML was built with it: packs are read at every start."""


@dataclass
class Marked:
    """What a file holds, every scalar as text, and the line of each place in it."""

    file: str
    content: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Give the line of a place, or of what holds it where it is not there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def tell(self, place: Place, value: str, what: str, remedy: str) -> None:
        """Note a problem at a place."""
        dotted = ".".join(str(part) for part in place)
        self.problems.append(Problem(self.file, self.line(place), dotted, value, what, remedy))


def read_marked(path: Path) -> Marked:
    """Read a YAML file; keys that stand twice and what is no YAML are noted as problems."""
    marked = Marked(path.name)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        marked.tell((), "", f"cannot be read: {error.strerror}.", "Check the path.")
        return marked
    except UnicodeDecodeError:
        marked.tell((), "", "is not UTF-8.", "Save it as UTF-8.")
        return marked
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = f"is not YAML: {getattr(error, 'problem', None) or 'it cannot be read'}."
        help_ = "Keys end in a colon and a space; quote a text that holds a colon."
        marked.problems.append(Problem(marked.file, line, "", "", what, help_))
        return marked
    if node is None:
        marked.tell((), "", "is empty.", "Begin with id: and the other keys.")
        return marked
    marked.content = _content(node, (), marked)
    return marked


def _content(node: yaml.Node, place: Place, marked: Marked) -> Any:
    marked.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_content(item, (*place, at), marked) for at, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return node.value.strip()
    found: dict[str, Any] = {}
    for key, value in node.value:
        inner = (*place, str(key.value))
        if key.value in found:
            what = f"has {key.value} a second time."
            marked.problems.append(
                Problem(marked.file, key.start_mark.line + 1, str(key.value), "", what, "Keep one.")
            )
            continue
        marked.lines[inner] = key.start_mark.line + 1
        found[key.value] = _content(value, inner, marked)
    return found
