"""Store an SSH key; its private half is sealed and never shown."""

from __future__ import annotations

from chalicelib.ports.records import Count, Create, Record
from chalicelib.resources.ssh_keys import SSH_KEYS, CreateSSHKey
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import SEALS, writes
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services import ssh_keys
from chalicelib.services.counters import total_key


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
    pair, owner = ssh_keys.read(call.given.private_key), call.caller.member
    key_id, now = wiring.new_id("sshkey_"), wiring.now()
    record = Record(
        id=key_id,
        type="ssh_keys",
        owner=owner,
        status="active",
        created_at=now,
        updated_at=now,
        attributes={
            "name": call.given.name,
            "public_key": pair.public,
            "fingerprint": pair.fingerprint,
            "key_type": pair.type,
        },
        sealed={
            "private_key": wiring.seal().seal(pair.private, record=key_id, field="private_key")
        },
    )
    wiring.records().commit(
        Create(record),
        Count(total_key("ssh_keys", owner), 1),
        wiring.told(record, "created", owner, fingerprint=pair.fingerprint),
    )
    return call.show(record, 201)
