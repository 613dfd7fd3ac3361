"""What stands in a scenario file, as keys, paths, rows and texts, with everything wrong in it."""

from collections.abc import Iterator, Mapping, Sequence

from matcher.errors import Problem
from matcher.reading.tree import Node, unknown_key
from matcher.scenarios.edits.naming import Cell, Cells


class Nodes:
    """Takes nodes of files apart; `problems` has what was wrong so far, with file and line."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def keys(
        self, file: str, above: str, node: Node, known: Sequence[str]
    ) -> Iterator[tuple[str, Node]]:
        """Give the keys that are known, with what stands below each."""
        if node.value == "":
            return
        if not isinstance(node.value, Mapping):
            self.tell(file, node, above, "holds no keys.", f"Use: {', '.join(known)}.")
        for key, below in items_of(node):
            if key in known:
                yield key, below
            else:
                path = f"{above}.{key}" if above else key
                problem = unknown_key(file, below.line, path, known)
                what = "is not a key of a scenario file." if not above else problem.what
                remedy = problem.remedy.replace("of a round", "of a scenario file")
                self.problems.append(Problem(file, below.line, path, "", what, remedy))

    def question(self, file: str, name: str, keys: Mapping[str, Node]) -> str:
        """Give the sentence that a scenario answers, blank without one."""
        node = keys.get("question")
        if node is None or isinstance(node.value, str):
            return "" if node is None else str(node.value).strip()
        self.tell(file, node, f"{name}.question", "is no sentence.", "Write it in quotes.")
        return ""

    def paths(self, file: str, where: str, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Give dotted paths with their values; keys may stand below keys instead of dots."""
        if node is None or node.value == "":
            return
        if not isinstance(node.value, Mapping):
            self.tell(file, node, where, "holds no paths.", "Write pools.P07.budget: 120000.")
        for key, below in items_of(node):
            if isinstance(below.value, Mapping):
                for path, deeper in self.paths(file, where, below):
                    yield f"{key}.{path}", deeper
            else:
                yield key, below

    def rows(self, file: str, where: str, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Give the rows that stand below names of tables, each with its table."""
        if node is None or node.value == "":
            return
        if not isinstance(node.value, Mapping):
            remedy = "Write the name of a table and its rows below it: pools: [{pool_id: …}]."
            self.tell(file, node, where, "names no table.", remedy)
        for table, below in items_of(node):
            for row in below.value if is_list(below) else [below]:
                if isinstance(row, Node):
                    yield table, row

    def row(self, file: str, where: str, node: Node) -> Cells:
        """Give a row as column → cell."""
        if not isinstance(node.value, Mapping):
            self.tell(file, node, where, "is no row.", "Write {pool_id: …, budget: …}.")
            return {}
        cells: Cells = {}
        for column, below in self.paths(file, where, node):
            value = self.value(file, f"{where}.{column}", below)
            if value:
                cells[column] = value
        return cells

    def value(self, file: str, where: str, node: Node) -> Cell | None:
        """Give a text or a list of texts, None where it is neither."""
        if isinstance(node.value, str):
            return node.value.strip()
        texts = self.texts(file, where, node)
        return texts if texts or not node.value else None

    def texts(self, file: str, where: str, node: Node | None) -> list[str]:
        """Give a text, or a list of texts, as a list."""
        if node is None or node.value == "":
            return []
        items = list(node.value) if is_list(node) else [node]
        texts = [item.value.strip() for item in items
                 if isinstance(item, Node) and isinstance(item.value, str)]  # fmt: skip
        if len(texts) < len(items):
            self.tell(file, node, where, "is neither a text nor a list of texts.", "Write one.")
        return texts

    def tell(
        self, file: str, node: Node, where: str, what: str, remedy: str, value: str = ""
    ) -> None:
        """Note a problem with what stands at a node."""
        self.problems.append(Problem(file, node.line, where, value, what, remedy))


def items_of(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Give the keys of a node with what stands below them; none where it is no table."""
    if node is not None and isinstance(node.value, Mapping):
        yield from node.value.items()


def is_list(node: Node) -> bool:
    """Say whether a node is a list."""
    return not isinstance(node.value, str | Mapping)
