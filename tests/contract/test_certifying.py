"""A certificate from the first look to the handshake, with nothing made up but the store.

A real Pebble in its strict mode refuses every second nonce and validates over a real Knot; the
proxies are a web server and a TLS server that show what the store tells them.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.adapters.authorities.acme import ACMEAuthority
from chalicelib.adapters.dns.authoritative import AuthoritativeDns
from chalicelib.adapters.probes.sockets import SocketProbes
from chalicelib.adapters.zones.rfc2136 import UpdatedZone
from chalicelib.domain import certificates
from chalicelib.domain.errors import CaaForbids, ChallengeFailed, PreflightFailed
from chalicelib.domain.routes import CERTIFICATE_KEY
from chalicelib.ports.records import Change, Create, Record, Work
from chalicelib.ports.route_writes import SetAlias
from chalicelib.runtime import wiring
from chalicelib.services.domains import certifying, issuing
from chalicelib.services.domains.challenges import ORDER
from infra.faults.simulated.ports import NoRates, OpenSeal
from infra.local.dns.zone import KEY_NAME, ZONE
from tests.contract.pebble import ADDRESS, Grounds, grounds, until
from tests.fakes.records import FakeRecords

HOST = "shop.customers.localhost"
WILDCARD = "*.apps.localhost"


class Tools:
    """What the services reach: everything real but the store, the seal and the counts."""

    def __init__(self, opened: Grounds, tls_port: int, store: FakeRecords) -> None:
        self.opened, self.store = opened, store
        self.known = SimpleNamespace(
            installation="test",
            epoch=1,
            apps_domain="apps.localhost",
            proxy_addresses=(ADDRESS,),
            authority_url=opened.pebble.directory,
            authority_contact="owner@example.com",
            authority_names=("letsencrypt.org",),
            challenge_port=opened.port80.port,
            proxy_tls_port=tls_port,
            dns_updates="rfc2136",
        )
        self.asked = AuthoritativeDns((ADDRESS,), port=opened.names.port)
        self.now, self.told = wiring.now, wiring.told

    def settings(self) -> Any:
        return self.known

    def records(self) -> FakeRecords:
        return self.store

    def seal(self) -> Any:
        return OpenSeal()

    def rates(self) -> Any:
        return NoRates()

    def dns(self) -> AuthoritativeDns:
        return self.asked

    def probes(self) -> SocketProbes:
        return SocketProbes()

    def zones(self) -> UpdatedZone:
        names = self.opened.names
        return UpdatedZone(f"{ADDRESS}#{names.port}", ZONE, KEY_NAME, names.secret)

    def authority(self, key: str, account: str = "") -> ACMEAuthority:
        roots = self.opened.pebble.files.root.read_text()
        return ACMEAuthority(self.known.authority_url, key, account=account, roots=roots)

    def paces(self) -> Any:
        return SimpleNamespace(of=lambda *_: {}, keep=lambda *_: None)


class Shown:
    """What the web server answers: challenges by token, and whose proxy it is."""

    def __init__(self, store: FakeRecords) -> None:
        self.store = store

    def get(self, name: str, default: str = "") -> str:
        if name == certificates.REACHABLE.rsplit("/", 1)[1]:
            return "test"
        found = self.store.challenges.get(name)
        return found.answer if found else default


@contextmanager
def tls_server(store: FakeRecords, folder: Path) -> Iterator[int]:
    """Shakes hands with the certificate that the store has for a name, or for its wildcard."""

    def context_of(host: str) -> ssl.SSLContext | None:
        wild = f"*.{host.partition('.')[2]}"
        found = store.certificates.get(host) or store.certificates.get(wild)
        if found is None:
            return None
        file = folder / "served.pem"
        key = OpenSeal().open(found.key, record=found.bound_to, field=CERTIFICATE_KEY)
        file.write_text(found.chain + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def choose(connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> int | None:
        context = context_of(host or "")
        if context is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = context
        return None

    first = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    first.sni_callback = choose

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError), closing(first.wrap_socket(plain, server_side=True)) as shaken:
                shaken.recv(1)

    with socket.create_server((ADDRESS, 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    with grounds(tmp_path_factory.mktemp("certifying")) as made:
        yield made


@pytest.fixture
def tools(opened: Grounds, tmp_path: Path) -> Iterator[Tools]:
    store = FakeRecords(wiring.now)
    opened.port80.answers = Shown(store)  # type: ignore[assignment]
    with tls_server(store, tmp_path) as port:
        yield Tools(opened, port, store)
    for kind in ("A", "AAAA", "CAA"):
        opened.names.remove(HOST, kind)


def made(tools: Tools, host: str) -> str:
    """A verified domain with work in hand on its certificate."""
    now = wiring.now()
    work = Work("certify", 1, "execution", now)
    domain = Record(
        id=f"dom_{'1' * 16}",
        type="domains",
        owner="user-a",
        status="verified",
        created_at=now,
        updated_at=now,
        generation=1,
        work=work,
        attributes={"hostname": host, "type": "custom", "deployment_id": "app-1"},
    )
    alias = SetAlias(host, "app-1", "app.apps.localhost", now)
    tools.store.commit(Create(domain), *(() if host.startswith("*") else (alias,)))
    return domain.id


def done(tools: Tools, domain: str, step: Callable[[Any, Record], str]) -> None:
    """Ask a step until nothing is awaited."""
    until(lambda: not step(tools, record(tools, domain)), step.__name__)


def record(tools: Tools, domain: str) -> Record:
    found = tools.store.get(domain)
    assert found is not None
    return found


def publish(tools: Any, domain: Record) -> str:
    return issuing.publish(tools, domain, anew=True)


def certified(tools: Tools, host: str) -> Record:
    """The domain after every step."""
    domain = made(tools, host)
    issuing.check(tools, record(tools, domain))  # type: ignore[arg-type]
    issuing.order(tools, record(tools, domain))  # type: ignore[arg-type]
    done(tools, domain, publish)
    done(tools, domain, issuing.validate)
    done(tools, domain, issuing.finish)
    issuing.store(tools, record(tools, domain))  # type: ignore[arg-type]
    done(tools, domain, issuing.served)
    certifying.finish(tools, record(tools, domain))  # type: ignore[arg-type]
    return record(tools, domain)


def trusted(tools: Tools, host: str) -> dict[str, Any]:
    """What a client that believes the authority sees of a name."""
    context = ssl.create_default_context(cadata=tools.opened.pebble.root())
    address = (ADDRESS, tools.known.proxy_tls_port)
    with (
        socket.create_connection(address, timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as shaken,
    ):
        return dict(shaken.getpeercert() or {})


def test_clients_trust_the_name_of_a_customer(tools: Tools, opened: Grounds) -> None:
    opened.names.set(HOST, "A", ADDRESS)

    found = certified(tools, HOST)

    assert trusted(tools, HOST)["subjectAltName"] == (("DNS", HOST),)
    assert (found.work, found.sealed, tools.store.challenges) == (None, {}, {})
    assert found.attributes["certificate_error"] is None
    assert all(verdict["ok"] for verdict in found.attributes["certificate_preflight"])
    asked = [path for path in opened.port80.asked if path.startswith(certificates.WELL_KNOWN)]
    assert len(asked) >= 2, "the authority looked besides the step itself"


def test_clients_trust_every_name_of_the_apps(tools: Tools, opened: Grounds) -> None:
    found = certified(tools, WILDCARD)

    assert trusted(tools, "anything.apps.localhost")["subjectAltName"] == (("DNS", WILDCARD),)
    assert opened.names.ask("_acme-challenge.apps.localhost", "TXT") == []
    assert found.attributes[ORDER] is None


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ((HOST, "CAA", '0 issue "other.test"'), CaaForbids),
        (("customers.localhost", "CAA", '0 issue ";"'), CaaForbids),
        ((HOST, "AAAA", "2001:db8::1"), PreflightFailed),
        ((HOST, "A", "192.0.2.1"), PreflightFailed),
    ],
)
def test_preflight_sees_what_the_name_servers_say(
    tools: Tools, opened: Grounds, said: tuple[str, str, str], error: type[Exception]
) -> None:
    name, kind, value = said
    opened.names.set(HOST, "A", ADDRESS)
    opened.names.set(name, kind, value)
    domain = made(tools, HOST)

    try:
        with pytest.raises(error) as predicted:
            issuing.check(tools, record(tools, domain))  # type: ignore[arg-type]
    finally:
        opened.names.remove(name, kind)

    assert any(word in str(predicted.value) for word in ("Add to", "Remove", "the proxies are at"))
    shown = record(tools, domain).attributes["certificate_preflight"]
    assert [one["check"] for one in shown if not one["ok"]] == [
        "caa" if kind == "CAA" else "address"
    ]


def test_prediction_comes_true(tools: Tools, opened: Grounds) -> None:
    """What the preflight says that the authority would not see, it does not see."""
    opened.names.set(HOST, "A", ADDRESS)
    tools.known.challenge_port = tools.known.proxy_tls_port  # nothing of ours speaks HTTP there
    domain = made(tools, HOST)
    with pytest.raises(PreflightFailed, match="Nothing answers"):
        issuing.check(tools, record(tools, domain))  # type: ignore[arg-type]
    issuing.order(tools, record(tools, domain))  # type: ignore[arg-type]

    with pytest.raises(ChallengeFailed):
        done(tools, domain, issuing.validate)

    # The next try finds that order over, and makes another one.
    first = record(tools, domain).attributes[ORDER]["url"]
    issuing.order(tools, record(tools, domain))  # type: ignore[arg-type]
    assert record(tools, domain).attributes[ORDER]["url"] != first


def test_authority_that_lost_everything_is_begun_with_anew(tools: Tools, opened: Grounds) -> None:
    opened.names.set(HOST, "A", ADDRESS)
    domain = made(tools, HOST)
    issuing.order(tools, record(tools, domain))  # type: ignore[arg-type]
    known = record(tools, domain)
    lost = {**known.attributes[ORDER], "url": f"{known.attributes[ORDER]['url']}00"}
    tools.store.commit(Change(of=known, attributes={ORDER: lost}))

    issuing.order(tools, record(tools, domain))  # type: ignore[arg-type]

    fresh = record(tools, domain).attributes[ORDER]
    assert fresh["url"] not in {lost["url"], known.attributes[ORDER]["url"]}
