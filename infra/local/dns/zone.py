"""The name server's own files: its configuration, its key for updates, and its zone at first.

Everything lies in one folder. What is changed later is in the zone's file, which Knot keeps.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

ZONE = "localhost"
KEY_NAME = "hoster-local"
APPS_DOMAIN = f"apps.{ZONE}"
CUSTOMERS_DOMAIN = f"customers.{ZONE}"
"""Where the names of customers lie, by convention."""

_ZONE_FILE = """\
$ORIGIN {zone}.
$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 5
@ NS ns
ns A {address}
@ A 127.0.0.1
apps A 127.0.0.1
*.apps A 127.0.0.1
"""

_CONFIG = """\
server:
  rundir: "{folder}"
  listen: {address}@{port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: notice
database:
  storage: "{folder}/database"
key:
  - id: {key}
    algorithm: hmac-sha256
    secret: "{secret}"
acl:
  - id: holder-of-the-key
    key: {key}
    action: [update, transfer]
zone:
  - domain: {zone}
    file: "{file}"
    acl: holder-of-the-key
    # What is changed is in the file at once, and a restart begins with the file.
    zonefile-sync: 0
    zonefile-load: whole
"""


@dataclass(frozen=True)
class Files:
    """The files of one name server, all in its folder."""

    folder: Path

    @property
    def config(self) -> Path:
        """Knot's configuration; it holds the key."""
        return self.folder / "knot.conf"

    @property
    def key(self) -> Path:
        """The secret of the key that signs updates, in base64."""
        return self.folder / "key"

    @property
    def zone(self) -> Path:
        """The zone as it is now."""
        return self.folder / f"{ZONE}.zone"


def write(files: Files, address: str, port: int) -> None:
    """Write all that Knot starts with; the key and the zone of an earlier run are kept."""
    (files.folder / "database").mkdir(parents=True, exist_ok=True)
    secret = own_key(files)
    if not files.zone.exists():
        files.zone.write_text(_ZONE_FILE.format(zone=ZONE, address=address))
    files.config.touch(mode=0o600)
    files.config.write_text(
        _CONFIG.format(
            folder=files.folder,
            address=address,
            port=port,
            key=KEY_NAME,
            secret=secret,
            zone=ZONE,
            file=files.zone,
        )
    )


def own_key(files: Files) -> str:
    """The secret of the key for updates, made once and readable by its owner alone."""
    if not files.key.exists():
        files.folder.mkdir(parents=True, exist_ok=True)
        files.key.touch(mode=0o600)
        files.key.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return files.key.read_text()
