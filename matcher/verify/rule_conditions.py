"""Conditions of rule packs, read into functions (docs/reference/rule-packs.md, Conditions).

A condition is parsed by Python's grammar and walked once; none of it is ever run as Python.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Protocol

from matcher.errors import MatcherError
from matcher.verify.rule_values import (
    Nothing,
    Truth,
    Unknown,
    Value,
    among,
    contrary,
    days_since,
    different,
    either,
    every,
    exchanged,
    is_true,
    ordered,
    same,
)


class Scene(Protocol):
    """What the names in a condition stand for, on one day."""

    @property
    def today(self) -> date:
        """The day of judgement."""

    def fact(self, owner: str, name: str) -> Value:
        """Give what is known of one that the condition names, such as `giver`."""

    def each(self, owner: str) -> "Iterable[Scene]":
        """Give a scene for every `contributor` or every `partner`, which it names alone."""

    def rate(self, currency: str) -> Fraction | Unknown:
        """Give what one unit of a currency is worth in the round's own."""


_HYPHENATED = re.compile(r"""("[^"]*"|'[^']*')|[A-Za-z]\w*(?:-\w+)+""", re.ASCII)
"""Quoted texts (the group), which stay as they are, and codes with hyphens."""

Condition = Callable[[Scene], Truth]
Operand = Callable[[Scene], Value]

COMPARISONS: Mapping[type[ast.cmpop], Callable[[Value, Value], Truth]] = {
    ast.Eq: same,
    ast.NotEq: different,
    ast.Lt: ordered(operator.lt),
    ast.LtE: ordered(operator.le),
    ast.Gt: ordered(operator.gt),
    ast.GtE: ordered(operator.ge),
}


@cache
def condition(text: str) -> Condition:
    """Read a condition. Raises MatcherError for one that the grammar of packs does not know."""
    # Brackets let it run over several lines; a code such as AZ-BA is one word, no difference.
    source = f"({_HYPHENATED.sub(lambda word: word[1] or repr(word[0]), text)}\n)"
    try:
        return _Reader(source, text).condition(ast.parse(source, mode="eval").body)
    except SyntaxError as error:
        raise MatcherError(f"The condition “{text}” cannot be read: {error.msg}.") from error


@dataclass(frozen=True)
class _Reader:
    source: str
    text: str

    def condition(self, node: ast.expr) -> Condition:
        match node:
            case ast.BoolOp(op=joined, values=values):
                parts = [self.condition(part) for part in values]
                join = every if isinstance(joined, ast.And) else either
                return lambda scene: join(part(scene) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                plain = self.condition(inner)
                return lambda scene: contrary(plain(scene))
            case ast.Call(func=ast.Name(id="any" | "all" as word), args=[inner], keywords=[]):
                return self.quantified(every if word == "all" else either, inner)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(left, op, right)
            case ast.Name(id="true" | "false" as word):
                return lambda _: word == "true"
            case ast.Attribute():
                fact = self.operand(node)
                return lambda scene: is_true(fact(scene))
        raise self.refusal(node)

    def quantified(self, join: Callable[[Iterable[Truth]], Truth], inner: ast.expr) -> Condition:
        owners = {
            part.value.id
            for part in ast.walk(inner)
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)
        }
        if owners not in ({"contributor"}, {"partner"}):
            raise self.refusal(inner)
        (owner,) = owners
        one = self.condition(inner)
        return lambda scene: join(one(member) for member in scene.each(owner))

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.List):
                raise self.refusal(right)
            return self.membership(left, right.elts, isinstance(op, ast.In))
        if isinstance(op, ast.Eq | ast.NotEq) and (_says_none(left) or _says_none(right)):
            fact, none = (right, left) if _says_none(left) else (left, right)
            return self.membership(fact, [none], isinstance(op, ast.Eq))
        if type(op) not in COMPARISONS:
            raise self.refusal(right)
        compare, one, other = COMPARISONS[type(op)], self.operand(left), self.operand(right)
        return lambda scene: compare(one(scene), other(scene))

    def membership(self, item: ast.expr, of: Iterable[ast.expr], wanted: bool) -> Condition:
        fact, words = self.operand(item), [self.literal(word) for word in of]
        if wanted:
            return lambda scene: among(fact(scene), words)
        return lambda scene: contrary(among(fact(scene), words))

    def operand(self, node: ast.expr) -> Operand:
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                return lambda scene: scene.fact(owner, name)
            case ast.Name(id="today"):
                return lambda scene: scene.today
            case ast.Call(func=ast.Name(id="days_since"), args=[day], keywords=[]):
                since = self.operand(day)
                return lambda scene: days_since(since(scene), scene.today)
            case ast.Call(func=ast.Name(id="money"), args=[amount, unit], keywords=[]):
                worth, currency = self.operand(amount), self.word(unit)
                return lambda scene: exchanged(worth(scene), scene.rate(currency))
        value = self.literal(node)
        return lambda _: value

    def literal(self, node: ast.expr) -> Value:
        match node:
            case ast.Name(id="true" | "false" as word):
                return word == "true"
            case ast.Name(id="none"):
                return Nothing.none
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as number):
                value = self.literal(number)
                if isinstance(value, Fraction):
                    return -value
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                # From the text as written: the parser's own float has lost digits.
                return Fraction(ast.get_source_segment(self.source, node) or "")
        return self.word(node)

    def word(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=code) | ast.Constant(value=str(code)):
                return code
        raise self.refusal(node)

    def refusal(self, node: ast.expr) -> MatcherError:
        part = ast.get_source_segment(self.source, node)
        return MatcherError(f"The condition “{self.text}” cannot be read: at {part}.")


def _says_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "none"
