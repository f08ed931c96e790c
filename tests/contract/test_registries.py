"""Logins checked at registries: with basic proof and with tokens over TLS, and at bad ones."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import bcrypt
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate

from chalicelib.adapters.outside.pinned import Pinned
from chalicelib.adapters.registries import v2
from chalicelib.adapters.registries.v2 import DistributionRegistries
from chalicelib.domain.errors import (
    Conflict,
    InvalidCredential,
    ProductError,
    RegistryUnreachable,
    RegistryUntrusted,
    Throttled,
)
from chalicelib.ports.nodes import RegistryLogin
from infra.local import nodes
from infra.local.certificates import SERVER, Issued, Root
from tests.contract.droplet import until
from tests.ports import free_port

pytestmark = [pytest.mark.local, pytest.mark.timeout(60)]

SECRET = "s3cret-of-the-registry"
SERVICE = "registry.test"
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(scope="module")
def address() -> str:
    """An address of this machine that is not loopback, which nobody may have asked."""
    return nodes.ensure_network()


@pytest.fixture(scope="module")
def root() -> Root:
    return Root("registries of tests")


@pytest.fixture
def issued(root: Root, tmp_path: Path) -> Issued:
    """The registry's certificate, for `localhost`, beside its root in files."""
    made = root.issue("registry", SERVER)
    (tmp_path / "registry.pem").write_bytes(made.certificate)
    (tmp_path / "registry.key").write_bytes(made.key)
    (tmp_path / "root.pem").write_bytes(root.pem)
    return made


@pytest.fixture
def trusted(issued: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system believe the root."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))


@contextmanager
def registry(address: str, folder: Path, **auth: object) -> Iterator[str]:
    """Have a real registry over TLS, which asks for logins as `auth` says; yield its host."""
    port = free_port(address)
    config = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "http": {
            "addr": f"{address}:{port}",
            "tls": {
                "certificate": str(folder / "registry.pem"),
                "key": str(folder / "registry.key"),
            },
        },
        "auth": auth,
    }
    (folder / "config.json").write_text(json.dumps(config))
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        ["docker-registry", "serve", str(folder / "config.json")], stdout=log, stderr=log
    )
    try:
        until(lambda: _listens(address, port))
        yield f"localhost:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def server(address: str, answer: Answer, tls: Path | None = None) -> Iterator[str]:
    """Have something answer every GET, over TLS with the certificate in a folder; yield its host.

    Without a folder it speaks plain HTTP.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_words: object) -> None:
            """Keep quiet."""

    made = ThreadingHTTPServer((address, free_port(address)), Handler)
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls / "registry.pem", tls / "registry.key")
        made.socket = context.wrap_socket(made.socket, server_side=True)
    Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield f"localhost:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()


def _listens(address: str, port: int) -> bool:
    asked = subprocess.run(
        ["ss", "-tlnH", f"src {address}:{port}"], check=True, capture_output=True, text=True
    )
    return bool(asked.stdout.strip())


def check(
    host: str,
    address: str,
    secret: str = SECRET,
    *,
    plain: tuple[str, ...] = (),
    refused: tuple[str, ...] = (),
) -> None:
    outside = Pinned(lambda _host: (address,), refused)
    DistributionRegistries(outside, frozenset(plain)).check(RegistryLogin(host, "ann", secret))


def said(status: int, *headers: tuple[str, str], body: bytes = b"") -> Answer:
    """Have every request answered so."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers:
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def htpasswd(folder: Path) -> dict[str, str]:
    hashed = bcrypt.hashpw(SECRET.encode(), bcrypt.gensalt(4)).decode()
    (folder / "htpasswd").write_text(f"ann:{hashed}\n")
    return {"realm": "tests", "path": str(folder / "htpasswd")}


@pytest.mark.usefixtures("trusted")
def test_basic_login_is_checked_over_tls(address: str, tmp_path: Path) -> None:
    with registry(address, tmp_path, htpasswd=htpasswd(tmp_path)) as host:
        check(host, address)
        with pytest.raises(InvalidCredential, match="does not accept") as told:
            check(host, address, "guessed")

    assert "guessed" not in told.value.detail


@pytest.mark.usefixtures("trusted")
def test_token_is_got_where_the_registry_says(address: str, issued: Issued, tmp_path: Path) -> None:
    """As at Docker Hub and GHCR; a real registry looks at the tokens that are made here."""
    asked: list[str] = []
    wanted = "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()
    chain = load_pem_x509_certificate(issued.certificate).public_bytes(serialization.Encoding.DER)

    def give(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        if request.headers["Authorization"] != wanted:
            return said(401)(request)
        now = int(time.time())
        claims = {"iss": "tests", "aud": SERVICE, "nbf": now - 5, "exp": now + 60, "access": []}
        x5c = {"x5c": [base64.b64encode(chain).decode()]}
        token = jwt.encode(claims, issued.key, algorithm="ES256", headers=x5c)
        return said(200, body=json.dumps({"token": token}).encode())(request)

    def realm(of: str) -> dict[str, str]:
        return {
            "realm": f"{of}/token?scope=none",
            "service": SERVICE,
            "issuer": "tests",
            "rootcertbundle": str(tmp_path / "root.pem"),
        }

    with server(address, give, tls=tmp_path) as tokens:
        with registry(address, tmp_path, token=realm(f"https://{tokens}")) as host:
            check(host, address)
            with pytest.raises(InvalidCredential):
                check(host, address, "guessed")
        assert asked == [f"/token?scope=none&service={SERVICE}"] * 2
        with (
            registry(address, tmp_path, token=realm(f"http://{tokens}")) as host,
            pytest.raises(RegistryUntrusted, match="without TLS; nothing was sent"),
        ):
            check(host, address)
    assert len(asked) == 2


def test_token_that_a_registry_asks_for_is_got_and_shown(address: str) -> None:
    wanted = "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()

    def answer(request: BaseHTTPRequestHandler) -> None:
        proof, host = request.headers["Authorization"], request.headers["Host"]
        if request.path == f"/token?scope=none&service={SERVICE}":
            body = json.dumps({"access_token": "t0ken"}).encode()
            return said(200, body=body)(request) if proof == wanted else said(403)(request)
        if proof == "Bearer t0ken":
            return said(200)(request)
        realm = f'Bearer realm="http://{host}/token?scope=none",service="{SERVICE}"'
        return said(401, ("WWW-Authenticate", realm))(request)

    with server(address, answer) as host:
        check(host, address, plain=(host,))
        with pytest.raises(InvalidCredential):
            check(host, address, "guessed", plain=(host,))


def test_certificate_that_nobody_vouches_for_is_not_believed(
    address: str, issued: Issued, tmp_path: Path
) -> None:
    with (
        registry(address, tmp_path, htpasswd=htpasswd(tmp_path)) as host,
        pytest.raises(RegistryUntrusted, match="is not believed"),
    ):
        check(host, address)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (said(429, ("Retry-After", "17")), Throttled, "asks for a pause"),
        (said(500), RegistryUnreachable, "not answer as a registry: 500"),
        (
            said(302, ("Location", "http://169.254.169.254/latest/")),
            RegistryUnreachable,
            "not answer as a registry: 302",
        ),
        (said(200), Conflict, "asks nobody for a login"),
        (said(200, body=b"x" * 100_000), RegistryUnreachable, "too long"),
        (
            said(401, ("WWW-Authenticate", 'Bearer realm="file:///etc/passwd"')),
            RegistryUntrusted,
            "nothing was sent",
        ),
        (
            said(401, ("WWW-Authenticate", 'Bearer realm="https://localhost:1/token"')),
            RegistryUnreachable,
            "does not answer",
        ),
    ],
    ids=["throttled", "broken", "redirect", "open", "endless", "file", "dead realm"],
)
def test_registry_that_cannot_be_asked_is_told_as_what_it_is(
    address: str, answer: Answer, error: type[ProductError], words: str
) -> None:
    with server(address, answer) as host, pytest.raises(error, match=words) as told:
        check(host, address, plain=(host,))

    assert SECRET not in told.value.detail
    if isinstance(told.value, Throttled):
        assert told.value.retry_after == 17


def test_registry_that_drips_its_header_is_cut_off(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(v2, "ASK_SECONDS", 0.5)

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 401 Unauthorized\r\nX-Long: ")
        with suppress(OSError):
            for _ in range(200):
                request.wfile.write(b"x")
                time.sleep(0.1)

    begun = time.monotonic()
    with (
        server(address, answer) as host,
        pytest.raises(RegistryUnreachable, match="took too long"),
    ):
        check(host, address, plain=(host,))

    assert time.monotonic() - begun < 5


def test_nothing_is_asked_where_no_server_may_be(address: str) -> None:
    asked: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        said(200)(request)

    with server(address, answer) as host:
        network = f"{address}/32"
        for where, refused in (("127.0.0.1", ()), ("169.254.169.254", ()), (address, (network,))):
            with pytest.raises(RegistryUnreachable, match="not asked from here"):
                check(host, where, plain=(host,), refused=refused)
        with pytest.raises(RegistryUnreachable):
            check(host, address)  # without TLS, and not among those that may be without

    assert asked == []
