"""`make backup` and `make restore`: an installation's tables and contents to S3, and back.

It asks the platform that runs on this machine, or the installation that `INSTALLATION` names, with
the AWS credentials of whoever calls. `BUCKET` names another bucket than the installation's own,
`NAME` the backup. `make backup SUFFIX=-then` reads copies of the tables, made beside them as of one
moment. `make restore DRY=1` reads the whole backup, writes nothing and says what stands in its way,
`ONLY=routes` brings back one table. `JSON=1` ends with one line of JSON.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.backup.checking import Refused
from infra.backup.lines import Damaged
from infra.backup.restoring import Different, Restoring
from infra.backup.shelf import Shelf, shelves
from infra.backup.taking import Taking
from infra.installations import Installation, asked
from infra.local.platform.progress import print_json

Json = dict[str, Any]
WRONG = (LookupError, Damaged, Refused, Different, BotoCoreError, ClientError)


def now() -> str:
    """The present, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tell(text: str) -> None:
    """Tell a person how it goes."""
    print(text, file=sys.stderr, flush=True)


def bucket_of(installation: Installation) -> str:
    """Where its backups lie."""
    usual = f"{installation.name}-backups-{installation.account}-{installation.region}"
    return os.environ.get("BUCKET", "") or usual


def take(installation: Installation) -> Json:
    """Take a backup, or go on with the one that `NAME` names."""
    name = os.environ.get("NAME", "") or now().replace(":", "").replace("-", "")
    shelf = Shelf(installation.client("s3"), bucket_of(installation), name)
    tell(f"Taking {shelf.url}")
    return Taking(installation, shelf, now, os.environ.get("SUFFIX", "")).take()


def restore(installation: Installation) -> Json:
    """Bring back the one that `NAME` names."""
    s3, bucket = installation.client("s3"), bucket_of(installation)
    if not (name := os.environ.get("NAME", "")):
        found = ", ".join(shelves(s3, bucket)) or "none"
        raise LookupError(f"Say which with NAME=. In s3://{bucket}/ there are: {found}")
    empties = os.environ.get("EMPTY", "") == installation.name
    only = os.environ.get("ONLY", "")
    asked_for = Restoring(installation, Shelf(s3, bucket, name), empties, tell, only)
    return _tried(asked_for) if os.environ.get("DRY") == "1" else asked_for.restore()


def _tried(asked_for: Restoring) -> Json:
    """Read the backup, and tell what stands in its way."""
    manifest = asked_for.check()
    tell("The backup is whole")
    try:
        asked_for.demand_fit(manifest)
    except Refused as error:
        tell(f"It would be refused now: {error}")
    return manifest


COMMANDS = {"backup": take, "restore": restore}


def main(command: str) -> int:
    """Do it, and say what was done; what is refused is told and ends with 1."""
    begun = time.monotonic()
    said: Json
    try:
        manifest = COMMANDS[command](asked())
    except WRONG as error:
        print(error, file=sys.stderr)
        said = {"ok": False, "error": str(error)}
    else:
        said = {"ok": True, "name": manifest["name"], "epoch": manifest["epoch"]}
        said["tables"] = {name: told["items"] for name, told in manifest["tables"].items()}
        said["contents"] = manifest["contents"]["items"]
    said["seconds"] = round(time.monotonic() - begun, 2)
    if os.environ.get("JSON") == "1":
        print_json(said)
    elif said["ok"]:
        counts = ", ".join(f"{count} in {name}" for name, count in said["tables"].items())
        print(f"{said['name']}: {counts}, {said['contents']} contents; {said['seconds']} s")
    return 0 if said["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
