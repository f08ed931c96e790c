"""The drill: an installation is filled, backed up, lost, restored, and every item compared."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.adapters.secrets.kms import KMSSeal
from chalicelib.domain import clock
from chalicelib.ports.records import Create, Journal, Record, Reserve, Usage, Work
from chalicelib.ports.route_writes import SetRoute
from chalicelib.resources.registry import RESOURCES
from infra.backup import __main__ as command
from infra.backup import checking, restoring, taking
from infra.backup.source import TOLD, facts_of
from infra.local.cloud import stack
from infra.packaging.template import TABLES
from tests.contract.emulated import local_aws
from tests.contract.test_deploying import artefact
from tests.world import make_tables

Json = dict[str, Any]
NAME = "test"
BUCKET = f"{NAME}-backups-000000000000-us-east-1"
MANY = 60
"""Items of 40 KB: more than two pages of a table."""
EVERY_TYPE: Json = {
    "text": {"S": "ä\n\u2028\"'"},
    "number": {"N": "12345678901234567890.0987654321"},
    "bytes": {"B": bytes(range(256))},
    "texts": {"SS": ["b", "a"]},
    "numbers": {"NS": ["2", "-1.5"]},
    "pieces": {"BS": [b"\x00", b"\xff"]},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "list": {"L": [{"N": "1"}, {"L": []}, {"M": {}}, {"B": b"\x01"}]},
    "map": {"M": {"in": {"M": {"deep": {"SS": ["z"]}}}, "": {"S": ""}}},
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return artefact(tmp_path_factory.mktemp("build") / "build")


@pytest.fixture(scope="module")
def aws(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An installation in a local AWS of its own, as its template makes it."""
    with local_aws(tmp_path_factory.mktemp("aws"), tables=False) as address:
        stack.deploy(build, NAME, {"Installation": NAME})
        yield address


@pytest.fixture(autouse=True)
def asked(aws: str) -> Iterator[None]:
    with mock.patch.dict(os.environ, {"INSTALLATION": NAME, "JSON": "1"}):
        yield


@pytest.fixture
def filled(aws: str) -> Iterator[str]:
    """The installation with everything in it; yields a secret that one of its records holds."""
    lose()
    tell_epoch(1)
    yield fill()
    tables.cache_clear()


def tell_epoch(epoch: int) -> None:
    """What a deployment with another `Epoch` does, to the function that is asked for it."""
    client, name = boto3.client("lambda"), f"{NAME}-{TOLD}"
    told = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    more = {"Variables": {**told, "HOSTER_EPOCH": str(epoch)}}
    client.update_function_configuration(FunctionName=name, Environment=more)


def now() -> str:
    return clock.text_of(datetime.now(UTC))


def seal() -> KMSSeal:
    return KMSSeal(boto3.client("kms"), stack_outputs()["KeyArn"], NAME)


def stack_outputs() -> dict[str, str]:
    found = boto3.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def fill() -> str:
    """Write a record of every resource as the product does, and every type into every table."""
    tables.cache_clear()
    store = DynamoRecords(tables(NAME, "us-east-1"), now)
    sealed = seal().seal("the token", record="cloud_credentials-1", field="token")
    for kind in RESOURCES:
        record = Record(f"{kind}-1", kind, "user_1", "present", now(), now(), public=True)
        record = replace(record, attributes={"size": 1.5, "of": [{"deep": None}]})
        if kind == "cloud_credentials":
            record = replace(record, sealed={"token": sealed})
        if kind == "deployments":
            record = replace(record, work=Work("deploy", 1, "x-e1-g1-a1", "Begin", now()))
        store.commit(
            Create(record),
            Reserve(f"slug#{kind}", record.id, {"of": kind}),
            Journal(record.id, kind, "user_1", "created", now(), "user_1", {"a": 1}),
        )
    store.commit(Usage("usage_1", "user_1", "deployment.started", "x", "deployment", now()))
    store.commit(SetRoute("a.apps.test", "deployments-1", "running", "10.0.0.1", 30001, now()))
    client = boto3.client("dynamodb")
    for name in TABLES:
        table = f"{NAME}-{name}"
        schema = client.describe_table(TableName=table)["Table"]["KeySchema"]
        for number in range(MANY if name == "journal" else 3):
            key = {one["AttributeName"]: {"S": f"raw {number}"} for one in schema}
            more = {"text": {"S": "x" * 40_000}} if name == "journal" else {}
            client.put_item(TableName=table, Item={**key, **EVERY_TYPE, **more})
    s3 = boto3.client("s3")
    for key in ("readmes/aa", "composes/bb", "downloads/for a day"):
        s3.put_object(Bucket=contents_bucket(), Key=key, Body=f"content of {key}".encode())
    return sealed


def contents_bucket() -> str:
    return facts_of(command.asked()).contents


def lose() -> None:
    """Take the tables and contents away, and make tables as they are after an installation."""
    client, s3 = boto3.client("dynamodb"), boto3.resource("s3")
    for name in TABLES:
        table = f"{NAME}-{name}"
        client.update_table(TableName=table, DeletionProtectionEnabled=False)
        client.delete_table(TableName=table)
    make_tables()
    s3.Bucket(contents_bucket()).objects.all().delete()


def everything() -> dict[str, list[Any]]:
    """All that stands in the tables, read by another way than the backup's."""
    client = boto3.client("dynamodb")
    found = {}
    for name in TABLES:
        pages = client.get_paginator("scan").paginate(TableName=f"{NAME}-{name}")
        items = [item for page in pages for item in page["Items"]]
        found[name] = sorted((plain(item) for item in items), key=str)
    bucket = boto3.resource("s3").Bucket(contents_bucket())
    kept = (one for one in bucket.objects.all() if not one.key.startswith("downloads/"))
    found["contents"] = [(one.key, one.get()["Body"].read()) for one in kept]
    return found


def plain(value: Any) -> Any:
    """An item of which the sets are in order."""
    if isinstance(value, dict):
        sets = {"SS", "NS", "BS"} & value.keys()
        return {k: sorted(v) if k in sets else plain(v) for k, v in sorted(value.items())}
    return [plain(one) for one in value] if isinstance(value, list) else value


def run(name: str, capsys: pytest.CaptureFixture[str], **env: str) -> tuple[int, Json]:
    with mock.patch.dict(os.environ, env):
        status = command.main(name)
    said: Json = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["ok"] is (status == 0)
    return status, said


def rules() -> set[str]:
    pages = boto3.client("events").get_paginator("list_rules").paginate(NamePrefix=f"{NAME}-")
    return {one["Name"] for page in pages for one in page["Rules"] if one["State"] == "ENABLED"}


def test_what_was_lost_is_brought_back_item_by_item(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything()
    assert all(before.values())
    assert {one["type"]["S"] for one in before["resources"] if "type" in one} == set(RESOURCES)
    _, taken = run("backup", capsys, NAME="whole")
    assert taken["tables"] == {name: len(before[name]) for name in TABLES}
    assert taken["contents"] == len(before["contents"]) == 2
    lose()
    tell_epoch(2)
    enabled = rules()

    status, said = run("restore", capsys, NAME="whole")

    assert status == 0, said
    assert said["tables"] == taken["tables"]
    assert everything() == before
    assert rules() == enabled != set()
    assert seal().open(filled, record="cloud_credentials-1", field="token") == "the token"
    found = DynamoRecords(tables(NAME, "us-east-1"), now).get("deployments-1")
    assert found is not None
    assert found.work is not None
    assert run("restore", capsys, NAME="whole")[1]["error"].startswith("It was brought back")


def test_what_is_damaged_is_refused_before_a_write(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("backup", capsys, NAME="damaged")
    lose()
    tell_epoch(2)
    s3, enabled = boto3.client("s3"), rules()
    for cut in ("manifest.json", "tables/journal/000001.json.gz", "contents/readmes/aa"):
        key = f"damaged/{cut}"
        body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        for other in (None, body[:-1], body[:5] + bytes([body[5] ^ 1]) + body[6:]):
            s3.delete_object(Bucket=BUCKET, Key=key)
            if other is not None:
                s3.put_object(Bucket=BUCKET, Key=key, Body=other)

            status, said = run("restore", capsys, NAME="damaged")

            assert status == 1
            told = "manifest" if other and cut == "manifest.json" else cut
            assert told in said["error"] or "no backup that is done" in said["error"]
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    assert not any(everything().values())
    assert rules() == enabled
    assert run("restore", capsys, NAME="damaged", DRY="1")[0] == 0
    assert not any(everything().values())


def test_backup_that_was_cut_off_goes_on(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything()
    pages = taking.pages
    left = iter(range(3))

    def dying(*given: Any) -> Iterator[Any]:
        for page in pages(*given):
            if next(left, None) is None:
                raise LookupError("cut off")
            yield page

    small = mock.patch.object(taking, "PART_LETTERS", 1)
    with small, mock.patch.object(taking, "pages", dying):
        assert run("backup", capsys, NAME="cut")[0] == 1
    lose_nothing = run("restore", capsys, NAME="cut", DRY="1")[1]
    assert "holds no backup that is done" in lose_nothing["error"]

    with small:
        assert run("backup", capsys, NAME="cut")[0] == 0
    lose()
    tell_epoch(2)

    assert run("restore", capsys, NAME="cut")[0] == 0
    assert everything() == before


def test_restore_that_was_cut_off_goes_on_and_schedules_wait_for_it(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything()
    run("backup", capsys, NAME="late")
    lose()
    tell_epoch(2)
    enabled, change = rules(), restoring._change

    def dying(dynamodb: Any, table: str, requests: list[Any]) -> None:
        if table.endswith("-money"):
            raise LookupError("cut off")
        change(dynamodb, table, requests)

    with mock.patch.object(restoring, "_change", dying):
        assert run("restore", capsys, NAME="late")[0] == 1
    assert rules() == set()
    assert everything() != before

    assert run("restore", capsys, NAME="late")[0] == 0

    assert everything() == before
    assert rules() == enabled


def test_restore_is_refused_where_it_does_not_belong(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("backup", capsys, NAME="kept")

    _, same_epoch = run("restore", capsys, NAME="kept")
    tell_epoch(2)
    _, standing = run("restore", capsys, NAME="kept")
    before = everything()

    assert "Raise the parameter Epoch" in same_epoch["error"]
    assert "EMPTY=test" in standing["error"]
    assert rules()
    boto3.client("dynamodb").put_item(
        TableName=f"{NAME}-resources", Item={"id": {"S": "made since"}}
    )
    assert run("restore", capsys, NAME="kept", EMPTY=NAME)[0] == 0
    assert everything() == before


def test_copies_of_one_moment_are_backed_up_and_one_table_is_brought_back(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client, before = boto3.client("dynamodb"), everything()
    for name in TABLES:
        client.restore_table_to_point_in_time(
            SourceTableName=f"{NAME}-{name}",
            TargetTableName=f"{NAME}-{name}-then",
            UseLatestRestorableTime=True,
        )
    for name in ("routes", "money"):
        for item in client.scan(TableName=f"{NAME}-{name}")["Items"]:
            key = {one: item[one] for one in ({"shard", "host", "sort"} & item.keys())}
            client.delete_item(TableName=f"{NAME}-{name}", Key=key)
    lost = everything()
    assert run("backup", capsys, NAME="then", SUFFIX="-then")[0] == 0
    tell_epoch(2)

    status, said = run("restore", capsys, NAME="then", ONLY="routes", EMPTY=NAME)

    assert status == 0, said
    assert said["tables"] == {"routes": len(before["routes"])}
    assert everything() == {**lost, "routes": before["routes"]}
    assert "no table nothing" in run("restore", capsys, NAME="then", ONLY="nothing")[1]["error"]
    for name in TABLES:
        client.delete_table(TableName=f"{NAME}-{name}-then")


def test_other_installations_and_keys_are_refused() -> None:
    manifest = {"installation": NAME, "epoch": 1, "keys": ["arn:aws:kms:us-east-1:1:key/mrk-a"]}
    elsewhere = checking.Facts(2, ("arn:aws:kms:eu-west-1:1:key/mrk-a",), "")
    other_key = checking.Facts(2, ("arn:aws:kms:us-east-1:1:key/b",), "")
    place = command.asked()

    checking.check_fit(place, elsewhere, manifest)

    with pytest.raises(checking.Refused, match="SealingKey"):
        checking.check_fit(place, other_key, manifest)
    with pytest.raises(checking.Refused, match="its secrets are sealed for that name"):
        checking.check_fit(place, elsewhere, {**manifest, "installation": "another"})
