"""The package as it is installed: one command, pinned to what is tested here."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from hoster_cli import __version__
from infra.packaging.lock import pins
from infra.packaging.template import ROOT
from tests.cli.wheel import built, installed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {
        "hoster_cli",
        f"hoster_cli-{__version__}.dist-info",
    }
    held = {name for name in names if name.startswith("hoster_cli/")}
    sources = (ROOT / "cli/src").rglob("*.py")
    assert held >= {str(path.relative_to(ROOT / "cli/src")) for path in sources}


def test_what_it_needs_is_pinned_as_it_is_tested(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        place = f"hoster_cli-{__version__}.dist-info/METADATA"
        said = Parser().parsestr(archive.read(place).decode())
    known = pins()

    needed = [Requirement(text) for text in said.get_all("Requires-Dist") or ()]

    assert {one.name for one in needed} == {"httpx", "python-dotenv", "rich", "typer"}
    for one in needed:
        assert f"{one.name}{one.specifier} " in known[one.name]
    assert said["Version"] == __version__


def test_installed_command_runs_where_nothing_else_of_hoster_is(
    wheel: Path, tmp_path: Path
) -> None:
    place = installed(wheel, tmp_path / "installed")

    done = subprocess.run(
        [sys.executable, str(place / "bin" / "hoster"), "version"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert done.stdout == f"{__version__}\n"
