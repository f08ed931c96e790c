"""The certificate of somebody else's S3, and by whom it is believed: made once for a folder."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.local.certificates import SERVER, Root

SYSTEM = "/etc/ssl/certs"
"""Whom this machine believes already."""


@dataclass(frozen=True)
class BucketFiles:
    """The files of its TLS, all in one folder."""

    folder: Path

    @property
    def server(self) -> Path:
        """Its certificate with the key."""
        return self.folder / "server.pem"

    @property
    def trusted(self) -> Path:
        """A folder as OpenSSL looks into one, with who issued that in it."""
        return self.folder / "trusted"

    @property
    def believed(self) -> str:
        """What `SSL_CERT_DIR` is for who believes it, and everybody whom the machine believes."""
        return f"{SYSTEM}:{self.trusted}"

    def roots(self) -> list[Path]:
        """Who issued it, in files as OpenSSL names them; none before they are made."""
        return sorted(self.trusted.glob("*.0"))

    def ensure(self, *hosts: str) -> None:
        """Make them for these host names and addresses; those that were made are kept."""
        if self.server.exists():
            return
        self.trusted.mkdir(parents=True, exist_ok=True)
        root = Root("Somebody else's S3")
        draft = self.folder / "root.pem"
        draft.write_bytes(root.pem)
        told = subprocess.run(
            ["openssl", "x509", "-noout", "-subject_hash", "-in", str(draft)],
            check=True,
            capture_output=True,
            text=True,
        )
        draft.rename(self.trusted / f"{told.stdout.strip()}.0")
        issued = root.issue("Somebody else's S3", SERVER, hosts)
        self.server.touch(mode=0o600)
        self.server.write_bytes(issued.certificate + issued.key)
