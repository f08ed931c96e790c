"""What an API function costs to import as it is shipped, and how large what is shipped is.

An import is told in processor time, which is what it takes on a machine with nothing else to do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.bench.rows import Row, median
from infra.bench.run import Run
from infra.packaging.build import BUILD
from infra.packaging.template import ROOT

FUNCTION = "functions.api.generic.get"
USUAL = "api_templates_get"
"""One of the Lambdas that it serves."""
# The store is opened too: a first call does it, and it is what loads botocore.
OURS = f"import {FUNCTION}; from chalicelib.runtime import wiring; wiring.records()"
PEER = "import boto3"
TIMED = "import time; began = time.process_time(); {}; print(time.process_time() - began)"
ENVIRONMENT = {
    "HOSTER_INSTALLATION": "bench",
    "AWS_REGION": "us-east-1",
    "HOSTER_GATEWAY_SECRET_NAME": "",
    "HOSTER_IDEMPOTENCY_SECRET_NAME": "",
    "HOSTER_KMS_KEY": "",
    "HOSTER_CONTENTS_BUCKET": "",
    "HOSTER_CATALOGUE_QUEUE": "",
    "HOSTER_WATCH_QUEUE": "",
    "HOSTER_DOMAINS_QUEUE": "",
    "HOSTER_INVOICES_QUEUE": "",
    "HOSTER_NOTICES_QUEUE": "",
    "HOSTER_SWEEP_QUEUE": "",
    "HOSTER_MACHINES": "",
    "HOSTER_APPS_DOMAIN": "",
    "HOSTER_PROXY_URL": "",
    "POWERTOOLS_SERVICE_NAME": "bench",
}
MB = 1_000_000


def measure(run: Run) -> Iterator[Row]:
    """Measure the artefact in `build/`, which is built when it is not there."""
    if not (BUILD / "manifest.json").exists():
        run.progress.line("  the artefact is built")
        subprocess.run(
            [sys.executable, "-m", "infra.packaging.build"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    yield from _imports(run)
    yield from _sizes()


def _imports(run: Run) -> Iterator[Row]:
    ours: list[float] = []
    peer: list[float] = []
    with TemporaryDirectory() as folder:
        for name in ("functions.zip", "layers/base.zip"):
            with zipfile.ZipFile(BUILD / name) as archive:
                archive.extractall(folder)
        # As in the runtime: the function, its layer, then the AWS SDK that is there already.
        path = (folder, f"{folder}/python", sysconfig.get_path("purelib"))
        for _ in run.rounds("cold import"):
            ours.append(_milliseconds(OURS, path))
            peer.append(_milliseconds(PEER, path))
    yield Row("api", "cold import", FUNCTION, "ms", median(ours), len(ours), median(peer), PEER)


def _milliseconds(code: str, path: Iterable[str]) -> float:
    done = subprocess.run(
        # Without the environment's own packages before the layer's, and without writing bytecode.
        [sys.executable, "-S", "-B", "-c", TIMED.format(code)],
        env=ENVIRONMENT | {"PYTHONPATH": ":".join(path)},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    return 1000 * float(done.stdout)


def _sizes() -> Iterator[Row]:
    manifest = json.loads((BUILD / "manifest.json").read_text())
    usual = [f for f in manifest["functions"] if f["name"] == USUAL]
    api = [f for f in manifest["functions"] if f["name"].startswith("api_")]
    heaviest = max(api, key=lambda function: _bytes(function["layers"], unpacked=True))
    for function in (*usual, heaviest):
        for metric, unpacked in (("zipped", False), ("unpacked", True)):
            size = round(_bytes(function["layers"], unpacked=unpacked) / MB, 2)
            yield Row("api", f"package of {function['name']}", metric, "MB", size, 1)


def _bytes(layers: Iterable[str], *, unpacked: bool) -> int:
    files = [BUILD / "functions.zip", *(BUILD / f"layers/{layer}.zip" for layer in layers)]
    return sum(_unpacked(file) if unpacked else file.stat().st_size for file in files)


def _unpacked(file: Path) -> int:
    with zipfile.ZipFile(file) as archive:
        return sum(member.file_size for member in archive.infolist())
