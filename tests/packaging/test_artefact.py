"""The artefact and its layers: whole, small, and the same from any folder."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest

from infra.packaging.openapi.document import text as openapi
from infra.packaging.registry import discover, routes
from infra.packaging.stacks import NESTED, WHOLE, file_of
from infra.packaging.template import LAYERS, ROOT
from tests.packaging.conftest import Built

MEGABYTE = 1_000_000
BROUGHT = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "urllib3", "six")
"""What Lambda's runtime brings."""
REACHED = {
    "base": ("chalicelib.adapters.records.dynamo", "chalicelib.adapters.workflows.stepfunctions"),
    "crypto": ("chalicelib.adapters.secrets.kms",),
    "clouds": (
        "chalicelib.adapters.clouds.digitalocean",
        "chalicelib.adapters.clouds.ec2",
        "chalicelib.adapters.clouds.hetzner",
        "pydo",
    ),
    "nodes": ("chalicelib.adapters.nodes.ssh", "chalicelib.adapters.nodes.docker", "docker"),
    "dns": (
        "chalicelib.adapters.dns.authoritative",
        "chalicelib.adapters.zones.rfc2136",
        "publicsuffixlist",
    ),
    "acme": ("chalicelib.adapters.authorities.acme",),
    "pdf": ("chalicelib.adapters.papers.pdf",),
    "stripe": ("chalicelib.adapters.payments.stripe",),
}
"""What the wiring imports when it is first asked for, by the layer that it needs."""
RESOLVE = """
import importlib, json, os, sys, time
given = json.loads(sys.stdin.read())
sys.path[:] = [p for p in sys.path if p.startswith(sys.base_prefix) and "site-packages" not in p]
sys.path[:0] = given["path"]
took = {}
for handler in given["handlers"]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        began = time.perf_counter()
        module, name = handler.rsplit(".", 1)
        found = getattr(importlib.import_module(module), name)
        spent = time.perf_counter() - began
        assert callable(found), handler
        assert sys.modules[module].__file__.startswith(given["path"][0]), handler
        os.write(writer, str(spent).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        took[handler] = float(said.read() or "nan")
    assert os.waitpid(child, 0)[1] == 0, handler
for name in given["reached"]:
    importlib.import_module(name)
print(json.dumps(took))
"""
"""Each handler is imported in a process of its own, which has loaded nothing before."""


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda's runtime brings, and nothing beside it."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in BROUGHT:
        for file in importlib.metadata.files(name) or ():
            place = folder / file.parts[0]
            if ".." not in file.parts and not place.exists():
                place.symlink_to(importlib.metadata.distribution(name).locate_file(file.parts[0]))
    return folder


def resolved(
    folders: list[Path], names: list[str], handlers: list[str]
) -> tuple[dict[str, float], str]:
    """Import in processes that see the folders alone.

    Returns the seconds of each handler's import, and what is said of what fails.
    """
    given = {"path": [str(folder) for folder in folders], "reached": names, "handlers": handlers}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", RESOLVE],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        env={"AWS_REGION": "us-east-1"},
    )
    return ({}, done.stderr) if done.returncode else (json.loads(done.stdout), "")


@pytest.mark.timeout(600)
def test_every_handler_resolves_within_what_its_function_gets(
    here: Built, unpacked: Path, runtime: Path
) -> None:
    """The weight of each function's package and its cold import are told in a table."""
    by_layers: dict[tuple[str, ...], list[str]] = defaultdict(list)
    code = (here.build / "functions.zip").stat().st_size
    lines = ["| function | layers | zipped, MB | import, ms |", "|---|---|---|---|"]
    for function in here.manifest()["functions"]:
        by_layers[tuple(function["layers"])].append(function["handler"])

    for layers, handlers in by_layers.items():
        folders = [unpacked / "functions", *(unpacked / f"layers/{x}/python" for x in layers)]
        names = [name for layer in layers for name in REACHED[layer]]
        took, said = resolved([*folders, runtime], names, handlers)

        assert said == "", layers
        assert took.keys() == set(handlers)
        weight = code + sum((here.build / f"layers/{x}.zip").stat().st_size for x in layers)
        lines += [
            f"| {handler} | {', '.join(layers)} | {weight / MEGABYTE:.1f} | {1000 * spent:.0f} |"
            for handler, spent in took.items()
        ]

    results = ROOT / "build/test-results"
    results.mkdir(parents=True, exist_ok=True)
    table = "\n".join([*lines[:2], *sorted(lines[2:], key=_slowest)])
    (results / "weights.md").write_text(table + "\n")
    print(table)


def _slowest(line: str) -> float:
    return -float(line.split("|")[-2])


def test_every_handler_of_the_template_is_a_function_of_the_registry(here: Built) -> None:
    functions = {
        resource["Properties"]["Handler"]
        for resource in here.template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    }

    assert functions == {function.handler for function in discover()}


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_that_a_function_lacks_is_missed(unpacked: Path, runtime: Path, layer: str) -> None:
    """The check above can fail."""
    others = [unpacked / f"layers/{x}/python" for x in LAYERS if x != layer]

    _, said = resolved([unpacked / "functions", *others, runtime], list(REACHED[layer]), [])

    assert "ModuleNotFoundError" in said


def test_same_bytes_from_another_folder(here: Built, there: Built) -> None:
    assert here.manifest() == there.manifest()
    for name in here.manifest()["files"]:
        assert (here.build / name).read_bytes() == (there.build / name).read_bytes(), name


def test_manifest_tells_what_was_built(here: Built) -> None:
    manifest = here.manifest()

    assert set(manifest) == {"files", "functions", "resources", "stacks"}
    assert set(manifest["files"]) == {
        "functions.zip",
        *manifest["stacks"],
        *(f"layers/{layer}.zip" for layer in LAYERS),
    }
    for name, entry in manifest["files"].items():
        content = (here.build / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert manifest["stacks"] == {
        name: len(template["Resources"]) for name, template in here.stacks.items()
    }
    assert set(manifest["stacks"]) == {"template.yaml", *map(file_of, (*NESTED, *WHOLE))}
    assert manifest["resources"] == sum(manifest["stacks"].values())


def test_artefact_holds_the_product_and_nothing_else(here: Built) -> None:
    with zipfile.ZipFile(here.build / "functions.zip") as archive:
        names = archive.namelist()
        kept = json.loads(archive.read("routes.json"))
        described = archive.read("openapi.json")
        bootstrap = archive.getinfo("bootstrap")

    code = [name for name in names if name.startswith(("chalicelib/", "functions/"))]
    assert set(names) - set(code) == {"bootstrap", "openapi.json", "routes.json"}
    assert not [
        name for name in code if not name.endswith((".py", ".pyc", ".j2", ".sh", ".txt", ".json"))
    ]
    tracked = subprocess.run(
        ["git", "ls-files", "chalicelib", "functions"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert set(tracked) <= set(code)
    assert kept == routes()
    assert described == openapi()
    assert bootstrap.external_attr >> 16 == 0o755


def size_of(here: Built, layer: str) -> int:
    with zipfile.ZipFile(here.build / f"layers/{layer}.zip") as archive:
        return sum(info.file_size for info in archive.infolist())


def test_layers_keep_their_budget(here: Built) -> None:
    """Megabytes beside the runtime's own SDK: 20 for what every function loads."""
    sizes = {layer: size_of(here, layer) / MEGABYTE for layer in LAYERS}

    assert sizes["base"] <= 20
    assert sizes["crypto"] <= 20
    assert sizes["nodes"] <= 20
    assert sizes["clouds"] <= 60
    assert sum(sizes.values()) <= 200, "Lambda takes 250 with the artefact"


def test_layers_bring_no_sdk_of_their_own_and_no_tests(here: Built) -> None:
    for layer in LAYERS:
        with zipfile.ZipFile(here.build / f"layers/{layer}.zip") as archive:
            tops = {name.split("/")[1] for name in archive.namelist()}
            parts = {part for name in archive.namelist() for part in name.split("/")}
        assert not tops & {"boto3", "botocore", "chalice", "moto", "pytest", "mypy"}, layer
        assert not parts & {"tests"}, layer


def test_layers_hold_what_the_requirements_pin() -> None:
    for layer in LAYERS:
        for line in (ROOT / f"infra/packaging/layers/{layer}.txt").read_text().splitlines():
            if line.startswith("#"):
                continue
            name, _, version = line.partition("==")
            assert importlib.metadata.version(name) == version, line
