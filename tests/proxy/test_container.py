"""The proxy's image holds what the proxy needs, and what it needs is there to be copied."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

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


def test_the_image_takes_the_pinned_sdk() -> None:
    pinned = re.findall(r"^boto(?:3|core)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert len(pinned) == 2
    assert "^boto(3|core)==" in DOCKERFILE
    assert "-r /tmp/crypto.txt" in DOCKERFILE
    assert "\ncryptography==" in (ROOT / "infra/packaging/layers/crypto.txt").read_text()


def test_the_image_runs_as_nobody_special() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["hoster"]
