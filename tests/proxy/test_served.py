"""What the whole proxy makes of certificates, aliases and challenges in its table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.routes import CERTIFICATES, CHALLENGES
from chalicelib.ports.route_writes import RemoveCertificate, RemoveChallenge, SetAlias, SetChallenge
from tests.proxy.apps import App
from tests.proxy.issued import issued
from tests.proxy.rig import CLIENT, NOW, TABLE, Rig, until

FAR = 4_000_000_000


def gauges(rig: Rig) -> dict[str, float]:
    """What the agent tells of itself."""
    said = CLIENT.get(f"http://127.0.0.1:{rig.proxy.internal_port}/agent").text
    lines = [line.split() for line in said.splitlines() if not line.startswith("#")]
    return {name.removeprefix("hoster_agent_"): float(value) for name, value in lines}


def alias(rig: Rig, target: str, **more: Any) -> str:
    """A custom name that leads where another one does."""
    host = f"custom-{rig.host()}"
    deployment = "dep-" + target.partition(".")[0]
    rig.records.commit(SetAlias(host, deployment, target, NOW, **more))
    return host


def test_a_custom_name_follows_the_name_that_it_stands_for(rig: Rig, one: App, two: App) -> None:
    target = rig.app(one.port)
    host = alias(rig, target)
    until(lambda: rig.shows(host, 200))
    assert rig.get(host).json()["app"] == "one"

    rig.route(target, two.port)
    until(lambda: rig.get(host).json()["app"] == "two")
    rig.route(target, state="stopped", address="")
    until(lambda: rig.shows(host, 503))
    rig.forget(target)
    until(lambda: rig.shows(target, 404))

    assert rig.get(host).status_code == 503


def test_a_certificate_is_served_and_its_name_led_to_https(rig: Rig, one: App) -> None:
    host = alias(rig, rig.app(one.port), hsts=True)
    until(lambda: rig.shows(host, 200))

    first = rig.certify(host)
    until(lambda: rig.shown(host) == first)
    until(lambda: rig.get(host).is_redirect)
    second = rig.certify(host)
    until(lambda: rig.shown(host) == second)
    rig.records.commit(RemoveCertificate(host))
    until(lambda: rig.shows(host, 200))

    assert rig.shown(host) not in (first, second)


def test_automatic_names_are_led_to_https_with_the_wildcard(rig: Rig, one: App) -> None:
    host = rig.app(one.port)

    shown = rig.certify("*.apps.test", issued("*.apps.test"))
    until(lambda: rig.get(host).is_redirect)
    assert rig.shown(host) == shown
    rig.records.commit(RemoveCertificate("*.apps.test"))

    until(lambda: rig.shows(host, 200))


def test_a_challenge_is_answered_for_any_host_until_it_is_removed(rig: Rig) -> None:
    path = "/.well-known/acme-challenge/token-1"
    rig.records.commit(SetChallenge("token-1", "token-1.thumb", NOW, FAR))
    until(lambda: rig.get("nobody.test", path).text == "token-1.thumb")

    rig.records.commit(RemoveChallenge("token-1"))

    until(lambda: rig.get("nobody.test", path).status_code == 404)


def test_the_proxy_says_whose_it_is(rig: Rig) -> None:
    said = rig.get("nobody.test", "/.well-known/hoster-reachable")

    assert (said.status_code, said.text) == (200, "proxy-tests")


def test_garbage_in_the_table_is_told_and_reaches_nothing(rig: Rig, one: App) -> None:
    client, host = rig.cloud.client("dynamodb"), rig.host()
    garbage: list[tuple[str, str, dict[str, Any]]] = [
        (
            "00",
            "x.test;del map routes.map a",
            {"deployment_id": {"S": "d"}, "state": {"S": "failed"}},
        ),
        (
            "00",
            "garbage.test",
            {"deployment_id": {"N": "5"}, "state": {"L": []}, "port": {"S": "x"}},
        ),
        ("00", "../../etc/x", {"certificate": {"S": "ab" * 32}}),
        (CHALLENGES, "t t", {"answer": {"S": "x"}, "expires_at": {"N": str(FAR)}}),
        (CHALLENGES, "t2", {"answer": {"S": "x\nshutdown"}, "expires_at": {"N": "1e99"}}),
        (CERTIFICATES, "x.test", {"chain": {"BOOL": True}}),
    ]
    for shard, name, more in garbage:
        item = {"shard": {"S": shard}, "host": {"S": name}, **more}
        client.put_item(TableName=TABLE, Item=item)
    for shard in ("00", CHALLENGES, CERTIFICATES):
        client.update_item(
            TableName=TABLE,
            Key={"shard": {"S": shard}, "host": {"S": "#version"}},
            UpdateExpression="ADD #c :one",
            ExpressionAttributeNames={"#c": "counter"},
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    try:
        rig.route(host, one.port)
        until(lambda: rig.shows(host, 200))

        until(lambda: "no such token or answer" in rig.proxy.log)
        assert "cannot be carried" in rig.proxy.log
        saved = (rig.proxy.folder / "state/routes.map").read_text()
        assert "x.test;" not in saved
        assert "garbage.test failed/-/0/5/-/-" in saved
        assert "etc" not in "".join(map(str, (rig.proxy.folder / "state").rglob("*")))
    finally:
        for shard, name, _ in garbage:
            key = {"shard": {"S": shard}, "host": {"S": name}}
            client.delete_item(TableName=TABLE, Key=key)


def test_the_agent_tells_what_it_has_and_how_old_that_is(rig: Rig, one: App) -> None:
    rig.app(one.port)
    host = alias(rig, "nobody.test")
    rig.certify(host)
    until(lambda: gauges(rig)["certificates"] == 1)
    told = gauges(rig)
    assert told["routes"] >= 2
    assert told["certificates_missing"] == 0
    assert told["loaded_age_seconds"] <= 2

    rig.wire.cut()
    try:
        until(lambda: gauges(rig)["loaded_age_seconds"] >= 3)
    finally:
        rig.wire.mend()
    until(lambda: gauges(rig)["loaded_age_seconds"] <= 2)
    rig.records.commit(RemoveCertificate(host))
    until(lambda: gauges(rig)["certificates"] == 0)


def test_certificates_and_challenges_stay_when_the_table_and_kms_are_away(
    rig: Rig, one: App
) -> None:
    host = alias(rig, rig.app(one.port))
    shown = rig.certify(host)
    rig.records.commit(SetChallenge("token-2", "token-2.thumb", NOW, FAR))
    until(lambda: rig.shown(host) == shown)
    state = rig.proxy.folder / "state"
    until(lambda: "token-2" in (state / "challenges.map").read_text())
    until(lambda: host in (state / "certs.list").read_text())
    rig.wire.cut()
    rig.keys.cut()
    try:
        rig.proxy.process.kill()
        rig.proxy.process.wait()
        rig.proxy.launch()

        until(lambda: rig.shown(host) == shown)
        path = "/.well-known/acme-challenge/token-2"
        assert rig.get("nobody.test", path).text == "token-2.thumb"
        until(lambda: rig.get("x.test", "/.well-known/hoster-reachable").text == "proxy-tests")
        assert not rig.proxy.answers("ready")
    finally:
        rig.wire.mend()
        rig.keys.mend()
    until(lambda: rig.proxy.answers("ready"))
    rig.records.commit(RemoveCertificate(host), RemoveChallenge("token-2"))


def test_routes_follow_while_no_key_can_be_opened(rig: Rig, one: App) -> None:
    first = alias(rig, rig.app(one.port))
    rig.keys.cut()
    try:
        shown = rig.certify(first)
        until(lambda: "The keys of certificates are away" in rig.proxy.log)
        second = rig.host()
        rig.route(second, one.port)
        until(lambda: rig.shows(second, 200))
        until(lambda: gauges(rig)["certificates_missing"] == 1)
        assert not rig.get(first).is_redirect
    finally:
        rig.keys.mend()

    until(lambda: rig.shown(first) == shown)
    rig.records.commit(RemoveCertificate(first))


@pytest.mark.parametrize("name", ["haproxy", "infra.proxy.agent"])
def test_a_killed_part_is_back_with_every_certificate(rig: Rig, one: App, name: str) -> None:
    hosts = [alias(rig, rig.app(one.port)) for _ in range(3)]
    shown = {host: rig.certify(host) for host in hosts}

    rig.proxy.child(name).kill()

    until(lambda: {host: rig.shown(host) for host in hosts} == shown)
    until(lambda: rig.proxy.answers("ready"))
    assert files_of(rig.proxy.folder / "state/certs") >= len(hosts)
    rig.records.commit(*(RemoveCertificate(host) for host in hosts))
    until(lambda: gauges(rig)["certificates"] == 0)


def files_of(folder: Path) -> int:
    return len(list(folder.glob("*.pem"))) - 1
