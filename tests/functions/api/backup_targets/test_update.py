"""Changing buckets for backups."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked

ANOTHER = "another-never-shown-secret"


def path_of(record_id: str) -> str:
    return f"/backup_targets/{record_id}"


def test_another_key_is_unchecked_and_another_name_is_not(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    assert here.call("POST", f"{path_of(target)}/check", user=owner).attributes["status"] == "valid"

    named = here.call("PATCH", path_of(target), {"name": "new"}, user=owner)
    changed = here.call("PATCH", path_of(target), {"secret_access_key": ANOTHER}, user=owner)

    assert (named.attributes["name"], named.attributes["status"]) == ("new", "valid")
    assert (changed.attributes["status"], changed.attributes["last_checked_at"]) == (
        "unchecked",
        None,
    )
    here.call("POST", f"{path_of(target)}/check", user=owner)
    assert here.world.buckets.proven[-1].secret == ANOTHER


def test_why_it_was_invalid_goes_with_what_was_wrong(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)
    said = {"error_code": "bucket_wrong_region", "error_message": "Correct the region."}
    things.put(target, status="invalid", attributes=said)

    shown = here.call("PATCH", path_of(target), {"region": "eu-west-1"}, user=owner).attributes

    assert (shown["status"], shown["error_code"], shown["error_message"]) == (
        "unchecked",
        None,
        None,
    )


@pytest.mark.parametrize(
    "given",
    [{"bucket": "another"}, {"prefix": "elsewhere"}, {"endpoint": None}],
)
def test_place_changes_while_nothing_uses_it_and_not_after(
    here: Checked, owner: str, given: dict[str, Any]
) -> None:
    target = things.backup_target(here, owner)
    [name] = given
    moved = here.call("PATCH", path_of(target), given, user=owner)
    assert (moved.status, moved.attributes[name]) == (200, given[name])
    things.backup_in(here, owner, target)

    same = here.call("PATCH", path_of(target), given, user=owner)
    back = {name: things.target_attributes()[name]}
    other = here.call("PATCH", path_of(target), back, user=owner)

    assert same.status == 200
    assert (other.status, other.codes) == (409, ["target_in_use"])
    assert "1 backup lies there" in other.body["errors"][0]["detail"]
    assert wiring.records().get(target).attributes[name] == given[name]  # type: ignore[union-attr]


def test_nothing_sent_is_told(here: Checked, owner: str) -> None:
    target = things.backup_target(here, owner)

    assert here.call("PATCH", path_of(target), {}, user=owner).status == 400
