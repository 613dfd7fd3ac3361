"""The worked notebook: its cells run from top to bottom, and its prose says what they show."""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from operator import methodcaller
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
NOTEBOOK = FOLDER / "what-if.ipynb"
PNG = b"\x89PNG"
picture = methodcaller("_repr_png_")
"""Gives a figure as a notebook shows it, which asks for it by this name."""


class CellFailed(AssertionError):
    """A cell of the notebook raised something: which one, and its text."""


@dataclass
class Ran:
    """What the cells gave: their text so far by the number of each cell, and the figures."""

    shown: dict[int, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)


def cells(path: Path) -> Iterator[tuple[int, str, str]]:
    """Give the number, the kind and the text of each cell."""
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
        yield number, cell["cell_type"], "".join(cell["source"])


def run(path: Path) -> Ran:
    """Run the code of a notebook in order, in one namespace, as a kernel does."""
    ran, namespace = Ran(), dict[str, Any](__name__="notebook")
    for number, kind, text in cells(path):
        if kind != "code":
            continue
        try:
            ran.shown[number] = run_cell(text, namespace, ran.figures)
        except Exception as error:
            told = f"cell {number} of {path.name} raised {type(error).__name__}: {error}\n\n{text}"
            raise CellFailed(told) from error
    return ran


def run_cell(text: str, namespace: dict[str, Any], figures: list[Figure]) -> str:
    """Run a cell, and give what it prints and the value of its last line as text."""
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), namespace)
        value = None
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    if isinstance(value, Figure):
        figures.append(value)
        return printed.getvalue()
    return printed.getvalue() + as_text(value)


def as_text(value: Any) -> str:
    """Give a value as text, tables and lists of sentences whole."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.to_string()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return "" if value is None else str(value)


def plain(text: str) -> str:
    """Write figures without commas and with plain spaces and signs."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return text.replace("\u00a0", " ").replace("−", "-")


def beside(number: int, ran: Ran) -> str:
    """Give what the cells show that stand directly before and after a cell of prose."""
    before, after = number - 1, number + 1
    told = []
    while before in ran.shown:
        told.append(ran.shown[before])
        before -= 1
    while after in ran.shown:
        told.append(ran.shown[after])
        after += 1
    return plain("\n".join(told))


@pytest.fixture(scope="module")
def ran() -> Iterator[Ran]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        mpl.use("Agg")
        yield run(NOTEBOOK)


def test_every_chart_of_the_notebook_shows_itself_as_a_picture(ran: Ran) -> None:
    assert len(ran.figures) == 5
    assert all(picture(figure).startswith(PNG) for figure in ran.figures)


def test_what_the_prose_says_in_bold_is_shown_by_the_cells_beside_it(ran: Ran) -> None:
    quoted = 0
    for number, kind, text in cells(NOTEBOOK):
        if kind != "markdown":
            continue
        for said in re.findall(r"\*\*([^*]+)\*\*", text):
            pattern = rf"(?<![\w.]){re.escape(plain(said))}(?:\.0+)?(?!\w|\.\d)"
            shown = re.search(pattern, beside(number, ran))
            assert shown, f"cell {number} says {said}, which no cell beside it shows"
            quoted += 1
    assert quoted > 12


def test_the_notebook_is_kept_without_outputs_and_names_no_place_on_this_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not re.search(r"/(home|work|tmp|Users|root)/", text)
    assert len(text.encode()) < 20_000


def test_a_cell_that_fails_is_named_by_its_number_and_its_text(tmp_path: Path) -> None:
    sources = [("markdown", "Words."), ("code", "one = 1"), ("code", "one / 0")]
    made = [{"cell_type": kind, "source": [text]} for kind, text in sources]
    path = tmp_path / "wrong.ipynb"
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
    with pytest.raises(CellFailed, match=r"cell 3 of wrong.ipynb raised ZeroDivisionError") as told:
        run(path)
    assert "one / 0" in str(told.value)
