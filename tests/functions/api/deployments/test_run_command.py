"""Commands in containers: who may run which, what is recorded, and what is shown."""

from __future__ import annotations

import json
import time
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain.errors import (
    ContainerExited,
    DeadlinePassed,
    HostUnreachable,
    NodeUnreachable,
    ProductError,
    Unavailable,
)
from chalicelib.domain.redaction import MASK
from chalicelib.ports.inside import Ended
from chalicelib.runtime import wiring
from chalicelib.services.looks import commands
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

PASSWORD = {"name": "PASSWORD", "type": "secret", "required": True}
GIVEN: dict[str, Any] = {"service": "web", "command": ["ls", "-l", "a b"]}


def run(here: Checked, app: str, owner: str, **changes: Any) -> Reply:
    return here.call("POST", f"/deployments/{app}/exec", GIVEN | changes, user=owner)


def events(here: Checked, app: str, owner: str) -> list[dict[str, Any]]:
    reply = here.call("GET", f"/deployments/{app}/monitoring/events", user=owner)
    found = [e for e in reply.attributes["events"] if e["type"].startswith("command_")]
    return found[::-1]


def test_command_is_run_and_recorded(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.inside.ends = Ended(3, "out\n", "err\n", is_truncated=False)

    reply = run(here, app, owner)

    assert reply.status == 200, reply.body
    assert reply.body["data"]["type"] == "deployment-commands"
    seconds = reply.attributes.pop("seconds")
    assert reply.attributes == {
        "exit_code": 3,
        "timed_out": False,
        "stdout": "out\n",
        "stderr": "err\n",
        "truncated": False,
    }
    assert here.world.node.inside.commands == [("web", ("ls", "-l", "a b"))]
    begun, ended = events(here, app, owner)
    assert begun["message"] == "Command asked for in web: ls -l 'a b'"
    assert ended["message"] == f"Command in web ended with status 3 after {seconds} s"
    assert {event["actor"] for event in (begun, ended)} == {owner}
    assert {event["container"] for event in (begun, ended)} == {"web"}


def test_text_is_run_by_the_shell(here: Checked, owner: str) -> None:
    app = things.up(here, owner)

    run(here, app, owner, command="ls | wc -l")

    assert here.world.node.inside.commands == [("web", ("/bin/sh", "-c", "ls | wc -l"))]


def test_command_that_was_killed_says_so(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.inside.ends = Ended(None, "so far", "", is_truncated=False)

    reply = run(here, app, owner)

    assert (reply.attributes["exit_code"], reply.attributes["timed_out"]) == (None, True)
    assert reply.attributes["stdout"] == "so far"
    assert events(here, app, owner)[-1]["type"] == "command_killed"


def test_secrets_are_masked_in_the_output_and_in_the_record(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(here, owner, template_id=template, variables={"PASSWORD": "never-shown-1"})
    here.world.node.inside.ends = Ended(0, "p=never-shown-1\n", "never-shown-1", is_truncated=False)

    reply = run(here, app, owner, command="mysql -pnever-shown-1")

    assert (reply.attributes["stdout"], reply.attributes["stderr"]) == (f"p={MASK}\n", MASK)
    assert here.world.node.inside.commands[0][1][-1] == "mysql -pnever-shown-1"
    assert events(here, app, owner)[0]["details"]["command"] == f"mysql -p{MASK}"


def test_new_secret_is_masked_during_a_redeploy(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(here, owner, template_id=template, variables={"PASSWORD": "never-shown-1"})
    begun = {"variables": {"PASSWORD": "never-shown-2"}}
    assert here.call("POST", f"/deployments/{app}/redeploy", begun, user=owner).status == 200

    run(here, app, owner, command="mysql -pnever-shown-2")

    assert events(here, app, owner)[-1]["details"]["command"] == f"mysql -p{MASK}"


@pytest.mark.parametrize(
    ("secret", "command", "told"),
    [
        ("it's-never-shown", ["mysql", "-pit's-never-shown"], f"mysql '-p{MASK}'"),
        ("never shown", ["echo", "never", "shown"], f"echo {MASK}"),
    ],
)
def test_secret_in_the_words_of_a_command_is_masked(
    here: Checked, owner: str, secret: str, command: list[str], told: str
) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(here, owner, template_id=template, variables={"PASSWORD": secret})

    run(here, app, owner, command=command)

    assert events(here, app, owner)[0]["details"]["command"] == told


def test_secret_that_is_cut_off_at_the_end_is_not_shown_in_part(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    app = things.up(here, owner, template_id=template, variables={"PASSWORD": "never-shown-1"})
    here.world.node.inside.ends = Ended(0, "x" * 99 + "never-shown", "", is_truncated=True)

    reply = run(here, app, owner)

    assert set(reply.attributes["stdout"]) == {"x"}
    assert reply.attributes["truncated"]


def test_output_is_bounded_also_as_json(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.inside.ends = Ended(0, "\x01" * 65_536, "y" * 70_000, is_truncated=True)

    reply = run(here, app, owner)

    assert 1000 < len(json.dumps(reply.attributes["stdout"])) <= 150_000
    assert reply.attributes["stderr"] == "y" * 65_536


def test_output_that_is_shortened_for_json_says_so(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.inside.ends = Ended(0, "\x01" * 65_536, "", is_truncated=False)

    assert run(here, app, owner).attributes["truncated"]


def test_repeat_of_a_request_runs_nothing_again(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.inside.ends = Ended(3, "a dump of rows", "a warning", is_truncated=False)
    key = {"Idempotency-Key": "once"}

    replies = [
        here.call("POST", f"/deployments/{app}/exec", GIVEN, user=owner, headers=key)
        for _ in range(2)
    ]

    first, again = (reply.attributes for reply in replies)
    assert (first["stdout"], first["stderr"]) == ("a dump of rows", "a warning")
    assert again == {**first, "stdout": None, "stderr": None}
    assert len(here.world.node.inside.commands) == 1
    kept = boto3.client("dynamodb").scan(TableName="test-idempotency")["Items"]
    assert "exit_code" in str(kept)
    assert "a dump" not in str(kept)
    assert "a warning" not in str(kept)


def test_command_that_cannot_be_recorded_is_not_run(here: Checked, owner: str) -> None:
    app = things.up(here, owner)

    with mock.patch.object(DynamoRecords, "tell", side_effect=Unavailable("Not now.")):
        reply = run(here, app, owner)

    assert (reply.status, reply.codes) == (503, ["unavailable"])
    assert here.world.node.inside.commands == []


@pytest.mark.parametrize("kind", [DeadlinePassed, Unavailable])
def test_command_without_an_answer_may_have_run(
    here: Checked, owner: str, kind: type[ProductError]
) -> None:
    app = things.up(here, owner)

    with mock.patch.object(wiring.calls(), "call", side_effect=kind("Try again.")):
        reply = here.world.call("POST", f"/deployments/{app}/exec", GIVEN, user=owner)

    assert (reply.status, reply.codes) == (kind.status, [kind.code])
    detail = reply.body["errors"][0]["detail"]
    assert "may have run" in detail
    assert "Try again" not in detail


def test_server_that_goes_away_during_a_command_may_have_run_it(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.fails["execute"].append(HostUnreachable("It broke."))

    reply = run(here, app, owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])
    assert "may have run" in reply.body["errors"][0]["detail"]


def test_command_without_an_answer_is_not_run_again_under_its_key(
    here: Checked, owner: str
) -> None:
    app = things.up(here, owner)
    here.world.node.fails["execute"].append(HostUnreachable("It broke."))
    key = {"Idempotency-Key": "once"}
    path = f"/deployments/{app}/exec"

    replies = [here.call("POST", path, GIVEN, user=owner, headers=key) for _ in range(2)]

    assert [(one.status, one.codes) for one in replies] == [(503, ["node_unreachable"])] * 2
    assert replies[1].body["errors"][0]["detail"] == replies[0].body["errors"][0]["detail"]
    assert here.world.node.inside.commands == []
    other = {"Idempotency-Key": "another"}
    assert here.call("POST", path, GIVEN, user=owner, headers=other).status == 200


def test_end_that_cannot_be_recorded_loses_no_answer(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    tell, told = DynamoRecords.tell, []

    def once(records: DynamoRecords, entry: Any) -> None:
        told.append(entry.name)
        if len(told) > 1:
            raise Unavailable("Not now.")
        tell(records, entry)

    with mock.patch.object(DynamoRecords, "tell", once):
        reply = run(here, app, owner)

    assert (reply.status, told) == (200, ["command_begun", "command_run"])
    assert [event["type"] for event in events(here, app, owner)] == ["command_begun"]


@pytest.mark.parametrize("status", ["pending", "starting", "stopped", "failed", "deleting"])
def test_app_that_does_not_run_runs_no_command(here: Checked, owner: str, status: str) -> None:
    app = things.up(here, owner)
    things.put(app, status=status)

    reply = run(here, app, owner)

    assert (reply.status, reply.codes) == (409, ["wrong_state"])
    assert here.world.node.logins == []
    assert events(here, app, owner) == []


def test_container_that_does_not_run_runs_no_command(here: Checked, owner: str) -> None:
    app = things.up(here, owner, things.container("web", status="exited"))

    reply = run(here, app, owner)

    assert (reply.status, reply.codes) == (409, ["container_not_running"])
    assert events(here, app, owner) == []


def test_container_that_ends_meanwhile_is_told(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.fails["execute"].append(ContainerExited("It ended."))

    reply = run(here, app, owner)

    assert (reply.status, reply.codes) == (409, ["container_not_running"])
    assert [event["type"] for event in events(here, app, owner)] == ["command_begun"]


def test_service_that_is_none_is_named(here: Checked, owner: str) -> None:
    app = things.up(here, owner)

    reply = run(here, app, owner, service="db")

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/service"}
    assert reply.body["errors"][0]["detail"].endswith("there are: web.")


def test_server_that_does_not_answer_runs_nothing(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.fails["connect"].append(HostUnreachable("It does not answer."))

    reply = run(here, app, owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])
    assert events(here, app, owner) == []


def test_server_that_answers_too_late_runs_nothing(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    record = wiring.records().get(app)
    assert record is not None

    with pytest.raises(NodeUnreachable, match="nothing was run"):
        commands.run_command(
            wiring, record, service="web", command=["ls"], seconds=9, until=time.monotonic() + 1
        )

    assert here.world.node.inside.commands == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"service": ""}, "service"),
        ({"service": None}, "service"),
        ({"command": ""}, "command"),
        ({"command": []}, "command"),
        ({"command": ["x"] * 101}, "command"),
        ({"command": "x" * 16_385}, "command"),
        ({"command": {"a": 1}}, "command"),
        ({"command": [1]}, "command"),
        ({"command": ["a\0b"]}, "command"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 21}, "timeout_seconds"),
        ({"timeout_seconds": "soon"}, "timeout_seconds"),
        ({"user": "root"}, "user"),
    ],
)
def test_command_that_makes_no_sense_is_refused(
    here: Checked, owner: str, changes: dict[str, Any], pointer: str
) -> None:
    app = things.up(here, owner)

    reply = run(here, app, owner, **changes)

    assert reply.status == 422, reply.body
    pointers = {error["source"]["pointer"] for error in reply.body["errors"]}
    assert all(one.startswith(f"/data/attributes/{pointer}") for one in pointers)
    assert here.world.node.inside.commands == []
