"""Gives the local registry's images out to who logs in, and to nobody else.

    REGISTRY_PASSWORD=... python -m infra.local.registry.guarded --bind 172.31.240.1:5001
        --images FOLDER --state FOLDER --username NAME

It is another process of the same program over the same images, which knows a hash of the password.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
from pathlib import Path
from typing import NoReturn

import bcrypt

from infra.local.become import become
from infra.local.registry.server import PROGRAM

REALM = "private images of this machine"
HASH_ROUNDS = 5


def settings(bind: str, images: Path, users: Path) -> dict[str, object]:
    """What the registry is told: whose images, where, and who may have them."""
    return {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(images)},
            "maintenance": {"readonly": {"enabled": True}},
        },
        "http": {"addr": bind, "secret": secrets.token_hex(16)},
        "auth": {"htpasswd": {"realm": REALM, "path": str(users)}},
    }


def main() -> NoReturn:
    """Become the registry, so that it is the platform's own child."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bind", required=True, help="address:port on the servers' bridge")
    parser.add_argument("--images", type=Path, required=True, help="what the open one keeps")
    parser.add_argument("--state", type=Path, required=True, help="folder of its files")
    parser.add_argument("--username", required=True)
    given = parser.parse_args()
    given.state.mkdir(parents=True, exist_ok=True)
    password = os.environ.pop("REGISTRY_PASSWORD").encode()
    hashed = bcrypt.hashpw(password, bcrypt.gensalt(HASH_ROUNDS)).decode()
    users, config = given.state / "htpasswd", given.state / "config.json"
    users.write_text(f"{given.username}:{hashed}\n")
    config.write_text(json.dumps(settings(given.bind, given.images, users), indent=1))
    become([PROGRAM, "serve", str(config)])


if __name__ == "__main__":
    main()
