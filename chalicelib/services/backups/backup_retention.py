"""Old backups by schedule let go: the last complete ones are kept, as many as an app says.

Nothing complete goes but for newer ones that are complete. One that cannot go now goes after the
next backup.
"""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain.backup_times import KEEP, USUALLY_KEPT
from chalicelib.domain.errors import BucketRefused, Conflict, Stale, Unavailable
from chalicelib.ports.records import Record
from chalicelib.services.backups import backups
from chalicelib.services.tools import Tools

ENDED = ("complete", "failed")


def let_old_go(tools: Tools, deployment: Record) -> None:
    """Delete the complete backups of an app's schedule that are too many, and old failed ones.

    Of the failed ones the last stays, which tells why.
    """
    keep = deployment.attributes.get(KEEP) or USUALLY_KEPT
    found = [
        one
        for one in backups.of_app(tools, deployment.id, limit=backups.MOST_LISTED)
        if one.attributes["trigger"] == "schedule" and one.status in ENDED
    ]
    complete = [one for one in found if one.status == "complete"]
    failed = [one for one in found if one.status == "failed"]
    for backup in (*complete[keep:], *failed[1:]):
        with suppress(BucketRefused, Conflict, Stale, Unavailable):
            backups.delete_backup(tools, backup, actor="hoster", reason="enough_kept")
