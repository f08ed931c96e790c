"""What the packaging builds, built once in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.packaging.template import LAYERS, ROOT
from tests.packaging.joined import joined

SOURCES = (
    "chalicelib",
    "functions",
    "statemachines",
    "infra/gateway",
    "infra/packaging",
    "infra/template",
)
FILES = ("app.py", "infra/__init__.py", "pyproject.toml", "requirements.lock")


@dataclass(frozen=True)
class Built:
    """One folder in which everything was built."""

    root: Path

    @property
    def build(self) -> Path:
        return self.root / "build"

    @cached_property
    def stacks(self) -> dict[str, dict[str, Any]]:
        """The templates, by their names in the artefact."""
        return {
            name: yaml.load((self.build / name).read_text(), Loader=yaml.CSafeLoader)
            for name in self.manifest()["stacks"]
        }

    @cached_property
    def template(self) -> dict[str, Any]:
        """All stacks as one."""
        return joined(self.stacks)

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.build / "manifest.json").read_text())
        return found


def copied(target: Path, *, layers: tuple[str, ...]) -> Path:
    """Copy the sources, and the layers that need not be installed again."""
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, target / name)
    (target / "build/layers").mkdir(parents=True)
    for layer in layers:
        for name in (f"{layer}.zip", f"{layer}.stamp"):
            kept = ROOT / "build/layers" / name
            if kept.exists():
                shutil.copy(kept, target / "build/layers" / name)
    return target


def built(root: Path) -> Built:
    """Build in a folder as `make package` does: without credentials."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "infra.packaging.build"],
        cwd=root,
        env={**environment, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(root)


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What is built from the sources."""
    return built(copied(tmp_path_factory.mktemp("here"), layers=LAYERS))


@pytest.fixture(scope="session")
def there(here: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same from another folder at another time, one layer installed anew."""
    deeper = tmp_path_factory.mktemp("there") / "a folder" / "deeper"
    kept = tuple(layer for layer in LAYERS if layer != "nodes")
    return built(copied(deeper, layers=kept))


@pytest.fixture(scope="session")
def unpacked(here: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artefact and each layer as Lambda unpacks them."""
    root = tmp_path_factory.mktemp("opt")
    for name in ("functions", *(f"layers/{layer}" for layer in LAYERS)):
        with zipfile.ZipFile(here.build / f"{name}.zip") as archive:
            archive.extractall(root / name)
    return root
