"""What the documents say is so."""

import re
from pathlib import Path

import typer.main

from matcher.cli import app
from matcher.commands import LATER
from matcher.reading.limits import MIB, Limits

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme() -> None:
    group = typer.main.get_group(app)
    commands = group.list_commands(typer.Context(group))
    assert {*group.commands, *LATER} == {*commands}
    missing = {name for name in commands if not re.search(rf"`matcher {name}[ `]", README)}
    assert missing == set()


def test_the_readme_names_only_files_that_are_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_limits_are_those_of_the_reader() -> None:
    text = (ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
    limits = Limits()
    for row in (
        f"| rows of a table | {limits.rows:,} |",
        f"| columns of a table | {limits.columns:,} |",
        f"| a file | {limits.file_bytes // MIB} MiB |",
        f"| `round.yaml` | {limits.settings_bytes // MIB} MiB |",
        f"| a workbook, unpacked | {limits.unpacked_bytes // MIB} MiB, and {limits.unpacked_ratio} "
        f"times its packed size where that is above {limits.ratio_free_bytes // MIB} MiB |",
        f"| parts of a workbook | {limits.parts:,} |",
        f"| cells of a sheet, blank ones between included | {limits.cells:,} |",
        f"| lists and tables inside each other | {limits.depth} |",
    ):
        assert row in text


def test_every_decision_has_a_number_of_its_own_and_half_a_page() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert numbers == sorted(set(numbers))
    assert [path.name for path in decisions if len(path.read_text().split()) > 500] == []
