"""The way to a certificate authority: nonces tried again, and its errors turned into ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import requests
from acme import client, errors, messages
from josepy.errors import Error as JoseError
from josepy.jwa import ES256
from josepy.jwk import JWKEC

from chalicelib.domain.errors import (
    AccountUnknown,
    AuthorityRefused,
    AuthorityUnavailable,
    CaaForbids,
    ChallengeFailed,
    OrderInvalid,
    ProductError,
    RateLimited,
)

NONCE_TRIES = 20
"""How often a request is sent whose nonce the authority does not take."""
TIMEOUT = 10
USUAL_PAUSE = 3600
"""Seconds to wait when the authority asks for a pause and does not say how long."""
LONGEST_WORDS = 300
PASSING = frozenset({"serverInternal", "badNonce"})
OF_PROOFS = frozenset(
    {"connection", "dns", "dnssec", "incorrectResponse", "tls", "unauthorized", "unknownHost"}
)
SECRET_LIKE = re.compile(r"[A-Za-z0-9_-]{32,}(\.[A-Za-z0-9_-]{32,})?")


class Network(client.ClientNetwork):
    """Sends signed requests, each with a nonce that the authority takes."""

    def __init__(self, key: JWKEC, account: str, roots: str) -> None:
        known = messages.RegistrationResource(body=messages.Registration(), uri=account)
        super().__init__(
            key,
            account=known if account else None,
            alg=ES256,
            verify_ssl=_bundle(roots) if roots else True,  # type: ignore[arg-type]
            user_agent="hoster",
            timeout=TIMEOUT,
        )
        self.pause = USUAL_PAUSE
        """For how many seconds the last answer asked to wait."""

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request again as often as its nonce is refused."""
        for _ in range(NONCE_TRIES - 1):
            try:
                return self._post_once(*args, **kwargs)
            except messages.Error as error:
                if error.code != "badNonce":
                    raise
        return self._post_once(*args, **kwargs)

    def _send_request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        response = super()._send_request(method, url, *args, **kwargs)
        # The authority may say a moment in place of seconds; both are read in local time.
        until = client.ClientV2.retry_after(response, USUAL_PAUSE)
        self.pause = max(1, round((until - datetime.now()).total_seconds()))  # noqa: DTZ005
        return response


@cache
def _bundle(roots: str) -> str:
    """Write the authorities that are believed into a file of this process, and name it."""
    with NamedTemporaryFile("w", prefix="roots-", suffix=".pem", delete=False) as file:
        file.write(roots)
    return str(Path(file.name))


@contextmanager
def told(network: Network) -> Iterator[None]:
    """Raise what the product knows in place of what the library says."""
    try:
        yield
    except messages.Error as error:
        raise of_problem(error, pause=network.pause) from None
    except (requests.RequestException, errors.Error, JoseError, ValueError) as error:
        detail = f"The certificate authority does not answer as it should ({type(error).__name__})."
        raise AuthorityUnavailable(f"{detail} It is asked again later.") from None


PROBLEMS: dict[str, tuple[type[ProductError], str]] = {
    **dict.fromkeys(OF_PROOFS, (ChallengeFailed, "The authority could not see the proof")),
    **dict.fromkeys(PASSING, (AuthorityUnavailable, "The certificate authority has trouble")),
    "accountDoesNotExist": (AccountUnknown, "The authority does not know the account"),
    "orderNotReady": (OrderInvalid, "The certificate authority knows no such order any more"),
}
"""The error of ours for a problem's code, and what is said before the authority's words."""


def of_problem(error: messages.Error, *, pause: int = USUAL_PAUSE) -> ProductError:
    """The error of ours that a problem document stands for, with the authority's own words."""
    code, words = error.code or "", words_of(error)
    if code == "rateLimited":
        detail = f"The certificate authority asks for a pause of {pause} s. It says: {words}"
        return RateLimited(detail, retry_after=pause)
    if code == "caa":
        return CaaForbids(
            f"A CAA record forbids it. The certificate authority says: {words} Add a CAA record"
            " that names this authority, or remove the ones that name others."
        )
    kind, said = PROBLEMS.get(code, (AuthorityRefused, "The certificate authority refuses"))
    return kind(f"{said}: {words}")


def words_of(error: messages.Error) -> str:
    """What the authority says, without anything that looks like a token."""
    parts = [error.detail or "", *(part.detail or "" for part in error.subproblems or ())]
    words = SECRET_LIKE.sub("…", " ".join(" ".join(parts).split()))[:LONGEST_WORDS]
    return words if words.endswith(".") else f"{words}."
