"""Secrets sealed anew: those that lie under a key that is being retired, and those grown old.

Keys of certificates, which the app proxies have, lie elsewhere and live for weeks: they are sealed
anew for a key that is being retired alone.

A record is written on condition of the version that was read: whoever changed it meanwhile wins,
and it is met again. Readers open old and new texts all the time, so that nothing waits for this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from chalicelib.domain.errors import Conflict, Stale
from chalicelib.domain.routes import CERTIFICATE_KEY
from chalicelib.ports.records import Change, Record
from chalicelib.ports.route_writes import CertificateKey, ResealCertificate
from chalicelib.ports.secrets import SealMark, oldest_mark
from chalicelib.services.tools import Tools

OLD_SECONDS = 90 * 86_400
"""After how long a secret gets a new data key, and so the present material of its KMS key."""
BROKEN = "broken"
"""Where records stand whose secrets nobody can open: they are not tried again and again."""


def reseal(tools: Tools, *, now: int, bite: int) -> dict[str, int]:
    """Seal anew what is due, at most `bite` records, oldest first; count what became of them.

    `now` is in seconds since 1970. Raises `Unavailable` when the key service does not answer:
    what was done until then is done.
    """
    outcomes = Counter(
        _renew(tools, tools.records().get(record_id), now)
        for record_id in islice(_due(tools, now, bite), bite)
    )
    retiring, left = tools.seal().retiring, bite - outcomes.total()
    if retiring and left > 0:
        keys = tools.records().certificate_keys(retiring, limit=left)
        outcomes.update(_renew_key(tools, one) for one in keys)
    return dict(outcomes)


def _due(tools: Tools, now: int, bite: int) -> Iterator[str]:
    seal, records = tools.seal(), tools.records()
    retired = (records.sealed_under(key, before=now + 1, limit=bite) for key in seal.retiring)
    old = records.sealed_under(seal.key, before=now - OLD_SECONDS, limit=bite)
    return chain(chain.from_iterable(retired), old)


def _renew_key(tools: Tools, one: CertificateKey) -> str:
    """Seal the key of a certificate anew; one that nobody can open waits for its next one."""
    seal = tools.seal()
    try:
        clear = seal.open(one.key, record=one.bound_to, field=CERTIFICATE_KEY)
        key = seal.seal(clear, record=one.bound_to, field=CERTIFICATE_KEY)
        tools.records().commit(ResealCertificate(one.host, one.key, key))
    except Stale:
        return "changed_meanwhile"
    except Conflict:
        return "broken_certificate"
    return "renewed_certificate"


def _renew(tools: Tools, record: Record | None, now: int) -> str:
    """Seal every secret of a record anew. Returns `renewed`, `changed_meanwhile` or `broken`."""
    if record is None:
        return "changed_meanwhile"
    seal, texts, mark = tools.seal(), {}, None
    try:
        for field, sealed in record.sealed.items():
            clear = seal.open(sealed, record=record.id, field=field)
            texts[field] = seal.seal(clear, record=record.id, field=field)
    except Conflict:
        texts, mark = {}, SealMark(now, BROKEN)
    mark = mark or oldest_mark(texts.values())
    try:
        tools.records().change(
            Change(of=record, sealed=texts, seal_mark=mark, if_version=record.version)
        )
    except Stale:
        return "changed_meanwhile"
    return "renewed" if texts else "broken"
