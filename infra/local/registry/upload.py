"""Puts an image of the machine's Engine into the registry over the registry's own protocol.

The Engine's push is not used: it refuses a plain-HTTP registry on the bridge, and it compresses
what travels to a server next door, which takes longer than the way saves.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from dataclasses import dataclass
from typing import IO, Any

import httpx
from docker.models.images import Image

from infra.local.registry.server import RegistryFailed

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"
CHUNK = 1 << 20


def connect(url: str) -> httpx.Client:
    """Return a client of the registry at `url`; this machine's proxies do not lead there."""
    return httpx.Client(base_url=url, timeout=60, trust_env=False)


def holds(client: httpx.Client, repository: str, tag: str, image: str) -> bool:
    """Tell whether the registry answers with this image: a manifest names its config's digest."""
    answer = client.get(f"/v2/{repository}/manifests/{tag}", headers={"Accept": MANIFEST})
    return answer.status_code == 200 and bool(answer.json()["config"]["digest"] == image)


def upload(client: httpx.Client, repository: str, tag: str, image: Image) -> None:
    """Put an image under a name; layers that the registry has are not sent again.

    The manifest comes last, so that a name never leads to half an image.
    """
    with tempfile.TemporaryFile() as saved:
        for chunk in image.save(chunk_size=CHUNK):
            saved.write(chunk)
        saved.seek(0)
        with tarfile.open(fileobj=saved) as archive:
            (listed,) = json.load(_open(archive, "manifest.json"))
            blobs = _Blobs(client, repository, archive)
            layers = [
                blobs.put(path, digest, LAYER)
                for path, digest in zip(
                    listed["Layers"], image.attrs["RootFS"]["Layers"], strict=True
                )
            ]
            config = blobs.put(listed["Config"], str(image.id), CONFIG)
            manifest = {"schemaVersion": 2, "mediaType": MANIFEST}
            answer = client.put(
                f"/v2/{repository}/manifests/{tag}",
                content=json.dumps(manifest | {"config": config, "layers": layers}),
                headers={"Content-Type": MANIFEST},
            )
            _require(answer, 201)


def call_also(client: httpx.Client, repository: str, tag: str, other: str) -> None:
    """Let another tag lead to the image that has one already."""
    path = f"/v2/{repository}/manifests"
    known = _require(client.get(f"{path}/{tag}", headers={"Accept": MANIFEST}), 200)
    put = client.put(f"{path}/{other}", content=known.content, headers={"Content-Type": MANIFEST})
    _require(put, 201)


@dataclass(frozen=True)
class _Blobs:
    """The way of a saved image's files into one repository."""

    client: httpx.Client
    repository: str
    archive: tarfile.TarFile

    def put(self, path: str, digest: str, kind: str) -> dict[str, Any]:
        """Have one file in the repository and return its descriptor."""
        file = _open(self.archive, path)
        size = file.seek(0, 2)
        file.seek(0)
        if self.client.head(f"/v2/{self.repository}/blobs/{digest}").status_code != 200:
            begun = _require(self.client.post(f"/v2/{self.repository}/blobs/uploads/"), 202)
            answer = self.client.put(
                httpx.URL(begun.headers["Location"]).copy_add_param("digest", digest),
                content=iter(lambda: file.read(CHUNK), b""),
                headers={"Content-Length": str(size), "Content-Type": "application/octet-stream"},
            )
            _require(answer, 201)
        return {"mediaType": kind, "size": size, "digest": digest}


def _open(archive: tarfile.TarFile, path: str) -> IO[bytes]:
    file = archive.extractfile(path)
    if file is None:
        message = f"the Engine saved an image without {path}"
        raise RegistryFailed(message)
    return file


def _require(answer: httpx.Response, status: int) -> httpx.Response:
    if answer.status_code != status:
        message = f"the registry answered {answer.status_code} to {answer.request.url.path}"
        raise RegistryFailed(f"{message}: {answer.text[:300]}")
    return answer
