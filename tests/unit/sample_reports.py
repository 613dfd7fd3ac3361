"""Reports of the made-up sample run, as people see them, and runs that differ in a little."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from matcher.domain import Round
from matcher.results import Run
from matcher.writing.report import render_report
from tests.unit.sample_run import sample_round


class _Text(HTMLParser):
    """Collects what people see of a page, block by block."""

    BLOCKS = ("p", "td", "th", "small", "h1", "h2", "li", "dt", "dd", "title", "tr", "div")

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.hidden |= tag == "style"
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden &= tag != "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def parsed(run: Run) -> _Text:
    page = _Text()
    page.feed(render_report(run, "0" * 64))
    return page


def seen(run: Run) -> str:
    """Give the text of a run's report, a block a line, spaces as plain ones."""
    lines = "".join(parsed(run).parts).replace("\u00a0", " ").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def with_record(run: Run, **changes: Any) -> Run:
    return replace(run, record={**run.record, **changes})


def with_round(run: Run, **parts: Any) -> Run:
    """Give a run whose round has other rows; `parts` maps a table to id → changed columns."""
    document = sample_round().document()
    for table, rows in parts.items():
        for row in document[table]:
            identifier = next(
                iter(v for k, v in row.items() if k.endswith("_id") and v in rows), ""
            )
            row.update(rows.get(identifier, {}))
    settings = document.pop("round")
    return replace(run, round=Round.model_validate({**settings, **document}))
