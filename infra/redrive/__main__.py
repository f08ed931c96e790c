"""`make redrive`: say what waits in the queues of failures, and hand it back.

    make redrive                          how many wait in which queue
    make redrive QUEUE=traffic LOOK=1     what ten of them say
    make redrive QUEUE=traffic            hand all of it back to who could not take it
    make redrive QUEUE=watch DROP=1       remove it

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
from infra.redrive.failures import Failures, queues


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
    found = queues(place.client("sqs"), place.client("lambda"), place.name)
    if not name:
        return {one: failures.waiting() for one, failures in found.items()}
    if name not in found:
        raise LookupError(f"There is no queue {name} here, but {', '.join(found) or 'none'}.")
    return _one(found[name])


def _one(failures: Failures) -> dict[str, Any]:
    if os.environ.get("LOOK") == "1":
        return {"waiting": failures.waiting(), "messages": failures.shown()}
    if os.environ.get("DROP") == "1":
        return {"dropped": failures.drop()}
    return {"handed_back": failures.hand_back()}


if __name__ == "__main__":
    sys.exit(main())
