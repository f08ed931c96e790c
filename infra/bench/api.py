"""The API's own time: inside the handler, through API Gateway, at import, and in bytes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx

from infra.bench import emulator, lists, operations, package
from infra.bench.customer import customer, made
from infra.bench.rows import EMULATOR, Row, median, percentile
from infra.bench.run import Json, Run
from infra.local.journey.client import Account
from infra.local.platform.layout import AWS_ENV, INSTALLATION, ROOT

CALLS = 200
WARMING = 20
RECORDS = 20
"""Records of the list's one page."""
TEMPLATE = {
    "version": "1.0.0",
    "description": "A template of the bench.",
    "compose_spec": "services: {web: {image: traefik/whoami, ports: ['80']}}\n",
}
NO_OP = "no-op Lambda"


@dataclass(frozen=True)
class Operation:
    """One operation under measure."""

    case: str
    function: str
    route: str
    parameters: Json = field(default_factory=dict)
    query: Json = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path of the call, from the API's version on."""
        asked = "&".join(f"{name}={value}" for name, value in self.query.items())
        return self.route.format(**self.parameters) + (f"?{asked}" if asked else "")


def measure(run: Run) -> Iterator[Row]:
    """Measure get and list, every operation, long lists, imports, and what is shipped."""
    with ExitStack() as stack:
        account = stack.enter_context(customer(run.platform))
        run.progress.line(f"  {RECORDS} templates are made")
        records = [
            stack.enter_context(made(account, "templates", TEMPLATE | {"name": f"Bench {number}"}))
            for number in range(RECORDS)
        ]
        no_op = stack.enter_context(emulator.no_op_lambda(run))
        url = stack.enter_context(emulator.no_op_route(run, no_op))
        yield from _operations(run, account, records[0]["id"], url)
    yield from operations.measure(run)
    yield from lists.measure(run)
    yield from package.measure(run)


def _operations(run: Run, account: Account, record: str, no_op: str) -> Iterator[Row]:
    identity = {
        "X-Gateway-Secret": _gateway_secret(run),
        "X-User-ID": account.user["id"],
        "X-Plan-ID": "pro",
        "X-Key-ID": f"session:{account.user['id']}",
    }
    idle: list[float] = []
    for operation in (
        Operation("get of a template", "api_templates_get", "/v1/templates/{id}", {"id": record}),
        Operation(
            f"list of {RECORDS} templates",
            "api_templates_list",
            "/v1/templates",
            {},
            {"scope": "mine"},
        ),
    ):
        run.progress.line(f"  {operation.case}: {CALLS} calls")
        yield from _inside(run, operation, identity)
        yield from _outside(run, account, operation, identity=identity, no_op=no_op, idle=idle)
    for percent in (50, 99):
        yield Row(
            "api", EMULATOR, f"{NO_OP} p{percent}", "ms", percentile(idle, percent), len(idle)
        )


def _gateway_secret(run: Run) -> str:
    secret = run.aws("secretsmanager").get_secret_value(SecretId=f"{INSTALLATION}/gateway")
    return str(json.loads(secret["SecretString"])["current"])


def _inside(run: Run, operation: Operation, identity: Json) -> Iterator[Row]:
    """Call the handler in a process of its own, with the function's own environment."""
    configured = run.aws("lambda").get_function_configuration(
        FunctionName=f"{INSTALLATION}-{operation.function}"
    )
    event = {
        "httpMethod": "GET",
        "resource": operation.route,
        "path": operation.path,
        "pathParameters": operation.parameters,
        "multiValueHeaders": {name: [value] for name, value in identity.items()},
        "multiValueQueryStringParameters": {k: [v] for k, v in operation.query.items()},
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {"requestId": "bench"},
    }
    given = {
        "handler": configured["Handler"],
        "event": event,
        "calls": CALLS,
        "warming": WARMING,
    }
    done = subprocess.run(
        [sys.executable, "-m", "infra.bench.inside"],
        input=json.dumps(given),
        env={
            **configured["Environment"]["Variables"],
            **AWS_ENV,
            "AWS_ENDPOINT_URL": run.platform["urls"]["aws"],
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    seen = json.loads(done.stdout.splitlines()[-1])
    for metric, name in (("inside the handler", "total"), ("… besides AWS calls", "own")):
        for percent in (50, 99):
            value = percentile(seen[name], percent)
            yield Row("api", operation.case, f"{metric} p{percent}", "ms", value, CALLS)
    yield Row("api", operation.case, "… AWS calls", "1", median(seen["calls"]), CALLS)


def _outside(
    run: Run,
    account: Account,
    operation: Operation,
    *,
    identity: Json,
    no_op: str,
    idle: list[float],
) -> Iterator[Row]:
    """Call it straight at API Gateway and through the gateway, a no-op beside each call."""
    aws = run.platform["urls"]["aws"]
    stage = run.aws("cloudformation").describe_stacks(StackName=INSTALLATION)["Stacks"][0]
    api = next(o["OutputValue"] for o in stage["Outputs"] if o["OutputKey"] == "ApiId")
    straight = f"{aws}/restapis/{api}/api/_user_request_{operation.path}"
    gateway = f"{run.platform['urls']['web']}/api{operation.path}"
    signed = {"Authorization": f"Bearer {account.token}"}
    times: dict[str, list[float]] = {"straight": [], "gateway": [], "no_op": []}
    with httpx.Client(trust_env=False, timeout=30) as http:
        for number in range(WARMING + CALLS):
            each = {
                "straight": _timed(lambda: http.get(straight, headers=identity)),
                "gateway": _timed(lambda: http.get(gateway, headers=signed)),
                "no_op": _timed(lambda: http.get(no_op)),
            }
            for name, value in each.items() if number >= WARMING else ():
                times[name].append(value)
    idle += times["no_op"]
    for metric, name in (("at API Gateway", "straight"), ("through the gateway", "gateway")):
        for percent in (50, 99):
            ours, peer = percentile(times[name], percent), percentile(times["no_op"], percent)
            yield Row("api", operation.case, f"{metric} p{percent}", "ms", ours, CALLS, peer, NO_OP)


def _timed(call: Callable[[], httpx.Response]) -> float:
    """Milliseconds of one call, which must be answered well."""
    began = time.perf_counter()
    answer = call()
    took = time.perf_counter() - began
    answer.raise_for_status()
    return 1000 * took
