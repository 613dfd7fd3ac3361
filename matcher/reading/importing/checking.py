"""Check a mapping against its sources before any row is made: every name in it must be there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from matcher.domain.tables import TABLES
from matcher.errors import Problem
from matcher.reading.importing.language import Block, PartList, Recipe, suggestion
from matcher.reading.importing.mapping import MappingFile, Place
from matcher.reading.importing.sources import Source
from matcher.regulation import declared_facts


def find_unknown_names(file: MappingFile, sources: Mapping[str, Source]) -> list[Problem]:
    """Find every source, list and column that the mapping names and that does not exist.

    A source that could not be read is passed over: that is reported elsewhere.
    """
    found: list[Problem] = []
    entries = file.mapping.sources
    for name, entry in entries.items():
        if name in sources:
            for key, split in entry.lists.items():
                inner = ("sources", name, "lists", key, "column")
                found += _missing(file, inner, [split.column], sources[name].columns)
    for table, blocks in file.mapping.tables.items():
        for position, block in enumerate(blocks):
            place = ("tables", table, position)
            found += _target_columns(file, place, table, block)
            if block.source is None:
                continue
            if block.source not in entries:
                what, remedy = "is not one of the sources.", suggestion(block.source, entries)
                found.append(file.problem((*place, "from"), block.source, what, remedy))
            elif block.source in sources:
                found += _block(file, place, block, block.source, sources[block.source])
    return found


def _target_columns(file: MappingFile, place: Place, table: str, block: Block) -> Iterator[Problem]:
    fields = TABLES[table].model_fields
    facts = declared_facts().get(table, ())
    known = [name for name in fields if name not in ("criteria", "facts")] + sorted(facts)
    named: list[tuple[Place, str]] = [((*place, "columns", name), name) for name in block.columns]
    for position, row in enumerate(block.rows):
        named += [((*place, "rows", position, name), name) for name in row]
    for inner, name in named:
        criterion = "criteria" in fields and name.startswith("score_")
        if name not in known and not criterion:
            what = f"is not a column of {table}."
            yield file.problem(inner, "", what, suggestion(name, known))


def _block(
    file: MappingFile, place: Place, block: Block, name: str, source: Source
) -> Iterator[Problem]:
    lists = file.mapping.sources[name].lists
    columns = list(source.columns)
    if block.each is not None:
        if block.each not in lists:
            what, remedy = f"is not a list of the source {name}.", suggestion(block.each, lists)
            yield file.problem((*place, "each"), block.each, what, remedy)
            return
        columns += _part_columns(block.each, lists[block.each].amount_after)
    for column in block.where:
        yield from _missing(file, (*place, "where", column), [column], columns)
    for column, recipe in block.columns.items():
        for inner, each, more in _recipes((*place, "columns", column), recipe, (), lists):
            yield from _recipe(file, inner, each, name, [*columns, *more], source.columns)


def _recipes(
    place: Place, recipe: Recipe, more: tuple[str, ...], lists: Mapping[str, PartList]
) -> Iterator[tuple[Place, Recipe, tuple[str, ...]]]:
    """Give a recipe and those inside it, each with the columns that only its parts have."""
    yield place, recipe, more
    if recipe.code is not None and recipe.list is not None and recipe.list in lists:
        parts = _part_columns(recipe.list, lists[recipe.list].amount_after)
        yield from _recipes((*place, "code"), recipe.code, (*more, *parts), lists)
    for position, case in enumerate(recipe.cases or ()):
        yield from _recipes((*place, "cases", position), case, more, lists)


def _recipe(
    file: MappingFile,
    place: Place,
    recipe: Recipe,
    name: str,
    columns: Sequence[str],
    own: Sequence[str],
) -> Iterator[Problem]:
    lists = file.mapping.sources[name].lists
    if recipe.column is not None:
        yield from _missing(file, (*place, "column"), [recipe.column], columns)
    if recipe.slug is not None:
        allowed = own if recipe.numbered else columns
        yield from _missing(file, (*place, "slug"), recipe.slug, allowed)
    for column in getattr(recipe, "when", ()):
        yield from _missing(file, (*place, "when", column), [column], columns)
    if recipe.list is None:
        return
    if recipe.list not in lists:
        what, remedy = f"is not a list of the source {name}.", suggestion(recipe.list, lists)
        yield file.problem((*place, "list"), recipe.list, what, remedy)
    elif recipe.take != "all" and lists[recipe.list].amount_after is None:
        what = f"needs amounts, which the list {recipe.list} does not say where to find."
        remedy = "Add amount_after to the list, or use take: all."
        yield file.problem((*place, "take"), recipe.take, what, remedy)


def _part_columns(name: str, amount_after: str | None) -> list[str]:
    return [f"{name}.part", *([f"{name}.amount"] if amount_after is not None else [])]


def _missing(
    file: MappingFile, place: Place, named: Iterable[str], columns: Sequence[str]
) -> Iterator[Problem]:
    for column in named:
        if column not in columns:
            what = "is not a column of the source."
            yield file.problem(place, column, what, suggestion(column, columns))
