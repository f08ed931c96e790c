"""What the local cloud costs by itself: a Lambda that does nothing, alone and in a machine."""

from __future__ import annotations

import io
import json
import secrets
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from infra.bench.run import Json, Run
from infra.local.cloud.stack import LOCAL_RUNTIME
from infra.packaging.template import ROOT

ROLE = "arn:aws:iam::000000000000:role/bench"
# It writes a line, as the product's functions do: the emulator waits for one.
NO_OP = """\
def handler(event, context):
    print("done")
    return {"statusCode": 200, "body": "{}", "ready": True}
"""
END_SECONDS = 60.0
POLL_SECONDS = 0.01


@contextmanager
def no_op_lambda(run: Run) -> Iterator[str]:
    """Give the ARN of a warm Lambda that does nothing, in the runtime of the product's own."""
    client = run.aws("lambda")
    name = f"bench-{secrets.token_hex(4)}"
    with ExitStack() as stack:
        made = client.create_function(
            FunctionName=name,
            Runtime=LOCAL_RUNTIME,
            Handler="noop.handler",
            Role=ROLE,
            Code={"ZipFile": _zip()},
            MemorySize=256,
            Timeout=15,
        )
        stack.callback(client.delete_function, FunctionName=name)
        client.invoke(FunctionName=name)
        stack.callback(run.aws("logs").delete_log_group, logGroupName=f"/aws/lambda/{name}")
        yield str(made["FunctionArn"])


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("noop.py", NO_OP)
        start = zipfile.ZipInfo("bootstrap")
        start.external_attr = 0o755 << 16
        archive.writestr(start, (ROOT / "infra/packaging/bootstrap").read_bytes())
    return held.getvalue()


@contextmanager
def no_op_route(run: Run, function: str) -> Iterator[str]:
    """Give the URL of an API Gateway route to a Lambda."""
    client = run.aws("apigateway")
    api = client.create_rest_api(name=f"bench-{secrets.token_hex(4)}")["id"]
    with ExitStack() as stack:
        stack.callback(client.delete_rest_api, restApiId=api)
        root = client.get_resources(restApiId=api)["items"][0]["id"]
        noop = client.create_resource(restApiId=api, parentId=root, pathPart="noop")["id"]
        where = {"restApiId": api, "resourceId": noop, "httpMethod": "GET"}
        client.put_method(**where, authorizationType="NONE")
        region = client.meta.region_name
        client.put_integration(
            **where,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations",
        )
        client.create_deployment(restApiId=api, stageName="api")
        yield f"{run.platform['urls']['aws']}/restapis/{api}/api/_user_request_/noop"


def lambda_seconds(run: Run, function: str) -> float:
    """Invoke a function once and return what it took."""
    client = run.aws("lambda")
    began = time.monotonic()
    client.invoke(FunctionName=function)["Payload"].read()
    return time.monotonic() - began


def no_op_seconds(run: Run, function: str, kinds: Sequence[str]) -> float:
    """Run a machine of such states, in a row and without waiting, and return what it took."""
    client = run.aws("stepfunctions")
    name = f"bench-{secrets.token_hex(4)}"
    machine = client.create_state_machine(
        name=name, roleArn=ROLE, definition=json.dumps(definition(function, kinds))
    )["stateMachineArn"]
    try:
        began = time.monotonic()
        execution = client.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        _ended(client, execution)
        return time.monotonic() - began
    finally:
        client.delete_state_machine(stateMachineArn=machine)


def definition(function: str, kinds: Sequence[str]) -> Json:
    """A machine of states of these kinds (Task, Choice, Wait), one after the other."""
    states: Json = {}
    for number, kind in enumerate(kinds, 1):
        following = f"S{number + 1}" if number < len(kinds) else "Done"
        states[f"S{number}"] = _state(kind, function, following)
    return {"StartAt": "S1", "States": {**states, "Done": {"Type": "Succeed"}}}


def _state(kind: str, function: str, following: str) -> Json:
    match kind:
        case "Choice":
            rule = {"Variable": "$.poll.ready", "BooleanEquals": False, "Next": following}
            return {"Type": "Choice", "Choices": [rule], "Default": following}
        case "Wait":
            return {"Type": "Wait", "Seconds": 0, "Next": following}
        case _:
            return {
                "Type": "Task",
                "Resource": function,
                "ResultPath": "$.poll",
                "Next": following,
            }


def _ended(client: Any, execution: str) -> None:
    end = time.monotonic() + END_SECONDS
    while time.monotonic() < end:
        status = client.describe_execution(executionArn=execution)["status"]
        if status == "SUCCEEDED":
            return
        if status != "RUNNING":
            detail = f"The no-op machine ended {status}"
            raise RuntimeError(detail)
        time.sleep(POLL_SECONDS)
    detail = f"The no-op machine did not end in {END_SECONDS:.0f} s"
    raise TimeoutError(detail)
