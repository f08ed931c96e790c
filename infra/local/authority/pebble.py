"""How Pebble is started: its configuration, its manners, and the root that it made."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass

import httpx

from infra.local.authority.endpoint import Files, ensure_endpoint

LIFE_SECONDS = 90 * 24 * 3600
"""How long what it issues is valid, as with the great authorities."""
MANNERS = {
    # Out of a hundred good nonces it refuses this many, which clients are to survive.
    "PEBBLE_WFE_NONCEREJECT": "10",
    # It waits less than this many seconds before each validation, by chance.
    "PEBBLE_VA_SLEEPTIME": "2",
}


@dataclass(frozen=True)
class Authority:
    """A running authority: where it listens on loopback, and its files."""

    files: Files
    port: int
    management_port: int

    @property
    def directory(self) -> str:
        """The URL with which a client begins."""
        return f"https://127.0.0.1:{self.port}/dir"

    @property
    def roots_url(self) -> str:
        """Where it gives the root of what it issues."""
        return f"https://127.0.0.1:{self.management_port}/roots/0"

    def write(self, challenge_port: int) -> None:
        """Write all that Pebble starts with; `challenge_port` is where it asks for HTTP-01."""
        ensure_endpoint(self.files)
        settings = {
            "listenAddress": f"127.0.0.1:{self.port}",
            "managementListenAddress": f"127.0.0.1:{self.management_port}",
            "certificate": str(self.files.certificate),
            "privateKey": str(self.files.key),
            "httpPort": challenge_port,
            "tlsPort": 1,  # nobody proves anything by TLS-ALPN here
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
            "certificateValidityPeriod": LIFE_SECONDS,
        }
        self.files.config.write_text(json.dumps({"pebble": settings}, indent=1))

    def command(self, name_server: str) -> list[str]:
        """Pebble's command line; `name_server` is an address with a port."""
        return ["pebble", "-config", str(self.files.config), "-strict", "-dnsserver", name_server]

    def answers(self) -> bool:
        """Whether it takes orders."""
        try:
            return self._get(self.directory).is_success
        except (OSError, httpx.HTTPError):
            return False

    def root(self) -> str:
        """The root of what it issues since its start, in PEM."""
        return self._get(self.roots_url).raise_for_status().text

    def keep_root(self) -> None:
        """Add the root to those of earlier starts, whose certificates may be in use still."""
        root = self.root().strip() + "\n"
        kept = self.files.roots.read_text() if self.files.roots.exists() else ""
        if root not in kept:
            self.files.roots.write_text(kept + root)

    def _get(self, url: str) -> httpx.Response:
        context = ssl.create_default_context(cafile=str(self.files.root))
        return httpx.get(url, verify=context, trust_env=False, timeout=5)
