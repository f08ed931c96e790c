"""Sets the gateway up by its admin API; doing it again changes only what differs.

What is not Hoster's is left alone: other plans, other upstreams, routes of other names.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.gateway import payloads
from infra.gateway.admin import Admin, Json
from infra.gateway.payloads import Addresses

OURS = "hoster-"
"""Begins the names of Hoster's routes: those that the table has no more are removed."""
WIZARD = "default"
"""The route that the gateway's own setup makes: it would lead everything past the table."""
METER = "/_internal/meter"
METERING_EMAIL = "metering@hoster.invalid"
METERING_KEY = "hoster-meter"
SCOPES = ["meter:write"]
OPERATORS_PLAN = "pro"
UNSEEN = frozenset({"auth_value"})
"""What the API takes and never tells."""


@dataclass
class Done:
    """What was made, changed and removed."""

    counts: Counter[str] = field(default_factory=Counter)
    plans_changed: bool = False
    service_key: str = ""
    """The key for metering, when one was made: it is told once."""

    def told(self) -> str:
        """The same in words."""
        done = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        restart = "; restart it once, since plans changed" if self.plans_changed else ""
        return (done or "nothing to change") + restart


def configure(
    url: str,
    operator: tuple[str, str],
    addresses: Addresses,
    *,
    service_key: str = "",
    table: Mapping[str, Any] | None = None,
) -> Done:
    """Set the gateway up; `operator` is mail address and password.

    `service_key` is the key that the product has for metering: another one is made only when the
    gateway does not take it. Raises `infra.gateway.admin.NotConfigured`.
    """
    given, admin, done = table or payloads.table(), Admin(url), Done()
    admin.log_in(*operator)
    _plans(admin, given, done)
    _operator(admin, given)
    ids = _upstreams(admin, addresses, done)
    _routes(admin, payloads.routes(given, addresses, ids), done)
    if done.counts:
        admin.call("POST", "/reload")
    _service_key(admin, service_key, done)
    return done


def _plans(admin: Admin, given: Mapping[str, Any], done: Done) -> None:
    known = {one["id"]: one["attributes"] for one in admin.all("plans")}
    for plan in payloads.plans(given):
        path, attributes = f"/plans/{plan['id']}", {k: v for k, v in plan.items() if k != "id"}
        if plan["id"] not in known:
            admin.call("POST", "/plans", plan)
            done.counts["plans made"] += 1
        elif _differ(known[plan["id"]], attributes):
            admin.call("PATCH", path, attributes)
            done.counts["plans changed"] += 1
    done.plans_changed = bool(done.counts)


def _operator(admin: Admin, given: Mapping[str, Any]) -> None:
    """The account that the gateway's command line made has a plan that does not exist."""
    me = admin.call("GET", "/me")["data"]
    plan = me.get("relationships", {}).get("plan", {}).get("data") or {}
    if plan.get("id") not in given["plans"]:
        admin.call("PATCH", f"/users/{me['id']}", {"plan_id": OPERATORS_PLAN})


def _upstreams(admin: Admin, addresses: Addresses, done: Done) -> dict[str, str]:
    """Have the upstreams; return their ids by their names."""
    return _kept(admin, "upstreams", payloads.upstreams(addresses), done)


def _routes(admin: Admin, wanted: Sequence[Json], done: Done) -> None:
    _kept(admin, "routes", wanted, done)
    names = {one["name"] for one in wanted}
    for known in list(admin.all("routes")):
        name = known["attributes"]["name"]
        if name == WIZARD or (name.startswith(OURS) and name not in names):
            admin.call("DELETE", f"/routes/{known['id']}")
            done.counts["routes removed"] += 1


def _kept(admin: Admin, kind: str, wanted: Sequence[Json], done: Done) -> dict[str, str]:
    """Make what is not there by its name, change what differs; return ids by names."""
    known = {one["attributes"]["name"]: one for one in admin.all(kind)}
    ids = {}
    for one in wanted:
        there = known.get(one["name"])
        if there is None:
            ids[one["name"]] = str(admin.call("POST", f"/{kind}", one)["data"]["id"])
            done.counts[f"{kind} made"] += 1
            continue
        ids[one["name"]] = str(there["id"])
        if _differ(there["attributes"], one):
            admin.call("PATCH", f"/{kind}/{there['id']}", one)
            done.counts[f"{kind} changed"] += 1
    return ids


def _differ(here: Json, wanted: Json) -> bool:
    """Whether what is there is another thing; what is empty may be left out."""
    names = wanted.keys() - UNSEEN
    return any(_plain(here.get(name)) != _plain(wanted[name]) for name in names)


def _plain(value: Any) -> Any:
    """A value as it is compared: some versions tell transforms as text."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        value = json.loads(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if one} or None
    return value if value or value is False or value == 0 else None


def _service_key(admin: Admin, key: str, done: Done) -> None:
    users = (one for one in admin.all("users") if one["attributes"]["email"] == METERING_EMAIL)
    user = next(users, None)
    if user is None:
        user = admin.call(
            "POST",
            "/users",
            {
                "email": METERING_EMAIL,
                "password": secrets.token_urlsafe(32),
                "name": "metering",
                "plan_id": "free",
            },
        )["data"]
    if key and admin.admits(f"{METER}?user_id={user['id']}", key):
        return
    given = {"user_id": user["id"], "name": METERING_KEY, "scopes": SCOPES}
    made = admin.call("POST", "/keys", given)
    done.service_key = str(made["data"]["meta"]["key"])
    done.counts["keys made"] += 1
