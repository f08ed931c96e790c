"""The look at a name before its certificate, and at the proxies after it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.ports.dns import Answer
from chalicelib.ports.records import Record
from chalicelib.services.domains import issuing, preflight
from chalicelib.services.domains.challenges import ORDER
from tests.fakes.dns import FakeDns
from tests.fakes.proxies import FakeProbes

NOW = "2026-02-01T12:00:00.000Z"
HOST, PROXY, OTHER = "shop.example.com", "203.0.113.10", "2001:db8::10"
PRINT = "f" * 64


def tools(*addresses: str, dns: Any = None, probes: FakeProbes | None = None) -> Any:
    """An installation whose proxies are at some addresses."""
    known = SimpleNamespace(
        proxy_addresses=addresses,
        apps_domain="apps.test",
        challenge_port=80,
        proxy_tls_port=443,
        installation="test",
        authority_names=("letsencrypt.org",),
        authority_url="https://authority.test",
    )
    shown = FakeProbes("test", challenge=lambda _: "answer", certificate=lambda _: PRINT)
    return SimpleNamespace(
        settings=lambda: known,
        now=lambda: NOW,
        dns=lambda: dns or FakeDns(),
        probes=lambda: probes or shown,
        rates=lambda: SimpleNamespace(wait=lambda *_: 0),
        records=lambda: SimpleNamespace(get=lambda _: None),
    )


def domain(**attributes: Any) -> Record:
    order = {"url": "u", "token": "token", "answer": "answer", "challenge_url": "u/challenge"}
    known = {"hostname": HOST, ORDER: order, **attributes}
    return Record("dom_1", "domains", "user-a", "verified", NOW, NOW, attributes=known)


def served() -> Record:
    return domain(
        certificate={"fingerprint": PRINT, "not_before": "2025-01-01", "not_after": "2025-02-01"}
    )


def test_addresses_that_cannot_be_reached_from_here_are_not_looked_at() -> None:
    """Functions have no IPv6: there every proxy would be silent."""
    dns = FakeDns()
    dns.says(HOST, "A", PROXY)
    dns.says(HOST, "AAAA", OTHER)
    probes = FakeProbes("test", lambda _: "answer", lambda _: PRINT, silent={OTHER})
    with_both = tools(PROXY, OTHER, dns=dns, probes=probes)

    verdicts, error = preflight.look(with_both, domain())

    assert (error, [one for one in verdicts if not one.ok]) == (None, [])
    assert issuing.served(with_both, served()) == ""
    assert issuing.publish(with_both, domain(), anew=False) == ""
    probes.silent.add(PROXY)
    assert PROXY in issuing.served(with_both, served())
    assert OTHER not in issuing.served(with_both, served())


def test_proxies_that_nobody_can_name_are_no_proxies_that_show_all() -> None:
    nowhere = tools()

    assert "cannot be asked for" in issuing.publish(nowhere, domain(), anew=False)
    assert "cannot be asked for" in issuing.served(nowhere, served())


def test_climb_to_caa_records_has_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 1000, 12))
    monkeypatch.setattr(preflight, "monotonic", lambda: next(moments))
    asked: list[float] = []

    class Slow(FakeDns):
        def ask(self, name: str, kind: Any, *, seconds: float = 8.0) -> Answer:
            asked.append(seconds)
            return super().ask(name, kind, seconds=seconds)

    deep = domain(hostname=f"{'a.' * 20}example.com")

    verdicts, _ = preflight.look(tools(PROXY, dns=Slow()), deep)

    [caa] = [one for one in verdicts if one.check == "caa"]
    assert (caa.ok, asked) == (False, [4.0, 4.0])
    assert "30 s were not enough" in caa.detail
