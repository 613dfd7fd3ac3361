"""Scenario files: named edits in YAML, one built on another, in lists and in grids.

See docs/reference/scenarios.md. A file that cannot be read, a key that nobody knows or a name that
stands twice is an error with its line, and all are told at once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from matcher.reading.gathering import Gathering, Unreadable
from matcher.reading.limits import Limits
from matcher.reading.tree import Node
from matcher.reading.yaml_settings import read_yaml
from matcher.scenarios.edits.nodes import Nodes, items_of
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario
from matcher.scenarios.edits.scenario_names import is_taken, is_too_long

KEYS = ("scenarios", "grids")
BASE = "base"
"""What the round as it is is called among its scenarios."""
BEGIN = "Begin with scenarios: or grids:, and below it each name with its keys."
"""How an empty file of scenarios is mended."""
OF_SCENARIO = ("question", "extends", "set", "add", "drop")
OF_GRID = ("question", "extends", "set")
MOST = 10_000
"""So many scenarios may a grid come to."""


def read_scenarios(paths: Sequence[Path]) -> tuple[Scenario, ...]:
    """Read the scenarios of files, in the order of files and lines; raises InvalidScenario.

    One scenario may extend those of any file that is read with it.
    """
    reading = _Reading()
    for path in paths:
        reading.take(path)
    found = tuple(reading.scenarios())
    reading.tell_of_clashes([scenario.name for scenario in found])
    if reading.nodes.problems:
        raise InvalidScenario(list(dict.fromkeys(reading.nodes.problems)))
    return found


class _Reading:
    """The scenarios and grids of all files by name, each with the file it stands in.

    `folded` has each name under what it is to a system that takes no notice of capitals.
    `own` are the edits of each scenario itself, and `extends` the scenarios that it names, as far
    as they have been asked for.
    """

    def __init__(self) -> None:
        self.nodes = Nodes()
        self.named: dict[str, tuple[str, str, Node]] = {}
        self.folded: dict[str, str] = {}
        self.own: dict[str, tuple[Edit, ...]] = {}
        self.extends: dict[str, tuple[str, ...]] = {}

    def take(self, path: Path) -> None:
        gathering = Gathering(path.name, strict=True, limits=Limits())
        try:
            root = read_yaml(path, gathering, BEGIN)
        except Unreadable as refusal:
            self.nodes.problems.append(refusal.problem)
            return
        self.nodes.problems += gathering.problems
        if root.value == {}:
            self.nodes.tell(path.name, root, "", "holds no scenarios.", BEGIN)
        for key, below in self.nodes.keys(path.name, "", root, KEYS):
            if not isinstance(below.value, Mapping):
                self.nodes.tell(path.name, below, key, "is no list of names.",
                           f"Write {key}: and below it each name with its keys.")  # fmt: skip
                continue
            if not below.value:
                self.nodes.tell(path.name, below, key, "holds no scenarios.", BEGIN)
            for name, node in below.value.items():
                if name.casefold() == BASE:
                    self.nodes.tell(
                        path.name, node, name, "is the name of the base.", "Give another."
                    )
                elif (other := self.folded.get(name.casefold())) is not None:
                    what = "is the name of another scenario."
                    if other != name:
                        what = f"is the name of another scenario, but for capitals: {other}."
                    self.nodes.tell(path.name, node, name, what, "Give it one of its own.")
                elif is_taken(name):
                    self.nodes.tell(path.name, node, name, "is the name of a file beside it.",
                               "Give it another.")  # fmt: skip
                elif is_too_long(name):
                    self.nodes.tell(path.name, node, name, "is too long for a folder's name.",
                               "Choose a shorter one.")  # fmt: skip
                elif not _is_name(name):
                    self.nodes.tell(path.name, node, name, "is no name for a folder.",
                               "Use letters, digits, dots, dashes and underscores.")  # fmt: skip
                else:
                    self.named[name] = path.name, key, node
                    self.folded[name.casefold()] = name

    def scenarios(self) -> Iterator[Scenario]:
        for name, (file, kind, node) in self.named.items():
            if kind == "scenarios":
                yield self._scenario(name, file, node)
            else:
                yield from self._grid(name, file, node)

    def tell_of_clashes(self, names: Sequence[str]) -> None:
        """Note the scenarios that are named like one that a grid makes."""
        times = Counter(name.casefold() for name in names)
        for name, (file, kind, node) in self.named.items():
            if kind == "scenarios" and times[name.casefold()] > 1:
                self.nodes.tell(file, node, name, "is the name of a grid's scenario too.",
                                "Give it another.")  # fmt: skip

    def _scenario(self, name: str, file: str, node: Node) -> Scenario:
        keys = dict(self.nodes.keys(file, name, node, OF_SCENARIO))
        return Scenario(name, self.nodes.question(file, name, keys), self._edits(name))

    def _edits(self, name: str) -> tuple[Edit, ...]:
        """Give the edits of a scenario after those of all that it extends, each made once."""
        return tuple(edit for each in self._extended(name) for edit in self._own(each))

    def _extended(self, name: str) -> tuple[str, ...]:
        """Give a scenario after those that it extends, each once, where it is first needed."""
        found = dict[str, None]()
        chain, path, left = [name], {name}, [iter(self._extends(name))]
        while chain:
            current = chain[-1]
            parent = next(left[-1], None)
            if parent is None:
                path.remove(chain.pop())
                left.pop()
                found[current] = None
            elif parent in path:
                file, _, node = self.named[current]
                extends = dict(items_of(node))["extends"]
                what = f"goes round in a circle: {' → '.join((*chain, parent))}."
                remedy = "Take one of them out."
                self.nodes.tell(file, extends, f"{current}.extends", what, remedy, parent)
            elif parent not in found:
                path.add(parent)
                chain.append(parent)
                left.append(iter(self._extends(parent)))
        return tuple(found)

    def _extends(self, name: str) -> tuple[str, ...]:
        """Give the scenarios that one names as those it extends, looked up once."""
        if name not in self.extends:
            self.extends[name] = tuple(self._parents(name))
        return self.extends[name]

    def _parents(self, name: str) -> Iterator[str]:
        """Give the scenarios that one extends, noting the names that are none."""
        file, _, node = self.named[name]
        extends = dict(items_of(node)).get("extends")
        for parent in self.nodes.texts(file, f"{name}.extends", extends):
            if parent in self.named and self.named[parent][1] == "scenarios":
                yield parent
            elif extends is not None:
                known = [other for other, found in self.named.items() if found[1] == "scenarios"]
                remedy = f"Use one of: {', '.join(known)}."
                what, where = "is no scenario that is read.", f"{name}.extends"
                self.nodes.tell(file, extends, where, what, remedy, parent)

    def _own(self, name: str) -> tuple[Edit, ...]:
        """Give the edits of a scenario itself, read once; a grid's own are no part of them."""
        if name not in self.own:
            file, kind, node = self.named[name]
            keys = dict(items_of(node)) if kind == "scenarios" else {}
            self.own[name] = tuple(self._read(file, name, keys))
        return self.own[name]

    def _read(self, file: str, name: str, keys: Mapping[str, Node]) -> Iterator[Edit]:
        for table, row in self.nodes.rows(file, f"{name}.add", keys.get("add")):
            cells = self.nodes.row(file, f"{name}.add.{table}", row)
            yield Edit("add", table, cells, file, row.line)
        for path, below in self.nodes.paths(file, f"{name}.set", keys.get("set")):
            value = self.nodes.value(file, f"{name}.set.{path}", below)
            if value is not None:
                yield Edit("set", path, value, file, below.line)
        for path in self.nodes.texts(file, f"{name}.drop", keys.get("drop")):
            yield Edit("drop", path, "", file, keys["drop"].line)

    def _grid(self, name: str, file: str, node: Node) -> Iterator[Scenario]:
        """Give a scenario for each combination of the values that a grid lists."""
        keys = dict(self.nodes.keys(file, name, node, OF_GRID))
        before, question = self._edits(name), self.nodes.question(file, name, keys)
        choices = []
        for path, below in self.nodes.paths(file, f"{name}.set", keys.get("set")):
            values = self.nodes.texts(file, f"{name}.set.{path}", below)
            choices.append([Edit("set", path, value, file, below.line) for value in values])
        count = 1
        for values_ in choices:
            count *= len(values_)
        if not choices or count == 0 or count > MOST:
            self.nodes.tell(file, node, name, f"comes to {count if choices else 0:,} scenarios.",
                       f"List values below set, for 1 to {MOST:,} in all.")  # fmt: skip
            return
        width = len(str(count))
        for number, chosen in enumerate(product(*choices), 1):
            settings = ", ".join(f"{edit.path} {edit.value}" for edit in chosen)
            asked = f"{question} ({settings})" if question else settings
            yield Scenario(f"{name}-{number:0{width}}", asked, (*before, *chosen))


def _is_name(name: str) -> bool:
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    return plain.isalnum() and not name.startswith((".", "-")) and len(name) <= 80
