"""Who serves at the edge's second host name, and who may ask: made once for a state folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.local.certificates import CLIENT, SERVER, Root


@dataclass(frozen=True)
class EdgeFiles:
    """The files of one edge, all in its folder."""

    folder: Path

    @property
    def root(self) -> Path:
        """Whom both sides believe each other by."""
        return self.folder / "root.pem"

    @property
    def server(self) -> Path:
        """The edge's certificate with its key."""
        return self.folder / "server.pem"

    @property
    def client(self) -> Path:
        """The product's certificate with its key."""
        return self.folder / "client.pem"

    def ensure(self) -> None:
        """Make them; those that were made are kept."""
        if self.client.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        root = Root("Local gateway's edge")
        self.root.write_bytes(root.pem)
        for path, name, use in (
            (self.server, "Local gateway's edge", SERVER),
            (self.client, "hoster", CLIENT),
        ):
            issued = root.issue(name, use)
            path.touch(mode=0o600)
            path.write_bytes(issued.certificate + issued.key)
