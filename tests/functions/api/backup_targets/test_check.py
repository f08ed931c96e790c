"""Trying buckets for backups: what a bucket refuses is told at what is wrong, and written down."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.domain.errors import BucketRefused, Unavailable
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked

ANOTHER = "another-never-shown-secret"


def path_of(record_id: str) -> str:
    return f"/backup_targets/{record_id}"


def refusing(here: Checked, target: str, error: BucketRefused | Unavailable | None) -> None:
    bucket = things.put(target).attributes["bucket"]
    here.world.buckets.refusals = {bucket: error} if error else {}


@pytest.mark.parametrize(
    ("code", "pointer"),
    [
        ("bucket_not_found", "/data/attributes/bucket"),
        ("bucket_key_refused", "/data/attributes/secret_access_key"),
        ("bucket_access_denied", "/data/attributes/access_key_id"),
        ("bucket_wrong_region", "/data/attributes/region"),
        ("bucket_untrusted", "/data/attributes/endpoint"),
        ("bucket_address_refused", "/data/attributes/endpoint"),
        ("bucket_sums_hidden", "/data/attributes/bucket"),
        ("bucket_refused", None),
    ],
)
def test_refusal_is_told_at_what_is_wrong_and_written_down(
    here: Checked, owner: str, code: str, pointer: str | None
) -> None:
    target = things.backup_target(here, owner)
    refusing(here, target, BucketRefused("Do something about it.", code=code))

    reply = here.call("POST", f"{path_of(target)}/check", user=owner)

    assert (reply.status, reply.codes) == (422, [code])
    [error] = reply.body["errors"]
    assert (error.get("source") or {}).get("pointer") == pointer
    shown = here.call("GET", path_of(target), user=owner).attributes
    assert (shown["status"], shown["error_code"]) == ("invalid", code)
    assert shown["error_message"] == "Do something about it."
    told = wiring.records().journal(target, limit=1)[0]
    assert (told.name, told.data) == ("checked", {"outcome": "invalid"})

    refusing(here, target, None)
    good = here.call("POST", f"{path_of(target)}/check", user=owner).attributes
    assert (good["status"], good["error_code"], good["error_message"]) == ("valid", None, None)
    assert good["last_checked_at"] is not None


def test_bucket_that_does_not_answer_leaves_it_as_it_was(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    here.call("POST", f"{path_of(target)}/check", user=owner)
    refusing(here, target, Unavailable("s3.example.com gave no answer.", code="bucket_unanswered"))

    reply = here.call("POST", f"{path_of(target)}/check", user=owner)

    assert (reply.status, reply.codes) == (503, ["bucket_unanswered"])
    assert here.call("GET", path_of(target), user=owner).attributes["status"] == "valid"


@pytest.mark.parametrize("refused", [False, True])
def test_target_that_changed_while_it_was_checked_is_checked_again(
    here: Checked, owner: str, refused: bool
) -> None:
    target = things.backup_target(here, owner)
    bucket = here.world.bucket

    def changed(access: object) -> object:
        given = {"secret_access_key": ANOTHER}
        assert here.call("PATCH", path_of(target), given, user=owner).status == 200
        return bucket(access)  # type: ignore[arg-type]

    if refused:
        refusing(here, target, BucketRefused("It is the old key."))
    with mock.patch.object(wiring, "bucket", side_effect=changed):
        reply = here.call("POST", f"{path_of(target)}/check", user=owner)

    assert (reply.status, reply.codes) == (409, ["conflict"])
    assert here.call("GET", path_of(target), user=owner).attributes["status"] == "unchecked"
