"""Why an image could not be pulled, read from the words of registries and of the Engine."""

from __future__ import annotations

import pytest

from chalicelib.domain.refused_pulls import Cause, LoginUse, cause_of, refused

HUB_LIMIT = (
    "toomanyrequests: You have reached your unauthenticated pull rate limit. "
    "https://www.docker.com/increase-rate-limit"
)
HUB_PRIVATE = (
    "pull access denied for ann/app, repository does not exist or may require 'docker login': "
    "denied: requested access to the resource is denied"
)
HUB_WRONG = (
    'Head "https://registry-1.docker.io/v2/ann/app/manifests/1": unauthorized: incorrect username '
    "or password"
)
GHCR_PRIVATE = 'Head "https://ghcr.io/v2/ann/app/manifests/1": denied'
NO_LOGIN = 'Head "http://reg:5000/v2/app/manifests/1": no basic auth credentials'
NO_TAG = "manifest for reg:5000/app:9 not found: manifest unknown: manifest unknown"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (HUB_LIMIT, "rate_limited"),
        ("toomanyrequests: retry-after: 226.306\u00b5s, allowed: 44000/minute", "rate_limited"),
        ("received unexpected HTTP status: 429 Too Many Requests", "rate_limited"),
        (HUB_PRIVATE, "denied"),
        (HUB_PRIVATE.rpartition(": denied")[0], "denied"),
        (HUB_PRIVATE.rpartition("denied: ")[0] + "unauthorized", "unauthorized"),
        (HUB_WRONG, "unauthorized"),
        (NO_LOGIN, "unauthorized"),
        ("unauthorized: authentication required", "unauthorized"),
        (GHCR_PRIVATE, "denied"),
        ("denied: installation not allowed to Read organization package", "denied"),
        (NO_TAG, "not_found"),
        ("name unknown: The repository does not exist in the registry", "not_found"),
        ("x509: certificate signed by unknown authority", "tls"),
        ("http: server gave HTTP response to HTTPS client", "tls"),
        ("dial tcp: lookup nowhere.example: no such host", "unreachable"),
        ("dial tcp 192.0.2.1:443: connect: connection refused", "unreachable"),
        ("net/http: request canceled (Client.Timeout exceeded)", "unreachable"),
        ("received unexpected HTTP status: 502 Bad Gateway", "unreachable"),
        ("write /var/lib/docker/tmp/x: no space left on device", "disk_full"),
        ("something new", ""),
    ],
)
def test_words_have_a_cause(said: str, cause: Cause) -> None:
    assert cause_of(said) == cause


@pytest.mark.parametrize(
    ("image", "said", "login", "code", "told"),
    [
        ("nginx:1", HUB_LIMIT, "none", "image_rate_limited", "add a login for Docker Hub under"),
        ("nginx:1", HUB_LIMIT, "none", "image_rate_limited", "counts pulls over six hours"),
        ("nginx:1", HUB_LIMIT, "used", "image_rate_limited", "limit on pulls of your login"),
        ("nginx:1", HUB_LIMIT, "withheld", "image_rate_limited", "On a server of your own"),
        ("ann/app:1", HUB_PRIVATE, "none", "image_denied", "add a login for Docker Hub"),
        ("ann/app:1", HUB_PRIVATE, "used", "image_denied", "give the login's account access"),
        ("reg:5000/a:1", NO_LOGIN, "none", "image_unauthorized", "add a login for reg:5000"),
        ("ann/app:1", HUB_WRONG, "used", "image_unauthorized", "does not accept your login"),
        ("ghcr.io/a/b:1", GHCR_PRIVATE, "used", "image_denied", "may not pull the image"),
        ("ghcr.io/a/b:1", GHCR_PRIVATE, "none", "image_denied", "add a login for ghcr.io"),
        ("ghcr.io/a/b:1", GHCR_PRIVATE, "withheld", "image_denied", "servers of your own alone"),
        ("reg:5000/app:9", NO_TAG, "used", "image_not_found", "Check its name and its tag"),
        ("r.example/a:1", "x509: unknown", "none", "registry_untrusted", "public authority"),
        ("r.example/a:1", "i/o timeout", "none", "registry_unreachable", "does not answer"),
        ("r.example/a:1", "no space left on device", "none", "disk_full", "no disk space"),
        ("r.example/a:1", "something new", "none", "image_unavailable", "could not be pulled"),
    ],
)
def test_each_is_told_with_what_to_do(
    image: str, said: str, login: LoginUse, code: str, told: str
) -> None:
    error = refused(image, said, login)

    assert error.error_code == code
    assert told in error.detail
    assert code == "disk_full" or f"says: {said}" in error.detail


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("toomanyrequests: retry-after: 226.306\u00b5s, allowed: 44000/minute", "in a minute"),
        ("too many requests, Retry-After: 1800", "in 30 minutes"),
        ("toomanyrequests: retry-after: 2h", "in 120 minutes"),
        ("toomanyrequests", "Try again later"),
    ],
)
def test_registry_says_when_to_try_again(said: str, when: str) -> None:
    assert when in refused("ghcr.io/ann/app:1", said, "none").detail


def test_words_of_a_registry_are_cut() -> None:
    assert len(refused("ghcr.io/ann/app:1", "x" * 5000, "none").detail) < 500
