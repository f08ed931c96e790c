"""The gateway's admin API: plain JSON in, JSON:API documents out, page after page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

Json = dict[str, Any]
PAGE = 100
"""The most that the API gives at a time."""
TIMEOUT_SECONDS = 30


class NotConfigured(Exception):
    """The gateway refuses; the text has its words."""


class Admin:
    """A session at the admin API whose base is `url`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.http = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)

    def log_in(self, email: str, password: str) -> None:
        """Begin the session; its token is good for a day. Raises `NotConfigured`."""
        found = self.call("POST", "/login", {"email": email, "password": password})
        token = found["data"]["attributes"]["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, given: Json | None = None) -> Json:
        """Do one call and return its document. Raises `NotConfigured`."""
        try:
            answer = self.http.request(method, self.url + path, json=given)
        except httpx.HTTPError as error:
            raise NotConfigured(f"{self.url} does not answer: {error}") from error
        if not answer.is_success:
            raise NotConfigured(f"{method} {path}: {answer.status_code} {_detail(answer)}")
        document: Json = answer.json() if answer.content else {}
        return document

    def all(self, kind: str) -> Iterator[Json]:
        """Every resource of a kind."""
        number = 1
        while True:
            page = self.call("GET", f"/{kind}?page[number]={number}&page[size]={PAGE}")
            yield from page["data"]
            total = page.get("meta", {}).get("total", 0)
            if not page["data"] or number * PAGE >= total:
                return
            number += 1

    def admits(self, path: str, key: str) -> bool:
        """Whether an API key opens a path of the gateway."""
        url = httpx.URL(self.url).join(path)
        try:
            answer = httpx.get(
                url, headers={"X-API-Key": key}, timeout=TIMEOUT_SECONDS, trust_env=False
            )
        except httpx.HTTPError as error:
            raise NotConfigured(f"{url} does not answer: {error}") from error
        return answer.is_success


def _detail(answer: httpx.Response) -> str:
    try:
        error: Json = answer.json()["errors"][0]
    except (ValueError, LookupError, TypeError):
        return answer.text[:200]
    pointer = error.get("source", {}).get("pointer", "")
    return f"{error.get('detail', '')} {pointer}".strip()
