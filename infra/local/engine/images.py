"""Builds an image from a folder with a Dockerfile, once for each content of that folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import docker

from infra.local import exclusive, log_file
from infra.local.engine.debian import HASH_LABEL, ensure_base
from infra.local.engine.errors import BuildFailed


def ensure_image(client: docker.DockerClient, folder: Path, name: str, *, base: str = "") -> str:
    """Have image `name`, built from `folder`; return the image's id.

    It stands on the Debian base, or on `base`, an image that is there. One that was built from the
    same files on the same base is kept. Raises `BuildFailed`.
    """
    below = client.images.get(base or ensure_base(client)).id
    inputs = _digest(folder, str(below))
    with exclusive(f"image-{folder.name}"):
        try:
            image = client.images.get(name)
        except docker.errors.ImageNotFound:
            image = None
        if image is not None and image.labels.get(HASH_LABEL) == inputs:
            return str(image.id)
        _build(client, folder, name, inputs)
        return str(client.images.get(name).id)


def _digest(folder: Path, base: str) -> str:
    digest = hashlib.sha256(base.encode())
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        mode = file.stat().st_mode & 0o111
        digest.update(f"{file.relative_to(folder)} {mode} ".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _build(client: docker.DockerClient, folder: Path, name: str, inputs: str) -> None:
    log = log_file(f"build-{folder.name}")
    # The network of the machine: its resolver and proxy work there and may not on a bridge.
    steps = client.api.build(
        path=str(folder),
        tag=name,
        network_mode="host",
        labels={HASH_LABEL: inputs},
        rm=True,
        forcerm=True,
        decode=True,
    )
    with log.open("w") as output:
        for step in steps:
            output.write(str(step.get("stream", "")))
            _raise_for(step, name, log)


def _raise_for(step: dict[str, Any], name: str, log: Path) -> None:
    if "error" in step:
        message = f"image {name} could not be built: {step['error']} (see {log})"
        raise BuildFailed(message)
