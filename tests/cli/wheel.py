"""The command line's wheel, built and installed without asking any index."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from infra.packaging.template import ROOT

UV = str(Path(sys.executable).parent / "uv")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")


def built(folder: Path) -> Path:
    """Build it from a copy: what builds writes beside its sources."""
    sources = folder / "sources"
    shutil.copytree(ROOT / "cli", sources, ignore=LEFT_OUT)
    _uv("build", "--wheel", "--no-build-isolation", "--out-dir", str(folder), str(sources))
    [wheel] = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, place: Path) -> Path:
    """Install it into a folder, beside the packages of this environment, which it is pinned to."""
    _uv("pip", "install", "--quiet", "--no-deps", "--target", str(place), str(wheel))
    return place


def _uv(*arguments: str) -> None:
    subprocess.run(
        [UV, *arguments, "--python", sys.executable, "--offline"],
        check=True,
        capture_output=True,
        timeout=120,
    )
