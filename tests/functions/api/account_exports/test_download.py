"""Links to exports."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked

KIND = "account-export-downloads"


def test_link_is_made_anew_each_time_and_told(here: Checked, owner: str) -> None:
    export = things.export_made(here, owner)

    reply = here.call("POST", f"/account_exports/{export}/download", user=owner, kind=KIND)

    assert reply.status == 200
    assert f"/exports/{export}?" in reply.attributes["url"]
    names = [
        one["attributes"]["name"]
        for one in here.call("GET", "/events", user=owner).body["data"]
        if one["attributes"]["resource_id"] == export
    ]
    assert names == ["export_fetched", "export_begun"]


def test_export_in_the_making_has_no_link(here: Checked, owner: str) -> None:
    export = things.export(here, owner)

    reply = here.call("POST", f"/account_exports/{export}/download", user=owner, kind=KIND)

    assert (reply.status, reply.codes) == (409, ["export_not_ready"])


def test_export_is_kept_for_seven_days(here: Checked, owner: str) -> None:
    export = things.export_made(here, owner)
    here.world.skew = 7 * 86_400 + 60

    reply = here.call("POST", f"/account_exports/{export}/download", user=owner, kind=KIND)

    assert (reply.status, reply.codes) == (409, ["export_expired"])


def test_each_volume_has_a_link_while_its_backup_is_there(here: Checked, owner: str) -> None:
    backups = [things.backup(here, owner) for _ in "ab"]
    export = things.export_made(here, owner)
    of = {"deployment_id": "app", "volume": "data", "bytes": 5, "sha256": "0" * 64}
    volumes = [{**of, "backup_id": one, "file": "apps/a/volumes/data"} for one in backups]
    things.put(export, attributes={"volumes": volumes})
    here.call("DELETE", f"/backups/{backups[1]}", user=owner)

    reply = here.call("POST", f"/account_exports/{export}/download", user=owner, kind=KIND)

    [there, gone] = reply.attributes["volumes"]
    assert f"{backups[0]}/data.tar.gz.enc" in there["url"]
    assert there["expires_at"] > reply.attributes["expires_at"]
    assert (gone["url"], gone["expires_at"]) == (None, None)
    assert there["file"] == gone["file"] == "apps/a/volumes/data"


def test_data_in_a_bucket_of_ones_own_is_fetched_there(here: Checked, owner: str) -> None:
    targets = [things.backup_target(here, owner) for _ in "ab"]
    backups = [things.backup_in(here, owner, one) for one in (*targets, targets[0])]
    export = things.export_made(here, owner)
    of = {"deployment_id": "app", "volume": "data", "bytes": 5, "sha256": "0" * 64}
    volumes = [{**of, "backup_id": one, "file": "apps/a/volumes/data"} for one in backups]
    things.put(export, attributes={"volumes": volumes})
    keys = [things.objects_of(here, one)[0] for one in backups]
    things.put(targets[1], unseal=("secret_access_key",))

    reply = here.call("POST", f"/account_exports/{export}/download", user=owner, kind=KIND)

    first, lost, third = (one["url"] for one in reply.attributes["volumes"])
    assert keys[0] in first
    assert lost is None
    assert keys[2] in third
