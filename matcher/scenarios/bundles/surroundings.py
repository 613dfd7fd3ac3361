"""Where a result came about: the program, the packages under it and the platform."""

import platform
import re
from functools import cache
from hashlib import sha256
from importlib.metadata import requires, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

import matcher

PROGRAM = "donor-matcher"
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


class Surroundings(BaseModel):
    """The platform, the version of Python and each package, and SHA-256 of the program's files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    platform: str
    versions: dict[str, str]
    program: str


@cache
def surroundings() -> Surroundings:
    """Give those of this process."""
    packages = [PROGRAM, *_packages()]
    versions = {"python": platform.python_version()} | {name: version(name) for name in packages}
    return Surroundings(platform=_platform(), versions=versions, program=_program())


def _packages() -> list[str]:
    """Give the packages that the program asks for by itself, without those of its extras."""
    asked = [line for line in requires(PROGRAM) or () if "extra ==" not in line]
    return sorted(found[0] for line in asked if (found := _NAME.match(line)))


def _platform() -> str:
    """Give system, processor and C library: what the figures of a solver may hang on."""
    library = " ".join(platform.libc_ver())
    shown = f"{platform.system()} {platform.machine()}"
    return f"{shown}, {library}" if library.strip() else shown


def _program() -> str:
    """Give one hash of the program's own files, by which two states of one version differ."""
    root = Path(matcher.__file__).parent
    digest = sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()
