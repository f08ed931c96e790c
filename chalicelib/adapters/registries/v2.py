"""Logs in at registries as the Docker Engine does: the distribution API's `/v2/` and its tokens."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

from chalicelib.adapters.outside.pinned import AddressRefused, NoAnswer, Pinned, Said, Untrusted
from chalicelib.domain import urls
from chalicelib.domain.errors import (
    Conflict,
    InvalidCredential,
    RegistryUnreachable,
    RegistryUntrusted,
    Throttled,
)
from chalicelib.domain.images import DOCKER_HUB, called
from chalicelib.ports.nodes import RegistryLogin

_HUB_API = "registry-1.docker.io"
_REFUSALS = frozenset({401, 403})
_THROTTLED = 429
_OK = 200
ASK_SECONDS = 8.0
"""Of one request: the three of a check end within the half minute that somebody waits."""
MOST_BYTES = 64 * 1024
"""How long an answer may be."""


class DistributionRegistries:
    """Registries that speak the distribution API: Docker Hub, GHCR, GitLab, ECR, and others.

    `plain` holds the hosts, with their ports, that are spoken to without TLS.
    """

    def __init__(self, outside: Pinned, plain: frozenset[str] = frozenset()) -> None:
        self.outside = outside
        self.plain = plain

    def check(self, login: RegistryLogin) -> None:
        """Log in once and pull nothing. Raises as `chalicelib.ports.registries` says."""
        registry = called(login.host)
        host = _HUB_API if login.host == DOCKER_HUB else login.host
        api = f"{'http' if host in self.plain else 'https'}://{host}/v2/"
        asked = self._ask(registry, api)
        if asked.status == _OK:
            detail = (
                f"{registry} asks nobody for a login at its door, so that this one cannot be "
                "checked. It is used all the same."
            )
            raise Conflict(detail, code="login_not_asked")
        if asked.status not in _REFUSALS:
            raise RegistryUnreachable(f"{registry} does not answer as a registry: {asked.status}.")
        scheme, told = _challenge(asked)
        proof = f"Basic {_basic(login)}"
        if scheme == "bearer":
            proof = f"Bearer {self._token(registry, told, proof, is_plain=api.startswith('http:'))}"
        if self._ask(registry, api, proof).status != _OK:
            raise _refused(registry)

    def _token(self, registry: str, told: dict[str, str], proof: str, *, is_plain: bool) -> str:
        """Get a token where the registry says; it says `realm` and `service`."""
        realm = told.get("realm", "")
        if not (realm.startswith("https://") or (is_plain and realm.startswith("http://"))):
            detail = f"{registry} would have the login sent without TLS; nothing was sent."
            raise RegistryUntrusted(detail)
        words = urlencode({"service": told["service"]} if "service" in told else {})
        url = f"{realm}{'&' if '?' in realm else '?'}{words}"
        given = self._ask(registry, url, proof)
        if given.status in _REFUSALS:
            raise _refused(registry)
        try:
            answer = json.loads(given.body)
            return str(answer.get("token") or answer["access_token"])
        except (ValueError, LookupError, AttributeError):
            detail = f"{registry} gives no token, but an answer of {given.status}."
            raise RegistryUnreachable(detail) from None

    def _ask(self, registry: str, url: str, proof: str = "") -> Said:
        headers = {"Authorization": proof} if proof else {}
        target = self._target(registry, url)
        try:
            said = self.outside.ask(
                "GET", target, headers, seconds=ASK_SECONDS, most=MOST_BYTES + 1
            )
        except AddressRefused:
            detail = (
                f"{registry} lies in a network that is not asked from here: loopback, link-local, "
                "or the platform's own. Servers of yours may still pull from it."
            )
            raise RegistryUnreachable(detail) from None
        except Untrusted as error:
            detail = f"The certificate of {registry} is not believed: {error}."
            raise RegistryUntrusted(detail) from None
        except NoAnswer as error:
            detail = f"{registry} does not answer: {error}."
            raise RegistryUnreachable(detail) from None
        if len(said.body) > MOST_BYTES:
            raise RegistryUnreachable(f"{registry} does not answer: its answer is too long.")
        if said.status == _THROTTLED:
            after = said.headers.get("Retry-After", "")
            pause = Throttled(f"{registry} asks for a pause; check again later.")
            pause.retry_after = int(after) if after.isdigit() else None
            raise pause
        return said

    def _target(self, registry: str, url: str) -> urls.Target:
        """Where a URL leads that the registry's name or its answer made."""
        try:
            is_plain = urlsplit(url).netloc in self.plain
            return urls.read(url, ("https", "http") if is_plain else ("https",))
        except ValueError as error:
            detail = f"{registry} does not answer: an address that is asked {error}."
            raise RegistryUnreachable(detail) from None


def _challenge(asked: Said) -> tuple[str, dict[str, str]]:
    """How the registry wants to be convinced; one that does not say it is taken for basic."""
    for line in asked.headers.get_all("WWW-Authenticate", []):
        scheme, _, rest = line.partition(" ")
        if scheme.lower() == "bearer":
            pairs = [pair for pair in parse_http_list(rest) if "=" in pair]
            return "bearer", parse_keqv_list(pairs)
    return "basic", {}


def _basic(login: RegistryLogin) -> str:
    return base64.b64encode(f"{login.username}:{login.password}".encode()).decode()


def _refused(registry: str) -> InvalidCredential:
    return InvalidCredential(
        f"{registry} does not accept this username with this secret. Replace them; where the "
        "account has two factors, the secret is an access token."
    )
