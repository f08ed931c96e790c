"""Store an SSH key; its private half is sealed and never shown."""

from __future__ import annotations

from chalicelib.resources.ssh_keys import SSH_KEYS, CreateSSHKey
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.secrets import ssh_keys


@operation(
    "POST /v1/ssh_keys",
    access="member",
    resource=SSH_KEYS,
    body=CreateSSHKey,
    success=201,
    layers=("crypto",),
    needs=(writes("resources", "reservations", "journal"), SEALS),
)
def handler(call: Call) -> Answer:
    """Store an SSH key; its private half is sealed and never shown."""
    pair = ssh_keys.read(call.given.private_key)
    record = ssh_keys.keep(wiring, call.given.name, pair, owner=call.caller.member)
    return call.show(record, 201)
