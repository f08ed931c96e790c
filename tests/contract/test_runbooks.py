"""The commands of docs/operations.md, run as they stand there against an installation."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import boto3
import pytest

from infra.backup.source import TOLD
from infra.local.cloud import stack
from infra.packaging.template import ROOT, TABLES
from tests.contract.emulated import local_aws
from tests.contract.test_deploying import artefact

NAME = "hoster"
PAGE = ROOT / "docs/operations.md"
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```\n\1(Run by|Not run by a test)(.*?)$", re.M | re.S)
GIVEN = {
    "dns": "first",
    "metering": "first",
    "stripe": '{"key": "sk_1", "webhook_secret": "whsec_1"}',
}
MAKE = 'make() { command make -o .venv/.ready "$@"; }\n'
"""Packages are installed here."""


def blocks() -> list[str]:
    """The commands that are said to be run here, as they are typed."""
    found = BLOCK.findall(PAGE.read_text())
    return [
        re.sub(rf"^{indent}", "", text, flags=re.M)
        for indent, text, how, by in found
        if how == "Run by" and "tests/contract/test_runbooks.py" in by
    ]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An installation, and what the page's reader knows of it."""
    folder = tmp_path_factory.mktemp("aws")
    with local_aws(folder, tables=False) as address:
        for name, text in GIVEN.items():
            boto3.client("secretsmanager").create_secret(Name=f"{NAME}/{name}", SecretString=text)
        stack.deploy(artefact(folder / "build"), NAME, {"Installation": NAME})
        client = boto3.client("dynamodb")
        for table in TABLES:
            schema = client.describe_table(TableName=f"{NAME}-{table}")["Table"]["KeySchema"]
            key = {one["AttributeName"]: {"S": "kept"} for one in schema}
            client.put_item(TableName=f"{NAME}-{table}", Item=key)
        yield {
            **os.environ,
            "AWS_ENDPOINT_URL": address,
            "AWS_REGION": "us-east-1",
            "AWS_PAGER": "",
            "KEY": "second",
            "MOMENT": "2026-01-31T10:00:00Z",
            "EXECUTION": an_execution(),
            "FROM": f"{NAME}-backups-000000000000-us-east-1",
            "TO": another_bucket(),
        }


def an_execution() -> str:
    client = boto3.client("stepfunctions")
    machines = client.list_state_machines()["stateMachines"]
    machine = next(one for one in machines if one["name"] == f"{NAME}-deploy")
    started = client.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")
    return str(started["executionArn"])


def another_bucket() -> str:
    boto3.client("s3").create_bucket(Bucket="another-region")
    return "another-region"


def raise_epoch() -> None:
    """What a deployment with a higher `Epoch` does, to the function that is asked for it."""
    client, name = boto3.client("lambda"), f"{NAME}-{TOLD}"
    told = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    told["HOSTER_EPOCH"] = str(int(told["HOSTER_EPOCH"]) + 1)
    client.update_function_configuration(FunctionName=name, Environment={"Variables": told})


def test_every_command_says_what_runs_it() -> None:
    assert PAGE.read_text().count("```sh") == len(BLOCK.findall(PAGE.read_text()))
    assert len(blocks()) > 10


def test_commands_do_what_the_page_says(installed: dict[str, str]) -> None:
    """In the page's order: one makes what the next one needs."""
    copies = {f"{NAME}-{table}-then" for table in TABLES}
    client = boto3.client("dynamodb")

    for block in blocks():
        if "EMPTY=" in block:
            raise_epoch()
        if "delete-table" in block:
            assert copies <= set(client.list_tables()["TableNames"])
        done = subprocess.run(
            ["bash", "-euc", MAKE + block],
            cwd=ROOT,
            env={**installed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )

        assert done.returncode == 0, block + done.stdout + done.stderr

    assert not copies & set(client.list_tables()["TableNames"])
    assert client.get_item(
        TableName=f"{NAME}-routes", Key={"shard": {"S": "kept"}, "host": {"S": "kept"}}
    )["Item"]
    secrets = boto3.client("secretsmanager")
    assert secrets.get_secret_value(SecretId=f"{NAME}/dns")["SecretString"] == "second"
    assert boto3.client("s3").list_objects_v2(Bucket="another-region")["KeyCount"] > 0
