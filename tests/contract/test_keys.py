"""Keys of the gateway's accounts over its edge, at the stand-in, and their twin in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.adapters.metering.apigate import APIGateMeter
from chalicelib.adapters.metering.keys import APIGateKeys
from chalicelib.domain.errors import (
    GatewayInDoubt,
    GatewayUnavailable,
    MeterUnavailable,
    NotFound,
)
from chalicelib.ports.keys import Keys
from chalicelib.ports.records import Usage
from tests.fakes.keys import FakeKeys
from tests.local.gateway.rig import METER_KEY, Edged
from tests.ports import free_port

ENDS = "2099-01-01T00:00:00Z"


@dataclass
class Known:
    """An account, and how the next call of a verb is made to fail."""

    keys: Keys
    account: str
    fail: Callable[[str, str], Any]


def keys_of(edged: Edged) -> APIGateKeys:
    return APIGateKeys(edged.admin, edged.secret)


@pytest.fixture(params=("gateway", "memory"))
def known(request: Any, edged: Edged) -> Known:
    if request.param == "memory":
        fake = FakeKeys()
        return Known(fake, "user", lambda _call, how: fake.failures.append(how))

    return Known(keys_of(edged), edged.gate.member().id, edged.fail)


def test_key_is_made_found_by_its_name_and_ended(known: Known) -> None:
    made = known.keys.make(known.account, "token_1", ENDS)
    other = known.keys.make(known.account, "token_2", ENDS)

    assert made.text.startswith("ak_")
    assert made.text not in repr(made)
    assert known.keys.named(known.account, "token_1") == (made.id,)
    for _ in range(2):
        known.keys.revoke(made.id)
    assert known.keys.named(known.account, "token_1") == ()
    assert known.keys.named(known.account, "token_2") == (other.id,)


@pytest.mark.parametrize(
    ("how", "error", "is_made"),
    [
        ("refused", GatewayUnavailable, False),
        ("dead", GatewayInDoubt, False),
        ("lost", GatewayInDoubt, True),
    ],
)
def test_key_that_may_be_made_is_found_by_its_name(
    known: Known, how: str, error: type[Exception], is_made: bool
) -> None:
    known.fail("POST /keys", how)

    with pytest.raises(error):
        known.keys.make(known.account, "token_1", ENDS)

    assert bool(known.keys.named(known.account, "token_1")) is is_made


@pytest.mark.parametrize(
    ("how", "error", "is_ended"),
    [
        ("refused", GatewayUnavailable, False),
        ("dead", GatewayInDoubt, False),
        ("lost", GatewayInDoubt, True),
    ],
)
def test_end_that_is_in_doubt_is_told(
    known: Known, how: str, error: type[Exception], is_ended: bool
) -> None:
    made = known.keys.make(known.account, "token_1", ENDS)
    known.fail(f"DELETE /keys/{made.id}", how)

    with pytest.raises(error):
        known.keys.revoke(made.id)

    assert (known.keys.named(known.account, "token_1") == ()) is is_ended
    known.keys.revoke(made.id)
    assert known.keys.named(known.account, "token_1") == ()


def test_key_lets_its_account_in_and_opens_no_meter(edged: Edged) -> None:
    member = edged.gate.member()
    made = keys_of(edged).make(member.id, "token_1", ENDS)

    answer = edged.gate.get("/api/v1/account", headers={"X-API-Key": made.text})

    assert answer.status_code == 200
    sent = dict(edged.gate.api.last.headers)
    assert (sent["x-user-id"], sent["x-key-id"]) == (member.id, made.id)
    meter = APIGateMeter(f"{edged.gate.http.base_url}/_internal/meter", lambda: made.text)
    with pytest.raises(MeterUnavailable):
        meter.report([Usage("evt_1", member.id, "deployment.started", "d", "deployment", "")])


def test_account_that_is_not_there_gets_none(edged: Edged) -> None:
    with pytest.raises(NotFound):
        keys_of(edged).make("nobody", "token_1", ENDS)


def test_gateway_that_is_away_does_nothing() -> None:
    keys = APIGateKeys(f"http://127.0.0.1:{free_port()}/_gw/admin", lambda: METER_KEY)

    for ask in (
        lambda: keys.make("user", "token_1", ENDS),
        lambda: keys.named("user", "token_1"),
        lambda: keys.revoke("key_1"),
    ):
        with pytest.raises(GatewayUnavailable):
            ask()
