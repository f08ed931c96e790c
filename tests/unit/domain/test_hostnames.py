"""Host names of apps and of people's own domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.hostnames import LABEL, app_host, checked_host, label_from

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
