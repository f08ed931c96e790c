"""The local name server: its zone, changes that the key signs, and what a restart keeps."""

from __future__ import annotations

from dataclasses import replace

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from infra.local.dns.records import NotChanged
from infra.local.dns.zone import APPS_DOMAIN, CUSTOMERS_DOMAIN, Files
from infra.local.platform.layout import DNS_ADDRESS
from tests.local.dns.conftest import Rig

SHOP = f"shop.{CUSTOMERS_DOMAIN}"


def test_apps_are_on_this_machine_and_the_server_is_the_authority(rig: Rig) -> None:
    query = dns.message.make_query(f"hello.{APPS_DOMAIN}.", "A")

    answer = dns.query.udp(query, DNS_ADDRESS, timeout=5, port=rig.port)

    assert answer.flags & dns.flags.AA
    assert rig.server.ask(f"hello.{APPS_DOMAIN}", "A") == ["127.0.0.1"]
    assert rig.server.ask("localhost", "NS") == ["ns.localhost."]
    assert rig.server.ask("ns.localhost", "A") == [DNS_ADDRESS]


def test_names_elsewhere_are_refused(rig: Rig) -> None:
    query = dns.message.make_query("example.com.", "A")

    answer = dns.query.udp(query, DNS_ADDRESS, timeout=5, port=rig.port)

    assert answer.rcode() == dns.rcode.REFUSED


def test_record_is_set_replaced_and_removed(rig: Rig) -> None:
    rig.server.set(SHOP, "CNAME", f"one.{APPS_DOMAIN}")
    rig.server.set(SHOP, "CNAME", f"two.{APPS_DOMAIN}.")
    assert rig.server.ask(SHOP, "CNAME") == [f"two.{APPS_DOMAIN}."]
    assert rig.server.ask(SHOP, "A") == ["127.0.0.1"]

    rig.server.remove(SHOP)
    assert rig.server.ask(SHOP, "CNAME") == []


def test_texts_are_kept_letter_by_letter(rig: Rig) -> None:
    rig.server.set(f"_proof.{SHOP}", "TXT", 'a "b" \\c', "another one")

    told = rig.server.ask(f"_proof.{SHOP}", "TXT")

    assert sorted(told) == ['"a \\"b\\" \\\\c"', '"another one"']


def test_one_kind_is_removed_and_the_others_stay(rig: Rig) -> None:
    rig.server.set(SHOP, "A", "127.0.0.1")
    rig.server.set(SHOP, "TXT", "kept")

    rig.server.remove(SHOP, "A")

    assert rig.server.ask(SHOP, "A") == []
    assert rig.server.ask(SHOP, "TXT") == ['"kept"']


def test_change_of_another_zone_is_refused(rig: Rig) -> None:
    with pytest.raises(NotChanged, match="NOTZONE"):
        rig.server.set("shop.example.com", "A", "127.0.0.1")


def test_change_that_another_key_signs_is_refused(rig: Rig) -> None:
    stranger = replace(rig.server, secret="c3RyYW5nZXI=")

    with pytest.raises(NotChanged):
        stranger.set(SHOP, "A", "127.0.0.1")

    assert rig.server.ask(SHOP, "A") == []


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_restart_keeps_zone_and_key(rig: Rig, end: str) -> None:
    secret = rig.server.secret
    rig.server.set(SHOP, "TXT", "here still")

    getattr(rig, end)()
    rig.start()

    assert rig.server.secret == secret
    assert rig.server.ask(SHOP, "TXT") == ['"here still"']


def test_secret_is_read_by_its_owner_alone(rig: Rig) -> None:
    files = Files(rig.folder)

    assert {path.stat().st_mode & 0o777 for path in (files.key, files.config)} == {0o600}


def test_people_change_records_by_command(rig: Rig) -> None:
    assert rig.command("set", SHOP, "cname", f"hello.{APPS_DOMAIN}").returncode == 0
    assert f"{SHOP}. 60 IN CNAME hello.{APPS_DOMAIN}." in rig.command("show").stdout
    assert rig.command("remove", SHOP).returncode == 0
    assert SHOP not in rig.command("show").stdout


def test_command_tells_what_the_server_refuses(rig: Rig) -> None:
    done = rig.command("set", "shop.example.com", "A", "127.0.0.1")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The name server refuses: NOTZONE.\n"
