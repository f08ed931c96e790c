"""A customer's own name: the records that it makes at the name server, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.journey import own_name
from infra.local.journey.client import Refused
from infra.local.journey.own_name import NotSoon, OwnName, new_name
from infra.local.platform import layout
from tests.local.dns.conftest import Rig
from tests.local.journey.test_client import an_account

HOST = "shop-1.customers.localhost"
INSTRUCTIONS = [
    {"type": "TXT", "name": f"_hoster-challenge.{HOST}", "value": "token", "priority": "required"},
    {"type": "CNAME", "name": HOST, "value": "hello.apps.localhost", "priority": "required"},
    {"type": "CAA", "name": HOST, "value": '0 issue "ca.test"', "priority": "recommended"},
]
SEEN = {"hostname": HOST, "status": "pending", "last_check_error": "not there"}
SEEN |= {"certificate_error": None, "certificate_preflight": None}


def a_name(*answers: tuple[int, dict[str, Any]], platform: dict[str, Any] | None = None) -> OwnName:
    return OwnName(platform or {}, an_account(*answers), "dep-1", HOST)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    rig = Rig(tmp_path / "dns")
    rig.start()
    monkeypatch.setattr(layout, "DNS", rig.folder)
    yield rig
    rig.stop()


def test_required_records_are_made_and_removed_again(names: Rig) -> None:
    platform = {"urls": {"dns": f"dns://{layout.DNS_ADDRESS}:{names.port}"}}
    name = a_name(platform=platform)

    name.follow(INSTRUCTIONS)
    assert names.server.ask(f"_hoster-challenge.{HOST}", "TXT") == ['"token"']
    assert names.server.ask(HOST, "CNAME") == ["hello.apps.localhost."]
    assert names.server.ask(HOST, "CAA") == []

    name.forget(INSTRUCTIONS, kinds=frozenset({"CNAME"}))
    assert names.server.ask(HOST, "CNAME") == []
    assert names.server.ask(f"_hoster-challenge.{HOST}", "TXT") == ['"token"']


def test_look_that_comes_at_a_bad_moment_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_name, "LOOK_SECONDS", 0)
    busy = (409, {"errors": [{"code": "conflict", "detail": "It changed meanwhile."}]})

    looked = a_name(busy, (200, {"data": {"attributes": {"status": "verified"}}})).verify()

    assert looked["status"] == "verified"


def test_other_refusals_of_a_look_are_told() -> None:
    with pytest.raises(Refused):
        a_name((404, {"errors": [{"code": "not_found"}]})).verify()


def test_what_does_not_come_is_told_with_what_was_there_instead() -> None:
    name = a_name((200, {"data": [{"attributes": SEEN}]}))

    with pytest.raises(NotSoon, match="'last_check_error': 'not there'"):
        name.until(lambda one: one["status"] == "verified", within=0)


def test_what_comes_is_returned() -> None:
    verified = {**SEEN, "status": "verified"}
    pages = [(200, {"data": [{"attributes": one}]}) for one in (SEEN, verified)]

    assert a_name(*pages).until(lambda one: one["status"] == "verified", within=5) == verified


def test_names_are_new_each_time() -> None:
    assert new_name() != new_name()
    assert new_name("blog").startswith("blog-")
    assert httpx.URL(f"http://{new_name()}").host.endswith(".customers.localhost")
