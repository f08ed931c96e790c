"""Answer with a link from which one's export can be fetched for ten minutes."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.resources.account_exports import ACCOUNT_EXPORTS
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate, Repeats, fetches, one, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import exporting


class ExportDownload(TypedDict):
    """An archive, packed by tar and gzip."""

    url: str
    """Whoever has it may fetch the archive until `expires_at`."""
    expires_at: str


@operation(
    "POST /v1/account_exports/{id}/download",
    access="owner",
    resource=ACCOUNT_EXPORTS,
    scope="session",
    answers=one("account-export-downloads", ExportDownload),
    rate=Rate(burst=10, per_minute=5),
    repeats=Repeats(seconds=300),
    # A link allows what its signer may do: to fetch the archive.
    needs=(writes("journal"), fetches("exports")),
)
def handler(call: Call) -> Answer:
    """Answer with a link from which one's export can be fetched for ten minutes."""
    link = exporting.link_to(wiring, call.target)
    wiring.records().tell(wiring.told(call.target, "export_fetched", call.caller.member))
    found: ExportDownload = {"url": link.url, "expires_at": link.expires_at}
    data = {"type": "account-export-downloads", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
