"""`round.yaml` as a tree of texts with lines: nothing typed, nothing shared, nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from matcher.reading.gathering import Gathering, Unreadable, decoded, read_bytes
from matcher.reading.tree import Node

HELP = "Correct the line: keys end in a colon and a space, and deeper keys are indented by spaces."


BEGIN = "Begin with id: and the other keys."
"""How an empty file of a round is mended."""


def read_yaml(path: Path, gathering: Gathering, begin: str = BEGIN) -> Node:
    """Read a YAML file as texts; raises Unreadable, notes keys that stand twice.

    `begin` says how an empty file is mended.
    """
    text = decoded(
        read_bytes(path, gathering.limits.settings_bytes), path.name, "Save it as UTF-8."
    )
    try:
        return _Composer(path.name, text, gathering).document(begin)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"is not YAML: {error.problem or error.context}."
        raise Unreadable(path.name, what, HELP, mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = "holds a character that YAML does not allow."
        raise Unreadable(path.name, what, "Type the line again without it.", line) from None
    except (ValueError, OverflowError):  # PyYAML lets an impossible escape such as \UFFFFFFFF out
        what = "holds an escape or a version that does not exist."
        raise Unreadable(path.name, what, "Write the character itself.") from None


class _Composer:
    """Builds the tree from events, so that a deep or shared one is refused before it exists."""

    def __init__(self, file: str, text: str, gathering: Gathering) -> None:
        self.file, self.gathering = file, gathering
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)

    def document(self, begin: str) -> Node:
        next(self.events)  # the stream starts
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            raise Unreadable(self.file, "is empty.", begin)
        root = self._node(next(self.events), ())
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            what, remedy = "begins a second document.", "Keep one, without lines of three dashes."
            raise Unreadable(self.file, what, remedy, _line(after))
        return root

    def _node(self, event: yaml.Event, above: tuple[str, ...]) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what, remedy = "uses an anchor or alias (& or *).", "Write the value out, or quote it."
            raise Unreadable(self.file, what, remedy, line)
        if getattr(event, "tag", None):
            what, remedy = "uses a tag (!).", "Take it out, or put quotes around the text."
            raise Unreadable(self.file, what, remedy, line)
        if len(above) > self.gathering.limits.depth:
            what, remedy = "is nested too deeply.", "Write lists and tables as in the reference."
            raise Unreadable(self.file, what, remedy, line)
        if isinstance(event, yaml.ScalarEvent):
            return Node(line, event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(line, list(self._items(above)))
        return Node(line, self._keys(above))

    def _items(self, above: tuple[str, ...]) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, (*above, ""))

    def _keys(self, above: tuple[str, ...]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, (*above, ""))
            path = (*above, key.value if isinstance(key.value, str) else "")
            value = self._node(next(self.events), path)
            line = _line(event)
            if not isinstance(key.value, str):
                what, remedy = "has a list or table as a key.", "Write a name before the colon."
                raise Unreadable(self.file, what, remedy, line)
            if key.value in found:
                what, remedy = "stands here a second time.", "Keep one of the two."
                dotted = ".".join(filter(None, path))
                self.gathering.tell(self.file, line, dotted, "", what, remedy)
            else:
                found[key.value] = Node(line, value.value)
        return found


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
