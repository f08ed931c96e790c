"""What a server is told at its first start: its host key and how its sshd and Docker behave."""

from __future__ import annotations

import json
from collections.abc import Iterable

from chalicelib.domain.server_settings import (
    DAEMON_PATH,
    SSHD_PATH,
    daemon_settings,
    sshd_text,
)


def user_data(
    *,
    host_private: str,
    host_public: str,
    authorised: str,
    mirror: str,
    plain: Iterable[str] = (),
) -> str:
    """Write the cloud-config of a new server.

    The host key is planted so that the first connection can be verified; it is replaced over
    that connection, because user data can be read from the metadata address.
    """
    config = {
        "disable_root": False,
        "ssh_deletekeys": False,
        "ssh_pwauth": False,
        "ssh_keys": {"ed25519_private": host_private, "ed25519_public": host_public},
        "ssh_authorized_keys": [authorised],
        "write_files": [
            {"path": SSHD_PATH, "content": sshd_text()},
            {"path": DAEMON_PATH, "content": json.dumps(daemon_settings(mirror, plain))},
        ],
    }
    # JSON is YAML, and needs no YAML writer.
    return "#cloud-config\n" + json.dumps(config, indent=1) + "\n"
