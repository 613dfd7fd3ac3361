"""What the terminal shows of a comparison: the whole, who comes in and goes out, what moved."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.scenarios.causes.causes import Causes
from matcher.scenarios.causes.words import cause_text, grounds, part_rows
from matcher.scenarios.comparing import page
from matcher.scenarios.comparing.comparison import Comparison
from matcher.scenarios.comparing.parts_shown import print_parts, toned
from matcher.scenarios.comparing.words import ComparisonWords
from matcher.wording import catalogue_of

MOST = 10
"""So many rows of a list are shown."""
MOST_CHANGES = 12


def print_comparison(
    comparison: Comparison,
    console: Console,
    causes: Causes | None = None,
    further: Sequence[str] = (),
) -> None:
    """Print a comparison, and its causes; `further` sentences stand below them."""
    told, say = ComparisonWords(comparison), catalogue_of().say
    because = {} if causes is None else {c.proposal_id: cause_text(c) for c in causes.found}
    console.print(Text(page.about(told), "bold"))
    for sentence in told.sentences():
        console.print(Text(sentence))
    changed = page.changed(told, causes)
    if changed:
        _head(console, say("compare-heading-changed"))
        numbered = [
            (f"{number}" if causes else "·", text) for number, text in enumerate(changed, 1)
        ]
        _grid(console, numbered[:MOST_CHANGES], len(numbered))
    _head(console, say("compare-heading-totals"))
    _table(console, [(row["name"], "", row["before"], row["after"], row["difference"])
                     for row in page.totals(told)])  # fmt: skip
    for heading, kinds in (
        ("compare-heading-in", ["in"]),
        ("compare-heading-out", ["out"]),
        ("compare-heading-amounts", ["more", "less", "other_payers", "other_currency"]),
    ):
        rows = page.proposals(told, kinds, because)
        if rows:
            _head(console, f"{say(heading)}: {len(rows)}")
            _proposals(console, rows)
    _targets(console, page.targets(told), say("compare-heading-targets"))
    for name in ("pools", "regions", "groups", "organisations"):
        moved = page.moved(told, name, MOST)
        if moved:
            _head(console, say(f"compare-heading-{name}"))
            cells = [(row["name"], row["note"], row["before"], row["after"], row["difference"])
                     for row in moved]  # fmt: skip
            _table(console, cells[:MOST], len(cells))
    if causes is not None:
        _causes(console, told, causes)
    for sentence in further:
        console.print(Text(sentence))


def _causes(console: Console, told: ComparisonWords, causes: Causes) -> None:
    say = catalogue_of().say
    rows = part_rows(causes, MOST)
    if rows:
        _head(console, say("compare-heading-parts"))
        print_parts(console, [page.measure_text(told, row) for row in rows], rows)
    console.print()
    for sentence in grounds(causes, told.listed):
        console.print(Text(sentence, "dim"))


def _proposals(console: Console, rows: Sequence[Mapping[str, str]]) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column()
    grid.add_column(justify="right", no_wrap=True)
    for row in rows[:MOST]:
        lines = Text.assemble(row["title"], (f"\n{row['note']}", "dim"))
        if row["cause"]:
            lines.append(f"\n{row['cause']}", "cyan")
        figure = Text.assemble(row["amount"], f"\n{row['was']}" if row["was"] else "")
        grid.add_row(lines, figure)
    console.print(Padding(grid, (0, 0, 0, 2)))
    _more(console, len(rows) - MOST)


def _targets(console: Console, rows: Sequence[Mapping[str, str]], heading: str) -> None:
    if not rows:
        return
    _head(console, heading)
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(4):
        grid.add_column()
    for row in rows:
        style = "green" if row["tone"] == "paid" else "red"
        values = Text(f"{row['before']} → {row['after']}")
        outcome = Text(row["outcome"], style)
        grid.add_row(Text(row["name"]), Text(row["limit"], "dim"), values, outcome)
    console.print(Padding(grid, (0, 0, 0, 2)))


def _table(console: Console, rows: Iterable[Sequence[str]], every: int = 0) -> None:
    say = catalogue_of().say
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(max_width=44)
    heads = [say(f"compare-column-{name}") for name in ("before", "after", "difference")]
    for _ in heads:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row("", *(Text(head, "dim") for head in heads))
    shown = list(rows)
    for name, note, before, after, difference in shown:
        label = Text.assemble(name, (f"  {note}" if note else "", "dim"))
        grid.add_row(label, before, after, toned(difference))
    console.print(Padding(grid, (0, 0, 0, 2)))
    _more(console, every - len(shown))


def _grid(console: Console, rows: Sequence[tuple[str, str]], every: int) -> None:
    grid = Table.grid(padding=(0, 1, 0, 0))
    for mark, text in rows:
        grid.add_row(Text(mark, "cyan"), Text(text))
    console.print(Padding(grid, (0, 0, 0, 2)))
    _more(console, every - len(rows))


def _more(console: Console, count: int) -> None:
    if count > 0:
        more = catalogue_of().say("compare-told-more", count=count)
        console.print(Padding(Text(more, "dim"), (0, 0, 0, 2)))


def _head(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, "bold"))
