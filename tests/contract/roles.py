"""The template's roles in a local AWS that enforces them, and functions that act under them.

Everything that a role names is there as the template describes it; functions alone are left out,
since they run in this process, and machines end as soon as they begin. The emulator does not know
the encryption context of a call, so that conditions are left out here and read where they stand.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import boto3
from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.session import Session

from chalicelib.runtime import clients, settle, wiring
from infra.packaging import template
from infra.packaging.environment import environment
from infra.packaging.registry import Function, discover
from tests.fakes.workflows import FakeWorkflows
from tests.functions.checks import Checked
from tests.world import SECRET, World, forget, now

STACK = "test"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function"
KEPT = {
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::Logs::LogGroup",
    "AWS::IAM::Role",
    "AWS::StepFunctions::StateMachine",
}
"""What a role can name, and the roles."""
ENDS = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
PARTS |= {"ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
NAMED_OTHERWISE = {"Invoke": "InvokeFunction"}
"""Calls whose actions have another name."""
OWNER = ("test", "test", None)
"""Who may do everything there."""
SIGNER = Credentials(*OWNER)
"""Whose calls these are, for every client."""
REFUSED = {"AccessDenied", "AccessDeniedException"}


@dataclass
class Watch:
    """What a function did to AWS, and what was refused."""

    actions: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


def deployed() -> dict[str, str]:
    """Deploy the template without its functions; return the environment that it gives them."""
    anything: Any = defaultdict(lambda: {"Handler": "none"})
    document = template.render(anything, defaultdict(lambda: "0" * 64))
    kept = {n: r for n, r in document["Resources"].items() if r["Type"] in KEPT}
    kept = _with_arns(kept, {f.logical_id: f"{FUNCTION}:{STACK}-{f.name}" for f in discover()})
    for resource in kept.values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            resource["Properties"]["DefinitionString"] = ENDS
        if resource["Type"] == "AWS::IAM::Role":
            for statement in statements_of(resource):
                statement.pop("Condition", None)
    names = {name.replace("_", ""): name for name in environment()}
    outputs = {n: {"Value": environment()[name]} for n, name in names.items()}
    body = json.dumps({**document, "Resources": kept, "Outputs": outputs})
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="template.json", Body=body)
    client = boto3.client("cloudformation")
    given = {
        "Installation": STACK,
        "CodeBucket": "none",
        "RefusedNetworks": "127.0.0.0/8",
        "WebOrigins": "https://hoster.test",
    }
    client.create_stack(
        StackName=STACK,
        TemplateURL=f"{s3.meta.endpoint_url}/code/template.json",
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack = _settled(client)
    boto3.client("secretsmanager").put_secret_value(
        SecretId=f"{STACK}/gateway", SecretString=json.dumps({"current": SECRET, "previous": ""})
    )
    return {names[o["OutputKey"]]: o["OutputValue"] for o in stack["Outputs"]}


def _with_arns(node: Any, arns: dict[str, str]) -> Any:
    """Name functions, which are left out, as they would be named."""
    match node:
        case {"Fn::GetAtt": [str(name), "Arn"]} if name in arns:
            return arns[name]
        case dict():
            return {key: _with_arns(value, arns) for key, value in node.items()}
        case list():
            return [_with_arns(value, arns) for value in node]
    return node


def statements_of(role: dict[str, Any]) -> list[dict[str, Any]]:
    """What a role of the template allows."""
    return [
        statement
        for policy in role["Properties"].get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _settled(client: Any) -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        stack = client.describe_stacks(StackName=STACK)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            assert stack["StackStatus"] == "CREATE_COMPLETE", stack
            return stack
        time.sleep(0.1)
    raise AssertionError("the stack does not come up")


def role_of(function: Function) -> str:
    """The name of a function's role."""
    found = boto3.client("cloudformation").describe_stack_resource(
        StackName=STACK, LogicalResourceId=f"{function.logical_id}Role"
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


@contextmanager
def acting_as(role: str) -> Iterator[Watch]:
    """Act under a role and nothing else, and watch what is done."""
    arn = boto3.client("iam").get_role(RoleName=role)["Role"]["Arn"]
    given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    watch, call = Watch(), BaseClient._make_api_call

    def calling(client: Any, name: str, asked: dict[str, Any]) -> Any:
        actions = actions_of(client.meta.service_model.signing_name, name, asked)
        watch.actions |= actions
        try:
            return call(client, name, asked)
        except ClientError as error:
            if _denied(error):
                watch.refused |= actions
            if name == "Invoke" and error.response["Error"]["Code"] == "ResourceNotFoundException":
                # What the called function does is its own.
                own = set(watch.actions), set(watch.refused)
                answer = answered(asked)
                watch.actions, watch.refused = own
                return answer
            raise

    clients.named_secrets.cache_clear()
    become(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    try:
        with mock.patch.object(BaseClient, "_make_api_call", calling):
            yield watch
    finally:
        become(*OWNER)


def answered(asked: dict[str, Any]) -> dict[str, Any]:
    """Run a called function that its caller may ask, in this process and under its own role."""
    name = asked["FunctionName"].removeprefix(f"{STACK}-")
    [function] = [function for function in discover() if function.name == name]
    before = (SIGNER.access_key, SIGNER.secret_key, SIGNER.token)
    handler = importlib.import_module(function.module).handler
    become(*OWNER)
    with acting_as(role_of(function)) as watch:
        body = json.dumps(handler(json.loads(asked["Payload"]), None)).encode()
    assert watch.refused == set(), function.name
    become(*before)
    return {"Payload": io.BytesIO(body)}


def become(key: str, secret: str, token: str | None) -> None:
    """Sign every call from now on as somebody else; clients are kept."""
    SIGNER.access_key, SIGNER.secret_key, SIGNER.token = key, secret, token


def _denied(error: ClientError) -> bool:
    said = error.response
    reasons = {reason.get("Code") for reason in said.get("CancellationReasons", ())}
    return bool(({said["Error"]["Code"]} | reasons) & REFUSED)


def actions_of(service: str, call: str, asked: dict[str, Any]) -> set[str]:
    """The IAM actions that a call needs."""
    if call in {"TransactWriteItems", "TransactGetItems"}:
        return {f"dynamodb:{PARTS[kind]}" for item in asked["TransactItems"] for kind in item}
    return {f"{service}:{NAMED_OTHERWISE.get(call, call)}"}


def take_away(role: str, action: str) -> None:
    """Take one action out of a role."""
    client = boto3.client("iam")
    document: Any = client.get_role_policy(RoleName=role, PolicyName="declared")["PolicyDocument"]
    for statement in document["Statement"]:
        statement["Action"] = [a for a in statement["Action"] if a != action]
    document["Statement"] = [s for s in document["Statement"] if s["Action"]]
    client.put_role_policy(
        RoleName=role, PolicyName="declared", PolicyDocument=json.dumps(document)
    )


@contextmanager
def product(environment: dict[str, str]) -> Iterator[Checked]:
    """The product over the local AWS, with a provider and a node in memory."""
    here = World()
    wired = {
        "now": lambda: now(here.skew),
        "cloud": lambda *_: here.cloud,
        "connect": lambda: here.node.connect,
        "payments": lambda: here.stripe.payments,
        "addresses": lambda host: here.names.get(host, ()),
        "answers": lambda *_: here.answering,
        "account_plans": lambda: here.gateway,
        "people": lambda: here.people,
        "mail": lambda: here.mail,
        "keys": lambda: here.keys,
        "webhooks": lambda: here.hooks,
        "registries": lambda: here.registries,
        "bucket": here.bucket,
    }
    with mock.patch.dict(os.environ, environment), ExitStack() as stack:
        signing = mock.patch.object(Session, "get_credentials", return_value=SIGNER)
        stack.enter_context(signing)
        boto3.DEFAULT_SESSION = None
        for name, stand_in in wired.items():
            stack.enter_context(mock.patch.object(wiring, name, side_effect=stand_in))
        stack.enter_context(mock.patch.object(settle, "PATIENCE_SECONDS", 0.0))
        forget()
        yield Checked(here, FakeWorkflows())
        forget()
    boto3.DEFAULT_SESSION = None
