"""The port of DNS zones, over the fake, a real Knot and Route 53 in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.zones import open_zone
from chalicelib.adapters.zones.rfc2136 import UpdatedZone
from chalicelib.adapters.zones.route53 import Route53Zone
from chalicelib.domain.errors import Unavailable, ZoneRefused
from chalicelib.ports.zones import Zones
from infra.local.dns.records import NameServer
from infra.local.dns.zone import KEY_NAME, ZONE
from tests.contract.pebble import ADDRESS, name_server
from tests.fakes.proxies import FakeZones
from tests.ports import free_port

NAME = "_acme-challenge.apps.localhost"
Texts = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def knot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    with name_server(tmp_path_factory.mktemp("zone")) as names:
        yield names


def updated(knot: NameServer, *, key: str = KEY_NAME, secret: str = "") -> UpdatedZone:
    return UpdatedZone(f"{ADDRESS}#{knot.port}", ZONE, key, secret or knot.secret)


@pytest.fixture(params=["fake", "knot", "route53"])
def zone(request: pytest.FixtureRequest) -> Iterator[tuple[Zones, Texts]]:
    if request.param == "fake":
        fake = FakeZones()
        yield fake, lambda name: set(fake.texts.get(name, ()))
    elif request.param == "knot":
        knot = request.getfixturevalue("knot")
        yield updated(knot), lambda name: {one.strip('"') for one in knot.ask(name, "TXT")}
        knot.remove(NAME)
    else:
        with mock_aws():
            client = boto3.client("route53", region_name="us-east-1")
            made = client.create_hosted_zone(Name=ZONE, CallerReference="1")["HostedZone"]["Id"]

            def texts(name: str) -> set[str]:
                sets = client.list_resource_record_sets(HostedZoneId=made)["ResourceRecordSets"]
                return {
                    record["Value"].strip('"')
                    for one in sets
                    if (one["Name"], one["Type"]) == (f"{name}.", "TXT")
                    for record in one["ResourceRecords"]
                }

            yield Route53Zone(client, made), texts


def test_record_is_there_until_it_is_withdrawn(zone: tuple[Zones, Texts]) -> None:
    opened, texts = zone

    opened.publish(NAME, "one")
    opened.publish(NAME, "one")
    assert texts(NAME) == {"one"}
    opened.withdraw(NAME, "one")
    opened.withdraw(NAME, "one")

    assert texts(NAME) == set()


def test_records_of_others_stay(zone: tuple[Zones, Texts]) -> None:
    opened, texts = zone
    opened.publish(NAME, "another")

    opened.publish(NAME, "ours")
    assert texts(NAME) == {"another", "ours"}
    opened.withdraw(NAME, "ours")

    assert texts(NAME) == {"another"}


def test_key_that_the_server_does_not_know_is_refused(knot: NameServer) -> None:
    for stranger in (
        updated(knot, key="another-key"),
        updated(knot, secret="c2VjcmV0"),
        updated(knot, secret="no base64!"),
    ):
        with pytest.raises(ZoneRefused, match=r"key|base64") as refused:
            stranger.publish(NAME, "one")
        assert knot.secret not in refused.value.detail


def test_server_that_is_away_is_unavailable(knot: NameServer) -> None:
    with pytest.raises(Unavailable):
        UpdatedZone(f"{ADDRESS}#{free_port()}", ZONE, KEY_NAME, knot.secret).publish(NAME, "one")


def test_zone_that_route_53_does_not_know_is_refused() -> None:
    with mock_aws():
        zone = Route53Zone(boto3.client("route53", region_name="us-east-1"), "ZNONE")
        with pytest.raises(ZoneRefused, match="NoSuchHostedZone"):
            zone.publish(NAME, "one")


@pytest.mark.parametrize(
    ("updates", "kind"),
    [
        ("route53:Z123", Route53Zone),
        ("rfc2136:192.0.2.1:example.com:key", UpdatedZone),
    ],
)
def test_setting_chooses_the_adapter(updates: str, kind: type) -> None:
    opened = open_zone(updates, route53=lambda: None, secret=lambda: "c2VjcmV0")

    assert isinstance(opened, kind)


def test_installation_without_a_zone_is_told() -> None:
    with pytest.raises(ZoneRefused, match="DnsUpdates"):
        open_zone("", route53=lambda: None, secret=lambda: "")
