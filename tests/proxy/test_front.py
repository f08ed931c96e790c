"""Certificates, redirects, aliases and challenges: what the front does besides leading to apps."""

from __future__ import annotations

import json
import re
import socket
import ssl
from typing import Any

import pytest

from tests.proxy.apps import App
from tests.proxy.front import APPS_DOMAIN, Front, deployment_of, unverified
from tests.proxy.rig import until

YEAR_SECONDS = 31_536_000


def received(answer_headers: list[list[str]]) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in answer_headers}


@pytest.mark.parametrize("http2", [False, True])
def test_tls_reaches_the_app_and_is_told_to_it(fore: Front, one: App, http2: bool) -> None:
    host = fore.app(one.port)

    answer = fore.get(host, tls=True, http2=http2)

    assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
    headers = received(answer.json()["headers"])
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-host"] == host
    assert headers["x-request-id"] == answer.headers["X-Request-ID"]


def test_a_spoofed_origin_is_not_believed_over_http2_either(fore: Front, one: App) -> None:
    spoofed = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "8.8.8.8", "X_Real_IP": "8.8.8.8"}

    answer = fore.get(fore.app(one.port), tls=True, http2=True, headers=spoofed)

    headers = received(answer.json()["headers"])
    assert headers["x-forwarded-proto"] == "https"
    assert "8.8.8.8" not in headers.values()


MIXED = [
    character.join(parts[:at]) + other + character.join(parts[at:])
    for parts in (
        *(["X", "Forwarded", last] for last in ("For", "Host", "Proto", "Port")),
        *(["X", "Original", last] for last in ("URL", "Host")),
        *(["X", *rest] for rest in (["Real", "IP"], ["Request", "ID"], ["Deployment", "ID"])),
        ["Keep", "Alive"],
        ["Proxy", "Connection"],
    )
    for at in range(1, len(parts))
    for character, other in ("--", "-_", "_-", "__", "-.", ".-")
]
ALIKE = ["X-Realm", "X-Requested-With", "X-Originality", "X-Request-Idle", "Proxy-State", "Team"]


@pytest.mark.parametrize("http2", [False, True])
def test_what_an_app_reads_as_a_spoofed_origin_is_dropped_however_it_is_written(
    fore: Front, one: App, http2: bool
) -> None:
    host = fore.app(one.port)
    spoofed = dict.fromkeys([*MIXED, "Forwarded", "Proxy"], "8.8.8.8")

    answer = fore.get(
        host, tls=http2, http2=http2, headers=spoofed | dict.fromkeys(ALIKE, "is kept")
    )

    headers = answer.json()["headers"]
    assert [name for name, value in headers if "8.8.8.8" in value] == []
    assert {name for name, value in headers if value == "is kept"} == {
        name.lower() for name in ALIKE
    }
    names = [name for name, _ in headers]
    assert len(names) == len(set(names))


def shown_for(fore: Front, name: str) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", fore.settings.tls_port), 5) as wire,
        unverified().wrap_socket(wire, server_hostname=name) as secure,
    ):
        return secure.getpeercert(binary_form=True) or b""


def test_a_name_without_a_certificate_is_shown_the_makeshift_one(fore: Front) -> None:
    made = ssl.PEM_cert_to_DER_cert(
        re.findall(
            r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----",
            fore.settings.files.default_certificate.read_text(),
            re.DOTALL,
        )[0]
    )

    assert shown_for(fore, "nobody.test") == made


def test_http_leads_to_https_only_where_that_is_wanted(fore: Front, one: App) -> None:
    wanted, other = fore.app(one.port, "s"), fore.app(one.port)

    led = fore.get(wanted, "/a/b?c=%20d", method="POST")

    assert led.status_code == 308
    assert led.headers["Location"] == f"https://{wanted}/a/b?c=%20d"
    assert fore.get(wanted, tls=True).status_code == 200
    assert fore.get(other).status_code == 200


def test_hsts_is_said_over_tls_where_it_is_wanted(fore: Front, one: App) -> None:
    wanted, other = fore.app(one.port, "h"), fore.app(one.port)
    name = "Strict-Transport-Security"

    assert fore.get(wanted, tls=True).headers[name] == f"max-age={YEAR_SECONDS}"
    assert name not in fore.get(wanted).headers
    assert name not in fore.get(other, tls=True).headers


def alias(fore: Front, name: str, target: str, flags: str = "-", deployment: str = "") -> str:
    host = f"{name}.customer.test"
    fore.lead(host, f"alias/{target}/0/{deployment or deployment_of(target)}/{flags}/-")
    return host


def test_an_alias_leads_where_its_target_does_and_follows_it(
    fore: Front, one: App, two: App
) -> None:
    target = fore.app(one.port)
    host = alias(fore, "shop", target)
    answer = fore.get(host).json()
    assert answer["app"] == "one"
    assert received(answer["headers"])["x-forwarded-host"] == host
    assert received(answer["headers"])["host"] == host

    fore.lead(target, f"open/127.0.0.1/{two.port}/{deployment_of(target)}/-/-")
    assert fore.get(host).json()["app"] == "two"

    fore.lead(target, f"starting/-/0/{deployment_of(target)}/-/-")
    assert "This app is starting" in fore.get(host).text


def test_an_alias_redirects_as_it_wants_itself_and_not_as_its_target_does(
    fore: Front, one: App
) -> None:
    target = fore.app(one.port, "s")

    assert fore.get(alias(fore, "plain", target)).status_code == 200
    assert fore.get(alias(fore, "secure", fore.app(one.port), "s")).status_code == 308


def test_an_entry_of_before_there_were_open_routes_leads_to_its_app(fore: Front, one: App) -> None:
    host = f"before.{APPS_DOMAIN}"
    fore.lead(host, f"running/127.0.0.1/{one.port}/{deployment_of(host)}/-/-")

    assert fore.get(host).json()["app"] == "one"


def test_an_alias_of_nothing_is_stopped(fore: Front) -> None:
    answer = fore.get(alias(fore, "lost", f"nobody.{APPS_DOMAIN}"))

    assert answer.status_code == 503
    assert "This app is stopped" in answer.text


def test_an_alias_does_not_lead_to_another_deployment(fore: Front, one: App) -> None:
    answer = fore.get(alias(fore, "dangling", fore.app(one.port), deployment="dep-before"))

    assert answer.status_code == 503
    assert "This app is stopped" in answer.text


def test_an_alias_of_an_alias_leads_nowhere(fore: Front, one: App) -> None:
    target = fore.app(one.port)
    first = alias(fore, "first", target)

    answer = fore.get(alias(fore, "second", first, deployment=deployment_of(target)))

    assert answer.status_code == 503
    assert "This app is stopped" in answer.text


def test_a_challenge_is_answered_for_any_name_before_anything_else(fore: Front, one: App) -> None:
    token, answer = "tOken-1_x", "tOken-1_x.thumb_Print-9"
    fore.tell(fore.settings.files.challenges, token, answer)
    path = f"/.well-known/acme-challenge/{token}"

    for host in ("nobody.test", fore.app(one.port), fore.app(one.port, "s")):
        said = fore.get(host, path)
        assert (said.status_code, said.text) == (200, answer)


def test_a_token_that_nobody_told_is_the_apps_own(fore: Front, one: App) -> None:
    path = "/.well-known/acme-challenge/another"

    assert fore.get(fore.app(one.port), path).json()["path"] == path


def test_the_installation_says_that_it_is_reached(fore: Front) -> None:
    fore.tell(fore.settings.files.facts, "installation", "of-this-test")

    answer = fore.get("nobody.test", "/.well-known/hoster-reachable")

    assert (answer.status_code, answer.text) == (200, "of-this-test")


@pytest.mark.parametrize("named", ["X-Secret, close", "x-secret", "Keep-Alive,\tX-Secret"])
def test_what_a_client_says_is_of_one_hop_ends_there(fore: Front, one: App, named: str) -> None:
    sent = {"Connection": named, "X-Secret": "1", "X-Other": "2"}

    headers = received(fore.get(fore.app(one.port), headers=sent).json()["headers"])

    assert "x-secret" not in headers
    assert headers["x-other"] == "2"


def test_a_client_cannot_have_the_apps_own_headers_dropped(fore: Front, one: App) -> None:
    kept = {"host", "cookie", "x-request-id", "x-real-ip"}
    kept |= {f"x-forwarded-{what}" for what in ("for", "proto", "host")}
    sent = {"Connection": ", ".join(sorted(kept)), "Cookie": "a=b"}

    headers = received(fore.get(fore.app(one.port), headers=sent).json()["headers"])

    assert headers.keys() >= kept


def test_a_body_that_cannot_be_read_has_a_page_with_its_request(fore: Front) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = fore.app(silent.getsockname()[1])
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection(("127.0.0.1", fore.settings.port), 10) as client:
            client.sendall(head.encode())
            silent.settimeout(10)
            app, _ = silent.accept()
            with app:
                assert app.recv(65536)
                client.sendall(b"no number\r\n")
                said = b"".join(iter(lambda: client.recv(65536), b"")).decode()

    header, _, page = said.partition("\r\n\r\n")
    assert header.startswith("HTTP/1.1 400 ")
    [request] = re.findall(r"(?im)^x-request-id: (\S+)", header)
    assert "The request could not be read" in page
    assert request in page


def test_an_access_over_tls_is_logged_with_its_version_and_times(fore: Front, one: App) -> None:
    host = fore.app(one.port)
    answer = fore.get(host, tls=True, http2=True)

    def find() -> dict[str, Any] | None:
        wanted = answer.headers["X-Request-ID"]
        lines = [line for line in fore.log.splitlines() if wanted in line]
        return json.loads(lines[0]) if lines else None

    entry = until(find)
    assert entry["tls"].startswith("TLSv1.")
    assert (entry["deployment"], entry["host"]) == (deployment_of(host), host)
    assert entry["status"] == 200
    assert entry["bytes_out"] > 0
    assert entry["bytes_in"] > 0
    assert 0 <= entry["upstream_ms"] <= entry["ms"]


def test_a_name_of_other_letters_is_found_as_it_is_written_on_the_wire(
    fore: Front, one: App
) -> None:
    host = "xn--bcher-kva.customer.test"
    fore.lead(host, f"open/127.0.0.1/{one.port}/{deployment_of(host)}/-/-")

    for asked in (host, "XN--BCHER-KVA.Customer.Test.:80"):
        assert fore.get(asked).json()["app"] == "one"
