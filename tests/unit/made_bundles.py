"""Bundles taken apart and put together again, also as a forger would."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from matcher.scenarios.bundles.bundle import Bundle, bundle_of
from tests.unit.checked_rounds import build, pool, proposal

THREE = build(
    [pool("P", "100")],
    [proposal("A"), proposal("B", score="9"), proposal("C", score="8")],
)
"""100 AZN for three requests of 50: A and B are funded, merit is 50 × 10 + 50 × 9 = 950. With C in
the place of B it is 900, with A alone 500."""


def members_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def remade(path: Path, members: dict[str, bytes], **changes: object) -> Path:
    """Zip members with a manifest that has their hashes, as a forger would."""
    manifest = json.loads(members["manifest.json"]) | changes
    manifest["members"] = {
        name: {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in members.items()
        if name != "manifest.json"
    }
    return zipped(path, members | {"manifest.json": json.dumps(manifest).encode()})


def edited(folder: Path, to: Path, **changes: object) -> Path:
    """Copy a result folder with keys of its run.json changed."""
    copytree(folder, to)
    record = json.loads((to / "run.json").read_text(encoding="utf-8")) | changes
    (to / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return to


def tampered_with(
    result: Path, folder: Path, files: Mapping[str, Callable[[str], str]], **record: Any
) -> Bundle:
    """Bundle a copy of a result of THREE with keys of run.json, or files, changed."""
    copy = edited(result, folder, **record)
    for name, change in files.items():
        text = (copy / name).read_text(encoding="utf-8")
        assert change(text) != text
        (copy / name).write_text(change(text), encoding="utf-8")
    return bundle_of(THREE, copy)


def c_for_b(awards: str) -> str:
    return awards.replace(",B,", ",C,")
