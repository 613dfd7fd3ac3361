"""The mapping language of `matcher import`, as frozen values (docs/reference/import.md).

Every scalar of the YAML file arrives as text. What is wrong is refused as in `domain.fields`; the
kind of a refusal is the key below which it stands, if any.
"""

from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from matcher.domain.fields import Amount, PositiveAmount, refuse
from matcher.domain.tables import TABLES

ORIGINS = ("column", "constant", "slug", "list", "cases")
STEPS = ("html", "values", "decimal_comma", "times", "round", "date")


def suggestion(word: str, known: Any) -> str:
    """Give a sentence that names the closest known word and all others."""
    words = [str(each) for each in known]
    near = get_close_matches(word, words, 1, 0.6)
    return f"{f'Did you mean {near[0]}? ' if near else ''}Use one of: {', '.join(words)}."


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise refuse("is not a table of keys.", "Write keys with their values below it.")
        known = cls.keys()
        for key in value:
            if key not in known:
                raise refuse("is not a key of the mapping language.", suggestion(key, known), key)
        return value

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Give the keys as they are written."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


def _many(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _bare(key: str) -> BeforeValidator:
    """Read a bare text as the one key that it stands for."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


Names = Annotated[tuple[str, ...], BeforeValidator(_many), Field(min_length=1)]


class PartList(_Node):
    """A column whose cells hold several parts, each with an amount behind it where it says so."""

    column: str
    between: str = Field(min_length=1)
    amount_after: str | None = Field(None, min_length=1)


class SourceFile(_Node):
    """A file to read rows from: its name (or pattern), sheet and the row of its header."""

    file: str
    sheet: str | None = None
    header: int = Field(1, ge=1)
    lists: dict[str, Annotated[PartList, _bare("column")]] = {}


class Condition(_Node):
    """What a cell must be like; every key that is given must hold."""

    equals: str | None = None
    not_equals: str | None = None
    within: Names | None = Field(None, alias="in")
    not_in: Names | None = None
    given: bool | None = None
    above: Amount | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise refuse("says nothing.", f"Give one of: {', '.join(self.keys())}.")
        return self


Where = dict[str, Annotated[Condition, _bare("equals")]]


class Recipe(_Node):
    """How a cell of the round is made: from one origin, then by steps in the order of `STEPS`."""

    column: str | None = None
    constant: str | None = None
    slug: Names | None = None
    numbered: bool = False
    list: str | None = None
    take: Literal["all", "shares", "largest"] = "all"
    code: "AnyRecipe | None" = None
    cases: tuple["Case", ...] | None = None
    html: bool = False
    values: dict[str, str] | None = None
    blank: str | None = None
    other: str | None = None
    decimal_comma: bool = False
    times: PositiveAmount | None = None
    round: int | None = Field(None, ge=0, le=12)
    date: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [name for name in ORIGINS if getattr(self, name) is not None]
        if len(given) != 1:
            said = f"names {' and '.join(given)}" if given else "does not say where it comes from"
            raise refuse(f"{said}.", f"Give exactly one of: {', '.join(ORIGINS)}.")
        for key, of in (("numbered", "slug"), ("take", "list"), ("code", "list")):
            if key in self.model_fields_set and getattr(self, of) is None:
                raise refuse(f"goes only with {of}.", f"Take it out, or use {of}.", key)
        if self.other is not None and self.values is None:
            raise refuse("goes only with values.", "Take it out, or add values.", "other")
        steps = [name for name in STEPS if name in self.model_fields_set]
        if steps and self.list is not None:
            raise refuse("does not apply to a list.", "Put it below code.", steps[0])
        if self.date is not None and (self.times is not None or self.round is not None):
            raise refuse("makes a day, which cannot be reckoned with.", "Take one out.", "date")
        return self


AnyRecipe = Annotated[Recipe, _bare("column")]


class Case(Recipe):
    """A recipe that is used where its condition holds; without one, for whatever is left."""

    when: Where = {}


class Block(_Node):
    """Rows of a table: made from a source, one for each row or each part, or written literally."""

    source: str | None = Field(None, alias="from")
    each: str | None = None
    where: Where = {}
    distinct: bool = False
    columns: dict[str, AnyRecipe] = {}
    rows: tuple[dict[str, str], ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.source is None) == (not self.rows):
            raise refuse(
                "has not exactly one of from and rows.",
                "Name a source after from, or write the rows themselves.",
            )
        if self.rows and self.model_fields_set != {"rows"}:
            raise refuse("stands alone.", "Take the other keys out.", "rows")
        if self.source is not None and not self.columns:
            raise refuse("says nothing of its columns.", "Add columns.")
        return self


def _known_tables(tables: dict[str, Any]) -> dict[str, Any]:
    for name in tables:
        if name not in TABLES:
            raise refuse("is not a table of a round.", suggestion(name, TABLES), name)
    return tables


class Mapping(_Node):
    """A whole mapping: the settings of the round as in round.yaml, the sources and the tables."""

    round: dict[str, Any]
    sources: dict[str, Annotated[SourceFile, _bare("file")]]
    unused: tuple[str, ...] = ()
    tables: Annotated[
        dict[str, Annotated[tuple[Block, ...], BeforeValidator(_many)]],
        AfterValidator(_known_tables),
    ]
