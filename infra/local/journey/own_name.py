"""A host name of a customer's own: added, proven at the name server, secured, opened, removed."""

from __future__ import annotations

import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from infra.local.authority.endpoint import Files as AuthorityFiles
from infra.local.dns.records import NameServer
from infra.local.dns.zone import CUSTOMERS_DOMAIN
from infra.local.dns.zone import Files as ZoneFiles
from infra.local.journey.client import Account, Json, Refused
from infra.local.platform import layout

LOOK_SECONDS = 0.5
BUSY = {409, 429}
"""The record changes at this moment, or was asked for too often: asked again."""


class NotSoon(Exception):
    """What was waited for did not come in time; the message says what was there instead."""


def new_name(word: str = "shop") -> str:
    """A name under the customers' domain that nobody has yet."""
    return f"{word}-{secrets.token_hex(4)}.{CUSTOMERS_DOMAIN}"


def name_server(platform: Json) -> NameServer:
    """The platform's name server, with the key that changes records."""
    where = urlsplit(platform["urls"]["dns"])
    files = ZoneFiles(layout.DNS)
    return NameServer.of(files, str(where.hostname), where.port or layout.DNS_PORT)


def authority_root(platform: Json) -> str:
    """The root of what the platform's authority issues, asked of the authority, in PEM."""
    endpoint = AuthorityFiles(layout.AUTHORITY).root
    context = ssl.create_default_context(cafile=str(endpoint))
    answer = httpx.get(platform["urls"]["acme_roots"], verify=context, trust_env=False)
    return answer.raise_for_status().text


@dataclass
class OwnName:
    """One name that an account gives one of its apps."""

    platform: Json
    account: Account
    deployment: str
    host: str = field(default_factory=new_name)

    @property
    def path(self) -> str:
        """The path of the name in the API."""
        return f"/deployments/{self.deployment}/domains/{self.host}"

    def add(self) -> Json:
        """Add it to the app; returns its attributes."""
        path = f"/deployments/{self.deployment}/domains"
        made: Json = self.account.call("POST", path, {"hostname": self.host}, "domains")["data"]
        attributes: Json = made["attributes"]
        return attributes

    def seen(self) -> Json:
        """Its attributes as they are now."""
        listed = self.account.call("GET", f"/deployments/{self.deployment}/domains")["data"]
        found = [one["attributes"] for one in listed]
        return next(one for one in found if one["hostname"] == self.host)

    def follow(self, instructions: list[Json], *, kinds: frozenset[str] | None = None) -> None:
        """Make the records that are required, or those of some kinds, at the name server."""
        server = name_server(self.platform)
        for one in instructions:
            if one["priority"] == "required" and (kinds is None or one["type"] in kinds):
                server.set(one["name"], one["type"], one["value"])

    def forget(self, instructions: list[Json], *, kinds: frozenset[str] | None = None) -> None:
        """Remove those records from the name server again."""
        server = name_server(self.platform)
        for one in instructions:
            if one["priority"] == "required" and (kinds is None or one["type"] in kinds):
                server.remove(one["name"], one["type"])

    def verify(self) -> Json:
        """Have it looked at now; returns its attributes, with what was found of its records."""
        while True:
            try:
                answer: Json = self.account.call("POST", f"{self.path}/verify")["data"]
            except Refused as error:
                if error.status not in BUSY or error.code == "name_taken":
                    raise
                time.sleep(2 * LOOK_SECONDS)
                continue
            attributes: Json = answer["attributes"]
            return attributes

    def until(self, true: Callable[[Json], bool], within: float) -> Json:
        """Look until something is true of it. Raises `NotSoon`."""
        end = time.monotonic() + within
        while True:
            attributes = self.seen()
            if true(attributes):
                return attributes
            if time.monotonic() > end:
                told = ("status", "last_check_error", "certificate_error", "certificate_preflight")
                facts = {name: attributes[name] for name in told}
                raise NotSoon(f"{self.host} after {within:.0f} s: {facts}")
            time.sleep(LOOK_SECONDS)

    def remove(self) -> None:
        """Take it from the app."""
        self.account.call("DELETE", self.path)

    def plain(self, path: str = "/") -> httpx.Response:
        """Ask for it over HTTP, at the app proxy."""
        url = self.platform["urls"]["proxy"] + path
        return httpx.get(url, headers={"Host": self.host}, trust_env=False, timeout=10)

    def secure(self, path: str = "/") -> httpx.Response:
        """Ask for it over HTTPS, believing the platform's authority alone; redirects followed."""
        context = ssl.create_default_context(cadata=authority_root(self.platform))
        proxy = self.platform["urls"]["proxy_tls"]
        headers = {"Host": f"{self.host}:{urlsplit(proxy).port}"}
        with httpx.Client(verify=context, headers=headers, trust_env=False, timeout=10) as http:
            for _ in range(6):
                # The name is in the hello of TLS; nobody's resolver has to know it.
                asked = {"sni_hostname": self.host}
                answer = http.get(proxy + path, extensions=asked)
                if not answer.is_redirect:
                    break
                path = httpx.URL(answer.headers["location"]).raw_path.decode()
            return answer
