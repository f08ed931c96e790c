"""`make sweep`: have every account swept now, and print what was found.

It asks the platform that runs on this machine, or the installation that `INSTALLATION` names, with
the AWS credentials of whoever calls. `LIFT=1` lets sweeps repair again after a restore. With
`JSON=1` there is a line for each report, and the last one is the summary.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.platform import layout
from infra.local.platform.progress import print_json
from infra.sweep.report import ended, lines, summary
from infra.sweep.round import Lambda, Round

PATIENCE_SECONDS = 240
MOST_SAID = 500
"""Letters of an error that the summary tells."""
ONCE = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})


def asked_platform() -> Lambda:
    """The functions of the installation that is asked. Raises `LookupError` when none is named."""
    name, running = os.environ.get("INSTALLATION", ""), layout.running()
    if name:
        return Lambda(boto3.client("lambda", config=ONCE), name)
    if running is None:
        raise LookupError(
            "The platform does not run here. Start it with make run, or name an installation on"
            " AWS: make sweep INSTALLATION=hoster"
        )
    client = boto3.client(
        "lambda",
        endpoint_url=running["urls"]["aws"],
        region_name=layout.REGION,
        aws_access_key_id=layout.AWS_ENV["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=layout.AWS_ENV["AWS_SECRET_ACCESS_KEY"],
        config=ONCE,
    )
    return Lambda(client, layout.INSTALLATION)


def told(found: dict[str, Any], total: dict[str, Any]) -> None:
    """Print what was found, for people or for programs."""
    if os.environ.get("JSON") == "1":
        for account, report in found["accounts"].items():
            print_json({"account": account, **(report or {})})
        for subject in ("work", "reservations"):
            print_json({"subject": subject, **(found[subject] or {})})
        print_json(total)
        return
    print("\n".join(lines(found, total)))


def main() -> int:
    """Ask, wait for the reports, print them; what breaks is told as the summary."""
    begun = time.monotonic()
    try:
        return _swept(begun)
    except (LookupError, RuntimeError, ValueError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        if os.environ.get("JSON") == "1":
            seconds = round(time.monotonic() - begun, 2)
            print_json({"ok": False, "error": str(error)[:MOST_SAID], "seconds": seconds})
        return 1


def _swept(begun: float) -> int:
    platform = asked_platform()
    asked = Round(platform, lift=os.environ.get("LIFT") == "1")
    found = asked.reports(until=begun + PATIENCE_SECONDS)
    total = summary(found, asked.at, asked.reason)
    total["seconds"] = round(time.monotonic() - begun, 2)
    told(found, total)
    return 0 if total["ok"] and ended(found, asked.at) else 1


if __name__ == "__main__":
    sys.exit(main())
