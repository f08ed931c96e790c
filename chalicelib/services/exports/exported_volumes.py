"""The data of exported apps: their latest backups, whose archives are fetched beside the export.

An archive may be larger than anything that a function can pass on. So the export holds what opens
it and its sum, and each volume has a link of its own, signed when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.domain import clock
from chalicelib.domain.archives import file_of, is_dump, name_of
from chalicelib.domain.errors import BucketRefused, Conflict
from chalicelib.domain.runbooks import OPENED_WITH, SUMS_FILE, SavedData, SavedDump
from chalicelib.ports.records import Record
from chalicelib.ports.vaults import Vault
from chalicelib.resources.account_exports import SavedVolume
from chalicelib.services.backups import backups
from chalicelib.services.backups.backup_targets import TARGET
from chalicelib.services.backups.vaults import vault_of
from chalicelib.services.tools import Tools


class VolumeLink(SavedVolume):
    """The data of one volume, encrypted, and where it is fetched."""

    url: str | None
    """Whoever has it may fetch the data until `expires_at`; null when the backup was deleted, or
    its bucket cannot be opened."""
    expires_at: str | None


def latest(tools: Tools, app: Record) -> Record | None:
    """The newest backup of an app that is complete."""
    found = backups.of_app(tools, app.id, limit=backups.MOST_KEPT)
    return next((one for one in found if one.status == "complete"), None)


def saved_data(backup: Record) -> SavedData:
    """What a runbook says of a backup."""
    archives = backup.attributes["archives"]
    loads = {
        one["service"]: one["load"] for one in backup.attributes[backups.UPLOADS] if is_dump(one)
    }
    return SavedData(
        backup=backup.id,
        at=backup.attributes["started_at"],
        files={one["volume"]: file_of(one) for one in archives if not is_dump(one)},
        dumps=tuple(
            SavedDump(one["service"], file_of(one), loads[one["service"]], tuple(one["volumes"]))
            for one in archives
            if is_dump(one)
        ),
    )


def image_mounts(backup: Record) -> Mapping[str, tuple[str, str]]:
    """Where the volumes belong that images ask for themselves: service and path, by their names."""
    return {
        upload["volume"]: (upload["service"], upload["target"])
        for upload in backup.attributes[backups.UPLOADS]
        if upload.get("target")
    }


def keys_to(tools: Tools, backup: Record) -> dict[str, str]:
    """The files of an export by which the archives of a backup are opened and proven."""
    sums = [f"{one['sha256']}  {file_of(one)}\n" for one in backup.attributes["archives"]]
    return {
        OPENED_WITH: backups.passphrase_of(tools, backup) + "\n",
        SUMS_FILE: "".join(sums),
    }


def listed(backup: Record, *, folder: str) -> list[SavedVolume]:
    """What is shown of the archives that belong into a folder of an export."""
    return [
        {
            "deployment_id": backup.attributes["deployment_id"],
            "backup_id": backup.id,
            "kind": "dump" if is_dump(one) else "volume",
            "volume": one["volume"],
            "service": one["service"] if is_dump(one) else None,
            "file": f"{folder}/{file_of(one)}",
            "bytes": one["bytes"],
            "sha256": one["sha256"],
        }
        for one in backup.attributes["archives"]
    ]


def links(tools: Tools, export: Record) -> list[VolumeLink]:
    """A link to the data of each volume that an export tells of. Raises `Unavailable`."""
    volumes: list[SavedVolume] = export.attributes.get("volumes") or []
    known = tools.records().get_many(tuple({one["backup_id"] for one in volumes}))
    until = clock.moment_of(tools.now()) + timedelta(seconds=backups.LINK_SECONDS)
    found: list[VolumeLink] = []
    vaults: dict[str, Vault | None] = {}
    for one in volumes:
        backup = known.get(one["backup_id"])
        url = None
        if backup is not None and backup.status == "complete":
            place = str(backup.attributes.get(TARGET))
            if place not in vaults:
                vaults[place] = _vault(tools, backup)
            url = _link(vaults[place], backup, one)
        found.append({**one, "url": url, "expires_at": clock.text_of(until) if url else None})
    return found


def _vault(tools: Tools, backup: Record) -> Vault | None:
    """The bucket of a backup; None for one of its owner's own that nobody can open."""
    try:
        return vault_of(tools, backup)
    except (BucketRefused, Conflict):
        return None


def _link(vault: Vault | None, backup: Record, volume: SavedVolume) -> str | None:
    if vault is None:
        return None
    key, name = backups.keys_of(backup)[name_of(volume)], file_of(volume)
    return vault.public_link(key, seconds=backups.LINK_SECONDS, name=name)
