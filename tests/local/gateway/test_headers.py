"""What reaches an upstream: who calls, in the gateway's word, and nothing that can be forged."""

from __future__ import annotations

import httpx
import pytest

from tests.local.gateway.rig import FREE, HOST, NO_LIMITS, PRO, SECRET, Gateway, Member

FORGED = {
    "X-User-ID": "evil",
    "X-Plan-ID": "pro",
    "X-Key-ID": "key_evil",
    "X-Plan-Limits": PRO,
    "X-Organization-ID": "evil",
    "X-User-Email": "evil@example.com",
    "X-User-Role": "admin",
    "X-Gateway-Secret": "guess",
    "X-Apigate-Secret": "guess",
    "X-Forwarded-Host": "evil.example.com",
    "X-Forwarded-Proto": "http",
    "Forwarded": "host=evil.example.com",
}
PLACES = ("/api/v1/deployments", "/api/v1/templates", "/deep/link")


def test_member_is_named_with_plan_limits_and_session(gate: Gateway, member: Member) -> None:
    assert gate.get("/api/v1/x", headers=member.session).status_code == 200

    seen = gate.api.last
    assert seen.one("X-User-ID") == member.id
    assert seen.one("X-Plan-ID") == "free"
    assert seen.one("X-Key-ID") == f"session:{member.id}"
    assert seen.one("X-Plan-Limits") == FREE


def test_member_is_named_on_a_public_route_too(gate: Gateway, member: Member) -> None:
    gate.get("/api/v1/templates", headers=member.session)

    assert gate.api.last.one("X-User-ID") == member.id


def test_visitor_is_nobody_and_may_have_nothing(gate: Gateway) -> None:
    gate.get("/api/v1/templates")

    seen = gate.api.last
    assert [seen.one(name) for name in ("X-User-ID", "X-Plan-ID", "X-Key-ID")] == ["", "", ""]
    assert seen.one("X-Plan-Limits") == NO_LIMITS


@pytest.mark.parametrize("place", PLACES)
def test_forged_headers_of_a_member_never_arrive(gate: Gateway, member: Member, place: str) -> None:
    gate.get(place, headers={**FORGED, **member.session})

    seen = (gate.api.seen + gate.spa.seen)[-1]
    given = {name.lower() for name in FORGED}
    arrived = {name: value for name, value in seen.headers if name in given}
    assert arrived.pop("x-gateway-secret", SECRET) == SECRET
    assert arrived == {
        "x-user-id": member.id,
        "x-plan-id": "free",
        "x-key-id": f"session:{member.id}",
        "x-plan-limits": FREE,
        "x-forwarded-host": HOST,
        "x-forwarded-proto": "https",
    }
    assert all(len(seen.all(name)) == 1 for name in arrived)


@pytest.mark.parametrize("place", PLACES[1:])
def test_forged_headers_of_a_visitor_never_arrive(gate: Gateway, place: str) -> None:
    gate.get(place, headers=FORGED)

    seen = (gate.api.seen + gate.spa.seen)[-1]
    assert seen.one("X-User-ID") == ""
    assert seen.one("X-Plan-Limits") == NO_LIMITS
    assert not seen.all("X-Organization-ID")


def test_secret_goes_to_the_api_alone(gate: Gateway, member: Member) -> None:
    for place in ("/api/v1/x", "/api/v1/templates", "/"):
        gate.get(place, headers=member.session)

    assert [seen.all("X-Gateway-Secret") for seen in gate.api.seen] == [[SECRET], [SECRET]]
    assert gate.spa.last.all("X-Gateway-Secret") == []


def test_credentials_stay_at_the_gateway(gate: Gateway, member: Member) -> None:
    key = gate.key(member)["key"]

    gate.get("/api/v1/x", headers={**member.session, "X-API-Key": key})
    gate.get("/api/v1/x", headers={"X-API-Key": key})

    for seen in gate.api.seen:
        assert seen.all("Authorization") == seen.all("X-API-Key") == []


def test_hop_by_hop_headers_stay_at_the_gateway(gate: Gateway) -> None:
    hop = {"TE": "trailers", "Keep-Alive": "timeout=5", "Proxy-Authorization": "x", "Upgrade": "y"}

    gate.get("/api/v1/templates", headers=hop)

    assert all(gate.api.last.all(name) == [] for name in hop)


def test_repeated_header_arrives_once_as_first_given(gate: Gateway) -> None:
    gate.get("/api/v1/templates", headers=[("X-Colour", "red"), ("X-Colour", "blue")])

    assert gate.api.last.one("X-Colour") == "red"


def test_header_in_another_alphabet_passes(gate: Gateway) -> None:
    answer = gate.get("/api/v1/templates", headers=[(b"X-Name", "é".encode("latin-1"))])

    assert answer.status_code == 200
    assert gate.api.last.one("X-Name") == "é"


def test_host_is_the_upstreams_and_the_public_one_is_told(gate: Gateway) -> None:
    gate.get("/api/v1/templates", headers={"Host": HOST})

    assert gate.api.last.one("Host") == httpx.URL(gate.upstreams.api_url).netloc.decode()
    assert gate.api.last.one("X-Forwarded-Host") == HOST


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "127.0.0.1"),
        ({"X-Forwarded-For": "1.2.3.4, 9.9.9.9"}, "1.2.3.4"),
        ({"X-Real-IP": "5.6.7.8"}, "5.6.7.8"),
    ],
)
def test_address_is_one_and_the_edges_word_counts(
    gate: Gateway, given: dict[str, str], told: str
) -> None:
    gate.get("/api/v1/templates", headers=given)

    assert gate.api.last.one("X-Forwarded-For") == told


def test_request_id_is_kept_or_made(gate: Gateway) -> None:
    gate.get("/api/v1/templates", headers={"X-Request-Id": "abc"})
    gate.get("/api/v1/templates")
    gate.get("/api/v1/templates")

    kept, made, another = (seen.one("X-Request-ID") for seen in gate.api.seen)
    assert kept == "abc"
    assert made
    assert made != another


def test_cookies_go_to_the_api_and_not_to_the_web_app(gate: Gateway, member: Member) -> None:
    cookie = {"Cookie": "a=b"}

    gate.get("/api/v1/x", headers={**member.session, **cookie})
    gate.get("/deep/link", headers=cookie)

    assert gate.api.last.one("Cookie") == "a=b"
    assert gate.spa.last.all("Cookie") == []


@pytest.mark.parametrize("path", ["/api/v1/templates", "/api/v1/templates/redirect"])
def test_cookie_of_one_answer_is_not_sent_for_another_client(
    gate: Gateway, member: Member, path: str
) -> None:
    gate.get("/api/v1/cookies", headers=member.session)
    gate.http.cookies.clear()

    gate.get(path)

    assert gate.api.last.all("Cookie") == []
