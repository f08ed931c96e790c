"""The images of the registry: built from Debian packages, told their version, put into it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import docker
import httpx
from docker.models.images import Image

from infra.local import engine
from infra.local.registry.upload import call_also, connect, holds, upload

FOLDER = Path(__file__).parent / "images"
VERSION = "org.opencontainers.image.version"
VERSION_FILE = "/image-version"
AT_A_TIME = 2


@dataclass(frozen=True)
class PublicImage:
    """An image under the name that the world knows it by; its folder says how it is built."""

    folder: str
    repository: str
    tag: str
    also: tuple[str, ...] = ()
    """Further tags of it, such as the exact version that templates name."""
    above: Path = FOLDER
    """Where its folder is."""
    base: str = ""
    """The image that it stands on, by its name in this machine's Engine; empty for Debian."""

    @property
    def name(self) -> str:
        """Its name in this machine's own Engine, where public names stay free."""
        return f"hoster-local/{self.folder}:{self.tag}"


IMAGES = (
    PublicImage("wordpress", "library/wordpress", "6-apache", ("6.7.1-apache",)),
    PublicImage("postgres", "library/postgres", "16-alpine", ("16.6-alpine",)),
    PublicImage("mariadb", "library/mariadb", "11", ("11.4.4",)),
    PublicImage("whoami", "traefik/whoami", "latest"),
    PublicImage("nginx", "library/nginx", "alpine", ("1.27.5-alpine",)),
    PublicImage("redis", "library/redis", "7-alpine", ("7.4.2-alpine",)),
    PublicImage("haproxy", "library/haproxy", "2.6"),
)
"""Those that take longest come first, so that two builders end together."""


def ensure_images(url: str, images: Iterable[PublicImage] = IMAGES) -> None:
    """Have these images in the registry at `url`; what was built and put there before is kept."""
    with connect(url) as registry, ThreadPoolExecutor(AT_A_TIME) as builders:
        started = [builders.submit(_ensure, registry, image) for image in images]
        try:
            for one in started:
                one.result()
        except BaseException:
            builders.shutdown(cancel_futures=True)
            raise


def _ensure(registry: httpx.Client, wanted: PublicImage) -> None:
    client = engine.connect()
    try:
        engine.ensure_image(client, wanted.above / wanted.folder, wanted.name, base=wanted.base)
        image = client.images.get(wanted.name)
        if VERSION not in image.labels:
            image = _label(client, image, wanted)
        if not holds(registry, wanted.repository, wanted.tag, str(image.id)):
            upload(registry, wanted.repository, wanted.tag, image)
        for tag in wanted.also:
            if not holds(registry, wanted.repository, tag, str(image.id)):
                call_also(registry, wanted.repository, wanted.tag, tag)
    finally:
        client.close()


def _label(client: docker.DockerClient, built: Image, wanted: PublicImage) -> Image:
    """Give an image its real version as a label: it is known once the packages are installed."""
    container = client.containers.create(built)
    try:
        version = _read(container.get_archive(VERSION_FILE)[0])
        repository, tag = wanted.name.split(":")
        return container.commit(repository, tag, changes=[f'LABEL {VERSION}="{version}"'])
    finally:
        container.remove(v=True)


def _read(archive: Iterable[bytes]) -> str:
    with tarfile.open(fileobj=io.BytesIO(b"".join(archive))) as files:
        file = files.extractfile(files.getmembers()[0])
        return "" if file is None else str(file.read().decode().strip())
