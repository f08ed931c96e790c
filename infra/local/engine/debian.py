"""Builds the Debian base image from the mirror that this machine itself is configured to use."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import docker

from infra.local import exclusive, log_file
from infra.local.engine.errors import BuildFailed

BASE = "hoster-local/base:debian-12"
SUITE = "bookworm"
HASH_LABEL = "hoster.local.inputs"
PACKAGES = ("busybox", "ca-certificates")
APT_OPTIONS = (
    "Acquire::Check-Valid-Until",
    "Acquire::Check-Date",
    "Acquire::http::Proxy",
    "Acquire::https::Proxy",
)
"""Settings of this machine's apt without which its mirror may refuse or be refused."""

SLIM = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale")
TOOLS = ("wget", "nc", "ping", "ps", "top", "vi", "less")
"""What an image's health check or shell may expect; busybox provides them."""


@dataclass(frozen=True)
class Source:
    """One suite of one Debian mirror."""

    uri: str
    suite: str

    def line(self) -> str:
        """Return the source as a line of sources.list."""
        return f"deb {self.uri} {self.suite} main"


def debian_sources(apt: Path = Path("/etc/apt")) -> list[Source]:
    """Read the mirrors of Debian 12 from this machine's apt, the release's own suite first.

    Raises `BuildFailed` when apt knows none.
    """
    found: list[Source] = []
    for file in sorted([apt / "sources.list", *(apt / "sources.list.d").glob("*")]):
        if file.suffix == ".sources":
            found += _stanzas(file.read_text())
        elif file.suffix == ".list" and file.exists():
            found += _lines(file.read_text())
    suites = (SUITE, f"{SUITE}-updates", f"{SUITE}-security")
    sources = sorted(
        {s for s in found if s.suite in suites}, key=lambda s: (suites.index(s.suite), s.uri)
    )
    if not sources or sources[0].suite != SUITE:
        message = f"no Debian {SUITE} mirror is configured in {apt}; the local images need one"
        raise BuildFailed(message)
    return sources


def ensure_base(client: docker.DockerClient) -> str:
    """Have the base image, built again only when what it is made of changed; return its name."""
    with exclusive("image-base"):
        sources = debian_sources()
        inputs = _digest(sources)
        if _has(client, inputs):
            return BASE
        if shutil.which("debootstrap") is None:
            message = "debootstrap is missing: run `apt-get install debootstrap` and try again"
            raise BuildFailed(message)
        with tempfile.TemporaryDirectory(prefix="hoster-base-") as folder:
            root = Path(folder)
            _debootstrap(root, sources[0])
            _configure(root, sources)
            _import(client, root, inputs)
        return BASE


def _stanzas(text: str) -> list[Source]:
    sources = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^(\w[\w-]*):[ \t]*(.*)$", stanza, re.MULTILINE))
        is_binary = "deb" in fields.get("Types", "").split()
        if is_binary and "main" in fields.get("Components", "").split():
            sources += [
                Source(uri, suite)
                for uri in fields.get("URIs", "").split()
                for suite in fields.get("Suites", "").split()
            ]
    return sources


def _lines(text: str) -> list[Source]:
    found = re.findall(r"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$", text, re.MULTILINE)
    return [Source(uri, suite) for uri, suite, parts in found if "main" in parts.split()]


def _digest(sources: list[Source]) -> str:
    code = Path(__file__).read_bytes()
    text = "\n".join([*(source.line() for source in sources), *_apt_options()])
    return hashlib.sha256(code + text.encode()).hexdigest()[:16]


def _has(client: docker.DockerClient, inputs: str) -> bool:
    try:
        return client.images.get(BASE).labels.get(HASH_LABEL) == inputs
    except docker.errors.ImageNotFound:
        return False


def _debootstrap(root: Path, source: Source) -> None:
    log = log_file("build-base")
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
    with log.open("wb") as output:
        done = subprocess.run(
            [*command, SUITE, str(root), source.uri], stdout=output, stderr=output, check=False
        )
    if done.returncode != 0:
        message = f"debootstrap failed, see {log}"
        raise BuildFailed(message)


def _configure(root: Path, sources: list[Source]) -> None:
    (root / "etc/apt/sources.list").write_text("".join(f"{s.line()}\n" for s in sources))
    (root / "etc/apt/apt.conf.d/90local").write_text(
        'APT::Install-Recommends "false";\nAcquire::Languages "none";\n'
        + "".join(f"{option}\n" for option in _apt_options())
    )
    excludes = "".join(f"path-exclude=/{folder}/*\n" for folder in SLIM)
    (root / "etc/dpkg/dpkg.cfg.d/90local").write_text(f"force-unsafe-io\n{excludes}")
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    for tool in TOOLS:
        link = root / "usr/bin" / tool
        if not link.exists() and not link.is_symlink():
            link.symlink_to("/bin/busybox")
    for folder in (*SLIM, "var/cache/apt/archives", "var/lib/apt/lists", "var/log"):
        _empty(root / folder)


def _apt_options() -> list[str]:
    dump = subprocess.run(
        ["apt-config", "dump"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [line for line in dump.splitlines() if line.split(" ")[0] in APT_OPTIONS]


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _import(client: docker.DockerClient, root: Path, inputs: str) -> None:
    repository, tag = BASE.split(":")
    with subprocess.Popen(
        ["tar", "-C", str(root), "--exclude=./dev/*", "-c", "."],
        stdout=subprocess.PIPE,
    ) as tar:
        client.api.import_image_from_stream(
            tar.stdout,
            repository=repository,
            tag=tag,
            changes=[f"LABEL {HASH_LABEL}={inputs}", 'CMD ["/bin/bash"]'],
        )
