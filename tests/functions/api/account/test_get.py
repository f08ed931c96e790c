"""One's own account: the plan, its limits, and the use of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient

from tests.functions import things
from tests.functions.checks import Checked


def account(here: Checked, user: str, **named: Any) -> dict[str, Any]:
    reply = here.call("GET", "/account", user=user, **named)
    assert reply.status == 200, reply.body
    assert (reply.body["data"]["type"], reply.id) == ("accounts", user)
    return reply.attributes


def by_limit(shown: dict[str, Any], member: str) -> dict[str, Any]:
    return {entry["limit"]: entry[member] for entry in shown["limits"]}


def test_new_account_uses_nothing_of_its_plan(here: Checked, owner: str) -> None:
    shown = account(here, owner, plan="starter")

    assert (shown["plan"], shown["note"]) == ("starter", None)
    assert set(by_limit(shown, "used").values()) == {0}
    assert by_limit(shown, "bound") == {
        "deployments": 5,
        "cpu_cores": 4,
        "memory_mb": 4096,
        "disk_mb": 20480,
        "nodes": 5,
        "domains": 5,
    }
    assert by_limit(shown, "unit")["memory_mb"] == "MB of memory"
    assert shown["allowed_capabilities"] is None


def test_use_is_what_was_made_and_is_not_gone(here: Checked, owner: str) -> None:
    template = things.published(here, owner, resources_disk_mb=100)
    app = things.deployment(here, owner, template_id=template)
    things.provision(here, owner)
    given = {"hostname": f"www.{owner}.example.com"}
    here.call("POST", f"/deployments/{app}/domains", given, user=owner, kind="domains")

    assert by_limit(account(here, owner), "used") == {
        "deployments": 1,
        "cpu_cores": 0.5,
        "memory_mb": 256,
        "disk_mb": 100,
        "nodes": 1,
        "domains": 1,
    }


def test_whole_numbers_are_written_whole(here: Checked, owner: str) -> None:
    things.deployment(here, owner)

    shown = by_limit(account(here, owner), "used")

    assert json.dumps([shown["deployments"], shown["cpu_cores"]]) == "[1, 0.5]"


def test_limits_of_the_gateway_are_shown_as_sent(here: Checked, owner: str) -> None:
    sent = {
        "max_deployments": -1,
        "max_cpu_cores": 0,
        "max_memory_mb": 7,
        "max_disk_mb": 8,
        "allowed_capabilities": ["gpu"],
    }

    shown = account(here, owner, plan="gold", headers={"X-Plan-Limits": json.dumps(sent)})

    bounds = by_limit(shown, "bound")
    assert (bounds["deployments"], bounds["cpu_cores"], bounds["memory_mb"]) == (None, 0, 7)
    assert (bounds["nodes"], bounds["domains"]) == (0, 0)
    assert (shown["plan"], shown["allowed_capabilities"]) == ("gold", ["gpu"])


@pytest.mark.parametrize(
    ("plan", "header"), [("gold", None), ("", None), ("pro", "nonsense"), ("pro", "{}")]
)
def test_plan_that_is_not_known_is_shown_to_allow_nothing(
    here: Checked, owner: str, plan: str, header: str | None
) -> None:
    shown = account(here, owner, plan=plan, headers={"X-Plan-Limits": header})

    assert set(by_limit(shown, "bound").values()) == {0}
    assert shown["allowed_capabilities"] == []
    assert shown["note"].endswith("Nothing can be made until it is.")


@contextmanager
def calls_of_dynamodb() -> Iterator[list[str]]:
    call, seen = BaseClient._make_api_call, []

    def calling(client: Any, name: str, given: dict[str, Any]) -> Any:
        seen.append(name)
        return call(client, name, given)

    with mock.patch.object(BaseClient, "_make_api_call", calling):
        yield seen


def test_use_is_one_read(here: Checked, owner: str) -> None:
    account(here, owner)

    with calls_of_dynamodb() as seen:
        account(here, owner)

    assert [name for name in seen if name != "GetSecretValue"] == ["BatchGetItem", "GetItem"]
