"""Answer with links by which one's export, and the data of its volumes, can be fetched."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.account_exports import ACCOUNT_EXPORTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import (
    FETCHES_ARCHIVES,
    OPENS,
    Rate,
    Repeats,
    fetches,
    one,
    reads,
    writes,
)
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.exports import exporting
from chalicelib.services.exports.exported_volumes import VolumeLink, links


class ExportDownload(TypedDict):
    """An archive, packed by tar and gzip."""

    url: str
    """Whoever has it may fetch the archive until `expires_at`."""
    expires_at: str
    volumes: list[VolumeLink]
    """The data of volumes, encrypted, which belongs beside what is unpacked."""


@operation(
    "POST /v1/account_exports/{id}/download",
    access="owner",
    while_closing=True,
    resource=ACCOUNT_EXPORTS,
    scope="session",
    layers=("crypto",),
    answers=one("account-export-downloads", ExportDownload),
    rate=Rate(burst=10, per_minute=5),
    repeats=Repeats(seconds=300),
    # A link allows what its signer may do: to fetch the archive, and those of backups; to those in
    # a bucket of one's own it is signed with the key of that one.
    needs=(reads("resources"), writes("journal"), fetches("exports"), FETCHES_ARCHIVES, OPENS),
)
def handler(call: Call) -> Answer:
    """Answer with links by which one's export, and the data of its volumes, can be fetched.

    That to the archive works for ten minutes, those to volumes for an hour.
    """
    link = exporting.link_to(wiring, call.target)
    wiring.records().tell(wiring.told(call.target, "export_fetched", call.caller.member))
    found: ExportDownload = {
        "url": link.url,
        "expires_at": link.expires_at,
        "volumes": links(wiring, call.target),
    }
    data = {"type": "account-export-downloads", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
