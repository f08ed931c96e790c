"""Make an Ed25519 key; this answer is the only one that shows its private half."""

from __future__ import annotations

from chalicelib.resources.ssh_keys import SSH_KEYS, GenerateSSHKey
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.http import Answer, with_attributes
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets import ssh_keys


@operation(
    "POST /v1/ssh_keys/generate",
    access="member",
    resource=SSH_KEYS,
    body=GenerateSSHKey,
    success=201,
    shows_secret=True,
    layers=("crypto",),
    needs=(writes("resources", "reservations", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Make an Ed25519 key; this answer is the only one that shows its private half."""
    pair = ssh_keys.generate()
    record = ssh_keys.keep(wiring, call.given.name, pair, owner=call.caller.member)
    return with_attributes(call.show(record, 201), private_key=pair.private)
