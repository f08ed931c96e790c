"""The API as a customer calls it: through the gateway, with an account."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

Json = dict[str, Any]
TRANSIENT = {502, 503, 504}
NOT_FOUND = 404


class Refused(Exception):
    """The API refused a request; `code` and `detail` are its own."""

    def __init__(self, method: str, path: str, status: int, body: Json) -> None:
        error = (body.get("errors") or [{}])[0]
        self.status = status
        self.code = str(error.get("code", ""))
        self.detail = str(error.get("detail", body.get("error", "")))
        super().__init__(f"{method} {path}: {status} {self.code} {self.detail}")


class Account:
    """A signed-up account and its calls."""

    def __init__(self, gateway: str) -> None:
        self.http = httpx.Client(base_url=gateway, timeout=60, trust_env=False)
        self.token = ""
        self.user: Json = {}

    def sign_up(self, email: str, password: str) -> None:
        """Make the account, or sign in when it exists."""
        given = {"email": email, "password": password}
        answer = self.http.post("/mod/auth/register", json=given)
        if answer.status_code == 409:
            answer = self.http.post("/mod/auth/login", json=given)
        body = answer.json()
        if not answer.is_success:
            raise Refused("POST", "/mod/auth/register", answer.status_code, body)
        self.token, self.user = body["token"], body["user"]

    def move_to_plan(self, plan: str) -> None:
        """Have another plan, by the control that the gateway's stand-in has for tests."""
        url = f"/_local/users/{self.user['id']}"
        self.http.post(url, json={"plan_id": plan}).raise_for_status()

    def call(self, method: str, path: str, attributes: Json | None = None, kind: str = "") -> Json:
        """Do one call and return its document; an empty body is an empty document."""
        content = None
        if attributes is not None:
            content = {"data": {"type": kind, "attributes": attributes}}
        answer = self.http.request(
            method,
            f"/api/v1{path}",
            json=content,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/vnd.api+json",
            },
        )
        body: Json = answer.json() if answer.content else {}
        if not answer.is_success:
            raise Refused(method, path, answer.status_code, body)
        return body

    def create(self, resource: str, attributes: Json) -> Json:
        """Make a record and return its resource object."""
        made: Json = self.call("POST", f"/{resource}", attributes, resource)["data"]
        return made

    def get(self, resource: str, record_id: str) -> Json:
        """Read a record."""
        found: Json = self.call("GET", f"/{resource}/{record_id}")["data"]
        return found

    def seen(self, resource: str, record_id: str) -> Json | None:
        """Read a record; None while the API is away for a moment."""
        try:
            return self.get(resource, record_id)
        except httpx.TransportError:
            return None
        except Refused as error:
            if error.status not in TRANSIENT:
                raise
            return None

    def all(self, resource: str, query: str = "") -> list[Json]:
        """List every record of a resource, page after page."""
        found: list[Json] = []
        path: str | None = f"/{resource}{query}"
        while path:
            page = self.call("GET", path)
            found += page["data"]
            following = page["links"].get("next")
            path = following.removeprefix("/api/v1") if following else None
        return found

    def settled(
        self,
        resource: str,
        record_id: str,
        *,
        within: float,
        tell: Callable[[str], None] = lambda _line: None,
    ) -> Json:
        """Wait until nothing is in progress on a record, telling each step of its timeline."""
        end = time.monotonic() + within
        told = ""
        while time.monotonic() < end:
            record = self.seen(resource, record_id)
            if record is None:
                time.sleep(0.5)
                continue
            work = record["attributes"]["work"]
            if work is None:
                return record
            if work["step"] and work["step"] != told:
                told = work["step"]
                tell(told)
            time.sleep(0.25)
        raise TimeoutError(f"{resource} {record_id} is still at {told} after {within:.0f} s")

    def gone(self, resource: str, record_id: str, *, within: float) -> bool:
        """Wait until a record that is being deleted is gone; False when it stays after all."""
        try:
            self.settled(resource, record_id, within=within)
        except Refused as error:
            if error.status != NOT_FOUND:
                raise
            return True
        return False
