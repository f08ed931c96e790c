"""An export's runbook, followed on this machine's Docker with docker-compose 1.29."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from chalicelib.domain.runbooks import TOOL
from infra.local.engine.daemon import connect
from infra.local.engine.debian import ensure_base


def unpacked(links: Mapping[str, Any], fetched: Callable[[str], bytes], to: Path) -> Path:
    """Unpack what an export's links lead to, and return the folder of its one app."""
    with tarfile.open(fileobj=io.BytesIO(fetched(links["url"])), mode="r:gz") as archive:
        archive.extractall(to, filter="data")
    for volume in links["volumes"]:
        (to / volume["file"]).write_bytes(fetched(volume["url"]))
    [app] = (to / "apps").iterdir()
    return app


def steps(app: Path) -> list[str]:
    """The commands of the runbook in an app's folder, block by block."""
    text = (app / "RUNBOOK.md").read_text()
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


def run(app: Path, commands: str) -> None:
    """Run commands of the runbook, with images and the kind of compose that are here."""
    image = ensure_base(connect())
    here = commands.replace(TOOL, image).replace("docker compose", "docker-compose")
    subprocess.run(["sh", "-ec", here], cwd=app, check=True, timeout=200)


def take_down(app: Path) -> None:
    """Remove what runs of an app, its data included."""
    subprocess.run(["docker-compose", "down", "--volumes"], cwd=app, check=True, timeout=120)


def page(port: int, path: str) -> str:
    """What an app answers on a port of this machine, once it does."""
    end = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode().strip())
        except (URLError, OSError):
            assert time.monotonic() < end, "nothing answers"
            time.sleep(0.5)
