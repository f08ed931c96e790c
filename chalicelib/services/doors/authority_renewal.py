"""The installation's authority followed by another one, long before it ends, in two steps.

First the next one is made and believed beside the present one, which still issues. Every door and
every caller gets a new certificate within a year and some days, and with it whom to believe. Only
then the next one issues; certificates of the one before are believed until they have ended.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509

from chalicelib.domain import clock, doors
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change, Record
from chalicelib.ports.secrets import oldest_mark
from chalicelib.services.doors.authority import (
    CERTIFICATE,
    CLIENT_UNTIL,
    KEY,
    new_authority,
    pem_of,
)
from chalicelib.services.tools import Tools

NEXT_KEY, NEXT_SINCE = "next_private_key", "next_since"
NOT_AFTER = "not_after"


def tend_authority(tools: Tools) -> str:
    """Take the next step where one is due: `announced`, `followed`, `forgotten`, or nothing.

    Of two at once one does it; the other finds nothing to do at its next look.
    """
    record = tools.records().get(doors.AUTHORITY)
    if record is None:
        return ""
    now, believed = tools.now(), _believed(record)
    if NEXT_KEY in record.sealed:
        if _days_since(record.attributes[NEXT_SINCE], now) < doors.AUTHORITY_KNOWN_DAYS:
            return ""
        return "followed" if _follow(tools, record, believed) else ""
    if doors.is_due(record.attributes[NOT_AFTER], now, left_days=doors.AUTHORITY_LEFT_DAYS):
        return "announced" if _announce(tools, record, believed) else ""
    holding = [one for one in believed if clock.text_of(one.not_valid_after_utc) > now]
    if len(holding) < len(believed):
        change = Change(of=record, attributes=_believing(holding), if_version=record.version)
        return "forgotten" if _done(tools, change) else ""
    return ""


def _announce(tools: Tools, record: Record, believed: list[x509.Certificate]) -> bool:
    """Make the next one, and have it believed."""
    made, key, _until = new_authority(tools)
    change = Change(
        of=record,
        attributes=_believing([*believed, made]) | {NEXT_SINCE: tools.now()},
        sealed={NEXT_KEY: tools.seal().seal(key, record=record.id, field=NEXT_KEY)},
        if_version=record.version,
    )
    return _done(tools, change)


def _follow(tools: Tools, record: Record, believed: list[x509.Certificate]) -> bool:
    """Have the next one issue from now on."""
    before, following = believed[:-1], believed[-1]
    key = tools.seal().open(record.sealed[NEXT_KEY], record=record.id, field=NEXT_KEY)
    sealed = tools.seal().seal(key, record=record.id, field=KEY)
    change = Change(
        of=record,
        attributes=_believing([following, *before])
        | {NEXT_SINCE: None, NOT_AFTER: clock.text_of(following.not_valid_after_utc)},
        sealed={KEY: sealed},
        unseal=(NEXT_KEY,),
        seal_mark=oldest_mark([sealed]),
        if_version=record.version,
    )
    return _done(tools, change)


def _believed(record: Record) -> list[x509.Certificate]:
    """Whom everybody believes; the first one issues, one that is to follow stands last."""
    return x509.load_pem_x509_certificates(str(record.attributes[CERTIFICATE]).encode())


def _believing(certificates: list[x509.Certificate]) -> dict[str, str | None]:
    """What a record says when these are believed; the proxies get it with their next certificate.

    Without `CLIENT_UNTIL` theirs is due at once.
    """
    return {CERTIFICATE: "".join(map(pem_of, certificates)), CLIENT_UNTIL: None}


def _days_since(moment: str, now: str) -> float:
    return (clock.moment_of(now) - clock.moment_of(moment)) / timedelta(days=1)


def _done(tools: Tools, change: Change) -> bool:
    try:
        tools.records().commit(change)
    except Stale:
        return False
    return True
