"""The proxy's image holds what the proxy needs, and what it needs is there to be copied."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

from infra.packaging.lock import listed, locked, normal
from tests.proxy.rig import ROOT

DOCKERFILE = (ROOT / "infra/proxy/Dockerfile").read_text()


def copies() -> list[tuple[list[str], str]]:
    """The sources and target of each copy from the project."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [(line.split()[:-1], line.split()[-1]) for line in lines]


def copied_to(folder: Path) -> None:
    """Copy what the image gets, to the places that it gets it."""
    for sources, target in copies():
        place = folder / target.strip("/")
        place.mkdir(parents=True, exist_ok=True)
        for pattern in sources:
            found = sorted(ROOT.glob(pattern.rstrip("/")))
            assert found, f"{pattern} is not there"
            for source in found:
                if source.is_dir():
                    shutil.copytree(source, place, dirs_exist_ok=True)
                else:
                    shutil.copy(source, place)


def test_the_proxy_starts_with_what_the_image_holds(tmp_path: Path) -> None:
    copied_to(tmp_path)
    code = (
        "import sys, infra.proxy.__main__, infra.proxy.agent, infra.proxy.templates as t;"
        "from infra.proxy.pages import write_pages; from pathlib import Path;"
        "write_pages(Path('pages'));"
        "others = {'pydantic', 'pynamodb', 'requests', 'httpx'} & sys.modules.keys();"
        "print(sorted(others), t.__file__)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "app")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == f"[] {tmp_path}/app/infra/proxy/templates/__init__.py"


def test_the_image_takes_locked_packages_and_all_that_they_need() -> None:
    asked = re.search(r"crypto.txt \\\n +(boto3 .+?) >/build/proxy.txt", DOCKERFILE)
    assert asked
    names = [*asked[1].split(), *listed(ROOT / "infra/packaging/layers/crypto.txt")]

    held = {normal(name.partition("==")[0]) for name in names}

    assert locked(names).count("==") == len(names)
    assert {"boto3", "botocore", "cryptography"} <= held
    assert {normal(found) for name in held for found in needed_by(name)} <= held
    assert "--require-hashes -r /build/proxy.txt" in DOCKERFILE


def needed_by(name: str) -> list[str]:
    found = map(Requirement, importlib.metadata.requires(name) or ())
    return [one.name for one in found if not one.marker or one.marker.evaluate({"extra": ""})]


def test_the_image_runs_as_nobody_special() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["hoster"]
