"""What a local function notes of its calls while it is asked to, and only then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
OWN = """\
import logging, sys
import boto3
from moto import mock_aws

logger = logging.getLogger("own")
logger.addHandler(logging.StreamHandler(sys.stderr))

def handler(event, context):
    with mock_aws():
        table = boto3.client("dynamodb", "us-east-1")
        key = {"AttributeName": "id", "KeyType": "HASH"}
        kind = {"AttributeName": "id", "AttributeType": "S"}
        table.create_table(TableName="t", KeySchema=[key], AttributeDefinitions=[kind],
                           BillingMode="PAY_PER_REQUEST")
        table.put_item(TableName="t", Item={"id": {"S": "a"}})
        table.get_item(TableName="t", Key={"id": {"S": "a"}})
        boto3.client("sqs", "us-east-1").create_queue(QueueName="q")
        logger.warning("four")
    if event.get("fails"):
        raise ValueError
    return "done"
"""
CALL = """\
import json, sys
from infra.local.cloud import counting
event = json.loads(sys.argv[1])
try:
    print(counting.handler(event, None))
except ValueError:
    print("ValueError")
"""


def called(folder: Path, counts: Path, **event: object) -> str:
    """What the function answers."""
    (folder / "own.py").write_text(OWN)
    done = subprocess.run(
        [sys.executable, "-c", CALL, json.dumps(event)],
        env={
            **os.environ,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "PYTHONPATH": f"{ROOT}:{folder}",
            "_HANDLER": "own.handler",
            "HOSTER_COUNTS_FOLDER": str(counts),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout or done.stderr).strip()


@pytest.mark.parametrize(("fails", "answer"), [(False, "done"), (True, "ValueError")])
def test_call_is_noted_with_what_it_asked(tmp_path: Path, fails: bool, answer: str) -> None:
    counts = tmp_path / "counts"
    counts.mkdir()

    assert called(tmp_path, counts, fails=fails) == answer

    [notes] = counts.iterdir()
    noted: dict[str, Any] = json.loads(notes.read_text())
    assert (noted["function"], noted["memory"]) == ("own", 512)
    assert noted["seconds"] > 0
    assert noted["calls"]["sqs.CreateQueue"] == 1
    assert noted["calls"]["log_bytes"] == len("four\n")
    assert noted["calls"].keys() >= {"dynamodb.reads", "dynamodb.writes"}


def test_nothing_is_noted_unless_it_is_asked_for(tmp_path: Path) -> None:
    counts = tmp_path / "counts"

    assert called(tmp_path, counts) == "done"
    assert not counts.exists()
