"""What predicts that a certificate authority would refuse, and what to change about it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.preflight import (
    address_verdict,
    budget_verdict,
    caa_verdict,
    name_verdict,
    names_to_climb,
    port_verdict,
    read_caa,
)

OURS = ("letsencrypt.org",)
HOST = "shop.example.com"
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
AUTHORITY = st.from_regex(r"[a-z]{1,10}\.(org|com|test)", fullmatch=True)


def allows(*texts: str, host: str = HOST, method: str = "http-01", account: str = "") -> bool:
    return caa_verdict(
        host, "example.com", texts, authorities=OURS, method=method, account=account
    ).ok


@pytest.mark.parametrize(
    ("texts", "ok"),
    [
        ((), True),
        (('0 issue "letsencrypt.org"',), True),
        (('0 issue "LetsEncrypt.org"',), True),
        (("0 issue letsencrypt.org",), True),
        (('0 issue "other.test"',), False),
        (('0 issue ";"',), False),
        (('0 issue ""',), False),
        (('0 issue "other.test"', '0 issue "letsencrypt.org"'), True),
        (('0 iodef "mailto:a@example.com"',), True),
        (('0 issuewild "other.test"',), True),
        (('0 issue "letsencrypt.org"', '0 issuewild ";"'), True),
        (('128 tbs "unknown"', '0 issue "letsencrypt.org"'), False),
        (('0 tbs "unknown"', '0 issue "letsencrypt.org"'), True),
        (('128 issue "letsencrypt.org"',), True),
        (("nonsense",), False),
        (('0 issue "letsencrypt.org; validationmethods=dns-01"',), False),
        (('0 issue "letsencrypt.org; validationmethods=dns-01,http-01"',), True),
        (('0 issue "letsencrypt.org; accounturi=https://a.test/2"',), False),
        (('0 issue "letsencrypt.org; accounturi=https://a.test/1"',), True),
    ],
)
def test_caa_records_of_a_name(texts: tuple[str, ...], ok: bool) -> None:
    assert allows(*texts, account="https://a.test/1") is ok


@pytest.mark.parametrize(
    ("texts", "ok"),
    [
        (('0 issue "letsencrypt.org"',), True),
        (('0 issue "other.test"', '0 issuewild "letsencrypt.org"'), True),
        (('0 issue "letsencrypt.org"', '0 issuewild "other.test"'), False),
        (('0 issue "letsencrypt.org"', '0 issuewild ";"'), False),
    ],
)
def test_caa_records_of_a_wildcard(texts: tuple[str, ...], ok: bool) -> None:
    assert allows(*texts, host="*.example.com", method="dns-01") is ok


@given(st.lists(AUTHORITY, min_size=1, max_size=5))
def test_authority_that_is_named_is_let_and_no_other(named: list[str]) -> None:
    texts = [f'0 issue "{one}"' for one in named]

    assert allows(*texts, '0 issue "letsencrypt.org"')
    assert allows(*texts) is ("letsencrypt.org" in named)


@given(st.text(max_size=60))
def test_whatever_a_caa_record_says_it_is_judged(text: str) -> None:
    verdict = caa_verdict(HOST, HOST, [text], authorities=OURS, method="http-01")

    assert verdict.ok or verdict.advice
    assert isinstance(read_caa(text).terms, dict)


@given(st.lists(LABEL, min_size=1, max_size=6), st.booleans())
def test_every_name_above_is_climbed_to_once(labels: list[str], wild: bool) -> None:
    host = ".".join(labels)

    climbed = names_to_climb(f"*.{host}" if wild else host)

    assert climbed[0] == host
    assert climbed[-1] == labels[-1]
    assert len(climbed) == len(labels)
    assert all(lower.endswith(f".{upper}") for lower, upper in itertools.pairwise(climbed))


def test_advice_names_the_record_to_add() -> None:
    verdict = caa_verdict(
        HOST, "example.com", ['0 issue "other.test"'], authorities=OURS, method="http-01"
    )

    assert "let other.test give certificates" in verdict.detail
    assert verdict.advice == 'Add to example.com a CAA record: 0 issue "letsencrypt.org".'
    assert verdict.sentence.endswith(verdict.advice)


ADDRESS = st.sampled_from(["203.0.113.1", "203.0.113.2", "198.51.100.9", "2001:db8::1"])


@given(st.lists(ADDRESS, max_size=5), st.lists(ADDRESS, min_size=1, max_size=3))
def test_every_address_has_to_be_a_proxys(found: list[str], expected: list[str]) -> None:
    verdict = address_verdict(HOST, found, expected)

    assert verdict.ok is (bool(found) and set(found) <= set(expected))
    assert verdict.ok or verdict.advice


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((), "has no address."),
        (("198.51.100.9",), "and not to the app proxies"),
        (("203.0.113.1", "2001:db8::1"), "Remove the AAAA records of 2001:db8::1"),
        (("203.0.113.1", "198.51.100.9"), "Remove the A records of 198.51.100.9"),
    ],
)
def test_addresses_that_lead_astray_are_named(found: tuple[str, ...], words: str) -> None:
    assert words in address_verdict(HOST, found, ["203.0.113.1"]).sentence


def test_what_others_chose_is_named_in_short() -> None:
    many = [f"198.51.100.{n}" for n in range(200)]
    records = [f'0 issue "{n}{"x" * 2000}.test"' for n in range(300)]

    astray = address_verdict(HOST, many, ["203.0.113.1"])
    caa = caa_verdict(HOST, HOST, records, authorities=OURS, method="http-01")
    odd = caa_verdict(HOST, HOST, ["128 x" + "y" * 9000], authorities=OURS, method="http-01")
    none = address_verdict(HOST, [], ["203.0.113.1"], why_none="z" * 9000)

    assert "198.51.100.100, 198.51.100.101 and 195 more" in astray.sentence
    assert "and 295 more" in caa.detail
    for verdict in (astray, caa, odd, none):
        assert len(verdict.sentence) <= 1000
        assert len(verdict.document()["detail"]) <= 1000


@pytest.mark.parametrize(
    ("seen", "ok", "words"),
    [
        ({"203.0.113.1": "ours"}, True, "answer on port 80"),
        ({"203.0.113.1": "ours", "203.0.113.2": "silent"}, False, "port 80 of 203.0.113.2"),
        ({"203.0.113.1": "other"}, False, "Something else"),
    ],
)
def test_proxies_answer_at_every_address(seen: dict[str, str], ok: bool, words: str) -> None:
    verdict = port_verdict(HOST, 80, seen)  # type: ignore[arg-type]

    assert verdict.ok is ok
    assert words in verdict.sentence


@pytest.mark.parametrize(
    ("host", "ok"),
    [
        (HOST, True),
        ("*.example.com", True),
        ("xn--bcher-kva.example.com", True),
        ("xn--a.example.com", False),
        ("-a.example.com", False),
        (f"{'a' * 64}.example.com", False),
        (".".join(["a" * 60] * 5), False),
    ],
)
def test_names_that_a_certificate_can_be_for(host: str, ok: bool) -> None:
    assert name_verdict(host).ok is ok


def test_budget_that_is_used_up_tells_for_how_long() -> None:
    assert budget_verdict("The budget", 0).ok
    assert "no order for 90 s" in budget_verdict("The budget", 90).detail
