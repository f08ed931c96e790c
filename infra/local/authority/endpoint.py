"""The certificate of the authority's own endpoint, and the root that clients trust it by.

They are made once: what was told to trust the root goes on trusting the endpoint. The key of the
root is thrown away, so that it never signs anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.local.certificates import SERVER, Root


@dataclass(frozen=True)
class Files:
    """The files of one authority, all in its folder."""

    folder: Path

    @property
    def config(self) -> Path:
        """Pebble's configuration."""
        return self.folder / "pebble.json"

    @property
    def root(self) -> Path:
        """What clients trust the endpoint by."""
        return self.folder / "endpoint-root.pem"

    @property
    def certificate(self) -> Path:
        """The endpoint's certificate."""
        return self.folder / "endpoint.pem"

    @property
    def key(self) -> Path:
        """The endpoint's key."""
        return self.folder / "endpoint.key"

    @property
    def roots(self) -> Path:
        """The roots of all certificates that were ever issued here; each start has a new one."""
        return self.folder / "roots.pem"


def ensure_endpoint(files: Files) -> None:
    """Have a certificate for the endpoint on loopback; one that was made is kept."""
    if files.key.exists() and files.certificate.exists() and files.root.exists():
        return
    files.folder.mkdir(parents=True, exist_ok=True)
    root = Root("Local ACME endpoint root")
    issued = root.issue("Local ACME endpoint", SERVER)
    files.key.touch(mode=0o600)
    files.key.write_bytes(issued.key)
    files.certificate.write_bytes(issued.certificate)
    files.root.write_bytes(root.pem)
