"""Certificates that a HAProxy which runs is given, and what goes wrong with them."""

from __future__ import annotations

import logging
import signal
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from infra.proxy.balancer import Silent
from infra.proxy.keeper import Keeper
from infra.proxy.pairs import pair_of
from infra.proxy.served import Refused, Served
from infra.proxy.shelf import Shelf
from infra.proxy.table import Item, RouteTable
from tests.proxy.front import Front, front
from tests.proxy.issued import Issued, Opened, connected, issued, shown
from tests.proxy.rig import until


class Materials(RouteTable):
    """The certificates of a table, by host."""

    def __init__(self) -> None:
        self.held: dict[str, Item] = {}
        self.asked: list[str] = []
        self.is_away = False

    def certificates(self, hosts: list[str]) -> Iterator[Item]:
        if self.is_away:
            raise EndpointConnectionError(endpoint_url="http://table.test")
        self.asked += hosts
        yield from (self.held[host] for host in hosts if host in self.held)


@dataclass
class Kept:
    """A HAProxy that runs, and the keeper of its certificates."""

    front: Front
    table: Materials
    seal: Opened
    keeper: Keeper

    def anew(self) -> None:
        """Have another keeper, as an agent that starts has."""
        self.keeper = keeper_of(self.front, self.table, self.seal)

    def hold(self, host: str, certificate: Issued | None = None, **more: Any) -> str:
        """Put a certificate into the table; returns its fingerprint."""
        made = certificate or issued(host)
        self.table.held[host] = made.item(host, **more)
        return made.fingerprint

    def serve(self, *hosts: str) -> dict[str, str]:
        """Have certificates of these hosts and of no other; returns the fingerprints."""
        wanted = {host: str(self.table.held[host]["fingerprint"]) for host in hosts}
        self.keeper.want(wanted)
        self.keeper.look()
        return wanted

    def shown(self, host: str) -> str:
        return shown(self.front.settings.tls_port, host)


def keeper_of(running: Front, table: Materials, seal: Opened) -> Keeper:
    files = running.settings.files
    made = Keeper(table, Served(running.balancer, files), Shelf(files), seal)
    made.open()
    return made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("certificates")) as made:
        yield made


@pytest.fixture
def kept(running: Front) -> Iterator[Kept]:
    table, seal = Materials(), Opened()
    made = Kept(running, table, seal, keeper_of(running, table, seal))
    yield made
    made.serve()


def test_a_certificate_is_served_for_its_host_alone(kept: Kept) -> None:
    kept.hold("a.test", issued("a.test", "other.test"))
    default = kept.shown("other.test")

    wanted = kept.serve("a.test")

    assert kept.shown("a.test") == wanted["a.test"]
    assert kept.shown("other.test") == default != wanted["a.test"]
    assert kept.keeper.secured == {"a.test"}


def test_a_wildcard_is_served_for_every_name_below_it_without_one_of_its_own(kept: Kept) -> None:
    kept.hold("*.apps.test")
    kept.hold("x.apps.test")

    wanted = kept.serve("*.apps.test", "x.apps.test")

    assert kept.shown("y.apps.test") == wanted["*.apps.test"]
    assert kept.shown("x.apps.test") == wanted["x.apps.test"]


def test_a_renewed_certificate_breaks_no_connection(kept: Kept) -> None:
    kept.hold("a.test")
    before = kept.serve("a.test")["a.test"]
    request = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"
    with connected(kept.front.settings.tls_port, "a.test") as open_before:
        open_before.sendall(request)
        assert open_before.recv(65536)
        kept.hold("a.test")

        after = kept.serve("a.test")["a.test"]

        assert kept.shown("a.test") == after != before
        open_before.sendall(request)
        assert open_before.recv(65536).startswith(b"HTTP/1.1 404")
    assert kept.front.balancer.say("show ssl crt-list certs.list").count("a.test") == 1


def test_a_certificate_goes_with_its_route(kept: Kept) -> None:
    kept.hold("a.test")
    kept.serve("a.test")
    file = kept.keeper.shelf.file("a.test")
    assert file.exists()

    kept.serve()

    default = kept.shown("nobody.test")
    assert kept.shown("a.test") == default
    assert not file.exists()
    assert kept.keeper.secured == frozenset()
    assert str(file.name) not in kept.front.balancer.say("show ssl cert")


def test_material_is_read_only_for_what_is_not_on_disk(kept: Kept) -> None:
    kept.hold("a.test")
    kept.serve("a.test")
    kept.anew()
    kept.hold("b.test")
    kept.table.asked.clear()

    kept.serve("a.test", "b.test")

    assert kept.table.asked == ["b.test"]


def test_files_are_for_this_user_alone_and_hold_no_hosts_names(kept: Kept) -> None:
    kept.hold("a.test")
    kept.serve("a.test")

    folder = kept.front.settings.files.certificates
    for file in (*folder.iterdir(), kept.front.settings.files.certificate_list):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
        assert "a.test" not in file.name
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_bad_certificate_is_told_once_and_keeps_no_other_waiting(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.hold("bad.test", issued("other.test"))
    kept.hold("broken.test", chain="-----BEGIN CERTIFICATE-----\n\ndel map routes.map\n")
    kept.hold("sealed.test", key="of another record")
    other = issued("mixed.test").key
    kept.hold("mixed.test", key=f"sealed {other}")
    kept.hold("stale.test")
    kept.hold("a.test")
    gone = {"gone.test": "ab" * 32, "stale.test": "cd" * 32}
    hosts = ("bad.test", "broken.test", "sealed.test", "mixed.test", "a.test")
    wanted = {host: str(kept.table.held[host]["fingerprint"]) for host in hosts} | gone

    for _ in range(2):
        kept.keeper.want(wanted)
        kept.keeper.try_again()
        kept.keeper.look()

    assert kept.shown("a.test") == wanted["a.test"]
    assert kept.keeper.secured == {"a.test"}
    assert kept.keeper.has_tried
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert sorted(told) == [
        "The certificate of bad.test: it is for other names",
        "The certificate of broken.test: its chain is no PEM of certificates",
        "The certificate of gone.test: there is no such certificate",
        "The certificate of mixed.test: its key is another certificate's",
        "The certificate of sealed.test: This secret cannot be opened here.",
        "The certificate of stale.test: it is another one than the route names",
    ]
    assert "PRIVATE" not in caplog.text
    assert set(kept.keeper.troubles) == set(wanted) - {"a.test"}


def test_what_was_bad_is_served_once_it_is_put_right(kept: Kept) -> None:
    made = issued("a.test")
    kept.hold("a.test", made, key="broken")
    kept.serve("a.test")
    kept.hold("a.test", made)
    kept.keeper.look()
    assert kept.keeper.troubles

    kept.keeper.try_again()
    kept.keeper.look()

    assert kept.shown("a.test") == made.fingerprint
    assert not kept.keeper.troubles


def test_a_bad_renewal_leaves_what_was_served(kept: Kept) -> None:
    kept.hold("a.test")
    before = kept.serve("a.test")["a.test"]
    kept.hold("a.test", key="broken")

    kept.serve("a.test")

    assert kept.shown("a.test") == before
    assert kept.keeper.secured == {"a.test"}


def test_keys_that_cannot_be_opened_now_are_opened_later(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.seal.is_away = True
    hosts = [f"k{number}.test" for number in range(100)]
    for host in hosts:
        kept.hold(host)

    wanted = kept.serve(*hosts)
    assert kept.keeper.has_tried
    assert len(kept.table.asked) < len(hosts)
    kept.seal.is_away = False
    kept.keeper.try_again()
    kept.keeper.look()

    assert kept.keeper.secured == set(hosts)
    assert kept.shown("k99.test") == wanted["k99.test"]
    assert [text for text in caplog.messages if " away" in text or " back" in text] == [
        "The keys of certificates are away; the last good copy stays: "
        "The key service does not answer; try again.",
        "The keys of certificates are back",
    ]


def test_a_table_that_does_not_answer_is_asked_again(kept: Kept) -> None:
    kept.hold("a.test")
    kept.table.is_away = True
    wanted = kept.serve("a.test")
    kept.table.is_away = False
    kept.keeper.try_again()

    kept.keeper.look()

    assert kept.shown("a.test") == wanted["a.test"]


def test_without_a_key_nothing_can_be_opened(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.keeper.opener = None
    kept.hold("a.test")

    kept.serve("a.test")

    assert "HOSTER_KMS_KEY is not set" in caplog.text


def test_hundreds_of_certificates_at_the_start_take_seconds(kept: Kept) -> None:
    hosts = [f"m{number}.test" for number in range(200)]
    for host in hosts:
        kept.hold(host)

    began = time.monotonic()
    wanted = kept.serve(*hosts)
    took = time.monotonic() - began

    assert kept.keeper.secured == set(hosts)
    assert kept.shown("m199.test") == wanted["m199.test"]
    assert took < 30
    began = time.monotonic()
    kept.anew()
    kept.serve(*hosts)
    assert time.monotonic() - began < 15


def test_a_change_that_an_agent_left_in_the_middle_is_taken_back(kept: Kept) -> None:
    kept.hold("a.test")
    kept.hold("b.test")
    before = kept.serve("a.test")["a.test"]
    name = kept.keeper.shelf.name("a.test")
    half = issued("a.test")
    said = kept.front.balancer.say(f"set ssl cert {name} <<\n{half.chain}{half.key}")
    assert "Transaction created" in said

    kept.anew()
    wanted = kept.serve("a.test", "b.test")

    assert kept.shown("a.test") == before
    assert kept.shown("b.test") == wanted["b.test"]
    assert "# transaction" not in kept.front.balancer.say("show ssl cert")


def test_what_haproxy_has_is_made_equal_to_what_lies_on_disk(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.hold("a.test")
    kept.hold("b.test")
    wanted = kept.serve("a.test", "b.test")
    other, names = issued("a.test"), [kept.keeper.shelf.name(host) for host in ("a.test", "b.test")]
    served = kept.keeper.served
    served.load(names[0], other.chain + other.key, "a.test", known=True, listed=True)
    served.unload(names[1], listed=True)
    served.load("certs/x.pem", other.chain + other.key, "x.test", known=False, listed=False)
    assert kept.shown("x.test") == kept.shown("a.test") == other.fingerprint

    kept.keeper.compare()
    kept.keeper.look()

    assert {host: kept.shown(host) for host in wanted} == wanted
    assert kept.shown("x.test") == kept.shown("nobody.test")
    assert caplog.text.count("another certificate") == 2


def test_a_proxy_that_starts_serves_what_lies_on_disk(tmp_path: Path) -> None:
    table, seal = Materials(), Opened()
    with front(tmp_path) as first:
        kept = Kept(first, table, seal, keeper_of(first, table, seal))
        kept.hold("a.test")
        kept.hold("*.apps.test")
        wanted = kept.serve("a.test", "*.apps.test")

    with front(tmp_path) as second:
        assert shown(second.settings.tls_port, "a.test") == wanted["a.test"]
        assert shown(second.settings.tls_port, "y.apps.test") == wanted["*.apps.test"]
        assert keeper_of(second, table, seal).secured == wanted.keys()


def test_a_copy_on_disk_that_is_broken_keeps_no_proxy_from_starting(tmp_path: Path) -> None:
    table, seal = Materials(), Opened()
    with front(tmp_path) as first:
        kept = Kept(first, table, seal, keeper_of(first, table, seal))
        hosts = ("a.test", "b.test", "c.test")
        for host in hosts:
            kept.hold(host)
        wanted = kept.serve(*hosts)
        files = [kept.keeper.shelf.file(host) for host in hosts]
    files[0].write_text("garbage")
    files[1].write_bytes(files[1].read_bytes()[:-300])
    listed = first.settings.files.certificate_list
    listed.write_text(listed.read_text() + "certs/missing.pem x.test\n../../etc/passwd y.test\n")
    first.settings.files.door_client.write_text("garbage")

    with front(tmp_path) as second:
        assert shown(second.settings.tls_port, "c.test") == wanted["c.test"]
        again = Kept(second, table, seal, keeper_of(second, table, seal))
        assert again.keeper.secured == {"c.test"}
        again.serve(*hosts)
        assert {host: again.shown(host) for host in hosts} == wanted


def test_the_client_certificate_and_its_authority_are_those_of_the_table(kept: Kept) -> None:
    authority, files = issued("ca"), kept.front.settings.files
    made = issued("proxy")
    kept.hold("#client", made, authority=authority.chain)
    mark = pair_of(made.chain, made.key).mark
    kept.keeper.reload = lambda: kept.front.process.send_signal(signal.SIGUSR2)
    kept.serve("#client")

    until(lambda: mark in _client(kept))
    assert (
        pair_of(authority.chain, authority.key).mark
        in kept.front.balancer.say("show ssl ca-file door/authority.pem").lower()
    )
    assert files.door_authority.read_text() == authority.chain
    assert stat.S_IMODE(files.door_client.stat().st_mode) == 0o600
    assert kept.keeper.secured == frozenset()
    kept.serve()
    assert mark in _client(kept)


def _client(kept: Kept) -> str:
    """What HAProxy tells of the certificate that it shows to doors; nothing while it reloads."""
    try:
        return kept.front.balancer.say("show ssl cert door/client.pem").lower()
    except Silent:
        return ""


def test_haproxy_refuses_what_is_no_certificate_and_keeps_what_it_had(kept: Kept) -> None:
    kept.hold("a.test")
    before = kept.serve("a.test")["a.test"]
    name = kept.keeper.shelf.name("a.test")

    with pytest.raises(Refused, match="does not take it"):
        kept.keeper.served.load(name, "nonsense", "a.test", known=True, listed=True)

    assert kept.shown("a.test") == before


def test_a_haproxy_that_is_away_is_given_all_of_it_when_it_is_back(tmp_path: Path) -> None:
    table, seal = Materials(), Opened()
    with front(tmp_path) as first:
        kept = Kept(first, table, seal, keeper_of(first, table, seal))
    kept.hold("a.test")
    kept.serve("a.test")
    assert not kept.keeper.has_tried
    with pytest.raises(Silent):
        kept.keeper.served.files()

    with front(tmp_path) as second:
        kept = Kept(second, table, seal, kept.keeper)
        kept.keeper.served = Served(second.balancer, second.settings.files)
        wanted = kept.serve("a.test")

        assert kept.shown("a.test") == wanted["a.test"]


def test_a_keeper_goes_on_after_what_nobody_thought_of(
    kept: Kept, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.hold("a.test")
    looks: list[int] = []
    look = kept.keeper.look

    def failing() -> None:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("nobody thought of this")
        look()

    monkeypatch.setattr(kept.keeper, "look", failing)
    stopping = threading.Event()
    thread = threading.Thread(target=kept.keeper.run, args=(stopping,))
    thread.start()
    fingerprint = str(kept.table.held["a.test"]["fingerprint"])
    kept.keeper.want({"a.test": fingerprint})

    kept.keeper.try_again()
    until(lambda: kept.keeper.has_tried)
    stopping.set()
    kept.keeper.stop()
    thread.join()

    assert kept.shown("a.test") == fingerprint
    assert "nobody thought of this" in caplog.text
