"""The boundaries between the parts, as pyproject.toml states them."""

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_import_boundaries_hold() -> None:
    script = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_solving_imports_ortools() -> None:
    importing = {
        path.relative_to(ROOT).parts[1]
        for path in (ROOT / "matcher").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
        if name.split(".")[0] == "ortools"
    }  # fmt: skip
    assert importing == {"solving"}


def test_types_are_strict() -> None:
    # To write what the next look could make use of takes a fifth of the first one.
    cache = [] if (ROOT / ".mypy_cache").exists() else ["--cache-dir", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *cache],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_ruff_finds_nothing() -> None:
    for arguments in (["check", "."], ["format", "--check", "."]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_each_test_file_has_a_name_of_its_own() -> None:
    # pytest collects the second of two that are called alike as if it were the first.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
