"""Leads servers on the bridge to the bucket of archives, and to nothing else of the local AWS.

    python -m infra.local.archives --bind 172.31.240.1:4569 --aws 127.0.0.1:4566 --bucket NAME
        --state FOLDER

On AWS servers reach the bucket at S3's own address; here that one is on loopback.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

_CONFIG = """\
global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 120s
  timeout server 120s
frontend servers
  bind {bind}
  http-request deny unless {{ path_beg /{bucket}/ }}
  default_backend aws
backend aws
  server aws {aws}
"""


def config(bind: str, aws: str, bucket: str) -> str:
    """What HAProxy is told."""
    return _CONFIG.format(bind=bind, aws=aws, bucket=bucket)


def main() -> None:
    """Become HAProxy."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bind", "aws", "bucket"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--state", type=Path, required=True)
    given = parser.parse_args()
    given.state.mkdir(parents=True, exist_ok=True)
    file = given.state / "haproxy.cfg"
    file.write_text(config(given.bind, given.aws, given.bucket))
    command = ["haproxy", "-W", "-f", str(file)]
    os.execvp(command[0], command)  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main()
