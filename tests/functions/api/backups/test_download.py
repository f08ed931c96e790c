"""Links to the archives of a backup, and what opens them."""

from __future__ import annotations

from chalicelib.domain.archives import OPENED_BY
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_each_archive_has_a_link_and_the_command_that_opens_it(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)

    reply = here.call("POST", f"/backups/{backup}/download", user=owner)

    [one] = reply.attributes["archives"]
    assert reply.status == 200
    assert reply.attributes["passphrase"] == "p" * 64
    assert (one["volume"], one["bytes"], one["sha256"]) == ("data", 5, "0" * 64)
    assert one["opened_by"] == OPENED_BY.format(file="data.tar.gz.enc")
    assert f"{backup}/data.tar.gz.enc" in one["url"]
    [told] = wiring.records().journal(backup, limit=5, names=("download_offered",))
    assert told.actor == owner
    assert "p" * 64 not in str(told.data)


def test_repeated_answer_lacks_the_passphrase(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)
    key = {"Idempotency-Key": "once"}

    first, again = (
        here.call("POST", f"/backups/{backup}/download", user=owner, headers=key) for _ in "ab"
    )

    assert first.attributes["passphrase"] == "p" * 64
    assert again.attributes["passphrase"] is None
    assert again.attributes["archives"] == first.attributes["archives"]


def test_backup_that_failed_has_nothing_to_download(here: Checked, owner: str) -> None:
    backup = things.backup(here, owner)
    things.put(backup, status="failed")

    reply = here.call("POST", f"/backups/{backup}/download", user=owner)

    assert (reply.status, reply.codes) == (409, ["backup_incomplete"])


def test_archives_in_a_bucket_of_ones_own_are_fetched_there(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    backup = things.backup_in(here, owner, target)
    [key] = things.objects_of(here, backup)

    reply = here.call("POST", f"/backups/{backup}/download", user=owner)

    [one] = reply.attributes["archives"]
    assert key in one["url"]
    assert reply.attributes["passphrase"] == "p" * 64
