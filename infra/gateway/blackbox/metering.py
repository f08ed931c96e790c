"""Checks of metering and administration: C-81 to C-101 of the gateway's contract."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx

from infra.gateway.admin import Admin, NotConfigured
from infra.gateway.blackbox.accounts import KEY_ID
from infra.gateway.blackbox.bench import EP, Bench, Differs, is_error, same, true
from infra.gateway.blackbox.suite import check

ALL_FAILED = "All events failed validation"
KEY = re.compile(r"ak_[0-9a-f]{64}")
DATA = "/data/attributes/data"


def refused(on: Bench, **wrong: object) -> dict[str, object]:
    """What is said of an event beside one that is as it should be."""
    answer = on.report(on.service_key, [on.event(), on.event(**wrong)])
    same(answer.status_code, 202, "status")
    meta = answer.json()["meta"]
    same((meta["accepted"], meta["rejected"]), (1, 1), "accepted and rejected")
    found: dict[str, object] = meta["errors"][0]
    return found


@check("C-81 C-82")
def lock(on: Bench) -> None:
    """Usage is reported by who has the key for it, and by nobody else."""
    no_one = on.report("", [on.event()])
    is_error(no_one, 401, "unauthorized", "Valid JWT token or API key required")
    _, other = on.key(on.one, scopes=["other"])
    error = is_error(on.report(other, [on.event()]), 403, "insufficient_scope")
    same(error["title"], "Insufficient Scope", "title")


@check("C-83 C-84 C-85")
def once(on: Bench) -> None:
    """An event is taken once, and its repetition is told."""
    event = on.event()
    first = on.report(on.service_key, [event])
    same((first.status_code, first.headers["content-type"]), (202, EP), "status and type")
    same(first.json(), {"meta": {"accepted": 1, "errors": None, "rejected": 0}})
    again = on.report(on.service_key, [event])
    error = is_error(again, 422, "validation_error", ALL_FAILED)
    same(error["source"]["pointer"], DATA, "pointer")
    mixed = on.report(on.service_key, [on.event(), event]).json()["meta"]
    same(
        mixed["errors"],
        [
            {
                "index": 1,
                "id": event["attributes"]["id"],
                "code": "duplicate_event",
                "detail": "Event with this ID already processed",
            }
        ],
        "errors",
    )


@check("C-86 C-87")
def batches(on: Bench) -> None:
    """A batch holds between one event and a thousand."""
    none = on.report(on.service_key, [])
    is_error(none, 422, "validation_error", "At least one event is required")
    many = on.report(on.service_key, [on.event() for _ in range(1001)])
    is_error(many, 422, "validation_error", "Maximum 1000 events per batch")
    headers = {"X-API-Key": on.service_key}
    broken = on.inner.post("/_internal/meter", content=b"{", headers=headers)
    error = is_error(broken, 400, "bad_request")
    true(error["detail"].startswith("Invalid JSON body: "), error["detail"])


@check("C-88")
def kinds(on: Bench) -> None:
    """Events are of known kinds, or of one's own."""
    for kind in ("deployment_created", "custom."):
        same(refused(on, event_type=kind)["code"], "invalid_event_type", kind)
    same(on.report(on.service_key, [on.event(event_type="custom.x")]).status_code, 202, "custom.x")


@check("C-89 C-90 C-91")
def judged(on: Bench) -> None:
    """Whose, when and how much is looked at."""
    now = datetime.now(UTC)
    late, early = (
        f"{now + apart:%Y-%m-%dT%H:%M:%SZ}" for apart in (timedelta(minutes=5), timedelta(days=-8))
    )
    for wrong, code, detail in (
        ({"user_id": "nobody"}, "user_not_found", "User 'nobody' does not exist"),
        ({"timestamp": late}, "invalid_timestamp", "Timestamp cannot be in the future"),
        ({"timestamp": early}, "invalid_timestamp", "Timestamp cannot be older than 7 days"),
        ({"timestamp": "yesterday"}, "invalid_timestamp", "Timestamp must be in RFC3339 format"),
        ({"quantity": -1}, "invalid_quantity", "Quantity must be >= 0"),
    ):
        found = refused(on, **wrong)
        same((found["code"], found["detail"]), (code, detail))


@check("C-92")
def texts(on: Bench) -> None:
    """What is said beside an event is text."""
    answer = on.report(on.service_key, [on.event(metadata={"n": 1})])
    is_error(answer, 400, "bad_request")


@check("C-93 C-94")
def shown(on: Bench) -> None:
    """What was reported of an account is shown."""
    event = on.event(resource_id="depl_1", resource_type="deployment", quantity=3)
    on.report(on.service_key, [event])
    headers = {"X-API-Key": on.service_key}
    answer = on.inner.get(f"/_internal/meter?user_id={on.one.id}", headers=headers)
    told = [one["attributes"] for one in answer.json()["data"] if one["type"] == "usage_events"]
    ours = [one for one in told if one.get("resource_id") == "depl_1"]
    true(bool(ours), "the event is not shown")
    same((ours[0]["event_type"], ours[0]["quantity"]), ("deployment.created", 3))
    nobody = on.inner.get("/_internal/meter", headers=headers)
    is_error(nobody, 422, "validation_error", "user_id query parameter is required")


@check("C-96")
def former_place(on: Bench) -> None:
    """Usage is not reported where other gateways have it."""
    on.ask("POST", "/api/v1/meter", json={"data": []}, headers=on.one.session)
    same(on.api.last.path, "/api/v1/meter", "path at the API")


@check("C-97 C-98")
def administration(on: Bench) -> None:
    """Administration asks who one is."""
    stranger = Admin(on.admin.url)
    for method, path, given, told in (
        ("POST", "/login", {"email": "e@x.io", "password": "wrong"}, "Invalid email or password"),
        ("GET", "/users", None, "Valid JWT token or API key required"),
    ):
        answer = httpx.request(method, on.admin.url + path, json=given, trust_env=False)
        is_error(answer, 401, "unauthorized", told)
    stranger.http.close()


@check("C-99")
def made_key(on: Bench) -> None:
    """A key is told once, and only to an account that exists."""
    number, text = on.key(on.one)
    true(bool(KEY_ID.fullmatch(number)), f"its id is {number}")
    true(bool(KEY.fullmatch(text)), "it looks otherwise")
    for given, status in (({"user_id": "nobody", "name": "k"}, "404"), ({"name": "k"}, "422")):
        try:
            on.admin.call("POST", "/keys", given)
        except NotConfigured as error:
            true(status in str(error), str(error))
        else:
            raise Differs(f"{given} is taken")


@check("C-58 C-59")
def reloaded(on: Bench) -> None:
    """A route is at work once it is loaded; a broken one leaves the others."""
    broken = {"name": "check-broken", "path_pattern": "(", "match_type": "regex", "priority": 99}
    made = on.admin.call("POST", "/routes", broken)["data"]["id"]
    try:
        on.admin.call("POST", "/reload")
    except NotConfigured as error:
        true("Reload failed" in str(error), str(error))
    else:
        raise Differs("a route that cannot be is loaded")
    finally:
        on.admin.call("DELETE", f"/routes/{made}")
        told = on.admin.call("POST", "/reload")
    same(told["status"], "success", "status")


@check("C-101")
def edge(on: Bench) -> None:
    """The administration is not there for who comes through the edge."""
    base = httpx.URL(on.admin.url).path
    for headers in ({}, on.one.session, {"X-API-Key": on.service_key}):
        answer = on.get(f"{base}/users", headers=headers)
        true(
            answer.status_code in {401, 403, 404} or bool(on.spa.seen),
            f"{base}/users answers {answer.status_code}",
        )
