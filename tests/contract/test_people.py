"""People of the gateway's accounts over its edge, at the stand-in, and their twin in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.metering import people as adapter
from chalicelib.adapters.metering.people import APIGatePeople
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.people import People, Person
from infra.local.gateway.accounts import Accounts
from tests.fakes.people import FakePeople
from tests.local.gateway.rig import METER_KEY, PASSWORD, Edged, edged_gateway, upstreams
from tests.ports import free_port


@dataclass
class Known:
    """Somebody who has an account, and how the next change of a password is made to fail."""

    people: People
    account: str
    email: str
    signs_in: Callable[[str], bool]
    fail: Callable[[str], Any]


def people_of(edged: Edged) -> APIGatePeople:
    return APIGatePeople(edged.admin, edged.secret)


@pytest.fixture(params=("gateway", "memory"))
def known(request: Any, edged: Edged) -> Known:
    if request.param == "memory":
        fake = FakePeople(passwords={"user": PASSWORD})
        fake.add("user", "ada@example.com")
        signs_in = lambda password: fake.passwords["user"] == password  # noqa: E731
        return Known(fake, "user", "ada@example.com", signs_in, fake.failures.append)
    member = edged.gate.member()

    def signs_in_there(password: str) -> bool:
        given = {"email": member.email, "password": password}
        return edged.gate.post("/mod/auth/login", given).status_code == 200

    def fail(how: str) -> None:
        edged.fail(f"PATCH /users/{member.id}", how)

    return Known(people_of(edged), member.id, member.email, signs_in_there, fail)


def test_person_is_found_by_account_and_by_address(known: Known) -> None:
    person = Person(known.account, known.email, "", is_active=True)

    assert known.people.get(known.account) == person
    assert known.people.find(known.email) == person
    assert known.people.find(known.email.upper()) == person


def test_nobody_is_found_where_there_is_nobody(known: Known) -> None:
    assert known.people.get("nobody") is None
    assert known.people.find("nobody@example.com") is None


def test_password_is_another_one_from_now_on(known: Known) -> None:
    for _ in range(2):
        known.people.set_password(known.account, "another one")

    assert known.signs_in("another one")
    assert not known.signs_in(PASSWORD)


@pytest.mark.parametrize(
    ("how", "error", "is_set"),
    [
        ("refused", GatewayUnavailable, False),
        ("dead", GatewayInDoubt, False),
        ("lost", GatewayInDoubt, True),
    ],
)
def test_what_fails_is_told_apart_from_what_may_be_done(
    known: Known, how: str, error: type[Exception], is_set: bool
) -> None:
    known.fail(how)

    with pytest.raises(error) as refused:
        known.people.set_password(known.account, "another one")

    assert "another one" not in str(refused.value)
    assert known.signs_in("another one") is is_set


def test_password_of_nobody_is_told_apart(known: Known) -> None:
    with pytest.raises(NotFound):
        known.people.set_password("nobody", "another one")


def test_address_in_letters_that_two_have_is_nobodys(edged: Edged) -> None:
    for email in ("Two@example.com", "two@example.com"):
        edged.gate.post("/mod/auth/register", {"email": email, "password": PASSWORD})
    people = people_of(edged)

    exact = people.find("Two@example.com")

    assert exact is not None
    assert exact.email == "Two@example.com"
    assert people.find("TWO@example.com") is None


def test_everybody_is_looked_through(edged: Edged) -> None:
    members = [edged.gate.member() for _ in range(adapter.PAGE + 1)]

    found = people_of(edged).find(members[-1].email)

    assert found is not None
    assert found.account == members[-1].id


def test_who_is_suspended_is_told(edged: Edged) -> None:
    member = edged.gate.member(status="suspended")

    person = people_of(edged).get(member.id)

    assert person is not None
    assert not person.is_active


def test_operators_account_is_nobodys(tmp_path: Path) -> None:
    with upstreams() as behind, edged_gateway(behind, tmp_path) as running:
        accounts = Accounts(tmp_path / "accounts.sqlite", "secret")
        accounts.have_operator("ops@example.com", PASSWORD)
        [operator] = accounts.all()
        people = people_of(running)

        assert people.find("ops@example.com") is None
        with pytest.raises(GatewayUnavailable, match="403"):
            people.set_password(operator.id, "another one")


@pytest.mark.parametrize(
    "fault", [{"fault": "status", "value": 429}, {"fault": "status", "value": 200}]
)
def test_gateway_that_does_not_tell_is_told(edged: Edged, fault: dict[str, Any]) -> None:
    member = edged.gate.member()
    call = f"GET /_gw/admin/users/{member.id}"
    edged.gate.post("/_local/faults", {"call": call, **fault})

    with pytest.raises(GatewayUnavailable):
        people_of(edged).get(member.id)


def test_connection_that_ended_is_opened_once_more(edged: Edged) -> None:
    member = edged.gate.member()
    call = f"GET /_gw/admin/users/{member.id}"
    edged.gate.post("/_local/faults", {"call": call, "fault": "drop"})

    assert people_of(edged).get(member.id) is not None


def test_gateway_that_is_away_tells_nothing() -> None:
    people = APIGatePeople(f"http://127.0.0.1:{free_port()}/_gw/admin", lambda: METER_KEY)

    with pytest.raises(GatewayUnavailable):
        people.find("ada@example.com")
    with pytest.raises(GatewayUnavailable):
        people.set_password("user", "another one")
