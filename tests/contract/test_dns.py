"""The authoritative servers of names, asked where real name servers answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from chalicelib.adapters.dns.authoritative import AuthoritativeDns
from tests.contract.knot import KNOTD, name_server
from tests.ports import free_port

TOP, FIRST, SECOND, FAR, NOBODY = (f"127.0.61.{n}" for n in (1, 2, 3, 4, 9))
LONG = '" "'.join(["x" * 200] * 12)

pytestmark = pytest.mark.skipif(KNOTD is None, reason="needs Knot")

TEST = f"""\
@ NS ns
ns A {TOP}
shop NS ns1.shop
shop NS ns2.shop
ns1.shop A {FIRST}
ns2.shop A {SECOND}
lame NS ns.lame
ns.lame A {FAR}
half NS ns1.half
half NS ns2.half
ns1.half A {FIRST}
ns2.half A {FAR}
dead NS ns.dead
ns.dead A {NOBODY}
weak NS ns1.weak
weak NS ns2.weak
ns1.weak A {FIRST}
ns2.weak A {NOBODY}
adrift NS nowhere.test.
apps NS ns.apps
ns.apps A {FAR}
glueless NS ns.apps
"""
SHOP = """\
@ NS ns1
@ NS ns2
@ A 192.0.2.1
ns1 A 127.0.61.2
ns2 A 127.0.61.3
same TXT "token"
same TXT "other"
www CNAME mine.apps.test.
near CNAME www
gone CNAME nothing
lost CNAME nobody.apps.test.
round CNAME and
and CNAME round
*.wild A 192.0.2.7
empty.nodes A 192.0.2.8
split TXT "{split}"
cut NS ns.cut
ns.cut A 127.0.61.4
"""


@pytest.fixture(scope="module")
def dns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthoritativeDns]:
    folder = tmp_path_factory.mktemp("dns")
    port = free_port(TOP, FIRST, SECOND, FAR)
    small = "@ NS ns1\n@ NS ns2\nns1 A 127.0.61.2\nns2 A 127.0.61.9\nwww A 192.0.2.5\n"
    big = f'big TXT "{LONG}"\n'
    with ExitStack() as servers:
        for name, address, zones in (
            ("top", TOP, {"test": TEST}),
            (
                "first",
                FIRST,
                {
                    "shop.test": SHOP.format(split="new") + big,
                    "half.test": small,
                    "weak.test": small,
                },
            ),
            ("second", SECOND, {"shop.test": SHOP.format(split="old") + big}),
            (
                "far",
                FAR,
                {
                    "apps.test": "@ NS ns\nns A 127.0.61.4\n*.x A 1.2.3.4\nmine 30 A 192.0.2.9\n",
                    "glueless.test": "@ NS ns.apps.test.\nwww A 192.0.2.6\n",
                    "cut.shop.test": "@ NS ns\n@ A 192.0.2.3\nns A 127.0.61.4\n",
                },
            ),
        ):
            servers.enter_context(name_server(folder / name, address, port, zones))
        yield AuthoritativeDns((TOP,), port=port)


def test_every_server_of_the_zone_is_asked(dns: AuthoritativeDns) -> None:
    answers = dns.ask_each("same.shop.test", "TXT")

    assert [answer.server for answer in answers] == [
        f"ns1.shop.test ({FIRST})",
        f"ns2.shop.test ({SECOND})",
    ]
    for answer in answers:
        assert (answer.outcome, answer.values) == ("found", ("other", "token"))
        assert (answer.ttl, answer.zone) == (300, "shop.test")


def test_servers_that_disagree_are_told_apart(dns: AuthoritativeDns) -> None:
    answers = dns.ask_each("split.shop.test", "TXT")

    assert [answer.values for answer in answers] == [("new",), ("old",)]


def test_aliases_are_followed_across_zones_and_the_shortest_time_told(
    dns: AuthoritativeDns,
) -> None:
    answer = dns.ask("near.shop.test", "A")

    assert answer.aliases == ("www.shop.test", "mine.apps.test")
    assert (answer.outcome, answer.values, answer.ttl) == ("found", ("192.0.2.9",), 30)
    assert answer.zone == "shop.test"


def test_alias_itself_is_told_when_it_is_asked_for(dns: AuthoritativeDns) -> None:
    answer = dns.ask("near.shop.test", "CNAME")

    assert (answer.values, answer.aliases) == (("www.shop.test",), ())


@pytest.mark.parametrize(("name", "last"), [("gone", "nothing.shop"), ("lost", "nobody.apps")])
def test_alias_of_nothing_says_where_it_ends(dns: AuthoritativeDns, name: str, last: str) -> None:
    answer = dns.ask(f"{name}.shop.test", "A")

    assert (answer.outcome, answer.values) == ("no_name", ())
    assert answer.aliases[-1] == f"{last}.test"


def test_aliases_in_a_circle_end(dns: AuthoritativeDns) -> None:
    answer = dns.ask("round.shop.test", "A")

    assert answer.outcome == "failed"
    assert "circle" in answer.detail


def test_name_that_is_not_there_differs_from_one_without_such_a_record(
    dns: AuthoritativeDns,
) -> None:
    assert dns.ask("never.shop.test", "A").outcome == "no_name"
    assert dns.ask("same.shop.test", "A").outcome == "no_data"
    assert dns.ask("nodes.shop.test", "A").outcome == "no_data"


def test_wildcard_answers_for_names_below_it(dns: AuthoritativeDns) -> None:
    assert dns.ask("a.b.wild.shop.test", "A").values == ("192.0.2.7",)
    assert dns.ask("wild.shop.test", "A").outcome == "no_data"


def test_answer_too_large_for_udp_comes_whole(dns: AuthoritativeDns) -> None:
    [value] = dns.ask("big.shop.test", "TXT").values

    assert value == "x" * 2400


def test_zone_cut_below_is_found(dns: AuthoritativeDns) -> None:
    answer = dns.ask("cut.shop.test", "A")

    assert (answer.zone, answer.values) == ("cut.shop.test", ("192.0.2.3",))


def test_server_whose_address_did_not_come_along_is_looked_up(dns: AuthoritativeDns) -> None:
    """It lies in another zone, whose servers the configured one does not ask for us."""
    answer = dns.ask("www.glueless.test", "A")

    assert (answer.outcome, answer.values) == ("found", ("192.0.2.6",))


def test_server_that_does_not_answer_for_the_zone_is_told(dns: AuthoritativeDns) -> None:
    [answer] = dns.ask_each("www.lame.test", "A")
    good, lame = dns.ask_each("www.half.test", "A")

    assert (answer.outcome, answer.server) == ("failed", f"ns.lame.test ({FAR})")
    assert "REFUSED" in answer.detail
    assert (good.outcome, good.values) == ("found", ("192.0.2.5",))
    assert lame.outcome == "failed"


def test_silent_server_keeps_no_other_from_being_heard_and_the_time_is_kept(
    dns: AuthoritativeDns,
) -> None:
    begun = time.monotonic()
    good, silent = dns.ask_each("www.weak.test", "A", seconds=3)
    [dead] = dns.ask_each("www.dead.test", "A", seconds=3)

    assert time.monotonic() - begun < 2 * 8  # two questions of 8 s each, if nothing is said
    assert (good.values, silent.outcome) == (("192.0.2.5",), "unreachable")
    assert dead.outcome == "unreachable"
    assert "does not answer" in dead.detail


def test_zone_whose_servers_have_no_address_cannot_be_reached(dns: AuthoritativeDns) -> None:
    answer = dns.ask("www.adrift.test", "A", seconds=3)

    assert (answer.outcome, answer.server) == ("unreachable", "nowhere.test")


def test_name_of_no_registered_zone_does_not_exist(dns: AuthoritativeDns) -> None:
    assert dns.ask("www.nothing.test", "A").outcome == "no_name"


def test_servers_in_refused_networks_are_never_asked(dns: AuthoritativeDns) -> None:
    careful = AuthoritativeDns((TOP,), port=dns.walker.port, refused=("127.0.0.0/8",))

    answers = careful.ask_each("same.shop.test", "TXT", seconds=2)

    assert {answer.outcome for answer in answers} == {"unreachable"}
    assert careful.ask("ns.test", "A").values == (TOP,)


def test_nothing_is_raised_without_any_name_server() -> None:
    nobody = AuthoritativeDns((NOBODY,), port=9)

    assert nobody.ask("www.shop.test", "A", seconds=1).outcome == "unreachable"
    assert nobody.ask("a..b", "A").outcome == "failed"


def test_our_own_name_servers_that_do_not_answer_are_told_from_those_of_others(
    dns: AuthoritativeDns,
) -> None:
    cut_off = AuthoritativeDns((NOBODY,), port=dns.walker.port)

    assert cut_off.ask("www.shop.test", "A").is_unheard
    # Whoever left no time for the question proves nothing of them.
    assert not cut_off.ask("www.shop.test", "A", seconds=0.5).is_unheard
    assert not dns.ask("www.dead.test", "A", seconds=3).is_unheard
    assert not dns.ask("www.nothing.nowhere", "A", seconds=3).is_unheard


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("b\u00fccher.de".encode("idna").decode(), "xn--bcher-kva.de"),
        ("shop.customers.localhost", "customers.localhost"),
    ],
)
def test_registered_name_is_known_without_asking(name: str, registered: str) -> None:
    assert AuthoritativeDns((NOBODY,)).registered_name(name) == registered
