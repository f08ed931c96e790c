"""A whole AWS in memory with the product's tables, machines and functions in it.

moto keeps the services; the state machines run for real, and every Lambda that they or a test
call is the product's own handler, in this process.
"""

from __future__ import annotations

import importlib
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock

import boto3
import yaml
from moto import mock_aws
from moto.awslambda.models import LambdaBackend
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from chalicelib.domain import clock
from chalicelib.domain.routes import CERTIFICATES, CHALLENGES
from chalicelib.ports.vaults import BucketAccess
from chalicelib.runtime import clients, settings, tokens, wiring
from chalicelib.services.looks import looking
from infra.packaging import template
from infra.packaging.registry import Function, discover, operations
from tests import permissions
from tests.fakes.account_plans import FakePlans
from tests.fakes.authority import FakeAuthority
from tests.fakes.cloud import FakeCloud
from tests.fakes.dns import FakeDns
from tests.fakes.keys import FakeKeys
from tests.fakes.mail import FakeMail
from tests.fakes.node import FakeNode
from tests.fakes.people import FakePeople
from tests.fakes.proxies import FakeProbes, FakeZones
from tests.fakes.registries import FakeRegistries
from tests.fakes.stripe import StripeHere
from tests.fakes.vault import FakeBucket, FakeVault
from tests.fakes.volume_archives import ByLinks
from tests.fakes.webhooks import FakeWebhooks
from tests.once import done_once
from tests.quick_tables import quick_tables

SECRET = "s" * 64
QUEUES = ("catalogue", "watch", "sweep", "domains", "invoices", "passwords", "notices")
TICK = timedelta(milliseconds=1)
ROLE = "arn:aws:iam::123456789012:role/test-role-of-machines"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "HOSTER_INSTALLATION": "test",
    "HOSTER_GATEWAY_SECRET_NAME": "test/gateway",
    "HOSTER_IDEMPOTENCY_SECRET_NAME": "test/idempotency",
    "HOSTER_CATALOGUE_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-catalogue",
    "HOSTER_WATCH_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-watch",
    "HOSTER_SWEEP_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-sweep",
    "HOSTER_DOMAINS_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-domains",
    "HOSTER_INVOICES_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-invoices",
    "HOSTER_PASSWORDS_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-passwords",
    "HOSTER_MAIL_FROM": "no-reply@hoster.test",
    "HOSTER_NOTICES_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/test-notices",
    "HOSTER_PROXY_ADDRESSES": "203.0.113.10",
    "HOSTER_CONTENTS_BUCKET": "test-contents",
    "HOSTER_ARCHIVES_BUCKET": "test-archives",
    "HOSTER_MACHINES": "arn:aws:states:us-east-1:123456789012:stateMachine:test-",
    "HOSTER_APPS_DOMAIN": "apps.test",
    "HOSTER_PROXY_URL": "http://{host}:9091",
    "HOSTER_REFUSED_NETWORKS": "127.0.0.0/8",
    "HOSTER_DIGITALOCEAN_URL": "http://127.0.0.1:1",
    "HOSTER_HETZNER_URL": "http://127.0.0.1:1",
    "HOSTER_STRIPE_URL": "http://127.0.0.1:1",
    "HOSTER_WEB_ORIGINS": "https://hoster.test https://www.hoster.test",
    "LAMBDA_TASK_ROOT": "build",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


@dataclass
class Reply:
    """An API answer."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["data"]["attributes"]
        return found

    @property
    def id(self) -> str:
        return str(self.body["data"]["id"])

    @property
    def codes(self) -> list[str]:
        return [error["code"] for error in self.body["errors"]]


class Readings:
    """What the product's clock says: no two readings are alike, as on a machine with much to do.

    Whoever compares two readings for equality fails each time, not once in ten thousand runs.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._last, self._skew = datetime.min.replace(tzinfo=UTC), 0.0
        self._still: datetime | None = None

    def stand_still(self) -> None:
        """Let only a reading's millisecond pass from now on, and what is added to the skew.

        For what is just before a deadline: a busy machine may be past it before it is looked at.
        """
        self._still = datetime.now(UTC)

    def next(self, skew: float) -> str:
        """The present, `skew` seconds ahead, and a millisecond after the last one at least."""
        with self._guard:
            if skew < self._skew:
                self._last = datetime.min.replace(tzinfo=UTC)
            present = self._still or datetime.now(UTC)
            self._last = max(present + timedelta(seconds=skew), self._last + TICK)
            self._skew = skew
            return clock.text_of(self._last)


@dataclass
class World:
    """The product over moto, with an in-memory provider and node."""

    cloud: FakeCloud = field(default_factory=FakeCloud)
    registries: FakeRegistries = field(default_factory=FakeRegistries)
    buckets: FakeVault = field(default_factory=FakeVault)
    """What lies in the buckets that customers name, and what these refuse."""
    node: FakeNode = field(default_factory=FakeNode)
    dns: FakeDns = field(default_factory=FakeDns)
    hooks: FakeWebhooks = field(default_factory=FakeWebhooks)
    authority: FakeAuthority = field(default_factory=lambda: FakeAuthority(answers=_Published()))
    probes: FakeProbes = field(
        default_factory=lambda: FakeProbes(
            "test",
            challenge=lambda token: _Published().get(token),
            certificate=lambda host: _of_routes(CERTIFICATES, host, "fingerprint"),
        )
    )
    zones: FakeZones = field(default_factory=FakeZones)
    stripe: StripeHere = field(default_factory=StripeHere)
    gateway: FakePlans = field(default_factory=FakePlans)
    people: FakePeople = field(default_factory=FakePeople)
    mail: FakeMail = field(default_factory=FakeMail)
    keys: FakeKeys = field(default_factory=FakeKeys)
    answering: bool = True
    doors: str = "guarded"
    """How doors of nodes are: `guarded`, `shut`, or `open` to anybody."""
    asked: list[tuple[str, int, str, Any]] = field(default_factory=list)
    """Where it was looked whether apps answer: address, port, host and door."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Host name → the addresses that it leads to."""
    skew: float = 0.0
    """Seconds by which the product's clock is ahead."""
    readings: Readings = field(default_factory=Readings)
    invoked: list[str] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    """State name → how many of its invocations die without an answer."""
    trespasses: list[str] = field(default_factory=list)
    """What functions did to AWS without declaring it."""
    before: dict[str, Any] = field(default_factory=dict)
    """State name → what a test does just before that step runs, once."""
    at_work: list[str] = field(default_factory=list)
    """The states whose functions run at this moment, in threads of their own."""

    def bucket(self, access: BucketAccess) -> FakeBucket:
        """A customer's bucket, which the node reaches from now on."""
        self.node.volume_archives.bucket = ByLinks(self.buckets)
        return self.buckets.bucket(access)

    def call(
        self,
        method: str,
        path: str,
        attributes: dict[str, Any] | None = None,
        *,
        user: str | None = "user-a",
        plan: str = "pro",
        kind: str = "",
        headers: dict[str, str | None] | None = None,
        body: str | None = None,
    ) -> Reply:
        """Call the operation that serves a path, as API Gateway would.

        A header that is None is not sent.
        """
        path, _, query = path.partition("?")
        function, resource, parameters = route(method, path)
        sent: dict[str, str | None] = {
            "X-Gateway-Secret": SECRET,
            "Content-Type": "application/vnd.api+json",
        }
        if user is not None:
            sent |= {"X-User-ID": user, "X-Plan-ID": plan, "X-Key-ID": f"session:{user}"}
        sent |= headers or {}
        if attributes is not None:
            body = json.dumps(
                {"data": {"type": kind or path.split("/")[1], "attributes": attributes}}
            )
        words: dict[str, list[str]] = {}
        for pair in query.split("&") if query else ():
            name, _, value = pair.partition("=")
            words.setdefault(name, []).append(value)
        event = {
            "httpMethod": method,
            "path": f"/v1{path}",
            "resource": resource,
            "pathParameters": parameters,
            "multiValueHeaders": {
                name: [value] for name, value in sent.items() if value is not None
            },
            "multiValueQueryStringParameters": words or None,
            "body": body,
            "requestContext": {"requestId": "req-1"},
        }
        answer = importlib.import_module(function.module).handler(event, None)
        text = answer["body"]
        is_page = answer["headers"].get("Content-Type", "").startswith("text/html")
        found = text if is_page else json.loads(text) if text else None
        return Reply(answer["statusCode"], found, answer["headers"])

    def answers(self, address: str, port: int, host: str, door: Any = None) -> bool:
        self.asked.append((address, port, host, door))
        return self.answering

    def admits(self, _address: str, _name: str, card: Any) -> bool:
        return self.doors == "open" or (self.doors == "guarded" and bool(card.chain))

    def states_of(self, entity: str) -> list[str]:
        """The Tasks and ends that the entity's executions entered, in order."""
        client = boto3.client("stepfunctions")
        names: list[str] = []
        for machine in client.list_state_machines()["stateMachines"]:
            found = client.list_executions(stateMachineArn=machine["stateMachineArn"])
            for execution in found["executions"]:
                if execution["name"].startswith(entity):
                    ended(client, execution["executionArn"])
                    events = client.get_execution_history(executionArn=execution["executionArn"])[
                        "events"
                    ]
                    names += [
                        e["stateEnteredEventDetails"]["name"]
                        for e in events
                        if e["type"]
                        in {"TaskStateEntered", "SucceedStateEntered", "FailStateEntered"}
                    ]
        return list(dict.fromkeys(names))

    def invoke(self, function: Function, payload: str) -> tuple[str, bool]:
        """Run one function as Lambda would: its answer or its error, and which of the two."""
        self.at_work.append(function.state)
        try:
            return self._answer(function, payload)
        finally:
            self.at_work.pop()

    def _answer(self, function: Function, payload: str) -> tuple[str, bool]:
        state = function.state
        self.invoked.append(state)
        if state in self.before:
            self.before.pop(state)()
        if self.kills.get(state, 0) > 0:
            self.kills[state] -= 1
            return json.dumps({"errorType": "Lambda.Unknown", "errorMessage": "killed"}), True
        handler = importlib.import_module(function.module).handler
        try:
            return json.dumps(handler(json.loads(payload), None)), False
        except Exception as error:
            said = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return json.dumps(said), True


def _of_routes(shard: str, host: str, column: str) -> str | None:
    """What the table of the app proxies says, as they would show it."""
    with permissions.unwatched():
        table = boto3.resource("dynamodb").Table("test-routes")
        found = table.get_item(Key={"shard": shard, "host": host}).get("Item") or {}
    said = found.get(column)
    return str(said) if said is not None else None


class _Published:
    """What the proxies answer to challenges, by token."""

    def get(self, token: str) -> str | None:
        return _of_routes(CHALLENGES, token, "answer")


def now(skew: float) -> str:
    """The present, some seconds ahead."""
    return clock.text_of(datetime.now(UTC) + timedelta(seconds=skew))


def ended(client: Any, execution: str) -> None:
    """Wait until an execution is closed: the record tells its end a moment earlier."""
    end = time.monotonic() + 120
    while client.describe_execution(executionArn=execution)["status"] == "RUNNING":
        assert time.monotonic() < end, f"{execution} goes on"
        time.sleep(0.01)


def is_worked_on(entity: str) -> bool:
    """Whether an execution of an entity runs: seen in moto itself, which costs nobody time."""
    machines = stepfunctions_parser_backends["123456789012"]["us-east-1"].state_machines
    executions = (execution for machine in machines for execution in machine.executions)
    return any(
        execution.name.startswith(entity) and execution.exec_status == ExecutionStatus.RUNNING
        for execution in executions
    )


def route(method: str, path: str) -> tuple[Function, str, dict[str, str]]:
    """Find the operation behind a path; what nothing serves goes to the fallback.

    As in API Gateway, a path that is named in full goes before one with a place for an id, also
    for a method that only the other one has.
    """
    parts = f"/v1{path}".split("/")
    fallback = next(f for f in discover() if f.name == "api_system_fallback")
    found: dict[str, dict[str, str]] = {}
    for _, operation in operations():
        wanted = operation.path.split("/")
        pairs = list(zip(wanted, parts, strict=False))
        if len(wanted) == len(parts) and all(w == p or w.startswith("{") for w, p in pairs):
            found[operation.path] = {w[1:-1]: p for w, p in pairs if w.startswith("{")}
    if not found:
        return fallback, "/{proxy+}", {"proxy": f"v1{path}"}
    resource = min(found, key=lambda path: len(found[path]))
    serving = (f for f, o in operations() if (o.method, o.path) == (method, resource))
    return next(serving, fallback), resource, found[resource]


def make_tables() -> None:
    """Make the tables that the deployment template describes."""
    client = boto3.client("dynamodb")
    for given in tables():
        client.create_table(**given)


@cache
def tables() -> tuple[dict[str, Any], ...]:
    """What each table of the template is made with."""
    text = (template.ROOT / "infra/template/tables.yaml").read_text()
    used = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    found = []
    for table in yaml.safe_load(text)["Resources"].values():
        properties = table["Properties"]
        name = properties["TableName"]["Fn::Sub"].replace("${Installation}", "test")
        given = {key: properties[key] for key in used if key in properties}
        found.append({"TableName": name, **given})
    return tuple(found)


def make_machines() -> None:
    """Make the state machines, with each Task's Lambda named by an ARN of its own."""
    client = boto3.client("stepfunctions")
    for machine, definition in machines():
        client.create_state_machine(name=f"test-{machine}", definition=definition, roleArn=ROLE)


@cache
def machines() -> tuple[tuple[str, str], ...]:
    """The name and the text of each machine, as they are here: nothing waits."""
    found = []
    for path in template.machine_files():
        machine = path.name.removesuffix(".asl.json")
        text = path.read_text()
        for state, function in template.state_functions(machine).items():
            arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function.name}"
            text = text.replace("${" + state + "}", arn)
        document = json.loads(text)
        for state in document["States"].values():
            if state["Type"] == "Wait":
                state.pop("SecondsPath")
                state["Seconds"] = 0
        found.append((machine, json.dumps(document)))
    return tuple(found)


@contextmanager
def world() -> Iterator[World]:
    """Open a fresh world."""
    config: Any = {
        "stepfunctions": {"execute_state_machine": True},
        "lambda": {"use_docker": False},
    }
    with (
        mock.patch.dict(os.environ, ENVIRONMENT),
        mock_aws(config=config),
        done_once(),
        quick_tables(),
    ):
        os.environ.pop("AWS_ENDPOINT_URL", None)
        key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
        boto3.client("secretsmanager").create_secret(
            Name="test/gateway", SecretString=json.dumps({"current": SECRET, "previous": ""})
        )
        boto3.client("secretsmanager").create_secret(Name="test/idempotency", SecretString="i" * 64)
        with mock.patch.dict(os.environ, {"HOSTER_KMS_KEY": key}):
            forget()
            make_tables()
            for bucket in ("test-contents", "test-archives"):
                boto3.client("s3").create_bucket(Bucket=bucket)
            for queue in QUEUES:
                boto3.client("sqs").create_queue(QueueName=f"test-{queue}")
            make_machines()
            by_name = {function.name: function for function in discover()}
            here = World()

            def invoke(
                _self: Any, name: str, _qualifier: Any, body: Any, _headers: Any, answer: Any
            ) -> bytes:
                plain = name.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0]
                function = by_name[plain.removeprefix("test-")]
                text = body.decode() if isinstance(body, bytes) else body
                said, failed = here.invoke(function, text)
                if failed:
                    answer["x-amz-function-error"] = "Unhandled"
                return said.encode()

            with (
                mock.patch.object(LambdaSimpleBackend, "invoke", invoke),
                mock.patch.object(LambdaBackend, "invoke", invoke),
                mock.patch.object(looking, "MEASURED_SECONDS", 0.01),
                mock.patch.object(wiring, "now", side_effect=lambda: here.readings.next(here.skew)),
                mock.patch.object(wiring, "cloud", side_effect=lambda *_: here.cloud),
                mock.patch.object(wiring, "connect", side_effect=lambda: here.node.connect),
                mock.patch.object(wiring, "dns", side_effect=lambda: here.dns),
                mock.patch.object(wiring, "authority", side_effect=lambda *_: here.authority),
                mock.patch.multiple(
                    wiring,
                    payments=lambda: here.stripe.payments,
                    account_plans=lambda: here.gateway,
                    people=lambda: here.people,
                    mail=lambda: here.mail,
                    keys=lambda: here.keys,
                    webhooks=lambda: here.hooks,
                    probes=lambda: here.probes,
                    registries=lambda: here.registries,
                    bucket=here.bucket,
                ),
                mock.patch.object(wiring, "zones", side_effect=lambda: here.zones),
                mock.patch.object(wiring, "addresses", side_effect=lambda h: here.names.get(h, ())),
                mock.patch.object(wiring, "answers", side_effect=here.answers),
                mock.patch.object(wiring, "admits", side_effect=here.admits),
                no_retry_waits(),
                permissions.watched() as here.trespasses,
            ):
                yield here
                come_to_rest(here)
            forget()
            assert here.trespasses == []


def come_to_rest(here: World) -> None:
    """Wait until no function runs: a record tells its end a moment before its last step does.

    What such a step meets when its world is gone would go on in the next one.
    """
    end = time.monotonic() + 60
    while here.at_work and time.monotonic() < end:
        time.sleep(0.005)


def forget() -> None:
    """Forget what wiring keeps per process."""
    settings.settings.cache_clear()
    tokens.forget()
    for name in (
        "records",
        "metrics",
        "intents",
        "idempotency",
        "rates",
        "resets",
        "calls",
        "contents",
        "downloads",
        "archives",
        "vault",
        "paces",
        "reports",
        "holdings",
        "outbox",
        "payment_notes",
        "meter",
        "last_uses",
        "ledger",
        "runs",
        "queue",
        "dns",
        "workflows",
        "seal",
    ):
        getattr(wiring, name).cache_clear()
    for made in (clients.session, clients.client, clients.impatient, clients.named_secrets):
        made.cache_clear()
    from chalicelib.adapters.records import tables as models

    models.tables.cache_clear()


@contextmanager
def no_retry_waits() -> Iterator[None]:
    """Let moto's interpreter retry at once."""
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

    with mock.patch.object(retrier_decl, "time"):
        yield
