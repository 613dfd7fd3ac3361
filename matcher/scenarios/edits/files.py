"""Scenario files: named edits in YAML, one built on another, in lists and in grids.

See docs/reference/scenarios.md. A file that cannot be read, a key that nobody knows or a name that
stands twice is an error with its line, and all are told at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from matcher.errors import Problem
from matcher.reading.gathering import Gathering, Unreadable
from matcher.reading.limits import Limits
from matcher.reading.tree import Node, unknown_key
from matcher.reading.yaml_settings import read_yaml
from matcher.scenarios.edits.naming import Cell, Cells
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario

KEYS = ("scenarios", "grids")
BASE = "base"
"""What the round as it is is called among its scenarios."""
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
    if reading.problems:
        raise InvalidScenario(reading.problems)
    return found


class _Reading:
    """The scenarios and grids of all files by name, each with the file it stands in."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.named: dict[str, tuple[str, str, Node]] = {}

    def take(self, path: Path) -> None:
        gathering = Gathering(path.name, strict=True, limits=Limits())
        try:
            root = read_yaml(path, gathering)
        except Unreadable as refusal:
            self.problems.append(refusal.problem)
            return
        self.problems += gathering.problems
        for key, below in self._keys(path.name, "", root, KEYS):
            if not isinstance(below.value, Mapping):
                self._tell(path.name, below, key, "is no list of names.",
                           f"Write {key}: and below it each name with its keys.")  # fmt: skip
                continue
            for name, node in below.value.items():
                if name == BASE:
                    self._tell(path.name, node, name, "is the name of the base.", "Give another.")
                elif name in self.named:
                    self._tell(path.name, node, name, "is the name of another scenario.",
                               "Give it one of its own.")  # fmt: skip
                elif not _is_name(name):
                    self._tell(path.name, node, name, "is no name for a folder.",
                               "Use letters, digits, dots, dashes and underscores.")  # fmt: skip
                else:
                    self.named[name] = path.name, key, node

    def scenarios(self) -> Iterator[Scenario]:
        for name, (file, kind, node) in self.named.items():
            if kind == "scenarios":
                yield self._scenario(name, file, node)
            else:
                yield from self._grid(name, file, node)

    def _scenario(self, name: str, file: str, node: Node) -> Scenario:
        keys = dict(self._keys(file, name, node, OF_SCENARIO))
        return Scenario(name, self._question(file, name, keys), self._edits(name, ()))

    def _edits(self, name: str, above: tuple[str, ...]) -> tuple[Edit, ...]:
        """Give the edits of a scenario after those of the ones that it extends."""
        file, kind, node = self.named[name]
        known = OF_SCENARIO if kind == "scenarios" else OF_GRID
        keys = {key: below for key, below in _items(node) if key in known}
        edits: list[Edit] = []
        for parent in self._texts(file, f"{name}.extends", keys.get("extends")):
            if parent not in self.named or self.named[parent][1] == "grids":
                known_names = [n for n, found in self.named.items() if found[1] == "scenarios"]
                self._tell(file, keys["extends"], f"{name}.extends", "is no scenario that is read.",
                           f"Use one of: {', '.join(known_names)}.", parent)  # fmt: skip
            elif parent in (*above, name):
                chain = " → ".join((*above, name, parent))
                self._tell(file, keys["extends"], f"{name}.extends", f"goes round in a circle: "
                           f"{chain}.", "Take one of them out.", parent)  # fmt: skip
            else:
                edits += self._edits(parent, (*above, name))
        if kind == "grids":
            return tuple(edits)
        return (*edits, *self._own(file, name, keys))

    def _own(self, file: str, name: str, keys: Mapping[str, Node]) -> Iterator[Edit]:
        for table, rows in _items(keys.get("add")):
            for row in rows.value if _is_list(rows) else [rows]:
                assert isinstance(row, Node)
                yield Edit(
                    "add", table, self._row(file, f"{name}.add.{table}", row), file, row.line
                )
        for path, below in self._paths(file, f"{name}.set", keys.get("set")):
            value = self._value(file, f"{name}.set.{path}", below)
            if value is not None:
                yield Edit("set", path, value, file, below.line)
        for path in self._texts(file, f"{name}.drop", keys.get("drop")):
            yield Edit("drop", path, "", file, keys["drop"].line)

    def _grid(self, name: str, file: str, node: Node) -> Iterator[Scenario]:
        """Give a scenario for each combination of the values that a grid lists."""
        keys = dict(self._keys(file, name, node, OF_GRID))
        before, question = self._edits(name, ()), self._question(file, name, keys)
        choices = []
        for path, below in self._paths(file, f"{name}.set", keys.get("set")):
            values = self._texts(file, f"{name}.set.{path}", below)
            choices.append([Edit("set", path, value, file, below.line) for value in values])
        count = 1
        for values_ in choices:
            count *= len(values_)
        if not choices or count == 0 or count > MOST:
            self._tell(file, node, name, f"comes to {count if choices else 0:,} scenarios.",
                       f"List values below set, for 1 to {MOST:,} in all.")  # fmt: skip
            return
        width = len(str(count))
        for number, chosen in enumerate(product(*choices), 1):
            settings = ", ".join(f"{edit.path} {edit.value}" for edit in chosen)
            asked = f"{question} ({settings})" if question else settings
            yield Scenario(f"{name}-{number:0{width}}", asked, (*before, *chosen))

    def _keys(
        self, file: str, above: str, node: Node, known: Sequence[str]
    ) -> Iterator[tuple[str, Node]]:
        if node.value == "":
            return
        if not isinstance(node.value, Mapping):
            self._tell(file, node, above, "holds no keys.", f"Use: {', '.join(known)}.")
        for key, below in _items(node):
            if key in known:
                yield key, below
            else:
                path = f"{above}.{key}" if above else key
                problem = unknown_key(file, below.line, path, known)
                what = "is not a key of a scenario file." if not above else problem.what
                remedy = problem.remedy.replace("of a round", "of a scenario file")
                self.problems.append(Problem(file, below.line, path, "", what, remedy))

    def _question(self, file: str, name: str, keys: Mapping[str, Node]) -> str:
        node = keys.get("question")
        if node is None or isinstance(node.value, str):
            return "" if node is None else str(node.value).strip()
        self._tell(file, node, f"{name}.question", "is no sentence.", "Write it in quotes.")
        return ""

    def _paths(self, file: str, where: str, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Give dotted paths with their values; keys may stand below keys instead of dots."""
        if node is None or node.value == "":
            return
        if not isinstance(node.value, Mapping):
            self._tell(file, node, where, "holds no paths.", "Write pools.P07.budget: 120000.")
        for key, below in _items(node):
            if isinstance(below.value, Mapping):
                for path, deeper in self._paths(file, where, below):
                    yield f"{key}.{path}", deeper
            else:
                yield key, below

    def _row(self, file: str, where: str, node: Node) -> Cells:
        if not isinstance(node.value, Mapping):
            self._tell(file, node, where, "is no row.", "Write {pool_id: …, budget: …}.")
            return {}
        cells: Cells = {}
        for column, below in self._paths(file, where, node):
            value = self._value(file, f"{where}.{column}", below)
            if value:
                cells[column] = value
        return cells

    def _value(self, file: str, where: str, node: Node) -> Cell | None:
        if isinstance(node.value, str):
            return node.value.strip()
        texts = self._texts(file, where, node)
        return texts if texts or not node.value else None

    def _texts(self, file: str, where: str, node: Node | None) -> list[str]:
        """Give a text, or a list of texts, as a list."""
        if node is None or node.value == "":
            return []
        items = list(node.value) if _is_list(node) else [node]
        texts = [item.value.strip() for item in items
                 if isinstance(item, Node) and isinstance(item.value, str)]  # fmt: skip
        if len(texts) < len(items):
            self._tell(file, node, where, "is neither a text nor a list of texts.", "Write one.")
        return texts

    def _tell(
        self, file: str, node: Node, where: str, what: str, remedy: str, value: str = ""
    ) -> None:
        self.problems.append(Problem(file, node.line, where, value, what, remedy))


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None and isinstance(node.value, Mapping):
        yield from node.value.items()


def _is_list(node: Node) -> bool:
    return not isinstance(node.value, str | Mapping)


def _is_name(name: str) -> bool:
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    return plain.isalnum() and not name.startswith((".", "-")) and len(name) <= 80
