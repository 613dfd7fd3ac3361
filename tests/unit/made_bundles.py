"""Bundles taken apart and put together again, also as a forger would."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from zipfile import ZIP_DEFLATED, ZipFile


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
