"""The proxies' certificate is replaced before it ends, and nothing is made before it is needed."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.domain import doors
from chalicelib.domain.routes import CLIENT_HOST
from chalicelib.runtime import wiring
from chalicelib.services.doors.authority import authority
from functions.schedules import renew_door_certificates
from tests.functions.checks import Checked
from tests.permissions import watched_as

DAY = 86_400.0


@pytest.fixture(autouse=True)
def _no_authority(here: Checked) -> Iterator[None]:
    boto3.client("dynamodb").delete_item(
        TableName="test-resources", Key={"id": {"S": doors.AUTHORITY}}
    )
    dynamodb_backends["123456789012"]["us-east-1"].tables["test-routes"].items.clear()
    before = here.world.skew
    yield
    here.world.skew = before


def renewed() -> bool:
    [declaration] = renew_door_certificates.handler.declarations
    with watched_as("renew_door_certificates", declaration):
        return renew_door_certificates.handler({}, None)["renewed"]


def fingerprints() -> set[str]:
    items = boto3.client("dynamodb").scan(TableName="test-routes")["Items"]
    held = [one for one in items if one["host"]["S"] == CLIENT_HOST and "fingerprint" in one]
    return {one["fingerprint"]["S"] for one in held}


def test_nothing_is_made_before_the_first_door(here: Checked) -> None:
    assert not renewed()
    assert wiring.records().get(doors.AUTHORITY) is None


def test_certificate_is_made_and_replaced_with_thirty_days_left(here: Checked) -> None:
    authority(wiring)

    assert renewed()
    first = fingerprints()
    assert not renewed()
    assert fingerprints() == first
    here.world.skew += (doors.CLIENT_DAYS - doors.CLIENT_LEFT_DAYS + 1) * DAY
    assert renewed()
    assert fingerprints() != first
