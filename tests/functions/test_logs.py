"""What functions write into their logs: a line that leads back to the request, and no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.adapters.workflows.stepfunctions import StepFunctionsWorkflows
from chalicelib.runtime import wiring
from chalicelib.runtime.observe import logger
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import SECRET

TOKEN = "dop_v1_" + "7" * 64


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the functions log during a test, in the form that they log it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logger.registered_formatter)
    inner = logging.getLogger(logger.name)
    before = inner.level
    inner.addHandler(handler)
    inner.setLevel(logging.DEBUG)
    yield text
    inner.removeHandler(handler)
    inner.setLevel(before)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_line_carries_the_requests_id_and_its_outcome(
    here: Checked, owner: str, written: io.StringIO
) -> None:
    sent = {"X-Request-ID": "req-of-this-test"}

    here.world.call("GET", "/templates", user=owner, headers=sent)

    [line] = [line for line in lines(written) if line["message"] == "answered"]
    assert (line["request_id"], line["status"]) == ("req-of-this-test", 200)
    assert line["operation"] == "GET /v1/templates"


KEY = things.a_private_key()
PASSWORD = "correct-horse-battery-staple-4711"
SECRET_VARIABLE = {"name": "PASSWORD", "type": "secret", "required": True}
Sends = Callable[[Checked, str], tuple[str, str, dict[str, Any]]]


def app(here: Checked, owner: str, **changes: Any) -> dict[str, Any]:
    variables = [SECRET_VARIABLE, things.GREETING]
    template = things.published(here, owner, variables=variables)
    return {
        "name": "my app",
        "template_id": template,
        "variables": {"PASSWORD": PASSWORD},
    } | changes


WITH_SECRETS: dict[str, Sends] = {
    "a token": lambda _h, _o: (
        "POST",
        "/cloud_credentials",
        things.credential_attributes(credentials={"api_token": TOKEN}),
    ),
    "a token of a provider that is none": lambda _h, _o: (
        "POST",
        "/cloud_credentials",
        things.credential_attributes(provider="nobody", credentials={"api_token": TOKEN}),
    ),
    "a token under another name": lambda _h, _o: (
        "POST",
        "/cloud_credentials",
        things.credential_attributes(credentials={"token": TOKEN}),
    ),
    "a token where none belongs": lambda _h, _o: (
        "POST",
        "/cloud_credentials",
        things.credential_attributes() | {"api_token": TOKEN},
    ),
    "another token": lambda here, owner: (
        "PATCH",
        f"/cloud_credentials/{things.credential(here, owner)}",
        {"credentials": {"api_token": TOKEN}},
    ),
    "another token of a wrong shape": lambda here, owner: (
        "PATCH",
        f"/cloud_credentials/{things.credential(here, owner)}",
        {"credentials": [TOKEN]},
    ),
    "a registry's secret": lambda _h, _o: (
        "POST",
        "/registry_credentials",
        things.registry_attributes(),
    ),
    "a registry's secret of a wrong shape": lambda _h, _o: (
        "POST",
        "/registry_credentials",
        things.registry_attributes(secret=[TOKEN]),
    ),
    "another secret of a registry": lambda here, owner: (
        "PATCH",
        f"/registry_credentials/{things.registry_credential(here, owner)}",
        {"secret": TOKEN},
    ),
    "a bucket's secret": lambda _h, _o: (
        "POST",
        "/backup_targets",
        things.target_attributes(),
    ),
    "a bucket's secret of a wrong shape": lambda _h, _o: (
        "POST",
        "/backup_targets",
        things.target_attributes(secret_access_key=[TOKEN]),
    ),
    "a bucket's secret with an ending": lambda _h, _o: (
        "POST",
        "/backup_targets",
        things.target_attributes(secret_access_key=f"{TOKEN} x"),
    ),
    "another secret of a bucket": lambda here, owner: (
        "PATCH",
        f"/backup_targets/{things.backup_target(here, owner)}",
        {"secret_access_key": TOKEN},
    ),
    "a key": lambda _h, _o: ("POST", "/ssh_keys", {"name": "k", "private_key": KEY}),
    "half a key": lambda _h, _o: ("POST", "/ssh_keys", {"name": "k", "private_key": KEY[:-90]}),
    "a key where none belongs": lambda _h, _o: (
        "POST",
        "/ssh_keys/generate",
        {"name": "k", "private_key": KEY},
    ),
    "a secret variable": lambda here, owner: ("POST", "/deployments", app(here, owner)),
    "a secret variable of a wrong kind": lambda here, owner: (
        "POST",
        "/deployments",
        app(here, owner, variables={"PASSWORD": [PASSWORD]}),
    ),
    "a secret variable that is not known": lambda here, owner: (
        "POST",
        "/deployments",
        app(here, owner, variables={"PASSWORD": PASSWORD, "OTHER": PASSWORD}),
    ),
}
HIDDEN = (TOKEN, PASSWORD, SECRET, *[line for line in KEY.splitlines() if "KEY" not in line])


@pytest.mark.parametrize("what", WITH_SECRETS)
def test_secret_that_is_sent_is_written_nowhere_in_the_clear(
    here: Checked, owner: str, written: io.StringIO, what: str
) -> None:
    method, path, attributes = WITH_SECRETS[what](here, owner)

    reply = here.call(method, path, attributes, user=owner)

    assert reply.status in {200, 201, 403, 422}
    assert lines(written)
    assert shown_in(written.getvalue()) == []
    assert shown_in(json.dumps(reply.body)) == []
    assert shown_in(json.dumps(reply.headers)) == []
    assert shown_in(everything_stored()) == []


@pytest.mark.parametrize("what", [what for what in WITH_SECRETS if " of " not in what])
def test_secret_is_not_told_by_what_breaks(
    here: Checked, owner: str, written: io.StringIO, what: str
) -> None:
    method, path, attributes = WITH_SECRETS[what](here, owner)

    with mock.patch.object(wiring.records(), "commit", side_effect=RuntimeError("broken")):
        reply = here.world.call(method, path, attributes, user=owner)

    assert reply.status in {422, 500}
    assert shown_in(written.getvalue() + json.dumps(reply.body)) == []


def test_generated_secret_is_shown_and_written_nowhere_else(
    here: Checked, owner: str, written: io.StringIO
) -> None:
    reply = here.call("POST", "/ssh_keys/generate", {"name": "k"}, user=owner)

    private = [line for line in reply.attributes["private_key"].splitlines() if "KEY" not in line]
    text = written.getvalue() + everything_stored()
    assert [line for line in private if line in text] == []


def test_execution_is_given_no_secret(here: Checked, owner: str) -> None:
    given = app(here, owner, node_id=things.node(owner))
    made = here.call("POST", "/deployments", given, user=owner)
    client = mock.Mock()
    machines = StepFunctionsWorkflows(client, "arn:aws:states:us-east-1:1:stateMachine:test-")

    with mock.patch.object(wiring, "workflows", return_value=machines):
        here.call("POST", f"/deployments/{made.id}/start", user=owner)

    sent = json.loads(client.start_execution.call_args.kwargs["input"])
    assert sent.keys() == {"id", "generation", "kind"}
    assert shown_in(str(client.start_execution.call_args)) == []


def shown_in(text: str) -> list[str]:
    return [secret for secret in HIDDEN if secret in text]


def everything_stored() -> str:
    """All tables as they lie there: records, journal, counters, answers that are kept."""
    client = boto3.client("dynamodb")
    names = client.list_tables()["TableNames"]
    return json.dumps([client.scan(TableName=name)["Items"] for name in names], default=str)
