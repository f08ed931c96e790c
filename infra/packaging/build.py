"""Build the artefact and the template into `build/`: the same bytes from any folder.

Chalice packages the application from a staging copy; the layers hold what functions need beside
the runtime's own AWS SDK.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from infra.packaging import bytecode, lock, template
from infra.packaging.openapi.document import text as openapi
from infra.packaging.registry import discover, routes
from infra.packaging.shortest import written

ROOT = template.ROOT
BUILD = ROOT / "build"
STAGE = BUILD / "stage"
EPOCH = (1980, 1, 1, 0, 0, 0)
CODE = ("chalicelib", "functions")


def main() -> None:
    """Build everything and write the manifest."""
    BUILD.mkdir(exist_ok=True)
    packaged = _chalice()
    files = {"functions.zip": _functions_zip()}
    for layer in template.LAYERS:
        files[f"layers/{layer}.zip"] = _layer_zip(layer)
    documents = template.stacks_of(packaged, files)
    for name, document in documents.items():
        (BUILD / name).parent.mkdir(exist_ok=True)
        (BUILD / name).write_text(written(document))
    resources = {name: len(document["Resources"]) for name, document in documents.items()}
    manifest: dict[str, Any] = {
        "files": {
            name: {"sha256": digest, "bytes": (BUILD / name).stat().st_size}
            for name, digest in sorted(files.items())
        },
        "functions": [
            {
                "name": function.name,
                "handler": function.handler,
                "layers": ["base", *function.declaration.layers],
                "role": f"{function.logical_id}Role",
            }
            for function in discover()
        ],
        "resources": sum(resources.values()),
        "stacks": resources,
    }
    (BUILD / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(
        f"{len(manifest['functions'])} functions, {manifest['resources']} resources"
        f" in {len(documents)} stacks in build/"
    )


def _chalice() -> dict[str, dict[str, Any]]:
    """Let Chalice package a staging copy; return what it says of each function."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)
    for name in (*CODE, "infra/packaging", "infra/__init__.py", "app.py"):
        source = ROOT / name
        target = STAGE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (STAGE / "requirements.txt").write_text("")
    (STAGE / ".chalice").mkdir()
    config = {
        "version": "2.0",
        "app_name": "hoster",
        "stages": {
            "prod": {
                "manage_iam_role": False,
                "iam_role_arn": "arn:aws:iam::000000000000:role/replaced-by-the-template",
                "lambda_functions": {
                    function.name: {
                        "lambda_memory_size": function.declaration.memory,
                        "lambda_timeout": function.declaration.timeout,
                    }
                    for function in discover()
                },
            }
        },
    }
    (STAGE / ".chalice/config.json").write_text(json.dumps(config))
    out = STAGE / "out"
    done = subprocess.run(
        [str(Path(sys.executable).parent / "chalice"), "package", "--stage", "prod", str(out)],
        cwd=STAGE,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"chalice package failed:\n{done.stdout}{done.stderr}")
    resources = json.loads((out / "sam.json").read_text())["Resources"]
    named = {
        function.name: resources["".join(p.title() for p in function.name.split("_"))]["Properties"]
        for function in discover()
    }
    with zipfile.ZipFile(out / "deployment.zip") as archive:
        archive.extractall(STAGE / "unpacked")
    return named


def _functions_zip() -> str:
    """Zip what Chalice packaged of the product, what describes it, and the bootstrap."""
    unpacked = STAGE / "unpacked"
    shutil.copytree(STAGE / "functions", unpacked / "functions")
    for folder in CODE:
        bytecode.compile_within(unpacked / folder, f"/var/task/{folder}")
    members = {
        str(path.relative_to(unpacked)): path.read_bytes()
        for folder in CODE
        for path in (unpacked / folder).rglob("*")
        if path.is_file()
    }
    members["routes.json"] = json.dumps(routes()).encode()
    members["openapi.json"] = openapi()
    members["bootstrap"] = (ROOT / "infra/packaging/bootstrap").read_bytes()
    return _write_zip(BUILD / "functions.zip", members)


def _layer_zip(layer: str) -> str:
    """Install a layer's locked packages and zip them; an unchanged list is not built again."""
    locked = lock.locked(lock.listed(ROOT / f"infra/packaging/layers/{layer}.txt"))
    recipe = Path(bytecode.__file__)
    mark = hashlib.sha256(locked.encode() + recipe.read_bytes()).hexdigest()
    target = BUILD / f"layers/{layer}.zip"
    stamp = BUILD / f"layers/{layer}.stamp"
    if target.exists() and stamp.exists() and stamp.read_text() == mark:
        return hashlib.sha256(target.read_bytes()).hexdigest()
    folder = STAGE / f"layer-{layer}"
    hashed = STAGE / f"layer-{layer}.txt"
    hashed.write_text(locked)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    command += ["--only-binary", ":all:", "--target", str(folder)]
    command += ["--require-hashes", "-r", str(hashed)]
    subprocess.run(command, check=True)
    if layer != "clouds":
        # The providers' SDKs would weigh twice as much, and only steps and checks load them.
        bytecode.compile_within(folder, "/opt/python")
    members = {
        f"python/{path.relative_to(folder)}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and _ships(path.relative_to(folder))
    }
    digest = _write_zip(target, members)
    stamp.write_text(mark)
    return digest


def _ships(path: Path) -> bool:
    """Leave out what no function reads and what differs between folders."""
    parts = set(path.parts)
    return not (
        parts & {"bin", "tests"}
        or path.name in {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
        or path.suffix == ".pyi"
    )


def _write_zip(target: Path, members: dict[str, bytes]) -> str:
    """Write a zip whose bytes depend on its members alone; return its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o755 if name == "bootstrap" else 0o644) << 16
            info.create_system = 3
            archive.writestr(info, members[name])
    return hashlib.sha256(target.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
