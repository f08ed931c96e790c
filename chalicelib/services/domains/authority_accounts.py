"""The installation's account at the certificate authority: made once, its key sealed.

Whoever needs it first makes the key, on condition that there is none; who comes second at the
same moment takes that one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.domain.certificates import new_key
from chalicelib.domain.errors import AccountUnknown, AuthorityUnavailable, Stale, Unavailable
from chalicelib.ports.authorities import Authority
from chalicelib.ports.records import Change, Create, Record
from chalicelib.services.tools import Tools

TYPE = "authority_accounts"
OWNER = "hoster"
KEY = "private_key"
URL = "account_url"


def account_id(directory: str) -> str:
    """The id of the account's record at one authority."""
    return f"acct_{hashlib.sha256(directory.encode()).hexdigest()[:16]}"


@contextmanager
def authority_of(tools: Tools) -> Iterator[Authority]:
    """The authority under the installation's account, registered there if it was not.

    An account that the authority does not know any more is registered anew the next time:
    `AuthorityUnavailable` says so to whoever met that.
    """
    record = _account(tools)
    key = tools.seal().open(record.sealed[KEY], record=record.id, field=KEY)
    url = str(record.attributes.get(URL) or "")
    if not url:
        url = tools.authority(key).register(tools.settings().authority_contact)
        tools.records().commit(Change(of=record, attributes={URL: url}))
    try:
        yield tools.authority(key, url)
    except AccountUnknown as error:
        tools.records().commit(Change(of=record, attributes={URL: None}))
        detail = "The certificate authority forgot the account; it is registered again."
        raise AuthorityUnavailable(detail) from error


def account_url(tools: Tools) -> str:
    """The account's address at the authority; empty while there is none."""
    known = tools.records().get(account_id(tools.settings().authority_url))
    return str(known.attributes.get(URL) or "") if known else ""


def _account(tools: Tools) -> Record:
    directory = tools.settings().authority_url
    record_id = account_id(directory)
    found = tools.records().get(record_id)
    return found or _made(tools, record_id, directory)


def _made(tools: Tools, record_id: str, directory: str) -> Record:
    now = tools.now()
    made = Record(
        id=record_id,
        type=TYPE,
        owner=OWNER,
        status="active",
        created_at=now,
        updated_at=now,
        attributes={"directory": directory},
        sealed={KEY: tools.seal().seal(new_key(), record=record_id, field=KEY)},
    )
    try:
        tools.records().commit(Create(made))
    except Stale:
        found = tools.records().get(record_id)
        if found is None:
            raise Unavailable("The account at the certificate authority cannot be read.") from None
        return found
    return made
