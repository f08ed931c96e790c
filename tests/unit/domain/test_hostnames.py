"""Host names of apps and of people's own domains."""

from __future__ import annotations

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.hostnames import (
    LABEL,
    RESERVED,
    app_host,
    checked_host,
    label_from,
    own_host,
)

DEPLOYMENT = "0192f3a1-7b2c-7def-8abc-0123456789ab"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("My Blog", "my-blog"),
        ("--a__b--", "a-b"),
        ("ünï", "n"),
        ("日本", "app"),
        ("", "app"),
        ("...", "app"),
        ("x" * 50, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_label_is_made_of_a_name(name: str, label: str) -> None:
    assert label_from(name) == label


@given(st.text())
def test_every_name_gives_a_dns_label(name: str) -> None:
    label = label_from(name)

    assert LABEL.fullmatch(label)
    assert len(label) <= 40
    assert label_from(label) == label


def test_first_host_is_the_name_and_later_ones_hold_parts_of_the_id() -> None:
    hosts = [app_host("My Blog", DEPLOYMENT, "apps.test", attempt=n) for n in range(4)]

    assert hosts[:2] == ["my-blog.apps.test", "my-blog-6789ab.apps.test"]
    assert len(set(hosts)) == 4


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_labels_always_have_a_suffix(name: str) -> None:
    hosts = [app_host(name.upper(), DEPLOYMENT, "apps.test", attempt=n) for n in range(3)]

    assert hosts[0] == f"{name}-6789ab.apps.test"
    assert len(set(hosts)) == 3
    assert f"{name}.apps.test" not in hosts


@given(st.text(), st.uuids(), st.integers(0, 5))
def test_every_automatic_host_name_is_one(name: str, deployment: object, attempt: int) -> None:
    host = app_host(name, str(deployment), "apps.example.com", attempt=attempt)

    assert checked_host(host) == host


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.com", "example.com"),
        (" WWW.Example.COM ", "www.example.com"),
        ("example.com.", "example.com"),
        ("a-b.c-d.example", "a-b.c-d.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("a\u3002example", "a.example"),
        ("fa\u00df.example", "xn--fa-hia.example"),
        (
            "\u0645\u062b\u0627\u0644.\u0625\u062e\u062a\u0628\u0627\u0631",
            "xn--mgbh0fb.xn--kgbechtv",
        ),
        ("r3---sn.example", "r3---sn.example"),
        ("0x7f.example", "0x7f.example"),
        ("1.example", "1.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_host_name_is_normalised(typed: str, host: str) -> None:
    assert checked_host(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "localhost",
        "example.com..",
        ".example.com",
        "a..example",
        "-a.example",
        "a-.example",
        "a_b.example",
        "a b.example",
        "a\n.example.com",
        "example.com\n.",
        "a\texample.com",
        "*.example.com",
        "http://example.com",
        "example.com/path",
        "example.com:80",
        "user@example.com",
        "127.0.0.1",
        "127.1",
        "1.2.3.0x4",
        "a.0x",
        "xn--.example",
        "xn--\u00fc.example",
        "xn--zzzzzz99999.example",
        "\u0301a.example",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "[::1]",
        "a" * 64 + ".example",
        "ü" * 64 + ".example",
        ".".join(["a" * 50] * 6),
        "a\0.example",
        "\ud800.example",
    ],
)
def test_what_is_no_host_name_is_none(typed: str) -> None:
    assert checked_host(typed) is None


@given(st.text(alphabet=st.sampled_from("aAüß.-_ \n\t\u3002\uff111x")) | st.text())
def test_what_is_taken_is_plain_and_stays_as_it_is(typed: str) -> None:
    host = checked_host(typed) or "example.com"

    assert set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert checked_host(host) == host


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,8}){1,3}", fullmatch=True))
def test_name_is_taken_in_any_case_and_with_a_dot_at_its_end(name: str) -> None:
    for typed in (name.upper(), f"{name}.", f"  {name.title()}\n"):
        assert checked_host(typed) == checked_host(name)


@given(st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1, max_size=20))
def test_international_name_reads_back_as_itself(label: str) -> None:
    host = checked_host(f"{label}.example")

    if host is not None:
        assert len(host) <= 253
        assert all(len(part) <= 63 for part in host.split("."))
        assert checked_host(idna.decode(host)) == host


@given(st.ip_addresses())
def test_address_is_no_name(address: object) -> None:
    assert checked_host(str(address)) is None
    with pytest.raises(ValueError, match="is an address"):
        own_host(str(address), "apps.test")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("*.example.com", "wildcard"),
        ("10.0.0.1", "is an address"),
        ("[::1]", "is an address"),
        ("https://example.com", "more than a host name"),
        ("example.com:80", "more than a host name"),
        ("localhost", "no full name"),
        ("", "no full name"),
        (".".join(["a" * 50] * 6), "longer than 253"),
        ("x" * 64 + ".com", "more than 63"),
        ("a_b.example", "must be a full host name"),
        ("apps.test", "given automatically"),
        ("X.Apps.Test.", "given automatically"),
        ("a.b.apps.test", "given automatically"),
    ],
)
def test_name_that_nobody_can_bring_is_refused_with_its_reason(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        own_host(typed, "apps.test")


def test_name_beside_ours_can_be_brought() -> None:
    assert own_host("Myapps.test", "apps.test") == "myapps.test"
