"""An authority of nodes is followed by another one, and no door is shut meanwhile."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import doors
from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change
from chalicelib.services.doors import authority, authority_renewal
from tests.unit.services.test_authority import NODE, Rig, certificate

FIRST_DAY = doors.AUTHORITY_DAYS - doors.AUTHORITY_LEFT_DAYS + 0.1
"""When the next one is made."""
NEXT_DAY = FIRST_DAY + doors.AUTHORITY_KNOWN_DAYS + 0.1
"""When it begins to issue."""


@dataclass(frozen=True)
class End:
    """What a door or a caller has: its certificate with its key, and whom it believes."""

    pem: str
    believed: str

    def context(self, protocol: int, folder: Path) -> ssl.SSLContext:
        file = folder / "end.pem"
        file.write_text(self.pem)
        context = ssl.SSLContext(protocol)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(file)
        context.load_verify_locations(cadata=self.believed)
        return context


def door(rig: Any) -> End:
    by = authority.authority(rig)
    made = authority.for_door(rig, by, NODE)
    return End(made.chain + made.key, by.pem)


def caller(rig: Any) -> End:
    by = authority.authority(rig)
    made = authority.for_caller(rig, by, "proxy", doors.CLIENT_DAYS)
    return End(made.chain + made.key, by.pem)


def believe_each_other(one: End, other: End, folder: Path) -> bool:
    """Whether a TLS connection comes about, without a socket and at no particular time."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    contexts = (
        one.context(ssl.PROTOCOL_TLS_SERVER, folder),
        other.context(ssl.PROTOCOL_TLS_CLIENT, folder),
    )
    for context in contexts:
        # What is asked here is who issued: certificates of a far day do not hold today.
        context.verify_flags |= ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME
    ends = [
        contexts[0].wrap_bio(there, back, server_side=True),
        contexts[1].wrap_bio(back, there),
    ]
    for _ in range(10):
        waiting = []
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting.append(end)
            except ssl.SSLError:
                return False
        if not waiting:
            return True
    return False


@pytest.fixture
def rig() -> Any:
    return Rig()


def test_nothing_happens_without_an_authority_or_before_its_time(rig: Any) -> None:
    assert authority_renewal.tend_authority(rig) == ""
    authority.authority(rig)
    rig.later(FIRST_DAY - 1)

    assert authority_renewal.tend_authority(rig) == ""


def test_no_door_is_shut_while_one_authority_follows_another(rig: Any, tmp_path: Path) -> None:
    old_door, old_caller = door(rig), caller(rig)

    rig.later(FIRST_DAY)
    assert authority_renewal.tend_authority(rig) == "announced"
    assert authority_renewal.tend_authority(rig) == ""
    told_door, told_caller = door(rig), caller(rig)
    rig.later(NEXT_DAY)
    assert authority_renewal.tend_authority(rig) == "followed"
    assert authority_renewal.tend_authority(rig) == ""
    new_door, new_caller = door(rig), caller(rig)

    for one, other in (
        (old_door, told_caller),
        (told_door, old_caller),
        (told_door, new_caller),
        (new_door, told_caller),
        (new_door, new_caller),
    ):
        assert believe_each_other(one, other, tmp_path)
    # The next one does issue, and who never heard of it does not believe it.
    assert not believe_each_other(old_door, new_caller, tmp_path)
    assert not believe_each_other(new_door, old_caller, tmp_path)


def test_the_one_before_is_believed_until_it_has_ended(rig: Any) -> None:
    authority.authority(rig)
    rig.later(FIRST_DAY)
    authority_renewal.tend_authority(rig)
    rig.later(NEXT_DAY)
    authority_renewal.tend_authority(rig)
    both = authority.authority(rig).pem

    rig.later(doors.AUTHORITY_DAYS - 0.1)
    assert authority_renewal.tend_authority(rig) == ""
    rig.later(doors.AUTHORITY_DAYS + 0.1)
    assert authority_renewal.tend_authority(rig) == "forgotten"

    alone = authority.authority(rig).pem
    assert both.startswith(alone)
    assert alone.count("BEGIN CERTIFICATE") == 1
    assert certificate(alone).public_key() == authority.authority(rig).key.public_key()


def test_a_third_follows_the_second(rig: Any) -> None:
    authority.authority(rig)
    steps = []
    for day in (FIRST_DAY, NEXT_DAY, doors.AUTHORITY_DAYS + 1, FIRST_DAY + FIRST_DAY, 2 * NEXT_DAY):
        rig.later(day)
        steps.append(authority_renewal.tend_authority(rig))

    assert steps == ["announced", "followed", "forgotten", "announced", "followed"]


def test_proxies_are_told_at_each_step(rig: Any) -> None:
    by = authority.authority(rig)
    authority.renew_client(rig)
    for day in (FIRST_DAY, NEXT_DAY):
        rig.later(day)
        # What they had was renewed by itself meanwhile, so that it alone is not the reason.
        authority.renew_client(rig)
        given = len(rig.given)
        assert authority_renewal.tend_authority(rig)
        assert authority.renew_client(rig)
        assert len(rig.given) == given + 1
        assert rig.given[-1].authority == authority.authority(rig).pem != by.pem


def test_of_two_at_once_one_takes_the_step(rig: Any) -> None:
    authority.authority(rig)
    rig.later(FIRST_DAY)
    commit = rig.store.commit

    def overtaken(*writes: Any) -> None:
        rig.store.commit = commit
        assert isinstance(writes[0], Change)
        assert authority_renewal.tend_authority(rig) == "announced"
        raise Stale("It has changed.")

    rig.store.commit = overtaken

    assert authority_renewal.tend_authority(rig) == ""
    assert authority.authority(rig).pem.count("BEGIN CERTIFICATE") == 2


def test_certificates_never_outlive_who_issued_them() -> None:
    until_told = doors.NODE_DAYS - doors.NODE_LEFT_DAYS
    left = doors.AUTHORITY_LEFT_DAYS - doors.AUTHORITY_KNOWN_DAYS

    assert until_told < doors.AUTHORITY_KNOWN_DAYS
    assert max(doors.NODE_DAYS, doors.CLIENT_DAYS) < left
