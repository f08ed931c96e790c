"""`make redrive`: say what waits in the queue of failures, and hand it back.

    make redrive                          how many wait that are from which queue
    make redrive QUEUE=traffic LOOK=1     what ten of those from one queue say
    make redrive QUEUE=traffic            hand all of those back to who could not take them
    make redrive QUEUE=watch DROP=1       remove those

It asks the platform that runs on this machine, or the installation that `INSTALLATION` names. With
`JSON=1` the last line is the summary.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.installations import asked
from infra.local.platform.progress import print_json
from infra.packaging.registry import consumers
from infra.redrive.failures import CALLS, Failures

NAMES = {CALLS, *(consumer.queue for _, consumer in consumers())}
"""What may wait there: calls that failed, and messages of each queue that functions take from."""


def main() -> int:
    """Do it and say what was done; what is refused is told and ends with 1."""
    try:
        said = _done(os.environ.get("QUEUE", ""))
    except (LookupError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        if os.environ.get("JSON") == "1":
            print_json({"ok": False, "error": str(error)})
        return 1
    if os.environ.get("JSON") == "1":
        print_json({"ok": True, **said})
    else:
        print("\n".join(f"{name}: {value}" for name, value in said.items()))
    return 0


def _done(name: str) -> dict[str, Any]:
    place = asked()
    failures = Failures(place.name, place.client("sqs"), place.client("lambda"))
    if not name:
        none = dict.fromkeys(sorted(NAMES), 0)
        return {**none, **failures.waiting()}
    if name not in NAMES:
        raise LookupError(f"There is no queue {name} here, but {', '.join(sorted(NAMES))}.")
    if os.environ.get("LOOK") == "1":
        return {"messages": failures.shown(name)}
    if os.environ.get("DROP") == "1":
        return {"dropped": failures.drop(name)}
    return {"handed_back": failures.hand_back(name)}


if __name__ == "__main__":
    sys.exit(main())
