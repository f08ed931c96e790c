"""OpenStack Swift with its S3 API in one process on loopback: proxy, account, container, object.

    BUCKET_SECRETS='{"owner": "..."}' python -m infra.local.bucket.swift --port 8089 --state FOLDER

It is nobody's copy of S3: it checks signatures and regions and puts parts together in its own way.
There is one copy of everything, on one disk, which is a folder.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import eventlet
import eventlet.wsgi
from swift.account.server import AccountController
from swift.common import storage_policy, utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import loadapp, make_pre_authed_request
from swift.container.server import ContainerController
from swift.obj.server import ObjectController

from infra.local.bucket.names import ACCOUNT, BUCKET, OWNER, READER, REGION

_LOOPBACK = "127.0.0.1"
_DEVICE = "disk"
_PARTITION_POWER = 2
_SUFFIX = "local"
_FILTERS = (
    "catch_errors gatekeeper healthcheck listing_formats s3api tempauth bulk slo dlo "
    "versioned_writes"
)


def serve(folder: Path, port: int, secrets: Mapping[str, str]) -> None:
    """Serve S3 on a port of loopback until the process ends, to users with these secrets."""
    eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True)
    (folder / "disks" / _DEVICE).mkdir(parents=True, exist_ok=True)
    _settle(folder)
    conf = {
        "devices": str(folder / "disks"),
        "mount_check": "false",
        "swift_dir": str(folder),
        "fallocate_reserve": "0",
        "disable_fallocate": "true",
        "log_level": "WARNING",
    }
    kinds = {"account": AccountController, "container": ContainerController}
    for kind, controller in {**kinds, "object": ObjectController}.items():
        listener = eventlet.listen((_LOOPBACK, 0))
        _ring(folder, kind, listener.getsockname()[1])
        eventlet.spawn(_answer, listener, controller(conf))
    proxy = folder / "proxy-server.conf"
    proxy.touch(mode=0o600)
    proxy.write_text(_proxy(folder, secrets))
    app = loadapp(str(proxy))
    _make_buckets(app)
    _answer(eventlet.listen((_LOOPBACK, port)), app)


def _answer(listener: Any, app: Any) -> None:
    eventlet.wsgi.server(listener, app, log_output=False)


def _settle(folder: Path) -> None:
    """Have Swift read its settings from here and not from the machine's."""
    settings = folder / "swift.conf"
    settings.write_text(
        f"[swift-hash]\nswift_hash_path_suffix = {_SUFFIX}\n"
        "[storage-policy:0]\nname = only\ndefault = yes\n"
    )
    utils.SWIFT_CONF_FILE = str(settings)
    utils.HASH_PATH_SUFFIX = _SUFFIX.encode()
    storage_policy.reload_storage_policies()


def _ring(folder: Path, kind: str, port: int) -> None:
    """Say where the one server of a kind is."""
    at = {"ip": _LOOPBACK, "port": port, "replication_ip": _LOOPBACK, "replication_port": port}
    builder = RingBuilder(_PARTITION_POWER, 1, 1)
    builder.add_dev({"region": 1, "zone": 1, "weight": 1, "device": _DEVICE, "meta": "", **at})
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{kind}.ring.gz"))


def _proxy(folder: Path, secrets: Mapping[str, str]) -> str:
    own = {
        "s3api": {"location": REGION},
        "tempauth": {
            f"user_{ACCOUNT}_{user}": f"{secret}{' .admin' if user == OWNER else ''}"
            for user, secret in secrets.items()
        },
    }
    lines = ["[DEFAULT]", f"swift_dir = {folder}", "log_level = WARNING"]
    lines += ["[pipeline:main]", f"pipeline = {_FILTERS} proxy-server"]
    for name in _FILTERS.split():
        lines += [f"[filter:{name}]", f"use = egg:swift#{name}"]
        lines += [f"{key} = {value}" for key, value in own.get(name, {}).items()]
    lines += ["[app:proxy-server]", "use = egg:swift#proxy"]
    lines += ["account_autocreate = true", "allow_account_management = true", ""]
    return "\n".join(lines)


def _make_buckets(app: Any) -> None:
    """Have the bucket, which some may only read."""
    account = f"/v1/AUTH_{ACCOUNT}"
    grants = {"X-Container-Read": f"{ACCOUNT}:{READER}"}
    for path, headers in (
        (account, {}),
        (f"{account}/{BUCKET}", grants),
        # Where its S3 API keeps the parts of what comes in parts.
        (f"{account}/{BUCKET}+segments", grants),
    ):
        made = make_pre_authed_request({}, "PUT", path, headers=headers).get_response(app)
        if not made.is_success:
            raise SystemExit(f"{path} cannot be made: {made.status}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    given = parser.parse_args()
    serve(given.state.resolve(), given.port, json.loads(os.environ["BUCKET_SECRETS"]))


if __name__ == "__main__":
    main()
