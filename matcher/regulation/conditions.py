"""The language of conditions: read into a tree, or refused with what is wrong (rule-packs.md).

The grammar is a part of Python's expressions, so Python's own parser reads it; nothing is ever run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
ROOTS = (
    "giver", "receiver", "donor", "pool", "organisation", "proposal", "grant", "contributor",
    "partner", "self",
)  # fmt: skip
"""What facts may be facts of in a condition."""
NONE = "none"
"""The word for the known absence of a thing."""

_OPERATORS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_TURNED: dict[Operator, Operator] = {
    "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip


class NoCondition(Exception):
    """A text that is no condition, with what is wrong in plain words."""


@dataclass(frozen=True)
class Reference:
    """A fact of something, as it is, as days since it, or as an amount in a currency."""

    root: str
    name: str
    days_since: bool = False
    currency: str | None = None

    @property
    def seen(self) -> str:
        """Give what is seen, whoever it is a fact of."""
        return f"{self.name} {self.days_since} {self.currency}"

    def __str__(self) -> str:
        """Give it as a condition writes it."""
        plain = f"{self.root}.{self.name}"
        if self.days_since:
            return f"days_since({plain})"
        return f"money({plain}, {self.currency})" if self.currency else plain


@dataclass(frozen=True)
class Word:
    """A value in a condition: a code or text, number, truth; `today` and `none` are codes."""

    value: str | Fraction | bool
    quoted: bool = False


TODAY = Word("today")


@dataclass(frozen=True)
class Compare:
    """A fact held against values or another fact; `==` against several words means `in`."""

    left: Reference
    operator: Operator
    right: "tuple[Word, ...] | Reference"

    @cached_property
    def test(self) -> str:
        """Give what is asked, whoever it is asked of: the same for the same question."""
        return f"{self.left.seen} {self.operator} {self.right!r}"

    @cached_property
    def dated(self) -> bool:
        """Say whether the answer depends on the day, whatever the fact says."""
        return self.left.days_since or (
            isinstance(self.right, tuple) and any(word == TODAY for word in self.right)
        )


@dataclass(frozen=True)
class Joined:
    """All parts hold, or, with `any_`, one of them does."""

    parts: "tuple[Node, ...]"
    any_: bool = False


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True)
class Quantified:
    """A condition on all, or any, contributors of the pool or partners of the proposal."""

    root: str
    any_: bool
    part: "Node"


Node = Compare | Joined | Not | Quantified


@lru_cache(maxsize=4096)
def parsed(text: str) -> Node:
    """Read a condition; raises NoCondition."""
    flat = " ".join(text.split())
    try:
        tree = ast.parse(flat, mode="eval").body
    except (SyntaxError, ValueError) as error:
        place = f" near character {error.offset}" if isinstance(error, SyntaxError) else ""
        raise NoCondition(f"cannot be read{place}") from None
    return _node(tree)


def references(node: Node) -> Iterator[Reference]:
    """Give every fact that a condition names, those inside any() and all() too."""
    if isinstance(node, Compare):
        yield node.left
        if isinstance(node.right, Reference):
            yield node.right
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from references(part)
    else:
        yield from references(node.part)


def is_dated(node: Node) -> bool:
    """Say whether the answer depends on the day, whatever the facts say."""
    if isinstance(node, Compare):
        return node.dated
    parts = node.parts if isinstance(node, Joined) else (node.part,)
    return any(map(is_dated, parts))


def _node(tree: ast.expr) -> Node:
    if isinstance(tree, ast.BoolOp):
        return Joined(tuple(map(_node, tree.values)), isinstance(tree.op, ast.Or))
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return Not(_node(tree.operand))
    if isinstance(tree, ast.Compare):
        return _compare(tree)
    if isinstance(tree, ast.Call) and _called(tree) in ("any", "all"):
        return _quantified(tree)
    if isinstance(tree, ast.Attribute):
        return Compare(_reference(tree), "==", (Word(True),))
    raise NoCondition(f"has {_shown(tree)} where a condition is expected")


def _quantified(tree: ast.Call) -> Node:
    if len(tree.args) != 1 or tree.keywords:
        raise NoCondition("has any() or all() with other than one condition inside")
    part = _node(tree.args[0])
    roots = {reference.root for reference in references(part)}
    if not (roots <= {"contributor"} or roots <= {"partner"}) or not roots:
        raise NoCondition("has any() or all() that is not of contributors alone or partners alone")
    if any(isinstance(inner, Quantified) for inner in _inside(part)):
        raise NoCondition("has any() or all() inside another")
    return Quantified(roots.pop(), _called(tree) == "any", part)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Joined):
        for part in node.parts:
            yield from _inside(part)
    elif isinstance(node, Not):
        yield from _inside(node.part)


def _compare(tree: ast.Compare) -> Node:
    if len(tree.ops) != 1:
        raise NoCondition("compares three things at once; join two comparisons by and")
    operator, left, right = tree.ops[0], tree.left, tree.comparators[0]
    if isinstance(operator, ast.In | ast.NotIn):
        if not isinstance(right, ast.List) or not right.elts:
            raise NoCondition("has in without a list of words in square brackets")
        words = tuple(map(_word, right.elts))
        return Compare(_reference(left), "==" if isinstance(operator, ast.In) else "!=", words)
    if type(operator) not in _OPERATORS:
        raise NoCondition("compares with is; write == instead")
    sign = _OPERATORS[type(operator)]
    if not _is_reference(left):
        left, right, sign = right, left, _TURNED[sign]
    subject = _reference(left)
    return Compare(subject, sign, _reference(right) if _is_reference(right) else (_word(right),))


def _is_reference(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Attribute | ast.Call)


def _reference(tree: ast.expr) -> Reference:
    if isinstance(tree, ast.Call):
        name, arguments = _called(tree), tree.args
        if name == "days_since" and len(arguments) == 1 and not tree.keywords:
            inner = _plain(arguments[0])
            return Reference(inner.root, inner.name, days_since=True)
        if name == "money" and len(arguments) == 2 and isinstance(arguments[1], ast.Name):
            inner = _plain(arguments[0])
            return Reference(inner.root, inner.name, currency=arguments[1].id)
        raise NoCondition(f"has {_shown(tree)}, where days_since(…) or money(…, EUR) is expected")
    return _plain(tree)


def _plain(tree: ast.expr) -> Reference:
    if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name):
        if tree.value.id not in ROOTS:
            raise NoCondition(f"names {tree.value.id}, which is none of {', '.join(ROOTS)}")
        return Reference(tree.value.id, tree.attr)
    raise NoCondition(f"has {_shown(tree)} where a fact such as receiver.country is expected")


def _word(tree: ast.expr) -> Word:
    if isinstance(tree, ast.Name):
        return Word(tree.id == "true") if tree.id in ("true", "false") else Word(tree.id)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        inner = _word(tree.operand)
        if isinstance(inner.value, Fraction):
            return Word(-inner.value)
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        return Word(tree.value, quoted=True)
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return Word(Fraction(ast.unparse(tree)))
    raise NoCondition(f"has {_shown(tree)} where a word or number is expected")


def _called(tree: ast.Call) -> str:
    return tree.func.id if isinstance(tree.func, ast.Name) else ""


def _shown(tree: ast.expr) -> str:
    return f"“{ast.unparse(tree)}”"
