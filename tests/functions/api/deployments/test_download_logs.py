"""Logs in one file, for their owner to fetch."""

from __future__ import annotations

import gzip
import time
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

import boto3
import pytest

from chalicelib.adapters.contents.downloads import LINK_SECONDS
from chalicelib.domain import clock
from chalicelib.domain.redaction import MASK
from chalicelib.runtime import wiring
from chalicelib.services.looks import log_downloads
from tests.fakes.inside import at
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

PASSWORD = {"name": "PASSWORD", "type": "secret", "required": True}
WEB, DB = things.container("web"), things.container("db")


def download(
    here: Checked, app: str, owner: str, *, key: str | None = None, **wanted: Any
) -> Reply:
    path = f"/deployments/{app}/monitoring/logs/download"
    headers = {"Idempotency-Key": key} if key else {}
    return here.call("POST", path, wanted or None, user=owner, headers=headers)


def fetched(reply: Reply) -> bytes:
    """What lies where the link leads."""
    assert reply.status == 200, reply.body
    key = unquote(urlsplit(reply.attributes["url"]).path).partition("downloads/")[2]
    found = boto3.client("s3").get_object(Bucket="test-contents", Key=f"downloads/{key}")
    packed = found["Body"].read()
    assert len(packed) == reply.attributes["bytes"]
    text = gzip.decompress(packed)
    assert len(text) == reply.attributes["text_bytes"]
    return text


def test_all_lines_are_in_the_file_by_time(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB, DB)
    here.world.node.inside.writes(WEB.id, 1, "first")
    here.world.node.inside.writes(DB.id, 2, "second", "stderr")
    here.world.node.inside.writes(WEB.id, 3, "third")

    reply = download(here, app, owner)

    assert reply.body["data"]["type"] == "deployment-log-downloads"
    assert fetched(reply).decode().splitlines() == [
        f"{at(1)} web stdout first",
        f"{at(2)} db stderr second",
        f"{at(3)} web stdout third",
    ]
    assert reply.attributes["truncated"] is False
    left = clock.seconds_between(wiring.now(), reply.attributes["expires_at"])
    assert 500 < left <= 600


def test_link_is_repeated_only_while_it_works(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB)
    first = download(here, app, owner, key="once")

    assert download(here, app, owner, key="once").attributes == first.attributes
    items = boto3.client("dynamodb").scan(TableName="test-idempotency")["Items"]
    [kept] = [item for item in items if first.attributes["url"] in str(item)]
    assert 200 < int(kept["expiration"]["N"]) - time.time() < LINK_SECONDS / 2 + 1


def test_lines_are_chosen(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB, DB)
    for moment in (1, 2, 3):
        here.world.node.inside.writes(WEB.id, moment, f"out {moment}")
        here.world.node.inside.writes(WEB.id, moment, f"err {moment}", "stderr")
        here.world.node.inside.writes(DB.id, moment, "db")

    chosen = download(here, app, owner, container="web", type="stderr", since=at(2), until=at(3))

    assert fetched(chosen).decode() == f"{at(2)} web stderr err 2\n"


def test_secrets_are_masked(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(here, owner, WEB, template_id=template, variables={"PASSWORD": "never-shown-1"})
    here.world.node.inside.writes(WEB.id, 1, "p=never-shown-1")

    assert fetched(download(here, app, owner)).decode() == f"{at(1)} web stdout p={MASK}\n"


@pytest.mark.parametrize(("bound", "value"), [("MOST_BYTES", 150), ("MOST_SECONDS", -1.0)])
def test_file_that_is_full_or_takes_too_long_says_so(
    here: Checked, owner: str, bound: str, value: float
) -> None:
    app = things.up(here, owner, WEB)
    for moment in range(5):
        here.world.node.inside.writes(WEB.id, moment, "x")

    with mock.patch.object(log_downloads, bound, value):
        reply = download(here, app, owner)

    assert reply.attributes["truncated"]
    assert len(fetched(reply).splitlines()) == (3 if bound == "MOST_BYTES" else 0)


def test_logs_of_a_stopped_app_can_be_fetched(here: Checked, owner: str) -> None:
    app = things.up(here, owner, things.container("web", status="exited"))
    things.put(app, status="stopped")

    assert fetched(download(here, app, owner)) == b""


def test_app_that_was_never_started_has_nothing_to_fetch(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = download(here, app, owner)

    assert (reply.status, reply.codes) == (409, ["not_placed"])


@pytest.mark.parametrize(
    ("wanted", "name"),
    [({"since": "yesterday"}, "since"), ({"type": "stdin"}, "type"), ({"tail": 1}, "tail")],
)
def test_question_that_makes_no_sense_is_refused(
    here: Checked, owner: str, wanted: dict[str, Any], name: str
) -> None:
    app = things.up(here, owner)

    reply = download(here, app, owner, **wanted)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": f"/data/attributes/{name}"}
