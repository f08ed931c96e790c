"""Every operation works under exactly the role that the template gives it, and under no less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from chalicelib.adapters.metering.apigate import APIGateMeter
from chalicelib.runtime import clients, wiring
from functions.events.sweep import sweep_account
from functions.schedules import report_usage, scrub_reservations, sweep_accounts
from infra.packaging import template
from infra.packaging.openapi.document import text as openapi
from infra.packaging.registry import Function, discover, operations, routes
from tests.contract.emulated import local_aws
from tests.contract.roles import (
    acting_as,
    deployed,
    product,
    role_of,
    statements_of,
    take_away,
)
from tests.fakes.meter import FakeMeter
from tests.functions import sweeps, things
from tests.functions.checks import Checked
from tests.functions.good import good_call

FUNCTIONS = {f"{o.method} {o.path}": f for f, o in operations()}
NUMBERS = count(1)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    """The product over a local AWS that enforces what roles allow."""
    folder = tmp_path_factory.mktemp("enforcing")
    (folder / "openapi.json").write_bytes(openapi())
    (folder / "routes.json").write_text(json.dumps(routes()))
    with local_aws(folder, tables=False, AUTH="true"):
        environment = deployed() | {
            "LAMBDA_TASK_ROOT": str(folder),
            "HOSTER_MAIL_FROM": "hoster@example.com",
        }
        with product({**environment, "POWERTOOLS_LOG_LEVEL": "CRITICAL"}) as opened:
            yield opened


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_operation_works_under_its_role_and_not_without_one_of_its_actions(
    here: Checked, name: str
) -> None:
    role = role_of(FUNCTIONS[name])
    good = good_call(here, name, f"owner-{next(NUMBERS)}")
    with acting_as(role) as watch:
        reply = good.call()
    assert reply.status < 300, reply.body
    assert watch.refused == set()
    assert watch.actions, "the gateway's secret is read at least"

    missing = one_of(watch.actions, FUNCTIONS[name])
    take_away(role, missing)
    good = good_call(here, name, f"owner-{next(NUMBERS)}")
    with acting_as(role) as watch:
        status = good.call_unchecked().status

    assert status >= 500, f"without {missing}"
    assert missing in watch.refused


def one_of(actions: set[str], function: Function) -> str:
    """One of the actions that were used, another one for other functions.

    Not that of a start: what was recorded and not started is started by the sweep. Nor the one
    update of what only reads, and puts what happened: that of its rate, without which everybody
    passes.
    """
    spared = {"secretsmanager:GetSecretValue", "states:StartExecution"}
    needs = function.declaration.needs
    written = {table for need in needs if need.kind == "write" for table in need.names}
    if written <= {"rates", "idempotency", "journal"}:
        spared |= {"dynamodb:UpdateItem"}
    own = sorted(actions - spared)
    own = own or sorted(actions)
    return own[sum(function.name.encode()) % len(own)]


class Sent(list[Any]):
    """A queue that keeps what it is given.

    To send many messages at once AWS asks for `sqs:SendMessage`, the emulator for the call's name.
    """

    send_all = list[Any].extend


def test_sweep_works_under_the_roles_of_its_functions(
    here: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round, an account with something to repair, and the walk over what is reserved."""
    sent = Sent()
    monkeypatch.setattr(wiring, "queue", lambda _name: sent)
    owner = f"owner-{next(NUMBERS)}"
    credential = things.credential(here, owner)
    ours = sweeps.provision(here, credential, owner, status="failed")
    adopted = sweeps.server(here, ours)
    message = {"credential": credential, "due": wiring.now()}
    event = {"Records": [{"messageId": "1", "body": json.dumps(message)}]}
    done = {}

    for handler, given in (
        (sweep_accounts.handler, {}),
        (sweep_account.handler, event),
        (scrub_reservations.handler, {}),
    ):
        [function] = [one for one in discover() if one.module == handler.__module__]
        with acting_as(role_of(function)) as watch:
            done[function.name] = handler(given, None)
        assert watch.refused == set(), function.name

    assert credential in {one["credential"] for one in sent}
    assert done["events_sweep_sweep_account"] == {"batchItemFailures": []}
    assert sweeps.record(ours).attributes["provider_instance_id"] == adopted.id


def test_usage_is_reported_under_the_role_of_its_function(
    here: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads the key of the meter, and moves what the meter counts and what it refuses."""
    name = f"{wiring.settings().installation}/metering"
    boto3.client("secretsmanager").create_secret(Name=name, SecretString="ak_1")
    meter, keys = FakeMeter(wiring.now), list[str]()
    opened = APIGateMeter("http://127.0.0.1:1", lambda: clients.secret(name))

    def report(events: Any) -> Any:
        keys.append(opened.edge.secret())
        return meter.report(events)

    monkeypatch.setattr(wiring, "meter", lambda: SimpleNamespace(report=report))
    good, bad = (f"owner-{next(NUMBERS)}" for _ in range(2))
    meter.nobodies = {bad}
    apps = [things.deployment(here, owner) for owner in (good, bad)]
    [function] = [one for one in discover() if one.module == report_usage.__name__]

    with acting_as(role_of(function)) as watch:
        report_usage.handler({}, None)

    assert watch.refused == set()
    assert set(keys) == {"ak_1"}
    assert [row.user for row in meter.rows if row.resource in apps] == [good]


def test_keys_are_used_in_the_context_of_this_installation_alone() -> None:
    """The one condition, which the emulator cannot enforce, read where it stands."""
    context = {"kms:EncryptionContext:installation": {"Ref": "Installation"}}
    wanted = {"kms": context, "ses": {"ses:FromAddress": {"Ref": "MailFrom"}}}
    for function in discover():
        for statement in statements_of(template._role(function)):
            [service] = {action.partition(":")[0] for action in statement["Action"]}
            told = statement.get("Condition", {}).get("StringEquals")
            assert told == wanted.get(service), function.name


def test_role_of_another_operation_does_not_do(here: Checked) -> None:
    """What enforces can refuse: a reading role writes nothing."""
    good = good_call(here, "POST /v1/ssh_keys", f"owner-{next(NUMBERS)}")

    with acting_as(role_of(FUNCTIONS["GET /v1/ssh_keys"])) as watch:
        reply = good.here.world.call("POST", good.path, good.attributes, user=good.user)

    assert reply.status >= 500
    assert watch.refused
