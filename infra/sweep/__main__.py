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

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.installations import asked
from infra.local.platform.progress import print_json
from infra.sweep.report import ended, lines, summary
from infra.sweep.round import Lambda, Round

PATIENCE_SECONDS = 240
MOST_SAID = 500
"""Letters of an error that the summary tells."""
ONCE = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})


def asked_platform() -> Lambda:
    """The functions of the installation that is asked. Raises `LookupError` when none is named."""
    found = asked()
    return Lambda(found.client("lambda", ONCE), found.name)


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
